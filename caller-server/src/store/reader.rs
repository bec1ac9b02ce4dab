//! The side of the store that answers.

use std::sync::{Arc, TryLockError};

use hall::words::{AtMs, Day, Ticket};
use serde::de::DeserializeOwned;
use sled::Tree;

use super::{
    DayFigures, Fault, Query, RulesChange, Status, StoreError, Turn, VisitRecord,
    base::guarded,
    keys,
    projector::parse,
    search,
    shared::{Shared, lock},
};

/// Answers questions; cheap to clone. It never waits for the store's thread and never panics: while the store is rebuilt it
/// says so. An answer may be some milliseconds behind the hall.
#[derive(Clone)]
pub struct StoreReader {
    shared: Arc<Shared>,
}

impl StoreReader {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// The visits that fit, the newest number first. Takes up to 0.1 s when nothing but a wide range of days is given.
    ///
    /// # Errors
    /// The store is being rebuilt, or too much would have to be looked through.
    pub fn search(&self, query: &Query) -> Result<Vec<VisitRecord>, StoreError> {
        self.ask(|tree| search::search(tree, query))?
    }

    /// One visit; `None` if there is none.
    ///
    /// # Errors
    /// The store is being rebuilt.
    pub fn visit(&self, ticket: Ticket) -> Result<Option<VisitRecord>, StoreError> {
        self.ask(|tree| get(tree, &keys::visit(ticket)))
    }

    /// All visits whose numbers were issued on a day, in their order.
    ///
    /// # Errors
    /// The store is being rebuilt.
    pub fn day(&self, day: Day) -> Result<Vec<VisitRecord>, StoreError> {
        self.ask(|tree| {
            let (first, last) = keys::visits(day, day);
            tree.range(first..=last).map(|pair| parse(&pair?.1)).collect()
        })
    }

    /// The figures of a day; all zero if no number was issued on it.
    ///
    /// # Errors
    /// The store is being rebuilt.
    pub fn day_figures(&self, day: Day) -> Result<DayFigures, StoreError> {
        self.ask(|tree| Ok(get(tree, &keys::figures(day))?.unwrap_or_default()))
    }

    /// What made windows work, or no longer, from a time until another, in order.
    ///
    /// # Errors
    /// The store is being rebuilt.
    pub fn turns(&self, from_ms: AtMs, until_ms: AtMs) -> Result<Vec<Turn>, StoreError> {
        self.ask(|tree| {
            let (first, last) = keys::turns(from_ms, until_ms);
            tree.range(first..=last).map(|pair| parse(&pair?.1)).collect()
        })
    }

    /// The last changes of the rules until a time, newest first.
    ///
    /// # Errors
    /// The store is being rebuilt.
    pub fn rules_changes(&self, until_ms: AtMs, limit: usize) -> Result<Vec<RulesChange>, StoreError> {
        self.ask(|tree| {
            let (first, last) = keys::rules_until(until_ms);
            tree.range(first..=last).rev().take(limit).map(|pair| parse(&pair?.1)).collect()
        })
    }

    /// How the store is.
    #[must_use]
    pub fn status(&self) -> Status {
        lock(&self.shared.status).clone()
    }

    /// Asks sled. What it finds wrong is told to the store's thread, which builds the store anew.
    fn ask<T>(&self, question: impl FnOnce(&Tree) -> Result<T, Fault>) -> Result<T, StoreError> {
        let tree = match self.shared.tree.try_read() {
            Ok(tree) => tree,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return Err(StoreError::Rebuilding),
        };
        let tree = tree.as_ref().ok_or(StoreError::Rebuilding)?;
        guarded(|| question(tree)).map_err(|fault| {
            lock(&self.shared.suspicion).get_or_insert(fault);
            StoreError::Rebuilding
        })
    }
}

fn get<T: DeserializeOwned>(tree: &Tree, key: &[u8]) -> Result<Option<T>, Fault> {
    tree.get(key)?.as_deref().map(parse).transpose()
}
