//! The agenda through the window: zones, full days, long lists, months without events.

use crate::stage::Stage;
use communaut_gui::{
    fixture::{NOW, helsinki},
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
    press(&mut stage, "Month after");
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
    press(&mut stage, "Month after");
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
    press(&mut stage, "Month before");
    stage.harness.get_by_label_contains("follow a wider territory");
    stage.harness.get_by_role_and_label(Role::Button, "Widen the territory").click();
    stage.harness.run();
    assert!(stage.node.sent().contains(&Command::Territories(api::Territories)), "the dialogue of territories is open");
}
