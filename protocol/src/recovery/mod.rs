//! The 24 words that recover an identity, and the keys that follow from them. SPEC.md §7.1.

mod shares;

pub use shares::{SHARES_MAX, Share, ShareError, combine, split};

use crate::{
    entry::{DeviceKey, hash},
    ids::{Hash, SealingKey},
    private::SealingSecret,
};
use bip39::{Language, Mnemonic};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// Words of a phrase: BIP-39 over 32 bytes.
pub const WORDS: usize = 24;
/// Bytes of what somebody types as a phrase, with room for spaces: the longest words have 9 letters.
pub const PHRASE_MAX: usize = 1_000;

/// The list from which the words come (BIP-39).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Wordlist {
    /// English words.
    #[default]
    English,
    /// French words.
    French,
}

impl From<Wordlist> for Language {
    fn from(list: Wordlist) -> Self {
        match list {
            Wordlist::English => Self::English,
            Wordlist::French => Self::French,
        }
    }
}

/// Why words are no phrase.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PhraseError {
    /// Too long to be looked at.
    #[error("the phrase has {0} bytes, the limit is {PHRASE_MAX}")]
    TooLong(usize),
    /// Not 24.
    #[error("the phrase has {0} words, expected {WORDS}")]
    Count(usize),
    /// In neither list.
    #[error("word {0} of the phrase is in neither the French nor the English list")]
    Word(usize),
    /// The words do not belong together.
    #[error("a word of the phrase is wrong, or two have changed places: its checksum does not fit")]
    Checksum,
}

/// What a phrase stands for: 32 secret bytes, of which no device keeps a copy.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct RecoverySecret([u8; 32]);

impl std::fmt::Debug for RecoverySecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecoverySecret(…)")
    }
}

impl RecoverySecret {
    /// From 32 secret random bytes, which the caller provides.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
    /// The secret itself.
    #[must_use]
    pub const fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// As words.
    #[must_use]
    pub fn words(&self, list: Wordlist) -> Zeroizing<String> {
        let phrase = Mnemonic::from_entropy_in(list.into(), &self.0);
        // Cannot fail: 32 bytes are one of the lengths that there are.
        Zeroizing::new(phrase.map(|phrase| phrase.to_string()).unwrap_or_default())
    }

    /// From words of either list, whatever their case and the spaces between them.
    pub fn from_words(text: &str) -> Result<Self, PhraseError> {
        if text.len() > PHRASE_MAX {
            return Err(PhraseError::TooLong(text.len()));
        }
        let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
        if words.len() != WORDS {
            return Err(PhraseError::Count(words.len()));
        }
        let text = Zeroizing::new(words.join(" "));
        let mut worst = PhraseError::Word(0);
        for list in [Language::English, Language::French] {
            match Mnemonic::parse_in(list, text.as_str()) {
                Ok(phrase) => {
                    let (bytes, len) = phrase.to_entropy_array();
                    let bytes = Zeroizing::new(bytes);
                    let entropy = bytes.get(..len).and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
                    return entropy.map(Self).ok_or(PhraseError::Checksum);
                }
                // The list in which more of the words stand tells more.
                Err(bip39::Error::UnknownWord(at)) => {
                    if let PhraseError::Word(before) = worst {
                        worst = PhraseError::Word(before.max(at.saturating_add(1)));
                    }
                }
                Err(_) => worst = PhraseError::Checksum,
            }
        }
        Err(worst)
    }

    /// The key that recovers.
    #[must_use]
    pub fn key(&self) -> DeviceKey {
        DeviceKey::from_seed(&Zeroizing::new(blake3::derive_key("communaut 2026 recovery key", &self.0)))
    }
    /// What an inception commits to.
    #[must_use]
    pub fn commitment(&self) -> Hash {
        hash(&self.key().id().0)
    }
    /// The key that decides between recoveries, if these are the words for that. Others than those that recover: who
    /// finds one paper is to have one of the two.
    #[must_use]
    pub fn deciding_key(&self) -> DeviceKey {
        DeviceKey::from_seed(&Zeroizing::new(blake3::derive_key("communaut 2026 deciding key", &self.0)))
    }
    /// What an inception commits to of it.
    #[must_use]
    pub fn deciding_commitment(&self) -> Hash {
        hash(&self.deciding_key().id().0)
    }
    /// What opens keys that were wrapped for whoever recovers.
    #[must_use]
    pub fn sealing(&self) -> SealingSecret {
        SealingSecret::from_seed(&Zeroizing::new(blake3::derive_key("communaut 2026 recovery sealing key", &self.0)))
    }
    /// Its public key.
    #[must_use]
    pub fn sealing_key(&self) -> SealingKey {
        self.sealing().public()
    }
}
