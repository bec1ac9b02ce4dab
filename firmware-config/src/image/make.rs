//! The steps taken one after another. Every program's words go into a log; the last of them are told when it fails.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

use thiserror::Error;

use super::steps::{Act, Bench, Step, Tool};
use crate::{
    folder::{self, FolderError},
    render::Rendered,
};

/// Where programs for administrators are, which a user's path may leave out.
const PATHS: [&str; 6] = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];
/// What says that programs of another processor can be run.
const FOREIGN: &str = "/proc/sys/fs/binfmt_misc/qemu-aarch64";
/// So much free space at least where the work is done, bytes: a system unpacked, its file system and an image beside each other.
const FREE_BYTES_MIN: u64 = 4 << 30;
/// What begins a line that is told at the end, because the log is gone by then.
const WARNING: &str = "WARNING: ";
/// So much of a program's last words is told, lines.
const LAST_LINES: usize = 12;

/// Why nothing was made.
#[derive(Debug, Error)]
pub enum MakeError {
    /// Only an administrator may make what belongs to an administrator.
    #[error("Files of a system belong to root: start this with sudo. 系统文件属于 root：请用 sudo 运行。")]
    NotRoot,
    /// Programs that are not there.
    #[error("Missing 缺少: {}. Install them 请安装: apt-get install {}", names(.0, |tool| tool.0), names(.0, |tool| tool.1))]
    Tools(Vec<Tool>),
    /// Programs of the device can't be run here.
    #[error(
        "This machine does not run programs for arm64: apt-get install qemu-user-static binfmt-support, then \
         update-binfmts --enable qemu-aarch64. 本机不能运行 arm64 程序，请执行上述命令。"
    )]
    Foreign,
    /// Too little space.
    #[error(
        "{0}: {1} MiB are free, {2} are needed; name another place with --work. {0}：剩余空间 {1} MiB，需要 {2} MiB，请用 --work 换一个位置。"
    )]
    Space(PathBuf, u64, u64),
    /// A program failed.
    #[error("\n{step}\n{said}\n{remedy}The whole of it 完整记录: {log}")]
    Failed {
        /// At which step.
        step: String,
        /// Its last words.
        said: String,
        /// What may help; empty when nobody knows.
        remedy: &'static str,
        /// Where all of them are.
        log: PathBuf,
    },
    /// The device's files can't be written.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// Something else can't.
    #[error(
        "{path}: {why}; check the path, the permissions and the space. {path}：{why}；请检查路径、权限和剩余空间。"
    )]
    System {
        /// Where.
        path: PathBuf,
        /// What the system said.
        why: io::Error,
    },
}

fn names(tools: &[Tool], of: impl Fn(&Tool) -> &'static str) -> String {
    tools.iter().map(of).collect::<Vec<_>>().join(" ")
}

/// Whoever takes the steps.
pub struct Maker<'a, W> {
    /// Where the work is done.
    pub bench: Bench,
    /// The device's files, for a card.
    pub rendered: Option<&'a Rendered>,
    /// The time that stands in everything that is made, s since 1970.
    pub epoch_s: u64,
    /// Who is told.
    pub told: W,
}

/// Looks whether all can be made before anything is.
///
/// # Errors
/// What is missing.
pub fn look(tools: &[Tool], bench: &Bench, runs_foreign: bool) -> Result<(), MakeError> {
    let is_there = |tool: &&Tool| PATHS.iter().any(|path| Path::new(path).join(tool.0).exists());
    let missing: Vec<Tool> = tools.iter().filter(|tool| !is_there(tool)).copied().collect();
    if !missing.is_empty() {
        return Err(MakeError::Tools(missing));
    }
    fs::create_dir_all(&bench.0).map_err(at(&bench.0))?;
    if fs::metadata("/proc/self").is_ok_and(|me| me.uid() != 0) {
        return Err(MakeError::NotRoot);
    }
    if runs_foreign && !Path::new(FOREIGN).exists() {
        return Err(MakeError::Foreign);
    }
    let free = free_bytes(&bench.0);
    match free.filter(|free| *free < FREE_BYTES_MIN) {
        Some(free) => Err(MakeError::Space(bench.0.clone(), free >> 20, FREE_BYTES_MIN >> 20)),
        None => Ok(()),
    }
}

fn free_bytes(folder: &Path) -> Option<u64> {
    let out = Command::new("df").args(["--output=avail", "-B1"]).arg(folder).output().ok()?;
    String::from_utf8_lossy(&out.stdout).lines().nth(1)?.trim().parse().ok()
}

