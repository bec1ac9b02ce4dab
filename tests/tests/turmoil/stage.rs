//! A hall with everybody in it, and the weather between them.

use std::future::pending;
use std::path::PathBuf;
use std::time::Duration;

use caller_server::clock::HallClock;
use caller_server::config::HallConfig;
use caller_server::{Server, Work};
use tests::hall::{Hall, Setup};
use turmoil::Sim;

use crate::devices::{DispenserAt, DisplayAt, Kept, follow, zone};
use crate::people::{Answered, Person};
use crate::world::{Chance, Door, SERVER, SimTime};

/// Dispensers, and as many windows with a clerk and a display each.
pub const DISPENSERS: u16 = 2;
/// Windows with a clerk and a display each.
pub const WINDOWS: u16 = 2;
/// A message is under way for at most so long, ms, when the weather is fine.
const LATE_MS: u64 = 20;
/// A flush of the journal takes less, ms: a slow disk, so that programs die in the middle of it.
const FLUSH_MS_MAX: u64 = 60;
/// The world's clock goes on by so much at once, ms: half of that takes twice as long, and shows no more.
const TICK_MS: u64 = 2;
/// The longest simulation, far above what a scenario takes.
const SIM_MAX: Duration = Duration::from_secs(3_600);

/// A hall with everybody in it.
pub struct Stage {
    /// The world.
    pub sim: Sim<'static>,
    /// The hall's files and keys; its server runs in the world.
    pub hall: Hall,
    /// The weather's chance.
    pub chance: Chance,
    /// Dispensers.
    pub dispensers: Vec<DispenserAt>,
    /// Displays.
    pub displays: Vec<DisplayAt>,
    /// The calls that a follower of each window heard of.
    pub followed: Vec<Kept<u64>>,
    /// Every order that was answered.
    pub answered: Answered,
    /// What befell whom.
    pub log: Vec<String>,
}

impl Stage {
    /// Everybody comes, in fine weather; people press and serve until then, ms.
    pub fn set(seed: u64, until_ms: u64) -> Self {
        let hall =
            Hall::set_up(Setup { clerks: WINDOWS, dispensers: DISPENSERS, displays: WINDOWS, ..Setup::default() });
        let latest = Duration::from_millis(LATE_MS);
        let mut builder = turmoil::Builder::new();
        builder.rng_seed(seed).simulation_duration(SIM_MAX).tick_duration(Duration::from_millis(TICK_MS));
        let sim = builder
            .min_message_latency(Duration::from_millis(1))
            .max_message_latency(latest)
            .tcp_capacity(1_024)
            .build();
        let mut stage = Self {
            sim,
            hall,
            chance: Chance::new(seed),
            dispensers: Vec::new(),
            displays: Vec::new(),
            followed: Vec::new(),
            answered: Answered::default(),
            log: Vec::new(),
        };
        stage.add_server();
        (1..=DISPENSERS).for_each(|n| stage.add_dispenser(n, until_ms));
        (1..=WINDOWS).for_each(|window| stage.add_window(window, until_ms));
        stage.add_portal(until_ms);
        stage
    }

    /// Everybody but the server.
    pub fn others(&self) -> Vec<String> {
        let named = |kind: &'static str, count| (1..=count).map(move |n| format!("{kind}-{n}"));
        let windows = ["clerk", "display", "follower"].into_iter().flat_map(|kind| named(kind, WINDOWS));
        named("dispenser", DISPENSERS).chain(windows).chain(["portal".into()]).collect()
    }

    /// Lets time pass.
    pub fn pass(&mut self, ms: u64) {
        let until = self.sim.elapsed() + Duration::from_millis(ms);
        while self.sim.elapsed() < until {
            self.sim.step().unwrap_or_else(|error| panic!("{error}"));
        }
    }

