//! The extractor that tells a handler who sends the request.

use std::sync::Arc;

use axum::{
    extract::{FromRef, FromRequestParts},
    http::request::Parts,
};

use super::{Gate, Identity, Unknown};
use crate::http::refuse::Refusal;

/// Who sends the request, by cookie or device key; `None` = a stranger.
///
/// A key or cookie that does not hold is refused with 401 (`bad_key`, `signed_out`): better than to treat a clerk whose account
/// changed as a stranger.
#[derive(Debug)]
pub struct Who(pub Option<Identity>);

impl<S> FromRequestParts<S> for Who
where
    Arc<Gate>: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let gate = Arc::<Gate>::from_ref(state);
        Ok(Self(gate.identify(&parts.headers)?))
    }
}

impl From<Unknown> for Refusal {
    fn from(unknown: Unknown) -> Self {
        match unknown {
            Unknown::BadKey => Self::bad_key(),
            Unknown::SignedOut => Self::signed_out(),
            Unknown::Gate(error) => {
                tracing::error!(%error, "the gate can't be read");
                Self::storage_failed()
            }
        }
    }
}
