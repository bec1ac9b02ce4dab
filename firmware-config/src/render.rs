//! The files of an operating system, from a plan: what makes a blank Raspberry Pi OS or Debian the device that the profile says.
//!
//! The same plan always gives the same bytes: nothing here asks for a time, chance or the machine that it runs on.

mod boot;
mod kiosk;
mod network;
mod service;
mod sound;
mod ssh;
mod storage;
mod system;
mod udev;
mod update;

use std::collections::BTreeMap;

pub use self::system::users;
use crate::{
    Plan, Role,
    plan::{KEY, VISITOR_SECRET},
};

/// What the device's program reads.
pub const PROFILE: &str = "etc/yihao/device.toml";

/// What the kernel is told.
pub const COMMAND_LINE: &str = "boot/firmware/cmdline.txt";

/// Every other file with its permissions, so that what a later profile has no more can be found.
pub const LIST: &str = "etc/yihao/files.list";

/// Files by their path from the root of the device.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rendered(BTreeMap<String, File>);

/// A file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum File {
    /// What anybody on the device may read.
    Plain(String),
    /// What only its administrator may.
    Secret(String),
    /// What can be run.
    Program(String),
    /// A symbolic link to this.
    Link(String),
}

impl Rendered {
    /// All of them, in the order of their paths.
    pub fn files(&self) -> impl Iterator<Item = (&str, &File)> {
        self.0.iter().map(|(path, file)| (path.as_str(), file))
    }

    /// One of them.
    pub fn get(&self, path: &str) -> Option<&File> {
        self.0.get(path)
    }

    fn add(&mut self, path: impl Into<String>, file: File) {
        self.0.insert(path.into(), file);
    }

    fn plain(&mut self, path: impl Into<String>, lines: &Lines) {
        self.add(path, File::Plain(lines.text()));
    }

    /// Links a unit into what wants it, as `systemctl enable` does.
    fn enable(&mut self, unit: &str, target: &str) {
        self.add(format!("etc/systemd/system/{target}.wants/{unit}"), File::Link(format!("../{unit}")));
    }

    /// Keeps a unit from ever starting, as `systemctl mask` does.
    fn mask(&mut self, unit: &str) {
        self.add(format!("etc/systemd/system/{unit}"), File::Link("/dev/null".into()));
    }
}

impl File {
    /// What stands in it; for a link, where it leads.
    pub fn text(&self) -> &str {
        match self {
            Self::Plain(text) | Self::Secret(text) | Self::Program(text) | Self::Link(text) => text,
        }
    }

    /// Its permissions; a link has none.
    pub fn mode(&self) -> Option<u32> {
        match self {
            Self::Plain(_) => Some(0o644),
            Self::Secret(_) => Some(0o600),
            Self::Program(_) => Some(0o755),
            Self::Link(_) => None,
        }
    }
}

/// All files of a device.
pub fn render(plan: &Plan) -> Rendered {
    let mut rendered = Rendered::default();
    program(plan, &mut rendered);
    boot::render(plan, &mut rendered);
    service::render(plan, &mut rendered);
    kiosk::render(plan, &mut rendered);
    sound::render(plan, &mut rendered);
    udev::render(plan, &mut rendered);
    network::render(plan, &mut rendered);
    system::render(plan, &mut rendered);
    storage::render(plan, &mut rendered);
    update::render(plan, &mut rendered);
    ssh::render(plan, &mut rendered);
    list(&mut rendered);
    rendered
}

fn list(rendered: &mut Rendered) {
    let line = |(path, file): (&str, &File)| match file.mode() {
        Some(mode) => format!("{mode:04o} {path}\n"),
        None => format!("link {path}\n"),
    };
    let lines = rendered.files().map(line).collect();
    rendered.add(LIST, File::Plain(lines));
}

/// What the device's own program reads.
fn program(plan: &Plan, rendered: &mut Rendered) {
    let head = Lines::new(plan, "#").text();
    rendered.add(PROFILE, File::Plain(format!("{head}{}", plan.settings)));
    if !plan.profile.key.is_empty() {
        rendered.add(format!("etc/yihao/{KEY}"), File::Secret(format!("{}\n", plan.profile.key)));
    }
    if let Role::Dispenser(dispenser) = &plan.profile.role
        && let Some(secret) = &dispenser.scanner.secret
    {
        rendered.add(format!("etc/yihao/{VISITOR_SECRET}"), File::Secret(format!("{}\n", secret.hex())));
    }
}

/// The lines of a file, below the sentence that says where it comes from.
struct Lines(String);

impl Lines {
    /// `comment`: what a comment begins with.
    fn new(plan: &Plan, comment: &str) -> Self {
        let name = &plan.profile.name;
        Self(format!(
            "{comment} {name}: made by firmware-config; change the profile instead. 由 firmware-config 生成，请修改配置文件。\n"
        ))
    }

    fn add(&mut self, line: impl AsRef<str>) -> &mut Self {
        self.0.push_str(line.as_ref());
        self.0.push('\n');
        self
    }

    fn all(&mut self, lines: &[&str]) -> &mut Self {
        lines.iter().for_each(|line| {
            self.add(line);
        });
        self
    }

    fn text(&self) -> String {
        self.0.clone()
    }
}
