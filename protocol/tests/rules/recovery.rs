//! The recovery phrase, and friends' shares of it.

use communaut_protocol::{
    IdentityId,
    private::Draw,
    recovery::{PhraseError, RecoverySecret, SHARES_MAX, Share, ShareError, Wordlist, combine, split},
};

const SECRET: [u8; 32] = [0x7f; 32];
/// Of the vectors of BIP-39, for 32 bytes of 7f.
const WORDS: &str = "legal winner thank year wave sausage worth useful legal winner thank year wave sausage worth \
    useful legal winner thank year wave sausage worth title";

fn secret() -> RecoverySecret {
    RecoverySecret::from_bytes(SECRET)
}

#[test]
fn a_phrase_is_bip_39() {
    assert_eq!(secret().words(Wordlist::English).as_str(), WORDS);
    for text in [WORDS.to_owned(), format!("  {}\n", WORDS.to_uppercase().replace(' ', "   "))] {
        assert_eq!(RecoverySecret::from_words(&text).unwrap(), secret());
    }
    let french = secret().words(Wordlist::French);
    assert_eq!(french.split(' ').count(), 24);
    assert_ne!(french.as_str(), WORDS);
    assert_eq!(RecoverySecret::from_words(&french).unwrap(), secret());
}

#[test]
fn words_that_are_no_phrase_are_refused_with_the_reason() {
    let why = |text: &str| RecoverySecret::from_words(text).unwrap_err();
    assert_eq!(why(""), PhraseError::Count(0));
    assert_eq!(why(&WORDS.replace(" title", "")), PhraseError::Count(23));
    assert_eq!(why(&WORDS.replace("title", "tilte")), PhraseError::Word(24));
    assert_eq!(why(&WORDS.replace("title", "useful")), PhraseError::Checksum);
    assert_eq!(why(&WORDS.replacen("legal winner", "winner legal", 1)), PhraseError::Checksum);
    assert_eq!(why(&"x".repeat(1_001)), PhraseError::TooLong(1_001));
}

#[test]
fn the_keys_of_a_phrase_are_different_and_always_the_same() {
    let (one, other) = (secret(), RecoverySecret::from_bytes([0x80; 32]));
    assert_eq!(one.key().id(), secret().key().id());
    assert_ne!(one.commitment(), other.commitment());
    assert_ne!(one.sealing_key(), other.sealing_key());
    assert_ne!(one.key().id().0, one.sealing_key().0);
    assert_eq!(format!("{one:?}"), "RecoverySecret(…)");
}

#[test]
fn enough_friends_recover_and_fewer_do_not() {
    let identity = IdentityId([3; 32]);
    let shares = split(&secret(), identity, 3, 5, &mut Draw::new([1; 32])).unwrap();
    let texts: Vec<String> = shares.iter().map(ToString::to_string).collect();
    assert!(texts.iter().all(|text| text.starts_with("communautshare1")), "{texts:?}");
    let back: Vec<Share> = texts.iter().map(|text| text.parse().unwrap()).collect();
    assert_eq!(back, shares);
    assert_eq!(texts[0].to_uppercase().parse::<Share>().unwrap(), shares[0]);
    for three in [[0, 1, 2], [4, 2, 0], [3, 4, 1]] {
        let some = three.map(|at| shares[at].clone());
        assert_eq!(combine(&some).unwrap(), (identity, secret()));
    }
    assert_eq!(combine(&shares).unwrap().1, secret());
    assert_eq!(combine(&shares[..2]), Err(ShareError::TooFew { given: 2, needed: 3 }));
    let twice = [shares[0].clone(), shares[0].clone(), shares[1].clone()];
    assert_eq!(combine(&twice), Err(ShareError::TooFew { given: 2, needed: 3 }));
    assert_eq!(combine(&[]), Err(ShareError::TooFew { given: 0, needed: 2 }));
}

#[test]
fn shares_that_do_not_belong_together_give_nothing_or_something_else() {
    let draw = |n| Draw::new([n; 32]);
    let one = split(&secret(), IdentityId([3; 32]), 2, 3, &mut draw(1)).unwrap();
    let other = split(&secret(), IdentityId([4; 32]), 2, 3, &mut draw(2)).unwrap();
    assert_eq!(combine(&[one[0].clone(), other[1].clone()]), Err(ShareError::Mixed));
    // Of another time: the secret that comes out is not the one that the identity commits to.
    let later = split(&secret(), IdentityId([3; 32]), 2, 3, &mut draw(3)).unwrap();
    assert_ne!(combine(&[one[0].clone(), later[1].clone()]).unwrap().1, secret());
    let three = split(&secret(), IdentityId([3; 32]), 3, 3, &mut draw(4)).unwrap();
    assert_eq!(combine(&[one[0].clone(), one[1].clone(), three[2].clone()]), Err(ShareError::Unfit));
    let text = one[0].to_string();
    for bad in [String::new(), "communautshare1".into(), text.replace('1', "2"), format!("{text}q"), text[..60].into()]
    {
        assert!(matches!(bad.parse::<Share>(), Err(ShareError::Text(_))), "{bad}");
    }
    for (threshold, count) in [(1, 3), (0, 0), (4, 3), (2, SHARES_MAX + 1)] {
        let refused = split(&secret(), IdentityId([3; 32]), threshold, count, &mut draw(5));
        assert_eq!(refused, Err(ShareError::Numbers { threshold, count }));
    }
}
