//! Numbers in a row, as a dispenser holds them in reserve.

/// Numbers from `next` to `last`, of one lane and business day. Empty when `next` is beyond `last`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// The business day for which they hold.
    pub day: String,
    letter: char,
    next: u32,
    last: u32,
}

impl Series {
    /// From `A051` to `A100`; `None` when that is not a row of numbers.
    pub fn new(day: &str, first: &str, last: &str) -> Option<Self> {
        let ((letter, next), (other, last)) = (parse(first)?, parse(last)?);
        (letter == other && next <= last).then(|| Self { day: day.to_owned(), letter, next, last })
    }

    /// How many are left.
    pub fn left(&self) -> u32 {
        (self.last + 1).saturating_sub(self.next)
    }

    /// Takes the next number.
    pub fn take(&mut self) -> Option<String> {
        let number = (self.left() > 0).then(|| format(self.letter, self.next))?;
        self.next += 1;
        Some(number)
    }

    /// Takes back a number, if it was the last one taken; whether it was.
    pub fn give_back(&mut self, number: &str) -> bool {
        let Some((letter, n)) = parse(number) else { return false };
        let is_last = letter == self.letter && n + 1 == self.next;
        if is_last {
            self.next = n;
        }
        is_last
    }

    /// Makes sure that this number and those before it are never given out, again or at all.
    pub fn pass(&mut self, number: &str) {
        if let Some((letter, n)) = parse(number)
            && letter == self.letter
            && (self.next..=self.last).contains(&n)
        {
            self.next = n + 1;
        }
    }

    /// What is left, as first and last number.
    pub fn bounds(&self) -> Option<(String, String)> {
        (self.left() > 0).then(|| (format(self.letter, self.next), format(self.letter, self.last)))
    }
}

/// The last number that a lane may have; leaves room to count beyond it.
const NUMBER_MAX: u32 = 9_999_999;

fn format(letter: char, n: u32) -> String {
    format!("{letter}{n:03}")
}

fn parse(number: &str) -> Option<(char, u32)> {
    let letter = number.chars().next().filter(char::is_ascii_uppercase)?;
    let digits = number.get(1..).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    let n = digits.parse().ok().filter(|n| (1..=NUMBER_MAX).contains(n))?;
    Some((letter, n))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_is_given_out_once_and_in_order() {
        let mut series = Series::new("d", "A099", "A101").unwrap();
        let all: Vec<_> = std::iter::from_fn(|| series.take()).collect();
        assert_eq!(all, ["A099", "A100", "A101"]);
        assert_eq!((series.left(), series.bounds()), (0, None));
    }

    #[test]
    fn the_last_number_can_be_given_back_and_comes_again() {
        let mut series = Series::new("d", "A099", "A100").unwrap();
        assert_eq!((series.take(), series.take()), (Some("A099".into()), Some("A100".into())));
        for other in ["A099", "B100", "A101", "nonsense"] {
            assert!(!series.give_back(other), "{other}");
        }
        assert!(series.give_back("A100") && series.left() == 1);
        assert_eq!((series.take(), series.take()), (Some("A100".into()), None));
    }

    #[test]
    fn what_was_given_out_is_passed() {
        let mut series = Series::new("d", "B001", "B003").unwrap();
        series.pass("A002");
        series.pass("B002");
        series.pass("B001");
        assert_eq!(series.bounds(), Some(("B003".into(), "B003".into())));
    }

    #[test]
    fn what_is_no_row_of_numbers_is_no_series() {
        for (first, last) in
            [("A2", "A1"), ("A1", "B2"), ("", ""), ("A0", "A1"), ("A", "A"), ("甲1", "甲2"), ("A1", "A+2")]
        {
            assert_eq!(Series::new("d", first, last), None, "{first} {last}");
        }
        assert_eq!(Series::new("d", "A1", "A99999999"), None);
    }
}
