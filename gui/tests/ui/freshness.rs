//! Whether what a page says still holds, by the page of it: who found it right, what is suggested, what becomes of a
//! report.

use crate::stage::{Stage, press, sent, type_into};
use communaut_gui::{
    fixture::{facts, place},
    logic::Action,
};
use communaut_node::api::{self, Command, ReportStatus};
use egui::accesskit::Role;
use egui_kittest::kittest::Queryable;

fn on(own: bool, report: bool) -> Stage {
    let replica = facts(own, report);
    let id = place(&replica).unwrap();
    let mut stage = Stage::driven(replica);
    stage.act(Action::Select(Some(id)));
    stage
}

#[test]
fn one_sees_who_found_it_right_and_says_so_too() {
    let mut stage = on(false, false);
    stage.harness.get_by_label_contains("Found right by");
    stage.harness.get_by_label_contains("and by 1 more");
    assert!(stage.harness.query_all_by_label("Where it stands").next().is_none(), "this is no report");
    press(&mut stage, "Still right");
    let said = sent(&stage, |command| matches!(command, Command::SayStillRight(_)).then_some(()));
    assert_eq!(said.len(), 1);
}

#[test]
fn who_may_not_write_it_suggests_what_is_wrong() {
    let mut stage = on(false, false);
    assert!(stage.harness.query_by_label("Accept").is_none(), "that is for who looks after it");
    stage.harness.get_by_label_contains("seen this morning");
    stage.harness.get_by_label("Suggest a correction").click_accesskit();
    stage.harness.run();
    type_into(&mut stage, "Description", "Open again.");
    type_into(&mut stage, "Where do you know it from?", "their door");
    press(&mut stage, "Send");
    let asked = sent(&stage, |command| match command {
        Command::Correct(api::Correct { draft, gone, reason, .. }) => {
            Some((draft.description.ends_with("Open again."), draft.address, gone, reason))
        }
        _ => None,
    });
    assert_eq!(asked, [(true, "Vuorikatu 1".into(), false, "their door".to_owned())]);
}

#[test]
fn who_looks_after_it_writes_what_is_suggested_or_leaves_it() {
    let mut stage = on(true, false);
    assert!(stage.harness.query_by_label("Suggest a correction").is_none(), "one changes what is one's own");
    stage.harness.get_by_label("Vuorikatu 12");
    press(&mut stage, "Decline");
    press(&mut stage, "Accept");
    let answered = sent(&stage, |command| match command {
        Command::AnswerCorrection(api::AnswerCorrection { accept, .. }) => Some(accept),
        _ => None,
    });
    assert_eq!(answered, [false, true]);
}

#[test]
fn of_a_report_one_sees_and_says_what_becomes_of_it() {
    let mut stage = on(false, true);
    stage.harness.get_by_label_contains("Under way — ");
    stage.harness.get_by_role_and_label(Role::ComboBox, "Where it stands").click_accesskit();
    stage.harness.run();
    stage.harness.get_by_label("Mended").click_accesskit();
    stage.harness.run();
    let said = sent(&stage, |command| match command {
        Command::SayStatus(api::SayStatus { status, .. }) => Some(status),
        _ => None,
    });
    assert_eq!(said, [Some(ReportStatus::Done)]);
}
