//! Making an element, and changing one's own. The place is picked on the map beside the form.

mod event;

use crate::{
    logic::{
        Action, Asked, Clock,
        draft::{Form, Problem},
        format, keys,
        planned::offset,
    },
    ui::{
        icons::Icon,
        listed::listed,
        tokens::space,
        widgets::{self, area, chip, field},
    },
    views::ViewContext,
};
use communaut_node::api::{Communities, CommunityDetail, SaveElement, TypedHours, typed_hours};
use communaut_protocol::{
    ElementId, Position,
    fold::ElementView,
    limits::{FIELD_MAX, NAME_MAX, TEXT_MAX},
    op::{Kind, Role},
};
use egui::{ComboBox, RichText, ScrollArea, Ui};

/// The editor's state.
#[derive(Default)]
pub struct EditorView {
    form: Option<Form>,
    /// As it was opened.
    before: Option<Form>,
    problem: Option<Problem>,
    failure: Option<String>,
    saving: Asked<SaveElement>,
}

impl EditorView {
    /// Whether it is open.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.form.is_some()
    }
    /// Whether it holds something that is not saved.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.form != self.before
    }
    /// Open it for an element, or for a new one of a kind at a place.
    pub fn open(&mut self, element: Option<&ElementView>, kind: Option<Kind>, place: Option<Position>, clock: &Clock) {
        let mut form = element.map_or_else(|| Form::new(place, clock), |element| Form::of(element, clock));
        if element.is_none() {
            form.kind = kind.unwrap_or_default();
        }
        let saving = std::mem::take(&mut self.saving);
        *self = Self { before: Some(form.clone()), form: Some(form), saving, ..Self::default() };
    }
    /// Leave it.
    pub fn close(&mut self) {
        // What is under way is still said.
        *self = Self { saving: std::mem::take(&mut self.saving), ..Self::default() };
    }
    /// Where the element is to lie, while the editor is open.
    #[must_use]
    pub fn place(&self) -> Option<Option<Position>> {
        self.form.as_ref().map(|form| form.position)
    }
    /// It is to lie here.
    pub const fn place_at(&mut self, at: Position) {
        if let Some(form) = &mut self.form {
            form.position = Some(at);
        }
    }
    /// The form, to be filled in by what opened it, or by a test.
    pub const fn form_mut(&mut self) -> Option<&mut Form> {
        self.form.as_mut()
    }

    /// Take the replies that have come.
    pub fn take_replies(&mut self, cx: &mut ViewContext<'_>) {
        match self.saving.take() {
            Some(Ok(written)) => {
                self.close();
                cx.act(Action::Select(written.element));
                cx.notify(cx.t("editor-saved"));
            }
            Some(Err(failure)) => self.failure = Some(cx.failure(&failure)),
            None => {}
        }
    }

    /// Draw the form.
    pub fn ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        let Some(form) = &mut self.form else { return };
        ui.horizontal(|ui| {
            if widgets::icon_button(ui, cx.tokens, Icon::Back, &cx.t("cancel")).clicked() {
                cx.act(Action::CloseEditor);
            }
            widgets::heading(ui, &cx.t(if form.id.is_some() { "editor-change" } else { "editor-new" }));
        });
        let frame = egui::Frame::new().inner_margin(egui::Margin { top: 12, ..egui::Margin::ZERO });
        egui::Panel::bottom("editor buttons").frame(frame).show(ui, |ui| {
            let words = self.problem.map(|problem| problem_words(cx, problem)).or_else(|| self.failure.clone());
            if let Some(words) = words {
                widgets::error(ui, cx.tokens, &words);
            }
            self.problem = buttons_ui(ui, cx, form, &mut self.saving, self.problem);
        });
        ScrollArea::vertical().id_salt("editor").auto_shrink(false).show(ui, |ui| {
            form_ui(ui, cx, form);
        });
    }
}

/// What is wrong, in words: of a time that happens twice, how it is said.
fn problem_words(cx: &ViewContext<'_>, problem: Problem) -> String {
    match problem.twice {
        Some((first, again)) => cx.tr(problem.key, &[("first", offset(first).into()), ("again", offset(again).into())]),
        None => cx.t(problem.key),
    }
}

/// Save or leave. What is wrong with the form, as it was at the last attempt.
fn buttons_ui(
    ui: &mut Ui,
    cx: &mut ViewContext<'_>,
    form: &Form,
    saving: &mut Asked<SaveElement>,
    before: Option<Problem>,
) -> Option<Problem> {
    let mut problem = before;
    ui.horizontal(|ui| {
        let busy = saving.is_under_way();
        if widgets::primary(ui, cx.tokens, &cx.t("save"), !busy).clicked() {
            problem = match form.draft() {
                Ok(draft) => {
                    saving.send(cx.commands, SaveElement { id: form.id, draft: Box::new(draft) });
                    None
                }
                Err(problem) => Some(problem),
            };
        }
        if widgets::secondary(ui, &cx.t("cancel"), true).clicked() {
            cx.act(Action::CloseEditor);
        }
    });
    problem
}

