//! The template of slips: what is in force, and how another would look. It is put in force through `POST /api/hall`.

use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use protocol::{
    Order, Refused,
    order::HallAct,
    slip::{SlipComplaint, SlipDraft, SlipInForce, SlipProblem},
};
use typeset::{
    check::{self, WIDTHS_DOTS},
    face::Face,
    sheet,
    slip::{self, Sample, Slip},
    template::{Template, TemplateError},
};

use super::{App, body::Body, manager, refuse::Refusal};
use crate::gate::Who;

/// As long as the secret name of a citizen's page.
const TOKEN: &str = "0123456789abcdef0123456789abcdef";

/// The code of a template with faults.
const BAD_TEMPLATE: &str = "bad_template";

/// The paths of this audience.
pub fn routes() -> Router<App> {
    Router::new().route("/api/slip", get(in_force)).route("/api/slip/preview", post(preview))
}

/// The template in force, who put it there, and the one before.
#[utoipa::path(get, path = "/api/slip", tag = "hall",
    responses((status = 200, body = SlipInForce), (status = "4XX", body = protocol::Refused)),
    security(("session" = [])))]
pub async fn in_force(State(app): State<App>, Who(who): Who) -> Result<Json<SlipInForce>, Refusal> {
    manager::only(who.as_ref())?;
    let form = app.live.look(|hall| hall.state.slip.clone()).await.ok_or_else(Refusal::busy)?;
    let built_in = slip::BUILT_IN.to_owned();
    let samples = Sample::ALL.map(|sample| sample.name().to_owned()).to_vec();
    Ok(Json(match form {
        Some(form) => SlipInForce {
            version: form.version,
            template: form.template.as_ref().to_owned(),
            reason: form.reason,
            by: form.by,
            at_ms: form.at_ms,
            former: form.former.map_or_else(|| built_in.clone(), |former| former.as_ref().to_owned()),
            built_in,
            samples,
        },
        None => SlipInForce {
            version: 0,
            template: built_in.clone(),
            reason: String::new(),
            by: String::new(),
            at_ms: 0,
            former: built_in.clone(),
            built_in,
            samples,
        },
    }))
}

/// How a slip would look: a PNG, one pixel a dot; or everything that is wrong with the template.
#[utoipa::path(post, path = "/api/slip/preview", tag = "hall", request_body = SlipDraft,
    responses((status = 200, content_type = "image/png", body = Vec<u8>), (status = 422, body = SlipComplaint),
        (status = "4XX", body = protocol::Refused)),
    security(("session" = [])))]
pub async fn preview(State(app): State<App>, Who(who): Who, Body(draft): Body<SlipDraft>) -> Result<Response, Refusal> {
    manager::only(who.as_ref())?;
    let (sample, width_dots) = which(&draft)?;
    let mut slip = sample.slip(&page_address(&app).await?);
    if sample != Sample::LongNames {
        slip.hall = app.hall.clone();
    }
    // Some milliseconds of drawing: not on a thread that answers others.
    let drawn = tokio::task::spawn_blocking(move || draw(&draft.template, &slip, width_dots)).await;
    Ok(match drawn.map_err(|_| Refusal::busy())? {
        Ok(png) => ([(header::CONTENT_TYPE, "image/png"), (header::CACHE_CONTROL, "no-store")], png).into_response(),
        Err(error) => (StatusCode::UNPROCESSABLE_ENTITY, Json(complaint(&error))).into_response(),
    })
}

/// Whether an order brings a template with which every slip can be drawn; other orders bring none.
///
/// # Errors
/// Everything that is wrong with it.
pub async fn look_over(app: &App, order: &Order) -> Result<(), Refused> {
    let Order::Hall(HallAct::SetSlip { template, .. }) = order else { return Ok(()) };
    let url = page_address(app).await.map_err(|refusal| refusal.refused)?;
    let template = template.clone();
    let read = tokio::task::spawn_blocking(move || read(&template, &url).map(drop)).await;
    let read = read.map_err(|_| Refusal::busy().refused)?;
    read.map_err(|error| Refused { code: BAD_TEMPLATE.into(), text: error.text() })
}

/// An address as long as that of a citizen's page of this hall.
async fn page_address(app: &App) -> Result<String, Refusal> {
    let url = app.live.look(|hall| hall.scene().names.ticket_url.clone()).await;
    Ok(format!("{}{TOKEN}", url.ok_or_else(Refusal::busy)?))
}

/// A template that does for every slip, and the fonts of this machine.
fn read(template: &str, url: &str) -> Result<(Template, Face), TemplateError> {
    let template = slip::template(template, url)?;
    let face = Face::of_this_machine();
    check::glyphs(&face, &template)?;
    Ok((template, face))
}

fn which(draft: &SlipDraft) -> Result<(Sample, usize), Refusal> {
    let sample = Sample::named(&draft.sample).ok_or_else(|| {
        let names = Sample::ALL.map(Sample::name).join(", ");
        let zh = format!("没有这种示例；可用的：{names}");
        Refusal::new(StatusCode::BAD_REQUEST, "bad_sample", zh, format!("there is no such sample; there are: {names}"))
    })?;
    let width = WIDTHS_DOTS.into_iter().find(|width| u32::try_from(*width) == Ok(draft.width_dots));
    let width = width.ok_or_else(|| {
        let (zh, en) =
            ("width_dots 只能是 576（80 毫米）或 384（58 毫米）", "width_dots is 576 (80 mm) or 384 (58 mm)");
        Refusal::new(StatusCode::BAD_REQUEST, "bad_width", zh, en)
    })?;
    Ok((sample, width))
}

fn draw(template: &str, slip: &Slip, width_dots: usize) -> Result<Vec<u8>, TemplateError> {
    let (template, mut face) = read(template, &slip.url)?;
    let raster = sheet::draw(&mut face, &template, &slip.values(), width_dots).raster;
    // A slip has at least its number, and is far smaller than the largest PNG.
    Ok(raster.png().unwrap_or_default())
}

fn complaint(error: &TemplateError) -> SlipComplaint {
    let problem = |problem: &typeset::template::Problem| SlipProblem {
        line: u32::try_from(problem.line).unwrap_or(u32::MAX),
        text: problem.text(),
    };
    SlipComplaint {
        code: BAD_TEMPLATE.into(),
        text: error.text(),
        problems: error.problems.iter().map(problem).collect(),
    }
}
