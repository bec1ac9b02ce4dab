//! The template in force: what the server last said, kept by the outbox with the other facts of the hall.

use std::sync::Arc;

use tokio::sync::watch;
use tracing::{error, info};
use typeset::{
    check,
    face::{Face, FontError},
    slip,
    template::{Template, TemplateError},
};

use crate::dispenser::HallFacts;

/// Keeps the template in force before the printer, and looks whether the fonts have what the hall is called.
#[derive(Debug)]
pub struct Form {
    /// Of its own: the printer's is busy in its thread.
    face: Face,
    /// As it came from the server; `None` = the built-in one.
    text: Option<Arc<str>>,
    /// What was looked at.
    names: String,
    shown: watch::Sender<Arc<Template>>,
}

/// What is wrong with the words of a hall.
#[derive(Debug, thiserror::Error)]
pub enum FormError {
    /// The template can't be used.
    #[error("the template of slips: 号票模板：\n{0}")]
    Template(#[from] TemplateError),
    /// A name can't be written.
    #[error(transparent)]
    Font(#[from] FontError),
}

impl Form {
    /// The built-in template.
    pub fn new(face: Face) -> Self {
        let built_in = Template::parse(slip::BUILT_IN, &slip::VOCABULARY);
        // A test reads the built-in template; an empty one would still be better than no dispenser.
        let built_in = built_in.unwrap_or(Template { elements: Vec::new(), first: typeset::template::First::Visitor });
        Self { face, text: None, names: String::new(), shown: watch::Sender::new(Arc::new(built_in)) }
    }

    /// Where the printer finds it.
    pub fn in_force(&self) -> watch::Receiver<Arc<Template>> {
        self.shown.subscribe()
    }

    /// Puts in force what the server said of the hall; a template that can't be used leaves the one before in force.
    pub fn take(&mut self, facts: &HallFacts) {
        for wrong in self.look_at(facts) {
            error!(%wrong, "slips can't look as the hall wants");
        }
    }

    /// The same; what is wrong is given back, once.
    pub fn look_at(&mut self, facts: &HallFacts) -> Vec<FormError> {
        let mut wrong = Vec::new();
        if self.text != facts.slip {
            self.text.clone_from(&facts.slip);
            wrong.extend(self.adopt(facts.slip.as_deref().unwrap_or(slip::BUILT_IN)).err());
        }
        let names = facts.names();
        if self.names != names {
            let missing = self.face.missing(&names);
            self.names = names;
            wrong.extend((!missing.is_empty()).then_some(FontError::Missing { missing }.into()));
        }
        wrong
    }

    fn adopt(&mut self, text: &str) -> Result<(), FormError> {
        let template = Template::parse(text, &slip::VOCABULARY)?;
        let drawable = check::glyphs(&self.face, &template);
        // A sign that no font has is drawn as 〓: the manager's wish still counts.
        self.shown.send_replace(Arc::new(template));
        info!("another template of slips is in force");
        Ok(drawable?)
    }
}
