//! What RAUC asks of a boot loader ("custom" backend: `get-primary`, `set-primary`, `get-state`, `set-state`), answered from
//! `autoboot.txt` on a card.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use thiserror::Error;

use super::{
    Slot, Slots,
    slots::{BYTES, NotSlots},
};

/// A question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// What is started next?
    Primary,
    /// What stays, whatever is tried? Ours, not RAUC's.
    Good,
    /// Start this next.
    SetPrimary(Slot),
    /// May this be started?
    State(Slot),
    /// This did well, or did not.
    SetState(Slot, bool),
}

/// Why there is no answer.
#[derive(Debug, Error)]
pub enum BootSlotError {
    /// Something else was asked.
    #[error(
        "ask get-primary, get-good, set-primary A|B, get-state A|B, or set-state A|B good|bad. \
         请用 get-primary、get-good、set-primary A|B、get-state A|B 或 set-state A|B good|bad。"
    )]
    Question,
    /// The card can't be read or written.
    #[error(
        "{path}: {why}; look whether the card is locked or worn out. {path}：{why}；请检查存储卡是否写保护或损坏。"
    )]
    Card {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        why: io::Error,
    },
    /// It is not ours.
    #[error(transparent)]
    Slots(#[from] NotSlots),
}

impl Ask {
    /// As RAUC asks it.
    ///
    /// # Errors
    /// Something else was asked.
    pub fn parse(words: &[String]) -> Result<Self, BootSlotError> {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let slot = |name| Slot::named(name).ok_or(BootSlotError::Question);
        match words.as_slice() {
            ["get-primary"] => Ok(Self::Primary),
            ["get-good"] => Ok(Self::Good),
            ["set-primary", name] => Ok(Self::SetPrimary(slot(name)?)),
            ["get-state", name] => Ok(Self::State(slot(name)?)),
            ["set-state", name, "good"] => Ok(Self::SetState(slot(name)?, true)),
            ["set-state", name, "bad"] => Ok(Self::SetState(slot(name)?, false)),
            _ => Err(BootSlotError::Question),
        }
    }
}

/// The answer, if there is anything to say.
///
/// # Errors
/// The card can't be read or written, or is not ours.
pub fn answer(file: &Path, ask: Ask) -> Result<Option<&'static str>, BootSlotError> {
    let text = fs::read_to_string(file).map_err(at(file))?;
    let slots = Slots::parse(&text)?;
    let after = match ask {
        Ask::Primary => return Ok(Some(slots.primary().name())),
        Ask::Good => return Ok(Some(slots.good.name())),
        Ask::State(slot) => return Ok(Some(if slots.is_good(slot) { "good" } else { "bad" })),
        Ask::SetPrimary(slot) => slots.with_primary(slot),
        Ask::SetState(slot, is_good) => slots.with_state(slot, is_good),
    };
    let after = after.text();
    if after != text {
        write(file, &after, text.len() == BYTES).map_err(at(file))?;
    }
    Ok(None)
}

/// Over what is there, not beside it: one sector changes, and it changes at once.
fn write(file: &Path, text: &str, is_as_long: bool) -> io::Result<()> {
    let mut open = OpenOptions::new().write(true).truncate(!is_as_long).open(file)?;
    open.write_all(text.as_bytes())?;
    open.sync_all()
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> BootSlotError {
    move |why| BootSlotError::Card { path: path.into(), why }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(file: &Path, words: &str) -> Option<&'static str> {
        let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
        answer(file, Ask::parse(&words).unwrap()).unwrap()
    }

    #[test]
    fn what_rauc_asks_is_answered_and_changes_one_sector() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("autoboot.txt");
        fs::write(&file, Slots::NEW.text()).unwrap();
        let before = std::os::unix::fs::MetadataExt::ino(&fs::metadata(&file).unwrap());
        assert_eq!((ask(&file, "get-primary"), ask(&file, "get-state B")), (Some("A"), Some("bad")));
        assert_eq!(ask(&file, "set-primary B"), None);
        assert_eq!((ask(&file, "get-primary"), ask(&file, "get-good")), (Some("B"), Some("A")));
        ask(&file, "set-state B good");
        assert_eq!((ask(&file, "get-good"), ask(&file, "get-state A")), (Some("B"), Some("good")));
        let after = fs::metadata(&file).unwrap();
        assert_eq!(
            (usize::try_from(after.len()).unwrap(), std::os::unix::fs::MetadataExt::ino(&after)),
            (BYTES, before)
        );
    }

    #[test]
    fn other_questions_and_other_files_are_refused() {
        for words in ["", "get-primary A", "set-primary C", "set-state A", "set-state A fine"] {
            let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
            assert!(matches!(Ask::parse(&words), Err(BootSlotError::Question)), "{words:?}");
        }
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("autoboot.txt");
        assert!(matches!(answer(&file, Ask::Primary), Err(BootSlotError::Card { .. })));
        fs::write(&file, "[all]\n").unwrap();
        assert!(matches!(answer(&file, Ask::SetPrimary(Slot::B)), Err(BootSlotError::Slots(_))));
        assert_eq!(fs::read_to_string(&file).unwrap(), "[all]\n");
    }
}
