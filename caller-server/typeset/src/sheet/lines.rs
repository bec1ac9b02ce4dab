//! Texts that are wider than the paper.

use crate::{face::Face, template::Fit};

/// A text that shrinks keeps at least this share of its size.
const SHRINK_MIN: f32 = 0.5;
/// What does not stand at the beginning of a line.
const CLOSING: &str = "，。、；：？！）】》”’…,.;:?!)]}%";
/// What does not stand at the end of one.
const OPENING: &str = "（【《“‘([{";

/// From here on come the scripts of East Asia.
const SPACELESS: char = '\u{2E80}';

/// How a text is set.
pub(super) struct Setting<'a> {
    pub face: &'a Face,
    pub bold: bool,
    /// Of a line, dots.
    pub width: f32,
    /// Lines at most; the last one then ends with "…".
    pub lines_max: usize,
}

impl Setting<'_> {
    /// The lines of a text and their em, dots.
    pub fn set(&self, text: &str, em: f32, fit: Fit) -> (Vec<String>, f32) {
        let width = self.face.width(text, self.bold) * em;
        let shrunk = match fit {
            Fit::Shrink if width > self.width => em * (self.width / width).max(SHRINK_MIN),
            _ => em,
        };
        (self.lines(text, shrunk), shrunk)
    }

    fn lines(&self, text: &str, em: f32) -> Vec<String> {
        let glyphs: Vec<char> = text.chars().collect();
        let mut lines: Vec<String> = Vec::new();
        let mut rest = glyphs.as_slice();
        while !rest.is_empty() && lines.len() < self.lines_max {
            let (line, after) = rest.split_at(self.first_line(rest, em));
            lines.push(line.iter().collect::<String>().trim().to_owned());
            rest = after;
        }
        if !rest.is_empty()
            && let Some(last) = lines.last_mut()
        {
            last.pop();
            last.push('…');
        }
        lines
    }

    /// How many characters the first line takes: as many as fit, up to a place where a line may break; at least one.
    fn first_line(&self, glyphs: &[char], em: f32) -> usize {
        let mut used = 0.0;
        let mut place = None;
        let mut before: Option<char> = None;
        for (at, &glyph) in glyphs.iter().enumerate() {
            if before.is_some_and(|before| may_break(before, glyph)) {
                place = Some(at);
            }
            used += self.face.advance(glyph, self.bold) * em;
            // A hair of rounding is no reason to break a line that was made to fit.
            if used > self.width + 0.01 && at > 0 && !glyph.is_whitespace() {
                return place.unwrap_or(at);
            }
            before = Some(glyph);
        }
        glyphs.len()
    }
}

/// After a space, and beside a character of a script without spaces.
fn may_break(before: char, after: char) -> bool {
    let held = CLOSING.contains(after) || OPENING.contains(before) || after.is_whitespace();
    !held && (before.is_whitespace() || before >= SPACELESS || after >= SPACELESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(text: &str, chars: f32, fit: Fit) -> (Vec<String>, f32) {
        let mut face = Face::built_in();
        face.learn(text);
        Setting { face: &face, bold: false, width: chars * 10.0, lines_max: 3 }.set(text, 10.0, fit)
    }

    #[test]
    fn lines_break_after_spaces_and_between_hanzi_but_not_before_a_full_stop() {
        assert_eq!(set("commonwealth hall", 7.0, Fit::Wrap).0, ["commonwealth", "hall"]);
        assert_eq!(set("请到咨询台。", 5.0, Fit::Wrap).0, ["请到咨询", "台。"]);
        assert_eq!(set("（一）（二）", 4.0, Fit::Wrap).0, ["（一）", "（二）"]);
        assert_eq!(set("请在 Hall 等", 3.0, Fit::Wrap).0, ["请在", "Hall", "等"]);
    }

    #[test]
    fn a_word_longer_than_a_line_is_broken_and_what_is_too_long_ends_with_a_sign() {
        assert_eq!(set("abcdefghij", 2.0, Fit::Wrap).0, ["abcd", "efgh", "ij"]);
        assert_eq!(set("一二三四五六七八", 2.0, Fit::Wrap).0, ["一二", "三四", "五…"]);
        assert_eq!(set("一", 0.1, Fit::Wrap).0, ["一"]);
        assert_eq!(set("", 2.0, Fit::Wrap).0, [""; 0]);
    }

    #[test]
    fn a_text_shrinks_to_half_and_not_further() {
        assert_eq!(set("一二三四", 4.0, Fit::Shrink), (vec!["一二三四".into()], 10.0));
        assert_eq!(set("一二三四", 2.0, Fit::Shrink), (vec!["一二三四".into()], 5.0));
        assert_eq!(set("一二三四五六", 2.0, Fit::Shrink), (vec!["一二三四".into(), "五六".into()], 5.0));
    }
}
