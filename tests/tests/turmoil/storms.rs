//! Bad weather of every kind at once.

use std::time::Duration;

use crate::over_seeds;
use crate::stage::Stage;
use crate::verdict;
use crate::world::SERVER;

/// Seeds of the storm.
const SEEDS: u64 = 5;
/// Everybody comes, signs in and begins.
const CALM_MS: u64 = 4_000;
/// The storm.
const STORM_MS: u64 = 40_000;
/// Silence is noticed after 5 s, a refusal is tried again after 5 s, a connection after at most 5 s more; people have 3 s of
/// patience: in this time everything that was begun comes to its end.
const CALM_AFTER_MS: u64 = 25_000;
/// Of so many acts of the weather one is a program that dies.
const DEATH_ONE_IN: u64 = 4;

#[test]
fn in_a_storm_no_number_is_lost_or_given_twice_and_nobody_is_called_twice() {
    over_seeds("storms::in_a_storm_no_number_is_lost_or_given_twice_and_nobody_is_called_twice", SEEDS, |seed| {
        let stage = storm(seed);
        let book = verdict::pass(&stage);
        let slips: usize = stage.dispensers.iter().map(|dispenser| dispenser.slips.lock().unwrap().len()).sum();
        let (calls, answers) = (book.of_kind("called").len(), stage.answered.lock().unwrap().len());
        println!("seed {seed}: {slips} slips, {calls} calls, {answers} answers, {} acts", stage.log.len());
        assert!(slips > 10 && calls > 5 && answers > 20, "hardly anything happened");
    });
}

#[test]
fn the_same_seed_gives_the_same_run() {
    over_seeds("storms::the_same_seed_gives_the_same_run", 1, |seed| {
        let first = verdict::trace(&storm(seed));
        let second = verdict::trace(&storm(seed));
        let differs = first.iter().zip(&second).position(|(first, second)| first != second);
        if let Some(at) = differs {
            panic!("the runs part at line {at}:\n{}\n{}", first[at], second[at]);
        }
        assert_eq!(first.len(), second.len(), "one run is longer");
        assert_ne!(first, verdict::trace(&storm(seed + 1)), "another seed gives the same run");
    });
}

fn storm(seed: u64) -> Stage {
    let mut stage = Stage::set(seed, CALM_MS + STORM_MS);
    stage.pass(CALM_MS);
    let ends = stage.sim.elapsed() + Duration::from_millis(STORM_MS);
    while stage.sim.elapsed() < ends {
        if stage.chance.once_in(DEATH_ONE_IN) {
            death(&mut stage)
        } else {
            weather(&mut stage)
        }
        let pause_ms = stage.chance.within(100, 1_500);
        stage.pass(pause_ms);
    }
    stage.heal();
    stage.pass(CALM_AFTER_MS);
    stage.end();
    stage
}

/// A program dies, and starts again a little later.
fn death(stage: &mut Stage) {
    let mortal = [SERVER, SERVER, "dispenser-1", "dispenser-2", "display-1", "display-2"];
    let name = mortal[usize::try_from(stage.chance.within(0, mortal.len() as u64)).unwrap()];
    stage.crash(name);
    let pause_ms = stage.chance.within(1, 3_000);
    stage.pass(pause_ms);
    stage.start(name);
}

/// Something happens to the way between the server and somebody.
fn weather(stage: &mut Stage) {
    let others = stage.others();
    let other = others[usize::try_from(stage.chance.within(0, others.len() as u64)).unwrap()].as_str();
    let late = Duration::from_millis(stage.chance.within(1, 1_200));
    match stage.chance.within(0, 8) {
        0 => stage.act(&format!("{other} is cut off"), |sim| sim.partition(other, SERVER)),
        1 => stage.act(&format!("{other} is not heard"), |sim| sim.partition_oneway(other, SERVER)),
        2 => stage.act(&format!("{other} does not hear"), |sim| sim.partition_oneway(SERVER, other)),
        3 => stage.act(&format!("{other} is held back"), |sim| sim.hold(other, SERVER)),
        4 => stage.act(&format!("{other} is up to {late:?} away"), |sim| {
            sim.set_link_max_message_latency(other, SERVER, late);
        }),
        _ => stage.act(&format!("{other} is connected"), |sim| {
            sim.release(other, SERVER);
            sim.repair(other, SERVER);
        }),
    }
}
