//! How what is shown fits into the window's width.

/// Points; below it an element's page takes the list's place.
const MEDIUM_BELOW: f32 = 1_100.0;
/// Points; below it pages are chosen at the foot, and one thing is shown at a time.
const NARROW_BELOW: f32 = 600.0;

/// A window's width, as the views need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// List, map and an element's page side by side.
    Wide,
    /// Two of them.
    Medium,
    /// One, with a bar at the foot.
    Narrow,
}

impl Layout {
    /// Of a width in points.
    #[must_use]
    pub fn of(width: f32) -> Self {
        match width {
            width if width < NARROW_BELOW => Self::Narrow,
            width if width < MEDIUM_BELOW => Self::Medium,
            _ => Self::Wide,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths() {
        let of = [360.0, 599.0, 600.0, 1_099.0, 1_100.0, 2_560.0].map(Layout::of);
        use Layout::{Medium, Narrow, Wide};
        assert_eq!(of, [Narrow, Narrow, Medium, Medium, Wide, Wide]);
    }
}
