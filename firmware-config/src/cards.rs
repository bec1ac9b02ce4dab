//! Cards and bundles, as the technician asks for them; and what a device asks of itself when it has another system.

use std::{
    env, fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    thread,
    time::{Duration, Instant, UNIX_EPOCH},
};

use clap::Args;
use firmware_config::{
    Plan, ProfileError,
    image::{
        make::{self, MakeError, Maker},
        packages::Sources,
        steps::{self, Bench, Bundling, TOOLS_BUNDLE, TOOLS_CARD, TOOLS_SYSTEM},
    },
    render::render,
    update::{
        boot_slot::{self, Ask, BootSlotError},
        bundle::{NotRelease, RELEASE, Release},
        healthy::{Glance, Verdict, Watch},
    },
};
use jiff::Timestamp;
use thiserror::Error;

/// A new system is looked at so often.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Where a system comes from.
#[derive(Args)]
pub struct SystemArgs {
    /// The folder of our packages for arm64 (firmware-config/scripts/packages arm64). 本项目 arm64 软件包所在文件夹。
    #[arg(long, value_name = "DIR")]
    packages: PathBuf,
    /// The system that all devices of a hall share; it is made when it is not there, older than the packages, or made with other options.
    /// Without this it lies beside the card. 全大厅共用的系统文件；没有、过旧或选项不同时自动重新生成。
    #[arg(long, value_name = "FILE")]
    system: Option<PathBuf>,
    /// Debian's release. Debian 版本。
    #[arg(long, default_value = "bookworm", value_name = "NAME")]
    suite: String,
    /// Debian's mirror. Debian 软件源。
    #[arg(long, default_value = "http://deb.debian.org/debian", value_name = "URL")]
    mirror: String,
    /// One more line for apt, such as the archive of the board's maker; may be repeated. 附加软件源，可重复。
    #[arg(long = "source", value_name = "LINE")]
    sources: Vec<String>,
    /// The package of the kernel: linux-image-rpi-v8 in the archive of the board's maker. 内核软件包。
    #[arg(long, default_value = "linux-image-arm64", value_name = "NAME")]
    kernel: String,
    /// The package of the board's firmware, or none. 固件软件包，或 none。
    #[arg(long, default_value = "raspi-firmware", value_name = "NAME")]
    firmware_package: String,
}

impl SystemArgs {
    /// What a system says of how it was made. Everybody may read it on a device, so a password for an archive is left out.
    fn options(&self) -> Vec<String> {
        let named = [
            ("suite", &self.suite),
            ("mirror", &self.mirror),
            ("kernel", &self.kernel),
            ("firmware-package", &self.firmware_package),
        ];
        let sources = self.sources.iter().map(|source| ("source", source));
        named.into_iter().chain(sources).map(|(name, value)| format!("--{name} {}", without_password(value))).collect()
    }
}

/// `http://user:password@host/` as `http://host/`, wherever it stands in a line.
fn without_password(line: &str) -> String {
    let word = |word: &str| match word.split_once("://") {
        Some((scheme, rest)) => {
            let (host, path) = rest.split_once('/').map_or((rest, None), |(host, path)| (host, Some(path)));
            let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
            path.map_or_else(|| format!("{scheme}://{host}"), |path| format!("{scheme}://{host}/{path}"))
        }
        None => word.to_owned(),
    };
    line.split_whitespace().map(word).collect::<Vec<_>>().join(" ")
}

/// What a card is made of.
#[derive(Args)]
pub struct ImageArgs {
    /// The device's profile. 设备配置文件。
    #[arg(value_name = "PROFILE")]
    profile: PathBuf,
    /// The image of the card; it holds the device's key: keep it to yourself. 输出的映像文件，含有密钥，请妥善保管。
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// A folder with the firmware of the board's maker (start4.elf, overlays …) instead of the package's. 固件文件夹。
    #[arg(long, value_name = "DIR")]
    firmware: Option<PathBuf>,
    /// Where the work is done, about 3 GB; beside the card without this. 工作文件夹。
    #[arg(long, value_name = "DIR")]
    work: Option<PathBuf>,
    #[command(flatten)]
    system: SystemArgs,
}

/// What a bundle is made of.
///
/// Keep the key off every network, on a stick in a safe, and its certificate in each profile (machine.updates.certificate_file): who has the
/// key can change every device of the hall. Make both once:
///
/// openssl req -x509 -newkey rsa:3072 -noenc -days 7300 -subj /CN=hall-updates -keyout updates.key -out updates.pem
///
/// 私钥须离线保管（例如存放在保险柜中的 U 盘），证书写入每个配置文件；谁有私钥，谁就能更改全大厅的设备。
#[derive(Args)]
pub struct BundleArgs {
    /// The system, as image made it. 由 image 生成的系统文件。
    #[arg(long, value_name = "FILE")]
    system: PathBuf,
    /// Whose signature it carries, PEM. 签名证书。
    #[arg(long, value_name = "FILE")]
    certificate: PathBuf,
    /// With what it is signed, PEM. 签名私钥。
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The bundle: CHANNEL.raucb. 输出的更新包。
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// As for image. 同 image。
    #[arg(long, value_name = "DIR")]
    firmware: Option<PathBuf>,
    /// As for image. 同 image。
    #[arg(long, value_name = "DIR")]
    work: Option<PathBuf>,
}