    /// Does something to the world, and notes it.
    pub fn act(&mut self, what: &str, act: impl FnOnce(&mut Sim<'static>)) {
        self.log.push(format!("{:>7} ms {what}", self.sim.elapsed().as_millis()));
        act(&mut self.sim);
    }

    /// The power of a program's machine fails: it ends, and nobody is told. (A goodbye on each connection would also come in
    /// an order that no seed decides.)
    pub fn crash(&mut self, name: &str) {
        let links = self.links(name);
        self.act(&format!("{name} dies"), |sim| {
            links.iter().for_each(|other| sim.partition(other.as_str(), SERVER));
            sim.crash(name);
        });
    }

    /// A program starts again, and is connected.
    pub fn start(&mut self, name: &str) {
        let links = self.links(name);
        self.act(&format!("{name} starts"), |sim| {
            links.iter().for_each(|other| sim.repair(other.as_str(), SERVER));
            sim.bounce(name);
        });
    }

    /// Who is linked with the server over the links of a program.
    fn links(&self, name: &str) -> Vec<String> {
        if name == SERVER { self.others() } else { vec![name.to_owned()] }
    }

    /// Whatever was cut or held back is whole again.
    pub fn heal(&mut self) {
        for other in self.others() {
            self.act(&format!("{other} is connected"), |sim| {
                sim.release(other.as_str(), SERVER);
                sim.repair(other.as_str(), SERVER);
            });
        }
    }

    /// Ends every program, so that only files and memories are left.
    pub fn end(&mut self) {
        for name in self.others().iter().map(String::as_str).chain([SERVER]) {
            self.crash(name);
        }
    }

    fn add_server(&mut self) {
        let config = HallConfig::parse(&Setup::default().config).unwrap();
        let config = HallConfig { data_dir: self.hall.data_dir().to_owned(), ..config };
        let chance = self.chance.branch();
        self.sim.host(SERVER, move || {
            let (config, flush) = (config.clone(), Duration::from_millis(chance.within(2, FLUSH_MS_MAX)));
            async move {
                let clock = HallClock::from_source(SimTime, zone());
                let server = Server::open(&config, clock, Work::InPlace { flush }).await?;
                Ok(server.run(Door::open().await?, pending()).await?)
            }
        });
    }

    fn add_dispenser(&mut self, n: u16, until_ms: u64) {
        let chance = self.chance.branch();
        let dispenser = DispenserAt {
            name: format!("dispenser-{n}"),
            key: self.hall.dispenser_keys[usize::from(n) - 1].clone(),
            directory: self.disk(n),
            slips: Kept::default(),
            skew_ms: i64::try_from(chance.within(0, 600_000)).unwrap() - 300_000,
            chance,
            until_ms,
        };
        let host = dispenser.clone();
        self.sim.host(dispenser.name.as_str(), move || host.clone().run());
        self.dispensers.push(dispenser);
    }

    fn add_window(&mut self, window: u16, until_ms: u64) {
        let key = self.hall.display_keys[usize::from(window) - 1].clone();
        let chance = self.chance.branch();
        let display = DisplayAt { window, key, shown: Kept::default(), spoken: Kept::default(), chance };
        let host = display.clone();
        self.sim.host(format!("display-{window}"), move || host.clone().run());
        self.displays.push(display);

        let (heard, chance) = (Kept::default(), self.chance.branch());
        self.followed.push(heard.clone());
        self.sim.host(format!("follower-{window}"), move || follow(window, heard.clone(), chance.clone()));

        let (answered, chance) = (self.answered.clone(), self.chance.branch());
        self.sim.host(format!("clerk-{window}"), move || {
            let (answered, chance) = (answered.clone(), chance.clone());
            async move {
                Person::clerk(window, chance, answered).await.serve(window, until_ms).await;
                Ok(())
            }
        });
    }

    fn add_portal(&mut self, until_ms: u64) {
        let (answered, chance) = (self.answered.clone(), self.chance.branch());
        let key = self.hall.dispenser_keys[0].clone();
        self.sim.host("portal", move || {
            let (answered, chance, key) = (answered.clone(), chance.clone(), key.clone());
            async move {
                Person::with_key(&key, chance, answered).await.take_numbers(until_ms).await;
                Ok(())
            }
        });
    }

    fn disk(&self, n: u16) -> PathBuf {
        self.hall.data_dir().with_file_name(format!("dispenser-{n}"))
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("{}", self.log.join("\n"));
        }
    }
}
