//! The behaviour of the core, as sentences.
//!
//! - `harness`: a hall that follows a script; `draft`: any command at any time, from dice
//! - `visits`, `windows`, `numbers`, `days`, `choice`, `people`, `items`: what a hall does, as scripts
//! - `forecast`, `forecast_laws`: how long it takes, and how that is learned
//! - `laws`, `order`, `invariants`: what holds whatever is commanded
//! - `states`: the tables of ARCHITECTURE.md against what the core does

#![allow(clippy::panic, reason = "a script that can't be read fails its test")]

mod choice;
mod days;
mod draft;
mod forecast;
mod forecast_laws;
mod harness;
mod invariants;
mod items;
mod laws;
mod numbers;
mod order;
mod people;
mod rules;
mod states;
mod visitors;
mod visits;
mod whatif;
mod windows;
