//! Who waits to be let in. No clock, no chance: both come in as arguments.
//!
//! Everything has a bound, because everybody in the network may ask: how many wait, in all and from one address; how many begin
//! within a minute; how long each waits; how often digits may be typed.

use std::{
    collections::{BTreeMap, VecDeque},
    net::{IpAddr, Ipv4Addr},
};

use protocol::{
    Text,
    enrol::{
        About, Begin, Begun, Bytes32, ENROL_VERSION, EnrolRow, Open, WAIT_MS_MAX, WORD_CHARS_MAX,
        agreement::{Agreed, AgreementError, Secret, ServerSide},
    },
};
use thiserror::Error;

/// Devices that wait at one time: more than a technician sets up at once.
pub const WAITING_MAX: usize = 32;
/// Of these from one address, so that one machine can't take all places.
pub const WAITING_FROM_ONE_MAX: usize = 8;
/// Beginnings from one address within [`RATE_MS`].
pub const BEGUN_FROM_ONE_MAX: usize = 12;
/// Beginnings from everywhere within [`RATE_MS`]; also what is remembered of them.
pub const BEGUN_MAX: usize = 120;
/// The time over which beginnings are counted, ms.
pub const RATE_MS: u64 = 60_000;
/// A device that does not show its key within this time has gone, ms.
pub const SHOW_MS_MAX: u64 = 15_000;
/// How often digits may be typed for a device: three slips of a finger, and three chances in a million for a stranger.
pub const TRIES_MAX: u8 = 3;
/// A device that was refused hears of it within this time, ms.
const TOLD_MS_MAX: u64 = 30_000;

/// Why somebody is not let in, or not yet.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EnrolError {
    /// Another version of the agreement.
    #[error("version {0} of enrolment is not spoken here; this server speaks {ENROL_VERSION}. Update the older one")]
    Version(u16),
    /// What the device says of itself is too long or no text.
    #[error(
        "what the device says of itself has more than {WORD_CHARS_MAX} characters, or characters that nobody can read"
    )]
    About,
    /// All places are taken.
    #[error("{WAITING_MAX} devices wait already; approve or refuse some of them at the manager's page, Devices")]
    Full,
    /// Too many beginnings.
    #[error("too many devices begin to enrol just now; try again in {wait_s} s")]
    TooOften {
        /// When, seconds.
        wait_s: u64,
    },
    /// Nobody of this name waits.
    #[error("nobody waits under this name: its time is over, or it began anew. Look which digits the device shows now")]
    Over,
    /// The keys do not fit.
    #[error("the device's key is not right ({0}); it begins anew by itself")]
    Key(#[from] AgreementError),
    /// The device has not shown its key yet.
    #[error("this device is not ready yet; try again in a moment")]
    Early,
    /// Others than the device should show.
    #[error(
        "these are not the digits of this device and this server. Read them once more. If they are right, the device speaks to \
         another server, or somebody stands between: look which server's address it shows. {tries_left} tries are left"
    )]
    Digits {
        /// How often they may be typed yet.
        tries_left: u8,
    },
}

/// How far a device is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Nobody has decided.
    Waiting,
    /// It is not wanted.
    Refused(Text),
}

/// Fresh randomness for one device.
#[derive(Debug, Clone)]
pub struct Chance {
    /// Names it.
    pub id: String,
    /// A key.
    pub key: Bytes32,
    /// A number.
    pub nonce: Bytes32,
}

/// The room.
#[derive(Default)]
pub struct Room {
    guests: BTreeMap<String, Guest>,
    begun: VecDeque<(u64, IpAddr)>,
    serial: u64,
}

struct Guest {
    /// In the order in which they came.
    serial: u64,
    about: About,
    from: Option<IpAddr>,
    until_ms: u64,
    tries_left: u8,
    stage: Stage,
}

enum Stage {
    Begun(ServerSide),
    Shown(Agreed),
    Refused(Text),
}

