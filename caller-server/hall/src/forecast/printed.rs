//! One line and its windows: the forecast for a ticket that is printed now.

use thiserror::Error;

use super::{CV_MAX, Free, Play, Pool, SCENARIOS_MAX, Server, Shapes, Shift, Wait, Waiting};

/// The most tickets before the one that is printed.
pub const QUEUE_MAX: u64 = 10_000;
/// The most windows.
pub const WINDOWS_MAX: usize = 1_000;
/// The longest mean service, and the farthest moment that can be named: ten days, ms.
pub const SPAN_MAX_MS: u64 = 864_000_000;

/// A line and its windows at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Queue {
    /// Mean service, ms.
    pub mean_ms: u64,
    /// Coefficient of variation of the service: standard deviation / mean.
    pub cv: f64,
    /// Tickets that wait before the one that is printed.
    pub waiting: u64,
    /// The windows that serve now or later.
    pub windows: Vec<AtWindow>,
}

/// A window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AtWindow {
    /// How long its visit has taken, ms; `None` = it serves nobody.
    pub elapsed_ms: Option<u64>,
    /// It takes tickets from then on, ms from now.
    pub opens_in_ms: u64,
    /// From then on it takes none, ms from now; `None` = it stays.
    pub pauses_in_ms: Option<u64>,
}

/// A queue that makes no sense.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum BadQueue {
    /// Not a spread.
    #[error("the coefficient of variation is {0}; it must be from 0 to {CV_MAX}")]
    Cv(f64),
    /// Too many tickets.
    #[error("{0} tickets wait; at most {QUEUE_MAX} are possible")]
    Waiting(u64),
    /// Too many windows.
    #[error("there are {0} windows; at most {WINDOWS_MAX} are possible")]
    Windows(usize),
    /// Too long a time.
    #[error("a time of {0} ms is too long; at most {SPAN_MAX_MS} ms (ten days) are possible")]
    Span(u64),
}

impl BadQueue {
    /// The sentence in Chinese.
    #[must_use]
    pub fn zh(&self) -> String {
        match self {
            Self::Cv(cv) => format!("变异系数为 {cv}，应为 0 到 {CV_MAX}"),
            Self::Waiting(waiting) => format!("等候号数为 {waiting}，最多 {QUEUE_MAX}"),
            Self::Windows(windows) => format!("窗口数为 {windows}，最多 {WINDOWS_MAX}"),
            Self::Span(ms) => format!("时间 {ms} 毫秒太长，最多 {SPAN_MAX_MS} 毫秒（十天）"),
        }
    }
}

/// The forecast for a ticket that is printed now, behind everybody who waits.
///
/// # Errors
/// A number beyond its limit.
pub fn printed(queue: &Queue, shapes: &mut Shapes) -> Result<Wait, BadQueue> {
    check(queue)?;
    let ahead = usize::try_from(queue.waiting).map_err(|_| BadQueue::Waiting(queue.waiting))?;
    let pool = Pool {
        windows: queue.windows.iter().map(server).collect(),
        // Exact below 2^53 ms.
        services: vec![shapes.service(queue.mean_ms as f64, queue.cv)],
        order: vec![Waiting::default(); ahead],
    };
    let curve = pool.curve(Play { line: 0, more: 1, scenarios: SCENARIOS_MAX });
    Ok(curve.at(ahead).unwrap_or_default())
}

fn server(window: &AtWindow) -> Server {
    Server {
        free: window.elapsed_ms.map_or(Free::In(0), |elapsed_ms| Free::AfterVisit { service: 0, elapsed_ms }),
        shifts: vec![Shift { from_ms: window.opens_in_ms, until_ms: window.pauses_in_ms }],
        lines: vec![0],
    }
}

fn check(queue: &Queue) -> Result<(), BadQueue> {
    if !(0.0..=CV_MAX).contains(&queue.cv) {
        return Err(BadQueue::Cv(queue.cv));
    }
    if queue.waiting > QUEUE_MAX {
        return Err(BadQueue::Waiting(queue.waiting));
    }
    if queue.windows.len() > WINDOWS_MAX {
        return Err(BadQueue::Windows(queue.windows.len()));
    }
    let windows = queue.windows.iter();
    let spans = windows.flat_map(|at| [at.elapsed_ms, Some(at.opens_in_ms), at.pauses_in_ms]).flatten();
    let too_long = spans.chain([queue.mean_ms]).find(|ms| *ms > SPAN_MAX_MS);
    too_long.map_or(Ok(()), |ms| Err(BadQueue::Span(ms)))
}
