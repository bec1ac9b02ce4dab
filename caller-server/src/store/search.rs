//! Finding visits.

use std::str::FromStr;

use hall::{
    state::StageName,
    words::{Day, NotAWord, Ticket, WindowId},
};
use sled::Tree;

use super::{Fault, StoreError, VisitRecord, keys, projector::parse};

/// The most visits in one answer: more than anybody reads.
pub const FOUND_MAX: usize = 200;
/// The most visits that are looked through for one answer, which takes about 0.1 s: a hundred days of a hall.
pub(super) const SCAN_MAX: usize = 100_000;

/// What is looked for. What is `None` does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// The days on which the numbers were issued.
    pub day: Option<Days>,
    /// The beginning of a number (`a01`) or of a ticket (`2026-11-23/A01`), or a count alone (`12` finds `A012` and `B012`).
    pub text: Option<String>,
    /// A window to which it was called.
    pub window: Option<WindowId>,
    /// Where the visit is.
    pub stage: Option<StageName>,
    /// How many at most; never more than [`FOUND_MAX`].
    pub limit: usize,
}

/// Some days, written `2026-11-23` or `2026-11-01..2026-11-23`; the last one is included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    /// From.
    pub first: Day,
    /// To.
    pub last: Day,
}

impl From<Day> for Days {
    fn from(day: Day) -> Self {
        Self { first: day, last: day }
    }
}

impl FromStr for Days {
    type Err = NotAWord;

    fn from_str(text: &str) -> Result<Self, NotAWord> {
        match text.split_once("..") {
            Some((first, last)) => Ok(Self { first: first.parse()?, last: last.parse()? }),
            None => Ok(text.parse::<Day>()?.into()),
        }
    }
}

/// The visits that fit, the newest number first.
pub(super) fn search(tree: &Tree, query: &Query) -> Result<Result<Vec<VisitRecord>, StoreError>, Fault> {
    let (first, last) = query.day.map_or_else(keys::all_visits, |days| keys::visits(days.first, days.last));
    let limit = query.limit.min(FOUND_MAX);
    let mut found = Vec::new();
    // A range that ends before it begins is empty, which sled does not expect.
    if limit == 0 || first > last {
        return Ok(Ok(found));
    }
    let text = query.text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(Wanted::new);
    for (seen, pair) in tree.range(first..=last).rev().enumerate() {
        if seen >= SCAN_MAX {
            return Ok(Err(StoreError::TooWide));
        }
        let (key, value) = pair?;
        let ticket = keys::ticket(&key).ok_or(Fault::Damaged("a key is not readable"))?;
        if text.as_ref().is_some_and(|text| !text.fits(ticket)) {
            continue;
        }
        let visit: VisitRecord = parse(&value)?;
        if fits(query, &visit) {
            found.push(visit);
            if found.len() == limit {
                break;
            }
        }
    }
    Ok(Ok(found))
}

fn fits(query: &Query, visit: &VisitRecord) -> bool {
    query.window.is_none_or(|window| visit.windows.contains(&window))
        && query.stage.is_none_or(|stage| visit.stage == stage)
}

enum Wanted {
    Count(u32),
    Number(String),
    Ticket(String),
}

impl Wanted {
    fn new(text: &str) -> Self {
        match text.parse() {
            Ok(count) => Self::Count(count),
            Err(_) if text.contains('/') => Self::Ticket(text.to_uppercase()),
            Err(_) => Self::Number(text.to_uppercase()),
        }
    }

    fn fits(&self, ticket: Ticket) -> bool {
        match self {
            Self::Count(count) => ticket.number.n == *count,
            Self::Number(text) => ticket.number.to_string().starts_with(text),
            Self::Ticket(text) => ticket.to_string().starts_with(text),
        }
    }
}
