//! The welcome: where one is, what is around, how one is called; then the map. One who has an identity comes back.

mod around;
mod cards;
mod circle;

use super::{
    recover::RecoverView,
    territory::{PlaceField, USUAL_RADIUS_M},
};
use crate::{
    logic::{Action, Asked, Steps},
    ui::{map::MapPane, tokens::space},
    views::ViewContext,
};
use communaut_node::api::{Area, FollowTarget, Init, Place, Places, TerritoryId, Unfollow};
use communaut_protocol::Position;
use egui::{Align2, Area as Layer, CentralPanel, Frame, Key, Order, Rect, ScrollArea, Ui};

/// Width of the card over the map, in points; of a narrow window less.
const CARD_WIDTH: f32 = 400.0;
/// Kilometres around a place that can be chosen: a hamlet, a small region.
const RADIUS_KM: std::ops::RangeInclusive<u32> = 1..=50;
/// Places that are asked for by the name of a time zone: namesakes of its city lie in other zones.
const GUESSES_MAX: usize = 12;

/// How far the welcome has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Step {
    /// Where?
    #[default]
    Place,
    /// What is around there.
    Around,
    /// How one is called.
    Name,
}

/// What is awaited of the node at the end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Stage {
    /// Nothing: the cards are being filled in.
    #[default]
    Form,
    /// The identity is being made.
    Identity,
    /// Its territory is being followed, which did not succeed before.
    Territory,
}

/// The welcome's state.
pub struct FirstRunView {
    step: Step,
    stage: Stage,
    name: String,
    places: PlaceField,
    home: Option<Position>,
    /// The place's name; empty: the map was clicked.
    home_name: String,
    radius_km: u32,
    /// The slider is being moved: nothing is followed before it rests.
    sliding: bool,
    pane: MapPane,
    /// The map is to show the place and its circle.
    reframe: bool,
    /// What was lacking when somebody wanted to go on.
    lacking: Option<&'static str>,
    failure: Option<String>,
    /// The identity is there, the territory is to be asked for in the next frame.
    follow: bool,
    /// What is followed, and for which place and radius.
    followed: Option<TerritoryId>,
    followed_for: Option<(Position, u32)>,
    /// When it was begun to look for neighbours, seconds of the window's time.
    looking_since: Option<f64>,
    /// A file is brought in as soon as that can be.
    then_import: bool,
    /// Whether the city of the time zone was asked for.
    guessed: bool,
    /// The name's field is to be given the keyboard.
    to_name: bool,
    /// Whether one has an identity already, and how one comes back to it.
    returns: bool,
    recover: RecoverView,
    guessing: Asked<Places>,
    making: Asked<Init>,
    following: Asked<FollowTarget>,
    unfollowing: Asked<Unfollow, TerritoryId>,
}

impl Default for FirstRunView {
    fn default() -> Self {
        Self {
            step: Step::Place,
            stage: Stage::Form,
            name: String::new(),
            places: PlaceField::default(),
            home: None,
            home_name: String::new(),
            radius_km: USUAL_RADIUS_M / 1_000,
            sliding: false,
            pane: MapPane::world(),
            reframe: false,
            lacking: None,
            failure: None,
            follow: false,
            followed: None,
            followed_for: None,
            looking_since: None,
            then_import: false,
            guessed: false,
            to_name: false,
            returns: false,
            recover: RecoverView::default(),
            guessing: Asked::default(),
            making: Asked::default(),
            following: Asked::default(),
            unfollowing: Asked::default(),
        }
    }
}

impl FirstRunView {
    /// Whether an identity was made and its territory is still on its way, or what came back is to be read.
    #[must_use]
    pub fn is_under_way(&self) -> bool {
        self.stage != Stage::Form || self.recover.shows_result()
    }

    /// Take the replies that have come.
    pub fn take_replies(&mut self, cx: &mut ViewContext<'_>) {
        self.places.take_replies();
        self.recover.take_replies(cx);
        if let Some(Ok(places)) = self.guessing.take() {
            let here = places.into_iter().find(|place| place.timezone == cx.clock.zone_name());
            // What somebody has begun to type is not taken away.
            if let Some(place) = here.filter(|_| self.home.is_none() && self.places.text().is_empty()) {
                self.places.settle(&place.name);
                self.places.focus();
                self.choose(place);
            }
        }
        match self.making.take() {
            Some(Ok(info)) => {
                cx.act(Action::Know(Box::new(info)));
                cx.act(Action::SetSteps(Steps::begun_at(cx.clock.now_ms())));
                self.stage = Stage::Territory;
                self.follow = self.followed.is_none();
                if let Some(followed) = self.followed {
                    self.end(cx, Some(followed));
                }
            }
            Some(Err(failure)) => {
                self.stage = Stage::Form;
                self.failure = Some(cx.failure(&failure));
            }
            None => {}
        }
        while let Some((_, reply)) = self.unfollowing.take_for() {
            if let Err(failure) = reply {
                self.failure = Some(cx.failure(&failure));
            }
        }
        match self.following.take() {
            Some(Ok(info)) => {
                if let Some(before) = self.followed.replace(info.id).filter(|before| *before != info.id) {
                    self.unfollowing.send_for(cx.commands, before, Unfollow { id: before });
                }
                if self.stage == Stage::Territory {
                    self.end(cx, Some(info.id));
                }
            }
            Some(Err(failure)) if self.stage == Stage::Territory => {
                // The identity stands and this page is gone: said over the window, whose own dialogue follows
                // territories.
                self.end(cx, None);
                cx.notify(cx.failure(&failure));
                cx.act(Action::OpenTerritories);
            }
            Some(Err(failure)) => self.failure = Some(cx.failure(&failure)),
            None => {}
        }
    }

