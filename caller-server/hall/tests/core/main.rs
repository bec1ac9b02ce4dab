//! The behaviour of the core, as sentences.
//!
//! - `harness`: a hall that follows a script; `draft`: any command at any time, from dice
//! - `visits`, `windows`, `numbers`, `days`, `choice`, `people`: what a hall does, as scripts
//! - `laws`, `order`, `invariants`: what holds whatever is commanded
//! - `states`: the tables of ARCHITECTURE.md against what the core does

#![allow(clippy::panic, reason = "a script that can't be read fails its test")]

mod choice;
mod days;
mod draft;
mod harness;
mod invariants;
mod laws;
mod numbers;
mod order;
mod people;
mod rules;
mod states;
mod visits;
mod whatif;
mod windows;
