//! The screens' TypeScript types are made from the Rust types: one file, and a test that it did not drift.
//!
//! `BLESS=1 cargo test --release -p protocol --features ts --test typescript` writes the file anew.
#![cfg(feature = "ts")]

use std::{any::TypeId, collections::BTreeMap, collections::BTreeSet, env, fs, path::PathBuf};

use protocol::{
    Answer, FromClient, FromServer, IssueOrder, KEY_CHARS_MAX, Order, PULSE_MS, Refused, SILENCE_MS_MAX, TicketAnswer,
    VERSION,
    enrol::{Approve, Revoke},
    kiosk::{KioskPress, KioskScan, KioskState},
    slip::{SlipComplaint, SlipDraft, SlipInForce},
    whatif::{DayCourse, PastDays, RulesBook, WhatIf, WhatIfState},
};
use ts_rs::{Config, TS, TypeVisitor};

#[test]
fn the_screens_types_are_those_of_the_wire() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../web/src/lib/wire.ts");
    let made = wire_ts();
    if env::var_os("BLESS").is_some() {
        fs::write(&path, &made).expect("wire.ts can be written");
    }
    let kept = fs::read_to_string(&path).expect("web/src/lib/wire.ts can be read");
    let drift = made.lines().zip(kept.lines()).position(|(made, kept)| made != kept);
    let line = drift.unwrap_or(made.lines().count().min(kept.lines().count())) + 1;
    assert!(
        made == kept,
        "web/src/lib/wire.ts differs from the Rust types, first in line {line}. Make it anew with\n  \
         BLESS=1 cargo test --release -p protocol --features ts --test typescript\nand let the screens follow (npm run check)."
    );
}

#[test]
fn every_word_of_the_conversation_is_there_once() {
    let made = wire_ts();
    for name in ["FromClient", "FromServer", "View", "ClerkView", "KioskState", "WindowAct", "Rules", "Text"] {
        assert_eq!(made.matches(&format!("export type {name} = ")).count(), 1, "{name}");
    }
    assert!(!made.contains("bigint"), "JSON numbers arrive as number: give the field a ts type");
}

/// The whole file: constants, then every type that can be reached from what crosses the wire, by name.
fn wire_ts() -> String {
    let mut found = Found::default();
    found.visit::<FromClient>();
    found.visit::<FromServer>();
    found.visit::<Order>();
    found.visit::<IssueOrder>();
    found.visit::<Answer>();
    found.visit::<TicketAnswer>();
    found.visit::<Refused>();
    found.visit::<KioskState>();
    found.visit::<KioskPress>();
    found.visit::<KioskScan>();
    found.visit::<SlipInForce>();
    found.visit::<SlipDraft>();
    found.visit::<SlipComplaint>();
    found.visit::<WhatIf>();
    found.visit::<WhatIfState>();
    found.visit::<RulesBook>();
    found.visit::<DayCourse>();
    found.visit::<PastDays>();
    found.visit::<Approve>();
    found.visit::<Revoke>();
    let types: Vec<String> = found.types.into_values().collect();
    format!(
        "// Made from the Rust types of package protocol by its test `typescript`; not to be edited.\n\n\
         /** The version of the protocol. */\nexport const VERSION = {VERSION};\n\
         /** Both sides send a pulse this often, ms. */\nexport const PULSE_MS = {PULSE_MS};\n\
         /** Without a word for this long the other side counts as gone, ms. */\nexport const SILENCE_MS_MAX = {SILENCE_MS_MAX};\n\
         /** The longest idempotency key, characters. */\nexport const KEY_CHARS_MAX = {KEY_CHARS_MAX};\n\n{}",
        types.join("\n")
    )
}

/// Every type that was come by, once.
#[derive(Default)]
struct Found {
    seen: BTreeSet<TypeId>,
    types: BTreeMap<String, String>,
}

impl TypeVisitor for Found {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        if !self.seen.insert(TypeId::of::<T>()) {
            return;
        }
        // Only a type that would have a file of its own has a declaration; the others are numbers, lists and the like.
        if T::output_path().is_some() {
            let config = Config::new();
            let docs = T::docs().unwrap_or_default();
            self.types.insert(T::ident(&config), format!("{docs}export {}\n", T::decl(&config)));
        }
        T::visit_dependencies(self);
        T::visit_generics(self);
    }
}
