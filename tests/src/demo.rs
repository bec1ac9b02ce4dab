//! The demonstration: the hall of Tongxiang as real programs, a seeded day of visitors, simulated clerks, and one window for you.
//!
//! - `options`, `problem`, `teller`: what is asked, what can stand in the way, what is said
//! - `day`, `shift`: the plan, pure: who comes when, who works when
//! - `folder`, `setup`, `processes`: the directory, the furniture, the programs
//! - `clock`, `follow`, `person`: the hall's time, screens and sessions that outlive a restart of the server
//! - `visitors`, `clerk`, `ledger`: who presses, who calls, and who holds which number
//! - `overview`, `addresses`, `summary`: what there is to see

mod addresses;
mod clerk;
mod clock;
pub(crate) mod day;
mod folder;
mod follow;
mod ledger;
mod options;
mod overview;
mod person;
mod problem;
mod processes;
mod setup;
mod shift;
mod summary;
mod teller;
mod visitors;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use caller_server::clock::HallClock;
use jiff::{civil::Time, tz::TimeZone};
use protocol::{
    kiosk::KioskPress,
    order::{Class, Lane, Language},
    view::{DeviceRole, ManagerView},
};
use tokio::sync::watch;
use tokio::time::sleep;

pub use options::Options;
pub use problem::Problem;

use clerk::Clerk;
use clock::Clock;
use folder::Folder;
use ledger::Ledger;
use person::Person;
use processes::{Processes, Program};
use setup::{Device, Furniture, MANAGER};
use summary::Summary;
use teller::Teller;
use visitors::Kiosk;

/// The hall's time at the beginning: the clerks are about to sit down.
const BEGIN: (i8, i8) = (8, 25);
/// Who is still in the hall at this time, seconds after midnight, is not accounted for.
const END_S: u32 = 20 * 3_600;
/// A server that is not ready by then never will be.
const READY_WITHIN_S: u64 = 30;
/// How often the hall is looked at, and the line that lives drawn.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// The hall is empty when it looked so this often: somebody who comes back to the queue is seen there a moment later.
const EMPTY_LOOKS: u32 = 4;

/// What visitors and clerks share.
pub struct World {
    clock: Arc<Clock>,
    ledger: Ledger,
    teller: Arc<Teller>,
    kiosks: Vec<Kiosk>,
    manager: Person,
    citizen: Person,
    /// What the manager sees.
    hall: watch::Receiver<Option<ManagerView>>,
    /// Whether the clerks may go home.
    over: watch::Receiver<bool>,
}

