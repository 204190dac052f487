//! Frames: a length, then JSON.

use serde::Serialize;
use std::io::{self, Write};
use tokio::io::{AsyncRead, AsyncReadExt};

/// Bytes of a frame's length.
pub(super) const PREFIX: usize = 4;

/// The empty frame: the command is taken.
pub(super) const TAKEN: [u8; PREFIX] = [0; PREFIX];

/// A length that is not taken.
pub(super) fn too_long(len: usize, most: usize) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("a frame of {len} bytes, but at most {most} are taken"))
}

/// The length in a prefix, if it may be that long.
pub(super) fn length(prefix: [u8; PREFIX], most: usize) -> io::Result<usize> {
    let len = usize::try_from(u32::from_be_bytes(prefix)).unwrap_or(usize::MAX);
    if len > most { Err(too_long(len, most)) } else { Ok(len) }
}

/// A value as a whole frame; fails where it would exceed the most.
pub(super) fn encode(value: &impl Serialize, most: usize) -> io::Result<Vec<u8>> {
    let mut bounded = Bounded { bytes: vec![0; PREFIX], most: most.saturating_add(PREFIX) };
    if let Err(error) = serde_json::to_writer(&mut bounded, value) {
        return Err(if error.is_io() { too_long(bounded.bytes.len(), most) } else { error.into() });
    }
    let len = bounded.bytes.len().saturating_sub(PREFIX);
    let prefix = u32::try_from(len).map_err(|_| too_long(len, most))?;
    bounded.bytes.splice(..PREFIX, prefix.to_be_bytes());
    Ok(bounded.bytes)
}

/// Grows as far as a frame may, and not beyond.
struct Bounded {
    bytes: Vec<u8>,
    most: usize,
}

impl Write for Bounded {
    fn write(&mut self, more: &[u8]) -> io::Result<usize> {
        if self.bytes.len().saturating_add(more.len()) > self.most {
            return Err(io::Error::other("the frame is full"));
        }
        self.bytes.extend_from_slice(more);
        Ok(more.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The next frame's bytes; none when the other side has closed between two frames.
pub(super) async fn read(from: &mut (impl AsyncRead + Unpin), most: usize) -> io::Result<Option<Vec<u8>>> {
    let mut prefix = [0; PREFIX];
    if from.read(&mut prefix[..1]).await? == 0 {
        return Ok(None);
    }
    from.read_exact(&mut prefix[1..]).await?;
    let len = length(prefix, most)?;
    // Grows with what comes, so that a length alone costs no memory.
    let mut bytes = Vec::new();
    from.take(u64::try_from(len).unwrap_or(u64::MAX)).read_to_end(&mut bytes).await?;
    if bytes.len() < len {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the frame broke off"));
    }
    Ok(Some(bytes))
}
