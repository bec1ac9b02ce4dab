//! A client's WebSocket that resumes.
