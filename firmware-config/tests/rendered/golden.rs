//! Devices whose every rendered byte is kept. After a change that is meant: `GOLDEN=write cargo test --release -p firmware-config`.

use std::{fmt::Write, fs};

use firmware_config::{Plan, folder, hall, render::render};

use crate::{here, tools};

/// The profile and what is kept of it.
const KEPT: [(&str, &str); 6] = [
    ("examples/tongxiang/devices/display-01.toml", "display-led"),
    ("examples/tongxiang/devices/display-21.toml", "display-bar"),
    ("examples/tongxiang/devices/display-24.toml", "display-hdmi"),
    ("examples/tongxiang/devices/dispenser-01.toml", "dispenser-touch"),
    ("examples/tongxiang/devices/dispenser-05.toml", "dispenser-buttons"),
    ("tests/golden/radio/dispenser.toml", "dispenser-radio"),
];

#[test]
fn every_byte_is_as_it_was_and_every_program_takes_it() {
    for (profile, name) in KEPT {
        let plan = Plan::read(&here(profile)).unwrap_or_else(|error| panic!("{error}"));
        let rendered = render(&plan);
        let mut text = String::new();
        for (path, file) in rendered.files() {
            let mode = file.mode().map_or("link".to_owned(), |mode| format!("{mode:04o}"));
            writeln!(text, "==== {mode} {path}\n{}", file.text().trim_end()).unwrap();
        }
        let kept = here(&format!("tests/golden/{name}.txt"));
        if std::env::var_os("GOLDEN").is_some() {
            fs::write(&kept, &text).unwrap();
        }
        let before = fs::read_to_string(&kept).unwrap_or_default();
        let changed = text.lines().zip(before.lines()).find(|(now, before)| now != before);
        assert!(
            text == before,
            "{name}: {changed:?}; if it is meant: GOLDEN=write cargo test --release -p firmware-config"
        );
        tools::all_take(&plan, &rendered);
    }
}

#[test]
fn the_whole_hall_of_tongxiang_is_right_and_rendered_the_same_each_time() {
    let profiles = hall::find(&[here("examples/tongxiang/devices")]).unwrap();
    let plans = hall::read(&profiles).unwrap_or_else(|error| panic!("{error}"));
    let of = |service: &str| plans.iter().filter(|plan| plan.service() == service).count();
    assert_eq!((of("window-display"), of("ticket-dispenser")), (26, 10));
    assert!(hall::remarks(&plans).is_empty());
    let again = hall::read(&profiles).unwrap();
    assert!(plans.iter().zip(&again).all(|(one, other)| render(one) == render(other)));
}

#[test]
fn the_users_of_a_device_can_be_made() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root");
    let plan = Plan::read(&here(KEPT[3].0)).unwrap();
    folder::write(&render(&plan), &root).unwrap();
    tools::users_can_be_made(&root);
}
