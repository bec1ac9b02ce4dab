//! The description of the HTTP interface, OpenAPI 3.1.

use axum::{Json, Router, routing::get};
use utoipa::{
    Modify, OpenApi,
    openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
};

use super::{App, attend, calls, citizen, clerk, devices, enrol, manager, past, session, slip, speech, whatif};

#[derive(OpenApi)]
#[openapi(
    info(title = "Yihao 一号", description = "One number, one window: the queue and calling system of a service hall. \
        Every order carries an Idempotency-Key; the same order under the same key gets the first answer again. \
        Live views come over the WebSocket at /ws."),
    paths(devices::issue, devices::lease, devices::merge, clerk::at_window, clerk::visit, clerk::reprint, manager::hall,
        manager::search, calls::calls, calls::overtaken, past::course, past::days, past::rules, whatif::begin,
        whatif::look, whatif::cancel, slip::in_force, slip::preview, speech::clip, attend::attend, enrol::begin, enrol::show,
        enrol::progress, enrol::done, enrol::prove, enrol::approve, enrol::refuse, enrol::revoke,
        citizen::look, citizen::wish, session::sign_in, session::show, session::sign_out),
    components(schemas(protocol::Answer, protocol::Refused)),
    modifiers(&Keys)
)]
struct Description;

struct Keys;

impl Modify for Keys {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let components = openapi.components.get_or_insert_with(Default::default);
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("A device's key.")).build();
        components.add_security_scheme("device", SecurityScheme::Http(bearer));
        let cookie = ApiKeyValue::with_description("yihao_session", "A clerk or manager who signed in.");
        components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    }
}

/// The path of the description.
pub fn routes() -> Router<App> {
    Router::new().route("/api/openapi.json", get(|| async { Json(Description::openapi()) }))
}
