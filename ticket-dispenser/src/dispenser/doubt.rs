//! Slips on their way out of the printer, and those of which nobody knows whether they are out: they are printed again under
//! their number, with the word "reprint" on them.

use std::collections::BTreeMap;

use protocol::kiosk::KioskScreen;

use super::{Dispenser, Output, PrinterStatus, Record, Slip, Timer, press::taken, texts};

/// A printer knows its own patience and ends long before, also when eight slips wait for it; this is for one whose thread hangs, ms.
const PRINT_MS_MAX: u64 = 120_000;
/// Whoever did not get a slip waits so long at the dispenser, ms. After that it would come out for nobody: the staff reprints it.
const WAITS_MS_MAX: u64 = 120_000;
/// A printer that tears every slip must not eat the roll.
const AGAIN_MAX: u32 = 2;

/// The slips at the printer, and the torn ones.
#[derive(Debug, Default)]
pub(super) struct Doubt {
    /// Slips at the printer, by key, with the number of the attempt.
    printing: BTreeMap<String, u64>,
    attempts: u64,
    /// Torn slips whose holders still wait, by key: how often each was printed again by itself.
    again: BTreeMap<String, u32>,
    /// Slips that their holders wished for once more, by key, while they are at the printer.
    wished: BTreeMap<String, Slip>,
}

impl Doubt {
    /// Whether a slip is at the printer.
    pub fn is_printing(&self, key: &str) -> bool {
        self.printing.contains_key(key)
    }

    /// Whether somebody waits for another copy.
    pub fn is_wished(&self) -> bool {
        !self.wished.is_empty()
    }
}

impl Dispenser {
    pub(super) fn print(&mut self, slip: Slip) {
        self.prints_now(&slip.key);
        self.doubt.attempts += 1;
        self.doubt.printing.insert(slip.key.clone(), self.doubt.attempts);
        self.set_timer(Timer::Print(self.doubt.attempts), PRINT_MS_MAX);
        self.out.push(Output::Print(slip));
    }

    /// Prints a slip that is on paper already, for its holder.
    pub(super) fn print_for_holder(&mut self, slip: Slip) {
        let slip = Slip { reprint: true, ..slip };
        self.doubt.wished.insert(slip.key.clone(), slip.clone());
        self.print(slip);
    }

    /// The printer says how it is; when it prints again, so do the torn slips.
    pub(super) fn printer_is(&mut self, status: PrinterStatus) {
        self.printer = status;
        self.print_again();
    }

    /// The end of a slip.
    pub(super) fn printed(&mut self, key: &str, whole: bool) {
        let Some((slip, first)) = self.ended(key) else { return };
        self.ordered_printed(key, whole);
        if !whole && self.book.unprinted_slip(key).is_none() {
            return self.notice(KioskScreen::Trouble { text: texts::not_again(&slip.number) });
        }
        if !whole {
            if self.doubt.again.insert(key.to_owned(), self.tries(key)).is_none() {
                self.torn_first(key);
                self.set_timer(Timer::Gone(key.to_owned()), WAITS_MS_MAX);
            }
            let prints = self.printer.prints();
            let text = match self.tries(key) {
                AGAIN_MAX.. => {
                    self.tried_here(key);
                    texts::doubtful(&[&slip.number])
                }
                _ => texts::torn(&slip.number, prints),
            };
            self.notice(KioskScreen::Trouble { text });
            return self.print_again();
        }
        let waited_for = self.doubt.again.remove(key).is_some();
        if self.book.unprinted_slip(key).is_some() {
            self.note(Record::Printed { key: key.to_owned() });
        }
        if first || waited_for {
            self.notice(KioskScreen::Taken(taken(slip)));
        }
    }

    /// The end of the patience with the printer: nobody knows what it still does, so nothing is printed by itself.
    pub(super) fn print_overdue(&mut self, attempt: u64) {
        let at = self.doubt.printing.iter().find(|(_, serial)| **serial == attempt);
        let Some(key) = at.map(|(key, _)| key.clone()) else { return };
        if let Some((slip, _)) = self.ended(&key) {
            self.ordered_printed(&key, false);
            self.tried_here(&key);
            self.notice(KioskScreen::Trouble { text: texts::doubtful(&[&slip.number]) });
        }
    }

    /// Nobody waits for a torn slip any more.
    pub(super) fn holder_gone(&mut self, key: &str) {
        self.doubt.again.remove(key);
        self.tried_here(key);
    }

    /// The staff wants everything printed that may not be out.
    pub(super) fn reprint(&mut self) {
        if self.printer.prints() {
            self.doubtful().into_iter().for_each(|slip| self.print(Slip { reprint: true, ..slip }));
        }
    }

    /// Slips that may not be out and are not at the printer, in the order of issue.
    pub(super) fn doubtful(&self) -> Vec<Slip> {
        let slips = self.book.unprinted.values().map(|given| &given.slip);
        let mut slips: Vec<Slip> = slips.filter(|slip| !self.doubt.printing.contains_key(&slip.key)).cloned().collect();
        slips.sort_by_key(|slip| slip.at_ms);
        slips
    }

    /// Numbers that are at the printer for another time.
    pub(super) fn at_the_printer_again(&self) -> Vec<&str> {
        let again = self.doubt.printing.keys().filter(|key| self.tries(key) > 0);
        again.filter_map(|key| self.book.unprinted_slip(key)).map(|slip| slip.number.as_str()).collect()
    }

    /// Prints torn slips again for those who wait for them.
    fn print_again(&mut self) {
        if !self.printer.prints() {
            return;
        }
        for slip in self.doubtful() {
            if let Some(tries) = self.doubt.again.get_mut(&slip.key).filter(|tries| **tries < AGAIN_MAX) {
                *tries += 1;
                self.print(Slip { reprint: true, ..slip });
            }
        }
    }

    /// How often a torn slip was printed again by itself.
    fn tries(&self, key: &str) -> u32 {
        self.doubt.again.get(key).copied().unwrap_or(0)
    }

    /// A slip is not at the printer any more; with it whether its press still waited. None when nobody knows it, or only of
    /// another day.
    fn ended(&mut self, key: &str) -> Option<(Slip, bool)> {
        self.doubt.printing.remove(key)?;
        let (first, wished) = (self.leaves_printer(key), self.doubt.wished.remove(key));
        let is_wished = wished.is_some();
        let slip = wished.or_else(|| self.book.unprinted_slip(key).cloned())?;
        Some((slip, first || is_wished))
    }
}
