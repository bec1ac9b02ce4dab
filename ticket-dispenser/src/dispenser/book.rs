//! What the records say together: a restart reads them back and goes on.

use std::collections::{BTreeMap, VecDeque};

use protocol::order::{IssueOrder, Lane};

use super::{
    record::{Given, HallFacts, Record},
    series::Series,
    words::Slip,
};

/// What the records say together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Book {
    /// What the server last said about the hall.
    pub hall: Option<HallFacts>,
    /// Orders for a number of which nobody knows yet what came of them, by key.
    pub asked: BTreeMap<String, IssueOrder>,
    /// Numbers in reserve.
    pub reserve: BTreeMap<Lane, Vec<Series>>,
    /// Numbers that the server does not know yet, in the order of issue.
    pub unmerged: VecDeque<Given>,
    /// Numbers whose slip may not be out, by key.
    pub unprinted: BTreeMap<String, Given>,
    /// Numbers that the server does not take.
    pub set_aside: Vec<Given>,
}

impl Book {
    /// Adds a record. It never fails: a record that fits nothing says nothing.
    pub fn apply(&mut self, record: &Record) {
        match record {
            Record::Hall(facts) => self.hall(facts),
            // The server's own number is there already: nothing is to be asked any more.
            Record::Asked { key, .. } if self.unprinted.get(key).is_some_and(|given| given.offline.is_none()) => {}
            Record::Asked { key, order } => {
                self.asked.insert(key.clone(), order.clone());
            }
            Record::Settled { key } => {
                self.asked.remove(key);
            }
            Record::Leased { lane, first, last, day } => {
                self.reserve.entry(*lane).or_default().extend(Series::new(day, first, last));
            }
            Record::Given(given) => self.given(given),
            Record::Printed { key } => {
                self.unprinted.remove(key);
            }
            Record::Merged { through } => {
                if let Some(at) = self.unmerged.iter().position(|given| given.slip.key == *through) {
                    self.unmerged.drain(..=at);
                }
            }
            Record::SetAside { key } => {
                let at = self.unmerged.iter().position(|given| given.slip.key == *key);
                self.set_aside.extend(at.and_then(|at| self.unmerged.remove(at)));
            }
        }
    }

    /// The shortest list of records that says the same.
    pub fn records(&self) -> Vec<Record> {
        let mut records: Vec<Record> = self.hall.iter().cloned().map(Record::Hall).collect();
        records.extend(self.reserve.iter().flat_map(|(lane, series)| series.iter().filter_map(|s| leased(*lane, s))));
        records.extend(self.asked.iter().map(|(key, order)| Record::Asked { key: key.clone(), order: order.clone() }));
        let offline: Vec<&Given> = self.set_aside.iter().chain(&self.unmerged).collect();
        let is_offline = |given: &&Given| offline.iter().any(|other| other.slip.key == given.slip.key);
        let others = self.unprinted.values().filter(|given| !is_offline(given));
        records.extend(others.chain(offline.iter().copied()).cloned().map(Record::Given));
        let printed = offline.iter().map(|given| &given.slip.key).filter(|key| !self.unprinted.contains_key(*key));
        records.extend(printed.map(|key| Record::Printed { key: key.clone() }));
        // A number is no longer to be merged, but its slip is in doubt: the record would bring it back among the unmerged.
        let merged = self.unprinted.values().filter(|given| given.offline.is_some() && !is_offline(given));
        records.extend(merged.map(|given| Record::Merged { through: given.slip.key.clone() }));
        records.extend(self.set_aside.iter().map(|given| Record::SetAside { key: given.slip.key.clone() }));
        records
    }

    /// How many numbers of a business day are left.
    pub fn left(&self, lane: Lane, day: &str) -> u32 {
        self.of_day(lane, day).map(Series::left).sum()
    }

    /// Takes the next number of a business day.
    pub fn take(&mut self, lane: Lane, day: &str) -> Option<String> {
        let series = self.reserve.get_mut(&lane)?;
        series.iter_mut().filter(|series| series.day == day).find_map(Series::take)
    }

    /// Takes back a number that nobody got, if it was the last one taken.
    pub fn give_back(&mut self, lane: Lane, day: &str, number: &str) {
        let mut of_day = self.reserve.get_mut(&lane).into_iter().flatten().filter(|series| series.day == day);
        // Which series took it is certain: no two hold the same number.
        of_day.any(|series| series.give_back(number));
    }

    /// The business day of the hall, as far as it is known.
    pub fn day(&self) -> Option<&str> {
        self.hall.as_ref()?.day.as_deref()
    }

    /// The slip of a press, while it may not be out.
    pub fn unprinted_slip(&self, key: &str) -> Option<&Slip> {
        self.unprinted.get(key).map(|given| &given.slip)
    }

    fn of_day<'a>(&'a self, lane: Lane, day: &'a str) -> impl Iterator<Item = &'a Series> {
        self.reserve.get(&lane).into_iter().flatten().filter(move |series| series.day == day)
    }

    /// A new business day makes the reserve and the doubts of the old one worthless; what must be merged stays.
    fn hall(&mut self, facts: &HallFacts) {
        if let Some(day) = &facts.day {
            self.reserve.values_mut().for_each(|series| series.retain(|series| series.day == *day));
            self.unprinted.retain(|_, given| given.day == *day);
            self.set_aside.retain(|given| given.day == *day);
        }
        self.hall = Some(facts.clone());
    }

    fn given(&mut self, given: &Given) {
        self.unprinted.insert(given.slip.key.clone(), given.clone());
        if given.offline.is_none() {
            self.asked.remove(&given.slip.key);
            return;
        }
        self.unmerged.push_back(given.clone());
        let series = self.reserve.values_mut().flatten().filter(|series| series.day == given.day);
        series.for_each(|series| series.pass(&given.slip.number));
    }
}

fn leased(lane: Lane, series: &Series) -> Option<Record> {
    let (first, last) = series.bounds()?;
    Some(Record::Leased { lane, first, last, day: series.day.clone() })
}
