//! The time series as a picture: curves one above the other over the same time. Written by hand, because it is all the drawing
//! there is: straight lines and words in SVG.

use std::fmt::Write;

/// The picture's measures, in its own units.
const WIDTH: f64 = 960.0;
const PANEL: f64 = 150.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 20.0;
const HEAD: f64 = 26.0;
const FOOT: f64 = 38.0;
/// Lines across a panel, and times below all of them.
const GRID: u32 = 4;
const TIMES: u32 = 6;
/// Curves of one panel.
const COLOURS: [&str; 3] = ["#1565c0", "#c62828", "#2e7d32"];

/// Curves that share a scale.
pub struct Panel {
    /// What is shown, with its unit.
    pub title: String,
    /// Each with its name.
    pub curves: Vec<Curve>,
}

/// A name, and values over time.
pub struct Curve {
    /// What it is.
    pub name: &'static str,
    /// Time in minutes, and the value.
    pub points: Vec<(f64, f64)>,
}

/// A stretch of time that is marked.
pub struct Band {
    /// From, in minutes.
    pub from: f64,
    /// To.
    pub to: f64,
    /// Its colour.
    pub colour: &'static str,
}

/// Draws panels one above the other.
pub fn svg(panels: &[Panel], bands: &[Band], foot: &str) -> String {
    let times = || panels.iter().flat_map(|panel| &panel.curves).flat_map(|curve| &curve.points).map(|point| point.0);
    let lasts = times().fold(0.01, f64::max);
    let height = PANEL * f64::from(u32::try_from(panels.len()).unwrap_or(0)) + FOOT;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"sans-serif\" \
         font-size=\"11\">\n<rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#fff\"/>\n"
    );
    let mut top = 0.0;
    for panel in panels {
        panel.draw(&mut svg, &Scale::of(panel, top, lasts), bands);
        top += PANEL;
    }
    for time in 0..=TIMES {
        let minutes = lasts * f64::from(time) / f64::from(TIMES);
        text(&mut svg, LEFT + (WIDTH - LEFT - RIGHT) * minutes / lasts, height - 24.0, "middle", &short(minutes));
    }
    text(&mut svg, LEFT, height - 7.0, "start", foot);
    svg.push_str("</svg>\n");
    svg
}

/// Where a value stands in the picture.
struct Scale {
    top: f64,
    lasts: f64,
    from: f64,
    to: f64,
}

impl Scale {
    fn of(panel: &Panel, top: f64, lasts: f64) -> Self {
        let values = || panel.curves.iter().flat_map(|curve| &curve.points).map(|point| point.1);
        let (least, most) = (values().fold(f64::INFINITY, f64::min), values().fold(0.0, f64::max));
        // What does not begin near zero is shown larger, with some room.
        let from = if least > most / 2.0 { (least - (most - least).max(most / 20.0)).max(0.0) } else { 0.0 };
        Self { top, lasts, from, to: if most > from { most } else { from + 1.0 } }
    }

    fn x(&self, minutes: f64) -> f64 {
        LEFT + (WIDTH - LEFT - RIGHT) * minutes / self.lasts
    }

    fn y(&self, value: f64) -> f64 {
        let (floor, ceiling) = (self.top + PANEL - 14.0, self.top + HEAD);
        floor - (floor - ceiling) * (value - self.from) / (self.to - self.from)
    }
}

impl Panel {
    fn draw(&self, svg: &mut String, scale: &Scale, bands: &[Band]) {
        for band in bands {
            let (x, y) = (scale.x(band.from), scale.y(scale.to));
            let (width, height) = ((scale.x(band.to) - x).max(1.0), scale.y(scale.from) - y);
            let _ = writeln!(
                svg,
                "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" fill=\"{}\"/>",
                band.colour
            );
        }
        for line in 0..=GRID {
            let value = scale.from + (scale.to - scale.from) * f64::from(line) / f64::from(GRID);
            let y = scale.y(value);
            let _ = writeln!(svg, "<path d=\"M{LEFT} {y:.1}H{}\" stroke=\"#ddd\"/>", WIDTH - RIGHT);
            text(svg, LEFT - 6.0, y + 4.0, "end", &short(value));
        }
        text(svg, LEFT, scale.top + 15.0, "start", &self.title);
        let mut x = WIDTH - RIGHT;
        for (curve, colour) in self.curves.iter().zip(COLOURS).rev() {
            let _ = writeln!(svg, "<g fill=\"{colour}\">");
            text(svg, x, scale.top + 15.0, "end", curve.name);
            svg.push_str("</g>\n");
            x -= 110.0;
            let points: String =
                curve.points.iter().map(|&(at, value)| format!("{:.1},{:.1} ", scale.x(at), scale.y(value))).collect();
            let points = points.trim_end();
            let _ =
                writeln!(svg, "<polyline points=\"{points}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.4\"/>");
        }
    }
}

fn text(svg: &mut String, x: f64, y: f64, anchor: &str, words: &str) {
    let words = words.replace('&', "&amp;").replace('<', "&lt;");
    let _ = writeln!(svg, "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{words}</text>");
}

/// Three figures are enough on an axis.
fn short(value: f64) -> String {
    match value {
        value if value >= 100.0 => format!("{value:.0}"),
        value if value >= 10.0 => format!("{value:.1}"),
        value => format!("{value:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_value_stands_at_the_top_and_the_last_at_the_right() {
        let curve = Curve { name: "p99", points: vec![(0.0, 0.0), (1.0, 5.0), (2.0, 10.0)] };
        let drawn = svg(&[Panel { title: "a < b".into(), curves: vec![curve] }], &[], "minutes");
        assert!(drawn.contains("points=\"70.0,136.0 505.0,81.0 940.0,26.0\""), "{drawn}");
        assert!(drawn.contains("a &lt; b") && drawn.ends_with("</svg>\n"));
    }
}
