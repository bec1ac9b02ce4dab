//! A choice in one sentence, for managers.

use hall::{
    balance::{Because, IdlePick, Why, WhyWindow},
    words::{Class, Ticket, ZoneId},
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
        Because::Turn => Text::new(
            format!("{number}（{}）等候{minutes}分钟，按比例轮到该类别", class.zh),
            format!("{number} ({}) waited {minutes} min and it was the turn of its class", class.en),
        ),
        Because::ByHand => {
            Text::new(format!("{number}由工作人员指定呼叫"), format!("{number} was called out of turn by the clerk"))
        }
    };
    let runner_up = why.runner_up.map(|other| {
        let number = other.ticket.number;
        Text::new(format!("其次是{number}"), format!("{number} came next"))
    });
    let parts = [Some(text), why.from_zone.map(from_zone), runner_up, why.window.as_ref().map(window)];
    let items = [barred(why), passed_over(why)];
    let parts: Vec<Text> = parts.into_iter().chain(items).flatten().collect();
    let joined = |part: fn(&Text) -> &str, between: &str| parts.iter().map(part).collect::<Vec<_>>().join(between);
    Text::new(format!("{}。", joined(|text| &text.zh, "；")), format!("{}.", joined(|text| &text.en, "; ")))
}

fn from_zone(zone: ZoneId) -> Text {
    Text::new(format!("由{zone}区调来"), format!("it was taken over from zone {zone}"))
}

/// The free windows that could not take it.
fn barred(why: &Why) -> Option<Text> {
    let item = why.item.filter(|_| !why.barred.is_empty())?;
    let windows: Vec<String> = why.barred.iter().map(ToString::to_string).collect();
    Some(Text::new(
        format!("空闲的{}号窗口不办理其事项“{item}”", windows.join("、")),
        format!("window {} was free and does not serve its item '{item}'", windows.join(", ")),
    ))
}

/// Who was before it and could not be called here.
fn passed_over(why: &Why) -> Option<Text> {
    let of = |between: &str| {
        let each = why.passed_over.iter().map(|other| format!("{}（{}）", other.ticket.number, other.item));
        each.collect::<Vec<_>>().join(between)
    };
    let en = || of(", ").replace('（', " (").replace('）', ")");
    (!why.passed_over.is_empty()).then(|| {
        Text::new(
            format!("{}在前，但此窗口不办理其事项", of("、")),
            format!("{} came before, but this window does not serve that item", en()),
        )
    })
}

/// Why this window, and which would have been next.
fn window(why: &WhyWindow) -> Text {
    let text = match why.pick {
        IdlePick::LongestIdle => Text::new("该窗口空闲最久", "this window was free for the longest time"),
        IdlePick::FewestAccepted => Text::new(
            format!("该窗口接件最少（{}件）", why.measure),
            format!("this window had taken the fewest visits ({})", why.measure),
        ),
        IdlePick::LeastBusy => Text::new(
            format!("该窗口办理时间最短（{}分钟）", why.measure / 60_000),
            format!("this window had worked the least ({} min)", why.measure / 60_000),
        ),
        IdlePick::LowestNumber => Text::new("该窗口号最小", "this window has the lowest number"),
    };
    if why.others.is_empty() {
        return text;
    }
    let names: Vec<String> = why.others.iter().map(|other| other.window.to_string()).collect();
    Text::new(
        format!("{}，其次是{}号窗口", text.zh, names.join("、")),
        format!("{}, before {}", text.en, names.join(", ")),
    )
}

fn class(class: Class) -> Text {
    match class {
        Class::Normal => Text::new("普通", "normal"),
        Class::Returning => Text::new("返回", "returning"),
        Class::Priority => Text::new("优先", "priority"),
        Class::Appointment => Text::new("预约", "appointment"),
    }
}
