//! What a system says of itself, and the manifest of a signed bundle of it.

use thiserror::Error;

/// What runs on the device once a slot is written, out of the signed bundle.
pub const HOOK: &str = include_str!("hook.sh");
/// Where a system says what it is.
pub const RELEASE: &str = "etc/yihao/release";

/// A system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// What it is called.
    pub version: String,
    /// Whether it is for devices with a screen.
    pub has_screen: bool,
    /// The time that stands in everything that is made of it, s since 1970.
    pub epoch_s: u64,
    /// The options of `image` that it was made with, `--suite bookworm`; empty when an older program made it.
    pub options: Vec<String>,
}

/// A system that does not say what it is.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("This is no system that firmware-config made: {0}. 这不是 firmware-config 生成的系统：{0}。")]
pub struct NotRelease(String);

impl Release {
    /// What stands in [`RELEASE`].
    pub fn text(&self) -> String {
        let compatible = compatible(self.has_screen);
        let mut text = format!("VERSION={}\nCOMPATIBLE={compatible}\nEPOCH_S={}\n", self.version, self.epoch_s);
        self.options.iter().for_each(|option| text.push_str(&format!("OPTION={option}\n")));
        text
    }

    /// Reads it.
    ///
    /// # Errors
    /// Something else stands there.
    pub fn parse(text: &str) -> Result<Self, NotRelease> {
        let value = |key: &str| {
            let found = text.lines().filter_map(|line| line.split_once('=')).find(|(name, _)| *name == key);
            found.map(|(_, value)| value).ok_or_else(|| NotRelease(format!("{key}?")))
        };
        let has_screen = [false, true].into_iter().find(|screen| value("COMPATIBLE") == Ok(compatible(*screen)));
        Ok(Self {
            version: value("VERSION")?.into(),
            has_screen: has_screen.ok_or_else(|| NotRelease("COMPATIBLE?".into()))?,
            epoch_s: value("EPOCH_S")?.parse().map_err(|_| NotRelease("EPOCH_S?".into()))?,
            options: text.lines().filter_map(|line| line.strip_prefix("OPTION=")).map(str::to_owned).collect(),
        })
    }
}

/// Devices with another name take no bundle of this one: with a screen there is more in a system than without.
pub fn compatible(has_screen: bool) -> &'static str {
    if has_screen { "yihao-pi-arm64-screen" } else { "yihao-pi-arm64" }
}

/// `manifest.raucm` (RAUC manual, "Reference"). The boot partition is written as it is, so that nothing needs to mount it; the format
/// "plain", because a device keeps the whole bundle on its own partition while it is installed.
pub fn manifest(release: &Release) -> String {
    format!(
        "[update]\ncompatible={}\nversion={}\n\n[bundle]\nformat=plain\n\n[hooks]\nfilename=hook\n\n\
         [image.rootfs]\nfilename=rootfs.ext4\nhooks=post-install\n\n[image.boot]\nfilename=boot.img\nhooks=post-install\n",
        compatible(release.has_screen),
        release.version
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_says_what_it_is() {
        for has_screen in [false, true] {
            let options = vec!["--suite bookworm".to_owned(), "--source deb [a=b] http://c d e".to_owned()];
            let release = Release { version: "0.1.0+20261127".into(), has_screen, epoch_s: 1_795_000_000, options };
            assert_eq!(Release::parse(&release.text()), Ok(release));
        }
        let old = Release::parse("VERSION=1\nCOMPATIBLE=yihao-pi-arm64\nEPOCH_S=7\n").unwrap();
        assert_eq!((old.epoch_s, old.options), (7, vec![]));
        let said = Release::parse("VERSION=1\n").unwrap_err().to_string();
        assert!(said.contains("no system that firmware-config made: COMPATIBLE?"), "{said}");
    }
}
