//! A device that updates itself at night, and what becomes of it when the new system dies on its trial.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use firmware_config::update::Slot;
use tests::hall::program;
use tests::pi::HOST;
use tests::ports::free_address;

use super::board::{self, Board, Machine, wire};
use super::firmware::{Start, started};
use super::{Rig, guide};

/// It asks once a night; here every minute, so that it has reached its server by then.
const SOON: (&str, &str) = (
    "etc/systemd/system/yihao-update.timer.d/soon.conf",
    "[Timer]\nOnCalendar=\nOnActiveSec=60s\nOnUnitInactiveSec=60s\nRandomizedDelaySec=0\nFixedRandomDelay=no\n",
);
/// A bundle of some hundred MiB is fetched, looked at and written by then.
const INSTALLED_WITHIN: Duration = Duration::from_secs(1800);
/// A start, and the minute for which all must be well.
const JUDGED_WITHIN: Duration = Duration::from_secs(600);
/// Whoever is asked over D-Bus is started first.
const WRITTEN_WITHIN: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
async fn a_device_updates_itself_at_night_and_gives_up_what_dies_on_its_trial() {
    if !super::super::asked_for("card") {
        return;
    }
    let site = Site::start();
    let updates = format!(
        "[machine.updates]\nurl = \"http://{HOST}:{}\"\nwindow = \"00:00-23:59\"\ncertificate_file = \"{}\"\n",
        site.port,
        site.folder.join("updates.pem").display()
    );
    let rig = Rig::make("update", &updates).await;
    wire(&rig.card, Slot::A, &[SOON]);
    site.publish("stable.raucb");

    // The old system installs the new one, and the firmware is told to try it.
    let board = power_on(&rig.card, Start::Plain, "update");
    board.says("Restarting system with command '0 tryboot'", INSTALLED_WITHIN).await;
    board.cut();
    let autoboot = board::autoboot(&rig.card);
    assert_eq!((started(&autoboot, Start::Plain), started(&autoboot, Start::Try)), (2, 3));
    let twin = copied(&rig.card, "twin");

    // The power fails on its trial: the old system is back, knows why, and works.
    let board = power_on(&rig.card, Start::Try, "update");
    board.says("A new system is on trial in slot B", JUDGED_WITHIN).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    board.cut();
    let board = power_on(&rig.card, Start::Plain, "update");
    board.says("The new system did not do well and was given up", JUDGED_WITHIN).await;
    rig.is_back(&board).await;
    starts_only(2, &rig.card).await;
    board.cut();

    // Where nothing happens to it, the new system stays, and works.
    wire(&twin, Slot::B, &[]);
    let board = power_on(&twin, Start::Try, "update-twin");
    board.says("The new system stays", JUDGED_WITHIN).await;
    rig.is_back(&board).await;
    starts_only(3, &twin).await;
    board.cut();
}

/// The verdict is said before it is written.
async fn starts_only(partition: u8, card: &Path) {
    let began = Instant::now();
    loop {
        let autoboot = board::autoboot(card);
        let starts = (started(&autoboot, Start::Plain), started(&autoboot, Start::Try));
        if starts == (partition, partition) {
            return;
        }
        assert!(began.elapsed() < WRITTEN_WITHIN, "the card starts {starts:?}");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

fn power_on(card: &Path, start: Start, name: &str) -> Board {
    Board::power_on_as(card, start, name, Machine::Other)
}

/// The same card once more, as it is now: what comes of the same moment otherwise.
fn copied(card: &Path, name: &str) -> PathBuf {
    let twin = card.with_file_name(format!("{name}.card"));
    board::run(Command::new("cp").arg("--sparse=always").args([card, &twin]));
    twin
}

/// Where bundles lie, behind a plain web server.
struct Site {
    folder: PathBuf,
    port: u16,
    server: Child,
    _own: tempfile::TempDir,
}

impl Site {
    fn start() -> Self {
        let own = tempfile::tempdir().unwrap();
        let folder = own.path().to_path_buf();
        let mut openssl = Command::new("openssl");
        openssl.args(["req", "-x509", "-newkey", "rsa:3072", "-noenc", "-days", "7300", "-subj", "/CN=hall-updates"]);
        board::run(openssl.args(["-keyout", "updates.key", "-out", "updates.pem"]).current_dir(&folder));
        let served = folder.join("served");
        fs::create_dir_all(&served).unwrap();
        let port = free_address().port();
        let mut server = Command::new("python3");
        server.args(["-m", "http.server", "--bind", "127.0.0.1", &port.to_string()]).current_dir(served);
        let server = server.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        Self { folder, port, server, _own: own }
    }

    /// The system of the guide's card once more, as a signed bundle.
    fn publish(&self, name: &str) {
        let system = guide::image("yihao-system").with_extension("tar");
        let mut command = Command::new(program("firmware-config"));
        command.arg("bundle").arg("--system").arg(system);
        command
            .arg("--certificate")
            .arg(self.folder.join("updates.pem"))
            .arg("--key")
            .arg(self.folder.join("updates.key"));
        board::run(command.arg("--out").arg(self.folder.join("served").join(name)));
        println!("the bundle: {} MiB", size_mib(&self.folder.join("served").join(name)));
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn size_mib(path: &Path) -> u64 {
    fs::metadata(path).unwrap().len() >> 20
}
