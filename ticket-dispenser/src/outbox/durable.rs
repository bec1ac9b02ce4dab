//! Lines at the end of a list: all of them durable, or none there.

use std::{
    fs::File,
    io::{self, Write},
};

/// A list that grows at its end. The tests have one whose disk fails.
pub(super) trait List: Write {
    /// What was written is on the disk.
    fn sync(&self) -> io::Result<()>;
    /// Takes away what stands behind so many bytes.
    fn cut(&self, bytes: u64) -> io::Result<()>;
}

impl List for File {
    fn sync(&self) -> io::Result<()> {
        self.sync_data()
    }

    fn cut(&self, bytes: u64) -> io::Result<()> {
        self.set_len(bytes)
    }
}

/// Makes lines durable behind the first `durable` bytes.
///
/// # Errors
/// The disk fails. Nobody is told of these lines then, so none may count after a restart: the list is cut back, if the disk
/// still does that.
pub(super) fn extend(list: &mut impl List, lines: &[u8], durable: u64) -> io::Result<()> {
    let written = list.write_all(lines).and_then(|()| list.sync());
    if written.is_err() {
        // Where this fails too, the next append still puts a new list in place of this one.
        let _ = list.cut(durable).and_then(|()| list.sync());
    }
    written
}
