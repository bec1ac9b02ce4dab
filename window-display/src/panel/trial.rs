//! The test of a panel: all dots, numbers that count up, a call; for the person on the ladder.

use std::{
    io::{self, Write},
    time::Duration,
};

use firmware_config::display::{Panel as PanelProfile, PanelBackEnd};
use protocol::Text;
use thiserror::Error;
use tokio::time::timeout;

use super::Screen;
use crate::display::{Input, PanelText};

/// How long a step of the test stands.
const STEP: Duration = Duration::from_secs(3);
/// How long a number stands.
const COUNT: Duration = Duration::from_millis(500);
/// A panel that says nothing for so long will say nothing.
const PATIENCE: Duration = Duration::from_secs(15);

/// Why a test of a panel did not come to its end.
#[derive(Debug, Error)]
pub enum TrialError {
    /// The profile has none.
    #[error(
        "This display has no panel: choose a back_end in [display.panel]. 没有显示屏：请在 [display.panel] 选择 back_end。"
    )]
    NoPanel,
    /// It does not show.
    #[error("{}\n{}", .0.en, .0.zh)]
    Failed(Text),
    /// It says nothing.
    #[error("The panel does not say whether it shows anything. 显示屏没有应答。")]
    Silent,
    /// The system.
    #[error("The system refuses: {0}. 系统错误。")]
    System(#[from] io::Error),
}

/// Tests the panel of a profile, and says on `out` what is to be seen. Takes about 15 s.
///
/// # Errors
/// When there is no panel, or it does not show a step.
pub async fn trial(profile: &PanelProfile, out: &mut dyn Write) -> Result<(), TrialError> {
    let mut screen = super::open(profile)?.ok_or(TrialError::NoPanel)?;
    let brightness = profile.brightness.highest();
    screen.dim(brightness);
    writeln!(out, "1/3 All dots are lit. 所有点都亮。")?;
    step(&mut screen, all_lit(profile), STEP).await?;
    writeln!(out, "2/3 The numbers 1 to 9 count up. 数字从 1 数到 9。")?;
    for number in 1..=9 {
        step(&mut screen, number.to_string().repeat(columns_of_text(profile)), COUNT).await?;
    }
    writeln!(out, "3/3 A call. 叫号：请A012号到05号窗口")?;
    step(&mut screen, "请A012号到05号窗口".into(), STEP * 2).await?;
    step(&mut screen, String::new(), Duration::ZERO).await?;
    screen.close().await;
    writeln!(
        out,
        "The panel answered every step. If a step looked wrong, see docs/PANELS.md. 测试完成；显示不对请看 docs/PANELS.md。"
    )?;
    Ok(())
}

async fn step(screen: &mut Screen, text: String, stands: Duration) -> Result<(), TrialError> {
    screen.show(PanelText { text, call: None }, false);
    let shown = async {
        match screen.said().await {
            Input::PanelFailed { trouble } => Err(TrialError::Failed(trouble)),
            _ => Ok(()),
        }
    };
    timeout(PATIENCE, shown).await.unwrap_or(Err(TrialError::Silent))?;
    // Draws meanwhile what moves, and hears of a panel that is lost.
    let lost = async {
        loop {
            if let Input::PanelFailed { trouble } = screen.said().await {
                return Err(TrialError::Failed(trouble));
            }
        }
    };
    timeout(stands, lost).await.unwrap_or(Ok(()))
}

/// Blocks over the whole panel, a line for each 16 rows.
fn all_lit(profile: &PanelProfile) -> String {
    let (block, block_dots) = if profile.back_end == PanelBackEnd::Onbon { ("■", 16) } else { ("█", 8) };
    let line = block.repeat(usize::try_from(profile.columns / block_dots).unwrap_or(1));
    let lines = usize::try_from(profile.rows / 16).unwrap_or(1);
    vec![line; lines].join("\n")
}

fn columns_of_text(profile: &PanelProfile) -> usize {
    usize::try_from(profile.columns / 8).unwrap_or(1)
}
