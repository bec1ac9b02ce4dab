//! The sentences in Chinese, as the staff of a hall would say them.

use super::Refusal;

impl Refusal {
    /// The sentence in Chinese.
    #[must_use]
    pub fn zh(&self) -> String {
        match self {
            Self::NoPlan => "大厅还没有设置，请检查配置文件。".into(),
            Self::BadPlan { detail_zh, .. } => format!("大厅设置有误：{detail_zh}。"),
            Self::BadRules { detail_zh, .. } => format!("均衡规则有误：{detail_zh}。"),
            Self::NotAllowed => "您没有此项操作的权限，请联系管理员。".into(),
            Self::ClockBehind { behind_s } => format!("服务器时钟比最近一条记录慢 {behind_s} 秒，请校准时间。"),
            Self::DayClosed => "大厅尚未营业或已结束营业，请联系管理员开始营业。".into(),
            Self::DayNotLater { day } => format!("{day} 已经营业或已结束，只能开始之后的日期。"),
            Self::NoSuchDay { day } => format!("没有 {day} 这一天。"),
            Self::LaneNotOffered { .. } => "本大厅不办理此项业务，请另选。".into(),
            Self::NumbersUsedUp { .. } => "该队列今天的号码已全部取完。".into(),
            Self::AppointmentTime => "预约号须有预约时间，其他号不能有。".into(),
            Self::BadToken => "取号凭据无效或已被使用，请重新取号。".into(),
            Self::LeaseSize { max } => format!("取号机每次可预留 1 到 {max} 个号。"),
            Self::LeasedUnused { max } => {
                format!("这台取号机在该队列预留而未发出的号码最多 {max} 个，请检查其磁盘。")
            }
            Self::MergeSize { max } => format!("每次最多补录 {max} 个号，其余请分次补录。"),
            Self::NotLeased { ticket } => format!("{} 不是预留给这台取号机的号码。", ticket.number),
            Self::BadReason { chars_max } => format!("请填写原因，不超过 {chars_max} 个字。"),
            Self::BadNotice { chars_max } => format!("通知须有中文，可另加英文，各一行，不超过 {chars_max} 个字。"),
            Self::SlipTooLarge { bytes_max } => format!("号票模板最多 {bytes_max} 字节，请删减。"),
            Self::TimeOver => "这个时间已经过了，请选择稍后的时间。".into(),

            Self::UnknownItem { item } => format!("本大厅没有事项“{item}”，请从列表中选择。"),
            Self::UnknownZone { zone } => format!("本大厅没有 {zone} 区。"),
            Self::UnknownWindow { window } => format!("本大厅没有 {window} 号窗口。"),
            Self::WindowClosed { window } => format!("{window} 号窗口未开放，请先开放窗口。"),
            Self::WindowTaken { window, clerk } => {
                format!("{window} 号窗口正由 {clerk} 在另一台电脑上使用，请接管或另选窗口。")
            }
            Self::HasOtherWindow { window } => format!("您已开放 {window} 号窗口，请先关闭。"),
            Self::WindowBusy { window, ticket } => format!("{window} 号窗口还在办理 {}，请先办结。", ticket.number),
            Self::NobodyHere { window } => format!("{window} 号窗口目前没有办事人，请先叫号。"),
            Self::WindowPaused { window } => format!("{window} 号窗口已暂停，请先恢复。"),
            Self::WindowNotPaused { window } => format!("{window} 号窗口没有暂停。"),
            Self::WindowInEmergency { window } => format!("{window} 号窗口处于紧急状态，请先解除。"),
            Self::NoEmergency { window } => format!("{window} 号窗口不在紧急状态。"),
            Self::NobodyWaiting { .. } => "目前没有人在等候。".into(),

            Self::NotStarted { ticket } => format!("{} 已叫号，人还没到：请开始办理、重呼或过号。", ticket.number),
            Self::AlreadyStarted { ticket } => format!("{} 已经在办理。", ticket.number),
            Self::RecallTooSoon { ticket, wait_s } => format!("刚刚叫过 {}，请等 {wait_s} 秒再操作。", ticket.number),
            Self::RecallFirst { ticket, missing } => format!("{} 还要再重呼 {missing} 次才能过号。", ticket.number),
            Self::UnknownTicket { ticket } => format!("今天没有 {} 这个号。", ticket.number),
            Self::WrongStage { ticket, stage } => format!("{} {}，不能这样操作。", ticket.number, stage.zh()),
            Self::NotServedHere { window, ticket } => format!("{window} 号窗口不办理 {} 所在的队列。", ticket.number),
            Self::ItemNotServedHere { window, ticket, item } => {
                format!("{window} 号窗口不办理 {} 的事项“{item}”，请另选窗口。", ticket.number)
            }
            Self::AlreadyHere { window, ticket } => format!("{} 已在 {window} 号窗口，请另选。", ticket.number),
            Self::GraceOver { ticket } => format!("{} 已过保留时间，请重新取号。", ticket.number),
        }
    }
}
