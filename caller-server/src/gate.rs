//! Who may come in: people by password and then a signed cookie, devices by a key of their own.
//!
//! - here: signing in, and telling who sends a request
//! - `accounts`, `devices`: the two lists; `book`: how they are kept in a file that the command line changes under a running server
//! - [`enrol`]: blank devices that want to come in
//! - `password`, `attempts`: what a password must be, and how often one may be wrong
//! - `cookie`, `who`: the signed cookie, and the extractor for axum

pub mod accounts;
mod attempts;
mod book;
mod checker;
mod cookie;
pub mod devices;
pub mod enrol;
mod error;
mod password;
#[cfg(test)]
mod tests;
mod who;

use std::{
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

use axum::http::{HeaderMap, header::AUTHORIZATION};
use axum_extra::extract::cookie::{Cookie, Key};
use hall::words::AtMs;
use protocol::view::DeviceRole;
use tokio::sync::Semaphore;

use crate::clock::{Source, System};
use accounts::{Account, Accounts, Role};
use attempts::Attempts;
use checker::Checker;
use devices::Devices;
use enrol::Enrol;

pub use error::{GateError, SignInError, Unknown};
pub use password::{PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN};
pub use who::Who;

/// The most people who can wait for their password to be checked; each takes tens of milliseconds.
const SIGN_INS_WAITING_MAX: usize = 64;

/// Who sends a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// A clerk, by the account's name.
    Clerk(String),
    /// A manager, by the account's name.
    Manager(String),
    /// A device.
    Device {
        /// Its name.
        name: String,
        /// What it is.
        role: DeviceRole,
        /// The window above which a display hangs.
        window: Option<u16>,
    },
}

/// Accounts, devices, and the key that signs cookies.
pub struct Gate {
    accounts: Accounts,
    devices: Devices,
    enrol: Enrol,
    key: Key,
    source: Box<dyn Source>,
    attempts: Mutex<Attempts>,
    checker: Checker,
    /// One at a time, so that attempts are counted in order.
    checking: Semaphore,
    waiting: Semaphore,
}

impl Gate {
    /// Opens the lists in `data_dir`, and makes the key when there is none.
    ///
    /// # Errors
    /// A file can't be read or written, or is damaged.
    pub fn open(data_dir: &Path) -> Result<Self, GateError> {
        Self::open_with(data_dir, System::default(), Checker::spawn().map_err(GateError::NoThread)?)
    }

    /// The same for a simulated world: passwords are checked without a thread.
    ///
    /// # Errors
    /// As for [`Gate::open`].
    pub fn open_in_place(data_dir: &Path) -> Result<Self, GateError> {
        Self::open_with(data_dir, System::default(), Checker::in_place())
    }

    fn open_with(data_dir: &Path, source: impl Source + 'static, checker: Checker) -> Result<Self, GateError> {
        Ok(Self {
            accounts: Accounts::open(data_dir)?,
            devices: Devices::open(data_dir)?,
            enrol: Enrol::open(data_dir)?,
            key: cookie::key(data_dir)?,
            source: Box::new(source),
            attempts: Mutex::default(),
            checker,
            checking: Semaphore::new(1),
            waiting: Semaphore::new(SIGN_INS_WAITING_MAX),
        })
    }

    /// The accounts of people.
    pub fn accounts(&self) -> &Accounts {
        &self.accounts
    }

    /// The devices.
    pub fn devices(&self) -> &Devices {
        &self.devices
    }

    /// Who wants to become one.
    pub fn enrol(&self) -> &Enrol {
        &self.enrol
    }

    /// A time for [`Gate::enrol`] and for what is added to the lists: of a clock that never goes back, and the wall's.
    pub fn now(&self) -> (u64, AtMs) {
        (self.source.monotonic_ms(), self.source.wall_ms())
    }

    /// Checks a password. An unknown name takes as long as a wrong password.
    ///
    /// # Errors
    /// Wrong, too often wrong, too many at once, or the list can't be read.
    pub async fn sign_in(&self, name: &str, password: String) -> Result<Account, SignInError> {
        let _waiting = self.waiting.try_acquire().map_err(|_| SignInError::Busy)?;
        let _checking = self.checking.acquire().await.map_err(|_| SignInError::Busy)?;
        // Counted before it is checked: whoever hangs up early doesn't try for free.
        self.attempts().begin(name, self.source.monotonic_ms())?;
        let account = self.accounts.find(name)?;
        let hash = account.as_ref().map(|account| account.password_hash.clone());
        let is_right = self.checker.is_right(password, hash).await.ok_or(SignInError::Busy)?;
        let account = account.filter(|_| is_right).ok_or(SignInError::Wrong)?;
        self.attempts().forget(name);
        Ok(account)
    }

    /// The cookie for somebody who just signed in.
    pub fn cookie(&self, account: &Account) -> Cookie<'static> {
        cookie::issue(account, self.source.wall_ms())
    }

    /// The cookie that takes away the one of somebody who signed out.
    pub fn removal_cookie() -> Cookie<'static> {
        cookie::removal()
    }

    /// The key that signs cookies.
    pub fn key(&self) -> Key {
        self.key.clone()
    }

    /// Who sends a request with these headers; `None` = a stranger. A key comes before a cookie.
    ///
    /// # Errors
    /// A key that is not known, a cookie that does not hold (any more), or the lists can't be read.
    pub fn identify(&self, headers: &HeaderMap) -> Result<Option<Identity>, Unknown> {
        match headers.get(AUTHORIZATION) {
            Some(value) => self.identify_device(value.to_str().unwrap_or_default()).map(Some),
            None => self.identify_person(headers),
        }
    }

    fn identify_device(&self, authorization: &str) -> Result<Identity, Unknown> {
        let (scheme, key) = authorization.split_once(' ').ok_or(Unknown::BadKey)?;
        if !scheme.eq_ignore_ascii_case("Bearer") {
            return Err(Unknown::BadKey);
        }
        let device = self.devices.by_key(key.trim())?.ok_or(Unknown::BadKey)?;
        Ok(Identity::Device { name: device.name, role: device.role, window: device.window })
    }

    fn identify_person(&self, headers: &HeaderMap) -> Result<Option<Identity>, Unknown> {
        let Some(claim) = cookie::read(headers, &self.key) else { return Ok(None) };
        let claim = claim.filter(|claim| self.source.wall_ms() < claim.until_ms).ok_or(Unknown::SignedOut)?;
        let holds = |account: &Account| account.generation == claim.generation && account.role == claim.role;
        let account = self.accounts.find(&claim.name)?.filter(holds).ok_or(Unknown::SignedOut)?;
        Ok(Some(match account.role {
            Role::Clerk => Identity::Clerk(account.name),
            Role::Manager => Identity::Manager(account.name),
        }))
    }

    fn attempts(&self) -> MutexGuard<'_, Attempts> {
        // Counts of wrong passwords are still counts after a panic elsewhere.
        self.attempts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
