//! The server in the hall.
