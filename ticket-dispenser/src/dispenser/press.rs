//! From a press to paper.

use protocol::{
    FromClient, Refused, Text,
    answer::TicketAnswer,
    kiosk::{KioskPress, KioskScreen, KioskTaken},
    order::{Class, IssueOrder, Lane, Language, OfflineIssue, Order},
};

use super::{Dispenser, Given, Output, Record, Slip, Timer, Wish, sync::may_pass, texts};

/// Presses on their way to paper at the same time: more than people can press while one slip comes out.
const JOBS_MAX: usize = 8;
/// Without a reserve the server may take so long, ms.
const LATE_MS_MAX: u64 = 5_000;

/// A press on its way to paper.
#[derive(Debug)]
pub(super) struct Job {
    key: String,
    press: KioskPress,
    at_ms: u64,
    token: String,
    /// Whose card was read for it.
    pub visitor: Option<String>,
    stage: Stage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// That the server will be asked is being made durable: else a power cut could leave a ticket that nobody knows of.
    Noting,
    /// The server was asked.
    Asking,
    /// The number is being made durable.
    Storing,
    /// The slip is being printed.
    Printing,
}

impl Dispenser {
    /// A press, for whomever's card was read before it.
    pub(super) fn pressed(&mut self, wish: Wish) {
        match self.card.take() {
            None if self.gap.is_some() => self.show_longer(),
            visitor => self.wished(wish, visitor),
        }
    }

    /// Somebody wants a number. A card tells two people apart who come in quick succession, and one who comes twice.
    pub(super) fn wished(&mut self, wish: Wish, visitor: Option<String>) {
        let Wish { press, at_ms, key, token } = wish;
        if self.knows(&key) || visitor.as_ref().is_some_and(|visitor| self.is_serving(visitor)) {
            return self.show_longer();
        }
        if let Some(screen) = self.why_not(&press) {
            return self.notice(screen);
        }
        self.screen.notice = None;
        self.gap_serial += 1;
        self.gap = Some(self.gap_serial);
        self.set_timer(Timer::Gap(self.gap_serial), self.settings.press_gap_ms);
        if let Some(slip) = visitor.as_ref().and_then(|visitor| self.own_slip(visitor)) {
            return self.print_for_holder(slip);
        }
        let KioskPress { lane, class, language } = press;
        let order_for = visitor.clone();
        self.jobs.push(Job { key: key.clone(), press, at_ms, token, visitor, stage: Stage::Noting });
        if !self.online {
            return self.give_reserved(&key);
        }
        let order = IssueOrder {
            lane,
            class,
            language,
            appointment_at_ms: None,
            present: true,
            visitor: order_for,
            item: None,
        };
        self.settle(Record::Asked { key: key.clone(), order });
        self.set_timer(Timer::Answer(key), self.settings.answer_ms_max);
    }

    /// A press is noted: now the server is asked, if it is still there and still has to be.
    pub(super) fn noted(&mut self, key: String, order: IssueOrder) {
        let noting = self.jobs.iter_mut().find(|job| job.key == key && job.stage == Stage::Noting);
        match noting {
            Some(job) if self.online => {
                job.stage = Stage::Asking;
                self.out.push(Output::Send(FromClient::Do { key, order: Order::Issue(order) }));
            }
            waiting => {
                let waits = waiting.is_some();
                self.note(Record::Settled { key: key.clone() });
                if waits {
                    self.give_reserved(&key);
                }
            }
        }
    }

    /// The server's number for a press.
    pub(super) fn ticket(&mut self, key: &str, ticket: TicketAnswer) {
        let Some(at) = self.asking(key) else { return self.ghost(key, ticket.ticket, &ticket.token) };
        let day = ticket.ticket.split_once('/').map_or(ticket.ticket.as_str(), |(day, _)| day).to_owned();
        let token = ticket.token.clone();
        let Some(slip) = self.slip_of(key, ticket) else { return };
        let KioskPress { class, language, .. } = self.jobs[at].press;
        let slip = Slip { class, language, ..slip };
        self.jobs[at].token = token;
        self.jobs[at].stage = Stage::Storing;
        self.settle(Record::Given(Given { slip, day, offline: None }));
    }

