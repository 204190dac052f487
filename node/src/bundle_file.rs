//! Bundles on a disk or a stick: written as a whole or not at all, read batch by batch. The format is
//! [`communaut_protocol::replication::bundle`].

use crate::files;
use communaut_protocol::{
    AuthorId,
    entry::{Header, HeldEntry},
    replication::{
        bundle::{BundleReader, BundleWriter},
        message::Frame,
    },
};
use std::{
    fs::File,
    io::{self, BufReader, Read},
    path::Path,
};

/// Frames that are taken at once: a command waits for so many at most.
const BATCH_FRAMES: usize = 500;
/// Bytes of headers and payloads that are taken at once.
const BATCH_BYTES: usize = 1024 * 1024;
/// Frames of one identity that are taken at once: whether its devices speak for it is judged by all of them.
const PERSON_FRAMES: usize = 2_000;
/// Bytes of one identity that are taken at once: what waits lies in memory, and the file is anybody's.
const PERSON_BYTES: usize = 4 * 1024 * 1024;

/// What was written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sizes {
    /// Entries.
    pub entries: u64,
    /// Bytes of the file.
    pub bytes: u64,
}

/// Write entries, in the order of SPEC.md §9.5, to a file that is durable when this returns.
pub fn write<E: ToString>(
    to: &Path,
    replace: bool,
    entries: impl IntoIterator<Item = Result<HeldEntry, E>>,
) -> io::Result<Sizes> {
    let mut sizes = Sizes::default();
    files::write_whole(to, replace, |out| {
        let mut put = |bytes: &[u8]| {
            sizes.bytes += bytes.len() as u64;
            out.write_all(bytes)
        };
        let mut bundle = BundleWriter::default();
        put(&bundle.head())?;
        for entry in entries {
            let entry = entry.map_err(|error| io::Error::other(error.to_string()))?;
            put(&bundle.entry(&entry).map_err(io::Error::other)?)?;
            sizes.entries += 1;
        }
        put(&bundle.end())
    })?;
    Ok(sizes)
}

/// A frame, and the byte at which its record begins.
pub type FrameAt = (u64, Frame);

/// The frames of a file, in batches. After an error there is nothing more.
#[derive(Debug)]
pub struct Batches<R> {
    file: R,
    bundle: BundleReader,
    /// Read, and not given yet.
    waiting: Vec<FrameAt>,
    bytes: usize,
    /// Whose identity was read last.
    person: Option<AuthorId>,
    /// What is to be said after what stood before it.
    error: Option<String>,
    ended: bool,
}

/// The frames of a file.
pub fn read(path: &Path) -> Result<Batches<BufReader<File>>, String> {
    let told = |error: io::Error| format!("{} cannot be read: {error}", path.display());
    // Looked at before: a pipe would be waited for.
    if !path.metadata().map_err(told)?.is_file() {
        return Err(format!("{} is not a file", path.display()));
    }
    Ok(Batches::of(BufReader::new(File::open(path).map_err(told)?)))
}

impl<R: Read> Batches<R> {
    fn of(file: R) -> Self {
        let (bundle, waiting) = (BundleReader::default(), Vec::new());
        Self { file, bundle, waiting, bytes: 0, person: None, error: None, ended: false }
    }

    /// The next frame; none at the end.
    fn frame(&mut self) -> Result<Option<FrameAt>, String> {
        loop {
            let wanted = self.bundle.wants();
            // A byte more at the end shows whether the file ends too.
            let most = u64::try_from(wanted.max(1)).unwrap_or(u64::MAX);
            let mut bytes = Vec::with_capacity(wanted);
            (&mut self.file)
                .take(most)
                .read_to_end(&mut bytes)
                .map_err(|error| format!("it cannot be read: {error}"))?;
            let frame = self.bundle.take(&bytes).map_err(|error| error.to_string())?;
            if frame.is_some() || wanted == 0 {
                return Ok(frame);
            }
        }
    }

    /// Whether what waits is given before another frame.
    fn is_full(&self, next: Option<AuthorId>) -> bool {
        let many = self.waiting.len() >= BATCH_FRAMES || self.bytes >= BATCH_BYTES;
        let too_many = self.waiting.len() >= PERSON_FRAMES || self.bytes >= PERSON_BYTES;
        many && (next.is_none() || next != self.person || too_many)
    }
}

impl<R: Read> Iterator for Batches<R> {
    type Item = Result<Vec<FrameAt>, String>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended && self.error.is_none() {
            match self.frame() {
                Ok(None) => self.ended = true,
                Err(why) => self.error = Some(why),
                Ok(Some((at, frame))) => {
                    let header = Header::decode(&frame.header).ok().map(|(header, _)| header);
                    let person = header.filter(|header| header.log.scope.is_identity()).map(|header| header.log.author);
                    let full = self.is_full(person);
                    let given = if full { std::mem::take(&mut self.waiting) } else { Vec::new() };
                    let length = frame.len();
                    self.bytes = if full { length } else { self.bytes + length };
                    self.person = person;
                    self.waiting.push((at, frame));
                    if full {
                        return Some(Ok(given));
                    }
                }
            }
        }
        if !self.waiting.is_empty() {
            return Some(Ok(std::mem::take(&mut self.waiting)));
        }
        self.ended = true;
        self.error.take().map(Err)
    }
}
