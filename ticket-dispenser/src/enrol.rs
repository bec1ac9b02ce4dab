//! A blank dispenser: the digits that a manager types at the server come out on slips, and stand on its page.
//!
//! - here: one loop until it is let in; `slips`: what is printed; `page`: what its screen shows

mod page;
mod slips;

use std::{future::Future, time::Duration};

use firmware_config::{
    Blank, Dispenser as Settings, Profile,
    enrol::{EnrolError, Notice, take_up},
    program,
};
use jiff::tz::TimeZone;
use protocol::link::Tcp;
use thiserror::Error;
use tokio::{pin, sync::watch, time};

use self::{page::Page, slips::Slips};
use crate::shell::{PROGRAM, ShellError};

/// How often systemd hears that the program is alive.
const ALIVE_EVERY: Duration = Duration::from_secs(5);

/// Why a blank dispenser can't enrol.
#[derive(Debug, Error)]
pub enum EnrolFailure {
    /// What it keeps.
    #[error(transparent)]
    Enrol(#[from] EnrolError),
    /// Font, paper, or the place for its page.
    #[error(transparent)]
    Shell(#[from] ShellError),
}

/// The whole profile of a blank dispenser, once a manager has let it in; `None` when it is told to stop before. Paper, page and
/// printer are free again afterwards.
///
/// # Errors
/// What it keeps can't be read or written; or it can't show anything.
pub async fn enrol(
    blank: &Blank,
    settings: &Settings,
    zone: &TimeZone,
    stop: impl Future<Output = ()>,
) -> Result<Option<Profile>, EnrolFailure> {
    let (show, shown) = watch::channel(Notice::Beginning);
    let enrolling = take_up(blank, PROGRAM, Tcp::default(), &show);
    pin!(enrolling, stop);
    // One that was let in before needs neither paper nor page for it.
    if let Some(done) = at_once(enrolling.as_mut()).await {
        return Ok(Some(done?));
    }
    let page = Page::open(settings.kiosk_listen, shown.clone()).await?;
    let slips = Slips::start(settings, zone, shown)?;
    let mut alive = time::interval(ALIVE_EVERY);
    program::is_ready();
    let done = loop {
        tokio::select! {
            biased;
            () = &mut stop => break None,
            done = &mut enrolling => break Some(done?),
            _ = alive.tick() => program::is_alive(),
        }
    };
    slips.close().await;
    page.close().await;
    Ok(done)
}

/// What comes of something if it has nothing to wait for.
async fn at_once<T>(future: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        biased;
        done = future => Some(done),
        () = std::future::ready(()) => None,
    }
}
