use std::{fs, path::Path};

use crate::cli::{Console, run};

/// Writes files, replays, and gives back the exit code with what was written to out.csv, or with the complaint.
fn whatif(files: &[(&str, &[u8])], line: &str) -> (u8, String) {
    let dir = tempfile::tempdir().unwrap();
    let place = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    for (name, bytes) in files {
        fs::write(place(name), bytes).unwrap();
    }
    let is_file = |word: &str| Path::new(word).extension().is_some();
    let words = line.split_whitespace().map(|word| if is_file(word) { place(word) } else { word.to_owned() });
    let args = ["caller-server", "whatif"].map(String::from).into_iter().chain(words).map(Into::into);
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let (input, is_terminal) = (Box::new(&b""[..]), false);
    let mut console = Console { input, out: Box::new(&mut out), err: Box::new(&mut err), is_terminal };
    let code = run(args, &mut console);
    drop(console);
    match code {
        0 => (0, fs::read_to_string(place("out.csv")).unwrap()),
        code => (code, String::from_utf8(err).unwrap().replace(dir.path().to_str().unwrap(), "")),
    }
}

const TWO: &str = "--arrivals in.csv --windows 2 --out out.csv";
const HOURS: &str = "--arrivals in.csv --window-hours w.csv --out out.csv";

#[test]
fn a_small_day_is_written_in_the_order_of_the_file() {
    let arrivals = b"\xef\xbb\xbfservice_ms,ticket,arrival_ms,class\r\n100,A3,20,\r\n100,A1,0,normal\r\n\r\n50,A2,0,priority\r\n10,A4,20,priority";
    let rules = b"[classes.priority]\noffset_ms = 60000\n[classes.normal]\nrate = \"1/2\"\n";
    let done = whatif(&[("in.csv", arrivals), ("rules.toml", rules)], &format!("{TWO} --rules rules.toml"));
    let expected = "ticket,arrival_ms,start_ms,end_ms,wait_ms,window,zone\n\
                    A3,20,60,160,40,1,A\nA1,0,0,100,0,2,A\nA2,0,0,50,0,1,A\nA4,20,50,60,30,1,A\n";
    assert_eq!(done, (0, expected.to_owned()));
}

#[test]
fn ratios_reserves_and_switches_are_read_from_the_rules() {
    // One window of two is kept for priority until somebody has waited 40 ms; with more than one waiting nothing is kept.
    let arrivals = b"ticket,arrival_ms,service_ms,class\nA1,0,100,normal\nA2,10,100,normal\nA3,70,10,priority\nA4,200,50,\nA5,200,50,\nA6,200,50,\n";
    let rules = b"[classes.normal]\n[classes.priority]\n[ratio]\nnormal = 1\npriority = 1\n[[reserved]]\nclass = \"priority\"\nwindows = 1\nrelease_after_ms = 40\n[[switches]]\nwhen = { waiting = { over = 2, back_under = 1 } }\nthen = { reserved = [] }\n";
    let (code, out) = whatif(&[("in.csv", arrivals), ("rules.toml", rules)], &format!("{TWO} --rules rules.toml"));
    let expected = "ticket,arrival_ms,start_ms,end_ms,wait_ms,window,zone\n\
                    A1,0,0,100,0,1,A\nA2,10,50,150,40,2,A\nA3,70,100,110,30,1,A\n\
                    A4,200,200,250,0,1,A\nA5,200,200,250,0,2,A\nA6,200,250,300,50,1,A\n";
    assert_eq!((code, out.as_str()), (0, expected));
}

#[test]
fn a_window_that_closes_finishes_what_it_serves_and_who_is_not_served_has_empty_fields() {
    let arrivals = b"ticket,arrival_ms,service_ms,zone\nA1,0,100,B\nA2,10,5,B\nA3,10,5,A\nA4,200,5,B\n";
    let hours = b"window,zone,open_ms,close_ms\n10,A,0,300\n9,B,0,50\n9,B,150,200\n";
    let rules = b"[zones]\nmode = \"given\"\nsteal_after_ms = \"never\"\n";
    let files: [(&str, &[u8]); 3] = [("in.csv", arrivals), ("w.csv", hours), ("rules.toml", rules)];
    let (code, out) = whatif(&files, &format!("{HOURS} --rules rules.toml --press-gap-ms 60 --json sum.json"));
    let expected = "ticket,arrival_ms,start_ms,end_ms,wait_ms,window,zone\n\
                    A1,0,0,100,0,9,B\nA2,10,160,165,150,9,B\nA3,10,10,15,0,10,A\nA4,200,,,,,\n";
    assert_eq!((code, out.as_str()), (0, expected));
}

