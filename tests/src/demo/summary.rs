//! The end of the day in figures, and whether every visitor is accounted for.

use protocol::view::{ManagerView, Stage, TicketView};

use super::{World, ledger::Account, setup::FREE_WINDOW};

/// What the day came to.
pub struct Summary {
    planned: usize,
    account: Account,
    /// Slips that the server does not know; there must be none.
    unknown: usize,
    /// Visitors who are still in the hall and whom nobody serves; there must be none.
    forgotten: usize,
    hall: ManagerView,
    /// The plan's visitors are through, before the time was up.
    ended: bool,
    speed: u32,
}

impl Summary {
    /// Asks the server about every slip.
    pub async fn draw_up(world: &World, planned: usize, ended: bool) -> Option<Self> {
        let (mut unknown, mut forgotten) = (0, 0);
        let mut client = None;
        for token in world.ledger.tokens() {
            match world.citizen.visit(&mut client, &token).await {
                None => unknown += 1,
                Some(visit) if is_forgotten(&visit) => forgotten += 1,
                Some(_) => {}
            }
        }
        let hall = world.hall.borrow().clone()?;
        let (account, speed) = (world.ledger.account(), world.clock.speed);
        Some(Self { planned, account, unknown, forgotten, hall, ended, speed })
    }

    /// Every visitor got one number, no number went out twice, the server knows every one, and nobody was left in the hall.
    pub fn is_right(&self) -> bool {
        self.ended
            && self.account.slips == self.planned
            && self.account.twice.is_empty()
            && self.unknown == 0
            && self.forgotten == 0
            && self.hall.issued as usize >= self.account.slips
    }

    /// The figures, in both languages.
    pub fn text(&self) -> String {
        let Account { slips, offline, twice, missed, waits_ms, late_ms } = &self.account;
        let minutes = |ms: u64| ms as f64 / 60_000.0;
        let mean_ms = waits_ms.iter().sum::<u64>() / (waits_ms.len() as u64).max(1);
        let mut text = format!(
            "\n一天结束 The day is over\n\
             \x20 计划办事人 visitors planned    {}\n\
             \x20 取号 numbers on slips           {slips}（脱机 while cut off {offline}）\n\
             \x20 办结 served                     {}\n\
             \x20 未办 ended without service      {}\n\
             \x20 过号 missed their call          {missed}\n\
             \x20 等候 wait                       平均 mean {:.1} min, P95 {:.1} min\n\
             \x20 演示滞后 lag of the demo        P50 {} ms, P95 {} ms, max {} ms\n",
            self.planned,
            self.hall.finished,
            self.hall.unserved,
            minutes(mean_ms),
            minutes(percentile(waits_ms, 95)),
            self.world_ms(percentile(late_ms, 50)),
            self.world_ms(percentile(late_ms, 95)),
            self.world_ms(percentile(late_ms, 100)),
        );
        text.push_str(&self.windows());
        if !self.is_right() {
            text.push_str(&format!(
                "\n不对 This is not right: 重号 numbers given twice {twice:?}; 服务器不知道的号 slips that the server doesn't know \
                 {}; 无人办理 left in the hall {}; 没有取到号 visitors without a number {}; 按时结束 ended in time {}\n",
                self.unknown,
                self.forgotten,
                self.planned.saturating_sub(*slips),
                self.ended,
            ));
        }
        text
    }

    /// Served at each window, nine in a line.
    fn windows(&self) -> String {
        let served = |row: &protocol::view::WindowRow| format!("{:>2}: {:<3}", row.window.window, row.served);
        let cells: Vec<String> = self.hall.windows.iter().map(served).collect();
        let lines = cells.chunks(9).map(|cells| format!("    {}\n", cells.join("  ")));
        format!("  各窗口办结 served at each window\n{}", lines.collect::<String>())
    }

    /// The world's time of a time in the hall.
    fn world_ms(&self, hall_ms: u64) -> u64 {
        hall_ms / u64::from(self.speed)
    }
}

/// Whether somebody is still in the hall; who is at your window is yours.
fn is_forgotten(visit: &TicketView) -> bool {
    let gone = matches!(visit.stage, Stage::NoShow | Stage::Finished | Stage::Cancelled | Stage::Left | Stage::Expired);
    !gone && visit.window != Some(FREE_WINDOW)
}

/// The smallest value that is not below `percent` of all; `sorted` is.
fn percentile(sorted: &[u64], percent: usize) -> u64 {
    let at = (sorted.len() * percent).div_ceil(100);
    sorted.get(at.saturating_sub(1)).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::percentile;

    #[test]
    fn a_percentile_is_a_value_that_was_measured() {
        let values: Vec<u64> = (1..=200).collect();
        assert_eq!([50, 95, 100].map(|percent| percentile(&values, percent)), [100, 190, 200]);
        assert_eq!(percentile(&[], 95), 0);
        assert_eq!(percentile(&[7], 1), 7);
    }
}
