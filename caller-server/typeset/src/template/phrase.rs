//! Words with placeholders: `前面还有 {ahead} 位`. A brace itself is written twice: `{{`, `}}`.

use protocol::order::Language;

use super::{Fault, in_language};
use crate::vocabulary::Values;

/// Words with placeholders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Fixed(String),
    Placeholder(&'static str),
}

impl Phrase {
    /// Reads the words; every fault in them.
    pub(super) fn parse(text: &str, known: &'static [&'static str]) -> Result<Self, Vec<Fault>> {
        let (mut pieces, mut faults) = (Vec::new(), Vec::new());
        let mut fixed = String::new();
        let mut rest = text.chars().peekable();
        while let Some(glyph) = rest.next() {
            let twice = rest.peek() == Some(&glyph);
            match glyph {
                '{' | '}' if twice => {
                    rest.next();
                    fixed.push(glyph);
                }
                '{' => {
                    let name: String = std::iter::from_fn(|| rest.next_if(|next| !"{}".contains(*next))).collect();
                    if rest.next_if_eq(&'}').is_none() {
                        faults.push(Fault::Brace);
                        continue;
                    }
                    match known.iter().find(|known| **known == name) {
                        Some(known) => {
                            pieces.push(Piece::Fixed(std::mem::take(&mut fixed)));
                            pieces.push(Piece::Placeholder(known));
                        }
                        None => faults.push(Fault::Placeholder { name, known: known.to_vec() }),
                    }
                }
                '}' => faults.push(Fault::Brace),
                _ if glyph.is_control() => faults.push(Fault::Control(glyph)),
                _ => fixed.push(glyph),
            }
        }
        pieces.push(Piece::Fixed(fixed));
        pieces.retain(|piece| !matches!(piece, Piece::Fixed(text) if text.is_empty()));
        if faults.is_empty() { Ok(Self(pieces)) } else { Err(faults) }
    }

    /// The words with the values in their places.
    pub fn said(&self, values: &Values, language: Language) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Fixed(text) => text.clone(),
            Piece::Placeholder(name) => {
                values.words.get(name).map(|text| in_language(text, language).to_owned()).unwrap_or_default()
            }
        };
        self.0.iter().map(piece).collect()
    }

    /// Whether a placeholder is in it.
    pub fn has(&self, placeholder: &str) -> bool {
        self.0.iter().any(|piece| matches!(piece, Piece::Placeholder(name) if *name == placeholder))
    }

    /// Without the placeholders.
    pub(super) fn fixed(&self) -> String {
        let fixed = |piece: &Piece| if let Piece::Fixed(text) = piece { text.clone() } else { String::new() };
        self.0.iter().map(fixed).collect()
    }
}
