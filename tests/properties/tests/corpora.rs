//! What the fuzzer left: every input that was kept is read again, without the fuzzer.

use std::{
    collections::BTreeSet,
    fs,
    os::unix::fs::PermissionsExt,
    panic::{catch_unwind, set_hook, take_hook},
    path::PathBuf,
    process::Command,
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

#[test]
fn a_target_that_looks_at_nothing_or_fails_has_not_passed() {
    let counted = |units: u32| format!("echo stat::number_of_executed_units: {units}");
    for (program, passes) in
        [(counted(7), true), (counted(0), false), (":".to_owned(), false), (counted(7) + "; exit 77", false)]
    {
        let built = tempfile::tempdir().unwrap();
        let target = built.path().join("target");
        fs::write(&target, format!("#!/bin/sh\n{program}\n")).unwrap();
        fs::set_permissions(&target, fs::Permissions::from_mode(0o755)).unwrap();
        let mut one = Command::new(fuzz().join("one"));
        one.arg("target").env("built", built.path()).env("out", built.path()).env("seconds", "1").env("how_text", "");
        let done = one.output().unwrap();
        assert_eq!(done.status.success(), passes, "{program}: {}", String::from_utf8_lossy(&done.stdout));
    }
}

fn fuzz() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz"))
}
