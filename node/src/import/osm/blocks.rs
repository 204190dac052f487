//! The blocks of a PBF file, one after the other, each bounded before it is read.

use crate::import::{FileFault, ImportError, text};
use osmpbf::{BlobDecode, BlobReader, ByteOffset, MAX_BLOB_MESSAGE_SIZE, PrimitiveBlock};
use std::{
    fs::File,
    io::{BufReader, SeekFrom},
    sync::Arc,
};

/// Bytes read at once.
const CHUNK: usize = 64 * 1024;
/// What a reader must know how to read, of the features that a file may require.
const FEATURES: &[&str] = &["OsmSchema-V0.6", "DenseNodes", "HistoricalInformation"];

/// What stands in a block.
pub(super) enum Block {
    Data(PrimitiveBlock),
    /// The header, and the rectangle that it says the file covers: west, south, east, north in 1e-7 degree.
    Header(Option<[i32; 4]>),
    /// A type that is to be passed over.
    Other,
    End,
}

/// A reader of them.
pub(super) struct Blocks {
    handle: Arc<File>,
    from: BlobReader<BufReader<Arc<File>>>,
    length: u64,
    position: u64,
    /// Where the block that was read last begins.
    began: u64,
    file: String,
}

impl Blocks {
    pub fn new(file: File, length: u64, name: String) -> Self {
        let handle = Arc::new(file);
        Self { from: reader(&handle), handle, length, position: 0, began: 0, file: name }
    }
    /// The byte at which the next block begins.
    pub fn position(&self) -> u64 {
        self.position
    }
    /// The byte at which the block that was read last begins.
    pub fn began(&self) -> u64 {
        self.began
    }
    /// Go on from that byte.
    pub fn go_to(&mut self, position: u64) -> Result<(), ImportError> {
        self.position = position;
        // The crate's reader gives nothing more once it has met a fault.
        self.from = reader(&self.handle);
        self.from.seek(ByteOffset(position)).map_err(|error| self.unread(&error))
    }
    /// The fault at the block that was read last.
    pub fn broken(&self, why: FileFault) -> ImportError {
        ImportError::broken(&self.file, format!("byte {}", self.began), why)
    }
    /// The same, in the words of the crate.
    fn unread(&self, error: &osmpbf::Error) -> ImportError {
        self.broken(FileFault::NotRead { said: text::one_line(&error.to_string()) })
    }

    /// The next block. The file is cut, or not what it says, if this fails; there is nothing to read after that.
    pub fn next_block(&mut self) -> Result<Block, ImportError> {
        self.began = self.position;
        crate::import::stop::check().map_err(|error| ImportError::io(&self.file, &error))?;
        if self.position == self.length {
            return Ok(Block::End);
        }
        let cut = |blocks: &Self, needs: u64| blocks.broken(FileFault::BlockCut { ends: needs, length: blocks.length });
        // A block begins with four bytes, the length of its header: the crate takes fewer for the end of the file.
        if self.length - self.position < 4 {
            return Err(cut(self, self.position + 4));
        }
        let header = match self.from.next_header_skip_blob() {
            Some(Ok((header, _))) => header,
            Some(Err(error)) => {
                let said = text::one_line(&error.to_string());
                return Err(self.broken(FileFault::NotBlock { said }));
            }
            None => return Err(self.broken(FileFault::CutInHeader)),
        };
        // Before the block is read: the crate would hold whatever length is said here.
        let size = u64::try_from(header.get_blob_size()).unwrap_or(u64::MAX);
        if size > MAX_BLOB_MESSAGE_SIZE {
            return Err(self.broken(FileFault::BlockLength { mib: MAX_BLOB_MESSAGE_SIZE >> 20 }));
        }
        let end = self.from.seek_raw(SeekFrom::Current(0)).map_err(|error| self.unread(&error))?;
        if end > self.length {
            return Err(cut(self, end));
        }
        let blob = self.from.blob_from_offset(ByteOffset(self.began)).map_err(|error| self.unread(&error))?;
        self.position = end;
        match blob.decode() {
            Err(error) => Err(self.broken(FileFault::BlockPacked { said: text::one_line(&error.to_string()) })),
            Ok(BlobDecode::OsmData(block)) => Ok(Block::Data(block)),
            Ok(BlobDecode::Unknown(_)) => Ok(Block::Other),
            Ok(BlobDecode::OsmHeader(header)) => {
                match header.required_features().iter().find(|feature| !FEATURES.contains(&feature.as_str())) {
                    Some(feature) => Err(self.broken(FileFault::FeatureUnknown { feature: text::shown(feature) })),
                    None => Ok(Block::Header(header.bbox().and_then(|said| {
                        // One that makes no sense is as none.
                        let degrees = [said.left, said.bottom, said.right, said.top];
                        let sane = degrees.iter().all(|value| (-180.0..=180.0).contains(value));
                        (sane && said.bottom < said.top).then(|| degrees.map(|value| (value * 1e7).round() as i32))
                    }))),
                }
            }
        }
    }
}

fn reader(file: &Arc<File>) -> BlobReader<BufReader<Arc<File>>> {
    BlobReader::new(BufReader::with_capacity(CHUNK, Arc::clone(file)))
}
