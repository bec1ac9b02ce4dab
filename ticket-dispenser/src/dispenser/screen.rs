//! What people see at the dispenser, and what the manager is told about it.

use protocol::{
    FromClient, Text,
    attend::IDENTIFY_MS,
    kiosk::{KioskScreen, KioskState},
    view::LaneView,
};

use super::{Dispenser, Output, Timer, texts};

/// How long a number or a trouble stands on the screen, ms: time to read two languages.
pub(super) const NOTICE_MS: u64 = 8_000;

/// What stands on the screen.
#[derive(Debug, Default)]
pub(super) struct Screen {
    /// What came of the last press; `None` = nothing, or it was read.
    pub notice: Option<KioskScreen>,
    serial: u64,
    /// Somebody at the office looks for this dispenser.
    here: bool,
    here_serial: u64,
    shown: Option<KioskState>,
    /// The trouble that the server was told; `None` = nothing since it came back.
    pub told: Option<Option<Text>>,
}

impl Screen {
    /// Long enough, unless somebody looked again.
    pub fn found(&mut self, serial: u64) {
        self.here &= serial != self.here_serial;
    }

    /// A notice was read, unless a newer one stands there.
    pub fn read(&mut self, serial: u64) {
        if serial == self.serial {
            self.notice = None;
        }
    }
}

impl Dispenser {
    /// Shows itself for a while.
    pub(super) fn identify(&mut self) {
        self.screen.here = true;
        self.screen.here_serial += 1;
        self.set_timer(Timer::Here(self.screen.here_serial), IDENTIFY_MS);
    }

    /// Puts what came of a press on the screen.
    pub(super) fn notice(&mut self, screen: KioskScreen) {
        self.screen.notice = Some(screen);
        self.show_longer();
    }

    /// The same press once more: what came of it stands there a while longer.
    pub(super) fn show_longer(&mut self) {
        if self.screen.notice.is_some() {
            self.screen.serial += 1;
            self.set_timer(Timer::Screen(self.screen.serial), NOTICE_MS);
        }
    }

    /// Shows and tells what changed.
    pub(super) fn show(&mut self) {
        let state = self.kiosk_state();
        if self.screen.shown.as_ref() != Some(&state) {
            self.screen.shown = Some(state.clone());
            self.out.push(Output::Show(state));
        }
        let trouble = self.told();
        if self.online && self.screen.told.as_ref() != Some(&trouble) {
            self.screen.told = Some(trouble.clone());
            self.out.push(Output::Send(FromClient::Trouble { trouble }));
        }
    }

    pub(super) fn kiosk_state(&self) -> KioskState {
        let facts = self.book.hall.as_ref();
        KioskState {
            hall: facts.map(|facts| facts.hall.clone()).unwrap_or_default(),
            online: self.online,
            lanes: self.lanes(),
            screen: self.screen.notice.clone().unwrap_or_else(|| self.base()),
            reader: self.settings.cards.is_some(),
            card: self.card.is_kept(),
            unreadable: self.card.unreadable(),
            here: self.screen.here,
            help: self.help_shown(),
        }
    }

    /// What stands on the screen while nobody's press is on it.
    fn base(&self) -> KioskScreen {
        if !self.jobs.is_empty() || self.doubt.is_wished() {
            return KioskScreen::Working;
        }
        let trouble = |text| KioskScreen::Trouble { text };
        if self.revoked {
            return trouble(texts::revoked());
        }
        match (&self.book.hall, texts::printer(self.printer)) {
            (_, Some(text)) if !self.printer.prints() => trouble(text),
            (None, _) => trouble(texts::never_connected()),
            (Some(facts), _) if !facts.open => KioskScreen::Closed,
            (Some(facts), _) => {
                let reserve = facts.lanes.iter().any(|lane| self.reserve_left(lane.lane) > 0);
                if self.online || reserve { KioskScreen::Ready } else { trouble(self.no_reserve()) }
            }
        }
    }

    /// The queues; without figures while cut off, because they would be old.
    fn lanes(&self) -> Vec<LaneView> {
        match &self.view {
            Some(view) if self.online => view.lanes.clone(),
            _ => {
                let lanes = self.book.hall.iter().flat_map(|facts| &facts.lanes);
                let bare =
                    |lane, name: &Text| LaneView { lane, name: name.clone(), waiting: 0, open_windows: 0, wait: None };
                lanes.map(|lane| bare(lane.lane, &lane.name)).collect()
            }
        }
    }

    /// What the manager is told: that somebody calls, and what is wrong.
    fn told(&self) -> Option<Text> {
        let trouble = self.trouble();
        if !self.help.is_on() {
            return trouble;
        }
        let Text { zh, en } = texts::help_wanted();
        let Text { zh: more_zh, en: more_en } = trouble.unwrap_or_default();
        Some(Text::new(format!("{zh}{more_zh}"), format!("{en} {more_en}").trim_end().to_owned()))
    }

    /// What the manager should know, the worst first.
    fn trouble(&self) -> Option<Text> {
        let printer = texts::printer(self.printer);
        let (stops, low) = if self.printer.prints() { (None, printer) } else { (printer, None) };
        let of = |numbers: &[&str], text: fn(&[&str]) -> Text| (!numbers.is_empty()).then(|| text(numbers));
        let doubtful = self.doubtful();
        let doubtful: Vec<&str> = doubtful.iter().map(|slip| slip.number.as_str()).collect();
        let set_aside: Vec<&str> = self.book.set_aside.iter().map(|given| given.slip.number.as_str()).collect();
        let all = [
            stops,
            (!self.store_works).then(texts::not_recorded),
            of(&doubtful, texts::doubtful),
            of(&self.at_the_printer_again(), texts::reprinting),
            of(&set_aside, texts::set_aside),
            low,
        ];
        texts::together(all.into_iter().flatten().collect())
    }
}
