//! A dispenser whose own disk loses its power, is full, or takes no writes: whoever has a slip keeps it, once, and the hall keeps
//! its numbers.
//!
//! What was acknowledged is what was printed: there is nothing else that people hold.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant, SystemTime};

use protocol::kiosk::{KioskScreen, KioskState};
use protocol::order::Lane;
use rand::{RngExt, rngs::StdRng};
use serde_json::Value;
use tests::book::Book;
use tests::hall::{Hall, Setup};

use crate::device::{Dispenser, read_code};
use crate::disk::{alarms, fill};
use crate::mount::{Mount, run};
use crate::{seeded, times, until, until_within};

/// Power cuts, and as many more while it starts again; `YIHAO_DISPENSER_CUTS=100` is the long run.
const CUTS: u32 = 4;
/// How long people press before a cut, ms.
const PRESS_MS_MIN: u64 = 50;
const PRESS_MS_MAX: u64 = 700;
/// After this time it is ready; before, a cut comes while it starts.
const START_MS_MAX: u64 = 120;
/// Numbers in reserve.
const RESERVE: u32 = 200;
const REFILL_AT: u32 = 150;
const LANES: usize = 3;
/// The time stamps of files come from a clock that is looked at this often.
const TICK: Duration = Duration::from_millis(10);
/// A dispenser whose disk fails waits 5 s before it tries again.
const TRIES_TWICE: Duration = Duration::from_secs(6);
const RESUMES_WITHIN: Duration = Duration::from_secs(10);
/// What people read, in both languages.
const TOLD: [&str; 2] = ["取号机存储故障", "can't record numbers"];

