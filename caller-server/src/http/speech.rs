//! Clips of sentences that are no call, for the devices that speak them. What they say is heard in the hall: they are public.

use axum::{
    Router,
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use protocol::order::Language;

use super::{App, refuse::Refusal};

/// The paths of this audience.
pub fn routes() -> Router<App> {
    Router::new().route("/api/speech/{language}/{name}", get(clip))
}

/// A clip, Ogg Vorbis or WAV, as the hall's renderer wrote it.
#[utoipa::path(get, path = "/api/speech/{language}/{name}", tag = "devices",
    params(("language" = Language, Path, description = "Of the sentence."),
        ("name" = String, Path, description = "The first 16 hexadecimal digits of the SHA-256 of the sentence.")),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>), (status = 404, body = protocol::Refused)))]
pub async fn clip(
    State(app): State<App>,
    Path((language, name)): Path<(Language, String)>,
) -> Result<Response, Refusal> {
    let clips = app.clips.clone();
    let read = tokio::task::spawn_blocking(move || clips.read(language, &name)).await;
    let bytes = read.map_err(|_| Refusal::busy())?.map_err(|error| {
        tracing::error!(%error, "a clip can't be read");
        Refusal::busy()
    })?;
    let bytes = bytes.ok_or_else(Refusal::not_found)?;
    Ok(([(header::CONTENT_TYPE, "application/octet-stream"), (header::CACHE_CONTROL, "no-cache")], bytes)
        .into_response())
}