impl World {
    /// Does something after so many seconds; until then somebody counts as under way.
    fn later<F>(self: Arc<Self>, after_s: u32, what: impl FnOnce(Arc<Self>) -> F + Send + 'static)
    where
        F: Future<Output = ()> + Send,
    {
        self.ledger.set_out();
        tokio::spawn(async move {
            self.clock.pass_s(after_s).await;
            what(self.clone()).await;
            self.ledger.arrived();
        });
    }
}

/// Runs a demonstration until `stop`, or to the end of the day with `--once`. Whether every visitor is accounted for.
///
/// # Errors
/// It can't begin; the sentence says what to do.
pub async fn run(options: Options, stop: impl Future<Output = ()>) -> Result<bool, Problem> {
    let teller = Arc::new(Teller::new());
    let programs = Programs::find()?;
    let server = SocketAddr::from((Ipv4Addr::LOCALHOST, options.port));
    if !setup::is_free(server) {
        return Err(Problem::PortTaken(options.port));
    }
    let folder = Folder::make(&options.data_dir, &teller)?;
    teller.say("准备大厅：账户、设备 · Setting up the hall: accounts, devices");
    let furniture = setup::furnish(&folder, server, &options)?;
    let mut processes = Processes::new(teller.clone());
    let ended = tokio::select! {
        ended = play(&options, &programs, &folder, &furniture, &mut processes, teller.clone()) => ended,
        () = stop => {
            teller.settle();
            teller.say("正在停止 · Stopping");
            Ok(true)
        }
    };
    processes.stop().await;
    ended
}

/// Opens the hall, lets the day pass, and keeps the hall up unless `--once`.
async fn play(
    options: &Options,
    programs: &Programs,
    folder: &Folder,
    furniture: &Furniture,
    processes: &mut Processes,
    teller: Arc<Teller>,
) -> Result<bool, Problem> {
    let visitors = day::plan_day(options.seed)?;
    let server = SocketAddr::from((Ipv4Addr::LOCALHOST, options.port));
    teller.say("启动服务器、取号机和窗口屏 · Starting the server, the dispensers and the displays");
    let clock = Arc::new(begin(options, furniture)?);
    let logs = folder.within("logs")?;
    processes.keep(programs.server(furniture, server, clock.clone(), logs.join("server.log")))?;
    until_ready(server, logs.join("server.log")).await?;
    for device in &furniture.devices {
        let log = logs.join(format!("{}.log", device.name));
        processes.keep(programs.device(device, furniture, log))?;
    }
    teller.say("受理员登录 · The clerks sign in");
    let manager = Person::sign_in(server, MANAGER).await?;
    let (end, over) = watch::channel(false);
    let kiosks = furniture.devices.iter().filter_map(|device| device.kiosk).map(Kiosk::open).collect();
    let hall = overview::watch_hall(&manager, clock.clone());
    let citizen = Person::citizen(server);
    let world = Arc::new(World { clock, ledger: Ledger::default(), teller, kiosks, manager, citizen, hall, over });
    for (window, name) in setup::clerks(&furniture.windows) {
        let person = Person::sign_in(server, &name).await?;
        let clerk = Clerk::new(world.clone(), person, shift::plan_shift(options.seed, window), options.seed);
        tokio::spawn(clerk.work());
    }
    addresses::tell(&world, server, &first_citizen(&world).await, folder.path());
    let planned = visitors.len();
    let ended = pass_day(&world, server, visitors).await;
    let _ = end.send(true);
    let right = tell_end(&world, planned, ended).await;
    if !options.once {
        world.teller.say("大厅继续开着，Ctrl-C 结束 · The hall stays open; Ctrl-C stops it.");
        std::future::pending::<()>().await;
    }
    Ok(right)
}

/// Somebody takes a number before the doors open, whose page is shown to you.
async fn first_citizen(world: &World) -> String {
    let press = KioskPress { lane: Lane::Acceptance, class: Class::Normal, language: Language::Zh };
    let Some(kiosk) = world.kiosks.first() else { return String::new() };
    kiosk.take(&press, world).await.token
}

/// Lets the day pass; whether it ended before the time was up.
async fn pass_day(world: &Arc<World>, server: SocketAddr, visitors: Vec<day::Visitor>) -> bool {
    let mut coming = tokio::spawn(visitors::come(world.clone(), visitors));
    let mut all_came = false;
    let mut empty_looks = 0;
    let mut hour = BEGIN.0;
    while empty_looks < EMPTY_LOOKS {
        tokio::select! {
            _ = &mut coming, if !all_came => all_came = true,
            () = sleep(LOOK_EVERY) => {}
        }
        let empty = world.hall.borrow().as_ref().is_some_and(|hall| {
            world.teller.live(overview::line(world, hall));
            overview::is_empty(hall)
        });
        empty_looks = if all_came && empty && world.ledger.under_way() == 0 { empty_looks + 1 } else { 0 };
        let now = world.clock.local().hour();
        if now != std::mem::replace(&mut hour, now) {
            addresses::tell_newest(world, server);
        }
        if world.clock.now_ms() > world.clock.at_ms(END_S) {
            return false;
        }
    }
    true
}

async fn tell_end(world: &World, planned: usize, ended: bool) -> bool {
    world.teller.settle();
    let Some(summary) = Summary::draw_up(world, planned, ended).await else { return false };
    world.teller.say(&summary.text());
    summary.is_right()
}

fn begin(options: &Options, furniture: &Furniture) -> Result<Clock, Problem> {
    let zone = TimeZone::get(&furniture.zone).map_err(|error| Problem::Settings(error.to_string()))?;
    let today = HallClock::system(zone.clone());
    let day = options.day.unwrap_or_else(|| today.local(today.now_ms()).date());
    Clock::begin(day, Time::constant(BEGIN.0, BEGIN.1, 0, 0), options.speed, zone).ok_or(Problem::Day)
}

async fn until_ready(server: SocketAddr, log: PathBuf) -> Result<(), Problem> {
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(READY_WITHIN_S) {
        if let Some(mut client) = crate::client::Client::try_connect(server).await {
            let asked = client.request(hyper::Method::GET, "/readyz", None, hyper::body::Bytes::new()).await;
            if asked.is_ok_and(|reply| reply.status == 200) {
                return Ok(());
            }
        }
        sleep(Duration::from_millis(20)).await;
    }
    Err(Problem::NotReady(READY_WITHIN_S, log))
}

/// The executables, beside this one.
struct Programs {
    server: PathBuf,
    dispenser: PathBuf,
    display: PathBuf,
}

impl Programs {
    fn find() -> Result<Self, Problem> {
        let here = std::env::current_exe()?;
        let find = |name: &'static str| {
            // Two directories: a test lies in one below.
            let all = here.ancestors().skip(1).take(2).map(|dir| dir.join(name));
            all.into_iter().find(|path| path.is_file()).ok_or(Problem::NotBuilt(name))
        };
        Ok(Self {
            server: find("caller-server")?,
            dispenser: find("ticket-dispenser")?,
            display: find("window-display")?,
        })
    }

    fn server(&self, furniture: &Furniture, address: SocketAddr, clock: Arc<Clock>, log: PathBuf) -> Program {
        let text = |path: &PathBuf| path.to_string_lossy().into_owned();
        let (config, data_dir) = (text(&furniture.config), text(&furniture.data_dir));
        let arguments = move || {
            let (now, speed) = (clock.local().to_string(), clock.speed.to_string());
            let address = address.to_string();
            ["serve", "--config", &config, "--data-dir", &data_dir, "--listen", &address, "--demo-start", &now]
                .into_iter()
                .chain(["--demo-speed", &speed])
                .map(str::to_owned)
                .collect()
        };
        let (executable, zone) = (self.server.clone(), furniture.zone.clone());
        Program { name: "caller-server".into(), executable, arguments: Box::new(arguments), zone, log }
    }

    fn device(&self, device: &Device, furniture: &Furniture, log: PathBuf) -> Program {
        let profile = device.profile.to_string_lossy().into_owned();
        let executable = if device.role == DeviceRole::Dispenser { &self.dispenser } else { &self.display };
        let (name, executable, zone) = (device.name.clone(), executable.clone(), furniture.zone.clone());
        let arguments = Box::new(move || vec!["--profile".to_owned(), profile.clone()]);
        Program { name, executable, arguments, zone, log }
    }
}
