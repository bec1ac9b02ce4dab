//! `firmware-config enrol …`: what the technician does by hand.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand};
use protocol::link::Tcp;
use thiserror::Error;
use tokio::{runtime, sync::watch};

use super::{EnrolError, Identity, IdentityError, Notice, identity::Shown, take_up};
use crate::{
    Loaded, Profile, ProfileError,
    profile::{SERVER_FORM, is_server},
};

/// Name and version, for the server's page.
const PROGRAM: &str = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"));

/// Look after the enrolment of the device on which this runs. 查看或重做本设备的登记。
#[derive(Debug, Args)]
pub struct EnrolArgs {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Say whether the device is enrolled, and which digits it shows. 查看是否已登记，以及当前显示的数字。
    Status {
        #[command(flatten)]
        which: Which,
    },
    /// Enrol now, here at the command line; stop the device's service first. 在命令行中登记，请先停止设备的服务。
    Now {
        #[command(flatten)]
        which: Which,
        /// The server's address, instead of the one in the profile. 服务器地址，代替配置文件中的地址。
        #[arg(long, value_name = "http://HOST:PORT")]
        server: Option<String>,
    },
    /// Throw the device's key away, so that it enrols anew at its server; restart its service afterwards.
    /// 丢弃密钥并向原服务器重新登记；之后请重启设备的服务。
    Anew {
        #[command(flatten)]
        which: Which,
        /// Trust another server, too. 同时信任另一台服务器。
        #[arg(long)]
        other_server: bool,
    },
}

#[derive(Debug, Args)]
struct Which {
    /// The device's profile. 设备配置文件。
    #[arg(value_name = "PROFILE", default_value = "/etc/yihao/device.toml")]
    profile: PathBuf,
}

/// Why it was not done.
#[derive(Debug, Error)]
pub enum CommandError {
    /// The profile.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// A device with a key in its profile.
    #[error(
        "{}: this profile has a key, so there is nothing to enrol. Take key or key_file out of it first. \
         配置文件中已有密钥，无需登记；如要登记，请先删去 key 或 key_file。",
        .0.display()
    )]
    HasKey(PathBuf),
    /// An address that is none.
    #[error("'{0}' is not the address of a server, such as {SERVER_FORM}. 服务器地址不正确。")]
    Address(String),
    /// The enrolment.
    #[error(transparent)]
    Enrol(#[from] EnrolError),
    /// The terminal, or a runtime.
    #[error("The system refuses: {0}. 系统错误。")]
    System(#[from] io::Error),
}

impl From<IdentityError> for CommandError {
    fn from(error: IdentityError) -> Self {
        Self::Enrol(error.into())
    }
}

/// Does what was asked for; says so to `out`.
///
/// # Errors
/// It was not done.
pub fn run(args: &EnrolArgs, out: &mut impl Write) -> Result<(), CommandError> {
    match &args.act {
        Act::Status { which } => status(&which.profile, out),
        Act::Now { which, server } => now(&which.profile, server.as_deref(), out),
        Act::Anew { which, other_server } => anew(&which.profile, *other_server, out),
    }
}

fn status(path: &Path, out: &mut impl Write) -> Result<(), CommandError> {
    let blank = blank(path)?;
    let identity = Identity::load(blank.identity())?;
    match identity.as_ref().and_then(|identity| Some((identity, identity.device.as_ref()?))) {
        Some((identity, device)) => {
            let window = device.window.map_or_else(String::new, |window| format!(", window {window} 窗口"));
            writeln!(out, "Enrolled 已登记: {}{window}, {}", device.name, identity.server)?;
        }
        None => {
            writeln!(out, "Not enrolled. 尚未登记。")?;
            if let Some(Shown { text }) = Shown::load(blank.identity()) {
                writeln!(out, "The device showed last 设备最近显示:\n{}\n{}", text.zh, text.en)?;
            }
        }
    }
    if let Some(identity) = identity {
        writeln!(out, "It knows the server 所认识的服务器: {}, {:?}", identity.server, identity.server_key)?;
    }
    Ok(())
}

fn now(path: &Path, server: Option<&str>, out: &mut impl Write) -> Result<(), CommandError> {
    let blank = blank(path)?;
    let blank = match server {
        Some(address) if !is_server(address) => return Err(CommandError::Address(address.to_owned())),
        Some(address) => blank.at(address),
        None => blank,
    };
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let profile = runtime.block_on(async {
        let (show, mut shown) = watch::channel(Notice::Beginning);
        let enrolling = take_up(&blank, PROGRAM, Tcp::default(), &show);
        tokio::pin!(enrolling);
        loop {
            tokio::select! {
                done = &mut enrolling => return done.map_err(CommandError::from),
                Ok(()) = shown.changed() => {
                    let text = shown.borrow_and_update().text();
                    writeln!(out, "{}\n{}", text.zh, text.en)?;
                }
            }
        }
    })?;
    writeln!(out, "Enrolled 已登记: {}", profile.name)?;
    Ok(())
}

fn anew(path: &Path, other_server: bool, out: &mut impl Write) -> Result<(), CommandError> {
    let blank = blank(path)?;
    match Identity::load(blank.identity()) {
        Ok(Some(identity)) if !other_server => identity.without_key().save(blank.identity())?,
        // What can't be read knows no server either.
        Ok(_) | Err(IdentityError::Damaged { .. }) => Identity::forget(blank.identity())?,
        Err(why) => return Err(why.into()),
    }
    writeln!(
        out,
        "The device enrols anew when its service starts again: systemctl restart {}\n设备的服务重启后将重新登记。",
        blank.service()
    )?;
    Ok(())
}

fn blank(path: &Path) -> Result<crate::Blank, CommandError> {
    match Profile::load(path)? {
        Loaded::Blank(blank) => Ok(blank),
        Loaded::Whole(_) => Err(CommandError::HasKey(path.into())),
    }
}
