//! What the window knows and decides, without drawing.

pub mod actions;
pub mod agenda;
pub mod asked;
pub mod clock;
pub mod cluster;
pub mod commands;
pub mod decoding;
pub mod draft;
pub mod drawing;
pub mod erasures;
pub mod filters;
pub mod format;
pub mod governance;
pub mod identity;
pub mod keys;
pub mod marking;
pub mod outline;
pub mod planned;
pub mod preferences;
pub mod reading;
pub mod refusal;
pub mod search;
pub mod selection;
pub mod sight;
pub mod tags;
pub mod troubles;

pub use actions::{Action, Page};
pub use asked::Asked;
pub use clock::Clock;
pub use commands::Commands;
pub use decoding::Decoding;
pub use preferences::{Preferences, ThemeChoice};
pub use reading::{Reading, Readings};
pub use refusal::RefusalText;
pub use search::Search;
pub use selection::Selection;
