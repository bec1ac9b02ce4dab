//! Where people type and read.

use std::io::{self, BufRead, IsTerminal, Write};

use super::Complaint;

/// Input and output of a command.
pub struct Console<'a> {
    /// What is typed or piped in.
    pub input: Box<dyn BufRead + 'a>,
    /// What the command is for.
    pub out: Box<dyn Write + 'a>,
    /// What is said about it.
    pub err: Box<dyn Write + 'a>,
    /// Whether a person types.
    pub is_terminal: bool,
}

impl Console<'static> {
    /// Those of the program.
    pub fn standard() -> Self {
        Self {
            input: Box::new(io::stdin().lock()),
            out: Box::new(io::stdout()),
            err: Box::new(io::stderr()),
            is_terminal: io::stdin().is_terminal(),
        }
    }
}

impl Console<'_> {
    /// Writes a text as it is, as a result or about it. When nobody reads it any more, there is nobody to tell.
    pub fn show(&mut self, about: bool, text: &str) {
        let to = if about { &mut self.err } else { &mut self.out };
        let _ = to.write_all(text.as_bytes()).and_then(|()| to.flush());
    }

    /// Writes a line of the result.
    pub fn say(&mut self, line: &str) {
        self.show(false, &format!("{line}\n"));
    }

    /// Asks for a new password: a person types it twice, unseen; a program sends a line.
    pub fn new_password(&mut self, from_stdin: bool) -> Result<String, Complaint> {
        if from_stdin || !self.is_terminal {
            let mut line = String::new();
            self.input.read_line(&mut line).map_err(unreadable)?;
            return Ok(line.trim_end_matches(['\r', '\n']).into());
        }
        let typed = rpassword::prompt_password("Password 密码: ").map_err(unreadable)?;
        let again = rpassword::prompt_password("Once more 再次输入: ").map_err(unreadable)?;
        if typed == again {
            Ok(typed)
        } else {
            Err(Complaint::new("两次输入的密码不同", "the two passwords differ"))
        }
    }
}

fn unreadable(error: io::Error) -> Complaint {
    Complaint::new(format!("无法读取密码：{error}"), format!("the password can't be read: {error}"))
}
