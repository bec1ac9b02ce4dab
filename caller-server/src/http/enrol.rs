//! Blank devices come in, lost ones are shut out. What the two sides say: [`protocol::enrol`].
//!
//! Everybody in the network may ask here, so every body is small and every queue has a bound ([`crate::gate::enrol::room`]).

use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, FromRequest, Path, Request, State},
    http::StatusCode,
    routing::{get, post},
};
use hall::{
    Command,
    words::{Actor, WindowId},
};
use protocol::{
    Subject, Text, base16,
    enrol::{
        Approve, Begin, Begun, Challenge, ENROL_BYTES_MAX, EnrolRow, Grant, Open, Progress, Proof, Revoke,
        agreement::Agreed,
    },
    view::DeviceRole,
};
use serde::{Serialize, de::DeserializeOwned};

use super::{App, body::Body, caller::Caller, manager, refuse::Refusal};
use crate::desk::What;
use crate::gate::{
    GateError, Identity, Who,
    devices::{Newcomer, OnItsWay},
    enrol::room::{self, EnrolError},
};

/// The paths of devices that enrol, and of managers who let them in.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/api/enrol", post(begin))
        .route("/api/enrol/prove", post(prove))
        .route("/api/enrol/{id}", get(progress))
        .route("/api/enrol/{id}/open", post(show))
        .route("/api/enrol/{id}/done", post(done))
        .route("/api/enrol/{id}/approve", post(approve))
        .route("/api/enrol/{id}/refuse", post(refuse))
        .route("/api/devices/revoke", post(revoke))
        .layer(DefaultBodyLimit::max(ENROL_BYTES_MAX))
}

/// It was done, and there is no more to say of it.
#[derive(Serialize)]
pub struct Done {}

/// A small JSON body.
pub struct Small<T>(T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Small<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        match Body::from_request(request, state).await {
            Ok(Body(body)) => Ok(Self(body)),
            Err(refusal) if refusal.status == StatusCode::PAYLOAD_TOO_LARGE => Err(too_large()),
            Err(refusal) => Err(refusal),
        }
    }
}

/// A blank device begins.
#[utoipa::path(post, path = "/api/enrol", tag = "enrol", request_body = Begin,
    responses((status = 200, body = Begun), (status = "4XX", body = protocol::Refused), (status = 503, body = protocol::Refused)))]
pub async fn begin(
    State(app): State<App>,
    Caller(from): Caller,
    Small(begin): Small<Begin>,
) -> Result<Json<Begun>, Refusal> {
    if begin.about.role == DeviceRole::Terminal {
        return Err(no_terminal());
    }
    let begun = app.gate.enrol().begin(app.gate.now().0, from, &begin)?;
    tracing::info!(id = begun.id, machine = begin.about.machine, ?from, "a device wants to enrol");
    Ok(Json(begun))
}

/// It shows its key.
#[utoipa::path(post, path = "/api/enrol/{id}/open", tag = "enrol", request_body = Open,
    responses((status = 204, description = "Both sides can compute the digits now."), (status = "4XX", body = protocol::Refused)))]
pub async fn show(
    State(app): State<App>,
    Path(id): Path<String>,
    Small(open): Small<Open>,
) -> Result<StatusCode, Refusal> {
    app.gate.enrol().show(app.gate.now().0, &id, &open)?;
    Ok(StatusCode::NO_CONTENT)
}

/// How far it is.
#[utoipa::path(get, path = "/api/enrol/{id}", tag = "enrol",
    responses((status = 200, body = Progress), (status = "4XX", body = protocol::Refused)))]
pub async fn progress(State(app): State<App>, Path(id): Path<String>) -> Result<Json<Progress>, Refusal> {
    // First the list: it survives this program, and an approved device waits no more.
    if let Some(OnItsWay { sealed, .. }) = app.gate.devices().on_its_way(&id)? {
        return Ok(Json(Progress::Approved { sealed }));
    }
    match app.gate.enrol().state(app.gate.now().0, &id) {
        Some(room::State::Waiting) => Ok(Json(Progress::Waiting)),
        Some(room::State::Refused(text)) => Ok(Json(Progress::Refused { text })),
        None => Err(EnrolError::Over.into()),
    }
}

/// It keeps its key.
#[utoipa::path(post, path = "/api/enrol/{id}/done", tag = "enrol", security(("device" = [])),
    responses((status = 204, description = "It is known."), (status = "4XX", body = protocol::Refused)))]
