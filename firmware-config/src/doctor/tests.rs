//! A device that is well, and what is said of one that is not.

use std::{collections::BTreeMap, io::Cursor, path::Path};

use super::{here::Here, *};

const PI: &str =
    "name = 'd'\nserver = 'http://10.0.0.1:8080'\nkey = 'k'\n[machine]\nboard = 'pi4'\nsound.card = 'headphones'\n";
const LED: &str = "[display]\nwindow = 3\n[display.panel]\nback_end = 'max7219'\nmax7219.spi_select = 1\n";
const BUTTONS: &str = "[dispenser]\n[dispenser.printer]\nback_end = 'network'\naddress = '10.0.0.9:9100'\n\
                       [dispenser.gpio.normal]\npin = 17\n[dispenser.gpio.lamp]\npin = 27\n";

/// A machine of which everything is made up.
struct Patient {
    files: BTreeMap<&'static str, &'static str>,
    differences: Vec<String>,
    server: bool,
    /// What programs say, by their first words; the others are content.
    programs: BTreeMap<&'static str, (bool, &'static str)>,
    answer: Option<bool>,
    asked: Vec<String>,
    ran: Vec<String>,
}

impl Patient {
    fn healthy() -> Self {
        let files = ["/dev/snd", "/dev/spidev0.1", "/dev/gpiomem", "/dev/serial0"].map(|path| (path, ""));
        let mut files = BTreeMap::from(files);
        files.insert(MODEL, "Raspberry Pi 4 Model B Rev 1.5\0");
        let programs = BTreeMap::from([("timedatectl", (true, "yes\n"))]);
        Self { files, differences: vec![], server: true, programs, answer: Some(true), asked: vec![], ran: vec![] }
    }

    fn examined(&mut self, profile: &str) -> Vec<(Step, Found)> {
        let plan = Plan::parse(Path::new("d.toml"), profile).unwrap();
        steps(&plan).into_iter().map(|step| (step.clone(), examine(&step, &plan, "d.toml", self))).collect()
    }
}

