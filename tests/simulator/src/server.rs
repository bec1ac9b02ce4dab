//! The server: the real desk, journal and live views on a disk that forgets, in a process that dies.

mod session;

use std::collections::{BTreeMap, VecDeque};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use caller_server::answers::Outcome;
use caller_server::clock::{HallClock, Source};
use caller_server::config::HallConfig;
use caller_server::desk::{self, Ask, Input, Machine, Output, Sources, What};
use caller_server::gate::Gate;
use caller_server::journal::forgetful::{ForgetfulDisk, Trouble};
use caller_server::journal::{FileJournal, Hash, Journal, Options, writer::Job};
use caller_server::live::{FanOut, Hall, Tell, Watched};
use caller_server::store::Snapshot;
use hall::{
    Command, Entry, State,
    forecast::Outlook,
    words::{Actor, WindowId},
};
use protocol::{Order, order::WindowAct};
use rand::RngExt;
use tempfile::TempDir;
use tokio::time::Instant;

use self::session::Session;
use crate::act::{Act, Fault, Life, Ms, WishId};
use crate::net::{End, LinkId};
use crate::stage::Stage;
use crate::wishes::Wish;
use crate::witness::Broken;

/// Small, so that a run fills several segments.
const OPTIONS: Options = Options { segment_bytes_max: 48 * 1024 };
/// The desk looks at least this often whether something is due, ms.
const LOOK_AT_LEAST_MS: Ms = 1_000;
/// A journal that did not recover is asked again after this time, ms.
const RECOVER_AGAIN_MS: Ms = 500;
/// A server that did not start is started again after this time, ms.
const START_AGAIN_MS: Ms = 500;
/// A server that died is started again within this time, ms.
const DOWN_MS_MAX: Ms = 8_000;

/// Where an answer goes.
#[derive(Debug, Clone)]
pub enum To {
    /// Nobody asked.
    Nobody,
    /// Over a link, under a key.
    Link(LinkId, String),
    /// To who wished.
    Wish(WishId),
}

/// The computer's clocks, which the world sets.
#[derive(Default)]
struct Clocks {
    wall_ms: AtomicU64,
    monotonic_ms: AtomicU64,
}

struct ClockSource(Arc<Clocks>);

impl Source for ClockSource {
    fn wall_ms(&self) -> u64 {
        self.0.wall_ms.load(Ordering::Relaxed)
    }

    fn monotonic_ms(&self) -> u64 {
        self.0.monotonic_ms.load(Ordering::Relaxed)
    }
}

/// The server, dead or alive.
pub struct Server {
    config: HallConfig,
    dir: TempDir,
    disk: ForgetfulDisk,
    clocks: Arc<Clocks>,
    /// What the wall clock shows beyond the true time, ms.
    clock_error_ms: i64,
    began: (Ms, Instant),
    snapshots: Vec<Snapshot>,
    /// The durable state and the journal's end when it died.
    left: Option<(State, u64, Hash)>,
    life: Life,
    alive: Option<Alive>,
}

struct Alive {
    desk: Machine<To>,
    journal: FileJournal,
    job: Option<Job>,
    views: FanOut,
    clock: HallClock,
    sessions: BTreeMap<LinkId, Session>,
    views_due: Option<Ms>,
}

impl Server {
    /// A server that was never started.
    pub fn new(config: HallConfig, now_ms: Ms) -> std::io::Result<Self> {
        // In memory: nothing is ever synced for real.
        let memory = Path::new("/dev/shm");
        let dir = if memory.is_dir() { TempDir::new_in(memory) } else { TempDir::new() }?;
        let began = (now_ms, Instant::now());
        let (clocks, disk) = Default::default();
        let snapshots = Vec::new();
        Ok(Self { config, dir, disk, clocks, clock_error_ms: 0, began, snapshots, left: None, life: 0, alive: None })
    }

    /// Takes in what happens to the server.
    pub fn act(&mut self, stage: &mut Stage, act: Act) {
        self.set_clocks(stage.now_ms);
        match act {
            Act::ServerStarts if self.alive.is_none() => self.start(stage),
            Act::Flushed(life) if life == self.life => self.flushed(stage),
            Act::ServerDue(life) if life == self.life => self.due(stage),
            Act::RecoverAgain(life) if life == self.life => self.feed(stage, Input::RecoverAgain),
            Act::ViewsDue(life) if life == self.life => self.views_due(stage),
            Act::Fault(fault) => self.fault(stage, fault),
            _ => {}
        }
        self.drain(stage);
    }

