//! The store may be lost at any time; the journal may not, and what damages it is told.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use tests::client::Client;
use tests::hall::{Hall, Setup, program};

/// Visits that are looked for.
const VISITS: usize = 30;

/// What happens to a store while no server runs.
type Damage = fn(&Path);

#[tokio::test]
async fn a_store_that_is_damaged_is_rebuilt_and_finds_what_it_found_before() {
    let mut hall = Hall::start(Setup::default()).await;
    serve_some(&hall).await;
    let before = search(&hall).await;
    assert_eq!(before["visits"].as_array().map(Vec::len), Some(VISITS), "{before}");
    let damages: [(&str, Damage); 4] =
        [("bytes flipped", flip), ("cut short", truncate), ("emptied", empty), ("gone", remove)];
    for (what, damage) in damages {
        hall.stop();
        let said = hall.log().len();
        damage(&hall.data_dir().join("store"));
        hall.run().await;
        hall.settle().await;
        assert_eq!(search(&hall).await, before, "the store was {what}");
        let log = hall.log()[said..].to_owned();
        assert!(log.contains("from the journal"), "the store was {what}, and the log does not say so:\n{log}");
    }
}

#[tokio::test]
async fn a_journal_that_is_damaged_is_named_and_left_as_it_is() {
    let mut hall = Hall::start(Setup::default()).await;
    serve_some(&hall).await;
    hall.stop();
    let journal = hall.journal_dir();
    let segment = journal.join("00000000000000000001.seg");
    let sound = read_all(&journal);
    agree(&journal);

    let at = sound[&segment].len() as u64 / 2;
    turn_byte(&segment, at);
    let damaged = read_all(&journal);
    let said = hall.log().len();
    hall.launch(&[]);
    assert_eq!(hall.wait_until_ended().await, Some(1), "a damaged journal is not opened");
    let log = hall.log()[said..].to_owned();
    let line = log.lines().find(|line| line.contains("00000000000000000001.seg")).unwrap_or_else(|| panic!("{log}"));
    assert!(line.contains("byte ") && line.contains("sequence number"), "{log}");
    assert!(log.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "nothing in Chinese:\n{log}");
    assert!(!log.contains("panicked"), "{log}");
    assert_eq!(read_all(&journal), damaged, "something was changed");
    for what in ["verify", "print", "export"] {
        assert_eq!(tell(what, &journal).0, Some(1), "journal {what} finds nothing wrong");
    }

    turn_byte(&segment, at);
    assert_eq!(read_all(&journal), sound);
    agree(&journal);
    hall.run().await;
}

/// `verify`, `print` and `export` tell of the same entries.
fn agree(journal: &Path) {
    let (code, report) = tell("verify", journal);
    assert_eq!(code, Some(0), "{report}");
    let (_, exported) = tell("export", journal);
    let (_, printed) = tell("print", journal);
    let lines: Vec<serde_json::Value> = exported.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(report.contains(&format!("Records: {},", lines.len())), "{report}");
    let last = lines.last().unwrap();
    assert!(report.contains(last["hash"].as_str().unwrap()), "{report}");
    assert_eq!(printed.lines().count(), lines.len());
    for (line, printed) in lines.iter().zip(printed.lines()) {
        let mut words = printed.split_whitespace();
        assert_eq!(words.next(), Some(line["seq"].to_string().as_str()));
        assert!(line["hash"].as_str().unwrap().starts_with(words.next().unwrap()));
    }
}

fn tell(what: &str, journal: &Path) -> (Option<i32>, String) {
    let output = Command::new(program("caller-server")).args(["journal", what]).arg(journal).output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

/// Thirty numbers; half of them are served.
async fn serve_some(hall: &Hall) {
    let (mut dispenser, mut clerk) = (hall.dispenser(1).await, hall.clerk(1).await);
    assert_eq!(clerk.at(1, "open").await.status, 200);
    for n in 0..VISITS {
        dispenser.issue().await.number();
        if n % 2 == 0 {
            clerk.at(1, "call_next").await.number();
            assert_eq!(clerk.at(1, "start").await.status, 200);
        }
    }
    assert_eq!(clerk.at(1, "finish").await.status, 200);
    hall.settle().await;
}

async fn search(hall: &Hall) -> serde_json::Value {
    let mut manager: Client = hall.manager().await;
    let reply = manager.get("/api/search?q=A").await;
    assert_eq!(reply.status, 200, "{:?}", reply.body);
    serde_json::from_slice(&reply.body).unwrap()
}

fn read_all(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let paths = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    paths.filter(|path| path.is_file()).map(|path| (path.clone(), fs::read(&path).unwrap())).collect()
}

/// The files of a store, also in directories below.
fn files(dir: &Path) -> Vec<PathBuf> {
    let paths: Vec<PathBuf> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    let (dirs, mut files): (Vec<_>, Vec<_>) = paths.into_iter().partition(|path| path.is_dir());
    files.extend(dirs.iter().flat_map(|dir| self::files(dir)));
    files
}

fn flip(store: &Path) {
    for path in files(store) {
        let len = fs::metadata(&path).unwrap().len();
        (0..len).step_by(97).for_each(|at| turn_byte(&path, at));
    }
}

fn turn_byte(path: &Path, at: u64) {
    let file = File::options().read(true).write(true).open(path).unwrap();
    let mut byte = [0];
    file.read_exact_at(&mut byte, at).unwrap();
    file.write_all_at(&[!byte[0]], at).unwrap();
}

fn truncate(store: &Path) {
    for path in files(store) {
        let file = File::options().write(true).open(&path).unwrap();
        file.set_len(file.metadata().unwrap().len() / 3).unwrap();
    }
}

fn empty(store: &Path) {
    for path in files(store) {
        fs::remove_file(path).unwrap();
    }
}

fn remove(store: &Path) {
    fs::remove_dir_all(store).unwrap();
}
