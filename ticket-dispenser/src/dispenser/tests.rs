//! The machine as a play: a line with `>` happens, the lines below it are what the dispenser does.

mod anything;
mod cut_off;
mod elsewhere;
mod pressing;
mod revoked;
mod stage;
mod troubles;
mod visitors;

use stage::Stage;

/// Plays what happens in the script and holds everything that the dispenser does against it.
fn check(stage: &mut Stage, script: &str) {
    let lines = || script.lines().map(str::trim).filter(|line| !line.is_empty());
    let mut played = Vec::new();
    for happening in lines().filter_map(|line| line.strip_prefix("> ")) {
        played.push(format!("> {happening}"));
        played.extend(stage.play(happening));
    }
    let (played, expected) = (played.join("\n"), lines().collect::<Vec<_>>().join("\n"));
    assert_eq!(played, expected, "\nplayed:\n{played}\n");
}
