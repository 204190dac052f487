//! An operation as whoever writes it signs it: its texts made such as are taken. SPEC.md §6.1.

use communaut_protocol::{
    ids::IdentityId,
    op::{ElementOp, Field, Op, PostOp, Profile},
};

/// Refused as it was typed, taken when it is tidy, and then the same however often.
fn becomes(mut op: Op) -> Op {
    assert!(op.encode([1; 16]).is_err());
    op.tidy();
    assert!(op.encode([1; 16]).is_ok());
    let once = op.clone();
    op.tidy();
    assert_eq!(op, once);
    op
}

#[test]
fn what_was_typed_or_pasted_becomes_what_is_taken() {
    let about = "One\r\nTwo\u{202e}".to_owned();
    let profile = Profile { name: "Cami\u{ad}lle\nM.".into(), about, home: None };
    let tidy = Profile { name: "Camille M.".into(), about: "One\nTwo".into(), home: None };
    assert_eq!(becomes(Op::Profile(profile)), Op::Profile(tidy));
    let fields = |name: &str, tag: &str| vec![Field::Name(name.into()), Field::Tags(vec![tag.into()])];
    let element = |fields| Op::Element(Box::new(ElementOp { owner: IdentityId([1; 32]), seed: vec![2; 16], fields }));
    assert_eq!(becomes(element(fields("Cafe\u{301}", "x\u{200b}y"))), element(fields("Café", "xy")));
    let post = |text: &str| PostOp { text: text.into(), ..PostOp::default() };
    assert_eq!(becomes(Op::Post(post("\u{feff}Soup\ton\u{2029}Friday"))), Op::Post(post("Soup\ton\nFriday")));
    // Nothing but signs that are not seen is nothing.
    let mut empty = Op::Post(post("\u{200b}\u{feff}"));
    empty.tidy();
    assert!(empty.encode([1; 16]).is_err());
}
