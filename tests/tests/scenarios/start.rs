//! A hall starts on what the years have left.

use std::time::Duration;

use caller_server::journal::verify;
use tests::bench::startup::write_journal;
use tests::hall::{Hall, Setup};

/// Generous: the benchmark measures it, this only shows that it works.
const STARTS_WITHIN: Duration = Duration::from_secs(30);

async fn starts_after(entries: u64) {
    let mut hall = Hall::set_up(Setup::default());
    write_journal(&hall.journal_dir(), entries);
    let took = hall.run().await;
    assert!(took < STARTS_WITHIN, "{entries} entries: {took:?}");
    assert!(hall.seq().await > entries, "the plan and today are added to what was there");
    let number = hall.dispenser(1).await.issue().await.number();
    assert_eq!(number, "A001", "a new day begins at 001");
    hall.stop();
    let found = verify::verify(&hall.journal_dir()).unwrap();
    assert!(found.seq > entries && found.torn_bytes == 0, "{found}");
}

#[tokio::test]
async fn a_hall_starts_after_a_day() {
    starts_after(10_000).await;
}

#[tokio::test]
async fn a_hall_starts_after_a_million_entries() {
    starts_after(1_000_000).await;
}
