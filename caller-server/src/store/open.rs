//! Opening a store, and making a new one in place of one that can't be trusted.

use std::fs;
use std::path::{Path, PathBuf};

use protocol::Text;

use super::{Fault, ReadJournal, Snapshot, aside, base::Base};
use crate::journal::Head;

/// What opening gave. It never fails: a hall works without its store.
pub struct Opened {
    /// The store, to be given to [`super::StoreWriter::spawn`].
    pub store: Store,
    /// The newest snapshot that is whole and lies on the journal.
    pub snapshot: Option<Snapshot>,
    /// What was wrong, in a sentence for the log; it was logged already.
    pub note: Option<Text>,
}

/// The projections on disk, and the journal from which they follow.
pub struct Store {
    /// `None` while the disk does not let it be opened or created.
    pub(super) base: Option<Base>,
    /// Reads the journal.
    pub(super) read: ReadJournal,
    /// The journal reaches at least so far.
    pub(super) target: Head,
    /// It began empty and has not reached the target yet.
    pub(super) is_rebuilding: bool,
    /// The sum over its pairs was checked, or it began empty.
    pub(super) is_verified: bool,
    /// Stores that were begun anew since the start.
    pub(super) rebuilds: u64,
    dir: PathBuf,
}

impl Store {
    /// Opens the store in `dir`, of a journal that ends at `head`. One that can't be trusted is moved aside.
    #[must_use]
    pub fn open(dir: &Path, head: Head, read: ReadJournal) -> Opened {
        let mut store = Self {
            base: None,
            read,
            target: head,
            is_rebuilding: false,
            is_verified: false,
            rebuilds: 0,
            dir: dir.to_owned(),
        };
        let mut note = store.acquire().unwrap_or_else(|fault| Some(store.put_right(&fault)));
        let snapshot = store.snapshot().unwrap_or_else(|fault| {
            note = Some(store.put_right(&fault));
            None
        });
        Opened { store, snapshot, note }
    }

    /// Opens what is there, or begins a new store where nothing is. The sentence says if something should have been there.
    pub(super) fn acquire(&mut self) -> Result<Option<Text>, Fault> {
        if !is_nothing(&self.dir) {
            self.base = Some(self.open_checked()?);
            (self.is_verified, self.is_rebuilding) = (false, false);
            return Ok(None);
        }
        self.create()?;
        Ok((self.target.seq > 0).then(|| {
            let note = Text::new(
                format!("没有找到查询数据，正在从日志（共{}条）重建", self.target.seq),
                format!("there is no store; it is being built from the journal of {} records", self.target.seq),
            );
            tracing::warn!(zh = note.zh, "{}", note.en);
            note
        }))
    }

    /// Closes a store in which `fault` was found. If that is its own fault, it is moved aside and a new one is begun; if the
    /// disk or the journal failed, it is left where it is, to be tried again. Returns, and logs, what was done.
    pub(super) fn put_right(&mut self, fault: &Fault) -> Text {
        let is_closed = self.base.take().is_none_or(Base::close);
        let note = if fault.is_of_the_store() || !is_closed { self.replace(fault) } else { put_off(fault) };
        tracing::error!(zh = note.zh, "{}", note.en);
        note
    }

    /// Whether the journal has this record with this hash.
    pub(super) fn lies_on_journal(read: &mut ReadJournal, target: Head, at: Head) -> Result<bool, Fault> {
        if at.seq == 0 || at.seq >= target.seq {
            return Ok(at == target || at == Head::default());
        }
        let mut found = None;
        read(at.seq, target, &mut |record| {
            found = Some(Head { seq: record.seq, hash: record.hash });
            false
        })?;
        Ok(found == Some(at))
    }

    fn open_checked(&mut self) -> Result<Base, Fault> {
        aside::begin_opening(&self.dir)?;
        let base = Base::open(&self.dir);
        aside::end_opening(&self.dir)?;
        let base = base?;
        match self.check(base.head()) {
            Ok(()) => Ok(base),
            Err(fault) => {
                base.close();
                Err(fault)
            }
        }
    }

    fn check(&mut self, at: Head) -> Result<(), Fault> {
        if at.seq > self.target.seq {
            return Err(Fault::Ahead { position: at.seq, head: self.target.seq });
        }
        let lies_on_it = Self::lies_on_journal(&mut self.read, self.target, at)?;
        if lies_on_it { Ok(()) } else { Err(Fault::Foreign(at.seq)) }
    }

    fn snapshot(&mut self) -> Result<Option<Snapshot>, Fault> {
        let Self { base, read, target, .. } = self;
        let Some(base) = base else { return Ok(None) };
        base.latest_snapshot(|at| at.seq > 0 && Self::lies_on_journal(read, *target, at).unwrap_or(false))
    }

    fn replace(&mut self, fault: &Fault) -> Text {
        let replaced = self.clear_away().and_then(|place| {
            self.create()?;
            Ok(place)
        });
        match replaced {
            Ok(place) => Text::new(
                format!("查询数据不可用，已移到{}，正在从日志重建，不影响叫号。原因：{}", place, fault.zh()),
                format!(
                    "the store was moved to {place} and is being rebuilt from the journal; the service goes on: {fault}"
                ),
            ),
            Err(second) => Text::new(
                format!("查询数据不可用，目前也无法重建，稍后重试，不影响叫号。原因：{}；{}", fault.zh(), second.zh()),
                format!(
                    "the store can't be used ({fault}) nor rebuilt now ({second}); the service goes on, it is tried again"
                ),
            ),
        }
    }

    /// What failed before it was complete is not worth keeping: it would push out what is.
    fn clear_away(&self) -> Result<String, Fault> {
        if self.is_rebuilding && self.rebuilds > 1 {
            fs::remove_dir_all(&self.dir)?;
            return Ok("nowhere".to_owned());
        }
        Ok(aside::move_aside(&self.dir)?.display().to_string())
    }

    fn create(&mut self) -> Result<(), Fault> {
        self.is_rebuilding = self.target.seq > 0;
        self.is_verified = true;
        self.rebuilds += u64::from(self.is_rebuilding);
        self.base = Some(Base::create(&self.dir)?);
        Ok(())
    }
}

/// Whether `dir` is missing or empty.
fn is_nothing(dir: &Path) -> bool {
    fs::read_dir(dir).map_or(true, |mut entries| entries.next().is_none())
}

fn put_off(fault: &Fault) -> Text {
    Text::new(
        format!("查询数据暂时不可用，稍后重试，不影响叫号。原因：{}", fault.zh()),
        format!("the store can't be used now and is tried again; the service goes on: {fault}"),
    )
}
