//! The answer to "he came after me", in one sentence.

use protocol::Text;

use crate::store::{Overtaking, OvertakingRule};

/// Who was overtaken by whom, and under which rule.
pub fn overtaking(overtaking: &Overtaking) -> Text {
    let (ticket, by, window) = (overtaking.ticket.number, overtaking.by.number, overtaking.window);
    let later_s = overtaking.by_arrived_at_ms.saturating_sub(overtaking.arrived_at_ms) / 1000;
    let (zh, en) = rule(overtaking.rule);
    Text::new(
        format!("{by}比{ticket}晚到{later_s}秒，先被叫到{window}号窗口：{zh}。"),
        format!("{by} came {later_s} s after {ticket} and was called first, to window {window}: {en}."),
    )
}

fn rule(rule: OvertakingRule) -> (&'static str, &'static str) {
    match rule {
        OvertakingRule::ByHand => ("由工作人员指定呼叫", "a clerk called it out of turn"),
        OvertakingRule::Bound => ("该号被转到此窗口", "it had been sent to this very window"),
        OvertakingRule::ClassScore => ("其类别有起始加分（R1）", "its class has a head start (R1)"),
        OvertakingRule::Cap => ("其等候已超过上限（R1）", "it had waited longer than its cap (R1)"),
        OvertakingRule::Ratio => ("按比例轮到其类别（R2）", "it was the turn of its class (R2)"),
        OvertakingRule::Item => ("该窗口不办理前者的事项", "that window does not serve the item of the other"),
        OvertakingRule::KeptWindow => {
            ("窗口为其类别或分区保留（R3、R4）", "the window was kept for its class or zone (R3, R4)")
        }
        OvertakingRule::LaterClaim => (
            "前者过号或预约时间较晚，等候从更晚算起（R7）",
            "the other had missed a call or had a later appointment, so its wait counts from later (R7)",
        ),
    }
}