    /// A request reaches the server.
    pub fn request(&mut self, stage: &mut Stage, id: WishId, wish: &Wish) {
        self.set_clocks(stage.now_ms);
        let Some(alive) = &self.alive else { return };
        if let Order::Window { window, act: WindowAct::CallNext, .. } = &wish.order {
            stage.witness.asked_next(id, WindowId(*window), alive.desk.seq());
        }
        let what = What::Order(wish.order.clone());
        let ask = Ask { by: wish.by.clone(), key: Some(wish.key.clone()), what, reply: To::Wish(id) };
        self.feed(stage, Input::Asked(ask));
        self.drain(stage);
    }

    /// The journal as it lies on the disk now: for the digest of a run.
    pub fn journal_seq(&self) -> u64 {
        self.alive.as_ref().map_or(0, |alive| alive.journal.head().seq)
    }

    /// The end of the journal, when the server is alive.
    pub fn journal_hash(&self) -> Hash {
        self.alive.as_ref().map_or_else(Hash::default, |alive| alive.journal.head().hash)
    }

    /// Whether who looks is exactly who is connected.
    pub fn check_lookers(&self, stage: &mut Stage) {
        let Some(alive) = &self.alive else { return };
        let open = alive.sessions.values().filter(|session| session.subject.is_some()).count();
        let looking = alive.views.members();
        if open != looking {
            stage.witness.breaks(Broken::GhostLooks(format!("{looking} look, and {open} are connected")));
        }
    }

    fn set_clocks(&self, now_ms: Ms) {
        self.clocks.wall_ms.store(now_ms.saturating_add_signed(self.clock_error_ms), Ordering::Relaxed);
        self.clocks.monotonic_ms.store(now_ms - self.began.0, Ordering::Relaxed);
    }

    fn instant(&self, now_ms: Ms) -> Instant {
        self.began.1 + Duration::from_millis(now_ms - self.began.0)
    }

    fn start(&mut self, stage: &mut Stage) {
        self.life += 1;
        stage.witness.seen.starts += 1;
        let trouble = self.disk.trouble();
        let power_fails = stage.percent(15);
        if power_fails {
            // The power fails once more, while the journal is read and repaired.
            let calls = stage.dice.random_range(0..14);
            self.disk.trouble_after(calls, Trouble::PowerOff);
        }
        let opened = FileJournal::open_on(Box::new(self.disk.clone()), self.dir.path(), OPTIONS);
        let power_failed = self.disk.has_struck();
        if power_failed {
            drop(opened);
            self.forget(stage);
            self.disk.put_back(trouble);
            stage.note(|| "server   the power fails while the journal is opened".into());
            return stage.after(START_AGAIN_MS, Act::ServerStarts);
        }
        if power_fails {
            self.disk.put_back(trouble);
        }
        match opened {
            Ok((journal, opened)) => {
                stage.note(|| {
                    format!("server   starts at entry {}, torn {:?}", opened.seq, opened.torn.map(|torn| torn.bytes))
                });
                self.begin(stage, journal);
            }
            Err(error) if self.disk.trouble().is_some_and(|(_, calls)| calls == 0) => {
                stage.note(|| format!("server   does not start on a disk in trouble: {error}"));
                stage.witness.seen.refused_starts += 1;
                stage.after(START_AGAIN_MS, Act::ServerStarts);
            }
            Err(error) => stage.witness.breaks(Broken::FailedOpen(error.to_string())),
        }
    }

