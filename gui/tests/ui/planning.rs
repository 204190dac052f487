//! The agenda through the window: zones, full days, long lists, months without events.

use crate::stage::Stage;
use communaut_gui::{
    fixture::{NOW, coming, helsinki},
    locale::Lang,
    logic::{Action, Page},
};
use communaut_node::api::{
    self, Command, Snapshot,
    times::{of_days, with_clock},
};
use communaut_protocol::{
    ElementId,
    op::{Every, Kind, Repeat, When},
};
use egui::accesskit::Role;
use egui_kittest::kittest::Queryable;
use jiff::{civil::date, tz::TimeZone};
use std::sync::Arc;

fn agenda(replica: Snapshot) -> Stage {
    let mut stage = Stage::driven(replica);
    stage.act(Action::Go(Page::Agenda));
    stage
}

fn press(stage: &mut Stage, label: &str) {
    stage.harness.get_by_label(label).click();
    stage.harness.run();
}

/// The fixture with so many events more, all at the same hour.
fn crowded(count: u8) -> Snapshot {
    let mut replica = helsinki();
    let model = replica.elements.values().find(|element| element.kind == Kind::Event).unwrap().clone();
    for number in 0..count {
        let mut event = (*model).clone();
        event.id = ElementId([number; 32]);
        event.name = format!("Meeting {number:03}");
        event.when = Some(When {
            start_ms: NOW,
            end_ms: NOW + 3_600_000,
            zone: "Europe/Helsinki".into(),
            offset: None,
            whole_days: false,
            repeat: None,
        });
        replica.elements.insert(event.id, Arc::new(event));
    }
    replica
}

/// The fixture with whole days and with what repeats.
pub fn planned() -> Snapshot {
    let mut replica = helsinki();
    let model = replica.elements.values().find(|element| element.kind == Kind::Event).unwrap().clone();
    let zone = TimeZone::get("Europe/Helsinki").unwrap();
    let every =
        |every, weekdays, until| Repeat { every, interval: 1, count: None, until, weekdays, except: vec![20_713] };
    let days = |first, last| of_days(date(2026, 9, first), date(2026, 9, last), &zone, "Europe/Helsinki").unwrap();
    let start_ms =
        date(2026, 9, 3).at(18, 30, 0, 0).to_zoned_datetime(zone.clone()).unwrap().timestamp().as_millisecond();
    let evening = When { start_ms, end_ms: start_ms + 5_400_000, whole_days: false, offset: None, ..days(3, 3) };
    // Without September 17.
    let choir = When { repeat: Some(every(Every::Week, 0, Some(20_796))), ..evening };
    let market = When { repeat: Some(every(Every::Month, 1 << 5, None)), ..days(12, 12) };
    for (number, name, when) in [
        (1, "Choir of the quarter", with_clock(choir, &zone).unwrap()),
        (2, "Flea market", market),
        (3, "Days of open gardens", days(25, 27)),
    ] {
        let mut event = (*model).clone();
        (event.id, event.name, event.when) = (ElementId([number; 32]), name.into(), Some(when));
        replica.elements.insert(event.id, Arc::new(event));
    }
    replica
}

#[test]
fn each_time_of_what_repeats_is_in_the_list_and_says_so() {
    let mut stage = agenda(planned());
    press(&mut stage, "List");
    let count = |stage: &Stage, label: &str| stage.harness.query_all_by_label(label).count();
    assert_eq!(count(&stage, "Choir of the quarter"), 3, "September 3, 10 and 24, not 17");
    assert_eq!(count(&stage, "Repeats every week, until Wednesday 9 December 2026"), 3);
    stage.harness.get_by_label("Repeats every month on the second Saturday");
    stage.harness.get_by_label("Friday 25 September 2026 – Sunday 27 September 2026");
    assert_eq!(count(&stage, "All day"), 1, "the market");
    press(&mut stage, "Month");
    assert_eq!(count(&stage, "Days of open gardens"), 3, "on each of its days");
    press(&mut stage, "After");
    assert_eq!(count(&stage, "Flea market"), 1);
    assert_eq!(count(&stage, "Choir of the quarter"), 5);
}

