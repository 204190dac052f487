//! A second device: the code, and who may use it.

use crate::common::{key, person, sealing};
use communaut_protocol::{
    Hash,
    limits::LABEL_MAX,
    op::consent_bytes,
    pairing::{Code, PairEnds, PairError, PairMessage},
};

fn code(secret: u8) -> Code {
    let address = "/ip4/192.0.2.7/udp/4001/quic-v1/p2p/12D3KooWBmwkafWE2fqfzS96VoTZgpGp6aJsF4N64oGvVvJxzJ8m";
    Code::new(person(1).id, [secret; 16], vec![address.into(), "x".repeat(129), address.replace("quic-v1", "q")])
}

fn ends() -> PairEnds {
    PairEnds { new: Hash([1; 32]), old: Hash([2; 32]) }
}

fn join(label: &str) -> PairMessage {
    let sealing_key = sealing(11).public();
    let consent = key(11).sign(&consent_bytes(person(1).id, sealing_key));
    PairMessage::Join { device: key(11).id(), sealing_key, label: label.into(), consent, tag: Hash::ZERO }
}

#[test]
fn a_code_is_one_line_that_is_read_back() {
    let text = code(9).to_string();
    assert!(text.starts_with("communautdevice1") && text.len() < 500, "{text}");
    let back: Code = text.parse().unwrap();
    assert_eq!(back, code(9));
    // The address that was too long is not in it.
    assert_eq!(back.addresses.len(), 2);
    let (one, other) = text.split_at(60);
    assert_eq!(format!(" {one}\n  {}\n", other.to_lowercase()).parse::<Code>().unwrap(), back);
    for bad in [String::new(), text.replacen('q', "p", 1), text[..200].to_owned(), "x".repeat(5_000)] {
        assert!(bad.parse::<Code>().is_err(), "{bad}");
    }
    assert!(!format!("{back:?}").contains("09090909"));
}

#[test]
fn only_who_has_the_code_joins_or_welcomes() {
    let signed = code(9).sign(&ends(), join("laptop")).unwrap();
    assert!(code(9).signed(&ends(), &signed));
    // Another code, another connection, another side, another label, no tag at all.
    assert!(!code(8).signed(&ends(), &signed));
    assert!(!code(9).signed(&PairEnds { new: Hash([3; 32]), ..ends() }, &signed));
    assert!(!code(9).signed(&PairEnds { new: ends().old, old: ends().new }, &signed));
    let PairMessage::Join { device, sealing_key, consent, tag, .. } = signed.clone() else { unreachable!() };
    let changed = PairMessage::Join { device, sealing_key, label: "mine".into(), consent, tag };
    assert!(!code(9).signed(&ends(), &changed));
    assert!(!code(9).signed(&ends(), &join("laptop")));
    assert!(!code(9).signed(&ends(), &PairMessage::Refused { why: "no".into() }));
    let welcome = PairMessage::Welcome { followed: vec![], keys: vec![1, 2], tag };
    assert!(!code(9).signed(&ends(), &welcome));
    assert!(code(9).signed(&ends(), &code(9).sign(&ends(), welcome).unwrap()));
}

#[test]
fn messages_are_bounded() {
    let good = join(&"x".repeat(LABEL_MAX));
    assert_eq!(PairMessage::decode(&good.encode().unwrap()).unwrap(), good);
    let long = join(&"x".repeat(LABEL_MAX + 1)).encode().unwrap();
    assert_eq!(PairMessage::decode(&long), Err(PairError::Bound("the label")));
    assert!(matches!(PairMessage::decode(&vec![0; 3 * 1024 * 1024]), Err(PairError::Codec(_))));
    assert!(matches!(PairMessage::decode(&[]), Err(PairError::Codec(_))));
}
