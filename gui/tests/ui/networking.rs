//! The network's page through the window: what is missing and refused is said, addresses are passed on and taken.

use crate::stage::Stage;
use communaut_gui::{
    fixture::{helsinki, overview},
    logic::{Action, Page},
};
use communaut_node::api::{self, Command, Failure, FailureCode, NetworkStatus, Snapshot};
use egui::OutputCommand;
use egui_kittest::kittest::Queryable;
use std::sync::Arc;

fn network(change: impl FnOnce(&mut NetworkStatus)) -> Stage {
    let mut replica: Snapshot = helsinki();
    change(Arc::make_mut(&mut overview(&mut replica).network));
    let mut stage = Stage::driven(replica);
    stage.act(Action::Go(Page::Network));
    stage
}

#[test]
fn what_is_missing_and_refused_is_said_of_each_peer() {
    let stage = network(|network| {
        let peer = network.peers.first_mut().unwrap();
        peer.missing_logs = 3;
        peer.rtt_ms = Some(0);
        peer.refused.insert("bad_backlink".into(), 7);
    });
    assert_eq!(stage.harness.query_all_by_label("3 logs are still coming").count(), 2, "in all, and from that peer");
    stage.harness.get_by_label("bad_backlink × 7");
    stage.harness.get_by_label("bad_signature × 3");
    stage.harness.get_by_label("less than 1 ms away");
    stage.harness.get_by_label("2 entries wait for their author’s identity");
    stage.harness.get_by_label("caught up 3 days ago · brought 1,115 entries");
}

#[test]
fn an_address_is_copied() {
    let mut stage = network(|_| {});
    // It lies below what the window shows.
    stage.harness.get_by_label("Copy /ip4/192.168.1.20/tcp/4001").click_accesskit();
    // Each frame's output is its own.
    let copied = (0..4).find_map(|_| {
        stage.harness.step();
        stage.harness.output().platform_output.commands.iter().find_map(|command| match command {
            OutputCommand::CopyText(text) => Some(text.clone()),
            _ => None,
        })
    });
    assert_eq!(copied.as_deref(), Some("/ip4/192.168.1.20/tcp/4001"));
    stage.harness.run();
    stage.harness.get_by_label("Copied.");
}

#[test]
fn an_address_is_dialled_and_a_wrong_one_stays_to_be_mended() {
    let mut stage = network(|_| {});
    let address = "/ip4/192.0.2.7/tcp/4001";
    let dial = |stage: &mut Stage| {
        // It may lie below what the window shows.
        stage.harness.get_by_label("Connect").click_accesskit();
        stage.harness.run();
    };
    dial(&mut stage);
    let field = stage.harness.get_by_label("Address of another node");
    field.focus();
    field.type_text(&format!(" {address} "));
    stage.harness.run();
    stage.node.refuse_next(Failure::new(FailureCode::Invalid, "nobody answers there"));
    dial(&mut stage);
    stage.harness.get_by_label_contains("nobody answers there");
    dial(&mut stage);
    stage.harness.get_by_label("Connected.");
    assert!(stage.harness.query_by_label_contains("nobody answers there").is_none());
    let dialled: Vec<String> = stage
        .node
        .sent()
        .into_iter()
        .filter_map(|command| match command {
            Command::Dial(api::Dial { address }) => Some(address),
            _ => None,
        })
        .collect();
    assert_eq!(dialled, [address, address], "nothing was dialled before an address was typed");
}

#[test]
fn alone_one_is_told_how_others_are_found() {
    let stage = network(|network| {
        network.peers.clear();
        network.last_sync_ms = None;
    });
    stage.harness.get_by_label("Nobody is in sight");
    stage.harness.get_by_label_contains("Nodes on the same local network find each other by themselves.");
    stage.harness.get_by_label("Not caught up with anybody yet");
}
