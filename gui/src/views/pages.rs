//! The pages: one line each says its name, where one finds it, and which view draws it. Rail, keys and titles follow.

use super::AllViews;
use crate::{
    logic::{Action, Page},
    ui::icons::Icon,
    views::ViewContext,
};
use egui::Ui;

/// A view: a page, or a dialogue over each page.
pub trait View {
    /// Take the replies that have come to what it asked, whether it is drawn or not.
    fn take_replies(&mut self, _cx: &mut ViewContext<'_>) {}
    /// Draw it.
    fn ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>);
    /// Something was asked for, by whichever view: what concerns this one is done.
    fn on(&mut self, _action: &Action, _cx: &mut ViewContext<'_>) {}
    /// One step back: leaves what lies on top, and gives whether there was anything.
    fn back(&mut self, _cx: &mut ViewContext<'_>) -> bool {
        false
    }
    /// One goes to another page: what is secret in it is forgotten.
    fn left(&mut self) {}
    /// Drawing failed: what lies over a page is closed, since it would fail in every frame.
    fn fell(&mut self) {}
}

/// Where one finds a page.
#[derive(Debug, Clone, Copy)]
pub enum PagePlace {
    /// In the rail, in the order of the table; the first is Ctrl+1.
    Rail(Icon),
    /// From another page.
    Within(Page),
}

/// A page as the window knows it.
pub struct PageEntry {
    /// Which.
    pub page: Page,
    /// The key of its name.
    pub name: &'static str,
    /// Where one finds it.
    pub place: PagePlace,
    /// What draws it.
    pub view: fn(&mut AllViews) -> &mut dyn View,
}

/// All pages.
pub const PAGES: [PageEntry; 9] = [
    entry(Page::Map, "page-map", PagePlace::Rail(Icon::Map), |views| views),
    entry(Page::Live, "page-live", PagePlace::Rail(Icon::Talk), |views| &mut views.live),
    entry(Page::Agenda, "page-agenda", PagePlace::Rail(Icon::Calendar), |views| &mut views.agenda),
    entry(Page::Governance, "page-governance", PagePlace::Rail(Icon::Ballot), |views| &mut views.governance),
    entry(Page::Settings, "page-settings", PagePlace::Rail(Icon::Sliders), |views| &mut views.settings),
    entry(Page::Network, "page-network", PagePlace::Within(Page::Settings), |views| &mut views.network),
    entry(Page::Devices, "page-devices", PagePlace::Within(Page::Settings), |views| &mut views.devices),
    entry(Page::Phrase, "page-phrase", PagePlace::Within(Page::Settings), |views| &mut views.phrase),
    entry(Page::Erasures, "page-erasures", PagePlace::Within(Page::Settings), |views| &mut views.erasures),
];

/// Dialogues over each page, the topmost last.
pub const OVER: [fn(&mut AllViews) -> &mut dyn View; 4] =
    [|views| &mut views.territory, |views| &mut views.import, |views| &mut views.protect, |views| &mut views.notices];

const fn entry(
    page: Page,
    name: &'static str,
    place: PagePlace,
    view: fn(&mut AllViews) -> &mut dyn View,
) -> PageEntry {
    PageEntry { page, name, place, view }
}

/// Those of the rail, with their icons, in its order.
pub fn of_rail() -> impl Iterator<Item = (&'static PageEntry, Icon)> {
    PAGES.iter().filter_map(|entry| match entry.place {
        PagePlace::Rail(icon) => Some((entry, icon)),
        PagePlace::Within(_) => None,
    })
}

/// What the table says of a page.
#[must_use]
pub fn of(page: Page) -> Option<&'static PageEntry> {
    PAGES.iter().find(|entry| entry.page == page)
}

/// The page of the rail from which one comes to a page; its own, if it is one.
#[must_use]
pub fn rail_page(page: Page) -> Page {
    match of(page).map(|entry| entry.place) {
        Some(PagePlace::Within(above)) => above,
        _ => page,
    }
}
