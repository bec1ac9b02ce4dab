//! The files that people write: `hall.toml`, a device's profile, a template of slips.

use std::path::Path;

use caller_server::config::HallConfig;
use firmware_config::{Profile, ProfileError, Role};
use typeset::{
    face::Face,
    sheet,
    slip::{self, Sample},
};

use crate::people;

/// Any text as `hall.toml`: a hall whose settings read back as the same, or a complaint in both languages about a line that
/// is there.
pub fn hall_toml(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match HallConfig::parse(text) {
        Ok(config) => is_a_hall(&config),
        Err(error) => {
            assert!(error.line.is_none_or(|line| is_line(text, line)), "there is no such line: {error}");
            people::can_read(&protocol::Text::new(error.zh(), error.to_string()));
        }
    }
}

fn is_a_hall(config: &HallConfig) {
    let plan = config.plan().expect("a checked hall has a plan");
    let names = config.names().expect("a checked hall has names");
    assert!(plan.windows.keys().all(|window| names.windows.contains_key(window)), "a window has no name");
    assert!(config.tz().is_ok() && config.ticket_url().ends_with("/t/"));
    let written = toml::to_string(config).expect("settings can be written");
    let again = HallConfig::parse(&written).unwrap_or_else(|error| panic!("{error}: can't read back {written}"));
    assert_eq!(again, *config, "it reads back as something else: {written}");
}

/// Any text as a device's profile: a device, or everything that is wrong with it, in both languages, each with a line that is
/// there.
pub fn device_profile(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    // Files of keys, and what is inherited, are read where the profile says, and this must not read this machine's files.
    if text.contains("_file") || text.contains("inherits") {
        return;
    }
    match Profile::parse(Path::new("profile.toml"), text) {
        Ok(profile) => is_a_device(&profile),
        Err(ProfileError::Wrong { problems, .. }) => {
            assert!(!problems.is_empty(), "refused without a word");
            assert!(problems.is_sorted_by_key(|problem| problem.line), "in the order of the lines");
            for problem in problems {
                assert!(is_line(text, problem.line), "there is no such line: {problem}");
                people::can_read(&problem.fault.text());
            }
        }
        Err(error) => panic!("nothing was to be read: {error}"),
    }
}

fn is_a_device(profile: &Profile) {
    assert!(!profile.name.is_empty() && !profile.key.is_empty() && profile.server.starts_with("http://"));
    match &profile.role {
        Role::Dispenser(dispenser) => {
            assert!(dispenser.reserve.refill_at <= dispenser.reserve.count, "more is asked for than is held");
        }
        Role::Display(display) => assert!((1..=999).contains(&display.window)),
        Role::Speaker(voice) => assert!((1..=3).contains(&voice.times)),
    }
}

/// Any text as a template of slips: one with which every slip is drawn, or everything that is wrong with it, in both
/// languages, each with a line that is there.
pub fn slip_template(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match slip::template(text, slip::URL_TYPICAL) {
        Ok(template) => {
            let mut face = Face::built_in();
            for (sample, width_dots) in Sample::ALL.into_iter().zip([576, 384].into_iter().cycle()) {
                let drawn = sheet::draw(&mut face, &template, &sample.slip(slip::URL_TYPICAL).values(), width_dots);
                assert!((1..=sheet::HEIGHT_DOTS_MAX).contains(&drawn.raster.height()), "{sample:?} has no end");
                assert!(drawn.raster.bytes().iter().any(|byte| *byte != 0), "{sample:?} has no number");
            }
        }
        Err(error) => {
            assert!(!error.problems.is_empty(), "refused without a word");
            assert!(error.problems.is_sorted_by_key(|problem| problem.line), "in the order of the lines");
            for problem in error.problems {
                assert!(is_line(text, problem.line), "there is no such line: {problem}");
                people::can_read(&problem.text());
            }
        }
    }
}

fn is_line(text: &str, line: usize) -> bool {
    (1..=text.matches('\n').count() + 1).contains(&line)
}