impl<W: Write> Maker<'_, W> {
    /// Takes all steps, and leaves nothing of the work behind when all went well.
    ///
    /// # Errors
    /// What went wrong, and what to do.
    pub fn take(&mut self, steps: &[Step]) -> Result<(), MakeError> {
        // What an earlier attempt left there would end up in this one.
        remove(&self.bench.0).and_then(|()| fs::create_dir_all(&self.bench.0)).map_err(at(&self.bench.0))?;
        let mut warnings = Vec::new();
        for (n, step) in (1..).zip(steps) {
            let title = format!("[{n}/{}] {} {}", steps.len(), step.title.zh, step.title.en);
            self.tell(&format!("{title} …"))?;
            let begin = Instant::now();
            for act in &step.acts {
                warnings.extend(self.act(&title, act)?);
            }
            self.tell(&format!(" {:.1} s, {:.1} MiB\n", begin.elapsed().as_secs_f64(), mib(&step.makes)))?;
        }
        for warning in warnings {
            self.tell(&format!("! {warning}\n"))?;
        }
        fs::remove_dir_all(&self.bench.0).map_err(at(&self.bench.0))
    }

    fn tell(&mut self, words: &str) -> Result<(), MakeError> {
        let told = self.told.write_all(words.as_bytes()).and_then(|()| self.told.flush());
        told.map_err(at(Path::new("stdout")))
    }

    /// Does it; what it warns of.
    fn act(&self, step: &str, act: &Act) -> Result<Vec<String>, MakeError> {
        let done = match act {
            Act::Run(words) => return self.run(step, words),
            Act::Write(path, text, is_program) => write(path, text, *is_program).map_err(at(path)),
            Act::System(tree) => self.install(tree, |path| !path.starts_with(BOOT)),
            Act::Boot(boot) => self.install_boot(boot),
            Act::Remove(path) => remove(path).map_err(at(path)),
            Act::Rename(from, to) => fs::rename(from, to).or_else(|_| copy(from, to)).map_err(at(to)),
        };
        done.map(|()| Vec::new())
    }

    fn install(&self, tree: &Path, is_for: impl Fn(&str) -> bool) -> Result<(), MakeError> {
        let files = self.rendered.iter().flat_map(|rendered| rendered.files());
        for (path, file) in files.filter(|(path, _)| is_for(path)) {
            folder::replace(tree, path, file)?;
        }
        Ok(())
    }

    fn install_boot(&self, boot: &Path) -> Result<(), MakeError> {
        for (path, file) in self.rendered.iter().flat_map(|rendered| rendered.files()) {
            if let Some(name) = path.strip_prefix(BOOT) {
                folder::replace(boot, name, file)?;
            }
        }
        Ok(())
    }

    fn run(&self, step: &str, words: &[String]) -> Result<Vec<String>, MakeError> {
        let path = self.bench.0.join("log");
        let log = OpenOptions::new().create(true).append(true).open(&path).map_err(at(&path))?;
        let begin = log.metadata().map_err(at(&path))?.len();
        let Some((program, arguments)) = words.split_first() else { return Ok(Vec::new()) };
        let status = Command::new(program)
            .args(arguments)
            .env("SOURCE_DATE_EPOCH", self.epoch_s.to_string())
            .env("PATH", PATHS.join(":"))
            .stdin(Stdio::null())
            .stdout(log.try_clone().map_err(at(&path))?)
            .stderr(log)
            .status()
            .map_err(at(Path::new(program)))?;
        let said = fs::read(&path).map_err(at(&path))?;
        let said = said.get(usize::try_from(begin).unwrap_or(0)..).unwrap_or_default();
        let said = String::from_utf8_lossy(said);
        if status.success() {
            return Ok(said.lines().filter_map(|line| line.strip_prefix(WARNING)).map(str::to_owned).collect());
        }
        let lines: Vec<&str> = said.lines().collect();
        let last = lines.get(lines.len().saturating_sub(LAST_LINES)..).unwrap_or_default().join("\n");
        Err(MakeError::Failed { step: step.into(), remedy: remedy(&said), said: last, log: path })
    }
}

/// Where the boot partition is mounted on a device.
const BOOT: &str = "boot/firmware/";

