//! From the keys of a reader that is a keyboard to characters: the codes of `linux/input-event-codes.h` on a US keyboard, which
//! is what such readers are.

/// Plain and with Shift, from key 2 on; a blank is no character.
const ROWS: [(u16, &str, &str); 4] = [
    (2, "1234567890-=", "!@#$%^&*()_+"),
    (16, "qwertyuiop[]", "QWERTYUIOP{}"),
    (30, "asdfghjkl;'`", "ASDFGHJKL:\"~"),
    (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
];
/// The keypad, from key 71 on.
const KEYPAD: (u16, &str) = (71, "789-456+1230.");
const ENTER: [u16; 2] = [28, 96];
const SHIFT: [u16; 2] = [42, 54];

/// A keyboard.
#[derive(Debug, Default)]
pub struct Keys {
    shift: bool,
}

impl Keys {
    /// A key went down (1), is held (2) or came up (0); what was typed, if anything. Enter is a line feed.
    pub fn key(&mut self, code: u16, value: i32) -> Option<char> {
        if SHIFT.contains(&code) {
            self.shift = value != 0;
            return None;
        }
        if value != 1 {
            return None;
        }
        if ENTER.contains(&code) {
            return Some('\n');
        }
        let at = |first: u16, row: &str| row.chars().nth(usize::from(code.checked_sub(first)?));
        let typed =
            ROWS.iter().find_map(|(first, plain, shifted)| at(*first, if self.shift { shifted } else { plain }));
        typed.or_else(|| at(KEYPAD.0, KEYPAD.1))
    }
}
