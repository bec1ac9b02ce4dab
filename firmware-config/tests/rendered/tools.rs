//! The programs that read what is rendered, and what they say of it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use firmware_config::{Plan, folder, render::Rendered};

/// The most that a service may expose, by systemd's own scale from 0 to 10.
const EXPOSURE_MAX: f64 = 1.5;
/// Programs that services name and that are not on this machine.
const PROGRAMS: [&str; 5] = ["ticket-dispenser", "window-display", "sway", "amixer", "ssh-keygen"];

/// What sshd reads.
const SSHD: &str = "etc/ssh/sshd_config.d/00-yihao.conf";

/// Asserts that every program which reads such files takes them without a word.
pub fn all_take(plan: &Plan, rendered: &Rendered) {
    all_take_after(plan, rendered, |_| ());
}

/// The same, once `spoil` has been at the files.
fn all_take_after(plan: &Plan, rendered: &Rendered, spoil: impl Fn(&Path)) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root");
    folder::write(rendered, &root).unwrap();
    spoil(&root);
    systemd_takes(plan, rendered, &root);
    udev_takes(&root);
    sshd_takes(rendered, &root);
    // Packages alone fill it: on a card it is packed.
    assert!(!rendered.files().any(|(path, _)| path.starts_with("usr/")), "a profile makes files below /usr");
    let scripts = rendered.files().filter(|(path, file)| file.mode() == Some(0o755) && path.starts_with("etc/yihao/"));
    for (path, _) in scripts {
        says_nothing(Command::new("sh").arg("-n").arg(root.join(path)), "sh -n");
    }
}

fn systemd_takes(plan: &Plan, rendered: &Rendered, root: &Path) {
    if !is_there("systemd-analyze", "--version") {
        return skip("systemd-analyze", "systemd");
    }
    // The units that ours build on, and something to start.
    says_nothing(Command::new("mkdir").arg("-p").arg(root.join("usr/bin")).arg(root.join("usr/lib/systemd")), "mkdir");
    let copied = root.join("usr/lib/systemd/system");
    says_nothing(Command::new("cp").args(["-a", "/usr/lib/systemd/system"]).arg(copied), "cp");
    for program in PROGRAMS {
        says_nothing(Command::new("cp").arg("/bin/true").arg(root.join("usr/bin").join(program)), "cp");
    }
    // A shell, and what comes with the package of firmware-config.
    says_nothing(Command::new("mkdir").arg("-p").arg(root.join("bin")).arg(root.join("usr/lib/yihao")), "mkdir");
    for script in [
        "bin/sh",
        "bin/rm",
        "bin/mv",
        "bin/sync",
        "usr/lib/yihao/boot-slot",
        "usr/lib/yihao/healthy",
        "usr/lib/yihao/update",
    ] {
        says_nothing(Command::new("cp").arg("/bin/true").arg(root.join(script)), "cp");
    }
    let units = units(rendered);
    assert!(units.contains(&format!("{}.service", plan.service())), "{units:?}");
    let analyze = |verb: &str| {
        let mut command = Command::new("systemd-analyze");
        command.arg(verb).arg("--no-pager");
        command
    };
    let with_ours = units.iter().map(String::as_str).chain(["emergency.service", "multi-user.target"]);
    says_nothing(analyze("verify").arg("--man=no").arg("--root").arg(root).args(with_ours), "systemd-analyze verify");
    for unit in &units {
        let path = root.join("etc/systemd/system").join(unit);
        let out = analyze("security").arg("--offline=true").arg(&path).output().unwrap();
        let said = String::from_utf8_lossy(&out.stdout);
        let exposure = said.split("Overall exposure level for ").nth(1).and_then(|rest| rest.split(' ').nth(1));
        let exposure: f64 = exposure.and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("{unit}: {said}"));
        assert!(exposure <= EXPOSURE_MAX, "{unit} exposes {exposure}: {said}");
    }
}

fn units(rendered: &Rendered) -> Vec<String> {
    let names = rendered.files().filter_map(|(path, file)| {
        let name = path.strip_prefix("etc/systemd/system/")?;
        (name.ends_with(".service") && !name.contains('/') && file.mode().is_some()).then(|| name.to_owned())
    });
    names.collect()
}

fn udev_takes(root: &Path) {
    let Some(udevadm) = udevadm() else { return skip("udevadm verify (systemd 254 or newer)", "udev") };
    let mut verify = udevadm.command();
    says_nothing(
        verify
            .args(["verify", "--resolve-names=never", "--no-summary"])
            .arg(root.join("etc/udev/rules.d/70-yihao.rules")),
        "udevadm verify",
    );
}

/// Applies the users and folders of a device to an empty system.
pub fn users_can_be_made(root: &Path) {
    if !is_there("systemd-sysusers", "--version") {
        return skip("systemd-sysusers", "systemd");
    }
    let root_is = format!("--root={}", root.display());
    let out = Command::new("systemd-sysusers").arg(&root_is).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let users = fs::read_to_string(root.join("etc/passwd")).unwrap();
    assert!(users.lines().any(|line| line.starts_with("yihao:")), "{users}");
}

