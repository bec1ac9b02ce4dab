use std::ops::Range;

use super::*;

const SEEDS: Range<u64> = 0..60;

fn days() -> Vec<Vec<Visitor>> {
    SEEDS.map(|seed| plan_day(seed).unwrap()).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The half hours of the day by the number of their arrivals, most first.
fn half_hours(days: &[Vec<Visitor>]) -> Vec<(usize, u32)> {
    let mut counts: Vec<(usize, u32)> = (DOORS_OPEN_S..DOORS_CLOSE_S)
        .step_by(1_800)
        .map(|from| {
            let within = |visitor: &&Visitor| (from..from + 1_800).contains(&visitor.arrives_s);
            (days.iter().flatten().filter(within).count(), from)
        })
        .collect();
    counts.sort_unstable_by(|a, b| b.cmp(a));
    counts
}

#[test]
fn the_same_seed_is_the_same_day_and_another_seed_another() {
    assert_eq!(plan_day(1).unwrap(), plan_day(1).unwrap());
    assert_ne!(plan_day(1).unwrap(), plan_day(2).unwrap());
}

#[test]
fn about_860_come_in_a_day_between_half_past_eight_and_five() {
    let days = days();
    let counts: Vec<f64> = days.iter().map(|day| day.len() as f64).collect();
    // The standard error of the mean of 60 Poisson days is 3.8.
    assert!((mean(&counts) - VISITS_MEAN).abs() < 16.0, "{}", mean(&counts));
    for day in &days {
        assert!((700..1_020).contains(&day.len()), "{}", day.len());
        assert!(day.iter().all(|visitor| (DOORS_OPEN_S..DOORS_CLOSE_S).contains(&visitor.arrives_s)));
        assert!(day.is_sorted_by_key(|visitor| visitor.arrives_s));
    }
}

#[test]
fn most_come_at_a_quarter_to_ten_then_at_a_quarter_past_two_and_few_at_noon() {
    let order = half_hours(&days());
    assert_eq!(order[0].1, at(9, 30));
    assert!(order[..6].iter().any(|(_, from)| *from == at(14, 0)), "{order:?}");
    let afternoon = order.iter().find(|(_, from)| *from >= at(12, 0)).unwrap();
    assert_eq!(afternoon.1, at(14, 0));
    assert_eq!(order.last().unwrap().1, at(12, 0));
}

#[test]
fn the_peak_is_twenty_six_visits_in_ten_minutes() {
    let per_10_min = peak_per_s() * 600.0;
    assert!((26.0..27.0).contains(&per_10_min), "{per_10_min}");
}

#[test]
fn a_service_takes_nine_to_twelve_minutes_with_a_variation_of_four_fifths() {
    let services: Vec<f64> = days()
        .iter()
        .flatten()
        .filter(|visitor| visitor.lane == Lane::Acceptance)
        .map(|visitor| f64::from(visitor.service_s) / 60.0)
        .collect();
    let mean_min = mean(&services);
    let variance = mean(&services.iter().map(|service| (service - mean_min).powi(2)).collect::<Vec<_>>());
    let variation = variance.sqrt() / mean_min;
    assert!((9.0..12.0).contains(&mean_min), "{mean_min}");
    assert!((0.75..0.85).contains(&variation), "{variation}");
}

#[test]
fn some_do_not_come_some_of_them_come_back_and_some_fetch_a_paper() {
    let days = days();
    let all = days.iter().flatten().count() as f64;
    let share = |is: fn(&Visitor) -> bool| days.iter().flatten().filter(|visitor| is(visitor)).count() as f64 / all;
    let no_shows = share(|visitor| visitor.comes != Comes::AtOnce);
    assert!((0.025..0.035).contains(&no_shows), "{no_shows}");
    let back = share(|visitor| matches!(visitor.comes, Comes::Late { .. })) / no_shows;
    assert!((0.28..0.39).contains(&back), "{back}");
    let priority = share(|visitor| visitor.class == Class::Priority);
    assert!((0.07..0.09).contains(&priority), "{priority}");
    assert!(share(|visitor| matches!(visitor.course, Course::Supplement { .. })) > 0.015);
}
