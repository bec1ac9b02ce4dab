//! Refusals over HTTP: a status for programs, a code for programs that read on, and a sentence for people in both languages.

use axum::{
    Json,
    extract::rejection::JsonRejection,
    http::{StatusCode, header::SET_COOKIE},
    response::{IntoResponse, Response},
};
use protocol::{MESSAGE_BYTES_MAX, Refused, Text, VERSION, VERSION_MIN};

use crate::gate::Gate;

/// The code under which a cookie is taken away.
const SIGNED_OUT: &str = "signed_out";

/// Why a request was refused; nothing changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The kind, for programs.
    pub status: StatusCode,
    /// The reason.
    pub refused: Refused,
}

impl Refusal {
    /// Any refusal.
    pub fn new(status: StatusCode, code: &str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { status, refused: Refused { code: code.into(), text: Text::new(zh, en) } }
    }

    /// The body is not the JSON that was expected; `detail` says where.
    pub fn bad_json(detail: &str) -> Self {
        let zh = format!("请求内容无法识别：{detail}");
        Self::new(StatusCode::BAD_REQUEST, "bad_json", zh, format!("the request can't be read: {detail}"))
    }

    /// The body is not JSON at all.
    pub fn not_json() -> Self {
        let (zh, en) =
            ("请求须为JSON（Content-Type: application/json）", "send JSON, with Content-Type: application/json");
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_json", zh, en)
    }

    /// Nobody is signed in.
    pub fn unauthorised() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthorised", "请先登录", "sign in first")
    }

    /// The cookie is over, or its account changed.
    pub fn signed_out() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, SIGNED_OUT, "登录已失效，请重新登录", "you are signed out; sign in again")
    }

    /// No device has this key.
    pub fn bad_key() -> Self {
        let (zh, en) =
            ("没有使用此密钥的设备；密钥已撤销或有误", "no device has this key; it was revoked, or mistyped");
        Self::new(StatusCode::UNAUTHORIZED, "bad_key", zh, en)
    }

    /// Somebody is known who may not do this.
    pub fn wrong_role() -> Self {
        Self::new(StatusCode::FORBIDDEN, "wrong_role", "您的角色无权进行此操作", "your role does not allow this")
    }

    /// There is nothing under this address.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "此地址没有内容", "there is nothing at this address")
    }

    /// The address exists, but not for this method.
    pub fn wrong_method() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "wrong_method",
            "此地址不支持该方法",
            "this address does not take that method",
        )
    }

    /// The body or message is too large.
    pub fn too_large() -> Self {
        let limit_kib = MESSAGE_BYTES_MAX / 1024;
        let zh = format!("请求过大，最多{limit_kib} KiB");
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_large",
            zh,
            format!("the request is too large; at most {limit_kib} KiB"),
        )
    }

    /// A version of the protocol that this server does not speak.
    pub fn unsupported_version(version: u16) -> Self {
        let zh = format!("不支持协议版本{version}；本服务器支持{VERSION_MIN}至{VERSION}");
        let en =
            format!("protocol version {version} is not spoken here; this server speaks {VERSION_MIN} to {VERSION}");
        Self::new(StatusCode::BAD_REQUEST, "unsupported_version", zh, en)
    }

    /// The disk does not take what must be durable.
    pub fn storage_failed() -> Self {
        let zh = "存储故障，操作未执行；请通知管理员，稍后重试";
        let en = "the disk failed and nothing was done; tell a manager and try again later";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "storage_failed", zh, en)
    }

    /// More at once than the server takes.
    pub fn busy() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "busy",
            "系统繁忙，请稍后重试",
            "too much at once; try again in a moment",
        )
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let is_signed_out = self.refused.code == SIGNED_OUT;
        let mut response = (self.status, Json(self.refused)).into_response();
        // The page can't remove the cookie itself; with it even a public board would be refused again and again.
        if let (true, Ok(removal)) = (is_signed_out, Gate::removal_cookie().to_string().parse()) {
            response.headers_mut().append(SET_COOKIE, removal);
        }
        response
    }
}

impl From<JsonRejection> for Refusal {
    fn from(rejection: JsonRejection) -> Self {
        match rejection {
            JsonRejection::MissingJsonContentType(_) => Self::not_json(),
            rejection if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => Self::too_large(),
            rejection => Self::bad_json(&rejection.body_text()),
        }
    }
}
