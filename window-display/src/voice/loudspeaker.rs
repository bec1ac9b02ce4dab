//! The sound card that is ALSA's default. It is opened for each announcement, so that one which was missing, busy or unplugged is
//! found when it is back, and others may use it in between.

use std::{
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
    time::Duration,
};

use rodio::{
    CpalError, CpalErrorKind, DeviceSinkBuilder, MixerDeviceSink, Player, Source, buffer::SamplesBuffer, source::Zero,
    stream::DeviceSinkError,
};

use super::{
    Speaks, Speech, Voice, VoiceError,
    mix::{MONO, RATE, RATE_HZ},
};
use crate::display::Announcement;

/// Silence behind an announcement: when it is being played, the announcement has left every buffer.
const BEHIND: Duration = Duration::from_millis(150);

/// A card is closed within this time, or beside everything else.
const CLOSE_MAX: Duration = Duration::from_secs(1);

/// Plays on ALSA's default device.
pub(super) struct Loudspeaker {
    speaks: Speaks,
    playing: Option<Playing>,
}

/// An announcement that sounds. Dropped, it stops.
struct Playing {
    player: Player,
    /// The device, for as long as it is to sound.
    _sink: MixerDeviceSink,
    lost: Lost,
}

/// Why the device was lost.
type Lost = Arc<Mutex<Option<CpalError>>>;

impl Loudspeaker {
    pub(super) fn new(speaks: Speaks) -> Self {
        Self { speaks, playing: None }
    }
}

impl Voice for Loudspeaker {
    fn begin(&mut self, announcement: &Announcement) -> Result<Speech, VoiceError> {
        let (samples, missing) = self.speaks.samples(announcement)?;
        let (sink, lost) = open().map_err(|error| refused(&error))?;
        let lasts = Duration::from_millis(samples.len() as u64 * 1_000 / u64::from(RATE_HZ));
        let player = Player::connect_new(sink.mixer());
        player.append(SamplesBuffer::new(MONO, RATE, samples));
        player.append(Zero::new(MONO, RATE).take_duration(BEHIND));
        self.playing = Some(Playing { player, _sink: sink, lost });
        Ok(Speech { lasts, missing })
    }

    fn sounds(&mut self) -> Result<Option<bool>, VoiceError> {
        let Some(Playing { player, lost, .. }) = &self.playing else { return Ok(Some(false)) };
        match lost.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(error) => Err(VoiceError::Lost { why: error.to_string() }),
            None => Ok(Some(!player.empty())),
        }
    }

    /// A card that hangs may not let itself be closed, and keeps nobody from saying so; until then it is busy.
    fn stop(&mut self) {
        let Some(playing) = self.playing.take() else { return };
        let (closed, closes) = mpsc::channel();
        let closing = thread::Builder::new().name("close".into()).spawn(move || {
            drop(playing);
            // Nobody may be waiting any more.
            let _ = closed.send(());
        });
        if closing.is_ok() && closes.recv_timeout(CLOSE_MAX).is_err() {
            tracing::warn!("the sound card does not let itself be closed");
        }
    }
}

fn open() -> Result<(MixerDeviceSink, Lost), DeviceSinkError> {
    let lost = Lost::default();
    let noted = lost.clone();
    // It is called from the thread of the sound; an underrun is a crackle, not an end.
    let note = move |error: CpalError| {
        if error.kind() != CpalErrorKind::Xrun {
            noted.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
        }
    };
    let mut sink = DeviceSinkBuilder::from_default_device()?.with_error_callback(note).open_sink_or_fallback()?;
    sink.log_on_drop(false);
    Ok((sink, lost))
}

fn refused(error: &DeviceSinkError) -> VoiceError {
    let (DeviceSinkError::PlayError(cause)
    | DeviceSinkError::DefaultSinkConfigError(cause)
    | DeviceSinkError::BuildError(cause)
    | DeviceSinkError::SupportedConfigsError(cause)) = error
    else {
        return VoiceError::NoDevice { why: error.to_string() };
    };
    match cause.kind() {
        CpalErrorKind::DeviceBusy => VoiceError::Busy,
        _ => VoiceError::NoDevice { why: cause.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_that_is_busy_is_not_one_that_is_missing() {
        let text = |kind: CpalErrorKind| refused(&DeviceSinkError::BuildError(kind.into())).text();
        assert_eq!(text(CpalErrorKind::DeviceBusy).zh, "声卡被其他程序占用，请停止该程序。");
        assert!(text(CpalErrorKind::DeviceNotAvailable).en.starts_with("There is no sound card to speak with ("));
        assert!(refused(&DeviceSinkError::NoDevice).text().zh.starts_with("没有可用的声卡"));
    }
}
