//! What stands on a panel, kept there: drawn again when it moves, when the panel was cut off, and when it may have lost it.

use std::{collections::VecDeque, time::Duration};

use embedded_graphics::geometry::Size;
use tokio::time::{Instant, sleep_until};

use super::{Panel, PanelError, Picture, Sign, remote::Remote};
use crate::display::{Input, PanelText};

/// A panel that could not be written is tried again after this time.
pub(super) const RETRY: Duration = Duration::from_secs(1);

/// A panel and what stands on it.
pub struct Screen(Kind);

enum Kind {
    /// It takes dots, at once.
    Dots(Dots),
    /// It takes texts, and answers when it shows them.
    Beside(Remote),
}

impl Screen {
    /// A panel of this size that says nothing yet.
    pub fn new(panel: Box<dyn Panel>, size: Size) -> Self {
        Self(Kind::Dots(Dots::new(panel, size)))
    }

    /// A panel that runs beside the shell.
    pub(super) fn beside(remote: Remote) -> Self {
        Self(Kind::Beside(remote))
    }

    /// Puts up another text; [`Screen::said`] tells what became of it.
    pub fn show(&mut self, panel: PanelText, blink: bool) {
        match &mut self.0 {
            Kind::Dots(dots) => dots.show(panel, blink),
            Kind::Beside(remote) => remote.show(panel, blink),
        }
    }

    /// From now on so bright: 1 to 100 percent.
    pub fn dim(&mut self, percent: u32) {
        match &mut self.0 {
            Kind::Dots(dots) => dots.dim(percent),
            Kind::Beside(remote) => remote.dim(percent),
        }
    }

    /// Waits for the next thing to be known: that the text is shown, or why not. Draws meanwhile. May be dropped at any time.
    pub async fn said(&mut self) -> Input {
        match &mut self.0 {
            Kind::Dots(dots) => dots.said().await,
            Kind::Beside(remote) => remote.said().await,
        }
    }

    /// Waits until the last text stands, if it comes soon, so that no call is left on the panel of a program that ends.
    pub async fn close(self) {
        if let Kind::Beside(remote) = self.0 {
            remote.close().await;
        }
    }
}

/// A panel that takes dots.
struct Dots {
    panel: Box<dyn Panel>,
    size: Size,
    sign: Sign,
    on_panel: PanelText,
    brightness_percent: u32,
    put_up_at: Instant,
    drawn_at: Instant,
    failed: bool,
    said: VecDeque<Input>,
}

impl Dots {
    fn new(panel: Box<dyn Panel>, size: Size) -> Self {
        let now = Instant::now();
        Self {
            panel,
            size,
            sign: Sign::new(size, "", false),
            on_panel: PanelText { text: String::new(), call: None },
            brightness_percent: 100,
            put_up_at: now,
            drawn_at: now,
            failed: false,
            said: VecDeque::new(),
        }
    }

    fn show(&mut self, panel: PanelText, blink: bool) {
        self.sign = Sign::new(self.size, &panel.text, blink);
        self.on_panel = panel;
        self.put_up_at = Instant::now();
        self.draw(true);
    }

    fn dim(&mut self, percent: u32) {
        self.brightness_percent = percent;
        self.draw(self.failed);
    }

    async fn said(&mut self) -> Input {
        loop {
            if let Some(said) = self.said.pop_front() {
                return said;
            }
            match self.next() {
                Some(wait) => sleep_until(self.drawn_at + wait).await,
                None => std::future::pending().await,
            }
            self.draw(self.failed);
        }
    }

    /// How long after it was drawn it is to be drawn again.
    fn next(&self) -> Option<Duration> {
        if self.failed {
            return Some(RETRY);
        }
        let moves = self.sign.moves_after(ms(self.put_up_at));
        let frame_every = self.panel.frame_every().filter(|_| moves);
        [frame_every, self.panel.refresh_every()].into_iter().flatten().min()
    }

    /// Draws, and says that it is shown if that is news.
    fn draw(&mut self, news: bool) {
        let frame = self.sign.frame(ms(self.put_up_at));
        let (text, brightness_percent) = (self.on_panel.text.as_str(), self.brightness_percent);
        let put = self.panel.put(Picture { frame: &frame, text, brightness_percent });
        self.drawn_at = Instant::now();
        self.failed = put.is_err();
        match put {
            Ok(()) if news => self.said.push_back(Input::PanelShown { call: self.on_panel.call }),
            Ok(()) => {}
            Err(error) => self.fail(&error),
        }
    }

    fn fail(&mut self, error: &PanelError) {
        self.said.push_back(Input::PanelFailed { trouble: error.text() });
    }
}

fn ms(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}
