//! Ids, cells, scope keys, log keys, clocks.

use crate::common::{FOIX, MARSEILLE, cases, person};
use communaut_protocol::{
    Hlc, IdentityId, Scope, Stamp,
    geo::{Cell, Position},
    ids::{AuthorId, DeviceId, ElementId},
    limits::CLOCK_AHEAD_MS,
    op::{element_id, import_seed},
    scope::{LOG_KEY_LEN, LogId, SCOPE_KEY_LEN},
};
use proptest::prelude::*;

fn cell(max: usize) -> impl Strategy<Value = Cell> {
    proptest::string::string_regex(&format!("[0-9bcdefghjkmnp-z]{{0,{max}}}"))
        .unwrap()
        .prop_map(|text| text.parse().unwrap())
}

fn log() -> impl Strategy<Value = LogId> {
    let ids = (any::<[u8; 32]>(), any::<[u8; 32]>(), any::<[u8; 32]>());
    (cell(4), ids, any::<u64>()).prop_map(|(cell, (container, author, device), epoch)| LogId {
        scope: Scope { cell, container: ElementId(container) },
        author: AuthorId(author),
        device: DeviceId(device),
        epoch,
    })
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn keys_come_back_and_keep_the_order(a in log(), b in log()) {
        prop_assert_eq!(LogId::from_key(&a.key()).unwrap(), a);
        prop_assert_eq!(Scope::from_key(&a.scope.key()).unwrap(), a.scope);
        prop_assert!(a.key().starts_with(&a.scope.key()));
        prop_assert!(a.key()[SCOPE_KEY_LEN..].starts_with(&a.author.0));
        prop_assert_eq!(a.cmp(&b), a.key().cmp(&b.key()));
        prop_assert_eq!(a.scope.cmp(&b.scope), a.scope.key().cmp(&b.scope.key()));
    }

    #[test]
    fn keys_of_another_width_are_refused(key in prop::collection::vec(any::<u8>(), 0..100)) {
        if key.len() != SCOPE_KEY_LEN { prop_assert!(Scope::from_key(&key).is_err()); }
        if key.len() != LOG_KEY_LEN { prop_assert!(LogId::from_key(&key).is_err()); }
    }

    #[test]
    fn a_prefix_of_the_key_is_a_prefix_of_the_cell(cell in cell(4), other in cell(4)) {
        let text = cell.to_string();
        let scope = Scope { cell: other, container: ElementId::ZERO };
        prop_assert_eq!(scope.key().starts_with(text.as_bytes()), cell.contains(other));
    }

    #[test]
    fn cells_are_read_as_they_are_written(text in "[ -~\u{0}é]{0,10}") {
        match text.parse::<Cell>() {
            Ok(cell) => prop_assert_eq!(cell.to_string(), text),
            Err(_) => prop_assert!(
                text != "@" && (text.len() > 7 || text.chars().any(|c| !"0123456789bcdefghjkmnpqrstuvwxyz".contains(c)))
            ),
        }
    }

    #[test]
    fn a_position_lies_in_each_of_its_cells(
        lat in -900_000_000..=900_000_000i32,
        lon in -1_800_000_000..=1_800_000_000i32,
    ) {
        let at = Position { lat_e7: lat, lon_e7: lon };
        for len in 0..=7 {
            let cell = at.cell(len);
            prop_assert_eq!(cell.len(), len);
            prop_assert!(cell.holds(at) && at.cell(len.saturating_sub(1)).contains(cell));
            let (low, high) = cell.bounds();
            prop_assert!(low.lat_e7 <= lat && lat <= high.lat_e7 && low.lon_e7 <= lon && lon <= high.lon_e7);
        }
        prop_assert!(!Cell::IDENTITY.holds(at));
    }

    #[test]
    fn stamps_never_go_back(times in prop::collection::vec((0..1u64 << 40, 0..1u64 << 40, any::<bool>()), 1..50)) {
        let mut clock = Hlc::default();
        let mut last = Stamp::default();
        for (now, seen, observe) in times {
            if observe { clock.observe(Stamp::from_ms(seen), now); }
            let next = clock.next(now);
            prop_assert!(next > last && next >= Stamp::from_ms(now));
            if observe && seen <= now + CLOCK_AHEAD_MS { prop_assert!(next > Stamp::from_ms(seen)); }
            last = next;
        }
    }
}

