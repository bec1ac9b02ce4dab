//! The digits on paper. A slip for each, but no more than a few: nobody may come before the morning.

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use firmware_config::{Dispenser as Settings, enrol::Notice};
use jiff::tz::TimeZone;
use protocol::{
    Text,
    order::{Class, Lane, Language},
};
use tokio::{
    sync::watch,
    task::{JoinHandle, spawn_blocking},
    time::{sleep, timeout},
};
use tracing::{info, warn};
use typeset::{face::Face, slip::VOCABULARY, template::Template};

use crate::{
    dispenser::Slip,
    paper::{Paper, Printer},
    shell::{self, ShellError},
    slip::Style,
};

/// What stands on such a slip.
const TEMPLATE: &str = include_str!("slip.toml");
/// Slips that are printed from one start to the next: half an hour of digits.
const SLIPS_MAX: usize = 3;
/// A printer that did not bring a slip out is tried again so much later.
const AGAIN_AFTER: Duration = Duration::from_secs(5);
/// A slip that is being printed when the device is let in comes to its end within this time.
const LAST_WITHIN: Duration = Duration::from_secs(10);

/// Prints digits beside the enrolment.
pub(super) struct Slips {
    stop: watch::Sender<bool>,
    printing: JoinHandle<()>,
}

impl Slips {
    /// Starts to print what is shown.
    ///
    /// # Errors
    /// There is no font or no paper.
    pub fn start(settings: &Settings, zone: &TimeZone, shown: watch::Receiver<Notice>) -> Result<Self, ShellError> {
        let (face, style, _form) = shell::drawing(settings, zone)?;
        let paper = paper(settings, face, style)?;
        let (stop, stopped) = watch::channel(false);
        Ok(Self { stop, printing: tokio::spawn(print_all(paper, shown, stopped)) })
    }

    /// Stops, after the slip that is being printed.
    pub async fn close(self) {
        self.stop.send_replace(true);
        if timeout(LAST_WITHIN, self.printing).await.is_err() {
            warn!("the printer does not come to an end 打印机没有结束");
        }
    }
}

fn paper(settings: &Settings, face: Face, style: Style) -> Result<Paper, ShellError> {
    let footer = Text::new(
        "请管理员在管理页“设备”中输入这六位数字，十分钟内有效。请先核对服务器地址。",
        "A manager types these digits at the manager's page, Devices, within ten minutes. Look first whether the address is \
         that of your server.",
    );
    let style = match Template::parse(TEMPLATE, &VOCABULARY) {
        Ok(template) => Style { footer, template: watch::channel(Arc::new(template)).1, ..style },
        // A test reads it: it is right.
        Err(_) => Style { footer, ..style },
    };
    Ok(Paper::new(&settings.printer, face, style)?)
}

async fn print_all(paper: Paper, mut shown: watch::Receiver<Notice>, mut stopped: watch::Receiver<bool>) {
    let mut paper = Some(paper);
    let mut printed = 0;
    while printed < SLIPS_MAX && !*stopped.borrow_and_update() {
        let slip = slip(&shown.borrow_and_update().clone());
        if let Some(slip) = slip
            && let Some(printer) = paper.take()
        {
            let (back, is_out) = print(printer, slip).await;
            paper = back;
            if !is_out {
                tokio::select! {
                    () = sleep(AGAIN_AFTER) => continue,
                    _ = stopped.changed() => return,
                }
            }
            printed += 1;
        }
        tokio::select! {
            changed = shown.changed() => if changed.is_err() { return },
            _ = stopped.changed() => return,
        }
    }
}

/// Prints one, on a thread that may wait for it; the printer comes back.
async fn print(mut paper: Paper, slip: Slip) -> (Option<Paper>, bool) {
    let number = slip.number.clone();
    let done = spawn_blocking(move || {
        let printed = paper.print(&slip);
        (paper, printed)
    });
    match done.await {
        Ok((paper, Ok(()))) => {
            info!("a slip with the digits is out 登记码已打印");
            (Some(paper), true)
        }
        Ok((paper, Err(why))) => {
            warn!(%why, number, "the digits can't be printed 无法打印登记码");
            (Some(paper), false)
        }
        Err(why) => {
            warn!(%why, "the printer is gone");
            (None, false)
        }
    }
}

fn slip(notice: &Notice) -> Option<Slip> {
    let (digits, server) = notice.digits()?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Some(Slip {
        key: digits.as_str().to_owned(),
        number: digits.grouped(),
        hall: Text::new("设备登记", "Enrol this device"),
        lane: Lane::Acceptance,
        lane_name: Text::new(format!("服务器 {server}"), format!("Server {server}")),
        zone: None,
        ahead: None,
        wait: None,
        at_ms: u64::try_from(now.as_millis()).unwrap_or(u64::MAX),
        url: String::new(),
        offline: false,
        reprint: false,
        class: Class::Normal,
        language: Language::Zh,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_of_the_digits_is_a_template() {
        Template::parse(TEMPLATE, &VOCABULARY).unwrap_or_else(|error| panic!("{error:?}"));
    }

    #[test]
    fn only_digits_are_printed() {
        assert_eq!(slip(&Notice::Searching), None);
    }
}
