//! Visits: somebody takes a number, somebody is called, comes, is served. As many come as are called, so that the queue keeps its
//! length.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use protocol::{Subject, answer::TicketAnswer};
use rand::{SeedableRng, rngs::StdRng};
use rand_distr::{Distribution, Exp1};
use tokio::sync::watch;
use tokio::time::{sleep, sleep_until};

use super::console::Free;
use super::dispenser::Dispenser;
use super::plan::DAY_S;
use super::world::{Running, World};
use crate::demo::day;

/// What share of the time at a window is the way to it.
const WALK_SHARE: f64 = 0.1;
/// From the number to a call elsewhere in the hall, on the average; what matters is that both don't happen in one moment.
const THEN_CALL: Duration = Duration::from_millis(250);

/// Everybody who visits the hall.
pub struct Visits {
    world: Arc<World>,
    dispensers: Vec<Dispenser>,
    consoles: Free,
    /// Citizens' pages, by the number on the slip.
    phones: Mutex<BTreeMap<String, Vec<Running>>>,
    /// Pages that may still be opened.
    phones_left: AtomicUsize,
    begun: AtomicU64,
    under_way: watch::Sender<u64>,
}

/// One visit to come.
#[derive(Debug, Clone, Copy)]
struct Visit {
    /// Since the beginning.
    comes: Duration,
    then_call: Duration,
    walk: Duration,
    service: Duration,
}

impl Visits {
    /// Nobody is here yet.
    pub fn new(world: Arc<World>, dispensers: Vec<Dispenser>, consoles: Free) -> Arc<Self> {
        let phones_left = AtomicUsize::new(world.plan.phones as usize);
        let (phones, under_way) = (Mutex::default(), watch::Sender::new(0));
        Arc::new(Self { world, dispensers, consoles, phones, phones_left, begun: AtomicU64::new(0), under_way })
    }

    /// So many sit down and wait.
    pub async fn fill_queue(self: &Arc<Self>) {
        for _ in 0..self.world.plan.waiting {
            self.take_number().await;
        }
    }

    /// They come, until `over`; then waits until those who are under way were served in a hurry.
    pub async fn come(self: &Arc<Self>, mut over: watch::Receiver<bool>) {
        let began = tokio::time::Instant::now();
        for visit in self.plan() {
            tokio::select! {
                () = sleep_until(began + visit.comes) => {}
                _ = over.wait_for(|over| *over) => break,
            }
            self.under_way.send_modify(|count| *count += 1);
            let (all, over) = (self.clone(), over.clone());
            tokio::spawn(async move {
                all.visit(visit, over).await;
                all.under_way.send_modify(|count| *count -= 1);
            });
        }
        let _ = self.under_way.subscribe().wait_for(|count| *count == 0).await;
    }

    /// How many came.
    pub fn begun(&self) -> u64 {
        self.begun.load(Ordering::Relaxed)
    }

    async fn visit(&self, visit: Visit, over: watch::Receiver<bool>) {
        if self.take_number().await.is_none() {
            return;
        }
        pass(visit.then_call, over.clone()).await;
        let mut console = self.consoles.take().await;
        if let Some(call) = console.call_next().await {
            pass(visit.walk, over.clone()).await;
            if console.start().await {
                pass(visit.service, over).await;
                console.finish().await;
            }
            self.close_phones(&call.number);
        }
        self.consoles.give_back(console);
    }

    async fn take_number(&self) -> Option<TicketAnswer> {
        let turn = self.begun.fetch_add(1, Ordering::Relaxed);
        let at = usize::try_from(turn).unwrap_or(0) % self.dispensers.len();
        let ticket = self.dispensers[at].issue().await?;
        self.open_phones(&ticket);
        Some(ticket)
    }

