//! Bundles: files of frames, identities first, so that somebody carries a territory where there is no link. Sans-IO:
//! bytes in, frames out, and the other way round. SPEC.md §9.5.
//!
//! A frame is what it is on the wire, and is believed as little: whoever reads a bundle verifies it like what a peer
//! brings. The checks tell only whether the file is as it was written, and where it is not.

use super::{
    BUNDLE_CHECK_LEN, BUNDLE_VERSION,
    message::{Digest, Frame, digest_of},
    prefixes::Key,
};
use crate::{
    codec::{self, CodecError},
    entry::{ENTRY_MAX, Header, HeldEntry},
    scope::LogId,
};

/// How a bundle begins.
pub const BUNDLE_MAGIC: [u8; 16] = *b"communaut bundle";
/// Bytes of the beginning, with the version.
const HEAD_LEN: usize = BUNDLE_MAGIC.len() + 1;
/// Bytes of a length.
const LENGTH_LEN: usize = 4;
/// Domain of the checks.
const CHECK_CONTEXT: &str = "communaut 2026 bundle";

/// What is wrong with a bundle, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at byte {at}: {fault}")]
pub struct BundleError {
    /// The first byte of the record that cannot be read; of a file that is cut off its end.
    pub at: u64,
    /// Why.
    pub fault: BundleFault,
}

/// What may be wrong with a bundle.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BundleFault {
    /// Other bytes at the beginning.
    #[error("this is not a bundle")]
    Magic,
    /// Of another format.
    #[error("the bundle is of version {0}, and this program reads version {BUNDLE_VERSION}; take a newer program")]
    Version(u8),
    /// Longer than any frame.
    #[error("a frame of {0} bytes, and the longest has {ENTRY_MAX}")]
    TooLong(u32),
    /// The file ends before its end is said.
    #[error("the file ends here, in the middle: it is cut off")]
    Ends,
    /// The file goes on after its end.
    #[error("the file goes on after the end of the bundle")]
    GoesOn,
    /// Not what was written.
    #[error("the check does not fit: the file is damaged, or was changed")]
    Check,
    /// Not a frame, or not one of an entry.
    #[error("this is not a frame: {0}")]
    Frame(String),
    /// Before a frame that should come after it.
    #[error("a frame out of order: identities come first, then logs by their keys, entries by their numbers")]
    Order,
}

impl BundleFault {
    /// As SPEC.md §9.5 calls it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Magic => "magic",
            Self::Version(_) => "version",
            Self::TooLong(_) => "length",
            Self::Ends => "cut",
            Self::GoesOn => "behind",
            Self::Check => "check",
            Self::Frame(_) => "frame",
            Self::Order => "order",
        }
    }
}

/// The place of a frame in a bundle: of identities first, then by log and number.
fn place(log: &LogId, seq: u64) -> (bool, Key, u64) {
    (!log.scope.is_identity(), log.key(), seq)
}

/// The check of a frame, over the check before it.
fn check_of(before: Digest, frame: &[u8]) -> Digest {
    let mut hasher = blake3::Hasher::new_derive_key(CHECK_CONTEXT);
    hasher.update(&before.0);
    hasher.update(frame);
    digest_of(hasher.finalize())
}

/// Makes a bundle, frame by frame.
#[derive(Debug, Clone, Default)]
pub struct BundleWriter {
    check: Digest,
}

impl BundleWriter {
    /// How it begins.
    #[must_use]
    pub fn head(&self) -> Vec<u8> {
        [BUNDLE_MAGIC.as_slice(), &[BUNDLE_VERSION]].concat()
    }
    /// An entry, as far as it is held. Entries are to come in the order of SPEC.md §9.5.
    pub fn entry(&mut self, entry: &HeldEntry) -> Result<Vec<u8>, CodecError> {
        Ok(self.record(&codec::encode(&Frame::of(entry))?))
    }
    /// The end.
    #[must_use]
    pub fn end(mut self) -> Vec<u8> {
        self.record(&[])
    }
    fn record(&mut self, frame: &[u8]) -> Vec<u8> {
        self.check = check_of(self.check, frame);
        let length = u32::try_from(frame.len()).unwrap_or(u32::MAX);
        [length.to_be_bytes().as_slice(), frame, &self.check.0].concat()
    }
}

