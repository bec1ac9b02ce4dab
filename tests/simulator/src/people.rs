//! Clerks, who go by what they last heard, and the holders of slips.

use caller_server::config::{HallConfig, ItemConfig, WindowGroup};
use hall::{
    plan::Clerk as Experience,
    words::{Actor, Ticket, ZoneId},
};
use protocol::{
    Answer, Order, Text,
    balance::{Balance, IdlePick},
    order::{CitizenAct, Class, ClassRule, HallAct, Lane, Rules, VisitAct, WindowAct},
};
use rand::{RngExt, seq::IndexedRandom};

use crate::act::{Act, Ms};
use crate::model::{Visit, Where};
use crate::stage::Stage;
use crate::wishes::{Came, Wishes};

/// Kinds of business. The clerk of window 2 may serve neither the second nor the third.
const ITEMS: [&str; 3] = ["photo", "tax", "deed"];

/// What a clerk believes to be going on at the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Belief {
    Away,
    Idle,
    Calling,
    Serving,
    Paused,
    Emergency,
}

/// A clerk at a window.
pub struct Clerk {
    at: usize,
    belief: Belief,
    asked: Option<WindowAct>,
    windows: usize,
}

impl Clerk {
    /// A clerk who has not sat down yet; one of so many.
    pub fn new(at: usize, windows: usize) -> Self {
        Self { at, belief: Belief::Away, asked: None, windows }
    }

    /// Does something, unless an answer is awaited.
    pub fn act(&mut self, stage: &mut Stage, wishes: &mut Wishes) {
        if self.asked.is_some() {
            return;
        }
        let act = if stage.calm { self.orderly() } else { self.any(stage) };
        self.asked = Some(act.clone());
        let console = format!("console-{}", self.at);
        let by = Actor::Clerk { name: format!("clerk-{}", self.at), console: console.clone() };
        let window = u16::try_from(self.at + 1).unwrap_or(u16::MAX);
        wishes.add(stage, by, Order::Window { window, console, act }, Some(self.at));
    }

    /// An answer came, or none.
    pub fn hears(&mut self, stage: &mut Stage, came: Came) {
        let Some(asked) = self.asked.take() else { return };
        let before = self.belief;
        match came {
            Came::Answer(Ok(answer)) => self.belief = done(&asked, &answer, before),
            // One who looks at the console, at last, sees who is still there.
            Came::Answer(Err(refused)) if stage.calm && refused.code == "nobody_waiting" => {
                self.belief = Belief::Serving
            }
            Came::Answer(Err(refused)) => self.belief = refused_with(&refused.code, before),
            Came::Nothing => {}
        }
        let ms = self.pace(stage, before);
        stage.after(ms, Act::Clerk(self.at));
    }

    fn pace(&self, stage: &mut Stage, before: Belief) -> Ms {
        if stage.calm {
            return 300;
        }
        match self.belief {
            Belief::Idle if before == Belief::Idle => stage.between(1_000, 5_000),
            Belief::Away | Belief::Idle => stage.between(100, 1_500),
            Belief::Calling => stage.between(500, 6_000),
            Belief::Serving => stage.between(2_000, 18_000),
            Belief::Paused | Belief::Emergency => stage.between(2_000, 10_000),
        }
    }

    fn orderly(&self) -> WindowAct {
        match self.belief {
            Belief::Away => WindowAct::Open { take_over: true },
            Belief::Idle => WindowAct::CallNext,
            Belief::Calling => WindowAct::Start,
            Belief::Serving => WindowAct::Finish,
            Belief::Paused => WindowAct::Resume,
            Belief::Emergency => WindowAct::ClearEmergency,
        }
    }

    fn any(&self, stage: &mut Stage) -> WindowAct {
        let roll = stage.dice.random_range(0..100);
        match self.belief {
            Belief::Idle if roll < 3 => WindowAct::Pause { reason: "茶".into() },
            Belief::Idle if roll < 5 => WindowAct::Close,
            Belief::Idle if roll < 15 => out_of_turn(stage).unwrap_or(WindowAct::CallNext),
            Belief::Idle | Belief::Calling | Belief::Serving if roll >= 98 => WindowAct::RaiseEmergency,
            Belief::Calling if roll < 10 => WindowAct::Recall,
            Belief::Calling if roll < 22 => WindowAct::NoShow,
            Belief::Calling if roll < 25 => WindowAct::CallNext,
            Belief::Serving if roll < 4 => {
                WindowAct::SetItem { item: ITEMS.choose(&mut stage.dice).map(|&item| item.into()) }
            }
            Belief::Serving if roll < 6 => WindowAct::Park { minutes: Some(1), reason: "复印".into() },
            Belief::Serving if roll < 9 => WindowAct::Supplement { missing: "身份证".into() },
            Belief::Serving if roll < 17 => self.transfer(stage),
            Belief::Serving if roll < 45 => WindowAct::CallNext,
            _ => self.orderly(),
        }
    }

    fn transfer(&self, stage: &mut Stage) -> WindowAct {
        let come_back = stage.percent(40);
        if stage.percent(50) {
            let lane = *[Lane::Acceptance, Lane::Issuing].choose(&mut stage.dice).expect("some");
            return WindowAct::Transfer { to_lane: Some(lane), to_window: None, come_back };
        }
        let window = stage.dice.random_range(1..=self.windows);
        WindowAct::Transfer { to_lane: None, to_window: u16::try_from(window).ok(), come_back }
    }
}

