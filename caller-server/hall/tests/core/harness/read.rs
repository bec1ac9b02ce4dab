//! The commands of a script.

use hall::{
    Command, State,
    command::{Issue, IssuedOffline, Target, WindowAct},
    words::{Actor, AtMs, Class, Lane, Language, Ticket, VisitorKey, WindowId},
};

use super::{clock, item, ticket};

/// A command and who gives it: `take acceptance priority`, `1 next`, `1 as bob recall`, `A001 cancel`, `day 2026-11-24`.
pub fn command(state: &State, words: &[&str]) -> (Actor, Command) {
    match words {
        ["take", lane, how @ ..] => (device("kiosk"), Command::Issue(issue(state, lane, how))),
        ["lease", name, lane, count] => {
            (device(name), Command::Lease { lane: self::lane(lane), count: count.parse().expect("a count") })
        }
        ["merge", name, printed @ ..] => {
            (device(name), Command::Merge { issued: printed.iter().map(|&word| offline(word)).collect() })
        }
        ["void", name] => (Actor::System, Command::VoidLease { device: (*name).into() }),
        ["day", day] => (manager(), Command::OpenDay { day: day.parse().expect("a day") }),
        ["close"] => (manager(), Command::CloseDay),
        ["tick"] => (Actor::System, Command::Tick),
        [window, "as", name, act @ ..] if window.parse::<u16>().is_ok() => at_window(window, clerk(name), act),
        [window, "manager", act @ ..] if window.parse::<u16>().is_ok() => at_window(window, manager(), act),
        [window, act @ ..] if window.parse::<u16>().is_ok() => at_window(window, clerk(&format!("clerk{window}")), act),
        [number, "withdraw"] => (device("kiosk"), Command::Withdraw { ticket: named(number) }),
        [number, "reprint", at] => (manager(), Command::Reprint { ticket: named(number), at: (*at).into() }),
        [number, "check-in"] => (device("kiosk"), Command::CheckIn { ticket: named(number) }),
        [number, "cancel"] => (Actor::Citizen, Command::Cancel { ticket: named(number) }),
        [number, "leave"] => (manager(), Command::Leave { ticket: named(number) }),
        [number, "rejoin"] => (Actor::Citizen, Command::Rejoin { ticket: named(number) }),
        [number, "return"] => (manager(), Command::Return { ticket: named(number) }),
        _ => panic!("no such command: {words:?}"),
    }
}

/// A clerk at a console of the same name; `ann@other` sits at another.
pub fn clerk(name: &str) -> Actor {
    let (name, console) = name.split_once('@').unwrap_or((name, name));
    Actor::Clerk { name: name.into(), console: console.into() }
}

pub fn manager() -> Actor {
    Actor::Manager("lin".into())
}

pub fn device(name: &str) -> Actor {
    Actor::Device(name.into())
}

fn at_window(window: &str, by: Actor, words: &[&str]) -> (Actor, Command) {
    let window = WindowId(window.parse().expect("a window"));
    if let ["open", take_over @ ..] = words {
        return (by, Command::OpenWindow { window, take_over: *take_over == ["over"] });
    }
    (by, Command::AtWindow { window, act: act(words) })
}

fn act(words: &[&str]) -> WindowAct {
    match words {
        ["next"] => WindowAct::CallNext,
        ["call", number] => WindowAct::Call(named(number)),
        ["recall"] => WindowAct::Recall,
        ["item", "none"] => WindowAct::SetItem(None),
        ["item", name] => WindowAct::SetItem(Some(item(name))),
        ["start"] => WindowAct::Start,
        ["finish"] => WindowAct::Finish,
        ["no-show"] => WindowAct::NoShow,
        ["park"] => WindowAct::Park { until_ms: None, reason: "on the phone".into() },
        ["park", until] => WindowAct::Park { until_ms: Some(clock(until)), reason: "on the phone".into() },
        ["supplement"] => WindowAct::Supplement { missing: "a photo".into() },
        ["transfer", to, back @ ..] => WindowAct::Transfer { to: target(to), come_back: *back == ["and", "back"] },
        ["pause", reason @ ..] => WindowAct::Pause { reason: reason.join(" ") },
        ["resume"] => WindowAct::Resume,
        ["alarm"] => WindowAct::RaiseEmergency,
        ["calm"] => WindowAct::ClearEmergency,
        ["close"] => WindowAct::Close,
        _ => panic!("no such act: {words:?}"),
    }
}

/// `take acceptance`, then any of a class, `at 10:00` (appointed), `later` (not in the hall yet), `token x`,
/// `card 7`, `item tax`.
fn issue(state: &State, lane: &str, how: &[&str]) -> Issue {
    let token = format!("token {}", state.seq + 1);
    let mut issue = Issue {
        lane: self::lane(lane),
        class: Class::Normal,
        language: Language::Zh,
        appointment_at_ms: None,
        token,
        present: true,
        visitor: None,
        item: None,
    };
    let mut how = how.iter();
    while let Some(&word) = how.next() {
        let mut argument = || how.next().copied().expect("an argument");
        match word {
            "later" => issue.present = false,
            "at" => issue.appointment_at_ms = Some(clock(argument())),
            "item" => issue.item = Some(item(argument())),
            "card" => issue.visitor = Some(card(argument())),
            "token" => issue.token = argument().replace("none", ""),
            class => issue.class = self::class(class),
        }
    }
    issue
}

/// `A003` or `A003@09:30`, as printed by a dispenser on the first day; `2026-11-24+A003` on another;
/// `A003@09:30/x` under the token x; `A003#7` for the visitor with card 7.
fn offline(word: &str) -> IssuedOffline {
    let (word, visitor) = word.split_once('#').map_or((word, None), |(word, number)| (word, Some(card(number))));
    let (printed, token) = word.split_once('/').unwrap_or((word, word));
    let (day, printed) = printed.split_once('+').map_or((None, printed), |(day, printed)| (Some(day), printed));
    let (number, at_ms) = match printed.split_once('@') {
        Some((number, time)) => (number, clock(time)),
        None => (printed, AtMs::MAX),
    };
    let mut ticket = ticket(number);
    ticket.day = day.map_or(ticket.day, |day| day.parse().expect("a day"));
    IssuedOffline { ticket, class: Class::Normal, language: Language::En, token: token.into(), at_ms, visitor }
}

fn card(number: &str) -> VisitorKey {
    VisitorKey(number.parse().expect("the number of a card"))
}

/// `A001` of the first day, or `2026-11-24/A001`.
fn named(text: &str) -> Ticket {
    text.parse().unwrap_or_else(|_| ticket(text))
}

fn target(word: &str) -> Target {
    word.parse().map_or_else(|_| Target::Lane(lane(word)), |window| Target::Window(WindowId(window)))
}

pub fn lane(word: &str) -> Lane {
    let lanes = [("acceptance", Lane::Acceptance), ("issuing", Lane::Issuing), ("consulting", Lane::Consulting)];
    lanes.iter().find(|(name, _)| *name == word).expect("a lane").1
}

fn class(word: &str) -> Class {
    match word {
        "priority" => Class::Priority,
        "returning" => Class::Returning,
        "appointment" => Class::Appointment,
        _ => panic!("no such class: {word}"),
    }
}
