//! What can be said between calls: the notices of the hall's settings, and those that managers type.

use std::collections::{BTreeMap, VecDeque};

use protocol::{
    Text,
    view::{Alarm, ClipRef, NoticeRow},
};
use tokio::sync::mpsc::Sender;

use super::Clips;

/// The most typed notices whose clips devices keep: of so many nobody types the first again.
const TYPED_MAX: usize = 20;

/// The notices, and who renders those that have no clip.
#[derive(Debug, Default)]
pub struct Notices {
    texts: Vec<Text>,
    /// What managers typed, oldest first.
    typed: VecDeque<Text>,
    clips: Clips,
    renderer: Option<Sender<Text>>,
    /// What is being rendered because somebody waits for it.
    asked: Vec<Text>,
    /// What could not be rendered, by its Chinese words.
    failed: BTreeMap<String, Alarm>,
}

impl Notices {
    /// Those of the settings, and the clips that there are.
    pub fn new(texts: Vec<Text>, clips: Clips) -> Self {
        Self { texts, clips, ..Self::default() }
    }

    /// The same, with somebody who renders what is asked for and reports it to [`Notices::rendered`].
    #[must_use]
    pub fn rendered_by(self, renderer: Sender<Text>) -> Self {
        Self { renderer: Some(renderer), ..self }
    }

    /// For the manager.
    pub fn rows(&self) -> Vec<NoticeRow> {
        self.texts.iter().map(|text| NoticeRow { text: text.clone(), ready: self.clips.has(text) }).collect()
    }

    /// For the voices.
    pub fn clips(&self) -> Vec<ClipRef> {
        self.clips.of(self.texts.iter().chain(&self.typed))
    }

    /// What has no voice.
    pub fn alarms(&self) -> impl Iterator<Item = &Alarm> {
        self.failed.values()
    }

    /// A notice is wanted. Whether it is worth waiting for its voice, because that is being made.
    pub fn ask(&mut self, text: &Text) -> bool {
        if self.asked.contains(text) {
            return true;
        }
        let is_known = self.texts.contains(text) || self.typed.contains(text);
        if is_known && self.clips.has(text) {
            return false;
        }
        let Some(renderer) = &self.renderer else { return false };
        // More than it can keep up with are chimes.
        if renderer.try_send(text.clone()).is_err() {
            return false;
        }
        self.asked.push(text.clone());
        if !is_known {
            self.keep(text.clone());
        }
        true
    }

    /// The renderer is done with it, well or not; whether any of it can be spoken.
    pub fn rendered(&mut self, text: &Text, failed: Option<Alarm>) -> bool {
        self.asked.retain(|asked| asked != text);
        self.failed.remove(&text.zh);
        self.failed.extend(failed.map(|alarm| (text.zh.clone(), alarm)));
        !self.clips.of([text]).is_empty()
    }

    fn keep(&mut self, text: Text) {
        if self.typed.len() == TYPED_MAX
            && let Some(oldest) = self.typed.pop_front()
        {
            self.failed.remove(&oldest.zh);
        }
        self.typed.push_back(text);
    }
}
