//! Why the desk itself refuses an order, in both languages.

use std::sync::Arc;

use protocol::{Refused, Text};

use crate::journal::JournalError;

/// The journal takes nothing.
pub fn storage_failed(error: &JournalError) -> Arc<Refused> {
    let text = Text::new(
        format!("服务器暂时无法保存数据（{}），本次操作没有生效，请稍后重试。", error.zh()),
        format!("The server cannot store anything now ({error}). Nothing was changed. Try again in a moment."),
    );
    Arc::new(Refused { code: "storage_failed".into(), text })
}

/// Too many orders wait.
pub fn busy() -> Arc<Refused> {
    let text = Text::new("服务器繁忙，请稍后重试。", "The server is busy. Try again in a moment.");
    Arc::new(Refused { code: "busy".into(), text })
}

/// The server ends.
pub fn stopping() -> Arc<Refused> {
    let text = Text::new("服务器正在停止，请稍后重试。", "The server is stopping. Try again in a moment.");
    Arc::new(Refused { code: "stopping".into(), text })
}

/// One key, two wishes.
pub fn key_reused() -> Arc<Refused> {
    let text = Text::new(
        "同一个操作编号用于了另一项操作，请重新操作。",
        "This key was used for another order. Use a new one.",
    );
    Arc::new(Refused { code: "key_reused".into(), text })
}
