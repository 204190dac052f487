//! Join texts, and why one is refused: SPEC.md §9.7.

use crate::{
    common::{FOIX, key, person},
    get, hex,
};
use communaut_protocol::{
    ids::ElementId,
    invite::{Invite, InviteCommunity, InviteError, InvitePlace},
    op::Role,
};
use serde_json::{Value, json};

const NOW_MS: u64 = 1_800_000_000_000;

fn invite() -> Invite {
    let cells = ["sp92", "sp93"].iter().map(|cell| cell.parse().unwrap()).collect();
    let place = InvitePlace { name: "Pays de Foix".into(), centre: FOIX, territory: None, cells };
    Invite {
        inviter: person(1).id,
        name: "Camille".into(),
        device: key(1).id(),
        addresses: vec!["/ip4/192.0.2.7/udp/4001/quic-v1".into()],
        place: Some(place),
        community: Some(InviteCommunity::new(ElementId([7; 32]), Some(FOIX.cell(4)), Role::Member, [9; 32])),
        language: "fr".into(),
        expires_ms: NOW_MS,
    }
}

/// What is read of a text at a moment, or why nothing is.
fn outcome(text: &str, now_ms: u64) -> Value {
    let refused = |name: &str| json!({ "refused": name });
    match Invite::parse(text, now_ms) {
        Ok(read) => {
            let community = read.community.as_ref();
            json!({
                "inviter": read.inviter,
                "name": read.name,
                "device": read.device,
                "addresses": read.addresses,
                "place": read.place.as_ref().map(|place| json!([place.name, place.cells])),
                "community": community.map(|of| json!([of.id, of.home, hex(of.key().id().0)])),
                "language": read.language,
                "expires_ms": read.expires_ms,
            })
        }
        Err(InviteError::NotOne) => refused("not one"),
        Err(InviteError::Cut) => refused("cut"),
        Err(InviteError::Altered) => refused("altered"),
        Err(InviteError::Version(_)) => refused("version"),
        Err(InviteError::Network(_)) => refused("network"),
        Err(InviteError::Bound(_) | InviteError::Codec(_)) => refused("bound"),
        Err(InviteError::Expired) => refused("expired"),
    }
}

/// All of them.
pub fn vectors() -> Vec<(String, Value)> {
    let text = |invite: &Invite| invite.text(&key(1)).unwrap().to_string();
    let whole = text(&invite());
    let least = text(&Invite { addresses: vec![], place: None, community: None, language: String::new(), ..invite() });
    let changed = |at: usize| {
        let other = if &whole[at..=at] == "q" { "p" } else { "q" };
        format!("{}{other}{}", &whole[..at], &whole[at + 1..])
    };
    let cases = [
        (whole.clone(), NOW_MS),
        (whole.to_uppercase(), 0),
        (least, 0),
        (whole.clone(), NOW_MS + 1),
        (whole[..whole.len() - 1].to_owned(), 0),
        (whole[..200].to_owned(), 0),
        (format!("{whole}q"), 0),
        (changed(300), 0),
        (changed(whole.len() - 1), 0),
        ("communaut:post/join1qqqq".to_owned(), 0),
    ];
    let case = |(text, now_ms): (String, u64)| {
        let found = outcome(&text, now_ms);
        json!({"text": text, "now_ms": now_ms, "outcome": found})
    };
    let cases: Vec<Value> = cases.into_iter().map(case).collect();
    let about = "Join texts: what is read of them at a moment, or why nothing is.";
    vec![("derive-invite".into(), json!({"kind": "invite", "about": about, "cases": cases}))]
}

pub fn check_case(case: &Value) {
    let text: String = get(case, "text");
    assert_eq!(outcome(&text, get(case, "now_ms")), case["outcome"]);
}
