//! A choice in one sentence, for managers.

use hall::{
    balance::{Because, Why},
    words::{Class, Ticket},
};
use protocol::Text;

/// Why this ticket was called.
pub fn why(ticket: Ticket, why: &Why) -> Text {
    let number = ticket.number;
    let minutes = why.waited_ms / 60_000;
    let class = class(why.class);
    let text = match why.because {
        Because::Score => Text::new(
            format!("{number}（{}）等候{minutes}分钟，分值最高", class.zh),
            format!("{number} ({}) waited {minutes} min and had the highest score", class.en),
        ),
        Because::Cap => Text::new(
            format!("{number}等候{minutes}分钟，已超过上限，按先后顺序优先"),
            format!("{number} waited {minutes} min, longer than the cap: first come, first served"),
        ),
        Because::ByHand => {
            Text::new(format!("{number}由工作人员指定呼叫"), format!("{number} was called out of turn by the clerk"))
        }
    };
    match why.runner_up {
        Some(other) => Text::new(
            format!("{}；其次是{}。", text.zh, other.ticket.number),
            format!("{}; {} came next.", text.en, other.ticket.number),
        ),
        None => Text::new(format!("{}。", text.zh), format!("{}.", text.en)),
    }
}

fn class(class: Class) -> Text {
    match class {
        Class::Normal => Text::new("普通", "normal"),
        Class::Returning => Text::new("返回", "returning"),
        Class::Priority => Text::new("优先", "priority"),
        Class::Appointment => Text::new("预约", "appointment"),
    }
}