impl Room {
    /// A device begins.
    ///
    /// # Errors
    /// It says too much, or too many ask.
    pub fn begin(
        &mut self,
        now_ms: u64,
        from: Option<IpAddr>,
        begin: &Begin,
        chance: Chance,
        lasting: &Secret,
    ) -> Result<Begun, EnrolError> {
        if begin.version != ENROL_VERSION {
            return Err(EnrolError::Version(begin.version));
        }
        if !begin.about.is_plain() {
            return Err(EnrolError::About);
        }
        self.count(now_ms, from)?;
        let side = ServerSide::begin(chance.key, chance.nonce, begin.commitment, &begin.about);
        let begun = side.begun(chance.id.clone(), lasting);
        self.serial += 1;
        let guest = Guest {
            serial: self.serial,
            about: begin.about.clone(),
            from,
            until_ms: now_ms + SHOW_MS_MAX,
            tries_left: TRIES_MAX,
            stage: Stage::Begun(side),
        };
        self.guests.insert(chance.id, guest);
        Ok(begun)
    }

    /// Counts a beginning, unless there are too many.
    fn count(&mut self, now_ms: u64, from: Option<IpAddr>) -> Result<(), EnrolError> {
        self.tidy(now_ms);
        let from = from.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
        let mine: Vec<u64> = self.begun.iter().filter(|(_, one)| *one == from).map(|(at_ms, _)| *at_ms).collect();
        let all_too_often = self.begun.front().map(|(at_ms, _)| *at_ms).filter(|_| self.begun.len() >= BEGUN_MAX);
        let mine_too_often = mine.first().copied().filter(|_| mine.len() >= BEGUN_FROM_ONE_MAX);
        if let Some(first_ms) = all_too_often.or(mine_too_often) {
            let wait_ms = (first_ms + RATE_MS).saturating_sub(now_ms);
            return Err(EnrolError::TooOften { wait_s: wait_ms.div_ceil(1_000).max(1) });
        }
        let waiting = || self.guests.values().filter(|guest| !matches!(guest.stage, Stage::Refused(_)));
        let from_one = waiting().filter(|guest| guest.from == Some(from)).count();
        if waiting().count() >= WAITING_MAX || from_one >= WAITING_FROM_ONE_MAX {
            return Err(EnrolError::Full);
        }
        self.begun.push_back((now_ms, from));
        Ok(())
    }

    /// A device shows its key.
    ///
    /// # Errors
    /// It is not the one that it committed itself to (then it has gone), or its time is over.
    pub fn show(&mut self, now_ms: u64, id: &str, open: &Open, lasting: &Secret) -> Result<(), EnrolError> {
        self.tidy(now_ms);
        let guest = self.guests.get_mut(id).ok_or(EnrolError::Over)?;
        // Once and no more: a key that is shown again proves nothing.
        let Stage::Begun(side) = &guest.stage else { return Err(EnrolError::Over) };
        match side.agree(lasting, open) {
            Ok(agreed) => {
                guest.stage = Stage::Shown(agreed);
                guest.until_ms = now_ms + WAIT_MS_MAX;
                Ok(())
            }
            Err(why) => {
                self.guests.remove(id);
                Err(why.into())
            }
        }
    }

    /// How far a device is; `None` = nobody of this name waits.
    pub fn state(&mut self, now_ms: u64, id: &str) -> Option<State> {
        self.tidy(now_ms);
        Some(match &self.guests.get(id)?.stage {
            Stage::Begun(_) | Stage::Shown(_) => State::Waiting,
            Stage::Refused(text) => State::Refused(text.clone()),
        })
    }

    /// What was agreed with the device that shows these digits; typed wrongly once too often, it is refused.
    ///
    /// # Errors
    /// They are others, or its time is over.
    pub fn compare(&mut self, now_ms: u64, id: &str, digits: &str) -> Result<Agreed, EnrolError> {
        self.tidy(now_ms);
        let guest = self.guests.get_mut(id).ok_or(EnrolError::Over)?;
        match &guest.stage {
            Stage::Shown(agreed) if agreed.digits().are(digits) => return Ok(agreed.clone()),
            Stage::Shown(_) => {}
            Stage::Begun(_) => return Err(EnrolError::Early),
            Stage::Refused(_) => return Err(EnrolError::Over),
        }
        guest.tries_left = guest.tries_left.saturating_sub(1);
        let tries_left = guest.tries_left;
        if tries_left == 0 {
            guest.refuse(now_ms, too_many_tries());
        }
        Err(EnrolError::Digits { tries_left })
    }

