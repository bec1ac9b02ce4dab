//! How a device without a key gets one: it finds its server, agrees with it on a key, shows six digits, and waits for a manager who
//! types them there. What both sides compute: [`protocol::enrol`].
//!
//! - here: one attempt after another, until it is let in; [`Notice`]: what people see meanwhile
//! - `meet`: one attempt
//! - [`Identity`]: what is kept of it; [`KnownServer`] and [`Known`]: the server is known again by its key
//! - `written`: an address that somebody wrote onto the card; `discover`: a server whose address nobody wrote down
//! - [`command`]: for the technician

pub mod command;
mod discover;
mod identity;
mod known;
mod meet;
mod notice;
#[cfg(test)]
mod tests;
mod written;

use std::time::Duration;

use protocol::{
    Text,
    enrol::{About, Bytes32, WORD_CHARS_MAX},
    link::Network,
    view::DeviceRole,
};
use thiserror::Error;
use tokio::{sync::watch, time::sleep};
use tracing::{info, warn};

use self::{
    identity::Shown,
    meet::{Failed, meet},
};
pub use self::{
    identity::{Identity, IdentityError},
    known::{Known, KnownServer},
    notice::Notice,
};
use crate::{Blank, Display, Profile, Role};

/// After an attempt that came to nothing it is tried again so much later: people have time to read why.
const AGAIN_AFTER: Duration = Duration::from_secs(5);
/// After a refusal by a manager: nobody is to be pestered.
const REFUSED_AGAIN_AFTER: Duration = Duration::from_secs(30);

/// Why a device can't enrol at all.
#[derive(Debug, Error)]
pub enum EnrolError {
    /// What it keeps can't be read or written.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// A display that was let in before, whose profile and manager name no window.
    #[error(
        "{}: this display has no window. Run firmware-config enrol anew, and choose its window at the server. \
         窗口屏没有窗口号，请运行 firmware-config enrol anew 重新登记并选择窗口。",
        .0.display()
    )]
    NoWindow(std::path::PathBuf),
}

/// The whole profile of a blank device: at once when it was let in before, otherwise when a manager has done so. What people are
/// to see meanwhile goes to `show`; `program` is its name and version.
///
/// # Errors
/// What it keeps can't be read or written.
pub async fn take_up<N: Network>(
    blank: &Blank,
    program: &str,
    mut network: N,
    show: &watch::Sender<Notice>,
) -> Result<Profile, EnrolError> {
    let path = blank.identity();
    let mut known = Identity::load(path)?;
    if let Some(identity) = known.as_ref().filter(|identity| identity.device.is_some()) {
        return whole(blank, identity).ok_or_else(|| EnrolError::NoWindow(path.into()));
    }
    loop {
        let about = about(blank, program);
        let server_key = known.as_ref().map(|identity| identity.server_key);
        let told = |notice: Notice| tell(blank, show, notice);
        let met = match address(blank, known.as_ref()) {
            Ok(address) => {
                let discovers = blank.server().is_none();
                meet(&mut network, &about, address.as_deref(), discovers, server_key, &told).await
            }
            Err(text) => Err(Failed::Trouble(text)),
        };
        match met {
            Ok((identity, done)) => {
                // First it is kept, then the server may forget it.
                identity.save(path)?;
                let profile = whole(blank, &identity).ok_or_else(|| EnrolError::NoWindow(path.into()))?;
                info!(name = profile.name, server = identity.server, "enrolled 已登记");
                done.tell(&mut network).await;
                Shown::forget(path);
                return Ok(profile);
            }
            Err(Failed::Waited) => {}
            Err(Failed::Refused(text)) => {
                tell(blank, show, Notice::Refused(text));
                sleep(REFUSED_AGAIN_AFTER).await;
            }
            Err(Failed::Trouble(text)) => {
                tell(blank, show, Notice::Trouble(text));
                sleep(AGAIN_AFTER).await;
            }
        }
        // Somebody at the command line may have done it meanwhile, or have told it to trust another server.
        known = Identity::load(path)?;
        if let Some(profile) = known.as_ref().and_then(|identity| whole(blank, identity)) {
            return Ok(profile);
        }
    }
}

/// Where the server is first looked for: where the profile says, where the card says, where it was.
fn address(blank: &Blank, known: Option<&Identity>) -> Result<Option<String>, Text> {
    let by_hand = || blank.server_file().map_or(Ok(None), written::address);
    let named = blank.server().map(str::to_owned);
    let said = if named.is_some() { named } else { by_hand()? };
    Ok(said.or_else(|| known.map(|identity| identity.server.clone())))
}

/// The whole profile of a device that was let in. A card may say since that its server is elsewhere now.
fn whole(blank: &Blank, identity: &Identity) -> Option<Profile> {
    let mut profile = blank.with(identity)?;
    match address(blank, Some(identity)) {
        Ok(Some(address)) => profile.server = address,
        Ok(None) => {}
        Err(text) => warn!(zh = text.zh, "{}", text.en),
    }
    Some(profile)
}

/// What people see, also in the log and for the technician at the command line.
fn tell(blank: &Blank, show: &watch::Sender<Notice>, notice: Notice) {
    if *show.borrow() == notice {
        return;
    }
    let text = notice.text();
    warn!(zh = text.zh, "{}", text.en);
    if let Err(why) = (Shown { text }).save(blank.identity()) {
        warn!(%why, "the state of the enrolment can't be kept for firmware-config enrol status");
    }
    show.send_replace(notice);
}

/// What the device says of itself.
fn about(blank: &Blank, program: &str) -> About {
    let (role, window) = match blank.role() {
        Role::Dispenser(_) => (DeviceRole::Dispenser, None),
        Role::Display(Display { window, .. }) => (DeviceRole::Display, (*window > 0).then_some(*window)),
        Role::Speaker(_) => (DeviceRole::Speaker, None),
    };
    About { role, program: word(program), machine: machine(), name: Some(blank.name().to_owned()), window }
}

/// How this machine is called in the network, and its serial number where its board has one.
fn machine() -> String {
    let read = |path| std::fs::read_to_string(path).unwrap_or_default();
    let name = read("/proc/sys/kernel/hostname");
    let serial = read("/proc/device-tree/serial-number");
    word(&format!("{} {}", name.trim(), serial.trim_matches(['\0', '\n', ' '])))
}

fn word(text: &str) -> String {
    text.trim().chars().filter(|c| !c.is_control()).take(WORD_CHARS_MAX).collect()
}

fn random() -> Bytes32 {
    Bytes32(rand::random())
}
