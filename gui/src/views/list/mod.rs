//! The search field, the kinds, and the list of what was found: the same selection as the map's.

mod elsewhere;
mod filters;
mod kept;
mod row;

use crate::{
    logic::{Action, filters::Filters, format},
    ui::{
        icons::Icon,
        listed::listed,
        tokens::space,
        widgets::{self, icon_button},
    },
    views::ViewContext,
};
use communaut_node::api::{Found, Hit, Why};
use communaut_protocol::{ElementId, limits::NAME_MAX};
use egui::{ComboBox, Margin, ScrollArea, TextEdit, Ui};

/// The list's state.
#[derive(Default)]
pub struct ListView {
    text: String,
    focus: bool,
    filters: filters::FilterView,
    kept: kept::KeptView,
}

impl ListView {
    /// What concerns the list of what was asked for.
    pub fn on(&mut self, action: &Action) {
        self.focus |= *action == Action::FocusSearch;
    }

    /// Take the replies that have come.
    pub fn take_replies(&mut self, cx: &mut ViewContext<'_>) {
        self.kept.take_replies(cx);
    }

    /// Draw search and list.
    pub fn ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        self.search_ui(ui, cx);
        self.kept.ui(ui, cx);
        territory_ui(ui, cx);
        filters::kinds_ui(ui, cx);
        self.filters.ui(ui, cx);
        ui.add_space(space::XS);
        elsewhere::ui(ui, cx);
        count_ui(ui, cx);
        self.found_ui(ui, cx);
    }

    fn search_ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        // The selection may have been changed elsewhere.
        if self.text.trim() != cx.selection.text.trim() {
            self.text.clone_from(&cx.selection.text);
        }
        ui.horizontal(|ui| {
            let name = cx.t("search-name");
            let buttons = if self.text.is_empty() { 2.0 } else { 3.0 };
            let width = ui.available_width() - buttons * 40.0;
            let edit = TextEdit::singleline(&mut self.text)
                .hint_text(cx.t("search-hint"))
                .char_limit(NAME_MAX)
                .margin(Margin::symmetric(8, 7))
                .desired_width(width);
            let response = ui.add(edit);
            let text = self.text.clone();
            response.widget_info(|| {
                let mut info = egui::WidgetInfo::text_edit(true, &text, &text, "");
                info.label = Some(name.clone());
                info
            });
            if std::mem::take(&mut self.focus) {
                response.request_focus();
            }
            if response.changed() {
                cx.act(Action::SetText(self.text.clone()));
            }
            if !self.text.is_empty() && icon_button(ui, cx.tokens, Icon::Close, &cx.t("search-clear")).clicked() {
                cx.act(Action::SetText(String::new()));
            }
            self.kept.button_ui(ui, cx);
            if icon_button(ui, cx.tokens, Icon::Plus, &cx.t("element-new")).clicked() {
                cx.act(Action::Edit(None));
            }
        });
    }

    fn found_ui(&self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        let Some(found) = cx.selection.found.clone() else {
            widgets::note(ui, cx.t("searching"));
            return;
        };
        if found.hits.is_empty() && found.addresses.is_empty() {
            nothing_ui(ui, cx);
            return;
        }
        ui.spacing_mut().item_spacing.y = 0.0;
        if is_alone(cx) {
            nothing_ui(ui, cx);
            return;
        }
        let area = ScrollArea::vertical().id_salt("hits").auto_shrink(false);
        // Streets stand below what is called so, and above what says it elsewhere.
        let named = found.hits.iter().take_while(|hit| matches!(hit.why, Why::Name(_))).count();
        let streets = named..named + found.addresses.len();
        area.show_rows(ui, row::HEIGHT, found.hits.len() + found.addresses.len(), |ui, rows| {
            for at in rows {
                if streets.contains(&at) {
                    if let Some(found) = found.addresses.get(at - named)
                        && row::address_ui(ui, cx, found).clicked()
                    {
                        cx.act(Action::PointAt(found.position));
                    }
                } else if let Some(hit) = found.hits.get(if at < named { at } else { at - found.addresses.len() }) {
                    self.hit_ui(ui, cx, hit);
                }
            }
        });
    }

    fn hit_ui(&self, ui: &mut Ui, cx: &mut ViewContext<'_>, hit: &Hit) {
        let open = cx.selection.element == Some(hit.element.id);
        let response = row::row_ui(ui, cx, hit, open, self.kept.fresh(hit.element.id));
        if response.double_clicked() {
            cx.act(Action::ShowOnMap(hit.element.id));
        } else if response.clicked() {
            cx.act(Action::Select(Some(hit.element.id)));
        }
    }
}

