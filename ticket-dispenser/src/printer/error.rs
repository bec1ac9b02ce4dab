//! What can go wrong with a printer, for people, in both languages.

use std::{fmt, io};

use thiserror::Error;

use crate::dispenser::PrinterStatus;

/// Why a printer can't be used, or why a slip did not come out.
#[derive(Debug, Error)]
pub enum PrinterError {
    /// It can't be reached.
    #[error(
        "{place}: can't reach the printer: {why}. Is it switched on and plugged in? 无法连接打印机，请检查电源和连线。"
    )]
    Unreachable {
        /// Where it should be.
        place: String,
        /// What the system said.
        why: io::Error,
    },
    /// No printer is in any of the places that were looked at.
    #[error("no printer found 未找到打印机。Looked for 已查找：\n{}", lines(.0))]
    NoneFound(Vec<Looked>),
    /// The connection broke.
    #[error("{place}: lost the printer: {why}. 打印机连接中断。")]
    Lost {
        /// Where it was.
        place: String,
        /// What the system said.
        why: io::Error,
    },
    /// It takes no more bytes.
    #[error("{place}: the printer takes no bytes. 打印机不接收数据。")]
    Stuck {
        /// Where it is.
        place: String,
    },
    /// It was asked and said nothing that makes sense.
    #[error(
        "{place}: the printer does not answer ({garbage} bytes made no sense). For one that can't answer, set answers = false in \
         [dispenser.printer]. 打印机没有应答；如该型号不支持应答，请设置 answers = false。"
    )]
    Silent {
        /// Where it is.
        place: String,
        /// Bytes that made no sense.
        garbage: u32,
    },
    /// It says that it does not print.
    #[error("{place}: the printer stopped: {status}")]
    Stopped {
        /// Where it is.
        place: String,
        /// Why.
        status: PrinterStatus,
    },
    /// It took everything and never said that it was done.
    #[error("{place}: the printer did not say that the slip is done. 打印机未确认打印完成。")]
    Unconfirmed {
        /// Where it is.
        place: String,
    },
    /// The slip can't be put into bytes.
    #[error("can't make the printer's bytes: {0}. 无法生成打印数据。")]
    Bytes(#[from] escpos::errors::PrinterError),
}

/// A place where a printer was looked for.
#[derive(Debug)]
pub struct Looked {
    /// Where.
    pub place: String,
    /// What came of it.
    pub why: String,
}

impl PrinterError {
    /// The word for it.
    pub fn status(&self) -> PrinterStatus {
        match self {
            Self::Unreachable { .. } | Self::NoneFound(_) | Self::Lost { .. } => PrinterStatus::Unreachable,
            Self::Stuck { .. } | Self::Silent { .. } | Self::Unconfirmed { .. } => PrinterStatus::Silent,
            Self::Stopped { status, .. } => *status,
            Self::Bytes(_) => PrinterStatus::Broken,
        }
    }
}

impl fmt::Display for Looked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "  {}: {}", self.place, self.why)
    }
}

fn lines(looked: &[Looked]) -> String {
    looked.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