    fn begin(&mut self, stage: &mut Stage, journal: FileJournal) {
        let snapshot = self.some_snapshot(stage);
        let beginning = match desk::replay(&journal, snapshot.as_ref()) {
            Ok(beginning) => beginning,
            Err(error) => return stage.witness.breaks(Broken::FailedOpen(error.to_string())),
        };
        self.check_restart(stage, &journal, &beginning.state);
        let clock = HallClock::from_source(ClockSource(self.clocks.clone()), self.config.tz().expect("a known zone"));
        clock.start_at_least(beginning.state.at_ms);
        let watched = Watched::new(gate(), Box::new(|_| None));
        let names = self.config.names().expect("a sound configuration");
        let outlook = Outlook::playing(self.config.limits.forecast_scenarios);
        let hall = Hall::new(beginning.state.clone(), names, clock.clone(), watched).foretold_by(outlook.clone());
        let views = FanOut::new(hall, self.instant(stage.now_ms));
        let mut tokens = stage.dice.random::<u64>();
        let token = Box::new(move || {
            tokens = tokens.wrapping_add(1);
            format!("s{tokens:016x}")
        });
        let sources = Sources { clock: clock.clone(), day: (&self.config.day).into(), token, outlook };
        let desk = Machine::new(beginning, sources);
        let (job, sessions, views_due) = Default::default();
        self.alive = Some(Alive { desk, journal, job, views, clock, sessions, views_due });
        let plan = What::Command(Command::AdoptPlan(self.config.plan().expect("a sound configuration")));
        self.feed(stage, Input::Asked(Ask { by: Actor::System, key: None, what: plan, reply: To::Nobody }));
        stage.server_listens = true;
        stage.after(LOOK_AT_LEAST_MS, Act::ServerDue(self.life));
    }

    /// Snapshots reach the disk some time later, if at all.
    fn some_snapshot(&mut self, stage: &mut Stage) -> Option<Snapshot> {
        let newest = self.snapshots.len().checked_sub(1)?;
        let at = if stage.percent(70) { newest } else { stage.dice.random_range(0..=newest) };
        let snapshot = self.snapshots.swap_remove(at);
        self.snapshots.clear();
        (!stage.percent(10)).then_some(snapshot)
    }

    /// What was durable is there, unchanged, and leads to the same hall.
    fn check_restart(&self, stage: &mut Stage, journal: &FileJournal, state: &State) {
        let known = stage.witness.model.seq;
        let records = journal.read(known.min(journal.head().seq)).map(|records| records.collect::<Result<Vec<_>, _>>());
        let records = match records {
            Ok(Ok(records)) => records,
            Ok(Err(error)) | Err(error) => return stage.witness.breaks(Broken::Journal(error.to_string())),
        };
        if let Some((left, seq, hash)) = &self.left {
            if known > 0 && records.first().is_none_or(|first| (first.seq, first.hash) != (*seq, *hash)) {
                let what = format!("the journal ends at {}, and entry {seq} was durable", journal.head().seq);
                return stage.witness.breaks(Broken::AcknowledgedLost(what));
            }
            if left.seq == state.seq && left != state {
                stage.witness.breaks(Broken::RestartDiffers(format!("at entry {seq} the hall is another")));
            }
        }
        for record in records.iter().filter(|record| record.seq > known) {
            match serde_json::from_slice::<Entry>(&record.payload) {
                Ok(entry) => stage.witness.durable(&entry, stage.now_ms),
                Err(error) => stage.witness.breaks(Broken::Journal(error.to_string())),
            }
        }
    }

    fn flushed(&mut self, stage: &mut Stage) {
        let Some(alive) = &mut self.alive else { return };
        let input = match alive.job.take() {
            Some(Job::Append { expected_seq, batch }) => match alive.journal.append(expected_seq, &batch) {
                Ok(()) => Input::Written(alive.journal.head()),
                Err(error) => Input::Failed(error, alive.views.hall().state.clone()),
            },
            Some(Job::Recover) => Input::Recovered(alive.journal.recover().map(|()| alive.journal.head())),
            None => return,
        };
        if stage.percent(20) {
            // Its failure costs no record.
            let _ = alive.journal.settle();
        }
        self.feed(stage, input);
    }

    fn due(&mut self, stage: &mut Stage) {
        self.feed(stage, Input::Due);
        let due_in_ms = self.alive.as_ref().and_then(|alive| alive.desk.due_in_ms());
        let ms = due_in_ms.map_or(LOOK_AT_LEAST_MS, |ms| ms.clamp(5, LOOK_AT_LEAST_MS));
        stage.after(ms, Act::ServerDue(self.life));
    }

    fn views_due(&mut self, stage: &mut Stage) {
        let now = self.instant(stage.now_ms);
        if let Some(alive) = &mut self.alive {
            alive.views_due = None;
            alive.views.send_due(now);
        }
    }

    fn feed(&mut self, stage: &mut Stage, input: Input<To>) {
        let Some(alive) = &mut self.alive else { return };
        alive.desk.apply(input);
        let outputs = alive.desk.outputs();
        for output in outputs {
            self.output(stage, output);
        }
    }

