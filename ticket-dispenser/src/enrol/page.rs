//! The digits on the screen of a blank dispenser, at the address of its kiosk page; when that is there, this page gives way to it.

use std::net::SocketAddr;

use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use firmware_config::enrol::Notice;
use protocol::Text;
use serde::Serialize;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};
use tracing::info;

use crate::shell::ShellError;

/// What the page shows.
#[derive(Debug, Serialize)]
struct Shown {
    text: Text,
    digits: Option<String>,
    server: Option<String>,
}

/// The page, while it is served.
pub(super) struct Page(JoinHandle<()>);

impl Page {
    /// Serves it.
    ///
    /// # Errors
    /// The address is taken.
    pub async fn open(address: SocketAddr, shown: watch::Receiver<Notice>) -> Result<Self, ShellError> {
        let listen = |why| ShellError::Listen { address, why };
        let listener = TcpListener::bind(address).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        info!(page = %format!("http://{address}/"), "this dispenser is not enrolled 本机尚未登记");
        let routes = Router::new()
            .route("/", get(page))
            .route("/enrol", get(state))
            .fallback(|| async { StatusCode::NOT_FOUND })
            .with_state(shown);
        Ok(Self(tokio::spawn(async move {
            let _ = axum::serve(listener, routes).await;
        })))
    }

    /// Gives the address free.
    pub async fn close(self) {
        self.0.abort();
        let _ = self.0.await;
    }
}

async fn page() -> Response {
    ([(header::CACHE_CONTROL, "no-store")], Html(include_str!("page.html"))).into_response()
}

async fn state(State(shown): State<watch::Receiver<Notice>>) -> Json<Shown> {
    let notice = shown.borrow().clone();
    let (digits, server) = notice.digits().map(|(digits, server)| (digits.grouped(), server.to_owned())).unzip();
    Json(Shown { text: notice.text(), digits, server })
}
