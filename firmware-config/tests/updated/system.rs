//! A system that is small, and those who sign.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Somebody with a key and a certificate.
pub struct Signer {
    /// PEM.
    pub key: PathBuf,
    /// PEM.
    pub certificate: PathBuf,
}

impl Signer {
    /// A new one, as the help of `firmware-config bundle` says it.
    pub fn new(folder: &Path) -> Self {
        fs::create_dir_all(folder).unwrap();
        let (key, certificate) = (folder.join("updates.key"), folder.join("updates.pem"));
        let mut openssl = Command::new("openssl");
        openssl.args(["req", "-x509", "-newkey", "rsa:3072", "-noenc", "-days", "7300", "-subj", "/CN=hall-updates"]);
        done(openssl.arg("-keyout").arg(&key).arg("-out").arg(&certificate));
        Self { key, certificate }
    }
}

/// A system as `firmware-config image` keeps it, without Debian in it: kernel, what it says of itself, something large.
pub fn system(folder: &Path, version: &str) -> PathBuf {
    let tree = folder.join("small");
    let _ = fs::remove_dir_all(&tree);
    let release = format!("VERSION={version}\nCOMPATIBLE=yihao-pi-arm64\nEPOCH_S=1795000000\n");
    let mut noise = Vec::with_capacity(12 << 20);
    let mut state = 1_u64;
    while noise.len() < 12 << 20 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        noise.extend(state.to_le_bytes());
    }
    for (path, bytes) in [
        ("boot/vmlinuz-6.1.0-1-arm64", format!("kernel {version}").into_bytes()),
        ("boot/initrd.img-6.1.0-1-arm64", b"first files".to_vec()),
        ("etc/yihao/release", release.into_bytes()),
        ("usr.squashfs", noise),
    ] {
        fs::create_dir_all(tree.join(path).parent().unwrap()).unwrap();
        fs::write(tree.join(path), bytes).unwrap();
    }
    let tar = folder.join("system.tar");
    done(Command::new("tar").args(["--create", "--numeric-owner", "--file"]).arg(&tar).arg("-C").arg(&tree).arg("."));
    tar
}

/// Runs a program that must do its work.
pub fn done(command: &mut Command) -> String {
    let out = command.output().unwrap_or_else(|why| panic!("{command:?}: {why}"));
    let said = format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    assert!(out.status.success(), "{command:?}: {said}");
    said
}
