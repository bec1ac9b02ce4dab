//! Signing in and out: `/api/session`.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{FromRef, State},
    http::{HeaderMap, HeaderName, StatusCode, header::SET_COOKIE},
    routing::get,
};
use axum_extra::extract::cookie::SignedCookieJar;
use serde::{Deserialize, Serialize};

use super::{body::Body, refuse::Refusal};
use crate::gate::{Gate, Identity, SignInError, Who, accounts::Role};

/// What somebody says who signs in.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The account's name.
    pub name: String,
    /// Its password.
    pub password: String,
}

/// Who is signed in.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Session {
    /// The account's name.
    pub name: String,
    /// What it may do.
    pub role: Role,
}

/// `POST` signs in, `GET` tells who is signed in, `DELETE` signs out.
pub fn routes<S>() -> Router<S>
where
    Arc<Gate>: FromRef<S>,
    S: Clone + Send + Sync + 'static,
{
    Router::new().route("/api/session", get(show).post(sign_in).delete(sign_out))
}

/// Sign in; the answer sets a cookie that holds for 14 hours.
#[utoipa::path(post, path = "/api/session", tag = "session", request_body = SignIn,
    responses((status = 200, body = Session), (status = "4XX", body = protocol::Refused), (status = 503, body = protocol::Refused)))]
pub async fn sign_in(
    State(gate): State<Arc<Gate>>,
    headers: HeaderMap,
    Body(SignIn { name, password }): Body<SignIn>,
) -> Result<(SignedCookieJar, Json<Session>), Refusal> {
    let account = gate.sign_in(&name, password).await?;
    let jar = SignedCookieJar::from_headers(&headers, gate.key()).add(gate.cookie(&account));
    Ok((jar, Json(Session { name: account.name, role: account.role })))
}

/// Who is signed in.
#[utoipa::path(get, path = "/api/session", tag = "session",
    responses((status = 200, body = Session), (status = "4XX", body = protocol::Refused)), security(("session" = [])))]
pub async fn show(Who(identity): Who) -> Result<Json<Session>, Refusal> {
    match identity {
        Some(Identity::Clerk(name)) => Ok(Json(Session { name, role: Role::Clerk })),
        Some(Identity::Manager(name)) => Ok(Json(Session { name, role: Role::Manager })),
        // A device has no session.
        Some(Identity::Device { .. }) => Err(Refusal::wrong_role()),
        None => Err(Refusal::unauthorised()),
    }
}

/// Sign out: the cookie is taken away.
#[utoipa::path(delete, path = "/api/session", tag = "session", responses((status = 204, description = "Signed out.")))]
pub async fn sign_out() -> (StatusCode, [(HeaderName, String); 1]) {
    (StatusCode::NO_CONTENT, [(SET_COOKIE, Gate::removal_cookie().to_string())])
}

impl From<SignInError> for Refusal {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Wrong => {
                Self::new(StatusCode::UNAUTHORIZED, "wrong_password", "姓名或密码有误", error.to_string())
            }
            SignInError::TooOften { wait_s } => {
                let zh = format!("密码错误次数过多，请{wait_s}秒后再试");
                Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_attempts", zh, error.to_string())
            }
            SignInError::Busy => Self::busy(),
            SignInError::Gate(error) => {
                tracing::error!(%error, "the accounts can't be read");
                Self::storage_failed()
            }
        }
    }
}
