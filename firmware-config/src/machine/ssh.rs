//! Who may log in to a device from afar: technicians, by their keys.

use std::fs;

use crate::{
    fault::Fault,
    section::{Section, Use},
};

const KEY: &str = "ssh_keys_file";
const FORM: &str = "a file of public keys 公钥文件 (ssh-ed25519 AAAA… wang)";
/// Kinds of keys (sshd(8), "AUTHORIZED_KEYS FILE FORMAT").
const KINDS: [&str; 7] = [
    "ssh-ed25519",
    "ssh-rsa",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
];
/// The shortest key, characters: Ed25519.
const BODY_CHARS_MIN: usize = 68;

/// The keys, one a line; none = nobody.
pub(super) fn read(section: &mut Section<'_, '_, '_>) -> Vec<String> {
    let Some(file) = section.optional_path(KEY, Use::Secret) else { return Vec::new() };
    let fault = match fs::read_to_string(&file).map(|text| keys(&text)) {
        Ok(Some(keys)) => return keys,
        Ok(None) => Fault::Form(FORM),
        Err(why) => Fault::KeyFile(format!("{}: {why}", file.display())),
    };
    section.wrong(KEY, fault);
    Vec::new()
}

/// At least one, and nothing else: a secret key beside them would end up on every device.
fn keys(text: &str) -> Option<Vec<String>> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let keys: Vec<String> = lines.map(|line| is_key(line).then(|| line.to_owned())).collect::<Option<_>>()?;
    (!keys.is_empty()).then_some(keys)
}

fn is_key(line: &str) -> bool {
    let mut words = line.split(' ');
    let (kind, body) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte);
    // The body begins with the length of the kind's name, which is below 256.
    let is_body = body.len() >= BODY_CHARS_MIN && body.starts_with("AAAA") && body.bytes().all(is_base64);
    KINDS.contains(&kind) && is_body && !line.chars().any(char::is_control)
}