#[test]
fn the_page_of_what_repeats_says_when_it_is_next_and_when_not() {
    let mut stage = Stage::driven(planned());
    stage.act(Action::Select(Some(ElementId([1; 32]))));
    // The fixture's now is Thursday, September 10, in the morning.
    stage.harness.get_by_label("Thursday 10 September 2026, 18:30 – 20:00 (EEST)");
    stage.harness.get_by_label("Not on Thursday 17 September 2026");
    stage.act(Action::Select(Some(ElementId([3; 32]))));
    stage.harness.get_by_label("Friday 25 September 2026 – Sunday 27 September 2026");
}

#[test]
fn the_list_names_the_zone_of_what_was_announced_elsewhere() {
    let mut stage = agenda(helsinki());
    press(&mut stage, "List");
    stage.harness.get_by_label("Wednesday 16 September 2026");
    stage.harness.get_by_label("17:00 – 18:00 (EEST)");
    stage.harness.get_by_label("There: 16:00 – 17:00 (CEST), Europe/Paris");
    // What lasts longer than the day says its days.
    stage.harness.get_by_label("Saturday 19 September 2026, 11:00 – Sunday 20 September 2026, 17:00 (EEST)");
    let elsewhere = stage.harness.query_all_by_label_contains("There: ").count();
    assert_eq!(elsewhere, 1, "what happens on the viewer's own clocks is said once");
}

#[test]
fn months_are_turned_and_today_comes_back() {
    let mut stage = agenda(helsinki());
    stage.harness.get_by_label("September 2026");
    assert_eq!(stage.harness.query_all_by_label("Harvest festival").count(), 2, "two days");
    press(&mut stage, "After");
    stage.harness.get_by_label("October 2026");
    stage.harness.get_by_label("Nothing is planned this month");
    press(&mut stage, "Today");
    stage.harness.get_by_label("September 2026");
    press(&mut stage, "Compost workshop");
    let state = stage.harness.state();
    let compost = helsinki().elements.values().find(|element| element.name == "Compost workshop").unwrap().id;
    assert_eq!((state.page(), state.selection().element), (Page::Map, Some(compost)));
}

#[test]
fn a_full_day_leads_to_the_list_which_shows_a_part_at_a_time() {
    let mut stage = agenda(crowded(120));
    let shown = |stage: &Stage| stage.harness.query_all_by_label_contains("Meeting ").count();
    assert_eq!(shown(&stage), 4, "as many as a day has room for");
    press(&mut stage, "116 more");
    assert_eq!(shown(&stage), 100);
    // 120 of the crowd and the five of the fixture; the button lies far below what the window shows.
    stage.harness.get_by_label("25 more").click_accesskit();
    stage.harness.run();
    assert_eq!(shown(&stage), 120);
    assert!(stage.harness.query_by_label_contains(" more").is_none());
}

#[test]
fn an_empty_month_says_what_hides_the_events_and_what_to_do() {
    let mut stage = Stage::driven(helsinki());
    let field = stage.harness.get_by_label("Search");
    field.focus();
    field.type_text("no such thing");
    stage.harness.run();
    stage.act(Action::Go(Page::Agenda));
    stage.harness.get_by_label_contains("Only what you look for on the map is shown here.");
    press(&mut stage, "Clear the filters");
    stage.harness.get_by_label("Compost workshop");
    press(&mut stage, "Before");
    stage.harness.get_by_label_contains("follow a wider territory");
    stage.harness.get_by_role_and_label(Role::Button, "Widen the territory").click();
    stage.harness.run();
    assert!(stage.node.sent().contains(&Command::Territories(api::Territories)), "the dialogue of territories is open");
}