    /// The server refused a press.
    pub(super) fn press_refused(&mut self, key: &str, refused: Refused) {
        let Some(at) = self.asking(key) else { return };
        if may_pass(&refused.code) {
            // What failed may have happened all the same: it is asked again, and cancelled.
            self.ask_later(key.to_owned());
            return self.give_reserved(key);
        }
        self.note(Record::Settled { key: key.to_owned() });
        self.jobs.remove(at);
        self.notice(KioskScreen::Trouble { text: refused.text });
    }

    pub(super) fn answer_overdue(&mut self, key: &str) {
        let Some(at) = self.waiting(key) else { return };
        if self.reserve_left(self.jobs[at].press.lane) > 0 {
            return self.give_reserved(key);
        }
        self.set_timer(Timer::Late(key.to_owned()), LATE_MS_MAX);
    }

    pub(super) fn answer_lost(&mut self, key: &str) {
        if let Some(at) = self.waiting(key) {
            self.jobs.remove(at);
            self.notice(KioskScreen::Trouble { text: texts::no_answer() });
        }
    }

    /// The link is down: nobody answers any more.
    pub(super) fn answers_lost(&mut self) {
        let asking = self.jobs.iter().filter(|job| job.stage == Stage::Asking).map(|job| job.key.clone());
        for key in asking.collect::<Vec<_>>() {
            self.give_reserved(&key);
        }
    }

    /// No record, no paper; and nobody stands in line under a number that nobody holds.
    pub(super) fn given_not_recorded(&mut self, given: &Given) {
        if given.offline.is_some() {
            // Else a disk that fails for a while would use up the reserve, and nobody would hold a number of it.
            self.book.give_back(given.slip.lane, &given.day, &given.slip.number);
        }
        let Some(at) = self.jobs.iter().position(|job| job.key == given.slip.key) else { return };
        let job = self.jobs.remove(at);
        self.notice(KioskScreen::Trouble { text: texts::not_recorded() });
        if given.offline.is_none() {
            let ticket = format!("{}/{}", given.day, given.slip.number);
            self.ghost(&job.key, ticket, &job.token);
        }
    }

    /// What can't be noted is not asked.
    pub(super) fn press_not_recorded(&mut self, key: &str) {
        if let Some(at) = self.waiting(key) {
            self.jobs.remove(at);
            self.notice(KioskScreen::Trouble { text: texts::not_recorded() });
        }
    }

    /// The number of a press goes to the printer.
    pub(super) fn prints_now(&mut self, key: &str) {
        if let Some(job) = self.jobs.iter_mut().find(|job| job.key == key) {
            job.stage = Stage::Printing;
        }
    }

    /// The slip of a press came to its end, one way or the other; whether somebody waits for it at the screen.
    pub(super) fn leaves_printer(&mut self, key: &str) -> bool {
        let at = self.jobs.iter().position(|job| job.key == key);
        at.map(|at| self.jobs.remove(at)).is_some()
    }

    /// Whether the server was asked for this press and its answer is still awaited by somebody.
    pub(super) fn is_asking(&self, key: &str) -> bool {
        self.asking(key).is_some()
    }

    /// Whether somebody is about to get the ticket with this token on paper: the same answer came twice.
    pub(super) fn holds(&self, key: &str, token: &str) -> bool {
        self.jobs.iter().any(|job| job.key == key && job.token == token)
    }

    /// How many numbers of a lane may be given out today.
    pub(super) fn reserve_left(&self, lane: Lane) -> u32 {
        self.reserve_day().map_or(0, |day| self.book.left(lane, day))
    }

    /// The business day whose numbers may be given out without the server: the one that it confirmed today.
    pub(super) fn reserve_day(&self) -> Option<&str> {
        let facts = self.book.hall.as_ref().filter(|facts| facts.confirmed_on == self.today && !self.revoked)?;
        facts.day.as_deref()
    }

    fn give_reserved(&mut self, key: &str) {
        let Some(at) = self.jobs.iter().position(|job| job.key == key) else { return };
        let lane = self.jobs[at].press.lane;
        let day = self.reserve_day().map(str::to_owned);
        let number = day.as_deref().and_then(|day| self.book.take(lane, day));
        let (Some(day), Some(number)) = (day, number) else {
            self.jobs.remove(at);
            return self.notice(KioskScreen::Trouble { text: self.no_reserve() });
        };
        let job = &mut self.jobs[at];
        job.stage = Stage::Storing;
        let KioskPress { class, language, .. } = job.press;
        let (token, at_ms, visitor) = (job.token.clone(), job.at_ms, job.visitor.clone());
        // With its day: on another, the same number means somebody else.
        let ticket = format!("{day}/{number}");
        let slip = self.slip(&self.jobs[at], number, at_ms);
        let offline = Some(OfflineIssue { ticket, class, language, token, at_ms, visitor });
        self.settle(Record::Given(Given { slip, day, offline }));
    }

