//! How things look: tokens, widgets, the map's canvas, the shell.

pub mod ceiling;
pub mod fonts;
pub mod icons;
pub mod listed;
pub mod map;
pub mod qr;
pub mod theme;
pub mod tokens;
pub mod waker;
pub mod widgets;
