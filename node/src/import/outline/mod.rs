//! Shapes on Earth in whole numbers: rings out of ways, areas with their holes, and a place that lies in a shape.

pub(crate) mod assemble;
mod inside;
pub(crate) mod points;

pub(super) use inside::{Outline, turned_back};