    /// Somebody looks at the page behind the slip's QR code; a whole family, when there are more phones than people.
    fn open_phones(&self, ticket: &TicketAnswer) {
        let plan = &self.world.plan;
        let family = plan.phones.div_ceil(plan.waiting.max(1)).max(1);
        let mut phones = Vec::new();
        for _ in 0..family {
            let left = self.phones_left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
            if left.is_err() {
                break;
            }
            phones.push(self.world.screen(None, Subject::Ticket { token: ticket.token.clone() }));
        }
        self.phones.lock().unwrap_or_else(PoisonError::into_inner).insert(ticket.number.clone(), phones);
    }

    fn close_phones(&self, number: &str) {
        let closed = self.phones.lock().unwrap_or_else(PoisonError::into_inner).remove(number).unwrap_or_default();
        self.phones_left.fetch_add(closed.len(), Ordering::Relaxed);
    }

    fn plan(&self) -> Box<dyn Iterator<Item = Visit> + Send> {
        let plan = &self.world.plan;
        if plan.speed > 1 {
            return Box::new(days(plan.seed, plan.speed));
        }
        Box::new(even(plan.seed, plan.visits_per_s, plan.stay()))
    }
}

/// Lets time pass; when the load is over, everybody hurries.
async fn pass(time: Duration, mut over: watch::Receiver<bool>) {
    tokio::select! {
        () = sleep(time) => {}
        _ = over.wait_for(|over| *over) => {}
    }
}

/// A Poisson process at one rate, for ever.
fn even(seed: u64, per_s: f64, stay: Duration) -> impl Iterator<Item = Visit> + Send {
    let mut random = StdRng::seed_from_u64(seed);
    let mut comes_s = 0.0;
    std::iter::from_fn(move || {
        let mut about = |mean: Duration| mean.mul_f64(Exp1.sample(&mut random));
        comes_s += about(Duration::from_secs_f64(1.0 / per_s)).as_secs_f64();
        let (walk, service) = (about(stay.mul_f64(WALK_SHARE)), about(stay.mul_f64(1.0 - WALK_SHARE)));
        Some(Visit { comes: Duration::from_secs_f64(comes_s), then_call: about(THEN_CALL), walk, service })
    })
}

/// The days of the demonstration, one after the other, from the opening of the doors on.
fn days(seed: u64, speed: u32) -> impl Iterator<Item = Visit> + Send {
    let fast = move |seconds: f64| Duration::from_secs_f64(seconds.max(0.0) / f64::from(speed));
    (0_u32..).flat_map(move |day| {
        let visitors = day::plan_day(seed + u64::from(day)).unwrap_or_default();
        visitors.into_iter().map(move |visitor| Visit {
            comes: fast(f64::from(day) * DAY_S + f64::from(visitor.arrives_s - day::DOORS_OPEN_S)),
            then_call: THEN_CALL / 5,
            walk: fast(f64::from(visitor.walk_s)),
            service: fast(f64::from(visitor.service_s)),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_come_as_were_asked_for_and_stay_as_long() {
        let visits: Vec<Visit> = even(1, 50.0, Duration::from_secs(10)).take(20_000).collect();
        let per_s = 20_000.0 / visits.last().unwrap().comes.as_secs_f64();
        assert!((48.0..52.0).contains(&per_s), "{per_s}");
        let stay_s = visits.iter().map(|visit| (visit.walk + visit.service).as_secs_f64()).sum::<f64>() / 20_000.0;
        assert!((9.7..10.3).contains(&stay_s), "{stay_s}");
    }

    #[test]
    fn days_follow_one_another_with_a_night_between_them() {
        let visits: Vec<Visit> = days(1, 60).take(2_000).collect();
        assert!(visits.is_sorted_by_key(|visit| visit.comes));
        let gaps = visits.windows(2).map(|pair| pair[1].comes - pair[0].comes);
        assert!(
            gaps.filter(|gap| *gap > Duration::from_secs(15 * 60)).count() >= 2,
            "at 60 times the speed a night takes 15 min"
        );
    }
}
