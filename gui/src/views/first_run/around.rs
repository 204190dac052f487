//! What is around the place that was chosen, as it comes in.

use crate::{
    logic::format,
    ui::{
        icons::{self, Icon},
        tokens::space,
    },
    views::ViewContext,
};
use communaut_node::api::{Territories, TerritoryId};
use communaut_protocol::Position;
use egui::{Label, Role, Ui, WidgetInfo};

/// Seconds for which neighbours on the network at hand mostly answer.
const LOOK_SECS: f64 = 15.0;

/// Places held, neighbours, the street map: a line each.
pub(super) fn ui(
    ui: &mut Ui,
    cx: &ViewContext<'_>,
    followed: Option<TerritoryId>,
    home: Option<Position>,
    looking_since: Option<f64>,
) {
    let known = cx.read(Territories).value;
    let held = followed.and_then(|id| known.as_ref()?.iter().find(|one| one.id == id)).map_or(0, |one| one.elements);
    let shown = format::number(cx.texts, held as u64);
    let words = cx.tr("first-held", &[("count", held.into()), ("shown", shown.into())]);
    line_ui(ui, cx, Icon::Pin, held > 0, words);

    let peers = &cx.overview.network.peers;
    let (met, connected) = (peers.len(), peers.iter().filter(|peer| peer.connected).count());
    let now = ui.input(|input| input.time);
    let left = looking_since.map_or(0.0, |since| LOOK_SECS - (now - since));
    let words = if cx.overview.network.peer.is_empty() {
        cx.t("first-offline")
    } else if connected > 0 {
        cx.tr("first-connected", &[("count", connected.into())])
    } else if met > 0 {
        cx.tr("first-met", &[("count", met.into())])
    } else if left > 0.0 {
        ui.ctx().request_repaint_after_secs(1.0);
        cx.tr("first-looking", &[("count", (left.ceil() as usize).into())])
    } else {
        cx.t("first-alone")
    };
    line_ui(ui, cx, Icon::Network, connected > 0, words);

    let covered = home.is_some_and(|at| {
        let holds = |[west, south, east, north]: [i32; 4]| {
            (west..=east).contains(&at.lon_e7) && (south..=north).contains(&at.lat_e7)
        };
        cx.overview.streets.iter().any(|pack| holds(pack.covers))
    });
    let words = cx.t(if covered { "first-streets" } else { "first-no-streets" });
    line_ui(ui, cx, Icon::Map, covered, words);
}

/// A line with its sign: that of what it is, or done.
fn line_ui(ui: &mut Ui, cx: &ViewContext<'_>, icon: Icon, done: bool, words: String) {
    ui.horizontal(|ui| {
        let tokens = cx.tokens;
        let (icon, ink) = if done { (Icon::Check, tokens.good) } else { (icon, tokens.ink_soft) };
        icons::show(ui, icon, 18.0, ink);
        ui.add_space(space::XS);
        let said = ui.add(Label::new(&words).wrap());
        said.widget_info(|| WidgetInfo::labeled(Role::Status, true, &words));
    });
}
