//! Why there is no demonstration.

use std::{io, path::PathBuf};

use caller_server::gate::GateError;
use thiserror::Error;

/// Why there is no demonstration, and what to do about it.
#[derive(Debug, Error)]
pub enum Problem {
    /// A program is missing.
    #[error(
        "{0} is not built. Build it: cargo build --release --workspace\n没有找到程序 {0}。请先编译：cargo build --release --workspace"
    )]
    NotBuilt(&'static str),
    /// The port.
    #[error(
        "Port {0} is in use. Stop what uses it, or take another: ./demo --port {next}\n\
         端口 {0} 已被占用。请停止占用它的程序，或换一个端口：./demo --port {next}",
        next = if *.0 < u16::MAX - 10 { .0 + 10 } else { 8_080 }
    )]
    PortTaken(u16),
    /// The data directory holds something else.
    #[error(
        "{0} is not empty and was not made by a demonstration; nothing in it was touched. Choose another: ./demo --data-dir DIR\n\
         {0} 不是空目录，也不是演示程序建立的，未作任何改动。请另选目录：./demo --data-dir DIR"
    )]
    NotOurs(PathBuf),
    /// Another demonstration.
    #[error(
        "Another demonstration runs in {0}. Stop it, or choose another directory and port: ./demo --data-dir DIR --port PORT\n\
         另一个演示正在使用 {0}。请先停止它，或另选目录和端口：./demo --data-dir DIR --port PORT"
    )]
    Running(PathBuf),
    /// The disk.
    #[error("{path}: {why}\n无法读写 {path}：{why}")]
    Disk {
        /// Where.
        path: PathBuf,
        /// What the system says.
        why: io::Error,
    },
    /// Accounts and devices.
    #[error("The accounts can't be set up: {0}\n无法建立账户：{0}")]
    Gate(#[from] GateError),
    /// The operating system.
    #[error("The operating system refuses: {0}\n操作系统拒绝：{0}")]
    System(#[from] io::Error),
    /// A day outside the calendar of computers.
    #[error(
        "That day can't be shown; choose one after 1970, such as --day 2026-11-23\n日期超出范围，请选1970年以后的日期，例如 --day 2026-11-23"
    )]
    Day,
    /// The hall's settings.
    #[error("The settings of the hall are wrong: {0}\n大厅设置有误：{0}")]
    Settings(String),
    /// A distribution whose figures make no sense.
    #[error("The day can't be drawn up: its figures make no sense.\n无法生成当天的安排：参数有误。")]
    Distribution,
    /// The server does not start.
    #[error("The server is not ready after {0} s; its log is {1}\n服务器{0}秒后仍未就绪，日志见 {1}")]
    NotReady(u64, PathBuf),
    /// A sign-in was refused.
    #[error("{name} can't sign in ({status}): {body}\n{name} 无法登录（{status}）：{body}")]
    SignIn {
        /// Who.
        name: String,
        /// The HTTP status.
        status: u16,
        /// What the server said.
        body: String,
    },
}

impl Problem {
    /// From an error of the disk at this path.
    pub fn disk(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |why| Self::Disk { path, why }
    }
}