#[test]
fn a_clock_far_ahead_is_not_followed() {
    let mut clock = Hlc::default();
    clock.observe(Stamp(u64::MAX), 1_000);
    assert_eq!(clock.next(1_000), Stamp::from_ms(1_000));
    clock.observe(Stamp::from_ms(1_000 + CLOCK_AHEAD_MS), 1_000);
    assert_eq!(clock.next(1_001), Stamp(Stamp::from_ms(1_000 + CLOCK_AHEAD_MS).0 + 1));
}

#[test]
fn cells_of_known_places() {
    assert_eq!(FOIX.cell(4).to_string(), "sp9h");
    assert_eq!(MARSEILLE.cell(4).to_string(), "spey");
    assert_eq!(Scope::open(FOIX).key()[..10], *b"sp9h\0\0\0\0\0\0");
    assert_eq!("".parse::<Cell>().unwrap(), Cell::WORLD);
    assert_eq!("@".parse::<Cell>().unwrap(), Cell::IDENTITY);
    for bad in ["a", "i", "l", "o", "SP9H", "sp9h\0", "\0", "sp9h ", "é", "sp93zzzz", "spzz93zzz"] {
        assert!(bad.parse::<Cell>().is_err(), "{bad:?}");
    }
    // Padding in the middle, and a cell too deep for a scope.
    assert!(Cell::from_bytes(*b"sp\0\x393\0\0\0").is_err());
    assert!(Scope::from_key(&[b"sp93z\0\0\0".as_slice(), &[0; 32]].concat()).is_err());
}

#[test]
fn positions_off_the_earth_are_refused() {
    for (lat, lon) in [(90.1, 0.0), (-90.1, 0.0), (0.0, 180.1), (0.0, -180.1), (f64::NAN, 0.0), (0.0, f64::INFINITY)] {
        assert!(Position::from_degrees(lat, lon).is_err());
    }
    for (lat, lon) in [(90.0, 180.0), (-90.0, -180.0)] {
        assert!(Position::from_degrees(lat, lon).unwrap().is_valid());
    }
    assert!(!Position { lat_e7: i32::MIN, lon_e7: 0 }.is_valid());
}

#[test]
fn ids_in_hexadecimal() {
    let id = person(1).id;
    assert_eq!(id.to_string().parse::<IdentityId>().unwrap(), id);
    assert_eq!(id.to_string().to_uppercase().parse::<IdentityId>().unwrap(), id);
    for bad in ["", "00", &"0".repeat(63), &"0".repeat(65), &"g".repeat(64), &"é".repeat(32)] {
        assert!(bad.parse::<IdentityId>().is_err(), "{bad}");
    }
    let json = serde_json::to_string(&id).unwrap();
    assert_eq!(json, format!("\"{id}\""));
    assert_eq!(serde_json::from_str::<IdentityId>(&json).unwrap(), id);
}

#[test]
fn element_ids_are_bound_to_their_owner() {
    let (alice, bob) = (person(1).id, person(2).id);
    let seed = import_seed("osm", "node/123");
    assert_eq!(seed, import_seed("osm", "node/123"));
    assert_ne!(seed, import_seed("osm", "node/124"));
    assert_ne!(seed, import_seed("osmn", "ode/123"));
    assert_ne!(element_id(alice, &seed), element_id(bob, &seed));
    // A person's own card has the person's id.
    let card = communaut_protocol::op::ElementOp { owner: alice, seed: vec![0; 16], fields: vec![] };
    assert_eq!(card.id(), ElementId::from(alice));
}

#[test]
fn the_corners_of_the_world_lie_in_its_corner_cells() {
    let at = |lat_e7, lon_e7| Position { lat_e7, lon_e7 }.cell(4).to_string();
    assert_eq!(at(900_000_000, 1_800_000_000), "zzzz");
    assert_eq!(at(-900_000_000, -1_800_000_000), "0000");
    assert_eq!(at(900_000_000, -1_800_000_000), "bpbp");
    assert_eq!(at(-900_000_000, 1_800_000_000), "pbpb");
}

/// Later epochs have greater numbers, also of one millisecond and beyond all years that a stamp can say.
#[test]
fn an_epoch_is_when_it_was_opened() {
    let [first, same, next] = [(7, 9), (7, u16::MAX), (8, 0)].map(|(ms, random)| LogId::epoch_at(ms, random));
    assert!(first < same && same < next && first == 7 << 16 | 9);
    assert_eq!(Stamp(LogId::epoch_at(1_800_000_000_000, 5)).ms(), 1_800_000_000_000);
}
