//! Which numbers of a lane are free: those given out count up from 001, reserved ones come down from [`LEASE_TOP`].

use crate::{
    command::{LEASE_TOP, NUMBER_MAX},
    state::{BusinessDay, State},
    words::{Lane, Number, Ticket},
};

/// The numbers of a lane today.
pub(super) struct Numbers {
    /// The last that was given out here; 0 = none.
    last: u32,
    /// First and last of what is not free beyond it, in order: reserved today, or held by a visit from before.
    taken: Vec<(u32, u32)>,
}

impl Numbers {
    pub(super) fn of(state: &State, day: &BusinessDay, lane: Lane, letter: char) -> Self {
        let first_ticket = Ticket { day: day.day, number: Number { letter: char::MIN, n: 0 } };
        let carried = state.visits.range(..first_ticket);
        let held = carried.filter(|(ticket, visit)| ticket.number.letter == letter && visit.is_live());
        let mut taken: Vec<_> = held.map(|(ticket, _)| (ticket.number.n, ticket.number.n)).collect();
        let reserved = day.reserved.get(&lane).into_iter().flatten();
        #[cfg(feature = "planted")]
        let reserved = reserved.filter(|_| !planted::is(planted::Bug::UnfencedReserve));
        taken.extend(reserved.map(|(&first, &last)| (first, last)));
        taken.sort_unstable();
        Self { last: day.last_number.get(&lane).copied().unwrap_or(0), taken }
    }

    /// The next number to be given out; `None` when all are used up.
    pub(super) fn next(&self) -> Option<u32> {
        self.lowest_after(self.last, 1)
    }

    /// The first of `count` numbers in a row for a reserve: as high as possible up to [`LEASE_TOP`] and beyond what was
    /// given out, or else as low as possible above it. `None` when all are used up.
    pub(super) fn block(&self, count: u32) -> Option<u32> {
        let below = self.highest_to(LEASE_TOP, count).filter(|first| *first > self.last);
        below.or_else(|| self.lowest_after(self.last.max(LEASE_TOP), count))
    }

    fn lowest_after(&self, last: u32, count: u32) -> Option<u32> {
        let mut first = last.checked_add(1)?;
        for &(from, to) in &self.taken {
            if first <= to && from < first.saturating_add(count) {
                first = to.checked_add(1)?;
            }
        }
        let last = first.checked_add(count - 1)?;
        (last <= NUMBER_MAX).then_some(first)
    }

    fn highest_to(&self, top: u32, count: u32) -> Option<u32> {
        let mut last = top;
        for &(from, to) in self.taken.iter().rev() {
            if from <= last && last < to.saturating_add(count) {
                last = from.checked_sub(1)?;
            }
        }
        (last + 1).checked_sub(count)
    }
}