/// Paper in people's hands.
#[derive(Default)]
struct Hands {
    /// The address on each slip that was read, by number.
    slips: BTreeMap<String, Option<String>>,
    /// Numbers that came out when the power was gone already: of a machine that was off, nothing would have come.
    unreal: BTreeSet<String>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slip_is_kept_and_comes_once_when_a_dispenser_that_is_cut_off_loses_its_power() {
    let mut rng = seeded();
    let Some(disk) = Mount::new(32) else { return };
    let mut hall = Hall::start(Setup::default()).await;
    let reserve = format!("reserve = {{ count = {RESERVE}, refill_at = {REFILL_AT} }}");
    let mut dispenser = Dispenser::start_with(&hall, 1, &reserve).await;
    dispenser.restart(|list| move_to(&disk, list)).await;
    let (cuts, mut hands) = (times("YIHAO_DISPENSER_CUTS", CUTS), Hands::default());
    for _ in 0..cuts {
        // Whatever it gave out is merged by now, and it has numbers for a while.
        dispenser.owes_nothing().await;
        until("the reserve is there", async || left(&dispenser) > REFILL_AT).await;
        hall.kill();
        dispenser.is_online(false).await;
        press_until_the_cut(&disk, &mut dispenser, &mut hands, &mut rng).await;
        if rng.random() {
            // The power is back, and goes while it starts.
            let start_ms = rng.random_range(0..START_MS_MAX);
            let cut_at = disk.cut_after(Duration::from_millis(start_ms)).await;
            loses_power(&disk, &mut dispenser, &mut hands, cut_at);
        }
        dispenser.comes_up().await;
        dispenser.press().await;
        hall.run().await;
    }
    dispenser.owes_nothing().await;
    hall.settle().await;
    hall.stop();
    dispenser.restart(|list| hands.take(own(list), None)).await;
    let merged = check(&Book::read(&hall.journal_dir()), &dispenser, &hands);
    let (slips, unreal) = (hands.slips.len(), hands.unreal.len());
    println!(
        "{cuts} power cuts of a dispenser: {slips} slips in hands, {unreal} that no machine without power would print,"
    );
    println!("{merged} numbers merged; none lost or twice");
    assert!(slips >= cuts as usize * 3, "hardly anybody pressed before the cuts: {slips} slips");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dispenser_whose_disk_is_full_says_so_and_takes_no_more_of_the_halls_numbers() {
    let Some(disk) = Mount::new(24) else { return };
    let mut hall = Hall::start(Setup::default()).await;
    let mut dispenser = Dispenser::start_with(&hall, 1, "reserve = { count = 50, refill_at = 15 }").await;
    until("every lane has a reserve", async || dispenser.book().reserve.len() == LANES).await;
    // With an empty list on a disk that has no room: there is not even a place for the first number in reserve.
    dispenser
        .restart(|list| {
            move_to(&disk, list);
            fs::write(list, "").unwrap();
            fs::remove_file(list.with_file_name("outbox.mark")).unwrap();
            fill(&disk.dir("filler"));
        })
        .await;
    dispenser.is_online(true).await;
    is_told(&dispenser).await;
    until("the manager is told", async || alarms(&hall).await.contains(&"device_trouble".to_owned())).await;
    tokio::time::sleep(TRIES_TWICE).await;
    is_told(&dispenser).await;
    let leases = leased(&hall);
    assert!(leases.len() == LANES && leases.values().all(|count| *count == 2), "one before, and one since: {leases:?}");
    assert!(dispenser.slips() == 0 && left(&dispenser) == 0, "a number that is not durable");

    fs::remove_file(disk.dir("filler")).unwrap();
    let has_reserve = async || left(&dispenser) == 50;
    let took = until_within(RESUMES_WITHIN, "it stores what was reserved", has_reserve).await;
    println!("a full disk: the reserve was durable {took:?} after there was room");
    until("no alarm is left", async || !alarms(&hall).await.contains(&"device_trouble".to_owned())).await;
    dispenser.press().await;
    hall.kill();
    dispenser.is_online(false).await;
    dispenser.restart(|_| {}).await;
    assert!(dispenser.press().await.offline);
    hall.run().await;
    dispenser.owes_nothing().await;
    assert_eq!(leased(&hall), leases, "what was reserved while the disk was full is what is used");
    end(&mut hall, dispenser).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dispenser_whose_disk_takes_no_writes_says_so_and_uses_up_no_number() {
    let Some(disk) = Mount::new(24) else { return };
    let mut hall = Hall::start(Setup::default()).await;
    let mut dispenser = Dispenser::start_with(&hall, 1, "reserve = { count = 20, refill_at = 5 }").await;
    dispenser.has_reserve().await;
    dispenser.restart(|list| move_to(&disk, list)).await;
    hall.kill();
    dispenser.is_online(false).await;
    let first = dispenser.press().await.number;
    let outbox = disk.dir("outbox");
    protect(&outbox, "+i");
    for _ in 0..5 {
        is_told(&dispenser).await;
    }
    protect(&outbox, "-i");
    assert!(dispenser.press().await.offline);

    // The file system finds an error in itself: only a start on a sound one helps.
    disk.turn_read_only();
    is_told(&dispenser).await;
    let slips = dispenser.slips();
    dispenser.restart(|_| disk.power_on()).await;
    let next = dispenser.press().await.number;
    let number = |number: &str| number.trim_start_matches('A').parse::<usize>().unwrap();
    assert_eq!(number(&next), number(&first) + slips, "numbers were used up while nothing could be stored");
    hall.run().await;
    dispenser.owes_nothing().await;
    assert_eq!(leased(&hall).get("acceptance"), Some(&1), "no more was reserved");
    end(&mut hall, dispenser).await;
}

/// People press until the power goes; then it is back, and the dispenser starts.
async fn press_until_the_cut(disk: &Mount, dispenser: &mut Dispenser, hands: &mut Hands, rng: &mut StdRng) {
    let wait = Duration::from_millis(rng.random_range(PRESS_MS_MIN..PRESS_MS_MAX));
    let pressing = async {
        loop {
            dispenser.touch_unseen().await;
        }
    };
    let cut_at = tokio::select! {
        cut_at = disk.cut_after(wait) => cut_at,
        () = pressing => unreachable!("people always press"),
    };
    loses_power(disk, dispenser, hands, cut_at);
}

/// What came out by the moment of the cut is in people's hands; the dispenser is off, and then on again.
fn loses_power(disk: &Mount, dispenser: &mut Dispenser, hands: &mut Hands, cut_at: Instant) {
    let cut_at = SystemTime::now() - cut_at.elapsed();
    dispenser.device.restart(|own| {
        hands.take(own, Some(cut_at - TICK));
        disk.power_on();
    });
}

impl Hands {
    /// Takes the slips of a dispenser that is off; those that came out after a moment never did.
    fn take(&mut self, own: &Path, until: Option<SystemTime>) {
        let Ok(slips) = fs::read_dir(own.join("slips")) else { return };
        let slips = slips.map(|slip| slip.unwrap().path()).filter(|slip| slip.extension().is_some_and(|e| e == "png"));
        let mut is_read = false;
        for slip in slips.collect::<Vec<_>>() {
            let name = slip.file_stem().unwrap().to_string_lossy().into_owned();
            let number = name.trim_end_matches("-reprint").rsplit('-').next().unwrap().to_owned();
            if until.is_some_and(|until| fs::metadata(&slip).unwrap().modified().unwrap() > until) {
                self.unreal.insert(number);
            } else {
                // One of each life is read by another program: that takes a while.
                let code = (!std::mem::replace(&mut is_read, true)).then(|| read_code(&slip));
                let before = self.slips.insert(number, code);
                assert!(before.is_none() || name.ends_with("-reprint"), "{name} came out twice");
            }
            fs::remove_file(slip).unwrap();
        }
    }
}

/// Every slip is the ticket that the journal knows under its number; a number without a slip is known to be in doubt. How many
/// numbers the journal knows.
fn check(book: &Book, dispenser: &Dispenser, hands: &Hands) -> usize {
    let owed = dispenser.book();
    assert!(owed.set_aside.is_empty(), "the server does not take {:?}", owed.set_aside);
    let issued = book.of_kind("issued");
    let tokens: BTreeMap<&str, &str> =
        issued.iter().map(|event| (number(event), event["token"].as_str().unwrap())).collect();
    assert_eq!(tokens.len(), issued.len(), "the journal knows a number twice");
    for (number, code) in &hands.slips {
        let token = tokens.get(number.as_str()).unwrap_or_else(|| panic!("{number} was printed and is lost"));
        assert!(code.as_ref().is_none_or(|code| code.ends_with(token)), "{number}: {code:?} is somebody else's");
    }
    let in_doubt: BTreeSet<&str> = owed.unprinted.values().map(|given| given.slip.number.as_str()).collect();
    for number in tokens.keys().filter(|number| !hands.slips.contains_key(**number)) {
        let is_known = in_doubt.contains(number) || hands.unreal.contains(*number);
        assert!(is_known, "{number} stands in line, nobody holds it, and nobody is told");
    }
    tokens.len()
}

/// The end of a dispenser that went on: all its paper is in the journal.
async fn end(hall: &mut Hall, mut dispenser: Dispenser) {
    hall.stop();
    let mut hands = Hands::default();
    dispenser.restart(|list| hands.take(own(list), None)).await;
    check(&Book::read(&hall.journal_dir()), &dispenser, &hands);
}

/// Somebody presses, reads that no number was given, and gets no slip.
async fn is_told(dispenser: &Dispenser) {
    let is_told = |state: &KioskState| match &state.screen {
        KioskScreen::Trouble { text } => text.zh.contains(TOLD[0]) && text.en.contains(TOLD[1]),
        _ => false,
    };
    let slips = dispenser.slips();
    dispenser.touch_unseen().await;
    dispenser.screen("no number was given", is_told).await;
    assert_eq!(dispenser.slips(), slips, "a slip came out whose number is not durable");
}

/// How many times numbers of each lane were reserved.
fn leased(hall: &Hall) -> BTreeMap<String, usize> {
    let mut leased = BTreeMap::new();
    for event in Book::read(&hall.journal_dir()).of_kind("leased") {
        *leased.entry(event["lane"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    leased
}

/// How many numbers for acceptance are durable in its reserve.
fn left(dispenser: &Dispenser) -> u32 {
    let book = dispenser.book();
    book.day().map_or(0, |day| book.left(Lane::Acceptance, day))
}

/// A dispenser's directory, by its list.
fn own(list: &Path) -> &Path {
    list.parent().and_then(Path::parent).unwrap()
}

/// The directory of a list lies on another disk from now on.
fn move_to(disk: &Mount, list: &Path) {
    let (old, new) = (list.parent().unwrap(), disk.dir("outbox"));
    crate::fault::copy_all(old, &new);
    fs::remove_dir_all(old).unwrap();
    symlink(new, old).unwrap();
}

/// Makes files unchangeable, or gives them free.
fn protect(directory: &Path, how: &str) {
    run(Command::new("chattr").args(["-R", how]).arg(directory)).unwrap();
}

fn number(event: &Value) -> &str {
    event["ticket"].as_str().unwrap().split('/').nth(1).unwrap()
}
