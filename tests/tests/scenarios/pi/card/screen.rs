//! The screen of [`super::other`], looked at and touched through the emulator.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::board::{self, Board};

/// A browser on an emulated processor shows its page by then.
pub const SHOWN_WITHIN: Duration = Duration::from_secs(900);
/// A place in the large button of a page that is turned by a quarter, as the emulator counts, from 0 to 0x7fff. Where touches did not turn with the
/// picture, it would be in another button.
const BUTTON: [(&str, u32); 2] = [("x", 0x6800), ("y", 0x7000)];
/// For so long a finger stays.
const TOUCH: Duration = Duration::from_millis(200);
/// The emulated screen has nothing that draws in three dimensions, and what Debian has instead of it ends at once there: the compositor
/// draws by itself.
pub const DRAWS: (&str, &str) =
    ("etc/systemd/system/yihao-kiosk.service.d/draws.conf", "[Service]\nEnvironment=WLR_RENDERER=pixman\n");

/// Its screen, and a finger.
pub struct Screen {
    orders: UnixStream,
    answers: BufReader<UnixStream>,
    touches: i64,
}

impl Screen {
    /// That of a board that has power.
    pub fn of(board: &Board) -> Self {
        let orders = UnixStream::connect(board.control()).unwrap();
        let answers = BufReader::new(orders.try_clone().unwrap());
        let mut screen = Self { orders, answers, touches: 0 };
        screen.answer();
        screen.order("qmp_capabilities", &json!({}));
        screen
    }

    /// A finger takes a number.
    pub fn touch(&mut self) {
        self.touches += 1;
        let finger = |kind, id: i64| {
            let finger = json!({ "type": kind, "slot": 0, "tracking-id": id, "axis": "x", "value": 0 });
            json!({ "type": "mtt", "data": finger })
        };
        let at = |(axis, value)| {
            let at = json!({ "type": "data", "slot": 0, "tracking-id": self.touches, "axis": axis, "value": value });
            json!({ "type": "mtt", "data": at })
        };
        let button = |down| json!({ "type": "btn", "data": { "button": "touch", "down": down } });
        let [x, y] = BUTTON.map(at);
        let down = json!({ "events": [finger("begin", self.touches), button(true), x, y] });
        self.order("input-send-event", &down);
        thread::sleep(TOUCH);
        self.order("input-send-event", &json!({ "events": [finger("end", -1), button(false)] }));
    }

    /// Somebody at a keyboard wants another console.
    pub fn ask_for_console(&mut self) {
        let keys = ["ctrl", "alt", "f2"].map(|key| json!({ "type": "qcode", "data": key }));
        self.order("send-key", &json!({ "keys": keys }));
    }

    /// Keeps what it shows beside the logs.
    pub fn keep_picture(&mut self, name: &str) {
        let path = board::log(name).with_extension("png");
        self.order("screendump", &json!({ "filename": path, "format": "png" }));
    }

    fn order(&mut self, what: &str, arguments: &Value) {
        let order = json!({ "execute": what, "arguments": arguments });
        writeln!(self.orders, "{order}").unwrap();
        // What the emulator tells by itself is not the answer.
        let answer = loop {
            let said = self.answer();
            if said.get("event").is_none() {
                break said;
            }
        };
        assert!(answer.get("return").is_some(), "{what}: {answer}");
    }

    fn answer(&mut self) -> Value {
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }
}