    /// A manager does not want this device.
    ///
    /// # Errors
    /// Nobody of this name waits.
    pub fn refuse(&mut self, now_ms: u64, id: &str) -> Result<(), EnrolError> {
        self.tidy(now_ms);
        let guest = self.guests.get_mut(id).ok_or(EnrolError::Over)?;
        guest.refuse(now_ms, unwanted());
        Ok(())
    }

    /// This one waits no more.
    pub fn leave(&mut self, id: &str) {
        self.guests.remove(id);
    }

    /// Who waits and has shown a key, the first to come first.
    pub fn rows(&mut self, now_ms: u64) -> Vec<EnrolRow> {
        self.tidy(now_ms);
        let shown = self.guests.iter().filter(|(_, guest)| matches!(guest.stage, Stage::Shown(_)));
        let mut rows: Vec<(u64, EnrolRow)> = shown.map(|(id, guest)| (guest.serial, guest.row(id, now_ms))).collect();
        rows.sort_by_key(|(serial, _)| *serial);
        rows.into_iter().map(|(_, row)| row).collect()
    }

    fn tidy(&mut self, now_ms: u64) {
        self.guests.retain(|_, guest| now_ms < guest.until_ms);
        while self.begun.front().is_some_and(|(at_ms, _)| at_ms + RATE_MS <= now_ms) {
            self.begun.pop_front();
        }
    }
}

impl Guest {
    fn refuse(&mut self, now_ms: u64, why: Text) {
        self.stage = Stage::Refused(why);
        self.until_ms = now_ms + TOLD_MS_MAX;
    }

    fn row(&self, id: &str, now_ms: u64) -> EnrolRow {
        let left_s = self.until_ms.saturating_sub(now_ms).div_ceil(1_000);
        EnrolRow {
            id: id.to_owned(),
            about: self.about.clone(),
            from: self.from.map(|from| from.to_string()).unwrap_or_default(),
            left_s: u32::try_from(left_s).unwrap_or(u32::MAX),
            tries_left: self.tries_left,
        }
    }
}

impl EnrolError {
    /// For programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Version(_) => "enrol_version",
            Self::About => "enrol_about",
            Self::Full => "enrol_full",
            Self::TooOften { .. } => "enrol_too_often",
            Self::Over => "enrol_over",
            Self::Key(_) => "enrol_key",
            Self::Early => "enrol_early",
            Self::Digits { .. } => "enrol_digits",
        }
    }

    /// In Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::Version(version) => {
                format!("登记协议版本{version}不受支持，本服务器为{ENROL_VERSION}；请更新较旧的一方")
            }
            Self::About => format!("设备自述超过{WORD_CHARS_MAX}个字符，或含有无法显示的字符"),
            Self::Full => format!("已有{WAITING_MAX}台设备等待登记；请先在管理页“设备”中批准或拒绝"),
            Self::TooOften { wait_s } => format!("登记请求过多，请{wait_s}秒后再试"),
            Self::Over => "没有这台等待登记的设备：已过时，或设备已重新开始。请看设备上现在显示的数字".into(),
            Self::Key(_) => "设备的密钥不对；设备会自动重新开始".into(),
            Self::Early => "这台设备还没有准备好，请稍后再试".into(),
            Self::Digits { tries_left } => format!(
                "这六位数字与本服务器算出的不同。请再核对一次；如果没有看错，说明设备连到了另一台服务器，或中间有人冒充：\
                 请看设备上显示的服务器地址。还可再试{tries_left}次"
            ),
        }
    }
}

fn unwanted() -> Text {
    Text::new("管理员拒绝了这台设备的登记。", "A manager refused to enrol this device.")
}

fn too_many_tries() -> Text {
    Text::new(
        "数字多次输入错误，登记已中止，设备将重新开始。请核对设备显示的服务器地址。",
        "Other digits were typed too often. The device begins anew; look which server's address it shows.",
    )
}

#[cfg(test)]
mod tests;
