//! A file system of one's own, on a loop device, that can lose its power.

use std::fs::File;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// What is missing, and what to do.
const NO_LOOP: &str = "this scenario mounts a file system of its own: run the tests as root, with loop devices, mount and \
     mkfs.ext4, or leave these scenarios out with YIHAO_NO_LOOP=1";
/// FS_IOC_SHUTDOWN without a flush of the file system's log: what was not synced is gone, as when the power fails.
/// Perl is part of every Debian, and says an ioctl without a line of unsafe code. It waits for its cue.
const CUT: &str = r#"open(my $fs, "<", $ARGV[0]) or die "open: $!"; my $how = pack("L", 2); $| = 1; print "ready\n";
    <STDIN>; ioctl($fs, 0x8004587d, $how) or die "shutdown: $!";"#;

/// An ext4 on a loop device; unmounted at the end, whatever happens.
pub struct Mount {
    at: PathBuf,
    image: PathBuf,
    _own: TempDir,
}

impl Mount {
    /// Mounts a new one; `None` when these scenarios are to be left out.
    pub fn new(mib: u64) -> Option<Self> {
        if std::env::var("YIHAO_NO_LOOP").is_ok_and(|no| no == "1") {
            println!("left out: YIHAO_NO_LOOP=1");
            return None;
        }
        let own = tempfile::tempdir().unwrap();
        let (at, image) = (own.path().join("disk"), own.path().join("image"));
        std::fs::create_dir(&at).unwrap();
        File::create(&image).and_then(|file| file.set_len(mib << 20)).unwrap();
        let mount = Self { at, image, _own: own };
        let made = run(Command::new("mkfs.ext4").arg("-qF").arg(&mount.image)).and_then(|()| mount.mount());
        made.unwrap_or_else(|error| panic!("{NO_LOOP} ({error})"));
        Some(mount)
    }

    /// A directory on it.
    pub fn dir(&self, name: &str) -> PathBuf {
        self.at.join(name)
    }

    /// The power fails after a while, just after the moment that is returned: nothing that is not on the disk by then will
    /// ever be. An fdatasync that the kernel has at work just then may still return success for what is lost, because the
    /// kernel itself goes on; one that begins later never does. Where the power really fails, nobody is left to be told.
    pub async fn cut_after(&self, wait: Duration) -> Instant {
        let mut perl = Command::new("perl");
        perl.arg("-e").arg(CUT).arg(&self.at).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut perl = perl.spawn().unwrap();
        let mut ready = [0; 6];
        perl.stdout.as_mut().unwrap().read_exact(&mut ready).unwrap();
        tokio::time::sleep(wait).await;
        let cut_at = Instant::now();
        perl.stdin.take().unwrap().write_all(b"cut\n").unwrap();
        assert!(perl.wait().unwrap().success(), "the power could not be cut");
        cut_at
    }

    /// The power is back: the file system is mounted anew. Nobody may use it.
    pub fn power_on(&self) {
        self.unmount();
        self.mount().unwrap();
    }

    /// The file system finds an error in itself and takes no writes from now on.
    pub fn turn_read_only(&self) {
        run(Command::new("mount").args(["-o", "remount,abort"]).arg(&self.at)).unwrap();
    }

    fn mount(&self) -> Result<(), String> {
        run(Command::new("mount").args(["-o", "loop"]).arg(&self.image).arg(&self.at))
    }

    fn unmount(&self) {
        let began = Instant::now();
        while let Err(error) = run(Command::new("umount").arg(&self.at)) {
            assert!(began.elapsed() < Duration::from_secs(5), "{error}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        // Lazily: also while somebody who panicked still has a file open.
        let _ = run(Command::new("umount").arg("-l").arg(&self.at));
    }
}

/// Runs a program to its end.
pub fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.success() { Ok(()) } else { Err(format!("{command:?}: {}", said.trim())) }
}
