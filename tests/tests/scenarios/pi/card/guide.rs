//! The set-up guide, followed word for word: its commands are read out of docs/FIRMWARE.md and run as they stand there.
//!
//! Otherwise than a technician does: what the guide tells to write in an editor is written here; `/dev/sdX` is a file; the folders
//! `my-hall` and `cards` lie below `target/pi`; `sudo` is left out where root follows the guide.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use firmware_config::update::Slot;
use tests::hall::program;
use tests::pi::HOST;

use super::board::{KIOSK_PORT, NewCard, wire};

const GUIDE: &str = include_str!("../../../../../docs/FIRMWARE.md");
const SECTION: &str = "## From a blank card to a printed ticket";
/// The device of the guide.
const DEVICE: &str = "dispenser-05";

/// Makes a card, and gives the file that is one.
pub fn follow(new: &NewCard) -> PathBuf {
    let commands = commands();
    assert!(commands.len() >= 5, "the guide has only {} commands", commands.len());
    let folder = top().join("target/pi");
    let (hall, card) = (folder.join("my-hall"), folder.join(format!("{}.card", new.name)));
    let _ = fs::remove_dir_all(&hall);
    let _ = fs::remove_file(&card);
    fs::create_dir_all(folder.join("cards")).unwrap();
    for command in commands {
        if !is_done(&command) {
            follow_one(&command, new, &card);
        }
        if command.contains("cp -r") {
            write_profile(&hall.join("devices").join(format!("{DEVICE}.toml")), new);
        }
    }
    fs::rename(folder.join("cards").join(format!("{DEVICE}.img")), image(new.name)).unwrap();
    wire(&card, Slot::A, &[]);
    card
}

/// The image that came of it.
pub fn image(name: &str) -> PathBuf {
    top().join("target/pi/cards").join(format!("{name}.img"))
}

/// The blocks of commands in the guide's section.
fn commands() -> Vec<String> {
    let section = GUIDE.split(SECTION).nth(1).and_then(|rest| rest.split("\n## ").next()).unwrap_or_default();
    let blocks = section.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks.map(str::to_owned).collect()
}

/// "Once a release", the guide says of the packages: once for all cards of a run.
fn is_done(command: &str) -> bool {
    static ARE_MADE: AtomicBool = AtomicBool::new(false);
    command.contains("scripts/packages") && ARE_MADE.swap(true, Ordering::Relaxed)
}

fn follow_one(command: &str, new: &NewCard, card: &Path) {
    let mut command = command.replace("my-hall", "target/pi/my-hall").replace("cards/", "target/pi/cards/");
    command = command.replace("/dev/sdX", &card.display().to_string());
    if fs::metadata("/proc/self").is_ok_and(|me| std::os::unix::fs::MetadataExt::uid(&me) == 0) {
        command = command.replace("sudo ", "");
    }
    println!("{}: the guide says:\n{}", new.name, command.trim());
    let programs = program("firmware-config").parent().unwrap().display().to_string();
    let path = format!("{programs}:{}", std::env::var("PATH").unwrap_or_default());
    let status = Command::new("bash").args(["-euc", &command]).current_dir(top()).env("PATH", path).status().unwrap();
    assert!(status.success(), "the guide's command ends with {status}:\n{command}");
}

/// What the guide tells to write.
fn write_profile(path: &Path, new: &NewCard) {
    let NewCard { server_port, key, printer_port, more, .. } = new;
    let top = key.as_ref().map_or(String::new(), |key| {
        format!("name = \"dispenser-1\"\nserver = \"http://{HOST}:{server_port}\"\nkey = \"{key}\"\n")
    });
    let profile = format!(
        "{top}\n[dispenser]\nlane = \"acceptance\"\nkiosk_listen = \"127.0.0.1:{KIOSK_PORT}\"\n\n\
         [dispenser.printer]\nback_end = \"network\"\naddress = \"{HOST}:{printer_port}\"\n\n[machine]\nboard = \"pi3\"\n{more}"
    );
    fs::write(path, profile).unwrap();
}

fn top() -> PathBuf {
    fs::canonicalize(Path::new(env!("CARGO_MANIFEST_DIR")).join("..")).unwrap()
}
