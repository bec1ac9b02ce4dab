//! `caller-server journal …`: reads a journal, also that of a running server, and changes nothing.

use std::{io, path::PathBuf};

use clap::{Args, Subcommand};

use super::{Complaint, Console, Which};
use crate::{
    config::ConfigError,
    journal::{Fault, IoFault, OpenError, verify},
};

#[derive(Debug, Subcommand)]
pub(super) enum Journal {
    /// Check every byte: lengths, sums, the chain of hashes · 检查每个字节：长度、校验和、哈希链
    Verify {
        #[command(flatten)]
        place: Place,
    },
    /// Print the entries for people · 打印条目供人阅读
    Print {
        #[command(flatten)]
        place: Place,
        /// Begin with this sequence number · 从此序号开始
        #[arg(long, value_name = "N", default_value_t = 1)]
        from: u64,
    },
    /// Write all entries as JSON Lines · 将所有条目写成JSON Lines
    Export {
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Debug, Args)]
pub(super) struct Place {
    /// The journal's directory, such as that of a copy; without it, the hall's · 日志目录；省略则为该大厅的日志
    dir: Option<PathBuf>,
    #[command(flatten)]
    which: Which,
}

impl Journal {
    pub(super) fn run(self, console: &mut Console<'_>) -> Result<(), Complaint> {
        let done = match self {
            Self::Verify { place } => {
                verify::verify(&place.find()?).map(|report| console.show(false, &report.to_string()))
            }
            Self::Print { place, from } => verify::print(&place.find()?, from, &mut buffered(console)),
            Self::Export { place } => verify::export(&place.find()?, &mut buffered(console)),
        };
        match done {
            // `… | head` has seen enough.
            Err(OpenError::Fault(Fault::Io(IoFault { source, .. }))) if source.kind() == io::ErrorKind::BrokenPipe => {
                Ok(())
            }
            done => Ok(done?),
        }
    }
}

impl Place {
    fn find(&self) -> Result<PathBuf, ConfigError> {
        match &self.dir {
            Some(dir) => Ok(dir.clone()),
            None => self.which.load().map(|config| config.journal_dir()),
        }
    }
}

fn buffered<'a>(console: &'a mut Console<'_>) -> impl io::Write + 'a {
    io::BufWriter::new(&mut console.out)
}
