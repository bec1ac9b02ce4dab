//! The server's address as somebody wrote it by hand, on a PC, onto a card's first partition.

use std::{fs, io, path::Path};

use protocol::Text;

use crate::profile::{SERVER_FORM, is_server};

/// Where a caller server listens unless its `hall.toml` says otherwise.
const PORT: u16 = 8080;

/// The address in a file: its first line that is neither empty nor a remark. `None` when nobody wrote one.
///
/// # Errors
/// What stands there is no address, or can't be read.
pub(super) fn address(file: &Path) -> Result<Option<String>, Text> {
    let bytes = match fs::read(file) {
        Ok(bytes) => bytes,
        Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(why) => return Err(unreadable(file, &why)),
    };
    let text = String::from_utf8_lossy(&bytes);
    let mut lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
    let Some(line) = lines.find(|line| !line.is_empty() && !line.starts_with('#')) else { return Ok(None) };
    whole(line).map(Some).ok_or_else(|| no_address(file, line))
}

/// People leave out what seems to go without saying.
fn whole(line: &str) -> Option<String> {
    let host = line.strip_prefix("http://").unwrap_or(line).trim_end_matches('/');
    [format!("http://{host}"), format!("http://{host}:{PORT}")].into_iter().find(|address| is_server(address))
}

fn no_address(file: &Path, line: &str) -> Text {
    let (file, line) = (file.display(), line.chars().take(60).collect::<String>());
    Text::new(
        format!("{file} 中的服务器地址不正确：{line}。请写成 {SERVER_FORM}（不含引号）。"),
        format!("{file}: '{line}' is not the address of a server. Write it like {SERVER_FORM}, without quotes."),
    )
}

fn unreadable(file: &Path, why: &io::Error) -> Text {
    let file = file.display();
    Text::new(
        format!("{file} 无法读取：{why}。请检查存储卡。"),
        format!("{file} can't be read: {why}. Look at the card."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(bytes: &[u8]) -> Result<Option<String>, Text> {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("server.txt"), bytes).unwrap();
        address(&dir.path().join("server.txt"))
    }

    #[test]
    fn an_address_is_understood_as_people_write_it() {
        for text in [
            "http://10.0.0.9:8080",
            "10.0.0.9:8080\r\n",
            "\u{feff}http://10.0.0.9:8080/\r\n",
            "# 服务器\n\n 10.0.0.9 \n",
        ] {
            assert_eq!(written(text.as_bytes()), Ok(Some("http://10.0.0.9:8080".into())), "{text:?}");
        }
        assert_eq!(written(b"[fd00::2]\n"), Ok(Some("http://[fd00::2]:8080".into())));
        assert_eq!(written(b"http://hall:81\nhttp://other:82\n"), Ok(Some("http://hall:81".into())));
    }

    #[test]
    fn nobody_wrote_one() {
        assert_eq!(written(b""), Ok(None));
        assert_eq!(written(b"# http://192.168.1.10:8080\r\n\r\n"), Ok(None));
        assert_eq!(address(Path::new("/nowhere/server.txt")), Ok(None));
    }

    #[test]
    fn what_is_no_address_is_told_with_a_remedy() {
        for bytes in
            [&b"https://hall:8080"[..], b"the server is upstairs", b"http://hall:99999", b"\xff\xfeh\0t\0t\0p\0"]
        {
            let text = written(bytes).unwrap_err();
            assert!(
                text.en.contains("http://192.168.1.10:8080") && text.zh.contains("http://192.168.1.10:8080"),
                "{text:?}"
            );
        }
        let folder = tempfile::tempdir().unwrap();
        assert!(address(folder.path()).unwrap_err().en.contains("can't be read"));
    }
}
