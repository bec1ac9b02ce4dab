//! A server process with accounts and devices, on a port and in a directory of its own.

use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use caller_server::gate::{Gate, accounts::Role};
use protocol::view::DeviceRole;
use tempfile::TempDir;

use crate::client::Client;
use crate::ports::free_address;
use crate::process::Usage;

/// The password of everybody in a scenario.
pub const PASSWORD: &str = "one number, one window";
/// A server that is not ready by then never will be.
const READY_WITHIN: Duration = Duration::from_secs(30);
/// A store that has not read a million entries by then never will.
const SETTLED_WITHIN: Duration = Duration::from_secs(300);

/// What a hall has.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The settings, TOML; the data directory and the address are given on the command line.
    pub config: String,
    /// Clerks `clerk-1` to this.
    pub clerks: u16,
    /// Dispensers `dispenser-1` to this.
    pub dispensers: u16,
    /// Displays `display-1` to this, above the windows of the same number, and once more from window 1 on when there are more.
    pub displays: u16,
    /// Windows `1` to this have displays.
    pub windows: u16,
    /// Where the data lie; `None` = a directory that goes with the hall.
    pub data_dir: Option<PathBuf>,
    /// Where the server listens; `None` = on a free port of this machine.
    pub address: Option<SocketAddr>,
    /// What starts the server's program in another world: a program that ends in running the rest of its arguments.
    pub under: Vec<String>,
}

impl Default for Setup {
    fn default() -> Self {
        let config = include_str!("../../caller-server/halls/tongxiang.toml").to_owned();
        let (data_dir, address, under) = (None, None, Vec::new());
        Self { config, clerks: 2, dispensers: 1, displays: 1, windows: 26, data_dir, address, under }
    }
}

/// A hall whose server runs in a process of its own.
pub struct Hall {
    /// Where it listens.
    pub address: SocketAddr,
    /// The dispensers' keys.
    pub dispenser_keys: Vec<String>,
    /// The displays' keys.
    pub display_keys: Vec<String>,
    data_dir: PathBuf,
    config: PathBuf,
    under: Vec<String>,
    child: Option<Child>,
    _own: TempDir,
}

impl Hall {
    /// Sets a hall up and starts its server.
    pub async fn start(setup: Setup) -> Self {
        let mut hall = Self::set_up(setup);
        hall.run().await;
        hall
    }

    /// Sets a hall up; its server does not run yet.
    pub fn set_up(setup: Setup) -> Self {
        let own = tempfile::tempdir().unwrap();
        let data_dir = setup.data_dir.clone().unwrap_or_else(|| own.path().join("data"));
        let config = own.path().join("hall.toml");
        std::fs::write(&config, &setup.config).unwrap();
        std::fs::create_dir_all(&data_dir).unwrap();
        let gate = Gate::open(&data_dir).unwrap();
        add_people(&gate, setup.clerks);
        let dispenser_keys = add_devices(&gate, setup.dispensers, "dispenser", DeviceRole::Dispenser, |_| None);
        let above = |n| Some((n - 1) % setup.windows + 1);
        let display_keys = add_devices(&gate, setup.displays, "display", DeviceRole::Display, above);
        let (address, under) = (setup.address.unwrap_or_else(free_address), setup.under);
        Self { address, dispenser_keys, display_keys, data_dir, config, under, child: None, _own: own }
    }

    /// Starts the server and waits until it is ready; says how long that took.
    pub async fn run(&mut self) -> Duration {
        let began = Instant::now();
        self.launch(&[]);
        self.wait_until_ready().await;
        began.elapsed()
    }

    /// Starts the server with more arguments, and waits for nothing.
    pub fn launch(&mut self, more: &[&str]) {
        self.child = Some(self.spawn(more));
    }

