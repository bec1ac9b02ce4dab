//! Why a panel shows nothing.

use std::{io, net::SocketAddr, path::PathBuf};

use protocol::Text;
use thiserror::Error;

use super::onbon::CardError;

/// Why a picture did not reach a panel.
#[derive(Debug, Error)]
pub enum PanelError {
    /// A file or the terminal.
    #[error("The panel cannot be written: {0}.")]
    Write(#[from] io::Error),
    /// The SPI bus.
    #[error(
        "The LED modules cannot be reached: {device}: {why}. On a Raspberry Pi write dtparam=spi=on into \
         /boot/firmware/config.txt and restart it; elsewhere choose the back-end terminal, file or png."
    )]
    Spi {
        /// What was looked for.
        device: PathBuf,
        /// What the system said.
        why: String,
    },
    /// The LED card.
    #[error("The LED card at {place} shows nothing: {why}.")]
    Card {
        /// Where it was looked for.
        place: String,
        /// Why.
        why: CardError,
    },
    /// The page for a screen with HDMI.
    #[error(
        "No browser shows the page http://{listen}/. Start the kiosk browser of this display, and switch the screen on."
    )]
    Page {
        /// Where it is served.
        listen: SocketAddr,
    },
}

impl PanelError {
    /// The same for people, in both languages.
    pub fn text(&self) -> Text {
        let zh = match self {
            Self::Write(why) => format!("显示屏写入失败：{why}。"),
            Self::Spi { device, why } => format!(
                "无法连接 LED 模块：{}：{why}。树莓派请在 /boot/firmware/config.txt 写入 dtparam=spi=on 并重启；其他机器请改用 \
                 terminal、file 或 png。",
                device.display()
            ),
            Self::Card { place, why } => format!("LED 控制卡 {place} 没有显示：{}。", why.zh()),
            Self::Page { listen } => {
                format!("没有浏览器显示 http://{listen}/ 页面。请启动本机的全屏浏览器并打开屏幕电源。")
            }
        };
        Text::new(zh, self.to_string())
    }
}
