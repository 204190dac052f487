//! The Communaut desktop client.
//!
//! * [`logic`]: what is selected, asked and shown; no drawing
//! * [`ui`]: design tokens, widgets, the shell's layout
//! * [`views`]: one folder a view; a view reads what it draws ([`logic::Readings`]), owns what it asked to be done and
//!   pushes [`logic::Action`]s; the tables of pages and dialogues
//! * [`app`]: one frame: replies, actions, keys, the page; knows no view by name
//! * [`gate`]: opens the data folder before anything else; [`start`]: with the window's own node
//! * [`backend`]: the only way to the node: commands out, outcomes in
//! * [`window`]: opens it, and opens it anew when the graphics device failed ([`graphics`]); [`report`]: what a fault
//!   leaves
//! * [`locale`]: every text that a person reads, in French and in English
//! * [`demo`]: three nodes and a window; `fixture`: a double of the node, for tests and pictures

pub mod app;
pub mod args;
pub mod backend;
pub mod demo;
#[cfg(any(test, feature = "fixture"))]
pub mod fixture;
pub mod gate;
pub mod graphics;
pub mod lasting;
pub mod locale;
pub mod logic;
pub mod report;
pub mod start;
pub mod ui;
pub mod views;
pub mod window;
