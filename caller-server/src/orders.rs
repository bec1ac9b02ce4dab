//! From the words on the wire to the commands of the core: who asks, and for what exactly.

mod rules;

pub use rules::rules_in;

use hall::{
    Command, State,
    command::{Issue, IssuedOffline, Target, WindowAct},
    plan::ItemId,
    words::{Actor, AtMs, Class, Day, Lane, Language, NotAWord, Ticket, VisitorKey, WindowId, ZoneId},
};
use protocol::{
    Order, Refused, Text,
    order::{self, CitizenAct, HallAct, OfflineIssue, VisitAct},
};
use thiserror::Error;
use typeset::{slip, template::Template};

use crate::gate::Identity;

/// An order that does not even name a command.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BadOrder {
    /// A ticket, number or day that is none.
    #[error("{0}.")]
    Word(#[from] NotAWord),
    /// A transfer to nowhere or to two places.
    #[error("A transfer goes either to a lane or to a window: give one of to_lane and to_window.")]
    TransferTarget,
    /// A token that belongs to no visit of today.
    #[error("This ticket is not known today. Take a new number.")]
    UnknownToken,
    /// A class that only the server gives.
    #[error("Class 'returning' is given by the server alone.")]
    ReturningClass,
    /// The same class twice in the rules.
    #[error("The rules name class {0:?} twice.")]
    ClassTwice(order::Class),
    /// A template of slips that can't be used; everything that is wrong with it.
    #[error("{}", _0.en)]
    Template(Text),
}

impl BadOrder {
    /// For people and programs.
    pub fn refused(&self) -> Refused {
        let (code, zh) = match self {
            Self::Word(word) => ("bad_word", format!("“{}”不是有效的格式，例如 {}。", word.text, word.example)),
            Self::TransferTarget => ("transfer_target", "请在队列和窗口中选择一个转移目标。".into()),
            Self::UnknownToken => ("unknown_token", "今天没有这个号，请重新取号。".into()),
            Self::ReturningClass => ("returning_class", "“返回”类别只能由系统给出。".into()),
            Self::Template(wrong) => ("bad_template", wrong.zh.clone()),
            Self::ClassTwice(_) => ("class_twice", "均衡规则中同一类别出现了两次。".into()),
        };
        Refused { code: code.into(), text: Text::new(zh, self.to_string()) }
    }
}

/// Who asks: the same person is another actor at another console.
pub fn actor(who: Option<&Identity>, order: &Order) -> Option<Actor> {
    if matches!(order, Order::Citizen { .. }) {
        return Some(Actor::Citizen);
    }
    Some(match who? {
        Identity::Clerk(name) => Actor::Clerk { name: name.clone(), console: console(order).to_owned() },
        Identity::Manager(name) => Actor::Manager(name.clone()),
        Identity::Device { name, .. } => Actor::Device(name.clone()),
    })
}

/// What fresh things an order may need; made only for one that does.
pub struct Fresh<'a> {
    /// The hall's time.
    pub now_ms: AtMs,
    /// The hall's date.
    pub today: &'a dyn Fn() -> Day,
    /// An unguessable name for a citizen's page.
    pub token: &'a mut dyn FnMut() -> String,
}

/// The command for an order.
///
/// # Errors
/// The order does not name a command.
pub fn command(state: &State, order: Order, fresh: Fresh<'_>) -> Result<Command, BadOrder> {
    Ok(match order {
        Order::Issue(issue) => Command::Issue(Issue {
            lane: lane_in(issue.lane),
            class: class_in(issue.class)?,
            language: language_in(issue.language),
            appointment_at_ms: issue.appointment_at_ms,
            token: (fresh.token)(),
            present: issue.present,
            visitor: visitor_in(issue.visitor.as_deref())?,
            item: item_in(issue.item.as_deref())?,
        }),
        Order::Lease { lane, count } => Command::Lease { lane: lane_in(lane), count },
        Order::Merge { issued } => {
            Command::Merge { issued: issued.into_iter().map(offline).collect::<Result<_, _>>()? }
        }
        Order::Reprint { ticket, at } => Command::Reprint { ticket: ticket.parse()?, at },
        Order::Window { window, act, .. } => window_command(WindowId(window), act, fresh.now_ms)?,
        Order::Visit { ticket, act } => visit_command(ticket.parse()?, act),
        Order::Citizen { token, act } => citizen_command(state.ticket_of(&token).ok_or(BadOrder::UnknownToken)?, act),
        Order::Hall(act) => hall_command(act, fresh.today)?,
    })
}

/// The lane, from the wire.
pub fn lane_in(lane: order::Lane) -> Lane {
    match lane {
        order::Lane::Acceptance => Lane::Acceptance,
        order::Lane::Issuing => Lane::Issuing,
        order::Lane::Consulting => Lane::Consulting,
    }
}

fn console(order: &Order) -> &str {
    match order {
        Order::Window { console, .. } => console,
        _ => "",
    }
}