/// What often helps, by what a program said.
fn remedy(said: &str) -> &'static str {
    const KNOWN: [(&str, &str); 6] = [
        ("No space left", "The disk is full: name another place with --work. 磁盘已满，请用 --work 换一个位置。\n"),
        (
            "Disk full",
            "The boot partition is full: leave out device trees or overlays that the board has no use for. 启动分区已满。\n",
        ),
        (
            "Unable to locate package raspi-firmware",
            "The firmware is not in this archive: give --source for one that has it, or --firmware-package none. \
             软件源中没有固件：请用 --source 添加，或用 --firmware-package none。\n",
        ),
        (
            "Unable to locate package",
            "Is the package in the folder of --packages, or in an archive of --source? 请检查 --packages 和 --source。\n",
        ),
        (
            "Temporary failure resolving",
            "The mirror can't be reached: check the network, or name another with --mirror. 无法访问软件源，请检查网络或用 --mirror。\n",
        ),
        (
            "_arm64.deb': No such file",
            "Build the packages first: firmware-config/scripts/packages arm64. 请先生成 arm64 软件包。\n",
        ),
    ];
    KNOWN.iter().find(|(sign, _)| said.contains(sign)).map_or("", |(_, remedy)| remedy)
}

fn write(path: &Path, text: &str, is_program: bool) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mode = if is_program { 0o755 } else { 0o644 };
    let mut open = OpenOptions::new().write(true).create(true).truncate(true).mode(mode).open(path)?;
    open.write_all(text.as_bytes())
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(why) if why.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(why) => Err(why),
    }
}

/// Onto another disk: whole or not at all.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let mut fresh = to.as_os_str().to_owned();
    fresh.push("~");
    fs::copy(from, &fresh)?;
    File::open(&fresh)?.sync_all()?;
    fs::rename(&fresh, to)?;
    fs::remove_file(from)
}

/// What a file or folder holds, MiB.
fn mib(path: &Path) -> f64 {
    fn bytes(path: &Path) -> u64 {
        let Ok(found) = fs::symlink_metadata(path) else { return 0 };
        if !found.is_dir() {
            return found.len();
        }
        let entries = fs::read_dir(path).into_iter().flatten().flatten();
        entries.map(|entry| bytes(&entry.path())).sum()
    }
    bytes(path) as f64 / f64::from(1 << 20)
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> MakeError {
    move |why| MakeError::System { path: path.into(), why }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn maker(folder: &Path) -> Maker<'static, Vec<u8>> {
        Maker { bench: Bench(folder.join("work")), rendered: None, epoch_s: 0, told: Vec::new() }
    }

    fn step(words: &[&str], makes: PathBuf) -> Step {
        let words = words.iter().map(|word| (*word).to_owned()).collect();
        Step { title: protocol::Text::new("步", "Step"), acts: vec![Act::Run(words)], makes }
    }

    #[test]
    fn steps_are_told_with_seconds_and_bytes_and_leave_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let made = folder.path().join("made");
        let mut maker = maker(folder.path());
        maker.take(&[step(&["truncate", "-s", "3M", &made.display().to_string()], made.clone())]).unwrap();
        let told = String::from_utf8(maker.told).unwrap();
        assert!(told.starts_with("[1/1] 步 Step … ") && told.ends_with(" s, 3.0 MiB\n"), "{told}");
        assert!(made.exists() && !folder.path().join("work").exists());
    }

    #[test]
    fn what_a_program_warns_of_is_told_at_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let mut maker = maker(folder.path());
        let warns = step(&["sh", "-c", "echo one; echo 'WARNING: no firmware 没有固件'; echo two"], PathBuf::new());
        maker.take(&[warns, step(&["true"], PathBuf::new())]).unwrap();
        let told = String::from_utf8(maker.told).unwrap();
        assert!(told.ends_with(" MiB\n! no firmware 没有固件\n") && !told.contains("one"), "{told}");
    }

    #[test]
    fn what_a_program_said_last_is_told_with_what_helps() {
        let folder = tempfile::tempdir().unwrap();
        let script = "seq 100; echo 'write: No space left on device' >&2; exit 3";
        let failed = maker(folder.path()).take(&[step(&["sh", "-c", script], PathBuf::new())]).unwrap_err().to_string();
        assert!(failed.contains("\n[1/1] 步 Step\n90\n"), "{failed}");
        assert!(failed.contains("name another place with --work") && failed.contains("work/log"), "{failed}");
    }

    #[test]
    fn what_is_missing_is_named_with_its_package() {
        let folder = tempfile::tempdir().unwrap();
        let missing = look(&[("sh", "dash"), ("no-such", "no-such-package")], &Bench(folder.path().into()), false);
        let said = missing.unwrap_err().to_string();
        assert_eq!(said, "Missing 缺少: no-such. Install them 请安装: apt-get install no-such-package");
    }
}
