//! `caller-server whatif` on any files.

use std::{fs, io, path::Path};

use caller_server::cli::{self, Console};
use protocol::Text;

use crate::{people, scratch};

/// What stands between the files in the input; no text holds it.
const BETWEEN: u8 = 0xff;
/// Windows, unless the input has their hours.
const WINDOWS: &str = "3";

/// Any bytes as visits, hours of windows and rules: a row for each visit in their order, or a complaint in both languages that
/// names a file.
pub fn files(bytes: &[u8]) {
    let directory = scratch::directory();
    let mut parts = bytes.split(|byte| *byte == BETWEEN);
    let mut keep = |name: &str| {
        let path = directory.path().join(name);
        parts.next().map(|part| {
            fs::write(&path, part).expect("a scratch file can be written");
            path.display().to_string()
        })
    };
    let (arrivals, hours, rules) = (keep("in.csv").unwrap_or_default(), keep("w.csv"), keep("rules.toml"));
    let out = directory.path().join("out.csv");
    let mut args = vec!["caller-server", "whatif", "--arrivals", &arrivals];
    args.extend(hours.as_deref().map_or(["--windows", WINDOWS], |hours| ["--window-hours", hours]));
    args.extend(rules.as_deref().into_iter().flat_map(|rules| ["--rules", rules]));
    let out_name = out.display().to_string();
    args.extend(["--out", &out_name]);
    let mut said = Vec::new();
    let mut console = Console {
        input: Box::new(io::empty()),
        out: Box::new(io::sink()),
        err: Box::new(&mut said),
        is_terminal: false,
    };
    let code = cli::run(args.into_iter().map(Into::into), &mut console);
    drop(console);
    let said = String::from_utf8(said).expect("what is said is text");
    match code {
        0 => is_complete(&out, Path::new(&arrivals)),
        code => {
            assert_eq!(code, 1, "{said}");
            people::can_read(&Text::new(said.clone(), said));
        }
    }
}

fn is_complete(out: &Path, arrivals: &Path) {
    let tickets = |path: &Path| -> Vec<String> {
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_path(path).expect("it was read before");
        let names = reader.headers().expect("it has names").clone();
        let column = names.iter().position(|name| name.trim_start_matches('\u{feff}') == "ticket").expect("tickets");
        reader
            .records()
            .map(|row| row.expect("it was read before").get(column).unwrap_or_default().to_owned())
            .collect()
    };
    assert_eq!(tickets(out), tickets(arrivals), "a visit is missing, or in another place");
}
