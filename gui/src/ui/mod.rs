//! How things look: tokens, widgets, the map's canvas, the shell.

pub mod icons;
pub mod map;
pub mod qr;
pub mod rail;
pub mod theme;
pub mod tokens;
pub mod widgets;
