//! sled, with everything that it may do wrong turned into a [`Fault`].

use std::any::Any;
use std::fs::{self, File};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use hall::Entry;
use sled::{Db, Mode, Tree};

use super::{
    Fault, keys,
    position::{Position, Sum},
    projector::{Projector, Seats, parse},
    snapshots::{Snapshot, Snapshots},
};
use crate::journal::Head;

/// sled would take 1 GB. A hall's day is about 1 MB; older days are read from the file.
const CACHE_BYTES: u64 = 8 * 1024 * 1024;
/// A clean store opens in well under a second. One that takes so long hangs, and the service waits for it.
const OPEN_S_MAX: u64 = 20;
const CLOSE_S_MAX: u64 = 10;
const LOCK_WAIT_MAX: Duration = Duration::from_secs(2);
const LOCK_ASK_AGAIN: Duration = Duration::from_millis(10);

/// An open database.
pub(super) struct Base {
    tree: Tree,
    snapshots: Snapshots,
    snapshot_seq: u64,
    db: Db,
    /// An own handle of sled's file: sled's flush does not reach the disk.
    file: File,
    position: Position,
    seats: Seats,
}

impl Base {
    /// Opens what is in `dir`.
    pub fn open(dir: &Path) -> Result<Self, Fault> {
        let db = open_db(dir)?;
        guarded(|| Self::with(dir, db))
    }

    /// Begins a new one in `dir`, which must not hold one.
    pub fn create(dir: &Path) -> Result<Self, Fault> {
        fs::create_dir_all(dir)?;
        let db = open_db(dir)?;
        guarded(|| {
            db.insert(keys::POSITION, Position::default().to_bytes().as_slice())?;
            let base = Self::with(dir, db)?;
            base.sync()?;
            File::open(dir)?.sync_all()?;
            Ok(base)
        })
    }

    fn with(dir: &Path, db: Db) -> Result<Self, Fault> {
        let position = Position::from_bytes(&db.get(keys::POSITION)?.ok_or(Fault::Empty)?)?;
        let seats = db.get(keys::SEATS)?.as_deref().map(parse).transpose()?.unwrap_or_default();
        let snapshots = Snapshots::open(&db)?;
        let snapshot_seq = snapshots.newest()?;
        let file = File::options().read(true).write(true).open(dir.join("db"))?;
        Ok(Self { tree: Tree::clone(&db), snapshots, snapshot_seq, db, file, position, seats })
    }

    /// Where it stands.
    pub fn head(&self) -> Head {
        self.position.head
    }

    /// The tree of the projections, to read from.
    pub fn tree(&self) -> Tree {
        self.tree.clone()
    }

    /// The last record in the newest snapshot; 0 = there is none.
    pub fn snapshot_seq(&self) -> u64 {
        self.snapshot_seq
    }

    /// The newest snapshot that is whole and that `lies_on` the journal.
    pub fn latest_snapshot(&self, lies_on: impl FnMut(Head) -> bool) -> Result<Option<Snapshot>, Fault> {
        guarded(|| self.snapshots.latest(lies_on))
    }

    /// Puts a snapshot in and makes it durable.
    pub fn put_snapshot(&mut self, snapshot: &Snapshot) -> Result<(), Fault> {
        guarded(|| self.snapshots.put(snapshot))?;
        self.snapshot_seq = snapshot.seq;
        self.sync()
    }

    /// Applies entries that follow on the position; `head` is the last one. All of it or nothing.
    pub fn apply<'a>(&mut self, entries: impl IntoIterator<Item = &'a Entry>, head: Head) -> Result<(), Fault> {
        let Self { tree, seats, position, .. } = self;
        let next = guarded(|| {
            let mut projector = Projector::new(tree, seats);
            entries.into_iter().try_for_each(|entry| projector.apply(entry))?;
            let (mut batch, sum) = projector.finish(position.sum)?;
            let next = Position { head, sum };
            batch.insert(keys::POSITION, next.to_bytes().as_slice());
            tree.apply_batch(batch)?;
            Ok(next)
        })?;
        self.position = next;
        Ok(())
    }

    /// Reads every pair: their sum must be the one at the position. Ends early, as if all were well, when `may_go_on` says
    /// so.
    pub fn verify(&self, may_go_on: impl Fn() -> bool) -> Result<(), Fault> {
        guarded(|| {
            let mut sum = Sum::default();
            for pair in &self.tree {
                let (key, value) = pair?;
                if key != keys::POSITION {
                    sum.add(&key, &value);
                }
                if !may_go_on() {
                    return Ok(());
                }
            }
            let is_sound = sum == self.position.sum;
            if is_sound {
                Ok(())
            } else {
                Err(Fault::Damaged("pairs are missing, too many or not as they were written"))
            }
        })
    }

    /// Makes everything durable that was applied.
    pub fn sync(&self) -> Result<(), Fault> {
        guarded(|| {
            self.db.flush()?;
            Ok(self.file.sync_data()?)
        })
    }

    /// Closes the database, but waits only so long: after a panic inside sled its own threads may never end. Returns whether
    /// it is closed.
    pub fn close(self) -> bool {
        let (closed, is_closed) = mpsc::channel();
        let close = move || {
            // What sled does on closing may panic again; whether it is closed is all that matters.
            let _ = catch_unwind(AssertUnwindSafe(|| drop(self)));
            let _ = closed.send(());
        };
        let started = thread::Builder::new().name("store-close".to_owned()).spawn(close);
        started.is_ok() && is_closed.recv_timeout(Duration::from_secs(CLOSE_S_MAX)).is_ok()
    }
}

/// Runs what calls sled. After a panic the database is not used again.
pub(super) fn guarded<T>(act: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    catch_unwind(AssertUnwindSafe(act)).unwrap_or_else(|panic| Err(Fault::Panicked(said(&*panic))))
}

/// Opens in a thread that can be left alone: a damaged file may not only fail but hang.
fn open_db(dir: &Path) -> Result<Db, Fault> {
    let config = sled::Config::new().path(dir).cache_capacity(CACHE_BYTES).mode(Mode::LowSpace).flush_every_ms(None);
    let (opened, result) = mpsc::channel();
    let open = move || {
        // Nobody listens any more when it took too long.
        let _ = opened.send(guarded(|| open_unlocked(&config)));
    };
    thread::Builder::new().name("store-open".to_owned()).spawn(open)?;
    match result.recv_timeout(Duration::from_secs(OPEN_S_MAX)) {
        Ok(db) => db,
        Err(RecvTimeoutError::Timeout) => Err(Fault::Slow(OPEN_S_MAX)),
        Err(RecvTimeoutError::Disconnected) => Err(Fault::Panicked("while opening".to_owned())),
    }
}

/// sled lets go of its lock some time after it was closed: what it drops is collected later.
fn open_unlocked(config: &sled::Config) -> Result<Db, Fault> {
    let begun = Instant::now();
    loop {
        match config.open().map_err(Fault::from) {
            Err(fault) if fault.is_lock() && begun.elapsed() < LOCK_WAIT_MAX => thread::sleep(LOCK_ASK_AGAIN),
            opened => return opened,
        }
    }
}

fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("without a word").to_owned()
}