fn offline(issue: OfflineIssue) -> Result<IssuedOffline, BadOrder> {
    Ok(IssuedOffline {
        ticket: issue.ticket.parse()?,
        class: class_in(issue.class)?,
        language: language_in(issue.language),
        token: issue.token,
        at_ms: issue.at_ms,
        visitor: visitor_in(issue.visitor.as_deref())?,
    })
}

fn window_command(window: WindowId, act: order::WindowAct, now_ms: AtMs) -> Result<Command, BadOrder> {
    use order::WindowAct as Wire;
    let act = match act {
        Wire::Open { take_over } => return Ok(Command::OpenWindow { window, take_over }),
        Wire::Close => WindowAct::Close,
        Wire::CallNext => WindowAct::CallNext,
        Wire::Call { ticket } => WindowAct::Call(ticket.parse()?),
        Wire::Recall => WindowAct::Recall,
        Wire::Start => WindowAct::Start,
        Wire::SetItem { item } => WindowAct::SetItem(item_in(item.as_deref())?),
        Wire::Finish => WindowAct::Finish,
        Wire::NoShow => WindowAct::NoShow,
        Wire::Park { minutes, reason } => {
            WindowAct::Park { until_ms: minutes.map(|minutes| now_ms + u64::from(minutes) * 60_000), reason }
        }
        Wire::Supplement { missing } => WindowAct::Supplement { missing },
        Wire::Transfer { to_lane, to_window, come_back } => {
            WindowAct::Transfer { to: target(to_lane, to_window)?, come_back }
        }
        Wire::Pause { reason } => WindowAct::Pause { reason },
        Wire::Resume => WindowAct::Resume,
        Wire::RaiseEmergency => WindowAct::RaiseEmergency,
        Wire::ClearEmergency => WindowAct::ClearEmergency,
    };
    Ok(Command::AtWindow { window, act })
}

fn target(lane: Option<order::Lane>, window: Option<u16>) -> Result<Target, BadOrder> {
    match (lane, window) {
        (Some(lane), None) => Ok(Target::Lane(lane_in(lane))),
        (None, Some(window)) => Ok(Target::Window(WindowId(window))),
        _ => Err(BadOrder::TransferTarget),
    }
}

fn visit_command(ticket: Ticket, act: VisitAct) -> Command {
    match act {
        VisitAct::Withdraw => Command::Withdraw { ticket },
        VisitAct::CheckIn => Command::CheckIn { ticket },
        VisitAct::Cancel => Command::Cancel { ticket },
        VisitAct::Leave => Command::Leave { ticket },
        VisitAct::Rejoin => Command::Rejoin { ticket },
        VisitAct::Return => Command::Return { ticket },
    }
}

fn citizen_command(ticket: Ticket, act: CitizenAct) -> Command {
    match act {
        CitizenAct::Cancel => Command::Cancel { ticket },
        CitizenAct::Rejoin => Command::Rejoin { ticket },
    }
}

fn hall_command(act: HallAct, today: &dyn Fn() -> Day) -> Result<Command, BadOrder> {
    Ok(match act {
        HallAct::OpenDay => Command::OpenDay { day: today() },
        HallAct::CloseDay => Command::CloseDay,
        HallAct::SetRules { rules, reason } => Command::SetRules { rules: rules::rules_in(rules)?, reason },
        HallAct::SetSlip { template, reason } => {
            // Its sizes and characters were looked at before (`http::slip`): that takes longer than the desk has time.
            Template::parse(&template, &slip::VOCABULARY).map_err(|error| BadOrder::Template(error.text()))?;
            Command::SetSlip { template: template.into(), reason }
        }
        HallAct::Mute { zone, muted, reason } => Command::Mute { zone: zone.map(ZoneId), muted, reason },
        HallAct::Announce { zone, text } => Command::Announce { zone: zone.map(ZoneId), zh: text.zh, en: text.en },
        HallAct::VoidLease { device } => Command::VoidLease { device },
    })
}

fn class_in(class: order::Class) -> Result<Class, BadOrder> {
    if class == order::Class::Returning { Err(BadOrder::ReturningClass) } else { Ok(any_class(class)) }
}

fn any_class(class: order::Class) -> Class {
    match class {
        order::Class::Normal => Class::Normal,
        order::Class::Returning => Class::Returning,
        order::Class::Priority => Class::Priority,
        order::Class::Appointment => Class::Appointment,
    }
}

fn visitor_in(visitor: Option<&str>) -> Result<Option<VisitorKey>, BadOrder> {
    Ok(visitor.map(str::parse).transpose()?)
}

fn item_in(item: Option<&str>) -> Result<Option<ItemId>, BadOrder> {
    Ok(item.map(str::parse).transpose()?)
}

fn language_in(language: order::Language) -> Language {
    match language {
        order::Language::Zh => Language::Zh,
        order::Language::En => Language::En,
    }
}
