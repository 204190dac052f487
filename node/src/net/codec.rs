//! The framing of `/communaut/sync/1`: four bytes of length (big-endian), then the message. SPEC.md §9.

use communaut_protocol::{
    codec::CodecError,
    replication::{
        REQUEST_MAX, RESPONSE_MAX,
        message::{Request, Response},
    },
};
use futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use libp2p::{StreamProtocol, request_response};
use std::{fmt, io, time::Duration};

/// Why a message was refused before anything of it was believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    TooLarge,
    Malformed,
    /// It ended before its announced end.
    Cut,
    /// It did not come in time.
    Stalled,
}

impl Fault {
    /// The name under which it is counted.
    pub fn name(self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::Malformed => "malformed",
            Self::Cut => "cut",
            Self::Stalled => "stalled",
        }
    }

    /// The fault in an error of this codec; anything else that a stream reports is a cut message.
    pub fn of(error: &io::Error) -> Self {
        let fault = error.get_ref().and_then(|inner| inner.downcast_ref::<Self>());
        fault.copied().unwrap_or(Self::Cut)
    }

    pub fn into_io(self) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidData, self)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl std::error::Error for Fault {}

impl From<CodecError> for Fault {
    fn from(error: CodecError) -> Self {
        if matches!(error, CodecError::TooLarge { .. }) { Self::TooLarge } else { Self::Malformed }
    }
}

/// Reads and writes requests and responses within their bounds.
#[derive(Debug, Clone, Copy)]
pub(super) struct SyncCodec {
    /// How long a request may take to come in.
    pub request_timeout: Duration,
}

pub(super) async fn read_frame<T: AsyncRead + Unpin + Send>(io: &mut T, max: usize) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    io.read_exact(&mut length).await?;
    let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
    if length > max {
        return Err(Fault::TooLarge.into_io());
    }
    // Grows with what comes, not with what was announced.
    let mut bytes = Vec::new();
    io.take(length as u64).read_to_end(&mut bytes).await?;
    if bytes.len() < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(bytes)
}

pub(super) async fn write_frame<T: AsyncWrite + Unpin + Send>(
    io: &mut T,
    bytes: Result<Vec<u8>, CodecError>,
) -> io::Result<()> {
    let bytes = bytes.map_err(|error| Fault::from(error).into_io())?;
    let length = u32::try_from(bytes.len()).map_err(|_| Fault::TooLarge.into_io())?;
    io.write_all(&length.to_be_bytes()).await?;
    io.write_all(&bytes).await?;
    io.close().await
}

#[async_trait::async_trait]
impl request_response::Codec for SyncCodec {
    type Protocol = StreamProtocol;
    /// libp2p says nothing of a request that could not be read, so what was wrong with it comes as one.
    type Request = Result<Request, Fault>;
    type Response = Response;

    async fn read_request<T>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<Self::Request>
    where
        T: AsyncRead + Unpin + Send,
    {
        let bytes = match tokio::time::timeout(self.request_timeout, read_frame(io, REQUEST_MAX)).await {
            Ok(Ok(bytes)) => bytes,
            Ok(Err(error)) => return Ok(Err(Fault::of(&error))),
            Err(_) => return Ok(Err(Fault::Stalled)),
        };
        Ok(Request::decode(&bytes).map_err(Fault::from))
    }

    async fn read_response<T>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<Response>
    where
        T: AsyncRead + Unpin + Send,
    {
        let bytes = read_frame(io, RESPONSE_MAX).await?;
        Response::decode(&bytes).map_err(|error| Fault::from(error).into_io())
    }

    async fn write_request<T>(&mut self, _: &StreamProtocol, io: &mut T, request: Self::Request) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        let request = request.map_err(Fault::into_io)?;
        write_frame(io, request.encode()).await
    }

    async fn write_response<T>(&mut self, _: &StreamProtocol, io: &mut T, response: Response) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        write_frame(io, response.encode()).await
    }
}
