//! What is probably the same is offered on a page, and a person says whether it is.

use crate::stage::Stage;
use communaut_gui::{fixture::twice, logic::Action};
use communaut_node::api::{Command, SameWord, SaySame};
use communaut_protocol::ElementId;
use egui_kittest::kittest::Queryable;

fn said(stage: &Stage) -> Vec<SaySame> {
    let sent = stage.node.sent().into_iter();
    sent.filter_map(|command| if let Command::SaySame(said) = command { Some(said) } else { None }).collect()
}

#[test]
fn a_person_says_whether_two_are_the_same() {
    for (label, word) in [("It is the same", SameWord::Same), ("Something else", SameWord::Other)] {
        let (world, library) = twice();
        let mut stage = Stage::driven(world);
        stage.act(Action::Select(Some(library)));
        stage.harness.get_by_label("Is this the same?");
        stage.harness.get_by_label("the same name · 0 m away");
        assert_eq!(said(&stage), [], "nothing is said for a person");
        stage.harness.get_by_label(label).click();
        stage.harness.run();
        assert_eq!(said(&stage), [SaySame { shown: library, other: ElementId([0x5e; 32]), word }]);
    }
}
