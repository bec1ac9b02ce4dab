//! One thing at a time goes wrong.

use std::collections::BTreeSet;

use crate::over_seeds;
use crate::stage::{DISPENSERS, Stage, WINDOWS};
use crate::verdict;
use crate::world::SERVER;

/// Seeds of each scenario.
const SEEDS: u64 = 3;
/// Everybody comes, signs in and begins.
const CALM_MS: u64 = 4_000;
/// Something is wrong for so long.
const CUT_MS: u64 = 12_000;
/// And well again for so long.
const CALM_AFTER_MS: u64 = 20_000;

#[test]
fn an_order_whose_answer_was_lost_is_done_once_and_answered_in_the_end() {
    over_seeds("cuts::an_order_whose_answer_was_lost_is_done_once_and_answered_in_the_end", SEEDS, |seed| {
        let mut stage = Stage::set(seed, CALM_MS + CUT_MS);
        stage.pass(CALM_MS);
        let before = stage.answered.lock().unwrap().len();
        for deaf in ["portal", "clerk-1"] {
            stage.act(&format!("{deaf} does not hear"), |sim| sim.partition_oneway(SERVER, deaf));
        }
        stage.pass(CUT_MS);
        stage.heal();
        stage.pass(CALM_AFTER_MS);
        stage.end();
        let book = verdict::pass(&stage);
        let answered = stage.answered.lock().unwrap();
        let late = answered[before..].iter().filter(|sent| sent.is_done() && sent.path == "/api/tickets");
        assert_ne!(late.count(), 0, "nobody waited for an answer");
        assert!(book.by_key().len() >= answered.iter().filter(|sent| sent.is_done()).count());
    });
}

#[test]
fn dispensers_that_are_cut_off_print_from_their_reserve_and_bring_it_in_order() {
    over_seeds("cuts::dispensers_that_are_cut_off_print_from_their_reserve_and_bring_it_in_order", SEEDS, |seed| {
        let mut stage = Stage::set(seed, CALM_MS + 2 * CUT_MS);
        stage.pass(CALM_MS);
        stage.act("dispenser-1 is cut off", |sim| sim.partition("dispenser-1", SERVER));
        stage.act("dispenser-2 does not hear", |sim| sim.partition_oneway(SERVER, "dispenser-2"));
        stage.pass(CUT_MS);
        stage.crash("dispenser-1");
        stage.start("dispenser-1");
        stage.act("dispenser-1 is still cut off", |sim| sim.partition("dispenser-1", SERVER));
        stage.pass(CUT_MS);
        stage.heal();
        stage.pass(CALM_AFTER_MS);
        stage.end();
        let book = verdict::pass(&stage);
        for dispenser in &stage.dispensers {
            let slips = dispenser.slips.lock().unwrap();
            let own = |device: &serde_json::Value| device["offline"]["device"] == dispenser.name.as_str();
            let merged = book.of_kind("issued").into_iter().filter(|event| own(event));
            let merged: Vec<String> =
                merged.map(|event| event["ticket"].as_str().unwrap().split('/').nth(1).unwrap().into()).collect();
            let printed: BTreeSet<&String> =
                slips.iter().filter(|slip| slip.offline).map(|slip| &slip.number).collect();
            assert!(printed.len() > 3, "{} printed hardly anything while cut off", dispenser.name);
            assert_eq!(merged.iter().collect::<BTreeSet<_>>(), printed, "{}", dispenser.name);
            assert!(merged.is_sorted(), "{} brings its numbers out of order: {merged:?}", dispenser.name);
        }
    });
}

#[test]
fn a_follower_that_was_cut_off_hears_which_calls_it_missed() {
    over_seeds("cuts::a_follower_that_was_cut_off_hears_which_calls_it_missed", SEEDS, |seed| {
        let mut stage = Stage::set(seed, CALM_MS + 2 * CUT_MS);
        stage.pass(CALM_MS);
        for window in 1..=WINDOWS {
            let (follower, display) = (format!("follower-{window}"), format!("display-{window}"));
            stage.act("a window is cut off", |sim| {
                sim.partition(follower.as_str(), SERVER);
                sim.hold(display.as_str(), SERVER);
            });
        }
        stage.pass(CUT_MS);
        stage.heal();
        stage.pass(CUT_MS + CALM_AFTER_MS);
        stage.end();
        let book = verdict::pass(&stage);
        for (window, heard) in (1..).zip(&stage.followed) {
            let (heard, announced) = (heard.lock().unwrap(), book.announced_at(window));
            assert!(announced.len() > 3, "hardly anybody was called");
            let unheard = (0..announced.len()).filter(|at| !heard.contains(&announced[*at]));
            let unheard: Vec<usize> = unheard.collect();
            // The view at the return shows the last call, unless it was over by then.
            let next = |at: usize| announced.get(at + 1).copied().unwrap_or(u64::MAX);
            let over = |at: &usize| verdict::is_over(&book, window, announced[*at], next(*at));
            assert!(unheard.len() <= 1 && unheard.iter().all(over), "window {window} never heard of {unheard:?}");
        }
    });
}

#[test]
fn a_server_that_dies_again_and_again_goes_on_where_its_journal_ends() {
    over_seeds("cuts::a_server_that_dies_again_and_again_goes_on_where_its_journal_ends", SEEDS, |seed| {
        let mut stage = Stage::set(seed, CALM_MS + 2 * CUT_MS);
        stage.pass(CALM_MS);
        for _ in 0..10 {
            let (up_ms, down_ms) = (stage.chance.within(5, 2_500), stage.chance.within(1, 600));
            stage.pass(up_ms);
            stage.crash(SERVER);
            stage.pass(down_ms);
            stage.start(SERVER);
        }
        stage.pass(2 * CUT_MS + CALM_AFTER_MS);
        stage.end();
        let book = verdict::pass(&stage);
        assert!(book.of_kind("issued").len() > usize::from(DISPENSERS), "hardly any number was given out");
    });
}
