//! What the fuzzer left: every input that was kept is read again, without the fuzzer.

use std::{
    collections::BTreeSet,
    fs,
    panic::{catch_unwind, set_hook, take_hook},
    path::PathBuf,
    sync::atomic::{AtomicUsize, Ordering},
};

use properties::{ALL, scratch};

/// Panics so far, also those of a server's threads, which end no test.
static PANICS: AtomicUsize = AtomicUsize::new(0);

#[test]
fn what_was_found_before_holds() {
    let say = take_hook();
    set_hook(Box::new(move |panic| {
        PANICS.fetch_add(1, Ordering::SeqCst);
        say(panic);
    }));
    let mut broken = Vec::new();
    for (name, property) in ALL {
        for path in scratch::files(&fuzz().join("corpus").join(name)) {
            let bytes = fs::read(&path).expect("an input can be read");
            let before = PANICS.load(Ordering::SeqCst);
            let held = catch_unwind(|| property(&bytes)).is_ok() && PANICS.load(Ordering::SeqCst) == before;
            broken.extend((!held).then_some(path));
        }
    }
    assert!(broken.is_empty(), "see above; it was for {broken:#?}");
}

#[test]
fn every_property_has_a_target_and_a_corpus() {
    let names: BTreeSet<String> = ALL.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names.len(), ALL.len());
    let corpora = scratch::files(&fuzz().join("corpus"));
    let corpora = corpora.iter().filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()));
    assert_eq!(corpora.collect::<BTreeSet<_>>(), names, "the corpora");
    let manifest: toml::Table = fs::read_to_string(fuzz().join("Cargo.toml")).unwrap().parse().unwrap();
    let targets = manifest["bin"].as_array().unwrap().iter().map(|bin| bin["name"].as_str().unwrap().to_owned());
    assert_eq!(targets.collect::<BTreeSet<_>>(), names, "the targets");
}

fn fuzz() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz"))
}