pub async fn done(State(app): State<App>, Who(who): Who, Path(_): Path<String>) -> Result<StatusCode, Refusal> {
    let Some(Identity::Device { name, .. }) = who else { return Err(Refusal::unauthorised()) };
    slowly(move || app.gate.devices().has_its_key(&name)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A server shows that it is the one that a device knows.
#[utoipa::path(post, path = "/api/enrol/prove", tag = "enrol", request_body = Challenge,
    responses((status = 200, body = Proof), (status = "4XX", body = protocol::Refused)))]
pub async fn prove(State(app): State<App>, Small(challenge): Small<Challenge>) -> Result<Json<Proof>, Refusal> {
    Ok(Json(app.gate.enrol().prove(&challenge).map_err(EnrolError::from)?))
}

/// A manager typed the digits that a device shows: it gets a name, a window and a key.
#[utoipa::path(post, path = "/api/enrol/{id}/approve", tag = "enrol", security(("session" = [])),
    request_body = Approve,
    responses((status = 200, description = "It is let in."), (status = "4XX", body = protocol::Refused), (status = 503, body = protocol::Refused)))]
pub async fn approve(
    State(app): State<App>,
    Who(who): Who,
    Path(id): Path<String>,
    Small(wish): Small<Approve>,
) -> Result<Json<Done>, Refusal> {
    let by = manager_of(who.as_ref())?;
    if app.gate.devices().on_its_way(&id)?.is_some() {
        // The answer to the first try was lost.
        return Ok(Json(Done {}));
    }
    let (now_ms, _) = app.gate.now();
    let row = app.gate.enrol().row(now_ms, &id).ok_or(EnrolError::Over)?;
    let newcomer = newcomer(&app, &row, &wish).await?;
    let agreed = app.gate.enrol().compare(now_ms, &id, &wish.digits)?;
    admit(&app, &id, newcomer.clone(), wish.replace, agreed).await?;
    app.gate.enrol().admitted(&id);
    app.live.devices_changed();
    tracing::info!(device = newcomer.name, by, replace = wish.replace, "a device is let in");
    note_admitted(&app, by, &newcomer).await?;
    Ok(Json(Done {}))
}

/// A manager does not want a device.
#[utoipa::path(post, path = "/api/enrol/{id}/refuse", tag = "enrol", security(("session" = [])),
    responses((status = 200, description = "It is told."), (status = "4XX", body = protocol::Refused)))]
pub async fn refuse(State(app): State<App>, Who(who): Who, Path(id): Path<String>) -> Result<Json<Done>, Refusal> {
    manager::only(who.as_ref())?;
    app.gate.enrol().refuse(app.gate.now().0, &id)?;
    Ok(Json(Done {}))
}

/// A manager shuts a device out: its key opens nothing any more, and its connections end at once.
#[utoipa::path(post, path = "/api/devices/revoke", tag = "enrol", security(("session" = [])),
    request_body = Revoke,
    responses((status = 200, description = "It is shut out."), (status = "4XX", body = protocol::Refused), (status = 503, body = protocol::Refused)))]
pub async fn revoke(
    State(app): State<App>,
    Who(who): Who,
    Small(Revoke { device }): Small<Revoke>,
) -> Result<Json<Done>, Refusal> {
    let by = manager_of(who.as_ref())?;
    let (gate, name) = (app.gate.clone(), device.clone());
    slowly(move || gate.devices().revoke(&name)).await?;
    app.live.devices_changed();
    tracing::info!(device, by, "a device is shut out");
    let noted = app.desk.ask(Actor::Manager(by), None, What::Command(Command::RevokeDevice { device })).await;
    noted.outcome.map(|_| Json(Done {})).map_err(|_| not_noted())
}

async fn newcomer(app: &App, row: &EnrolRow, wish: &Approve) -> Result<Newcomer, Refusal> {
    let role = row.about.role;
    let window = match (role, wish.window) {
        (DeviceRole::Display, None) => return Err(no_window()),
        (DeviceRole::Display, Some(window)) => {
            let not_there = app.live.look(move |hall| hall.not_there(&Subject::Window { window })).await;
            if let Some(refused) = not_there.ok_or_else(Refusal::busy)? {
                return Err(Refusal { status: StatusCode::NOT_FOUND, refused });
            }
            Some(window)
        }
        // Other devices hang above no window, whatever was typed.
        _ => None,
    };
    Ok(Newcomer { name: wish.name.trim().to_owned(), role, window })
}