/// Sshd on this machine takes its settings, with a key that was made as the device makes its own.
fn sshd_takes(rendered: &Rendered, root: &Path) {
    if rendered.get(SSHD).is_none() {
        return;
    }
    let settings = fs::read_to_string(root.join(SSHD)).unwrap();
    // It is not in the path of everybody, and checks only where it could run.
    if !Path::new("/usr/sbin/sshd").exists() || !Path::new("/run/sshd").exists() {
        return skip("sshd, and the folder /run/sshd", "openssh-server");
    }
    let unit = rendered.get("etc/systemd/system/yihao-ssh-key.service").unwrap().text();
    let (folder, file) = (root.join("ssh"), root.join("sshd_config"));
    fs::create_dir(&folder).unwrap();
    for command in unit.lines().filter_map(|line| line.strip_prefix("ExecStart=")) {
        says_nothing(Command::new("sh").arg("-c").arg(command).current_dir(&folder), command);
    }
    let here = settings.replace("/var/lib/yihao/ssh", &folder.display().to_string());
    fs::write(&file, format!("PidFile none\n{here}")).unwrap();
    let out = Command::new("/usr/sbin/sshd").args(["-T", "-f"]).arg(&file).output().unwrap();
    let (said, wrong) = (String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    assert!(out.status.success() && wrong.trim().is_empty(), "sshd -T: {wrong}");
    for set in [
        "passwordauthentication no",
        "permitrootlogin without-password",
        "authenticationmethods publickey",
        "allowusers root",
    ] {
        assert!(said.lines().any(|line| line == set), "{set} is not in\n{said}");
    }
}

/// The system's own, or the newer one that `./test` unpacks, with its libraries.
struct Udevadm {
    program: PathBuf,
    libraries: Option<PathBuf>,
}

impl Udevadm {
    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        if let Some(libraries) = &self.libraries {
            command.env("LD_LIBRARY_PATH", libraries);
        }
        command
    }

    fn verifies(&self) -> bool {
        self.command().args(["verify", "--help"]).output().is_ok_and(|out| out.status.success())
    }
}

fn udevadm() -> Option<&'static Udevadm> {
    static FOUND: OnceLock<Option<Udevadm>> = OnceLock::new();
    let find = || {
        let unpacked = crate::here("../target/udev");
        let libraries = format!("usr/lib/{}-linux-gnu/systemd", std::env::consts::ARCH);
        let newer = Udevadm { program: unpacked.join("bin/udevadm"), libraries: Some(unpacked.join(libraries)) };
        [Udevadm { program: "udevadm".into(), libraries: None }, newer].into_iter().find(Udevadm::verifies)
    };
    FOUND.get_or_init(find).as_ref()
}

fn is_there(program: &str, option: &str) -> bool {
    Command::new(program).arg(option).output().is_ok_and(|out| out.status.success())
}

fn skip(program: &str, package: &str) {
    println!("NOT CHECKED: {program} is not on this machine; ./test installs Debian's package {package}");
}

fn says_nothing(command: &mut Command, what: &str) {
    let out = command.output().unwrap_or_else(|why| panic!("{what}: {why}"));
    let said = format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    assert!(out.status.success() && said.trim().is_empty(), "{what}: {said}");
}

#[test]
fn what_is_spoilt_is_found() {
    let plan = Plan::read(&crate::here("examples/tongxiang/devices/dispenser-01.toml")).unwrap();
    let rendered = firmware_config::render::render(&plan);
    let service = "etc/systemd/system/ticket-dispenser.service";
    // A file, what stands in it, and what somebody made of it.
    let mut spoils = vec![("etc/yihao/kiosk", "set -eu", "if true")];
    if is_there("systemd-analyze", "--version") {
        spoils.push((service, "Type=notify", "Tipe=notify"));
        spoils.push((service, "/usr/bin/ticket-dispenser", "/usr/bin/ticket-dispensor"));
        spoils.push((service, "RestrictNamespaces=yes", ""));
    }
    if udevadm().is_some() {
        spoils.push(("etc/udev/rules.d/70-yihao.rules", "GROUP=", "GRUOP="));
    }
    for (file, from, to) in spoils {
        let spoil = |root: &Path| {
            let text = fs::read_to_string(root.join(file)).unwrap();
            assert!(text.contains(from), "{file} has no {from}");
            fs::write(root.join(file), text.replace(from, to)).unwrap();
        };
        let found = std::panic::catch_unwind(|| all_take_after(&plan, &rendered, spoil));
        let message = found.expect_err(to).downcast::<String>().map(|text| *text).unwrap_or_default();
        assert!(["kiosk", "verify", "exposes", "sh -n"].iter().any(|word| message.contains(word)), "{message}");
    }
}
