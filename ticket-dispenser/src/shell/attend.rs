//! Somebody at the office looks for this dispenser, tries its printer, reads its log, or wants it to begin anew.

use protocol::{
    FromClient, Text,
    attend::{Attend, Attended, IDENTIFY_MS},
    order::Lane,
};

use tracing::info;

use super::hands::Hands;
use crate::{dispenser::Input, slip};

/// What of it outlasts a message.
#[derive(Debug, Default)]
pub(super) struct Attending {
    /// The slip that is nobody's number, while it is printed: its key, and that of who wants it.
    trial: Option<(String, String)>,
    /// It is to begin anew.
    pub anew: bool,
}

impl Hands {
    pub(super) fn attend(&mut self, key: String, what: Attend) {
        let attended = match what {
            Attend::Test => match self.try_printer(&key) {
                Ok(()) => return,
                Err(why) => Attended::not(why),
            },
            Attend::Identify => {
                self.feed(Input::Identify);
                let s = IDENTIFY_MS / 1_000;
                Attended::done(
                    format!("指示灯闪烁、屏幕提示{s}秒"),
                    format!("its lamp flashes and its screen says so for {s} s"),
                )
            }
            Attend::Restart => {
                self.attending.anew = true;
                Attended::restarts()
            }
            Attend::Log => Attended::log(self.recent.lines()),
        };
        self.say_attended(key, attended);
    }

    /// A slip came out or not: the machine's business, unless it was nobody's number.
    pub(super) fn happened(&mut self, input: Input) {
        let Input::Printed { key, whole } = &input else { return self.feed(input) };
        match self.attending.trial.take_if(|(slip, _)| slip == key) {
            None => self.feed(input),
            Some((_, wanted)) if *whole => {
                self.say_attended(wanted, Attended::done("测试小票已打印", "the test slip is printed"));
            }
            Some((_, wanted)) => self.say_attended(wanted, Attended::not(not_whole())),
        }
    }

    /// Prints a slip that is nobody's number, after those that wait.
    fn try_printer(&mut self, wanted: &str) -> Result<(), Text> {
        let status = self.machine.printer();
        if !status.prints() {
            return Err(status.text());
        }
        let key = (self.name)();
        let slip = slip::specimen(Lane::Acceptance, key.clone(), self.clock.now_ms());
        info!(number = slip.number, "print, nobody's number");
        self.attending.trial = Some((key, wanted.to_owned()));
        if self.print.ask(slip) { Ok(()) } else { Err(not_whole()) }
    }

    fn say_attended(&self, key: String, attended: Attended) {
        // Who asked hears that nothing came.
        let _ = self.say.try_send(FromClient::Attended { key, attended });
    }
}

fn not_whole() -> Text {
    Text::new("测试小票没有打印完整，请检查打印机", "the test slip did not come out whole; look at the printer")
}
