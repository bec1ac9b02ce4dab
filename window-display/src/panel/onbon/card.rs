//! Keeps a card: asks, waits for the answer, tries again, and says what came of it.

use std::{
    io, thread,
    time::{Duration, Instant},
};

use firmware_config::display::{CardLink, CardLinkKind, Panel as PanelProfile};
use thiserror::Error;
use tokio::{
    runtime,
    time::{sleep, sleep_until},
};

use super::{
    agenda::{Agenda, Next},
    command::{Answer, Area, Command},
    link::Link,
    packet::{Decoder, PacketError},
};
use crate::{
    display::Input,
    panel::{
        PanelError,
        remote::{Said, Worker},
        screen::RETRY,
    },
};

/// So often a card is asked before it counts as lost: a packet may be damaged on a long line.
const TRIES: u32 = 2;
/// Any card may be meant, and any may answer.
const ANY_SCREEN: u16 = 0xFFFE;

/// Why a card shows nothing.
#[derive(Debug, Error)]
pub enum CardError {
    /// There is no way to it.
    #[error("it cannot be reached: {0}; check its power, its cable and its address")]
    Unreachable(io::Error),
    /// It said nothing.
    #[error("no answer within {0} ms; check its power, its cable, its screen number and the speed of the line")]
    Silent(u128),
    /// It said something that cannot be read.
    #[error("its answer cannot be read ({0}); check the speed and the wires of the line")]
    Garbled(PacketError),
    /// It refused.
    #[error("it refused: {0}")]
    Refused(Refusal),
}

/// A code of the card, by the maker's table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal(u8);

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let why = match self.0 {
            1 => "unknown group of commands",
            2 => "unknown command",
            3 => "busy",
            4 => "out of memory",
            5 => "wrong check sum",
            12 => "the font is not on the card",
            _ => return write!(f, "code {}", self.0),
        };
        write!(f, "code {}, {why}", self.0)
    }
}

impl CardError {
    /// The same in Chinese, without a full stop.
    pub fn zh(&self) -> String {
        match self {
            Self::Unreachable(why) => format!("无法连接（{why}），请检查电源、线路和地址"),
            Self::Silent(ms) => format!("{ms} 毫秒内没有应答，请检查电源、线路、屏号和波特率"),
            Self::Garbled(_) => "应答无法识别，请检查波特率和接线".into(),
            Self::Refused(refusal) => format!("控制卡拒绝，错误码 {}", refusal.0),
        }
    }
}

/// Starts the thread of a card.
pub(super) fn spawn(profile: &PanelProfile, worker: Worker) -> io::Result<()> {
    let runtime = runtime::Builder::new_current_thread().enable_time().build()?;
    let to = profile.onbon.link.clone();
    let place = match to.kind {
        CardLinkKind::Tcp | CardLinkKind::Udp => to.address.to_string(),
        CardLinkKind::Serial => to.device.display().to_string(),
    };
    let answer_within = Duration::from_millis(profile.onbon.answer_ms_max.into());
    let agenda = Agenda::new(worker.wishes.borrow().clone());
    let line = Line { to, area: Area::of(profile), answer_within, link: None };
    let card = Card { line, place, agenda, began: Instant::now(), lost: false };
    thread::Builder::new().name("panel".into()).spawn(move || runtime.block_on(card.work(worker)))?;
    Ok(())
}

struct Card {
    line: Line,
    place: String,
    agenda: Agenda,
    began: Instant,
    lost: bool,
}

impl Card {
    /// Until the shell's end is gone.
    async fn work(mut self, mut worker: Worker) {
        loop {
            let wish = worker.wishes.borrow_and_update().clone();
            let moves = self.line.area.moves(&wish.panel.text);
            self.agenda.wish(wish, moves, self.now_ms());
            match self.agenda.next(self.now_ms()) {
                Next::Send(command) => {
                    let said = self.send(&command);
                    let failed = self.lost;
                    if let Some(said) = said
                        && worker.say.send(said).await.is_err()
                    {
                        return;
                    }
                    if failed {
                        sleep(RETRY).await;
                    }
                }
                Next::Wait(at_ms) => {
                    // Blinks come before the clock's end.
                    let at = self.began + Duration::from_millis(at_ms.min(self.now_ms() + 60_000));
                    tokio::select! {
                        changed = worker.wishes.changed() => if changed.is_err() { return },
                        () = sleep_until(at.into()) => {}
                    }
                }
            }
            if worker.say.is_closed() {
                return;
            }
        }
    }

    fn send(&mut self, command: &Command) -> Option<Said> {
        let (turn, call) = (self.agenda.current().turn, self.agenda.current().panel.call);
        match self.line.ask(command) {
            Ok(()) => {
                let is_new = self.agenda.done(command, self.now_ms());
                self.lost = false;
                is_new.then_some(Said { turn, input: Input::PanelShown { call } })
            }
            Err(why) => {
                self.agenda.lost();
                self.lost = true;
                let trouble = PanelError::Card { place: self.place.clone(), why }.text();
                Some(Said { turn, input: Input::PanelFailed { trouble } })
            }
        }
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// The way to the card.
struct Line {
    to: CardLink,
    area: Area,
    answer_within: Duration,
    link: Option<Link>,
}

impl Line {
    fn ask(&mut self, command: &Command) -> Result<(), CardError> {
        let packet = self.area.packet(command).encode();
        let mut tried = 1;
        loop {
            match self.try_once(command, &packet) {
                Err(_) if tried < TRIES => tried += 1,
                result => return result,
            }
        }
    }

    /// The link is kept only when all went well.
    fn try_once(&mut self, command: &Command, packet: &[u8]) -> Result<(), CardError> {
        let mut link = match self.link.take() {
            Some(link) => link,
            None => Link::open(&self.to, self.answer_within).map_err(CardError::Unreachable)?,
        };
        link.write(packet).map_err(CardError::Unreachable)?;
        self.answer(&mut link, command)?;
        self.link = Some(link);
        Ok(())
    }

    fn answer(&self, link: &mut Link, command: &Command) -> Result<(), CardError> {
        let asked_at = Instant::now();
        let (mut decoder, mut garbled, mut buffer) = (Decoder::default(), None, [0; 512]);
        loop {
            let left = self.answer_within.saturating_sub(asked_at.elapsed());
            if left.is_zero() {
                return Err(garbled.map_or(CardError::Silent(self.answer_within.as_millis()), CardError::Garbled));
            }
            let count = match link.read(&mut buffer, left) {
                Ok(count) => count,
                Err(error) if is_timeout(&error) => continue,
                Err(error) => return Err(CardError::Unreachable(error)),
            };
            for packet in decoder.push(buffer.get(..count).unwrap_or_default()) {
                match packet {
                    Ok(packet) if self.is_from_card(packet.from) => match Answer::read(&packet.data) {
                        Answer::Ack => return Ok(()),
                        Answer::Nack(code) => return Err(CardError::Refused(Refusal(code))),
                        // Whatever it says to a ping, it is there.
                        Answer::Other if *command == Command::Ping => return Ok(()),
                        Answer::Other => {}
                    },
                    // Another card on the same line.
                    Ok(_) => {}
                    Err(error) => garbled = Some(error),
                }
            }
        }
    }

    fn is_from_card(&self, from: u16) -> bool {
        self.area.screen == ANY_SCREEN || from == self.area.screen
    }
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted)
}
