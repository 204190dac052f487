//! Where one has been: back and forward, as in a browser.

use super::Page;
use communaut_protocol::ElementId;
use std::collections::VecDeque;

/// Visits that one can go back to: more than anybody remembers having been at.
const VISITS_MAX: usize = 100;

/// What the window showed: a page, and the element that was open beside it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Visit {
    /// The page.
    pub page: Page,
    /// The element, if one was open.
    pub element: Option<ElementId>,
}

/// What was shown before and behind what is.
#[derive(Debug, Default)]
pub struct History {
    before: VecDeque<Visit>,
    behind: Vec<Visit>,
}

impl History {
    /// One has gone on from a place. What one had gone back from is forgotten.
    pub fn left(&mut self, place: Visit) {
        if self.before.len() == VISITS_MAX {
            self.before.pop_front();
        }
        self.before.push_back(place);
        self.behind.clear();
    }

    /// Where one was before, coming from a place.
    pub fn back(&mut self, from: Visit) -> Option<Visit> {
        let place = self.before.pop_back()?;
        self.behind.push(from);
        Some(place)
    }

    /// Where one went back from.
    pub fn forward(&mut self, from: Visit) -> Option<Visit> {
        let place = self.behind.pop()?;
        self.before.push_back(from);
        Some(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAP: Visit = Visit { page: Page::Map, element: None };
    const LIVE: Visit = Visit { page: Page::Live, element: None };
    const AGENDA: Visit = Visit { page: Page::Agenda, element: None };

    #[test]
    fn back_and_forward() {
        let mut history = History::default();
        assert_eq!((history.back(MAP), history.forward(MAP)), (None, None));
        history.left(MAP);
        history.left(LIVE);
        assert_eq!(history.back(AGENDA), Some(LIVE));
        assert_eq!(history.back(LIVE), Some(MAP));
        assert_eq!(history.back(MAP), None);
        assert_eq!(history.forward(MAP), Some(LIVE));
        // Going on elsewhere forgets what one went back from.
        history.left(LIVE);
        assert_eq!(history.forward(AGENDA), None);
        assert_eq!(history.back(AGENDA), Some(LIVE));
    }

    #[test]
    fn it_is_bounded() {
        let mut history = History::default();
        for _ in 0..3 * VISITS_MAX {
            history.left(MAP);
        }
        let back = std::iter::from_fn(|| history.back(LIVE)).count();
        assert_eq!(back, VISITS_MAX);
    }
}
