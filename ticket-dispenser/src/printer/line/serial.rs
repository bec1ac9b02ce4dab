//! A printer on a serial line, or on USB that looks like one.

use std::{io, path::Path, time::Duration};

use firmware_config::dispenser::Flow;
use serial2::{FlowControl, SerialPort, Settings};

use super::{Line, timed_out};

/// The port's own patience has this step.
const READ_LEAST: Duration = Duration::from_millis(1);

pub(super) struct Serial(SerialPort);

impl Serial {
    /// Eight bits, no parity, one stop bit.
    pub fn open(path: &Path, baud: u32, flow: Flow, patience: Duration) -> io::Result<Self> {
        let flow = match flow {
            Flow::RtsCts => FlowControl::RtsCts,
            Flow::XonXoff => FlowControl::XonXoff,
            Flow::None => FlowControl::None,
        };
        let mut port = SerialPort::open(path, |mut settings: Settings| {
            settings.set_raw();
            settings.set_baud_rate(baud)?;
            settings.set_flow_control(flow);
            Ok(settings)
        })?;
        port.set_write_timeout(patience)?;
        Ok(Self(port))
    }
}

impl Line for Serial {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.0.write(bytes) {
            Ok(0) => Err(timed_out()),
            written => written,
        }
    }

    fn read(&mut self, into: &mut [u8], patience: Duration) -> io::Result<usize> {
        self.0.set_read_timeout(patience.max(READ_LEAST))?;
        match self.0.read(into) {
            Ok(0) => Err(io::Error::new(io::ErrorKind::NotConnected, "the line is gone")),
            Err(why) if why.kind() == io::ErrorKind::TimedOut => Ok(0),
            read => read,
        }
    }
}
