//! What stands on a slip. How it looks says a template; package `typeset` draws it.

use std::sync::Arc;

use jiff::{Timestamp, tz::TimeZone};
use protocol::{
    Text,
    order::{Class, Lane, Language},
};
use tokio::sync::watch;
use tracing::error;
use typeset::{
    face::{self, Face},
    raster::Raster,
    sheet, slip as paper,
    template::Template,
};

use crate::dispenser::Slip;

pub mod command;
pub mod form;
#[cfg(test)]
mod tests;

pub use form::Form;

/// How slips look in one hall.
#[derive(Debug, Clone)]
pub struct Style {
    /// Width of the paper, dots.
    pub width_dots: usize,
    /// The last lines.
    pub footer: Text,
    /// Where the clock of the hall hangs.
    pub zone: TimeZone,
    /// The template in force, see [`Form`].
    pub template: watch::Receiver<Arc<Template>>,
}

/// Draws a slip. It never fails: what a font lacks is 〓, what is too long ends with "…".
pub fn render(face: &mut Face, slip: &Slip, style: &Style) -> Raster {
    let template = style.template.borrow().clone();
    let drawn = sheet::draw(face, &template, &values(slip, style).values(), style.width_dots);
    if !drawn.missing.is_empty() {
        let missing = face::named(&drawn.missing);
        error!(number = slip.number, %missing, "no font has this; install one that has it and name it in fallback_fonts");
    }
    drawn.raster
}

/// A slip that is nobody's number, to try a printer.
pub fn specimen(lane: Lane, key: String, at_ms: u64) -> Slip {
    Slip {
        key,
        number: "TEST".into(),
        hall: Text::new("打印测试", "Printer test"),
        lane,
        lane_name: Text::new("非取号小票", "Not a number"),
        class: Class::Normal,
        language: Language::Zh,
        zone: None,
        ahead: None,
        wait: None,
        at_ms,
        url: "http://127.0.0.1/".into(),
        offline: false,
        reprint: false,
    }
}

/// The calendar day and the time of day at a place.
pub fn clock(at_ms: u64, zone: &TimeZone) -> String {
    let at = i64::try_from(at_ms).ok().and_then(|at_ms| Timestamp::from_millisecond(at_ms).ok());
    at.map_or_else(String::new, |at| zone.to_datetime(at).strftime("%Y-%m-%d %H:%M").to_string())
}

fn values(slip: &Slip, style: &Style) -> paper::Slip {
    paper::Slip {
        number: slip.number.clone(),
        hall: slip.hall.clone(),
        lane: slip.lane_name.clone(),
        zone: slip.zone.clone(),
        ahead: slip.ahead,
        wait: slip.wait,
        time: clock(slip.at_ms, &style.zone),
        class: slip.class,
        language: slip.language,
        url: slip.url.clone(),
        footer: style.footer.clone(),
        offline: slip.offline,
        reprint: slip.reprint,
    }
}
