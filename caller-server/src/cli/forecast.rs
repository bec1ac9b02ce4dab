//! `caller-server forecast`: the forecast of the hall, asked from files. The hall itself uses the same code.

mod error;
mod state;

use std::{fs, path::PathBuf};

use clap::Args;
use hall::forecast::{Shapes, Wait, printed};
use serde::Serialize;
use serde_json::Value;

pub(super) use error::ForecastError;
use error::Problem;
use state::{Stated, read};

use super::{Complaint, Console};

/// What a ticket that is printed now should expect, for each state of a line.
/// 对每个排队状态，预测现在取号者的等候时间。
///
/// The file of states is a JSON list (or a single state, or one a line):
/// 状态文件为JSON列表（也可只写一个状态，或每行一个）：
///
///   {"id": 1, "mean_ms": 600000, "cv": 0.8, "queue": 12, "elapsed_ms": [240000, null],
///    "resume_in_ms": [900000], "pause_in_ms": {"0": 300000}}
///
/// id            any value, given back · 任意值，原样返回
/// mean_ms, cv   mean service time and its coefficient of variation · 平均办理时间及其变异系数
/// queue         tickets that wait before this one · 前面等候的号数
/// elapsed_ms    one an open window: how long its visit has taken, null = idle · 每个开放窗口：当前办件已用时间，null为空闲
/// resume_in_ms  one a paused window: when it serves again · 每个暂停窗口：多久后恢复
/// pause_in_ms   by position in elapsed_ms, from 0: when the window takes no more, for good; it finishes whom it serves
///               以elapsed_ms中的位置（从0起）为键：窗口多久后不再接件；正在办的会办完
///
/// The results, in the same order and form: {"id", "mean_ms", "p10_ms", "p50_ms", "p80_ms", "p90_ms"}; a time is null where the
/// ticket would never be called: a percentile if so many are not, the mean if more than one in ten is not.
/// 结果的顺序和形式相同；号永远叫不到时，对应时间为null。
///
/// All times are whole milliseconds · 所有时间为整数毫秒。
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Forecast {
    /// The states · 状态文件
    #[arg(long, value_name = "FILE")]
    states: PathBuf,
    /// Where the results go · 结果文件
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// A result as it is written.
#[derive(Debug, Serialize)]
struct Foreseen {
    id: Value,
    mean_ms: Option<u64>,
    p10_ms: Option<u64>,
    p50_ms: Option<u64>,
    p80_ms: Option<u64>,
    p90_ms: Option<u64>,
}

impl Forecast {
    pub(super) fn run(self, console: &mut Console<'_>) -> Result<(), Complaint> {
        let at_states = |problem| ForecastError { file: self.states.clone(), problem };
        let text = fs::read_to_string(&self.states).map_err(|error| at_states(Problem::Read(error)))?;
        let (form, states) = read(&text).map_err(at_states)?;
        let count = states.len();
        let results = foresee(states).map_err(at_states)?;
        let written = fs::write(&self.out, form.write(&results));
        written.map_err(|error| ForecastError { file: self.out.clone(), problem: Problem::Write(error) })?;
        console.say(&format!("{count} forecasts · {count}个预测: {}", self.out.display()));
        Ok(())
    }
}

fn foresee(states: Vec<Stated>) -> Result<Vec<Foreseen>, Problem> {
    let mut shapes = Shapes::default();
    let each = states.into_iter().map(|Stated { id, place, queue }| {
        let wait = printed(&queue, &mut shapes).map_err(|bad| Problem::Queue { place, bad })?;
        let Wait { mean_ms, p10_ms, p50_ms, p80_ms, p90_ms, .. } = wait;
        Ok(Foreseen { id, mean_ms, p10_ms, p50_ms, p80_ms, p90_ms })
    });
    each.collect()
}
