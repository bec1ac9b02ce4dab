//! The technician's program, as a technician starts it.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use tempfile::TempDir;

use crate::here;

struct Desk {
    folder: TempDir,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("wifi.password"), "one two three\n").unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a display's profile; `more` goes behind it.
    fn profile(&self, more: &str) -> PathBuf {
        let path = self.path("display-3.toml");
        let head = "name = 'display-3'\nserver = 'http://10.0.0.1:8080'\nkey = 'first-key'\n[display]\nwindow = 3\n";
        fs::write(&path, format!("{head}{more}")).unwrap();
        path
    }

    fn render(&self, profile: &Path) -> Output {
        run(&["render".as_ref(), profile, "--out".as_ref(), self.path("out").as_ref()])
    }

    fn diff(&self, profile: &Path) -> (i32, String) {
        let out = run(&["diff".as_ref(), profile, "--root".as_ref(), self.path("out/display-3").as_ref()]);
        (out.status.code().unwrap(), said(&out))
    }
}

fn run(args: &[&Path]) -> Output {
    // A technician who lets nobody read what they write.
    let program = env!("CARGO_BIN_EXE_firmware-config");
    Command::new("sh").args(["-c", "umask 077; exec \"$0\" \"$@\"", program]).args(args).output().unwrap()
}

fn said(out: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr))
}

#[test]
fn check_names_everything_with_file_line_and_remedy_in_both_languages() {
    let desk = Desk::new();
    let profile = desk.profile("[machine]\nboard = 'pi9'\nwatchdog_s = 99\n");
    let out = run(&["check".as_ref(), &profile, &desk.path("gone.toml")]);
    assert_eq!(out.status.code(), Some(2));
    let said = said(&out);
    let expected = [
        format!("{}: line 7: machine.board must be one of: pi3, pi4", profile.display()),
        "第 8 行：machine.watchdog_s 必须在 0 到 15 之间".into(),
        "gone.toml: can't read the profile: No such file".into(),
    ];
    assert!(expected.iter().all(|line| said.contains(line)), "{said}");
    let out = run(&["check".as_ref(), &here("examples/tongxiang/devices")]);
    assert!(out.status.success() && self::said(&out).contains("36 right. 36 个配置正确。"), "{}", self::said(&out));
    fs::create_dir(desk.path("empty")).unwrap();
    let out = run(&["check".as_ref(), &desk.path("empty")]);
    assert!(out.status.code() == Some(2) && self::said(&out).contains("no profile is here"));
}

#[test]
fn what_was_rendered_is_as_the_profile_says_until_one_of_them_changes() {
    let desk = Desk::new();
    let radio =
        "[machine.network.wifi]\nssid = 'hall'\npassword_file = 'wifi.password'\n[machine.sound]\ncard = 'hdmi'\n";
    let profile = desk.profile(radio);
    assert!(desk.render(&profile).status.success());
    assert_eq!(desk.diff(&profile).0, 0);

    let root = desk.path("out/display-3");
    fs::remove_file(root.join("etc/fstab")).unwrap();
    fs::write(root.join("etc/hostname"), "other\n").unwrap();
    fs::set_permissions(root.join("etc/yihao/device.key"), fs::Permissions::from_mode(0o644)).unwrap();
    fs::remove_file(root.join("etc/localtime")).unwrap();
    std::os::unix::fs::symlink("/usr/share/zoneinfo/UTC", root.join("etc/localtime")).unwrap();
    let secret = desk.path("wifi.password");
    fs::write(&secret, "another password\n").unwrap();
    // Without a card the file about it is one too many.
    let profile = desk.profile(radio.split("[machine.sound]").next().unwrap());
    let (code, said) = desk.diff(&profile);
    assert_eq!(code, 1, "{said}");
    let expected = [
        "etc/fstab: is missing 缺少",
        "-other\n+display-3\n",
        "etc/yihao/device.key: has permissions 0644, should have 0600",
        "etc/localtime: is another kind of file, or a link to elsewhere",
        "yihao.nmconnection: is different (secret, not shown)",
        "etc/asound.conf: is left from an earlier profile",
    ];
    assert!(expected.iter().all(|line| said.contains(line)), "{said}");
    assert!(!said.contains("another password") && !said.contains("one two"), "a secret was shown: {said}");

    assert!(desk.render(&profile).status.success());
    assert_eq!(desk.diff(&profile), (0, format!("{}: as the profile says. 与配置一致。\n", root.display())));
    assert!(!root.join("etc/asound.conf").exists());
}

#[test]
fn secrets_are_the_administrators_alone_and_foreign_folders_are_left_as_they_are() {
    let desk = Desk::new();
    let profile = desk.profile("");
    let root = desk.path("out/display-3");
    fs::create_dir_all(&root).unwrap();
    fs::write(root.join("holiday.jpg"), "not ours").unwrap();
    let out = desk.render(&profile);
    assert!(out.status.code() == Some(2) && said(&out).contains("was not made by firmware-config"), "{}", said(&out));
    assert_eq!(fs::read_to_string(root.join("holiday.jpg")).unwrap(), "not ours");
    fs::remove_file(root.join("holiday.jpg")).unwrap();

    assert!(desk.render(&profile).status.success());
    let mode = |path: &str| fs::metadata(root.join(path)).unwrap().permissions().mode() & 0o7777;
    assert_eq!((mode("etc/yihao/device.key"), mode("etc/yihao/device.toml")), (0o600, 0o644));
    // These may be copied over the folders of a system.
    assert_eq!((mode(""), mode("etc"), mode("etc/systemd/system")), (0o755, 0o755, 0o755));
    assert_eq!(fs::read_to_string(root.join("etc/yihao/device.key")).unwrap(), "first-key\n");
    let profile = fs::read_to_string(root.join("etc/yihao/device.toml")).unwrap();
    assert!(!profile.contains("first-key"), "{profile}");
}
