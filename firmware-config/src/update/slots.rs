//! Which of its two systems a device starts. The firmware of a Raspberry Pi reads it from `autoboot.txt` (Raspberry Pi documentation,
//! "autoboot.txt" and "tryboot"): `[all]` is what it starts, `[tryboot]` is what it starts once when it was told so at a restart.
//! So a new system that hangs, or whose power is cut, is followed by the old one, whatever it did.

use std::fmt;

use thiserror::Error;

/// A system on the card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// The first.
    A,
    /// The second.
    B,
}

impl Slot {
    /// By its name, `A` or `B`.
    pub fn named(name: &str) -> Option<Self> {
        [Self::A, Self::B].into_iter().find(|slot| slot.name() == name)
    }

    /// `A` or `B`.
    pub fn name(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
        }
    }

    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }

    /// The number of its boot partition.
    pub fn boot_partition(self) -> u8 {
        match self {
            Self::A => 2,
            Self::B => 3,
        }
    }

    /// The number of the partition of its system.
    pub fn root_partition(self) -> u8 {
        match self {
            Self::A => 5,
            Self::B => 6,
        }
    }

    /// The slot that a kernel was started from, by its command line.
    pub fn of_command_line(words: &str) -> Option<Self> {
        words.split_whitespace().find_map(|word| word.strip_prefix("rauc.slot=")).and_then(Self::named)
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Always so long, bytes: one sector, so that a card writes all of it or nothing, and no other sector changes. 512 is also the most that
/// the firmware reads.
pub const BYTES: usize = 512;

/// Which slot is started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slots {
    /// The one that is started.
    pub good: Slot,
    /// Whether the other one is to be tried.
    pub is_other_tried: bool,
    /// Whether the other one may be started at all: not while it is written, nor after it did not do well.
    pub is_other_bad: bool,
}

/// An `autoboot.txt` that is not ours.
#[derive(Debug, Error, PartialEq, Eq)]
#[error(
    "autoboot.txt does not say which slot is started: {0}; write the card anew, or copy autoboot.txt from another device's card. \
     autoboot.txt 内容无效：请重新写卡，或从另一台设备的存储卡复制该文件。"
)]
pub struct NotSlots(String);

impl Slots {
    /// A new card: only A holds anything.
    pub const NEW: Self = Self { good: Slot::A, is_other_tried: false, is_other_bad: true };

    /// Reads `autoboot.txt`.
    ///
    /// # Errors
    /// It is not ours.
    pub fn parse(text: &str) -> Result<Self, NotSlots> {
        let not = || NotSlots(text.lines().take(6).collect::<Vec<_>>().join(" / "));
        let (mut section, mut all, mut tried, mut is_other_bad) = ("", None, None, None);
        for line in text.lines().map(str::trim) {
            match line.split_once('=') {
                None if line.starts_with('[') => section = line,
                Some(("boot_partition", number)) => {
                    let slot = [Slot::A, Slot::B].into_iter().find(|slot| slot.boot_partition().to_string() == number);
                    match section {
                        "[all]" => all = slot,
                        "[tryboot]" => tried = slot,
                        _ => return Err(not()),
                    }
                }
                Some(("#other", state)) => is_other_bad = Some(state == "bad"),
                _ => {}
            }
        }
        let (good, tried) = all.zip(tried).ok_or_else(not)?;
        let is_other_bad = is_other_bad.ok_or_else(not)?;
        Ok(Self { good, is_other_tried: tried != good, is_other_bad })
    }

    /// `autoboot.txt`, always of [`BYTES`] bytes.
    pub fn text(self) -> String {
        let tried = if self.is_other_tried { self.good.other() } else { self.good };
        let state = if self.is_other_bad { "bad" } else { "good" };
        let text = format!(
            "[all]\ntryboot_a_b=1\nboot_partition={}\n[tryboot]\nboot_partition={}\n#other={state}\n",
            self.good.boot_partition(),
            tried.boot_partition()
        );
        format!("{text:#<width$}\n", width = BYTES - 1)
    }

    /// What is started next: the one that is to be tried, else the good one.
    pub fn primary(self) -> Slot {
        if self.is_other_tried { self.good.other() } else { self.good }
    }

    /// `slot` is started next; for the other one that is only a trial.
    #[must_use]
    pub fn with_primary(self, slot: Slot) -> Self {
        let is_other = slot != self.good;
        Self { is_other_tried: is_other, is_other_bad: self.is_other_bad && !is_other, ..self }
    }

    /// Whether `slot` may be started.
    pub fn is_good(self, slot: Slot) -> bool {
        slot == self.good || !self.is_other_bad
    }

    /// `slot` did well, or did not. One that is tried and does well is the good one from now on.
    #[must_use]
    pub fn with_state(self, slot: Slot, is_good: bool) -> Self {
        match (slot == self.good, is_good) {
            (true, true) => self,
            // The one that is in use is given up only for one that may be started.
            (true, false) if self.is_other_bad => self,
            (true, false) => Self { good: slot.other(), is_other_tried: false, is_other_bad: true },
            (false, true) if self.is_other_tried => Self { good: slot, is_other_tried: false, is_other_bad: false },
            (false, true) => Self { is_other_bad: false, ..self },
            (false, false) => Self { is_other_tried: false, is_other_bad: true, ..self },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> impl Iterator<Item = Slots> {
        [Slot::A, Slot::B].into_iter().flat_map(|good| {
            [(false, false), (false, true), (true, false), (true, true)].map(|(is_other_tried, is_other_bad)| Slots {
                good,
                is_other_tried,
                is_other_bad,
            })
        })
    }

    #[test]
    fn what_is_written_is_read_and_fills_one_sector() {
        for slots in all() {
            let text = slots.text();
            assert_eq!((text.len(), Slots::parse(&text)), (BYTES, Ok(slots)));
            // The firmware knows no other words.
            let words = text.lines().filter(|line| !line.starts_with('#'));
            assert!(words.clone().all(|line| line.len() < 20), "{text}");
            assert_eq!(words.count(), 5);
        }
    }

    #[test]
    fn a_file_of_somebody_else_is_refused() {
        for text in ["", "[all]\nboot_partition=2\n", "boot_partition=2\n[tryboot]\nboot_partition=3\n#other=bad\n"] {
            assert!(Slots::parse(text).is_err(), "{text}");
        }
        let foreign = Slots::NEW.text().replace("boot_partition=2", "boot_partition=4");
        assert!(Slots::parse(&foreign).unwrap_err().to_string().contains("write the card anew"));
    }

    /// An update from its first byte to its end, as RAUC asks.
    #[test]
    fn an_update_is_tried_once_and_stays_only_if_it_does_well() {
        let writing = Slots::NEW.with_state(Slot::B, false);
        assert_eq!((writing.primary(), writing.is_good(Slot::B)), (Slot::A, false));
        let installed = writing.with_primary(Slot::B);
        assert_eq!((installed.primary(), installed.good), (Slot::B, Slot::A));
        let stays = installed.with_state(Slot::B, true);
        assert_eq!(stays, Slots { good: Slot::B, is_other_tried: false, is_other_bad: false });
        let back = installed.with_state(Slot::B, false);
        assert_eq!((back.primary(), back.is_good(Slot::B)), (Slot::A, false));
    }

    #[test]
    fn nothing_makes_a_bad_slot_the_one_that_is_started() {
        for slots in all().filter(|slots| slots.is_other_bad) {
            for slot in [Slot::A, Slot::B] {
                for after in [slots.with_state(slot, false), slots.with_state(slots.good, true)] {
                    assert_eq!(after.good, slots.good, "{slots:?}");
                }
            }
        }
    }
}