/// What comes next in a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Head,
    Length,
    /// A frame of so many bytes with its check; none: the end.
    Frame(usize),
    Nothing,
}

/// Reads a bundle, piece by piece.
#[derive(Debug, Clone)]
pub struct BundleReader {
    next: Next,
    /// Bytes read.
    read: u64,
    /// Where the record that comes began.
    record: u64,
    check: Digest,
    last: Option<(bool, Key, u64)>,
}

impl Default for BundleReader {
    fn default() -> Self {
        Self { next: Next::Head, read: 0, record: 0, check: Digest::ZERO, last: None }
    }
}

impl BundleReader {
    /// How many bytes come next, for [`BundleReader::take`]: less than 70 KB. None: the bundle has ended, and so should
    /// the file.
    #[must_use]
    pub fn wants(&self) -> usize {
        match self.next {
            Next::Head => HEAD_LEN,
            Next::Length => LENGTH_LEN,
            Next::Frame(len) => len.saturating_add(BUNDLE_CHECK_LEN),
            Next::Nothing => 0,
        }
    }

    /// Take so many bytes; fewer where the file ends. Gives a frame, and where its record begins, if they were one.
    pub fn take(&mut self, bytes: &[u8]) -> Result<Option<(u64, Frame)>, BundleError> {
        if !matches!(self.next, Next::Frame(_)) {
            self.record = self.read;
        }
        let at = self.record;
        self.read = self.read.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        let wrong = |fault| Err(BundleError { at, fault });
        if self.next == Next::Nothing {
            return if bytes.is_empty() { Ok(None) } else { wrong(BundleFault::GoesOn) };
        }
        if let Next::Head = self.next
            && !BUNDLE_MAGIC.starts_with(bytes.get(..BUNDLE_MAGIC.len()).unwrap_or(bytes))
        {
            return wrong(BundleFault::Magic);
        }
        if bytes.len() != self.wants() {
            return Err(BundleError { at: self.read, fault: BundleFault::Ends });
        }
        match self.next {
            Next::Head => match bytes.last() {
                Some(&BUNDLE_VERSION) => self.next = Next::Length,
                other => return wrong(BundleFault::Version(other.copied().unwrap_or_default())),
            },
            Next::Length => {
                let length = bytes.try_into().map(u32::from_be_bytes).unwrap_or(u32::MAX);
                match usize::try_from(length).ok().filter(|length| *length <= ENTRY_MAX) {
                    Some(length) => self.next = Next::Frame(length),
                    None => return wrong(BundleFault::TooLong(length)),
                }
            }
            Next::Frame(length) => {
                let (frame, check) = bytes.split_at_checked(length).unwrap_or_default();
                self.check = check_of(self.check, frame);
                if self.check.0 != check {
                    return wrong(BundleFault::Check);
                }
                if frame.is_empty() {
                    self.next = Next::Nothing;
                    return Ok(None);
                }
                self.next = Next::Length;
                return self.frame(frame).map(|frame| Some((at, frame))).or_else(wrong);
            }
            Next::Nothing => {}
        }
        Ok(None)
    }

    fn frame(&mut self, bytes: &[u8]) -> Result<Frame, BundleFault> {
        let frame: Frame = codec::decode(bytes, ENTRY_MAX).map_err(|error| BundleFault::Frame(error.to_string()))?;
        let header = Header::decode(&frame.header).map_err(|refusal| BundleFault::Frame(refusal.to_string()))?.0;
        let place = place(&header.log, header.seq);
        // Two branches of a forked log have entries of one number.
        if self.last.is_some_and(|last| last > place) {
            return Err(BundleFault::Order);
        }
        self.last = Some(place);
        Ok(frame)
    }
}
