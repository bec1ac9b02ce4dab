//! The machine on which the doctor runs.

use std::{
    fs,
    io::{self, BufRead, Write},
    net::{TcpStream, ToSocketAddrs},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use protocol::Text;

use super::Body;
use crate::{
    Plan,
    folder::{self, FolderError},
    render::render,
};

/// A server that takes longer is not there.
const REACHED_WITHIN: Duration = Duration::from_secs(3);

/// This machine, and whoever sits at the terminal.
pub struct Here<I, O> {
    /// What its paths begin with: `/`, unless something else stands in for it.
    pub root: PathBuf,
    /// Answers; `None` = nobody is asked.
    pub answers: Option<I>,
    /// Questions.
    pub questions: O,
}

impl<I, O> Here<I, O> {
    fn at(&self, path: &str) -> PathBuf {
        self.root.join(path.trim_start_matches('/'))
    }
}

impl<I: BufRead, O: Write> Body for Here<I, O> {
    fn read(&self, path: &str) -> io::Result<String> {
        fs::read_to_string(self.at(path))
    }

    fn has(&self, path: &str) -> bool {
        self.at(path).exists()
    }

    fn differences(&self, plan: &Plan) -> Result<Vec<String>, FolderError> {
        Ok(folder::compare(&render(plan), Path::new(&self.root))?.iter().map(ToString::to_string).collect())
    }

    fn reach(&self, address: &str) -> io::Result<()> {
        let mut last = io::Error::from(io::ErrorKind::NotFound);
        for at in address.to_socket_addrs()? {
            match TcpStream::connect_timeout(&at, REACHED_WITHIN) {
                Ok(_) => return Ok(()),
                Err(why) => last = why,
            }
        }
        Err(last)
    }

    fn run(&mut self, command: &[&str]) -> io::Result<(bool, String)> {
        let output = made(command)?.stdin(Stdio::null()).output()?;
        let said = [output.stdout, output.stderr].concat();
        Ok((output.status.success(), String::from_utf8_lossy(&said).into_owned()))
    }

    fn show(&mut self, command: &[&str]) -> io::Result<bool> {
        Ok(made(command)?.stdin(Stdio::null()).status()?.success())
    }

    fn ask(&mut self, question: &Text) -> Option<bool> {
        loop {
            write!(self.questions, "? {} {} [y/n] ", question.zh, question.en).ok()?;
            self.questions.flush().ok()?;
            let mut answer = String::new();
            if self.answers.as_mut()?.read_line(&mut answer).ok()? == 0 {
                return None;
            }
            match answer.trim() {
                "y" | "Y" | "是" => return Some(true),
                "n" | "N" | "否" => return Some(false),
                _ => {}
            }
        }
    }
}

fn made(command: &[&str]) -> io::Result<Command> {
    let (program, words) = command.split_first().ok_or(io::ErrorKind::InvalidInput)?;
    let mut made = Command::new(program);
    made.args(words);
    Ok(made)
}
