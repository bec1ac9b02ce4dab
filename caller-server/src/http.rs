//! HTTP and WebSockets: who asks, is it well formed, how is it answered. One file an audience.
//!
//! | path | for | file |
//! |---|---|---|
//! | `/api/tickets`, `/api/tickets/lease`, `/api/tickets/merge` | dispensers, terminals, portals | `devices` |
//! | `/api/windows/{window}`, `/api/visits` | clerks | `clerk` |
//! | `/api/hall`, `/api/search` | managers | `manager` |
//! | `/api/calls`, `/api/overtaken` | managers | `calls` |
//! | `/api/course`, `/api/days`, `/api/rules` | managers | `past` |
//! | `/api/enrol`, `/api/devices` | blank devices, and managers who let them in | `enrol` |
//! | `/api/whatif` | managers | `whatif` |
//! | `/api/slip`, `/api/slip/preview` | managers | `slip` |
//! | `/api/devices/{name}/attend` | managers | `attend` |
//! | `/api/speech/{language}/{name}` | devices with a voice | `speech` |
//! | `/api/my/{token}` | the holder of a ticket | `citizen` |
//! | `/api/session` | people who sign in | `session` |
//! | `/ws` | every screen and device | `socket` |
//! | `/healthz`, `/readyz`, `/metrics` | operators | `health` |
//! | `/api/openapi.json` | programmers | `openapi` |
//! | everything else | browsers | `pages` |

mod attend;
mod body;
mod caller;
mod calls;
mod citizen;
mod clerk;
mod devices;
mod enrol;
mod health;
mod manager;
mod openapi;
mod pages;
mod past;
pub mod refuse;
pub mod session;
mod slip;
mod socket;
mod speech;
mod submit;
mod whatif;

pub use caller::{OtherEnd, Telling};

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRef},
    http::{HeaderName, HeaderValue, header},
};
use metrics_exporter_prometheus::PrometheusHandle;
use protocol::{MESSAGE_BYTES_MAX, Text};
use tokio::sync::{Semaphore, watch};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::clock::HallClock;
use crate::desk::DeskHandle;
use crate::gate::Gate;
use crate::live::Live;
use crate::speech::Clips;
use crate::store::StoreReader;
use crate::whatif::Jobs;

/// What every handler may use. The router copies it several times for every request: that must cost nothing.
#[derive(Clone)]
pub struct App(Arc<AppParts>);

/// What an [`App`] consists of.
pub struct AppParts {
    /// Decides.
    pub desk: DeskHandle,
    /// Shows.
    pub live: Live,
    /// Sentences that are no call, as sound.
    pub clips: Clips,
    /// Knows people and devices.
    pub gate: Arc<Gate>,
    /// Finds.
    pub store: StoreReader,
    /// What managers try out.
    pub whatifs: Jobs,
    /// The hall's time.
    pub clock: HallClock,
    /// The hall's name.
    pub hall: Text,
    /// The hall's time zone, by its IANA name.
    pub time_zone: String,
    /// The figures for operators.
    pub metrics: PrometheusHandle,
    /// Limits and state of the WebSockets.
    pub sockets: Sockets,
}

/// Limits and state of the WebSockets.
pub struct Sockets {
    /// Places for connections.
    pub places: Arc<Semaphore>,
    /// Messages that may wait for a slow reader before it is cut.
    pub queue_max: usize,
    /// Names the next connection.
    pub next_id: AtomicU64,
    /// Turns true when the server stops.
    pub stop: watch::Receiver<bool>,
}

impl From<AppParts> for App {
    fn from(parts: AppParts) -> Self {
        Self(Arc::new(parts))
    }
}

impl Deref for App {
    type Target = AppParts;

    fn deref(&self) -> &AppParts {
        &self.0
    }
}

impl FromRef<App> for Arc<Gate> {
    fn from_ref(app: &App) -> Self {
        app.gate.clone()
    }
}

/// Everything that the server answers.
pub fn router(app: App) -> Router {
    let set = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
    };
    Router::new()
        .merge(devices::routes())
        .merge(clerk::routes())
        .merge(manager::routes())
        .merge(calls::routes())
        .merge(past::routes())
        .merge(whatif::routes())
        .merge(slip::routes())
        .merge(attend::routes())
        .merge(speech::routes())
        .merge(enrol::routes())
        .merge(citizen::routes())
        .merge(session::routes())
        .merge(socket::routes())
        .merge(health::routes())
        .merge(openapi::routes())
        .merge(pages::routes())
        // One layer, not five: the router copies every layer for every request.
        .layer((
            DefaultBodyLimit::max(MESSAGE_BYTES_MAX),
            set(header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            set(header::X_FRAME_OPTIONS, "DENY"),
            set(header::REFERRER_POLICY, "no-referrer"),
            set(header::CONTENT_SECURITY_POLICY, pages::CONTENT_SECURITY_POLICY),
        ))
        .with_state(app)
}