impl Body for Patient {
    fn read(&self, path: &str) -> io::Result<String> {
        self.files.get(path).map(ToString::to_string).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn has(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    fn differences(&self, _plan: &Plan) -> Result<Vec<String>, FolderError> {
        Ok(self.differences.clone())
    }

    fn reach(&self, _address: &str) -> io::Result<()> {
        if self.server { Ok(()) } else { Err(io::ErrorKind::ConnectionRefused.into()) }
    }

    fn run(&mut self, command: &[&str]) -> io::Result<(bool, String)> {
        self.ran.push(command.join(" "));
        let (is_content, said) = self.programs.get(command[0]).copied().unwrap_or((true, "right"));
        if said == "missing" { Err(io::ErrorKind::NotFound.into()) } else { Ok((is_content, said.to_owned())) }
    }

    fn show(&mut self, command: &[&str]) -> io::Result<bool> {
        self.run(command).map(|(is_content, _)| is_content)
    }

    fn ask(&mut self, question: &Text) -> Option<bool> {
        self.asked.push(question.en.clone());
        self.answer
    }
}

fn wrong(examined: &[(Step, Found)]) -> Vec<(&Step, &Text)> {
    examined
        .iter()
        .filter_map(|(step, found)| if let Found::Wrong(why) = found { Some((step, why)) } else { None })
        .collect()
}

#[test]
fn a_display_that_is_well_passes_every_step_in_order() {
    let mut patient = Patient::healthy();
    let examined = patient.examined(&format!("{PI}{LED}"));
    let titles: Vec<String> = examined.iter().map(|(step, _)| title(step).en).collect();
    assert_eq!(
        titles,
        [
            "Files of the system",
            "Board",
            "Buses and ports",
            "Server 10.0.0.1:8080",
            "Clock",
            "Program window-display",
            "window-display panel test",
            "window-display voice test"
        ]
    );
    assert!(examined.iter().all(|(_, found)| matches!(found, Found::Well(_))), "{examined:?}");
    assert_eq!(patient.ran[2], "window-display panel test --profile d.toml");
    assert_eq!(patient.asked.len(), 2);
}

#[test]
fn a_dispenser_has_its_pins_and_its_printer_tried() {
    let mut patient = Patient::healthy();
    let examined = patient.examined(&format!("{PI}{BUTTONS}"));
    assert_eq!(examined[2].0, Step::Wires(vec!["/dev/gpiomem".into(), "/dev/snd".into()]));
    let last: Vec<String> = patient.ran.iter().rev().take(2).cloned().collect();
    assert_eq!(last, ["ticket-dispenser printer test --profile d.toml", "ticket-dispenser pins test --profile d.toml"]);
}

#[test]
fn the_line_that_a_profile_names_is_looked_for_and_the_board_has_it() {
    for line in ["/dev/ttyAMA0", "/dev/serial0"] {
        let profile = format!(
            "{PI}[display]\nwindow = 3\n[display.panel]\nback_end = 'onbon'\nonbon = {{ link = 'serial', device = '{line}' }}\n"
        );
        let examined = Patient::healthy().examined(&profile);
        let wires = std::collections::BTreeSet::from([line.to_owned(), "/dev/snd".into()]);
        assert_eq!(examined[2].0, Step::Wires(wires.into_iter().collect()));
        let rendered = crate::render::render(&Plan::parse(Path::new("d.toml"), &profile).unwrap());
        let rules = rendered.get("etc/udev/rules.d/70-yihao.rules").unwrap().text();
        assert!(rules.contains("KERNEL==\"ttyAMA0\", SYMLINK+=\"serial0\"\n"), "{rules}");
    }
}

/// Makes something of a patient wrong.
type Spoil<'a> = &'a dyn Fn(&mut Patient);

#[test]
fn each_thing_that_is_wrong_is_said_with_its_remedy() {
    let profile = format!("{PI}{LED}");
    let say = |spoil: Spoil<'_>| {
        let mut patient = Patient::healthy();
        spoil(&mut patient);
        let examined = patient.examined(&profile);
        let wrong = wrong(&examined);
        assert_eq!(wrong.len(), 1, "{examined:?}");
        (title(wrong[0].0).en, wrong[0].1.en.clone())
    };
    let cases: [(Spoil<'_>, &str, &str); 7] = [
        (&|patient| patient.differences.push("etc/fstab: missing".into()), "Files of the system", "1 differ"),
        (
            &|patient| {
                patient.files.insert(MODEL, "Raspberry Pi 5 Model B");
            },
            "Board",
            "the profile says pi4",
        ),
        (
            &|patient| {
                patient.files.remove("/dev/spidev0.1");
            },
            "Buses and ports",
            "/dev/spidev0.1 is missing",
        ),
        (&|patient| patient.server = false, "Server 10.0.0.1:8080", "Look at the cable"),
        (
            &|patient| {
                patient.programs.insert("timedatectl", (true, "no\n"));
            },
            "Clock",
            "not set yet",
        ),
        (
            &|patient| {
                patient.files.remove(MODEL);
            },
            "Board",
            "no Raspberry Pi",
        ),
        (
            &|patient| {
                patient.programs.insert("timedatectl", (true, ""));
            },
            "Clock",
            "time servers",
        ),
    ];

    for (spoil, step, words) in cases {
        let (title, said) = say(spoil);
        assert!(title == step && said.contains(words), "{title}: {said}");
    }
}

#[test]
fn a_program_that_fails_or_is_not_there_and_a_person_who_sees_nothing() {
    let profile = format!("{PI}{LED}");
    let mut patient = Patient::healthy();
    patient.programs.insert("window-display", (false, "no such window"));
    assert_eq!(wrong(&patient.examined(&profile)).len(), 3);
    patient.programs.insert("window-display", (false, "missing"));
    let examined = patient.examined(&profile);
    assert!(wrong(&examined)[0].1.en.contains("Install its package"), "{examined:?}");

    let mut patient = Patient::healthy();
    patient.answer = Some(false);
    assert_eq!(wrong(&patient.examined(&profile)).len(), 2);
    patient.answer = None;
    let examined = patient.examined(&profile);
    let unknown = examined.iter().filter(|(_, found)| matches!(found, Found::Unknown(_))).count();
    assert_eq!((wrong(&examined).len(), unknown), (0, 2));
}

#[test]
fn a_question_is_asked_until_it_is_answered() {
    let ask = |typed: &str| {
        let mut questions = Vec::new();
        let answers = Some(Cursor::new(typed.as_bytes().to_vec()));
        let mut here = Here { root: "/".into(), answers, questions: &mut questions };
        (here.ask(&Text::new("好吗？", "Well?")), String::from_utf8(questions).unwrap())
    };
    assert_eq!(ask("maybe\ny\n"), (Some(true), "? 好吗？ Well? [y/n] ? 好吗？ Well? [y/n] ".into()));
    assert_eq!(ask("否\n").0, Some(false));
    assert_eq!(ask("").0, None);
}

#[test]
fn a_server_has_its_port_whether_it_is_written_or_not() {
    for (server, wanted) in [
        ("http://10.0.0.1:8080", "10.0.0.1:8080"),
        ("http://hall.example/", "hall.example:80"),
        ("https://hall.example", "hall.example:443"),
        ("http://[fd00::1]:8080", "[fd00::1]:8080"),
    ] {
        assert_eq!(address(server).as_deref(), Some(wanted));
    }
}
