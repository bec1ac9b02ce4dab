//! A sequence of orders in one hall, as bytes say: who, what, and how long after the one before.

use arbitrary::{Result, Unstructured};
use caller_server::gate::Identity;
use hall::{plan::AtClosing, words::AtMs};
use protocol::{
    Order, WindowAct,
    order::{CitizenAct, Class, ClassRule, HallAct, IssueOrder, Lane, Language, OfflineIssue, Rules, VisitAct},
};

use crate::{
    living::{Hall, MORNING_MS, plan},
    orders::{clerk, dispenser, manager, people},
};

/// More acts show nothing that fewer don't, and cost time.
const ACTS_MAX: usize = 100;
/// The state is looked at after so many entries: looking costs more than acting.
const LOOK_EVERY: u64 = 5;
/// How long after the act before, ms: mostly moments, sometimes hours, sometimes days.
const WAITS_MS: [AtMs; 8] = [0, 1, 500, 20_000, 60_000, 600_000, 3_600_000, 86_400_000];
const LANES: [Lane; 3] = [Lane::Acceptance, Lane::Issuing, Lane::Consulting];
const CLASSES: [Class; 4] = [Class::Normal, Class::Returning, Class::Priority, Class::Appointment];

/// Whatever people ask of one hall in whatever order: it is sound after each act, and a restart is a replay.
pub fn in_one_hall(bytes: &[u8]) {
    let mut u = Unstructured::new(bytes);
    let closing = if u.arbitrary().unwrap_or_default() { AtClosing::CarryOver } else { AtClosing::Expire };
    let mut hall = Hall::open(plan(closing, 30));
    let mut now_ms = MORNING_MS;
    for _ in 0..ACTS_MAX {
        if u.is_empty() || act(&mut u, &mut hall, &mut now_ms).is_err() {
            break;
        }
    }
    hall.check(now_ms);
    hall.check_replay();
}

fn act(u: &mut Unstructured<'_>, hall: &mut Hall, now_ms: &mut AtMs) -> Result<()> {
    *now_ms += u.choose(&WAITS_MS)?;
    let Some((who, order)) = order(u, hall, *now_ms)? else {
        hall.tick(*now_ms);
        return Ok(());
    };
    // One in eight by somebody else, who may be allowed to or not.
    let who = if u.ratio(1, 8)? { u.choose(&people())?.clone() } else { who };
    let before = hall.state.seq;
    let _ = hall.ask(who.as_ref(), order, *now_ms);
    if hall.state.seq > before && hall.state.seq.is_multiple_of(LOOK_EVERY) {
        hall.check_state();
    }
    Ok(())
}

/// `None`: time passes and what is due happens.
fn order(u: &mut Unstructured<'_>, hall: &Hall, now_ms: AtMs) -> Result<Option<(Option<Identity>, Order)>> {
    let window = u.int_in_range(1..=6)?;
    let at_window = |act| (Some(clerk(window)), Order::Window { window, console: format!("c{window}"), act });
    Ok(Some(match u.int_in_range(0..=23)? {
        0 => return Ok(None),
        1 => (Some(manager()), Order::Hall(hall_act(u)?)),
        2 => (Some(dispenser()), Order::Lease { lane: *u.choose(&LANES)?, count: u.int_in_range(0..=201)? }),
        3 => (Some(dispenser()), Order::Merge { issued: merge(u, hall, now_ms)? }),
        4..=8 => (Some(dispenser()), Order::Issue(issue(u, now_ms)?)),
        9 => (Some(manager()), Order::Visit { ticket: ticket(u, hall)?, act: visit_act(u)? }),
        10 => (None, Order::Citizen { token: token(u, hall)?, act: citizen_act(u)? }),
        11..=13 => at_window(WindowAct::Open { take_over: u.arbitrary()? }),
        14..=16 => at_window(WindowAct::CallNext),
        17 | 18 => at_window(WindowAct::Start),
        _ => at_window(window_act(u, hall)?),
    }))
}

fn hall_act(u: &mut Unstructured<'_>) -> Result<HallAct> {
    Ok(match u.int_in_range(0..=5)? {
        0 => HallAct::OpenDay,
        1 => HallAct::CloseDay,
        2 => HallAct::VoidLease { device: "kiosk-1".into() },
        4 => HallAct::Mute { zone: *u.choose(&[None, Some('A'), Some('Z')])?, muted: u.arbitrary()?, reason: text(u)? },
        3 => HallAct::SetSlip { template: text(u)?, reason: text(u)? },
        _ => HallAct::SetRules { rules: rules(u)?, reason: text(u)? },
    })
}

