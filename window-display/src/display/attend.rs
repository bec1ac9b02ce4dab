//! Somebody at the office looks for this display, or tries it.

use protocol::{
    Text,
    attend::{Attend, Attended, IDENTIFY_MS},
};

use super::{Display, standing};

impl Display {
    /// The panel shows where it is, or what it can; a call is never covered. The voice is heard when the server gives it leave.
    pub(super) fn attend(&mut self, now_ms: u64, what: Attend) -> Attended {
        if self.window.as_ref().and_then(standing).is_some() {
            return Attended::not(Text::new(
                "正在显示叫号，请稍后再试",
                "a call stands on the panel; try again in a while",
            ));
        }
        self.attends = Some((what, now_ms.saturating_add(IDENTIFY_MS)));
        self.set_timer();
        self.draw(true);
        let s = IDENTIFY_MS / 1_000;
        match (self.setup.panel, what) {
            (false, _) => Attended::done("语音将依次播放", "the voice is heard in its turn"),
            (true, Attend::Test) if !self.setup.voice => Attended::done(
                format!("显示屏显示测试文字{s}秒，本机没有语音"),
                format!("the panel shows a test for {s} s; it has no voice"),
            ),
            (true, _) if !self.setup.voice => Attended::done(
                format!("显示屏闪烁{s}秒，本机没有语音"),
                format!("the panel says for {s} s that it is here; it has no voice"),
            ),
            (true, Attend::Test) => Attended::done(
                format!("显示屏显示测试文字{s}秒，语音依次播报“A001”"),
                format!("the panel shows a test for {s} s; the voice calls A001 in its turn"),
            ),
            (true, _) => Attended::done(
                format!("显示屏闪烁{s}秒，语音依次播放提示音"),
                format!("the panel says for {s} s that it is here; the voice chimes in its turn"),
            ),
        }
    }
}