#[test]
fn whoever_breaks_a_file_reads_its_line_and_a_remedy_in_both_languages() {
    let head = "ticket,arrival_ms,service_ms,class,zone\n";
    for (rows, place, remedy) in [
        ("A1,0,1,,\nA2,9.5,1,,\n", "/in.csv:3: arrival_ms is \"9.5\"", "整毫秒数"),
        ("A1,0,1,,\nA2,-1,1,,\n", "/in.csv:3: arrival_ms is \"-1\"", "第3行"),
        ("A1,0,,,\n", "/in.csv:2: service_ms is empty", "请填写"),
        ("A1,0,1,,\n\nA1,0,1,,\n", "/in.csv:4: the ticket \"A1\" stands already on line 2", "不同的号码"),
        ("A1,0,1,vip,\n", "/in.csv:2: the class \"vip\" has no rule", "[classes.vip]"),
        ("A1,0,1\n", "/in.csv:2: 3 fields where the first line names 5", "请增减逗号"),
        ("A1,0,1,,C\n", "/in.csv:2: no window is in zone \"C\"", "“C”区没有窗口"),
    ] {
        let text = format!("{head}{rows}");
        let rules: &[u8] = b"[zones]\nmode = \"given\"\nsteal_after_ms = 0\n";
        let is_zone = rows.ends_with("C\n");
        let line = if is_zone { format!("{TWO} --rules rules.toml") } else { TWO.to_owned() };
        let (code, said) = whatif(&[("in.csv", text.as_bytes()), ("rules.toml", rules)], &line);
        assert!(code == 1 && said.contains(place) && said.contains(remedy), "{said}");
    }
}

#[test]
fn windows_and_rules_that_make_no_sense_are_refused_with_their_line() {
    let arrivals: &[u8] = b"ticket,arrival_ms,service_ms\nA1,0,1\n";
    for (rows, said_en) in [
        ("1,A,5,5\n", "/w.csv:2: close_ms must be later"),
        ("1,A,0,9\n1,A,8,10\n", "/w.csv:3: window 1 is already open then"),
        ("1,A,0,9\n1,B,9,10\n", "/w.csv:3: window 1 stands in zone A"),
        ("", "/w.csv: there is no window"),
    ] {
        let hours = format!("window,zone,open_ms,close_ms\n{rows}");
        let (code, said) = whatif(&[("in.csv", arrivals), ("w.csv", hours.as_bytes())], HOURS);
        assert!(code == 1 && said.contains(said_en), "{said}");
    }
    for (rules, said_en) in [
        ("[classes.normal]\nrate = -0.5\n", "/rules.toml:2: the rate -0.5 is not possible"),
        ("[classes.normal]\nrate = \"1/0\"\n", "/rules.toml:2: the rate 1/0 is not possible"),
        ("[classes.normal]\ncap_ms = \"soon\"\n", "/rules.toml:2: \"soon\" is not possible"),
        ("[zones]\nmode = \"lew\"\n", "/rules.toml:2: say when a free window"),
        ("idle_pick = \"random\"\n", "/rules.toml:1: idle_pick: `random` is not possible"),
        ("[ratio]\nnormal = 3\n", "/rules.toml:1: in the ratio the class \"appointment\" needs a part"),
        ("[ratio]\nnormal = 3\nvip = 1\n", "/rules.toml:3: the class \"vip\" has no rule"),
        (
            "[[reserved]]\nclass = \"priority\"\nwindows = 2\n",
            "/rules.toml:2: windows are kept for the class \"priority\"",
        ),
        (
            "[[reserved]]\nclass = \"priority\"\nwindows = 3\nrelease_after_ms = 5\n",
            "/rules.toml: 3 windows are kept, and there are 2",
        ),
        (
            "[[switches]]\nwhen = { waiting = { over = 2, back_under = 9 } }\nthen = { reserved = [] }\n",
            "/rules.toml:2: the switch would go on and off at once",
        ),
        (
            "[[switches]]\nwhen = { waiting = { over = 2, back_under = 1 } }\nthen = {}\n",
            "/rules.toml:3: the switch changes no",
        ),
        ("[class.normal]\n", "/rules.toml:1: unknown key `class`; did you mean `classes`?"),
    ] {
        let files = [("in.csv", arrivals), ("rules.toml", rules.as_bytes())];
        let (code, said) = whatif(&files, &format!("{TWO} --rules rules.toml"));
        assert!(code == 1 && said.contains(said_en), "{said}");
    }
    assert_eq!(whatif(&[("in.csv", arrivals)], "--arrivals in.csv --out out.csv").0, 2, "no windows");
}
