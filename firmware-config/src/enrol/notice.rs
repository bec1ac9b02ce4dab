//! What people see of an enrolment.

use protocol::{Text, enrol::agreement::Digits};

/// What people see of an enrolment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// It begins.
    Beginning,
    /// A server is looked for.
    Searching,
    /// A manager is to type these digits at the server.
    Digits {
        /// Them.
        digits: Digits,
        /// The server's address, so that people see whether it is theirs.
        server: String,
    },
    /// A manager does not want this device.
    Refused(Text),
    /// Something is wrong; it is tried again.
    Trouble(Text),
}

impl Notice {
    /// The whole of it, and what to do.
    pub fn text(&self) -> Text {
        match self {
            Self::Beginning => Text::new("本机尚未登记，正在准备。", "This device is not enrolled yet; it prepares."),
            Self::Searching => Text::new(
                "本机尚未登记，正在寻找服务器。找不到时请在配置文件中写明 server。",
                "This device is not enrolled yet and looks for the server. If none is found, write server into its profile.",
            ),
            Self::Digits { digits, server } => {
                let digits = digits.grouped();
                Text::new(
                    format!("登记码 {digits}，服务器 {server}。请管理员在管理页“设备”中输入这六位数字。"),
                    format!(
                        "Enrol code {digits}, server {server}. A manager types these digits at the manager's page, Devices."
                    ),
                )
            }
            Self::Refused(text) | Self::Trouble(text) => text.clone(),
        }
    }

    /// The same in a few words, for a panel of 128 dots: Chinese and English.
    pub fn short(&self) -> (String, String) {
        match self {
            Self::Beginning => ("准备登记".into(), "Not enrolled".into()),
            Self::Searching => ("寻找服务器".into(), "Searching".into()),
            Self::Digits { digits, .. } => {
                (format!("登记 {}", digits.grouped()), format!("Enrol {}", digits.grouped()))
            }
            Self::Refused(_) => ("登记被拒绝".into(), "Refused".into()),
            Self::Trouble(_) => ("登记有误 见日志".into(), "See log".into()),
        }
    }

    /// The digits, if it is they.
    pub fn digits(&self) -> Option<(&Digits, &str)> {
        match self {
            Self::Digits { digits, server } => Some((digits, server)),
            _ => None,
        }
    }
}
