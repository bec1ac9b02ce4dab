//! This tree, held to what every file holds to. A failure lists each place with what to do there.

use std::{collections::BTreeMap, path::Path, sync::LazyLock};

use tidy::{
    Complaint, Tree, calls,
    figures::{self, Figures},
    layout, manifests,
    modules::{self, Source},
    words,
};

static TREE: LazyLock<Tree> = LazyLock::new(|| {
    Tree::read(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))).expect("the tree can be read")
});
static SOURCES: LazyLock<(BTreeMap<String, Source>, Vec<Complaint>)> = LazyLock::new(|| modules::sources(&TREE));

#[track_caller]
fn none(complaints: &[Complaint]) {
    let lines: Vec<String> = complaints.iter().map(ToString::to_string).collect();
    assert!(lines.is_empty(), "\n{}\n", lines.join("\n"));
}

fn ratchet() -> Figures {
    toml::from_str(TREE.text(figures::RATCHET).expect("the ratchet exists")).expect("the ratchet holds every figure")
}

#[test]
fn files_functions_and_components_are_short() {
    none(&figures::too_long(&TREE, &SOURCES.0, &ratchet()));
}

#[test]
fn the_ratchet_only_falls() {
    none(&figures::against_ratchet(&figures::measure(&TREE, &SOURCES.0), &ratchet()));
}

#[test]
fn the_cores_know_no_clock_no_chance_and_no_io() {
    none(&calls::impure(&SOURCES.0));
}

#[test]
fn every_rust_file_is_compiled() {
    none(&SOURCES.1);
}

#[test]
fn every_dependency_has_a_reason() {
    none(&manifests::without_reason(&TREE));
}

#[test]
fn every_dependency_is_used() {
    none(&manifests::unused(&TREE));
}

#[test]
fn every_package_takes_the_lints_of_the_workspace() {
    none(&manifests::without_lints(&TREE));
}

#[test]
fn every_web_library_is_listed_with_its_licence() {
    none(&manifests::unlisted(&TREE));
}

#[test]
fn nothing_is_promised_or_switched_off() {
    none(&words::promises(&TREE));
}

#[test]
fn no_path_belongs_to_one_machine() {
    none(&words::machine_paths(&TREE));
}

#[test]
fn the_top_level_is_as_it_was_laid_out() {
    none(&layout::strangers(&TREE));
}

#[test]
fn links_in_the_documents_lead_somewhere() {
    none(&layout::dead_links(&TREE));
}

#[test]
fn the_code_map_is_true() {
    none(&layout::untrue_map(&TREE));
}
