//! What a view may ask of the application: views draw and push actions, nothing else changes state.

use super::{Preferences, Steps, filters::Filters};
use communaut_node::api::{Ahead, IdentityInfo, Offered, Query, TerritoryId};
use communaut_protocol::{ElementId, Position, fold::ElementView, op::Kind};
use std::{path::PathBuf, sync::Arc};

/// A page. Its name, its place and its view stand in the table of [`views`](crate::views::PAGES).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Page {
    /// Map, list, and the element's page beside them.
    #[default]
    Map,
    /// Posts around here.
    Live,
    /// Events of the selection.
    Agenda,
    /// Proposals of my organisations.
    Governance,
    /// Peers, sync, what is missing.
    Network,
    /// Language, theme, my identity.
    Settings,
    /// My devices.
    Devices,
    /// My recovery phrase.
    Phrase,
    /// What was erased.
    Erasures,
}

/// Asked by a view, done by the application after the frame is drawn.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Go to a page.
    Go(Page),
    /// Show an element's page; none closes it.
    Select(Option<ElementId>),
    /// Show an element's page and put the map there.
    ShowOnMap(ElementId),
    /// Put the map somewhere.
    CentreMap(Position),
    /// Go to a place on the map, and mark it.
    PointAt(Position),
    /// Put the map where one lives; where it was not told yet where to look, if that is all that is asked.
    GoHome {
        /// Leave it where it is, if it was told.
        only_at_first: bool,
    },
    /// Put the keyboard into the search field.
    FocusSearch,
    /// The words looked for.
    SetText(String),
    /// A kind looked for, or no longer.
    ToggleKind(Kind),
    /// Look only inside one territory; none: everywhere.
    SetTerritory(Option<TerritoryId>),
    /// What else is asked.
    Filter(Box<Filters>),
    /// Ask what was kept, with the times to come counted from now.
    Look(Box<Query>, Option<Ahead>),
    /// Look around a place that the words name.
    LookAround(Box<Offered>),
    /// Look where one looked before.
    LeavePlace,
    /// Nothing but the territory is asked any more.
    ClearFilters,
    /// Open the editor: for an element of one's own, or a new one.
    Edit(Option<Arc<ElementView>>),
    /// Open the editor for something new of a kind.
    New(Kind),
    /// Open the editor for an event from one moment to another (milliseconds since 1970 UTC): a new one, or one's own.
    Plan(Option<Arc<ElementView>>, i64, i64),
    /// Leave the editor without saving.
    CloseEditor,
    /// Open the dialogue that follows territories.
    OpenTerritories,
    /// Close it.
    CloseTerritories,
    /// Draw a territory on the map: a new one, or the outline of one that is followed.
    DrawTerritory(Option<TerritoryId>),
    /// Open the dialogue that brings a file in, with its path where it is known.
    OpenImport(Option<PathBuf>),
    /// Close it.
    CloseImport,
    /// The node has said who one is.
    Know(Box<IdentityInfo>),
    /// Show things another way: language, theme, size of letters.
    Prefer(Preferences),
    /// Where one was before.
    Back,
    /// Where one went back from.
    Forward,
    /// Five large choices, or all pages.
    SetSimple(bool),
    /// How far the first steps have come.
    SetSteps(Steps),
    /// Open the dialogue that puts the keys under a passphrase.
    ProtectKeys,
    /// Say what one can do on the page that is shown.
    Help,
    /// Say something for a few seconds at the bottom of the window.
    Notify(String),
}
