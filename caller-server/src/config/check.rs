//! What the types of the settings can't say.

use hall::{command::NOTICE_CHARS_MAX, forecast::SCENARIOS_MAX, words::ZoneId};
use jiff::tz::TimeZone;
use tracing_subscriber::EnvFilter;

use super::{ConfigError, HallConfig, NoticeConfig, Problem};

impl HallConfig {
    /// Checks everything that the types allow and a hall doesn't.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self) -> Result<(), ConfigError> {
        self.tz()?;
        self.check_bounds()?;
        self.check_names()?;
        self.check_zones()?;
        self.check_speakers()?;
        self.check_notices()?;
        if self.day.close_at.is_some_and(|close_at| close_at <= self.day.open_at) {
            return Err(ConfigError::at("day.close_at", Problem::ClosesEarly));
        }
        if let Some(url) = self.public_url.as_ref().filter(|url| !is_web_address(url)) {
            return Err(ConfigError::at("public_url", Problem::PublicUrl(url.clone())));
        }
        if EnvFilter::try_new(&self.log.level).is_err() || self.log.level.is_empty() {
            return Err(ConfigError::at("log.level", Problem::Level(self.log.level.clone())));
        }
        self.plan().map(drop)
    }

    /// The hall's time zone. It is known without the system's own data.
    ///
    /// # Errors
    /// There is none of this name.
    pub fn tz(&self) -> Result<TimeZone, ConfigError> {
        let unknown = |_| ConfigError::at("time_zone", Problem::TimeZone(self.time_zone.clone()));
        TimeZone::get(&self.time_zone).map_err(unknown)
    }

    fn check_bounds(&self) -> Result<(), ConfigError> {
        // A client's message may be 256 KiB, and a segment must hold a batch; above 4 GiB a segment helps nobody.
        within("journal.segment_mib", self.journal.segment_mib.into(), 1, 4_096)?;
        within("limits.connections_max", self.limits.connections_max as u64, 1, 100_000)?;
        // With fewer, the burst of a hall that opens would cut off every screen.
        within("limits.queue_max", self.limits.queue_max as u64, 16, 65_536)?;
        // One block of scenarios, and as many as are drawn.
        let scenarios = self.limits.forecast_scenarios as u64;
        within("limits.forecast_scenarios", scenarios, 64, SCENARIOS_MAX as u64)?;
        within("speech.render_s_max", self.speech.render_s_max.into(), 1, 3_600)?;
        within("wrap_up_s", self.wrap_up_s.into(), 0, 3_600)
    }

    fn check_names(&self) -> Result<(), ConfigError> {
        let zones = self.zones.iter().enumerate().map(|(at, zone)| (format!("zones[{at}]"), &zone.zh, &zone.en));
        let lanes = self.lanes.iter().enumerate().map(|(at, lane)| (format!("lanes[{at}]"), &lane.zh, &lane.en));
        let windows = self.windows.iter().enumerate();
        let windows = windows.map(|(at, group)| (format!("windows[{at}].name"), &group.name.zh, &group.name.en));
        let hall = [("name".to_owned(), &self.name.zh, &self.name.en)];
        let items = self.items.iter().enumerate().map(|(at, item)| (format!("items[{at}]"), &item.zh, &item.en));
        let mut all = hall.into_iter().chain(zones).chain(lanes).chain(windows).chain(items);
        let empty = all.find(|(_, zh, en)| zh.trim().is_empty() || en.trim().is_empty());
        empty.map_or(Ok(()), |(key, ..)| Err(ConfigError::at(key, Problem::NoName)))
    }

    fn check_zones(&self) -> Result<(), ConfigError> {
        let ids: Vec<ZoneId> = self.zones.iter().map(|zone| zone.id).collect();
        for (at, id) in ids.iter().enumerate() {
            let problem = if !id.0.is_ascii_uppercase() {
                Problem::ZoneLetter(id.0)
            } else if ids[..at].contains(id) {
                Problem::Twice
            } else {
                continue;
            };
            return Err(ConfigError::at(format!("zones[{at}].id"), problem));
        }
        Ok(())
    }

    /// As the core takes them when they are announced.
    fn check_notices(&self) -> Result<(), ConfigError> {
        let is_line = |text: &str| text.chars().count() <= NOTICE_CHARS_MAX && !text.chars().any(char::is_control);
        let bad = |notice: &NoticeConfig| notice.zh.trim().is_empty() || !is_line(&notice.zh) || !is_line(&notice.en);
        let at = self.notices.iter().position(bad);
        at.map_or(Ok(()), |at| Err(ConfigError::at(format!("notices[{at}]"), Problem::Notice)))
    }

    /// A device that spoke for two zones would be heard in both at once.
    fn check_speakers(&self) -> Result<(), ConfigError> {
        let all = self.zones.iter().enumerate().flat_map(|(at, zone)| zone.speakers.iter().map(move |name| (at, name)));
        let all: Vec<(usize, &String)> = all.collect();
        let twice = all.iter().enumerate().find(|(n, (_, name))| all[..*n].iter().any(|(_, other)| other == name));
        twice.map_or(Ok(()), |(_, (at, _))| Err(ConfigError::at(format!("zones[{at}].speakers"), Problem::Twice)))
    }
}

fn within(key: &str, value: u64, min: u64, max: u64) -> Result<(), ConfigError> {
    if (min..=max).contains(&value) {
        Ok(())
    } else {
        Err(ConfigError::at(key, Problem::OutOfBounds { value, min, max }))
    }
}

fn is_web_address(url: &str) -> bool {
    url.parse::<axum::http::Uri>().is_ok_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some_and(|host| !host.is_empty())
    })
}
