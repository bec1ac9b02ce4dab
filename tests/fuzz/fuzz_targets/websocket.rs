//! See `properties::websocket::conversation`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| properties::websocket::conversation(bytes));
