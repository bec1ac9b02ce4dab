//! The people who work with the system.

use std::{path::Path, sync::Arc};

use hall::words::AtMs;
use serde::{Deserialize, Serialize};

use super::{GateError, book::Book, password};

/// The longest name, characters.
const NAME_CHARS_MAX: usize = 32;

/// What somebody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 受理员: works at a window.
    Clerk,
    /// 管理员: sees and changes everything.
    Manager,
}

/// Somebody who can sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// How they are called, also in the journal.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Argon2id in the PHC string format, with salt and parameters.
    pub password_hash: String,
    /// Drawn anew with every password: cookies of an earlier one don't hold, nor those of a namesake who was removed.
    pub generation: u64,
    /// When they were added.
    pub added_at_ms: AtMs,
}

/// All accounts, in `accounts.json`.
pub struct Accounts(Book<Account>);

impl Accounts {
    /// Opens the list in a data directory.
    ///
    /// # Errors
    /// It can't be read, or is damaged.
    pub fn open(data_dir: &Path) -> Result<Self, GateError> {
        Book::open(data_dir, "accounts.json").map(Self)
    }

    /// All of them, in the order in which they were added.
    ///
    /// # Errors
    /// As [`Accounts::open`].
    pub fn all(&self) -> Result<Arc<Vec<Account>>, GateError> {
        self.0.entries()
    }

    /// Who has this name.
    ///
    /// # Errors
    /// As [`Accounts::open`].
    pub fn find(&self, name: &str) -> Result<Option<Account>, GateError> {
        Ok(self.all()?.iter().find(|account| account.name == name).cloned())
    }

    /// Whether somebody could be added under this name.
    ///
    /// # Errors
    /// It can't be a name, or is taken.
    pub fn check_free(&self, name: &str) -> Result<(), GateError> {
        check_name(name)?;
        not_in(name, &self.all()?)
    }

    /// Whether there is somebody of this name.
    ///
    /// # Errors
    /// Nobody has it.
    pub fn check_known(&self, name: &str) -> Result<(), GateError> {
        self.find(name)?.map(drop).ok_or_else(|| GateError::NoSuchName(name.into()))
    }

    /// Adds somebody.
    ///
    /// # Errors
    /// A name that can't be or is taken, a password that is too short, or the file can't be written.
    pub fn add(&self, name: &str, role: Role, password: &str, now_ms: AtMs) -> Result<(), GateError> {
        check_name(name)?;
        let account = Account {
            name: name.into(),
            role,
            password_hash: password::hash(password)?,
            generation: rand::random(),
            added_at_ms: now_ms,
        };
        self.0.change(|accounts| {
            not_in(name, accounts)?;
            accounts.push(account);
            Ok(())
        })
    }

    /// Gives somebody another password; who is signed in under the old one is signed out.
    ///
    /// # Errors
    /// Nobody has the name, the password is too short, or the file can't be written.
    pub fn set_password(&self, name: &str, password: &str) -> Result<(), GateError> {
        let password_hash = password::hash(password)?;
        self.0.change(|accounts| {
            let account = accounts.iter_mut().find(|account| account.name == name);
            let account = account.ok_or_else(|| GateError::NoSuchName(name.into()))?;
            account.password_hash = password_hash;
            account.generation = rand::random();
            Ok(())
        })
    }

    /// Removes somebody, who is signed out thereby.
    ///
    /// # Errors
    /// Nobody has the name, or the file can't be written.
    pub fn remove(&self, name: &str) -> Result<(), GateError> {
        self.0.change(|accounts| {
            let at = accounts.iter().position(|account| account.name == name);
            accounts.remove(at.ok_or_else(|| GateError::NoSuchName(name.into()))?);
            Ok(())
        })
    }
}

fn not_in(name: &str, accounts: &[Account]) -> Result<(), GateError> {
    let is_taken = accounts.iter().any(|account| account.name == name);
    if is_taken { Err(GateError::NameTaken(name.into())) } else { Ok(()) }
}

/// Names stand in cookies, logs and on screens: no spaces, no signs that mean something elsewhere.
pub(super) fn check_name(name: &str) -> Result<(), GateError> {
    let chars = name.chars().count();
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let is_name = (1..=NAME_CHARS_MAX).contains(&chars)
        && name.chars().all(is_plain)
        && name.starts_with(char::is_alphanumeric)
        && name.ends_with(char::is_alphanumeric);
    if is_name { Ok(()) } else { Err(GateError::BadName(name.into())) }
}