    /// Waits until the server is ready.
    pub async fn wait_until_ready(&mut self) {
        let began = Instant::now();
        while !self.is_ready().await {
            let ended = self.child.as_mut().unwrap().try_wait().unwrap();
            assert!(ended.is_none(), "the server ended: {ended:?}\n{}", self.log());
            assert!(began.elapsed() < READY_WITHIN, "the server is not ready\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// Waits until the server ended by itself; its exit code.
    pub async fn wait_until_ended(&mut self) -> Option<i32> {
        let mut child = self.child.take().unwrap_or_else(|| panic!("the server does not run"));
        let began = Instant::now();
        loop {
            if let Some(status) = child.try_wait().unwrap() {
                return status.code();
            }
            if began.elapsed() > READY_WITHIN {
                let _ = child.kill();
                child.wait().unwrap();
                panic!("the server was to end, and runs\n{}", self.log());
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// Kills the server as a power supply would, and waits until it is gone.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may be gone already: that is what was wanted.
            let _ = child.kill();
            child.wait().unwrap();
        }
    }

    /// Stops the server as an administrator does.
    pub fn stop(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        let told = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
        assert!(told.success(), "kill -TERM did not reach the server");
        assert!(child.wait().unwrap().success(), "the server did not stop well\n{}", self.log());
    }

    /// The process of the server.
    pub fn pid(&self) -> u32 {
        self.child.as_ref().map_or_else(|| panic!("the server does not run"), Child::id)
    }

    /// Resident memory of the server, KiB.
    pub fn memory_kib(&self) -> u64 {
        Usage::of(self.pid()).unwrap_or_else(|| panic!("the server does not run")).memory_kib
    }

    /// Where its data lie.
    pub fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    /// Where its journal lies.
    pub fn journal_dir(&self) -> PathBuf {
        self.data_dir.join("journal")
    }

    /// What the server says about its health: the status, and the report.
    pub async fn health(&self) -> (u16, serde_json::Value) {
        let reply = Client::connect(self.address).await.get("/readyz").await;
        (reply.status, serde_json::from_slice(&reply.body).unwrap())
    }

    /// The position of the last durable entry.
    pub async fn seq(&self) -> u64 {
        self.health().await.1["seq"].as_u64().unwrap()
    }

    /// What the server wrote about its work.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_path()).unwrap_or_default()
    }

    /// A connection of dispenser 1, 2, ….
    pub async fn dispenser(&self, n: usize) -> Client {
        Client::connect(self.address).await.with_key(&self.dispenser_keys[n - 1])
    }

    /// A connection of clerk 1, 2, …, signed in, at a console of their own.
    pub async fn clerk(&self, n: u16) -> Client {
        let client = Client::connect(self.address).await.with_console(&format!("console-{n}"));
        client.sign_in(&format!("clerk-{n}")).await
    }

    /// A connection of the manager, signed in.
    pub async fn manager(&self) -> Client {
        Client::connect(self.address).await.sign_in("manager").await
    }

    /// Waits until the store has everything.
    pub async fn settle(&self) {
        let began = Instant::now();
        loop {
            let (_, health) = self.health().await;
            if health["store"]["phase"] == "live" && health["store"]["seq"] == health["seq"] {
                return;
            }
            assert!(began.elapsed() < SETTLED_WITHIN, "the store has not everything: {health}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn is_ready(&self) -> bool {
        match Client::try_connect(self.address).await {
            Some(mut client) => client.get("/readyz").await.status == 200,
            None => false,
        }
    }

    fn spawn(&self, more: &[&str]) -> Child {
        let log = File::options().create(true).append(true).open(self.log_path()).unwrap();
        let mut command = command_under(&self.under, &program("caller-server"));
        command.args(["serve", "--listen", &self.address.to_string()]).arg("--config").arg(&self.config);
        command.arg("--data-dir").arg(&self.data_dir).args(more).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        command.spawn().unwrap()
    }

    fn log_path(&self) -> PathBuf {
        self.config.with_file_name("server.log")
    }
}

impl Drop for Hall {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A program of this workspace, beside the running one.
pub fn program(name: &str) -> PathBuf {
    let here = std::env::current_exe().unwrap();
    let found = here.ancestors().skip(1).map(|dir| dir.join(name)).find(|path| path.is_file());
    found.unwrap_or_else(|| panic!("{name} is not built: cargo build --release --workspace"))
}

/// A program that is started by others, if any.
pub fn command_under(under: &[String], program: &Path) -> Command {
    let Some((first, rest)) = under.split_first() else { return Command::new(program) };
    let mut command = Command::new(first);
    command.args(rest).arg(program);
    command
}

fn add_people(gate: &Gate, clerks: u16) {
    gate.accounts().add("manager", Role::Manager, PASSWORD, 0).unwrap();
    for n in 1..=clerks {
        gate.accounts().add(&format!("clerk-{n}"), Role::Clerk, PASSWORD, 0).unwrap();
    }
}

fn add_devices(
    gate: &Gate,
    count: u16,
    name: &str,
    role: DeviceRole,
    window: impl Fn(u16) -> Option<u16>,
) -> Vec<String> {
    (1..=count).map(|n| gate.devices().add(&format!("{name}-{n}"), role, window(n), 0).unwrap()).collect()
}
