//! The wait that a ticket should expect: for now a plain range from the tickets ahead and the open windows.