/// Gives the device its key, sealed: durable, or not at all.
async fn admit(app: &App, id: &str, newcomer: Newcomer, replace: bool, agreed: Agreed) -> Result<(), Refusal> {
    let (gate, id) = (app.gate.clone(), id.to_owned());
    slowly(move || {
        let (_, wall_ms) = gate.now();
        gate.devices().admit(&newcomer, replace, wall_ms, |key| {
            let grant = Grant { name: newcomer.name.clone(), window: newcomer.window, key: key.to_owned() };
            let json = serde_json::to_vec(&grant).expect("invariant: plain words have a JSON form");
            OnItsWay { enrol: id, sealed: base16::encode(&agreed.seal(rand::random(), &json)) }
        })
    })
    .await
}

/// Writes into the journal who let a device in; one that can't be noted stays outside.
async fn note_admitted(app: &App, by: String, newcomer: &Newcomer) -> Result<(), Refusal> {
    let Newcomer { name, window, .. } = newcomer.clone();
    let note = Command::AdmitDevice { device: name.clone(), window: window.map(WindowId) };
    if app.desk.ask(Actor::Manager(by), None, What::Command(note)).await.outcome.is_ok() {
        return Ok(());
    }
    let gate = app.gate.clone();
    slowly(move || gate.devices().revoke(&name)).await?;
    Err(Refusal::storage_failed())
}

/// The lists lie on a disk: not on a thread that answers others.
async fn slowly<R: Send + 'static>(work: impl FnOnce() -> Result<R, GateError> + Send + 'static) -> Result<R, Refusal> {
    let done = tokio::task::spawn_blocking(work).await;
    Ok(done.map_err(|_| Refusal::busy())??)
}

fn manager_of(who: Option<&Identity>) -> Result<String, Refusal> {
    manager::only(who)?;
    match who {
        Some(Identity::Manager(name)) => Ok(name.clone()),
        _ => Err(Refusal::wrong_role()),
    }
}

impl From<EnrolError> for Refusal {
    fn from(error: EnrolError) -> Self {
        let status = match error {
            EnrolError::Version(_) | EnrolError::About | EnrolError::Key(_) => StatusCode::BAD_REQUEST,
            EnrolError::Full => StatusCode::SERVICE_UNAVAILABLE,
            EnrolError::TooOften { .. } => StatusCode::TOO_MANY_REQUESTS,
            EnrolError::Over => StatusCode::NOT_FOUND,
            EnrolError::Early => StatusCode::CONFLICT,
            EnrolError::Digits { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        };
        Self::new(status, error.code(), error.zh(), error.to_string())
    }
}

impl From<GateError> for Refusal {
    fn from(error: GateError) -> Self {
        let (status, code) = match &error {
            GateError::NameTaken(_) => (StatusCode::CONFLICT, "name_taken"),
            GateError::NoSuchName(_) => (StatusCode::NOT_FOUND, "unknown_device"),
            GateError::BadName(_) => (StatusCode::UNPROCESSABLE_ENTITY, "bad_name"),
            _ => {
                tracing::error!(%error, "the list of devices can't be changed");
                return Self::storage_failed();
            }
        };
        Self::new(status, code, error.zh(), error.to_string())
    }
}

fn too_large() -> Refusal {
    let zh = format!("登记请求最多{ENROL_BYTES_MAX}字节");
    let en = format!("a request to enrol has at most {ENROL_BYTES_MAX} bytes");
    Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", zh, en)
}

fn no_terminal() -> Refusal {
    let Text { zh, en } = Text::new(
        "自助终端和程序不能自行登记；请在服务器上运行 caller-server device add",
        "terminals and scripts do not enrol themselves; run caller-server device add at the server",
    );
    Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "enrol_role", zh, en)
}

fn no_window() -> Refusal {
    let (zh, en) = ("窗口屏挂在窗口上方：请选择窗口", "a display hangs above a window: choose which");
    Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "no_window", zh, en)
}

fn not_noted() -> Refusal {
    let zh = "设备已撤销，但存储故障，未能记入日志；请通知管理员检查磁盘";
    let en = "the device is shut out, but the disk failed and the journal does not say so; have the disk looked at";
    Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "storage_failed", zh, en)
}
