//! A blank device above a window, or a blank voice: its panel shows the digits that a manager types at the server, and the
//! server's address, in turn.

use std::{future::Future, time::Duration};

use firmware_config::{
    Blank, Profile, Role,
    enrol::{EnrolError, Notice, take_up},
    program,
};
use protocol::link::Tcp;
use tokio::{pin, sync::watch, time};

use crate::{
    display::PanelText,
    panel::Screen,
    shell::{ALIVE_S, PROGRAM, TWO_LINES_DOTS, said},
};

/// Digits stand so long on a panel, then the address: time to read and type them.
const TURN: Duration = Duration::from_secs(6);
/// A sentence moves through a panel of 128 dots within this time.
const SENTENCE_TURN: Duration = Duration::from_secs(24);

/// The whole profile of a blank device, once a manager has let it in; `None` when it is told to stop before.
///
/// # Errors
/// What it keeps can't be read or written.
pub async fn enrol(
    blank: &Blank,
    screen: &mut Option<Screen>,
    stop: impl Future<Output = ()>,
) -> Result<Option<Profile>, EnrolError> {
    let two_lines = matches!(blank.role(), Role::Display(display) if display.panel.rows >= TWO_LINES_DOTS);
    let (show, mut shown) = watch::channel(Notice::Beginning);
    let enrolling = take_up(blank, PROGRAM, Tcp::default(), &show);
    let mut alive = time::interval(Duration::from_secs(ALIVE_S));
    let mut turn = time::interval(TURN);
    let mut faces = Vec::new();
    pin!(enrolling, stop);
    program::is_ready();
    loop {
        tokio::select! {
            biased;
            () = &mut stop => return Ok(None),
            done = &mut enrolling => return done.map(Some),
            Ok(()) = shown.changed() => {
                let notice = shown.borrow_and_update().clone();
                turn = time::interval(if notice.digits().is_some() { TURN } else { SENTENCE_TURN });
                faces = lines(&notice, two_lines);
            }
            _ = turn.tick() => put(screen, &mut faces),
            _ = alive.tick() => program::is_alive(),
            _ = said(screen) => {}
        }
    }
}

/// Shows the next of these.
fn put(screen: &mut Option<Screen>, faces: &mut [String]) {
    if let (Some(screen), Some(text)) = (screen, faces.first()) {
        screen.show(PanelText { text: text.clone(), call: None }, false);
    }
    if !faces.is_empty() {
        faces.rotate_left(1);
    }
}

/// What the panel says in turn.
fn lines(notice: &Notice, two_lines: bool) -> Vec<String> {
    let (zh, en) = notice.short();
    let text = notice.text();
    match (notice.digits(), two_lines) {
        (Some((_, server)), true) => vec![format!("{zh}\n{en}"), format!("{zh}\n{server}")],
        (Some((_, server)), false) => vec![zh, server.to_owned(), en],
        (None, true) => vec![format!("{zh}\n{en}"), format!("{}\n{}", text.zh, text.en)],
        (None, false) => vec![text.zh, text.en],
    }
}

#[cfg(test)]
mod tests {
    use firmware_config::enrol::Notice;
    use protocol::Text;

    use super::lines;

    #[test]
    fn a_panel_says_in_both_languages_what_is_wrong() {
        let notice = Notice::Trouble(Text::new("没有找到服务器。", "No server is heard."));
        assert_eq!(lines(&notice, false), ["没有找到服务器。", "No server is heard."]);
        assert_eq!(lines(&notice, true)[1], "没有找到服务器。\nNo server is heard.");
    }
}