/// Why there is no card, bundle or answer.
#[derive(Debug, Error)]
pub enum CardError {
    #[error(transparent)]
    Profile(#[from] ProfileError),
    #[error(
        "{0}: a card is for a Raspberry Pi; write board = \"pi4\" or another. {0}：映像只适用于树莓派，请修改 machine.board。"
    )]
    Board(PathBuf),
    #[error(
        "{0}: this system is for devices {1} a screen; name another with --system. {0}：系统与本设备是否有屏幕不符，请用 --system 换一个。"
    )]
    Screen(PathBuf, &'static str),
    #[error("{0}: {1}")]
    Release(PathBuf, NotRelease),
    #[error(transparent)]
    Make(#[from] MakeError),
    #[error(transparent)]
    Slot(#[from] BootSlotError),
    #[error("{path}: {why}; check the path and the permissions. {path}：{why}；请检查路径和权限。")]
    System { path: PathBuf, why: io::Error },
}

/// Makes the card of a device.
pub fn image(args: &ImageArgs) -> Result<ExitCode, CardError> {
    let plan = Plan::read(&args.profile)?;
    if !plan.profile.machine.board.is_pi() {
        return Err(CardError::Board(args.profile.clone()));
    }
    let beside = args.out.parent().unwrap_or(Path::new(""));
    let bench = bench(args.work.as_deref(), &args.out);
    let has_screen = plan.has_screen();
    let name = if has_screen { "yihao-system-screen.tar" } else { "yihao-system.tar" };
    let system = args.system.system.clone().unwrap_or_else(|| beside.join(name));
    make::look(&TOOLS_CARD, &bench, false)?;
    let made = is_fresh(&system, &args.system.packages).then(|| release(&system)).transpose()?;
    let release = match made {
        Some(made) if !has_others(&system, &made, &args.system)? => made,
        _ => {
            make_system(args, has_screen, &bench, &system)?;
            release(&system)?
        }
    };
    if release.has_screen != has_screen {
        return Err(CardError::Screen(system, if release.has_screen { "with" } else { "without" }));
    }
    let steps = steps::card(&absolute(&system), args.firmware.as_deref().map(absolute).as_deref(), &bench, &args.out);
    let rendered = render(&plan);
    Maker { bench, rendered: Some(&rendered), epoch_s: release.epoch_s, told: io::stdout() }.take(&steps)?;
    done(&args.out)
}

/// Makes a signed bundle.
pub fn bundle(args: &BundleArgs) -> Result<ExitCode, CardError> {
    let bench = bench(args.work.as_deref(), &args.out);
    make::look(&[&TOOLS_CARD[..], &TOOLS_BUNDLE].concat(), &bench, false)?;
    let release = release(&args.system)?;
    let firmware = args.firmware.as_deref().map(absolute);
    let (certificate, key) = (absolute(&args.certificate), absolute(&args.key));
    let bundling = Bundling { firmware: firmware.as_deref(), certificate: &certificate, key: &key, release: &release };
    let steps = steps::bundle(&absolute(&args.system), &bundling, &bench, &args.out);
    Maker { bench, rendered: None, epoch_s: release.epoch_s, told: io::stdout() }.take(&steps)?;
    done(&args.out)
}

/// What RAUC asks.
pub fn boot_slot(file: &Path, words: &[String]) -> Result<ExitCode, CardError> {
    if let Some(said) = boot_slot::answer(file, Ask::parse(words)?)? {
        say(&format!("{said}\n"))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Looks until it is clear whether the device does well; 1 = it does not.
pub fn healthy(service: &str) -> Result<ExitCode, CardError> {
    let (begin, mut watch) = (Instant::now(), Watch::default());
    loop {
        let properties = "--property=ActiveState,SubState,NRestarts,StatusText";
        let said = Command::new("systemctl").args(["show", properties, service]).output();
        let said = said.map_err(at(Path::new("systemctl")))?.stdout;
        let glance = Glance::parse(&String::from_utf8_lossy(&said));
        match watch.look(begin.elapsed().as_secs(), glance) {
            Verdict::Keep => return Ok(ExitCode::SUCCESS),
            Verdict::GiveUp => {
                say(&format!("{service}: {glance:?}\n"))?;
                return Ok(ExitCode::from(super::DIFFERENT));
            }
            Verdict::Wait => thread::sleep(LOOK_EVERY),
        }
    }
}

fn make_system(args: &ImageArgs, has_screen: bool, bench: &Bench, out: &Path) -> Result<(), CardError> {
    let asked = &args.system;
    make::look(&TOOLS_SYSTEM, bench, true)?;
    let sources = Sources {
        packages: absolute(&asked.packages),
        suite: asked.suite.clone(),
        mirror: asked.mirror.clone(),
        more: asked.sources.clone(),
        kernel: asked.kernel.clone(),
        firmware: Some(asked.firmware_package.clone()).filter(|name| name != "none"),
        has_screen,
    };
    let epoch_s = epoch_s(&asked.packages);
    let day = i64::try_from(epoch_s).ok().and_then(|s| Timestamp::from_second(s).ok()).unwrap_or_default();
    let version = format!("{}+{}", env!("CARGO_PKG_VERSION"), day.strftime("%Y%m%d"));
    let release = Release { version, has_screen, epoch_s, options: asked.options() };
    let steps = steps::system(&sources, bench, &release, out);
    Ok(Maker { bench: bench.clone(), rendered: None, epoch_s, told: io::stdout() }.take(&steps)?)
}

/// As reproducible builds say it, else when the newest of our packages was made: the same packages give the same bytes.
fn epoch_s(packages: &Path) -> u64 {
    let said = env::var("SOURCE_DATE_EPOCH").ok().and_then(|said| said.parse().ok());
    said.unwrap_or_else(|| newest_s(packages).unwrap_or(0))
}

fn newest_s(packages: &Path) -> Option<u64> {
    let entries = fs::read_dir(packages).ok()?.flatten();
    let packages = entries.filter(|entry| entry.path().extension().is_some_and(|ending| ending == "deb"));
    packages.filter_map(|entry| modified_s(&entry.path())).max()
}

fn modified_s(path: &Path) -> Option<u64> {
    Some(fs::metadata(path).ok()?.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_secs())
}

fn is_fresh(system: &Path, packages: &Path) -> bool {
    modified_s(system).is_some_and(|made| newest_s(packages).is_none_or(|newest| newest <= made))
}

/// Whether a system was made with other options than these; if so, it is said.
fn has_others(system: &Path, made: &Release, asked: &SystemArgs) -> Result<bool, CardError> {
    let asked = asked.options();
    let changed = changed(&made.options, &asked);
    if changed.is_empty() {
        return Ok(false);
    }
    say(&format!(
        "{0}: made with other options ({1}); it is made anew. {0}：生成时的选项不同（{1}），现重新生成。\n",
        system.display(),
        changed.join(", ")
    ))?;
    Ok(true)
}

/// What is in one list and not in the other.
fn changed(made: &[String], asked: &[String]) -> Vec<String> {
    let missing = made.iter().filter(|option| !asked.contains(option)).map(|option| format!("- {option}"));
    let new = asked.iter().filter(|option| !made.contains(option)).map(|option| format!("+ {option}"));
    missing.chain(new).collect()
}

/// What a system says of itself.
fn release(system: &Path) -> Result<Release, CardError> {
    let file = fs::File::open(system).map_err(at(system))?;
    let mut tar = Command::new("tar");
    let said =
        tar.args(["--extract", "--to-stdout", &format!("./{RELEASE}")]).stdin(file).output().map_err(at(system))?;
    Release::parse(&String::from_utf8_lossy(&said.stdout)).map_err(|why| CardError::Release(system.into(), why))
}

fn bench(work: Option<&Path>, out: &Path) -> Bench {
    let mut name = out.file_name().unwrap_or_default().to_owned();
    name.push(".work");
    Bench(absolute(work.or(out.parent()).unwrap_or(Path::new(""))).join(name))
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.into())
}

fn done(out: &Path) -> Result<ExitCode, CardError> {
    let bytes = fs::metadata(out).map_err(at(out))?.len();
    say(&format!("{}: {} MiB\n", out.display(), bytes >> 20))?;
    Ok(ExitCode::SUCCESS)
}

fn say(words: &str) -> Result<(), CardError> {
    io::stdout().write_all(words.as_bytes()).map_err(at(Path::new("stdout")))
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> CardError {
    move |why| CardError::System { path: path.into(), why }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(kernel: &str, sources: &[&str]) -> SystemArgs {
        SystemArgs {
            packages: "packages".into(),
            system: None,
            suite: "bookworm".into(),
            mirror: "http://wang:secret@mirror.example/debian".into(),
            sources: sources.iter().map(|source| (*source).to_owned()).collect(),
            kernel: kernel.into(),
            firmware_package: "none".into(),
        }
    }

    #[test]
    fn a_system_that_was_made_with_other_options_is_made_anew_and_says_which() {
        let made = asked("linux-image-arm64", &[]).options();
        assert!(made.contains(&"--mirror http://mirror.example/debian".to_owned()), "{made:?}");
        assert_eq!(changed(&made, &made), Vec::<String>::new());
        let source = "deb [signed-by=/a.gpg] http://wang:secret@maker.example bookworm main";
        let other = asked("linux-image-rpi-v8", &[source]).options();
        assert_eq!(
            changed(&made, &other),
            [
                "- --kernel linux-image-arm64",
                "+ --kernel linux-image-rpi-v8",
                "+ --source deb [signed-by=/a.gpg] http://maker.example bookworm main"
            ]
        );
        assert_eq!(changed(&[], &made).len(), 4, "one that an older program made");
    }
}
