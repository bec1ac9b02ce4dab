//! How the machine of a device is, as it says itself.

use serde::{Deserialize, Serialize};

/// A device says how it is this often, s.
pub const HEALTH_EVERY_S: u64 = 30;

/// How a device's machine is; what it can't tell is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Health {
    /// Name and version of the program: `window-display 0.1.0`.
    pub program: String,
    /// How long the machine has been running, s.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub up_s: u64,
    /// Of the processor, °C.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub temperature_c: Option<i16>,
    /// Whether the power supply is too weak at this moment; a Raspberry Pi knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub under_voltage: Option<bool>,
    /// What is free where it keeps what must not be lost, percent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub disk_free_percent: Option<u8>,
    /// What is free of the memory, percent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub memory_free_percent: Option<u8>,
    /// How good its radio link is, percent; a cable says nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub link_percent: Option<u8>,
    /// A voice above a window without a panel of its own: something else shows the calls there, and nothing is missed when it does not.
    #[serde(default, skip_serializing_if = "crate::hello::is_false")]
    #[cfg_attr(feature = "ts", ts(as = "Option<bool>", optional))]
    pub voice_alone: bool,
}
