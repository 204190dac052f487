//! What this node announces in a cell that concerns very many goes on in further logs, until they are used up.

use super::{MONACO, hand::Hand};
use crate::{api, daemon::input::Input, handle::Order, modules::Command};
use communaut_protocol::{
    ElementId, Scope,
    limits::TERRITORY_CELLS_MAX,
    op::{Op, TerritoryOp},
};
use std::collections::BTreeSet;

#[test]
fn a_full_log_is_followed_by_the_next_until_all_are_full() {
    let folder = tempfile::tempdir().unwrap();
    let mut hand = Hand::on(folder.path());
    let (reply, _answer) = tokio::sync::oneshot::channel();
    let command = Command::Init(api::Init {
        name: "Ada".into(),
        about: String::new(),
        home: MONACO,
        sample: false,
        deciding: false,
    });
    hand.input(Input::Order(Order { command, reply }));
    let scope = Scope { cell: "sp".parse().unwrap(), container: ElementId::ZERO };
    let letters: Vec<char> = "0123456789bcdefghjkmnpqrstuvwxyz".chars().collect();
    let of = |n: usize| [letters[n / 1024], letters[n / 32 % 32], letters[n % 32]].iter().collect::<String>();
    let cells: Vec<_> = (0..TERRITORY_CELLS_MAX).map(|n| format!("sp9h{}", of(n)).parse().unwrap()).collect();
    let me = hand.core.replica.me.unwrap();
    let mut announce = |seed: u8| {
        let op = TerritoryOp { seed: vec![seed; 16], name: "T".into(), cells: cells.clone(), centre: MONACO };
        hand.core.replica.write(me, vec![(scope, Op::Territory(op))]).map(|_| hand.core.replica.logs[&scope].epoch)
    };
    // 33 KB each: three of them fill a log, four logs a device.
    let epochs: Vec<u64> = (0..12).map(|seed| announce(seed).unwrap()).collect();
    assert!(epochs.chunks(3).all(|log| log.iter().all(|epoch| *epoch == log[0])));
    assert_eq!(epochs.iter().collect::<BTreeSet<_>>().len(), 4);
    let refused = announce(12).unwrap_err();
    assert!(refused.message.contains("has used up its 4 logs here, by announcing much"), "{}", refused.message);
    assert_eq!(hand.core.replica.views.territories().len(), 12);
}
