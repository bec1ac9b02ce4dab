//! What holds where the file is silent: a small hall whose three windows take everything.

use hall::{
    plan::AtClosing,
    words::{Lane, ZoneId},
};
use jiff::civil::Time;
use protocol::Text;

use super::{
    DayConfig, HallConfig, JournalConfig, LaneConfig, LimitsConfig, LogConfig, LogFormat, SpeechConfig, TimeOfDay,
    WindowGroup, ZoneConfig,
};

impl Default for HallConfig {
    fn default() -> Self {
        Self {
            name: Text::new("政务服务大厅", "Public Service Hall"),
            time_zone: "Asia/Shanghai".into(),
            listen: ([0, 0, 0, 0], 8080).into(),
            public_url: None,
            data_dir: "hall-data".into(),
            wrap_up_s: 0,
            items: Vec::new(),
            day: DayConfig::default(),
            journal: JournalConfig::default(),
            limits: LimitsConfig::default(),
            log: LogConfig::default(),
            speech: SpeechConfig::default(),
            notices: Vec::new(),
            zones: vec![ZoneConfig { id: ZoneId('A'), zh: "A厅".into(), en: "Hall A".into(), speakers: Vec::new() }],
            lanes: vec![
                lane(Lane::Acceptance, 'A', "综合受理", "Acceptance"),
                lane(Lane::Issuing, 'B', "统一出证", "Collection"),
                lane(Lane::Consulting, 'C', "咨询补证", "Enquiries"),
            ],
            windows: vec![WindowGroup::of(1, 3, ZoneId('A'), Lane::ALL.to_vec())],
        }
    }
}

impl Default for DayConfig {
    fn default() -> Self {
        Self { auto: true, open_at: TimeOfDay(Time::midnight()), close_at: None, at_closing: AtClosing::Expire }
    }
}

impl Default for JournalConfig {
    fn default() -> Self {
        Self { segment_mib: 64 }
    }
}

impl Default for LimitsConfig {
    fn default() -> Self {
        Self { connections_max: 8_000, queue_max: 256, forecast_scenarios: 512 }
    }
}

impl Default for SpeechConfig {
    fn default() -> Self {
        Self { renderer: Vec::new(), render_s_max: 300 }
    }
}

impl Default for LogConfig {
    fn default() -> Self {
        Self { format: LogFormat::Text, level: "info".into() }
    }
}

fn lane(lane: Lane, letter: char, zh: &str, en: &str) -> LaneConfig {
    LaneConfig { lane, letter, zh: zh.into(), en: en.into() }
}
