//! What a display speaks with: the voice, its back-end, its loudness.

use std::{collections::BTreeMap, path::PathBuf};

use super::DayPlan;
use crate::{
    fault::Fault,
    section::{Section, Use},
};

const BACK_ENDS: [(&str, VoiceBackEnd); 3] =
    [("alsa", VoiceBackEnd::Alsa), ("wav", VoiceBackEnd::Wav), ("none", VoiceBackEnd::None)];
const LANES_FORM: &str = "[\"B 60\", \"C 80\"]";

/// The voice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voice {
    /// What speaks.
    pub back_end: VoiceBackEnd,
    /// Where the back-end `wav` puts its files.
    pub directory: PathBuf,
    /// The recorded voice; without one only the chime sounds.
    pub pack: Option<PathBuf>,
    /// How often a call is spoken.
    pub times: u32,
    /// Whether a chime comes first.
    pub chime: bool,
    /// How loud it is when.
    pub volume: Volume,
}

/// What speaks calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VoiceBackEnd {
    /// The sound card that is ALSA's default.
    Alsa,
    /// A WAV file for each call.
    Wav,
    /// Nothing.
    None,
}

/// How loud a call is: by the time of day, and less for some lanes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Volume {
    day: DayPlan,
    /// By the letter of the lane's numbers, which a lane keeps; others are not turned down.
    lanes: BTreeMap<char, u32>,
}

impl Volume {
    /// As loud as it is recorded.
    pub fn full() -> Self {
        Self { day: DayPlan::always(100), lanes: BTreeMap::new() }
    }

    /// How loud `A012` is at this minute of the day, percent: 0 to 100. While the time is not known, as loud as it gets.
    pub fn at(&self, number: &str, minute: Option<u32>) -> u32 {
        let day = minute.map_or(self.day.highest(), |minute| self.day.at(minute));
        let lane = number.chars().next().and_then(|letter| self.lanes.get(&letter)).copied();
        day * lane.unwrap_or(100) / 100
    }

    fn read(section: &mut Section<'_, '_, '_>) -> Self {
        let day = DayPlan::read(section, "volume", true);
        let texts = section.texts("lane_volume", LANES_FORM, |text| lane(text).is_some()).unwrap_or_default();
        let lanes: BTreeMap<char, u32> = texts.iter().filter_map(|text| lane(text)).collect();
        if lanes.len() < texts.len() {
            section.wrong("lane_volume", Fault::Form(LANES_FORM));
        }
        Self { day, lanes }
    }
}

/// `B 60`
fn lane(text: &str) -> Option<(char, u32)> {
    let (letter, percent) = text.split_once(' ')?;
    let letter = letter.parse().ok().filter(char::is_ascii_uppercase)?;
    let digits = percent.bytes().all(|byte| byte.is_ascii_digit());
    percent.parse().ok().filter(|percent| digits && *percent <= 100).map(|percent| (letter, percent))
}

impl Voice {
    /// The section of a voice without a panel.
    pub(crate) fn read_speaker(mut section: Section<'_, '_, '_>) -> Self {
        let voice = Self::read(section.section("voice"));
        section.end();
        voice
    }

    pub(super) fn read(mut section: Section<'_, '_, '_>) -> Self {
        let voice = Self {
            back_end: section.choice("back_end", VoiceBackEnd::Wav, &BACK_ENDS),
            directory: section.path("directory", "voice"),
            pack: section.optional_path("pack", Use::Read),
            // Three sentences and one in English take less than the 20 s that the server lets a voice have.
            times: section.number("times", 2, 1..4),
            chime: section.flag("chime", true),
            volume: Volume::read(&mut section),
        };
        section.end();
        voice
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_volume_of_a_lane_is_none() {
        assert_eq!((lane("B 60"), lane("C 0")), (Some(('B', 60)), Some(('C', 0))));
        for text in ["", "B", "b 60", "AB 60", "B 101", "B +6", "B  60", "60"] {
            assert_eq!(lane(text), None, "{text}");
        }
    }
}