    /// The welcome is over.
    fn end(&mut self, cx: &mut ViewContext<'_>, followed: Option<TerritoryId>) {
        self.stage = Stage::Form;
        cx.act(Action::SetTerritory(followed));
        if self.then_import {
            cx.act(Action::OpenImport(None));
        }
    }

    /// Draw the welcome.
    pub fn ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        if !std::mem::replace(&mut self.guessed, true)
            && let Some(text) = cx.clock.city()
        {
            let locale = cx.texts.lang.with_country();
            self.guessing.send(cx.commands, Places { text, limit: GUESSES_MAX, locale });
        }
        if std::mem::take(&mut self.follow) {
            self.ask_to_follow(cx);
        }
        let room = ui.max_rect();
        let width = CARD_WIDTH.min(room.width() * 0.44);
        // The cards come before the map: so does the keyboard.
        self.corner_ui(ui, cx);
        self.card_ui(ui, cx, room, width);
        if self.step != Step::Place {
            self.keep_up(ui, cx);
        }
        CentralPanel::default().frame(Frame::new()).show(ui, |ui| self.map_ui(ui, cx, width));
    }

    fn card_ui(&mut self, ui: &Ui, cx: &mut ViewContext<'_>, room: Rect, width: f32) {
        let layer = Layer::new(egui::Id::unique("welcome")).order(Order::Middle).constrain(true);
        layer.anchor(Align2::LEFT_CENTER, [space::XL, space::L]).show(ui.ctx(), |ui| {
            cards::frame(cx.tokens).show(ui, |ui| {
                ui.set_width(width - 2.0 * space::L);
                let most = room.height() - cards::MARGINS;
                ScrollArea::vertical().id_salt("welcome").max_height(most).min_scrolled_height(most).show(ui, |ui| {
                    if self.returns {
                        return self.returning_ui(ui, cx);
                    }
                    match self.step {
                        Step::Place => self.place_ui(ui, cx),
                        Step::Around => self.around_ui(ui, cx),
                        Step::Name => self.name_ui(ui, cx),
                    }
                });
            });
        });
        // One step back, as everywhere: what is being typed is left first.
        let typing = ui.ctx().egui_wants_keyboard_input();
        if !typing && ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, Key::Escape)) {
            self.back();
        }
    }

    fn choose(&mut self, place: Place) {
        self.home = Some(place.position);
        self.home_name = place.name;
        (self.reframe, self.lacking) = (true, None);
    }

    /// From the place to what is around it.
    fn go_on(&mut self) {
        match (self.step, self.home) {
            // Who sees the place that they mean on top need not press it first.
            (Step::Place, None) if self.places.choose_first() => {}
            (Step::Place, None) => {
                self.lacking = Some("first-lacks-place");
                self.places.focus();
            }
            (Step::Place, Some(_)) => {
                (self.step, self.lacking, self.failure, self.reframe) = (Step::Around, None, None, true);
            }
            (Step::Around, _) => {
                (self.step, self.lacking, self.failure) = (Step::Name, None, None);
                self.to_name = true;
            }
            (Step::Name, _) => {}
        }
    }

    /// One step back.
    fn back(&mut self) {
        if self.stage != Stage::Form {
            return;
        }
        (self.lacking, self.failure) = (None, None);
        if self.returns {
            if !self.recover.shows_result() {
                self.returns = false;
                self.places.focus();
            }
            return;
        }
        self.step = match self.step {
            Step::Name => Step::Around,
            Step::Around | Step::Place => Step::Place,
        };
        if self.step == Step::Place {
            self.places.focus();
        }
        self.reframe = self.home.is_some();
    }

    fn begin(&mut self, cx: &ViewContext<'_>) {
        let Some(home) = self.home else { return };
        if self.name.trim().is_empty() {
            (self.lacking, self.to_name) = (Some("first-lacks-name"), true);
            return;
        }
        (self.failure, self.lacking) = (None, None);
        self.stage = Stage::Identity;
        let name = self.name.trim().to_owned();
        self.making.send(cx.commands, Init { name, about: String::new(), home, sample: false, deciding: false });
    }

    /// Follow what the circle holds: so it fills while one looks at it, and before one has a name.
    fn keep_up(&mut self, ui: &Ui, cx: &ViewContext<'_>) {
        self.looking_since.get_or_insert(ui.input(|input| input.time));
        let wanted = self.home.map(|home| (home, self.radius_km));
        if wanted != self.followed_for && !self.sliding && !self.following.is_under_way() {
            self.ask_to_follow(cx);
        }
    }

    fn ask_to_follow(&mut self, cx: &ViewContext<'_>) {
        let Some(centre) = self.home else { return };
        self.failure = None;
        self.followed_for = Some((centre, self.radius_km));
        let name = if self.home_name.is_empty() { cx.t("first-around-me") } else { self.home_name.clone() };
        let area = Area::Around { centre, radius_m: self.radius_km * 1_000 };
        self.following.send(cx.commands, FollowTarget::Area { name, area });
    }

    /// Languages, and the way for who was here before, in the map's corner.
    fn corner_ui(&mut self, ui: &Ui, cx: &mut ViewContext<'_>) {
        let layer = Layer::new(egui::Id::unique("welcome corner")).order(Order::Middle);
        layer.anchor(Align2::RIGHT_TOP, [-cards::BESIDE_CONTROLS, space::M]).show(ui.ctx(), |ui| {
            ui.horizontal(|ui| {
                let free = self.stage == Stage::Form && !self.recover.shows_result();
                if free && !self.returns && cards::over_map(ui, cx.tokens, &cx.t("first-returns")).clicked() {
                    (self.returns, self.lacking) = (true, None);
                }
                cards::languages_ui(ui, cx);
            });
        });
    }
}
