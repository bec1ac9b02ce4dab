//! Which window is free next: a tree of the earliest times, in which a changed time costs one comparison a level, without a guess
//! by the processor. A heap costs twice as much here.

/// Bits of an entry that name the window; the rest is the time, ms. The earliest entry is the smallest number.
const WINDOW_BITS: u32 = 12;
const WINDOW_MASK: u64 = (1 << WINDOW_BITS) - 1;
/// A window that takes nobody any more.
const GONE: u64 = u64::MAX;

/// The windows by the time at which they are free; at most 4,096.
pub(super) struct Soonest {
    /// Node `n` holds the earlier of `2n` and `2n + 1`; the windows are the second half.
    tree: Vec<u64>,
}

impl Soonest {
    /// The windows, by the ms at which they are free.
    pub fn new(free_ms: impl ExactSizeIterator<Item = u64>) -> Self {
        let leaves = free_ms.len().next_power_of_two();
        let mut tree = vec![GONE; 2 * leaves];
        for (window, (leaf, ms)) in tree.iter_mut().skip(leaves).zip(free_ms).enumerate() {
            *leaf = entry(ms, window);
        }
        let mut soonest = Self { tree };
        (1..leaves).rev().for_each(|node| soonest.update(node));
        soonest
    }

    /// When the first window is free, ms, and which it is; of equals the one that stands first.
    pub fn first(&self) -> Option<(u64, usize)> {
        let first = self.tree.get(1).copied().filter(|first| *first != GONE)?;
        Some((first >> WINDOW_BITS, usize::try_from(first & WINDOW_MASK).ok()?))
    }

    /// A window is free at another time, ms; `None` = never again.
    pub fn set(&mut self, window: usize, ms: Option<u64>) {
        let mut node = self.tree.len() / 2 + window;
        if let Some(leaf) = self.tree.get_mut(node) {
            *leaf = ms.map_or(GONE, |ms| entry(ms, window));
        }
        while node > 1 {
            node /= 2;
            self.update(node);
        }
    }

    fn update(&mut self, node: usize) {
        if let Some([left, right]) = self.tree.get(2 * node..2 * node + 2) {
            let earlier = *left.min(right);
            self.tree.get_mut(node).into_iter().for_each(|place| *place = earlier);
        }
    }
}

fn entry(ms: u64, window: usize) -> u64 {
    // Beyond 140,000 years the order of windows is nobody's concern.
    (ms.min(u64::MAX >> (WINDOW_BITS + 1)) << WINDOW_BITS) | (window as u64 & WINDOW_MASK)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_is_the_earliest_whatever_changes() {
        let mut soonest = Soonest::new([50, 30, 90].into_iter());
        assert_eq!(soonest.first(), Some((30, 1)));
        soonest.set(1, Some(70));
        assert_eq!(soonest.first(), Some((50, 0)));
        soonest.set(0, None);
        assert_eq!(soonest.first(), Some((70, 1)));
        soonest.set(2, Some(70));
        assert_eq!(soonest.first(), Some((70, 1)), "of equals the first");
        soonest.set(1, None);
        soonest.set(2, None);
        assert_eq!(soonest.first(), None);
        assert_eq!(Soonest::new([].into_iter()).first(), None);
        assert_eq!(Soonest::new([7].into_iter()).first(), Some((7, 0)));
    }
}
