//! Clips of sentences that are no call, for the devices that speak them. What they say is heard in the hall: they are public.

use axum::{
    Router,
    extract::{Path, State},
    http::{StatusCode, header},
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
    params(("language" = String, Path, description = "Of the sentence: zh or en."),
        ("name" = String, Path, description = "The first 16 hexadecimal digits of the SHA-256 of the sentence.")),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>), (status = 404, body = protocol::Refused)))]
pub async fn clip(State(app): State<App>, Path((language, name)): Path<(String, String)>) -> Result<Response, Refusal> {
    let language = Language::ALL.into_iter().find(|known| known.code() == language).ok_or_else(no_clip)?;
    let clips = app.clips.clone();
    let read = tokio::task::spawn_blocking(move || clips.read(language, &name)).await;
    let bytes = read.map_err(|_| Refusal::busy())?.map_err(|error| {
        tracing::error!(%error, "a clip can't be read");
        Refusal::busy()
    })?;
    let bytes = bytes.ok_or_else(no_clip)?;
    Ok(([(header::CONTENT_TYPE, "application/octet-stream"), (header::CACHE_CONTROL, "no-cache")], bytes)
        .into_response())
}

fn no_clip() -> Refusal {
    let (zh, en) = ("没有这句话的语音，或尚未生成", "there is no clip of this sentence, or not yet");
    Refusal::new(StatusCode::NOT_FOUND, "no_clip", zh, en)
}
