//! Why a command did not do what it should, in both languages.

use std::fmt;

use protocol::Text;

use super::forecast::ForecastError;
use super::whatif::WhatIfError;
use crate::{config::ConfigError, gate::GateError, journal::OpenError, serve::ServeError};

/// What the program says before it ends with 1.
#[derive(Debug)]
pub struct Complaint(Text);

impl Complaint {
    /// Both sentences.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self(Text::new(zh, en))
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "caller-server: {}\n{}", self.0.en, self.0.zh)
    }
}

macro_rules! complain {
    ($($error:ty),*) => {$(
        impl From<$error> for Complaint {
            fn from(error: $error) -> Self {
                Self::new(error.zh(), error.to_string())
            }
        }
    )*};
}
complain!(ConfigError, ForecastError, GateError, OpenError, ServeError, WhatIfError);