fn form_ui(ui: &mut Ui, cx: &mut ViewContext<'_>, form: &mut Form) {
    ui.spacing_mut().item_spacing.y = space::S;
    kind_ui(ui, cx, form);
    field(ui, &cx.t("field-name"), &mut form.name, "", NAME_MAX);
    if form.kind == Kind::Event {
        event::event_ui(ui, cx, form);
    }
    place_ui(ui, cx, form);
    area(ui, &cx.t("field-description"), &mut form.description, "", TEXT_MAX, 3);
    field(ui, &cx.t("field-tags"), &mut form.tags, &cx.t("field-tags-hint"), FIELD_MAX);
    parent_ui(ui, cx, form);
    field(ui, &cx.t("field-address"), &mut form.address, "", FIELD_MAX);
    if form.kind != Kind::Event {
        field(ui, &cx.t("field-hours"), &mut form.opening_hours, &cx.t("field-hours-hint"), FIELD_MAX);
        match typed_hours(&form.opening_hours) {
            TypedHours::Same => {}
            TypedHours::Understood(hours) => {
                widgets::note(ui, cx.tr("editor-hours-understood", &[("hours", hours.into())]));
            }
            TypedHours::Words => {
                widgets::note(ui, cx.t("editor-hours-words"));
            }
        }
    }
    field(ui, &cx.t("field-phone"), &mut form.phone, "", FIELD_MAX);
    field(ui, &cx.t("field-email"), &mut form.email, "", FIELD_MAX);
    field(ui, &cx.t("field-website"), &mut form.website, "https://", FIELD_MAX);
    ui.add_space(space::S);
    closed_ui(ui, cx, form);
}

/// Who finds and reads it: everyone, unless a new space is made for its members only.
fn closed_ui(ui: &mut Ui, cx: &ViewContext<'_>, form: &mut Form) {
    let may = form.may_close();
    if may {
        ui.checkbox(&mut form.closed, cx.t("editor-closed"));
        widgets::note(ui, cx.t("editor-closed-explain"));
    }
    let key = if may && form.closed { "editor-members" } else { "editor-public" };
    ui.add(egui::Label::new(RichText::new(cx.t(key)).small().weak()).wrap());
}

/// What it is. A person makes all but persons; what it is made as stays when it has a space of its own.
fn kind_ui(ui: &mut Ui, cx: &ViewContext<'_>, form: &mut Form) {
    let fixed = form.id.is_some();
    widgets::chips(ui, |ui| {
        for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::Person) {
            if fixed && kind != form.kind {
                continue;
            }
            let icon = Some((Icon::from(kind), cx.tokens.mark(kind)));
            if chip(ui, cx.tokens, icon, &cx.t(keys::kind(kind)), form.kind == kind).clicked() && !fixed {
                form.kind = kind;
            }
        }
    });
}

fn place_ui(ui: &mut Ui, cx: &ViewContext<'_>, form: &Form) {
    ui.label(RichText::new(cx.t("field-place")).small());
    ui.add_space(-space::XS);
    match form.position {
        Some(at) => {
            ui.label(format::position(at));
            widgets::note(ui, cx.t("editor-place-move"));
        }
        None => widgets::strip(ui, cx.tokens, &cx.t("editor-place-pick")),
    }
}

/// Whether one may make something of a kind in a community. What has a space of its own lies outside: of a closed
/// community it would tell.
fn may_hold(community: &CommunityDetail, kind: Kind) -> bool {
    let outside = matches!(kind, Kind::Organisation | Kind::Project);
    if outside {
        community.role.is_some() && !community.scope.is_closed()
    } else {
        community.role >= Some(Role::Contributor)
    }
}

/// The organisation or project in whose space it is made: of my own. It is fixed at creation.
fn parent_ui(ui: &mut Ui, cx: &ViewContext<'_>, form: &mut Form) {
    if form.id.is_some() {
        return;
    }
    if !matches!(form.kind, Kind::Event | Kind::Project) {
        // Chosen for another kind: nobody sees it here.
        form.parent = None;
        return;
    }
    // Chosen before: it stays until it is known that it cannot be.
    let Some(communities) = cx.read(Communities).value else { return };
    let mine: Vec<&CommunityDetail> = communities.iter().filter(|community| may_hold(community, form.kind)).collect();
    form.parent = form.parent.filter(|parent| mine.iter().any(|held| held.id == *parent));
    if mine.is_empty() {
        return;
    }
    let none = cx.t("field-parent-none");
    let label = cx.t("field-parent");
    let name_of = |id: ElementId| mine.iter().find(|held| held.id == id).map(|held| held.name.clone());
    let shown = form.parent.and_then(name_of).unwrap_or_else(|| none.clone());
    ui.label(RichText::new(&label).small());
    ui.add_space(-space::XS);
    let combo = ComboBox::from_id_salt("parent").selected_text(&shown).width(ui.available_width()).truncate().show_ui(
        ui,
        |ui| {
            ui.selectable_value(&mut form.parent, None, &none);
            listed(ui, "mine", cx.texts, mine.iter(), |ui, held| {
                ui.selectable_value(&mut form.parent, Some(held.id), &held.name);
            });
        },
    );
    combo.response.widget_info(|| {
        let mut info = egui::WidgetInfo::labeled(egui::Role::ComboBox, true, &label);
        info.current_text_value = Some(shown.clone());
        info
    });
}