/// Somebody whom a clerk sees waiting, here or aside.
fn out_of_turn(stage: &mut Stage) -> Option<WindowAct> {
    let sees = |at| matches!(at, Where::Waiting(_) | Where::Aside { parked: true });
    let seen = stage.witness.model.visits.iter().filter(|(_, visit)| sees(visit.at));
    let seen: Vec<Ticket> = seen.map(|(ticket, _)| *ticket).collect();
    let ticket = seen.choose(&mut stage.dice)?.to_string();
    Some(WindowAct::Call { ticket })
}

fn done(asked: &WindowAct, answer: &Answer, before: Belief) -> Belief {
    match (asked, answer) {
        (_, Answer::Called { .. }) => Belief::Calling,
        (WindowAct::Open { .. } | WindowAct::Resume, _) => Belief::Idle,
        (WindowAct::Close, _) => Belief::Away,
        (WindowAct::Start, _) => Belief::Serving,
        (WindowAct::Pause { .. }, _) => Belief::Paused,
        (WindowAct::RaiseEmergency, _) => Belief::Emergency,
        (WindowAct::Recall | WindowAct::SetItem { .. }, _) => before,
        _ => Belief::Idle,
    }
}

fn refused_with(code: &str, before: Belief) -> Belief {
    match code {
        "window_closed" | "window_taken" | "not_allowed" => Belief::Away,
        "already_started" => Belief::Serving,
        "not_started" => Belief::Calling,
        "nobody_here" | "nobody_waiting" | "window_not_paused" | "no_emergency" => Belief::Idle,
        "window_paused" => Belief::Paused,
        "window_in_emergency" => Belief::Emergency,
        "window_busy" if before == Belief::Serving => Belief::Calling,
        "window_busy" => Belief::Serving,
        _ => before,
    }
}

/// The three windows of a hall, one of which may not serve everything.
pub fn with_items(config: HallConfig) -> HallConfig {
    let item = |name: &str| ItemConfig {
        id: name.parse().expect("the name of an item"),
        zh: name.into(),
        en: name.into(),
        experienced: name == "deed",
    };
    let group = |window| WindowGroup::of(window, window, ZoneId('A'), hall::words::Lane::ALL.to_vec());
    let second = WindowGroup { clerk: Experience::New, excludes: [item("tax").id].into(), ..group(2) };
    HallConfig { items: ITEMS.map(item).into(), windows: vec![group(1), second, group(3)], ..config }
}

/// Somebody holds a slip, and may give up or come late.
pub fn holds(stage: &mut Stage, token: String) {
    let act = match stage.dice.random_range(0..100) {
        0..5 => CitizenAct::Cancel,
        5..15 => CitizenAct::Rejoin,
        _ => return,
    };
    let ms = stage.between(1_000, 90_000);
    stage.after(ms, Act::Citizen(token, act));
}

/// The slip of somebody who is in the hall once more, at one of so many dispensers.
pub fn slip_again(stage: &mut Stage, dispensers: usize) -> Option<Order> {
    let (ticket, _) = somebody(stage)?;
    let at = format!("dispenser-{}", stage.dice.random_range(0..dispensers));
    Some(Order::Reprint { ticket, at })
}

/// What the staff does for somebody who is in the hall and says so, or is not and was seen to go.
pub fn for_somebody(stage: &mut Stage) -> Option<Order> {
    let acts = [VisitAct::CheckIn, VisitAct::Cancel, VisitAct::Leave, VisitAct::Rejoin, VisitAct::Return];
    let act = *acts.choose(&mut stage.dice)?;
    let (ticket, token) = somebody(stage)?;
    if matches!(act, VisitAct::Cancel | VisitAct::Leave) {
        stage.witness.gave_up(&token);
    }
    Some(Order::Visit { ticket, act })
}

/// The number and the token of somebody who is in the hall.
fn somebody(stage: &mut Stage) -> Option<(String, String)> {
    let here = stage.witness.model.visits.iter().filter(|(_, visit)| visit.at != Where::Over);
    let here: Vec<(&Ticket, &Visit)> = here.collect();
    let (ticket, visit) = here.choose(&mut stage.dice)?;
    Some((ticket.to_string(), visit.token.clone()))
}

/// One of so many dispensers counts as lost, with what it has in reserve.
pub fn write_off(stage: &mut Stage, dispensers: usize) -> HallAct {
    HallAct::VoidLease { device: format!("dispenser-{}", stage.dice.random_range(0..dispensers)) }
}

/// The whole hall, silenced or not.
pub fn mute(muted: bool) -> HallAct {
    HallAct::Mute { zone: None, muted, reason: "讲话".into() }
}

/// Something that everybody in the hall is to hear.
pub fn notice() -> HallAct {
    HallAct::Announce { zone: None, text: Text::new("请勿吸烟", "No smoking, please.") }
}

/// Rules as a manager may try them.
pub fn rules(stage: &mut Stage) -> HallAct {
    let classes = [Class::Normal, Class::Returning, Class::Priority, Class::Appointment];
    let rule = |class| ClassRule {
        class,
        offset_s: stage.dice.random_range(0..60),
        rate_milli: stage.dice.random_range(500..2_000),
        cap_s: stage.dice.random_range(20..400),
    };
    let classes: Vec<ClassRule> = classes.map(rule).into();
    // Every third time the first two windows get the next ticket by themselves.
    let auto_call = classes.first().is_some_and(|rule| rule.offset_s % 3 == 0).then_some([1, 2]);
    let balance = auto_call.map(|windows| Balance {
        auto_call: windows.into(),
        idle_pick: IdlePick::FewestAccepted,
        ..Balance::default()
    });
    let rules = Rules { classes, recalls: 1, recall_gap_s: 2, grace_s: 60, penalty_s: 5, balance };
    HallAct::SetRules { rules, reason: "试行".into() }
}
