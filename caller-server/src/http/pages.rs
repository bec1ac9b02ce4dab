//! The screens: built from `web/` into the binary.

use axum::{
    Router,
    extract::Path,
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use rust_embed::RustEmbed;

use super::{App, refuse::Refusal};

/// Scripts and styles come from the server alone; nothing inline runs.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self' ws: wss:; \
     frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
/// Assets carry a hash of their content in their name.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// Pages are asked for anew, so that an update reaches every screen.
const ANEW: &str = "no-cache";
const NOT_BUILT: &str = "<!doctype html><meta charset=utf-8><title>Yihao 一号</title><p>网页尚未构建。在 caller-server/web \
     中运行 npm ci 和 npm run build,然后重新编译服务器。<p lang=en>The screens are not built. Run npm ci and npm run build \
     in caller-server/web, then build the server again.";

#[derive(RustEmbed)]
#[folder = "web/dist"]
#[allow_missing = true]
struct Screens;

/// The paths of the screens.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/", get(|| async { page("index.html") }))
        .route("/board", get(|| async { page("board.html") }))
        .route("/window", get(|| async { page("window.html") }))
        .route("/clerk", get(|| async { page("clerk.html") }))
        .route("/manager", get(|| async { page("manager.html") }))
        .route("/t/{token}", get(|| async { page("ticket.html") }))
        .route("/assets/{*path}", get(asset))
        .fallback(|| async { Refusal::not_found() })
}

fn page(name: &str) -> Response {
    match Screens::get(name) {
        Some(file) => ([(header::CACHE_CONTROL, ANEW)], Html(file.data)).into_response(),
        None => (StatusCode::NOT_FOUND, Html(NOT_BUILT)).into_response(),
    }
}

async fn asset(Path(path): Path<String>) -> Response {
    let Some(file) = Screens::get(&format!("assets/{path}")) else { return Refusal::not_found().into_response() };
    let mime = file.metadata.mimetype().to_owned();
    ([(header::CACHE_CONTROL, FOR_EVER.to_owned()), (header::CONTENT_TYPE, mime)], file.data).into_response()
}
