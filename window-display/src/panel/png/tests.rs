//! Pictures as they were looked at once and found right. `YIHAO_BLESS=1` writes them anew; look at them then.

use std::{env, fs, path::Path};

use embedded_graphics::geometry::Size;

use super::*;
use crate::panel::Sign;

#[track_caller]
fn looks_as(name: &str, (columns, rows): (u32, u32), text: &str, percent: u32) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("panel.png");
    let frame = Sign::new(Size::new(columns, rows), text, false).frame(0);
    Png::new(path.clone()).put(Picture { frame: &frame, text, brightness_percent: percent }).unwrap();
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/panel/png/tests").join(name);
    if env::var_os("YIHAO_BLESS").is_some() {
        fs::copy(&path, &golden).unwrap();
    }
    // The pixels count; another version of a compressor may write other bytes.
    let read = |path: &Path| image::load_from_memory(&fs::read(path).unwrap()).unwrap().into_rgb8();
    assert!(read(&path) == read(&golden), "{name} looks otherwise than {}", golden.display());
}

#[test]
fn a_call_on_a_common_bar() {
    looks_as("call.png", (128, 16), "请A012到05号窗口", 100);
}

#[test]
fn a_call_in_two_languages_on_a_higher_bar() {
    looks_as("two-lines.png", (128, 32), "请A012到05号窗口\nA012 to window 5", 100);
}

#[test]
fn a_dim_panel_that_is_cut_off() {
    looks_as("offline.png", (128, 16), "离线 14:05 Offline", 10);
}
