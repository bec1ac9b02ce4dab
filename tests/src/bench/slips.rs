//! How long a dispenser takes to draw a slip, and the server to read a template.

use std::time::Instant;

use serde::Serialize;
use typeset::{
    face::Face,
    sheet,
    slip::{self, BUILT_IN, Sample, URL_TYPICAL},
    template::Template,
};

use super::{Percentiles, progress};

/// Slips of each kind; enough for a 99th percentile.
const SLIPS: usize = 200;

/// Times, ms.
#[derive(Debug, Serialize)]
pub struct Slips {
    /// A usual slip of 576 dots.
    draw_576_ms: Percentiles,
    /// The same on 384 dots.
    draw_384_ms: Percentiles,
    /// A slip of 576 dots with the longest names.
    draw_long_names_576_ms: Percentiles,
    /// The first slip after a start: every character is looked up in the font.
    first_576_ms: Percentiles,
    /// A usual slip with five characters that were never on one before.
    new_names_576_ms: Percentiles,
    /// From the text of a template to a verdict on it, as the server does before a manager's order.
    check_ms: Percentiles,
}

/// Measures.
pub fn measure() -> Slips {
    progress(&format!("slips: {SLIPS} of each kind"));
    let template = slip::template(BUILT_IN, URL_TYPICAL).expect("the built-in template is right");
    let mut face = Face::of_this_machine();
    let mut draw = |sample: Sample, width| times(|_| draw(&mut face, &template, &sample.slip(URL_TYPICAL), width));
    let draw_576_ms = draw(Sample::Normal, 576);
    Slips {
        draw_576_ms,
        draw_384_ms: draw(Sample::Normal, 384),
        draw_long_names_576_ms: draw(Sample::LongNames, 576),
        first_576_ms: times(|_| {
            self::draw(&mut Face::of_this_machine(), &template, &Sample::Normal.slip(URL_TYPICAL), 576)
        }),
        new_names_576_ms: {
            let mut face = Face::of_this_machine();
            times(|at| self::draw(&mut face, &template, &with_new_name(at), 576))
        },
        check_ms: times(|_| drop(slip::template(BUILT_IN, URL_TYPICAL))),
    }
}

fn draw(face: &mut Face, template: &Template, slip: &slip::Slip, width_dots: usize) {
    std::hint::black_box(sheet::draw(face, template, &slip.values(), width_dots));
}

fn with_new_name(at: usize) -> slip::Slip {
    let mut slip = Sample::Normal.slip(URL_TYPICAL);
    slip.hall.zh = ('\u{4E00}'..='\u{9FA5}').skip(at * 5).take(5).collect();
    slip
}

fn times(mut act: impl FnMut(usize)) -> Percentiles {
    act(SLIPS);
    let one = |at| {
        let start = Instant::now();
        act(at);
        start.elapsed()
    };
    Percentiles::of((0..SLIPS).map(one).collect())
}
