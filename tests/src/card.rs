//! A sound card that a test can break, behind the real ALSA. It needs what the programs need to be built: a C compiler and
//! ALSA's headers.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

const SOURCE: &str = include_str!("card.c");

/// What can be wrong with it.
#[derive(Debug, Clone, Copy)]
pub enum Fault {
    /// Another program has it.
    Busy,
    /// It is not there any more.
    Unplugged,
    /// It takes no samples.
    Stuck,
}

/// The card, and the configuration of ALSA in which it is the default.
pub struct Card(TempDir);

impl Card {
    /// A card in good order.
    ///
    /// # Panics
    /// When it can't be compiled.
    #[must_use]
    pub fn new() -> Self {
        let card = Self(tempfile::tempdir().unwrap());
        let (source, library) = (card.file("card.c"), card.file("card.so"));
        fs::write(&source, SOURCE).unwrap();
        let mut compiler = Command::new("cc");
        compiler.args(["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-DPIC", "-o"]).args([&library, &source]);
        let output = compiler.arg("-lasound").output().unwrap_or_else(|error| panic!("cc compiles the card: {error}"));
        assert!(output.status.success(), "the card can't be compiled:\n{}", String::from_utf8_lossy(&output.stderr));
        let config = format!(
            "</usr/share/alsa/alsa.conf>\n\
             pcm_type.breakable {{ lib \"{}\" }}\n\
             pcm.card {{ type breakable directory \"{}\" }}\n\
             pcm.!default {{ type plug slave.pcm \"card\" }}\n",
            library.display(),
            card.0.path().display()
        );
        fs::write(card.file("asound.conf"), config).unwrap();
        card
    }

    /// Under which a program has this card as its default.
    #[must_use]
    pub fn under(&self) -> Vec<String> {
        vec!["env".into(), format!("ALSA_CONFIG_PATH={}", self.file("asound.conf").display())]
    }

    /// Breaks it.
    pub fn breaks(&self, fault: Fault) {
        fs::write(self.file(name(fault)), "").unwrap();
    }

    /// Mends it.
    pub fn is_mended(&self, fault: Fault) {
        fs::remove_file(self.file(name(fault))).unwrap();
    }

    /// When the first sample that is not silence reached it, ns since 1970; it forgets it then.
    #[must_use]
    pub fn heard_first_ns(&self) -> Option<u128> {
        let first = self.file("first");
        let at_ns = fs::read_to_string(&first).ok()?.parse().ok()?;
        fs::remove_file(first).unwrap();
        Some(at_ns)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

impl Default for Card {
    fn default() -> Self {
        Self::new()
    }
}

fn name(fault: Fault) -> &'static str {
    match fault {
        Fault::Busy => "busy",
        Fault::Unplugged => "unplugged",
        Fault::Stuck => "stuck",
    }
}