    /// Why nothing can be given out without the server.
    pub(super) fn no_reserve(&self) -> Text {
        match &self.book.hall {
            _ if self.revoked => texts::revoked(),
            None => texts::never_connected(),
            Some(facts) if facts.confirmed_on != self.today => {
                texts::reserve_old(facts.day.as_deref().unwrap_or(&facts.confirmed_on))
            }
            Some(_) => texts::reserve_empty(),
        }
    }

    /// Why a press gets no number at all. The printer's truth comes before everything.
    fn why_not(&self, press: &KioskPress) -> Option<KioskScreen> {
        let trouble = |text| Some(KioskScreen::Trouble { text });
        if self.revoked {
            return trouble(texts::revoked());
        }
        if !self.printer.prints() {
            return texts::printer(self.printer).and_then(trouble);
        }
        let Some(facts) = &self.book.hall else { return trouble(texts::never_connected()) };
        if !facts.open {
            return Some(KioskScreen::Closed);
        }
        if facts.lane_name(press.lane).is_none() {
            return trouble(texts::not_offered());
        }
        if !matches!(press.class, Class::Normal | Class::Priority) {
            return trouble(texts::not_here());
        }
        (self.jobs.len() >= JOBS_MAX).then(|| KioskScreen::Trouble { text: texts::too_many() })
    }

    /// The slip of a ticket as the server knows it; `None` as long as nothing is known of the hall. A visitor who holds a ticket
    /// gets it again, whatever was pressed.
    pub(super) fn slip_of(&self, key: &str, ticket: TicketAnswer) -> Option<Slip> {
        let facts = self.book.hall.as_ref()?;
        Some(Slip {
            key: key.to_owned(),
            number: ticket.number,
            hall: facts.hall.clone(),
            lane: ticket.lane,
            lane_name: facts.lane_name(ticket.lane).cloned().unwrap_or_default(),
            zone: ticket.zone.and_then(|zone| facts.zone_name(zone)).cloned(),
            ahead: Some(ticket.ahead),
            wait: ticket.wait,
            at_ms: ticket.at_ms,
            url: format!("{}{}", facts.ticket_url, ticket.token),
            offline: false,
            reprint: ticket.reprint,
            class: Class::default(),
            language: Language::default(),
        })
    }

    /// A slip as a dispenser knows it by itself.
    fn slip(&self, job: &Job, number: String, at_ms: u64) -> Slip {
        let facts = self.book.hall.as_ref();
        let lane = job.press.lane;
        Slip {
            key: job.key.clone(),
            number,
            hall: facts.map(|facts| facts.hall.clone()).unwrap_or_default(),
            lane,
            lane_name: facts.and_then(|facts| facts.lane_name(lane)).cloned().unwrap_or_default(),
            zone: None,
            ahead: None,
            wait: None,
            at_ms,
            url: format!("{}{}", facts.map_or("", |facts| &facts.ticket_url), job.token),
            offline: true,
            reprint: false,
            class: job.press.class,
            language: job.press.language,
        }
    }

    fn asking(&self, key: &str) -> Option<usize> {
        self.jobs.iter().position(|job| job.key == key && job.stage == Stage::Asking)
    }

    /// A press that has no number yet.
    fn waiting(&self, key: &str) -> Option<usize> {
        self.jobs.iter().position(|job| job.key == key && matches!(job.stage, Stage::Noting | Stage::Asking))
    }

    /// Whether a key was used for another press.
    fn knows(&self, key: &str) -> bool {
        self.jobs.iter().any(|job| job.key == key)
            || self.book.asked.contains_key(key)
            || self.book.unprinted.contains_key(key)
            || self.book.unmerged.iter().any(|given| given.slip.key == key)
    }
}

/// What the screen says of a slip that is out.
pub(super) fn taken(slip: Slip) -> KioskTaken {
    KioskTaken {
        number: slip.number,
        lane: slip.lane,
        zone: slip.zone,
        ahead: slip.ahead,
        wait: slip.wait,
        url: slip.url,
        offline: slip.offline,
        reprint: slip.reprint,
    }
}
