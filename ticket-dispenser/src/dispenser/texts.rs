//! Sentences for the people at the dispenser and for the manager.

use protocol::Text;

use super::words::PrinterStatus;

pub(super) fn printer(status: PrinterStatus) -> Option<Text> {
    match status {
        PrinterStatus::Ready => None,
        PrinterStatus::Unknown => Some(Text::new("打印机正在启动，请稍候。", "The printer is starting. Please wait.")),
        PrinterStatus::PaperLow => Some(Text::new("打印纸即将用完，请换纸。", "Paper is low. Please change the roll.")),
        PrinterStatus::PaperOut => {
            Some(Text::new("打印纸已用完，请告知工作人员。", "No paper. Please tell the staff."))
        }
        PrinterStatus::CoverOpen => {
            Some(Text::new("打印机盖未合上，请告知工作人员。", "The printer is open. Please tell the staff."))
        }
        PrinterStatus::CutterError => {
            Some(Text::new("打印机切刀卡住，请告知工作人员。", "The printer's cutter is stuck. Please tell the staff."))
        }
        PrinterStatus::Broken => {
            Some(Text::new("打印机故障，请告知工作人员。", "The printer does not work. Please tell the staff."))
        }
        PrinterStatus::Offline => {
            Some(Text::new("打印机暂停打印，请告知工作人员。", "The printer has paused. Please tell the staff."))
        }
        PrinterStatus::Unreachable => {
            Some(Text::new("打印机未连接，请告知工作人员。", "The printer is not connected. Please tell the staff."))
        }
        PrinterStatus::Silent => {
            Some(Text::new("打印机没有应答，请告知工作人员。", "The printer does not answer. Please tell the staff."))
        }
    }
}

/// A slip that broke off, for whoever waits for it.
pub(super) fn torn(number: &str, prints: bool) -> Text {
    let (zh, en) = if prints {
        ("正在补打", "It is being printed again")
    } else {
        ("打印机恢复后将自动补打", "It is printed again as soon as the printer works")
    };
    Text::new(
        format!("号码 {number} 未完整打印，{zh}，请稍候。"),
        format!("Number {number} was not printed whole. {en}; please wait."),
    )
}

pub(super) fn doubtful(numbers: &[&str]) -> Text {
    let (zh, en) = listed(numbers);
    Text::new(
        format!("号码 {zh} 可能没有打印，请工作人员补打。"),
        format!("Number {en} may not have been printed. The staff can reprint it."),
    )
}

pub(super) fn reprinting(numbers: &[&str]) -> Text {
    let (zh, en) = listed(numbers);
    Text::new(
        format!("号码 {zh} 正在补打（纸上有“补打”字样）。"),
        format!("Number {en} is being printed again, with the word \"reprint\" on it."),
    )
}

pub(super) fn set_aside(numbers: &[&str]) -> Text {
    let (zh, en) = listed(numbers);
    Text::new(
        format!("断网时发出的号码 {zh} 无法并入队列，请人工安排。"),
        format!("Number {en}, given out while cut off, is not taken into the line. Please help its holder."),
    )
}

/// Several sentences, one after another.
pub(super) fn together(texts: Vec<Text>) -> Option<Text> {
    let join =
        |before: Text, next: Text| Text::new(format!("{}{}", before.zh, next.zh), format!("{} {}", before.en, next.en));
    texts.into_iter().reduce(join)
}

/// A person reads no more than these at a time.
const LISTED_MAX: usize = 8;

fn listed(numbers: &[&str]) -> (String, String) {
    let some = numbers.get(..LISTED_MAX).unwrap_or(numbers);
    let more = numbers.len() - some.len();
    let (zh, en) = (some.join("、"), some.join(", "));
    if more == 0 { (zh, en) } else { (format!("{zh} 等（另有 {more} 个）"), format!("{en} and {more} more")) }
}

pub(super) fn never_connected() -> Text {
    Text::new("正在连接服务器，暂时无法取号，请稍候。", "Connecting to the server. No numbers yet, please wait.")
}

pub(super) fn reserve_empty() -> Text {
    Text::new(
        "网络中断，备用号码已用完，请到咨询台取号。",
        "Cut off from the server, and the reserved numbers are used up. Please ask at the consulting desk.",
    )
}

pub(super) fn reserve_old(day: &str) -> Text {
    Text::new(
        format!("网络中断，备用号码属于 {day}，今日不能使用，请到咨询台取号。"),
        format!(
            "Cut off from the server; the reserved numbers are of {day} and not for today. Please ask at the desk."
        ),
    )
}

pub(super) fn no_answer() -> Text {
    Text::new("服务器没有响应，请再按一次。", "The server does not answer. Please press again.")
}

pub(super) fn not_recorded() -> Text {
    Text::new(
        "取号机存储故障，未能出号，请告知工作人员。",
        "The dispenser can't record numbers, so none was given. Please tell the staff.",
    )
}

pub(super) fn revoked() -> Text {
    Text::new(
        "本机已被服务器停用，不再出号，请到其他取号机或咨询台取号。",
        "This machine was revoked at the server and gives out no numbers. Please use another one, or ask at the desk.",
    )
}

pub(super) fn not_offered() -> Text {
    Text::new("本厅不提供此项服务，请选择其他。", "This hall does not offer that service. Please choose another.")
}

pub(super) fn not_here() -> Text {
    Text::new("预约请到咨询台签到。", "For an appointment please check in at the consulting desk.")
}

pub(super) fn too_many() -> Text {
    Text::new("前面的号码正在打印，请稍候。", "Other slips are being printed. Please wait a moment.")
}

pub(super) fn not_again(number: &str) -> Text {
    Text::new(
        format!("号码 {number} 没有补打成功，请再刷一次，或请工作人员帮助。号码仍然有效。"),
        format!("Number {number} was not printed again. Please scan again or ask the staff. The number still holds."),
    )
}

pub(super) fn help_wanted() -> Text {
    Text::new("取号机旁有人求助，请前往。", "Somebody at the dispenser calls for help. Please go there.")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// What the page shows it also says: with the recorded voice, whose sentences stand in one file.
    #[test]
    fn what_the_screen_says_of_printer_and_server_is_recorded() {
        let file = include_str!("../../../caller-server/web/src/lib/words/spoken.json");
        let recorded: BTreeMap<String, Text> = serde_json::from_str(file).unwrap();
        let statuses = [
            PrinterStatus::Unknown,
            PrinterStatus::PaperOut,
            PrinterStatus::CoverOpen,
            PrinterStatus::CutterError,
            PrinterStatus::Broken,
            PrinterStatus::Offline,
            PrinterStatus::Unreachable,
            PrinterStatus::Silent,
        ];
        let others = [never_connected(), reserve_empty(), no_answer(), not_recorded()];
        for text in statuses.into_iter().filter_map(printer).chain(others) {
            assert!(recorded.values().any(|known| *known == text), "not recorded: {} {}", text.zh, text.en);
        }
    }
}