fn territory_ui(ui: &mut Ui, cx: &mut ViewContext<'_>) {
    ui.horizontal(|ui| {
        let everywhere = cx.t("territory-everywhere");
        let here = cx.selection.territory.and_then(|id| cx.overview.followed(id));
        let shown = here.map_or_else(|| everywhere.clone(), |territory| territory.name.clone());
        let label = cx.t("territory-look-in");
        let mut wanted = None;
        let combo = ComboBox::from_id_salt("territory")
            .selected_text(shown.clone())
            .width(ui.available_width() - 48.0)
            .truncate()
            .show_ui(ui, |ui| {
                if ui.selectable_label(cx.selection.territory.is_none(), &everywhere).clicked() {
                    wanted = Some(None);
                }
                listed(ui, "followed", cx.texts, cx.overview.followed.iter(), |ui, territory| {
                    let on = cx.selection.territory == Some(territory.id);
                    if ui.selectable_label(on, &territory.name).clicked() {
                        wanted = Some(Some(territory.id));
                    }
                });
            });
        combo.response.widget_info(|| {
            let mut info = egui::WidgetInfo::labeled(egui::Role::ComboBox, true, &label);
            info.current_text_value = Some(shown.clone());
            info
        });
        if let Some(territory) = wanted {
            cx.act(Action::SetTerritory(territory));
        }
        if icon_button(ui, cx.tokens, Icon::Map, &cx.t("territory-title")).clicked() {
            cx.act(Action::OpenTerritories);
        }
    });
}

/// Whether nothing is held here but oneself, who is no result.
fn is_alone(cx: &ViewContext<'_>) -> bool {
    let me = cx.overview.me.as_ref().map(|me| ElementId::from(me.id));
    let only_me = |found: &Found| found.addresses.is_empty() && found.hits.iter().all(|hit| Some(hit.element.id) == me);
    !cx.selection.is_filtered() && cx.selection.found.as_ref().is_some_and(only_me)
}

fn count_ui(ui: &mut Ui, cx: &ViewContext<'_>) {
    let Some(found) = cx.selection.found.as_ref().filter(|found| found.total > 0 && !is_alone(cx)) else { return };
    let shown = format::number(cx.texts, found.total as u64);
    let words = cx.tr("found-count", &[("count", found.total.into()), ("shown", shown.into())]);
    let order = cx.t(if cx.selection.text.trim().is_empty() { "found-order-distance" } else { "found-order-match" });
    widgets::note(ui, format!("{words} · {order}"));
}

/// So many there are, and none of them is open.
fn shut_words(cx: &ViewContext<'_>, shut: usize) -> String {
    let shown = format::number(cx.texts, shut as u64);
    cx.tr("nothing-open", &[("count", shut.into()), ("shown", shown.into())])
}

/// Nothing found: why, and what to do next.
fn nothing_ui(ui: &mut Ui, cx: &mut ViewContext<'_>) {
    ui.spacing_mut().item_spacing.y = space::S;
    let shut = cx.selection.found.as_ref().map_or(0, |found| found.shut);
    let (icon, what, next, button, action) = if shut > 0 && cx.selection.filters.open.is_some() {
        let (button, next) = (cx.t("nothing-open-button"), cx.t("nothing-open-next"));
        let filters = Filters { open: None, ..cx.selection.filters.clone() };
        (Icon::Search, shut_words(cx, shut), next, button, Action::Filter(Box::new(filters)))
    } else if shut > 0 {
        let button = cx.t("nothing-filtered-button");
        (Icon::Search, shut_words(cx, shut), cx.t("nothing-open-words"), button, Action::ClearFilters)
    } else if cx.selection.is_filtered() {
        let button = cx.t("nothing-filtered-button");
        (Icon::Search, cx.t("nothing-filtered"), cx.t("nothing-filtered-next"), button, Action::ClearFilters)
    } else if cx.overview.followed.is_empty() {
        let button = cx.t("nothing-followed-button");
        (Icon::Map, cx.t("nothing-followed"), cx.t("nothing-followed-next"), button, Action::OpenTerritories)
    } else {
        let button = cx.t("element-new");
        (Icon::Pin, cx.t("nothing-here"), cx.t("nothing-here-next"), button, Action::Edit(None))
    };
    let begin = action == Action::Edit(None);
    if widgets::empty(ui, cx.tokens, icon, &what, &next, Some(&button)) {
        cx.act(action);
    }
    if begin {
        ui.vertical_centered(|ui| {
            if widgets::secondary(ui, &cx.t("import-button"), true).clicked() {
                cx.act(Action::OpenImport(None));
            }
            if widgets::secondary(ui, &cx.t("follow-wider-button"), true).clicked() {
                cx.act(Action::OpenTerritories);
            }
        });
    }
}