#[test]
fn a_week_and_a_day_are_shown_hour_by_hour() {
    let mut stage = agenda(helsinki());
    press(&mut stage, "Week");
    // The fixture's now is Thursday 10 September.
    for label in ["Monday 7 September 2026", "Sunday 13 September 2026", "10:00 Compost workshop"] {
        stage.harness.get_by_label(label);
    }
    press(&mut stage, "Saturday 12 September 2026");
    stage.harness.get_by_role_and_label(Role::Heading, "Saturday 12 September 2026");
    stage.harness.get_by_label("10:00 Compost workshop");
    press(&mut stage, "After");
    stage.harness.get_by_role_and_label(Role::Heading, "Sunday 13 September 2026");
    press(&mut stage, "Week");
    press(&mut stage, "Before");
    stage.harness.get_by_label("Monday 31 August 2026");
}

fn drag(stage: &mut Stage, from: egui::Pos2, to: egui::Pos2) {
    stage.harness.drag_at(from);
    stage.harness.run();
    stage.harness.hover_at(from.lerp(to, 0.5));
    stage.harness.run();
    stage.harness.drop_at(to);
    stage.harness.run();
}

#[test]
fn a_stretch_that_is_drawn_becomes_an_event_in_the_editor() {
    let mut stage = agenda(helsinki());
    press(&mut stage, "Week");
    let friday = stage.harness.get_by_label("Friday 11 September 2026").rect();
    let begin = egui::pos2(friday.center().x, 300.0);
    drag(&mut stage, begin, begin + egui::vec2(0.0, 88.0));
    assert_eq!(stage.harness.state().page(), Page::Map);
    let form = stage.harness.state_mut().views().editor.form_mut().unwrap().clone();
    assert_eq!(
        (form.kind, form.start_date.as_str(), form.end_date.as_str()),
        (Kind::Event, "2026-09-11", "2026-09-11")
    );
    let minutes = |text: &str| -> i32 {
        let (hours, minutes) = text.split_once(':').unwrap();
        hours.parse::<i32>().unwrap() * 60 + minutes.parse::<i32>().unwrap()
    };
    // Two hours of the grid, by the quarter of an hour.
    assert_eq!(minutes(&form.end_time) - minutes(&form.start_time), 120);
    assert_eq!(minutes(&form.start_time) % 15, 0);
    // Nothing is written before one saves.
    assert!(!stage.node.sent().iter().any(|command| matches!(command, Command::SaveElement(_))));
}

#[test]
fn ones_own_event_is_moved_and_that_of_others_is_not() {
    let mut stage = agenda(coming(None));
    press(&mut stage, "Week");
    let block = stage.harness.get_by_label("10:00 Compost workshop").rect();
    let friday = stage.harness.get_by_label("Friday 11 September 2026").rect();
    let to = egui::pos2(friday.center().x, block.top() + 2.0 + 44.0);
    drag(&mut stage, block.center_top() + egui::vec2(0.0, 2.0), to);
    let form = stage.harness.state_mut().views().editor.form_mut().unwrap().clone();
    assert_eq!((form.name.as_str(), form.start_date.as_str()), ("Compost workshop", "2026-09-11"));
    assert_eq!((form.start_time.as_str(), form.end_time.as_str()), ("11:00", "13:00"));

    let mut stage = agenda(helsinki());
    press(&mut stage, "Week");
    let block = stage.harness.get_by_label("17:00 Open repair evening").rect();
    drag(&mut stage, block.center_top() + egui::vec2(0.0, 2.0), block.center_top() + egui::vec2(0.0, 60.0));
    assert!(stage.harness.state_mut().views().editor.form_mut().is_none());
    stage.harness.get_by_label("Only who made an event can move it.");
}

#[test]
fn pictures_of_week_and_day() {
    let mut results = egui_kittest::SnapshotResults::new();
    for (lang, dark, week, day, suffix) in
        [(Lang::Fr, false, "Semaine", "Jour", "fr_light"), (Lang::En, true, "Week", "Day", "en_dark")]
    {
        let mut stage = Stage::drawn(planned(), lang, dark);
        stage.act(Action::Go(Page::Agenda));
        for (shape, name) in [(week, "agenda_week"), (day, "agenda_day")] {
            press(&mut stage, shape);
            stage.harness.snapshot(format!("{name}_{suffix}"));
            results.extend_harness(&mut stage.harness);
        }
    }
    results.unwrap();
}
