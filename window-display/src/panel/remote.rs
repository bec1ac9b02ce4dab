//! A panel that runs beside the shell: it is told what to show, the newest word alone, and says when it does.

use std::{future::pending, time::Duration};

use tokio::{
    sync::{mpsc, watch},
    time::timeout,
};

use crate::display::{Input, PanelText};

/// How long a program that ends waits for its last text to be shown.
const CLOSE_WITHIN: Duration = Duration::from_secs(2);
/// Words of a panel that are not yet read; when there are more it waits.
const SAID_MAX: usize = 16;

/// What is to stand on a panel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wish {
    /// Counts the texts, from 1; 0 = none yet.
    pub turn: u64,
    /// What.
    pub panel: PanelText,
    /// Whether it blinks at first.
    pub blink: bool,
    /// 1 to 100.
    pub brightness_percent: u32,
}

/// What such a panel says.
#[derive(Debug)]
pub(super) struct Said {
    /// Of which text.
    pub turn: u64,
    /// What.
    pub input: Input,
}

/// The shell's end.
pub(super) struct Remote {
    wishes: watch::Sender<Wish>,
    said: mpsc::Receiver<Said>,
}

/// The panel's end.
pub(super) struct Worker {
    /// What is to be shown; its sender is gone when the program ends.
    pub wishes: watch::Receiver<Wish>,
    /// What became of it.
    pub say: mpsc::Sender<Said>,
}

/// Two ends.
pub(super) fn pair() -> (Remote, Worker) {
    let panel = PanelText { text: String::new(), call: None };
    let (wishes, wished) = watch::channel(Wish { turn: 0, panel, blink: false, brightness_percent: 100 });
    let (say, said) = mpsc::channel(SAID_MAX);
    (Remote { wishes, said }, Worker { wishes: wished, say })
}

impl Remote {
    pub(super) fn show(&mut self, panel: PanelText, blink: bool) {
        self.wishes.send_modify(|wish| {
            *wish = Wish { turn: wish.turn + 1, panel, blink, brightness_percent: wish.brightness_percent };
        });
    }

    pub(super) fn dim(&mut self, percent: u32) {
        self.wishes.send_modify(|wish| wish.brightness_percent = percent);
    }

    pub(super) async fn said(&mut self) -> Input {
        match self.said.recv().await {
            Some(said) => said.input,
            // Its end comes with the program's.
            None => pending().await,
        }
    }

    pub(super) async fn close(mut self) {
        let turn = self.wishes.borrow().turn;
        let shown = async {
            while let Some(said) = self.said.recv().await {
                if said.turn == turn && matches!(said.input, Input::PanelShown { .. }) {
                    return;
                }
            }
        };
        // A panel that does not answer keeps nobody from ending; its own time limit darkens it.
        let _ = timeout(CLOSE_WITHIN, shown).await;
    }
}
