//! Proofs of closed scopes between two real nodes. SPEC.md §10.5.

use super::{NetCommand, NetEvent, address, connected, node, wait};
use crate::net::{Started, end_of};
use communaut_protocol::{
    Cell, ElementId, Hash, Scope,
    engine::Peer as _,
    private::{
        Draw, Exchange, ProofKey, ProofOf,
        proof::{ProofEnds, ProofMessage},
    },
};

fn proof(key: u8) -> ProofOf {
    let scope = Scope { cell: Cell::CLOSED, container: ElementId([key; 32]) };
    ProofOf { key: ProofKey::from_bytes([key; 32]), opens: vec![scope] }
}

async fn answer(node: &mut Started, of: impl Fn(ProofMessage) -> Option<ProofMessage>) -> ProofMessage {
    let (message, channel) = wait(node, |event| match event {
        NetEvent::Proving { message, channel, .. } => Some((message, channel)),
        _ => None,
    })
    .await;
    node.0.send(NetCommand::AnswerProof { channel, message: of(message.clone()) }).await.unwrap();
    message
}

#[tokio::test]
async fn two_nodes_prove_what_they_share_over_the_ends_that_the_transport_has_verified() {
    let mut a = node(1, Vec::new());
    let at = address(&mut a).await;
    let mut b = node(2, vec![at]);
    let peer_a = connected(&mut b).await;
    let peer_b = connected(&mut a).await;
    // Each side knows the other by what the other knows of itself.
    assert_eq!((Some(peer_a.end()), Some(peer_b.end())), (end_of(&a.2), end_of(&b.2)));
    assert_ne!(peer_a.end(), Hash::ZERO);
    let ends = ProofEnds { initiator: peer_b.end(), responder: peer_a.end() };
    let (keys_a, keys_b) = (vec![proof(1), proof(2)], vec![proof(2), proof(3)]);

    let (begun, hello) = Exchange::begin(ends, &mut Draw::new([1; 32]));
    b.0.send(NetCommand::Prove { peer: peer_a, message: hello, token: 5 }).await.unwrap();
    let answered = std::cell::RefCell::new(None);
    answer(&mut a, |hello| {
        let (exchange, said) = Exchange::answer(ends, &hello, &keys_a, &mut Draw::new([2; 32])).unwrap();
        answered.replace(Some(exchange));
        Some(said)
    })
    .await;
    let said = wait(&mut b, |event| match event {
        NetEvent::Proved { token: 5, message, .. } => message,
        _ => None,
    })
    .await;
    let (of_a, confirm) = begun.finish(&said, &keys_b, &mut Draw::new([3; 32])).unwrap();
    b.0.send(NetCommand::Prove { peer: peer_a, message: confirm, token: 6 }).await.unwrap();
    let confirmed = answer(&mut a, |_| None).await;
    let of_b = answered.take().unwrap().close(&confirmed, &keys_a).unwrap();
    for access in [of_a, of_b] {
        assert_eq!(access.closed().copied().collect::<Vec<_>>(), proof(2).opens);
    }
    // The last answer is empty, and told as such.
    let last = wait(&mut b, |event| match event {
        NetEvent::Proved { token: 6, message, .. } => Some(message),
        _ => None,
    });
    assert_eq!(last.await, None);
}
