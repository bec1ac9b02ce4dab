//! Whether a template would do, on every paper and with everything that can stand on it.

use std::collections::BTreeSet;

use crate::{
    face::{Face, dots},
    qr::{Code, MODULE_DOTS_MIN},
    sheet::{self, HEIGHT_DOTS_MAX},
    template::{Fault, Problem, Template, TemplateError, What},
    vocabulary::Values,
};

/// Paper of 58 mm and 80 mm, dots: 48 and 72 mm are printed, 8 dots/mm.
pub const WIDTHS_DOTS: [usize; 2] = [384, 576];

/// Whether codes are large enough for phones and papers short enough, with these values.
///
/// # Errors
/// Everything that is wrong, in the order of the lines.
pub fn sizes(face: &mut Face, template: &Template, values: &[Values]) -> Result<(), TemplateError> {
    let mut problems = small_codes(template, values);
    for width_dots in WIDTHS_DOTS {
        let high = values.iter().map(|values| sheet::height_dots(face, template, values, width_dots)).max();
        if let Some(height_dots) = high.filter(|high| *high > HEIGHT_DOTS_MAX) {
            problems.push(Problem { line: 1, key: "", fault: Fault::TooHigh { width_dots, height_dots } });
        }
    }
    all(problems)
}

/// Whether the fonts have every character that the template itself brings.
///
/// # Errors
/// The characters that are missing, by line.
pub fn glyphs(face: &Face, template: &Template) -> Result<(), TemplateError> {
    let missing = template.fixed().map(|(line, text)| (line, face.missing(&text)));
    let problem = |(line, missing)| Problem { line, key: "", fault: Fault::Glyphs(missing) };
    all(missing.filter(|(_, missing)| !missing.is_empty()).map(problem).collect())
}

/// Codes whose modules would be too small; each content is looked at once.
fn small_codes(template: &Template, values: &[Values]) -> Vec<Problem> {
    let mut seen = BTreeSet::new();
    let mut problems = Vec::new();
    for values in values {
        for element in template.elements.iter().filter(|element| element.stands(values)) {
            let What::Qr { content, size_percent } = &element.what else { continue };
            let content = content.said(values, template.first(values));
            if !seen.insert((element.line, content.clone())) {
                continue;
            }
            let Some(code) = Code::of(&content, usize::MAX) else { continue };
            let least = code.modules() * MODULE_DOTS_MIN;
            let small = |width: &usize| dots(*width as f32 * size_percent / 100.0) < least;
            problems.extend(WIDTHS_DOTS.into_iter().filter(small).map(|width_dots| {
                let fault = Fault::QrTooSmall { width_dots, least_percent: (least * 100).div_ceil(width_dots) };
                Problem { line: element.line, key: "size_percent", fault }
            }));
        }
    }
    problems
}

fn all(mut problems: Vec<Problem>) -> Result<(), TemplateError> {
    problems.sort_by_key(|problem| problem.line);
    if problems.is_empty() { Ok(()) } else { Err(TemplateError { problems }) }
}
