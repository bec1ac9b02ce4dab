//! `caller-server whatif …`: a day once more under other rules, schedules or numbers of windows.
//!
//! - `problem`: what can be wrong with a file, with its line and a remedy
//! - `day`: visits and windows from CSV; `rules` and `switches`: rules from TOML
//! - `table`: CSV whose rows know their lines; `summary`: what it came to

mod day;
mod problem;
mod rules;
mod summary;
mod switches;
mod table;
#[cfg(test)]
mod tests;

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::Args;
use hall::whatif::{BadDay, Day, replay, tally};

use self::{day::Named, problem::FileProblem};
use super::{Complaint, Console};

pub(super) use problem::WhatIfError;

/// The longest gap between two services, ms: one day.
const PRESS_GAP_MS_MAX: u64 = 86_400_000;

const FORMATS: &str = "\
All times are whole milliseconds since midnight. Columns are found by their names in the first line; those in [] may be left out.
所有时间均为当日零点起的整毫秒数；各列按首行列名识别，方括号中的列可省略。

in.csv   ticket,arrival_ms,service_ms[,class][,zone][,eff_arrival_ms]
w.csv    window,zone,open_ms,close_ms        several rows a window 一个窗口可有多行
out.csv  ticket,arrival_ms,start_ms,end_ms,wait_ms,window,zone
         in the order of in.csv; zone is that of the window; who was not served has empty fields after arrival_ms
         按 in.csv 的顺序；zone 为窗口所在区；未获服务者 arrival_ms 之后为空

At one instant services end and windows close or open first, then who arrives joins in the order of the file, then tickets and
windows are matched: the ticket first, then the window, and again. A window that closes finishes what it serves. After a
service a window takes nobody for G ms. Without --window-hours the windows 1 to N, in zone A, are always open.
同一时刻：先结束服务、关开窗口，再按文件顺序取号，最后反复匹配（先定号，再定窗口）。窗口关闭后办完手中的号。
每次办结后窗口空 G 毫秒。不给 --window-hours 时，A 区 1 至 N 号窗口始终开放。

