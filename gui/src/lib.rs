//! Gui.