    fn output(&mut self, stage: &mut Stage, output: Output<To>) {
        let now = self.instant(stage.now_ms);
        let Some(alive) = &mut self.alive else { return };
        match output {
            Output::Journal(job) => {
                alive.job = Some(job);
                let ms = if stage.percent(4) { stage.between(50, 600) } else { stage.between(0, 6) };
                stage.after(ms, Act::Flushed(self.life));
            }
            Output::Durable(entries, _) => {
                for entry in &entries {
                    stage.note(|| format!("journal  {} {:?} {:?}", entry.seq, entry.by, entry.events));
                    stage.witness.durable(entry, stage.now_ms);
                }
                alive.views.apply(Tell::Durable(entries), now);
            }
            Output::Reply(replies) => replies.into_iter().for_each(|(to, outcome)| self.reply(stage, to, outcome)),
            Output::Storage(trouble) => {
                stage.witness.refusals_forgotten();
                alive.views.apply(Tell::Storage(trouble), now);
            }
            Output::RecoverLater => stage.after(RECOVER_AGAIN_MS, Act::RecoverAgain(self.life)),
            Output::Snapshot => self.snapshots.extend(alive.desk.snapshot()),
        }
    }

    fn reply(&mut self, stage: &mut Stage, to: To, outcome: Outcome) {
        match to {
            // A hall whose first plan is not stored does not open its door: the program ends, and is started again.
            To::Nobody => {
                let has_no_plan = |alive: &Alive| alive.views.hall().state.plan.is_none();
                if outcome.is_err() && self.alive.as_ref().is_some_and(has_no_plan) {
                    self.die(stage, false);
                }
            }
            To::Link(link, key) => self.answer(stage, link, key, &outcome),
            To::Wish(id) => {
                stage.witness.decided(id, &outcome);
                let ms = stage.latency();
                stage.after(ms, Act::Answered(id, outcome));
            }
        }
    }

    fn fault(&mut self, stage: &mut Stage, fault: Fault) {
        match fault {
            Fault::ServerDies { power } => self.die(stage, power),
            Fault::Disk(trouble, calls) if self.alive.is_some() => self.disk.trouble_after(calls, trouble),
            Fault::DiskHeals => self.disk.heal(),
            Fault::ServerClock(by_ms) => self.clock_error_ms += by_ms,
            _ => {}
        }
    }

    fn die(&mut self, stage: &mut Stage, power: bool) {
        let Some(mut alive) = self.alive.take() else { return };
        stage.note(|| format!("server   dies{}", if power { ", and its power fails" } else { "" }));
        let trouble = self.disk.trouble();
        let head = alive.journal.head();
        self.left = Some((alive.views.hall().state.clone(), head.seq, head.hash));
        self.die_while_writing(stage, &mut alive, power);
        self.snapshots.extend(if stage.percent(30) { alive.desk.snapshot() } else { None });
        // The dead tidy nothing up.
        self.disk.trouble_after(0, Trouble::Dead);
        drop(alive);
        if power {
            self.forget(stage);
        }
        self.disk.put_back(trouble);
        self.life += 1;
        stage.server_listens = false;
        stage.witness.refusals_forgotten();
        for link in stage.net.links_of_server() {
            // A dead process's connections are reset; a dead machine says nothing.
            if power { stage.net.close(link, End::Server) } else { stage.close(link, End::Server) }
        }
        let ms = stage.between(50, DOWN_MS_MAX);
        stage.after(ms, Act::ServerStarts);
    }

    /// Of what was being written, any part may reach the disk; nobody was told of it.
    fn die_while_writing(&mut self, stage: &mut Stage, alive: &mut Alive, power: bool) {
        let Some(Job::Append { expected_seq, batch }) = alive.job.take() else { return };
        if power {
            self.disk.trouble_after(stage.dice.random_range(0..4), Trouble::PowerOff);
        }
        if power || stage.percent(50) {
            let _ = alive.journal.append(expected_seq, &batch);
        }
    }

    fn forget(&mut self, stage: &mut Stage) {
        let seed = stage.dice.random();
        self.disk.cut_power(self.dir.path(), seed).expect("a directory that can be written");
    }
}

/// Who the devices are is of no concern here: one empty list for all.
fn gate() -> Arc<Gate> {
    static GATE: OnceLock<(Arc<Gate>, TempDir)> = OnceLock::new();
    let made = GATE.get_or_init(|| {
        let dir = TempDir::new().expect("a temporary directory");
        (Arc::new(Gate::open(dir.path()).expect("an empty directory")), dir)
    });
    made.0.clone()
}
