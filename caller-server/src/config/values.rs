//! Values that a settings file writes in a way of its own.

use std::net::SocketAddr;

use jiff::civil::Time;
use protocol::Text;
use serde::{Deserialize, Deserializer, Serialize, de::Error};

/// A time of day in the hall's time zone, written `17:30`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TimeOfDay(pub Time);

impl TryFrom<String> for TimeOfDay {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        // jiff reads more forms than one; the file has one.
        let parsed = Time::strptime("%H:%M", &text).ok().filter(|_| text.len() == "17:30".len());
        parsed.map(Self).ok_or_else(|| format!("\"{text}\" is not a time of day; write it as \"17:30\""))
    }
}

impl From<TimeOfDay> for String {
    fn from(time: TimeOfDay) -> Self {
        format!("{:02}:{:02}", time.0.hour(), time.0.minute())
    }
}

/// Reads a [`Text`] that has both languages and nothing else.
pub fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Text, D::Error> {
    let BothLanguages { zh, en } = BothLanguages::deserialize(deserializer)?;
    Ok(Text { zh, en })
}

/// Reads an address with a port.
pub fn address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SocketAddr, D::Error> {
    let text = String::deserialize(deserializer)?;
    let remedy =
        |_| D::Error::custom(format!("\"{text}\" is not an address with a port; write it as \"0.0.0.0:8080\""));
    text.parse().map_err(remedy)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BothLanguages {
    zh: String,
    en: String,
}
