//! The programs of the hall, each in a process of its own. What dies is started again, and said so; what is no longer wanted is
//! told to stop.
//!
//! Every process asks the kernel, through util-linux's `setpriv`, to be killed when the demonstration dies, whatever it dies of.
//! Without `setpriv` processes outlive a `kill -9` of the demonstration; they still end with Ctrl-C and SIGTERM.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::process::{Child, Command};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::{Problem, teller::Teller};

/// A process that dies is started again after this time: within a second, and long enough to see that a hall without its server
/// goes on giving out numbers …
const AGAIN: Duration = Duration::from_millis(700);
/// … and after this time when it did not live for [`HEALTHY`]: it would die again.
const AGAIN_LATER: Duration = Duration::from_secs(3);
const HEALTHY: Duration = Duration::from_secs(2);
/// Who has not stopped by then is killed.
const STOP_WITHIN: Duration = Duration::from_secs(5);

/// One program and how it is started.
pub struct Program {
    /// How people call it: `display-07`.
    pub name: String,
    /// The executable.
    pub executable: PathBuf,
    /// Its arguments, made anew for each start: a server that is started again begins at the hall's present time.
    pub arguments: Box<dyn Fn() -> Vec<String> + Send + Sync>,
    /// The hall's time zone, which is the devices'.
    pub zone: String,
    /// Where its log goes.
    pub log: PathBuf,
}

/// All processes of a demonstration.
pub struct Processes {
    teller: Arc<Teller>,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
    with_setpriv: bool,
}

impl Processes {
    /// None yet.
    pub fn new(teller: Arc<Teller>) -> Self {
        let with_setpriv = Path::new("/usr/bin/setpriv").is_file();
        let (stop, _) = watch::channel(false);
        Self { teller, stop, tasks: JoinSet::new(), with_setpriv }
    }

    /// Starts a program and keeps it running.
    ///
    /// # Errors
    /// It can't be started.
    pub fn keep(&mut self, program: Program) -> Result<(), Problem> {
        let child = program.start(self.with_setpriv)?;
        let keeper = Keeper { program, teller: self.teller.clone(), with_setpriv: self.with_setpriv };
        self.tasks.spawn(keeper.keep(child, self.stop.subscribe()));
        Ok(())
    }

    /// Stops them all, and waits until they are gone.
    pub async fn stop(mut self) {
        let _ = self.stop.send(true);
        while self.tasks.join_next().await.is_some() {}
    }
}

struct Keeper {
    program: Program,
    teller: Arc<Teller>,
    with_setpriv: bool,
}

impl Keeper {
    async fn keep(self, mut child: Child, mut stop: watch::Receiver<bool>) {
        loop {
            let began = Instant::now();
            let ended = tokio::select! {
                _ = stop.wait_for(|stop| *stop) => None,
                ended = child.wait() => Some(ended),
            };
            let Some(ended) = ended else { return end(child).await };
            let how = ended.map_or_else(|error| error.to_string(), |status| status.to_string());
            let name = &self.program.name;
            self.teller.say(&format!("{name} 停了，重新启动 · {name} ended ({how}) and is started again"));
            sleep(if began.elapsed() < HEALTHY { AGAIN_LATER } else { AGAIN }).await;
            child = match self.program.start(self.with_setpriv) {
                Ok(child) => child,
                Err(problem) => return self.teller.say(&problem.to_string()),
            };
        }
    }
}

impl Program {
    fn start(&self, with_setpriv: bool) -> Result<Child, Problem> {
        let log = File::options().create(true).append(true).open(&self.log).map_err(Problem::disk(&self.log))?;
        let mut command = if with_setpriv {
            let mut command = Command::new("/usr/bin/setpriv");
            command.args(["--pdeathsig", "KILL"]).arg(&self.executable);
            command
        } else {
            Command::new(&self.executable)
        };
        command.args((self.arguments)()).env("TZ", &self.zone);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        // Ctrl-C in a terminal reaches a whole group: who stops whom is decided here alone.
        command.process_group(0).kill_on_drop(true);
        Ok(command.spawn()?)
    }
}

/// Tells a process to stop, and kills it if it doesn't.
async fn end(mut child: Child) {
    if let Some(pid) = child.id() {
        let told = Command::new("kill").args(["-TERM", &pid.to_string()]).status().await;
        let stops = told.is_ok_and(|status| status.success());
        if stops && timeout(STOP_WITHIN, child.wait()).await.is_ok() {
            return;
        }
    }
    // It may be gone by now: that is what was wanted.
    let _ = child.kill().await;
}