rules.toml, with what holds where nothing is written 规则文件及其默认值:
  idle_pick = \"longest_idle\"   # R5: longest_idle, fewest_accepted, least_busy, lowest_number; ties: lowest number
  [zones]                      # R4
  mode = \"lew\"                 # shared, given, jsq, lew, round_robin; ties: order of the zones in w.csv
  steal_after_ms = 0           # or \"never\"; 0 = one pooled line; must be written where a mode is (but for shared)
  [classes.normal]             # R1: one table a class; the highest score offset_ms + rate × wait is next, ties: order of in.csv
  offset_ms = 0
  rate = 1                     # or a fraction in quotes, such as \"3/2\"
  cap_ms = \"never\"             # or ms: who waited longer comes before all others, first come first served
  [ratio]                      # R2, off where it is not written: of so many calls in turn each class gets its part
  normal = 3                   # whole numbers; every class that has a table or stands below needs one
  [[reserved]]                 # R3, off: a class keeps windows until others have waited release_after_ms
  class = \"priority\"
  windows = 2
  release_after_ms = 300000
  [[switches]]                 # R6, off: while something is so, other rules hold; on over one limit, off under another
  when = { waiting = { over = 20, back_under = 10 } }
                               # or clock = { from_min, until_min }, oldest_wait = { over_s, back_under_s },
                               # open_windows = { under, back_over }; switches are looked at before each match
  dwell_ms = 600000            # it stays as it is for so long at least
  then = { idle_pick = \"fewest_accepted\", reserved = [], zones = { mode = \"shared\" } }
                               # also ratio, and classes.NAME = { offset_ms, rate, cap_ms }
Without classes in the file: normal 0, returning 300000, priority and appointment 600000 ms, rate 1, cap 2700000 ms. A visit
without a class is normal.
文件未写类别时：普通 0，返回 300000，优先和预约 600000 毫秒，速率 1，上限 2700000 毫秒。未写类别的号为 normal。

summary.json: waits in ms, percentiles by the nearest rank, shares from 0 to 1, cv = standard deviation / mean over the windows.
summary.json：等候为毫秒，百分位取最近秩，份额为 0 至 1，cv 为各窗口的标准差与均值之比。";

/// What is replayed, and where it is written.
#[derive(Debug, Args)]
#[command(after_long_help = FORMATS)]
pub(super) struct WhatIf {
    /// Who comes when, and for how long · 取号与办理时长（CSV）
    #[arg(long, value_name = "in.csv")]
    arrivals: PathBuf,
    /// So many windows, always open · 始终开放的窗口数
    #[arg(long, value_name = "N", required_unless_present = "window_hours", conflicts_with = "window_hours",
          value_parser = clap::value_parser!(u32).range(1..=10_000))]
    windows: Option<u32>,
    /// When which window is open · 各窗口的开放时段（CSV）
    #[arg(long, value_name = "w.csv")]
    window_hours: Option<PathBuf>,
    /// The rules; without them, those of a new hall · 规则（TOML）；省略则用默认规则
    #[arg(long, value_name = "rules.toml")]
    rules: Option<PathBuf>,
    /// How long after a service a window takes nobody, ms · 办结后到下次叫号的间隔（毫秒）
    #[arg(long, value_name = "G", default_value_t = 0,
          value_parser = clap::value_parser!(u64).range(..=PRESS_GAP_MS_MAX))]
    press_gap_ms: u64,
    /// What became of each · 每个号的结果（CSV）
    #[arg(long, value_name = "out.csv")]
    out: PathBuf,
    /// What it came to · 汇总（JSON）
    #[arg(long, value_name = "summary.json")]
    json: Option<PathBuf>,
    /// Who waits longer counts as over the target, ms · 目标等候时间（毫秒）
    #[arg(long, value_name = "T", default_value_t = 900_000)]
    target_ms: u64,
}

impl WhatIf {
    pub(super) fn run(self, console: &mut Console<'_>) -> Result<(), Complaint> {
        Ok(self.replay(console)?)
    }

    fn replay(&self, console: &mut Console<'_>) -> Result<(), WhatIfError> {
        let rules = rules::read(self.rules.as_deref(), self.press_gap_ms)?;
        let windows = match (&self.window_hours, self.windows) {
            (Some(file), _) => day::windows(file)?,
            (None, count) => day::always_open(count.unwrap_or(1)),
        };
        let (kept, there) = (rules.terms.kept_windows(), windows.ids.len() as u64);
        if kept > there {
            let file = self.rules.as_deref().unwrap_or(Path::new("rules.toml"));
            return Err(WhatIfError::new(file, None, FileProblem::MoreKept { kept, there }));
        }
        let (visits, tickets) = day::visits(&self.arrivals, &rules, &windows.zones)?;
        let Named { names, zones, ids, openings } = windows;
        let day = Day { visits, windows: ids, zones: zones.len(), openings };
        let served = replay(&day, &rules.terms).map_err(|bad| self.unexpected(bad))?;
        let named = summary::Names { classes: &rules.classes, zones: &zones, windows: &names };
        summary::write_out(&self.out, &day, &tickets, &served, &named)?;
        let tally = tally(&day, rules.classes.len(), &served, self.target_ms);
        let summary = summary::Summary::new(&day, &tally, &named, self.target_ms);
        if let Some(file) = &self.json {
            let text = serde_json::to_string_pretty(&summary).unwrap_or_default();
            let failed = |error| WhatIfError::new(file, None, FileProblem::Write(error));
            fs::write(file, text + "\n").map_err(failed)?;
        }
        console.say(&summary.in_words());
        Ok(())
    }

    /// What the readers let through and the replay does not take: a limit.
    fn unexpected(&self, bad: BadDay) -> WhatIfError {
        WhatIfError::new(&self.arrivals, None, FileProblem::Day(bad))
    }
}