fn rules(u: &mut Unstructured<'_>) -> Result<Rules> {
    let mut rule = |class| -> Result<ClassRule> {
        let (offset_s, rate_milli, cap_s) = (u.arbitrary::<u16>()?, u.arbitrary::<u16>()?, u.arbitrary::<u16>()?);
        Ok(ClassRule { class, offset_s: offset_s.into(), rate_milli: rate_milli.into(), cap_s: cap_s.into() })
    };
    let classes = CLASSES.into_iter().map(&mut rule).collect::<Result<_>>()?;
    let (recalls, recall_gap_s) = (u.int_in_range(0..=11)?, u.int_in_range(0..=60)?);
    Ok(Rules {
        classes,
        recalls,
        recall_gap_s,
        grace_s: u.int_in_range(0..=90_000)?,
        penalty_s: u.arbitrary::<u16>()?.into(),
        balance: None,
    })
}

fn window_act(u: &mut Unstructured<'_>, hall: &Hall) -> Result<WindowAct> {
    Ok(match u.int_in_range(0..=13)? {
        0 => WindowAct::Close,
        13 => WindowAct::SetItem { item: item(u)? },
        1 => WindowAct::Call { ticket: ticket(u, hall)? },
        2 => WindowAct::Recall,
        3 | 4 => WindowAct::Finish,
        5 => WindowAct::NoShow,
        6 => WindowAct::Park { minutes: u.arbitrary()?, reason: text(u)? },
        7 => WindowAct::Supplement { missing: text(u)? },
        8 | 9 => transfer(u)?,
        10 => WindowAct::Pause { reason: text(u)? },
        11 => WindowAct::Resume,
        _ if u.arbitrary()? => WindowAct::RaiseEmergency,
        _ => WindowAct::ClearEmergency,
    })
}

fn transfer(u: &mut Unstructured<'_>) -> Result<WindowAct> {
    let to_lane = if u.arbitrary()? { Some(*u.choose(&LANES)?) } else { None };
    let to_window = if u.arbitrary()? { Some(u.int_in_range(0..=6)?) } else { None };
    Ok(WindowAct::Transfer { to_lane, to_window, come_back: u.arbitrary()? })
}

fn issue(u: &mut Unstructured<'_>, now_ms: AtMs) -> Result<IssueOrder> {
    let class = *u.choose(&CLASSES)?;
    let appointed = class == Class::Appointment || u.ratio(1, 16)?;
    let appointment_at_ms = if appointed { Some(now_ms + u.choose(&WAITS_MS)?) } else { None };
    Ok(IssueOrder {
        lane: *u.choose(&LANES)?,
        class,
        language: Language::Zh,
        appointment_at_ms,
        present: !u.ratio(1, 4)?,
        visitor: None,
        item: item(u)?,
    })
}

/// Half the time none; `fishing` is no item of the hall, and `报税` none of any.
fn item(u: &mut Unstructured<'_>) -> Result<Option<String>> {
    let name = *u.choose(&["", "", "", "photo", "tax", "deed", "fishing", "报税"])?;
    Ok(Some(name.to_owned()).filter(|name| !name.is_empty()))
}

/// Numbers in a row, most of them from the dispenser's reserve.
fn merge(u: &mut Unstructured<'_>, hall: &Hall, now_ms: AtMs) -> Result<Vec<OfflineIssue>> {
    let day = hall.state.day.as_ref();
    let ranges: Vec<_> = day.iter().flat_map(|day| day.leases.values().flatten().copied()).collect();
    let first = if ranges.is_empty() { 980 } else { u.choose(&ranges)?.first };
    let first = (first + u.int_in_range(0..=20)?).saturating_sub(1);
    let count = u.int_in_range(0..=4)?;
    let back_ms = u.choose(&WAITS_MS)?;
    let day = day.map_or_else(|| "2026-11-23".to_owned(), |day| day.day.to_string());
    let printed = |n: u32| OfflineIssue {
        ticket: format!("{day}/A{n:03}"),
        class: Class::Normal,
        language: Language::En,
        token: format!("printed-{n}"),
        at_ms: now_ms.saturating_sub(*back_ms),
        visitor: None,
    };
    Ok((first..first + count).map(printed).collect())
}

fn visit_act(u: &mut Unstructured<'_>) -> Result<VisitAct> {
    use VisitAct::{Cancel, CheckIn, Leave, Rejoin, Return};
    u.choose(&[CheckIn, Cancel, Leave, Rejoin, Return]).copied()
}

fn citizen_act(u: &mut Unstructured<'_>) -> Result<CitizenAct> {
    u.choose(&[CitizenAct::Cancel, CitizenAct::Rejoin]).copied()
}

fn ticket(u: &mut Unstructured<'_>, hall: &Hall) -> Result<String> {
    let known: Vec<_> = hall.state.visits.keys().collect();
    if known.is_empty() || u.ratio(1, 16)? {
        return Ok("2026-11-23/Z001".into());
    }
    Ok(u.choose(&known)?.to_string())
}

fn token(u: &mut Unstructured<'_>, hall: &Hall) -> Result<String> {
    let known: Vec<_> = hall.state.tokens.keys().collect();
    if known.is_empty() || u.ratio(1, 16)? {
        return Ok("nobody's".into());
    }
    Ok((*u.choose(&known)?).clone())
}

fn text(u: &mut Unstructured<'_>) -> Result<String> {
    Ok((*u.choose(&["because", "原因", "  ", " x "])?).to_owned())
}
