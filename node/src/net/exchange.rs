//! The framing of the small exchanges, which is that of sync: `/communaut/closed/1` (SPEC.md §10.5) and
//! `/communaut/device/1` (§9.4).

use super::codec::{Fault, read_frame, write_frame};
use communaut_protocol::{
    codec::CodecError,
    limits::PAIRING_MESSAGE_MAX,
    pairing::{PairError, PairMessage},
    private::proof::{PROOF_MESSAGE_MAX, ProofError, ProofMessage},
};
use futures::{AsyncRead, AsyncWrite};
use libp2p::{StreamProtocol, request_response};
use std::{fmt::Display, io, marker::PhantomData, time::Duration};

/// A message of an exchange.
pub(super) trait Message: Sized + Send {
    /// Bytes at most.
    const MAX: usize;
    /// To the wire.
    fn bytes(&self) -> Result<Vec<u8>, CodecError>;
    /// From the wire.
    fn read(bytes: &[u8]) -> Result<Self, Fault>;
}

/// Reads and writes messages within their bound. An empty answer ends an exchange.
#[derive(Debug)]
pub(super) struct ExchangeCodec<M> {
    /// How long a message may take to come in.
    timeout: Duration,
    of: PhantomData<fn() -> M>,
}

impl<M> ExchangeCodec<M> {
    /// A message may take so long to come in.
    pub const fn new(timeout: Duration) -> Self {
        Self { timeout, of: PhantomData }
    }
}

impl<M> Clone for ExchangeCodec<M> {
    fn clone(&self) -> Self {
        Self::new(self.timeout)
    }
}

fn malformed(error: impl Display) -> CodecError {
    CodecError::Malformed(error.to_string())
}

impl Message for ProofMessage {
    const MAX: usize = PROOF_MESSAGE_MAX;

    fn bytes(&self) -> Result<Vec<u8>, CodecError> {
        self.encode().map_err(malformed)
    }
    fn read(bytes: &[u8]) -> Result<Self, Fault> {
        Self::decode(bytes).map_err(|error| match error {
            ProofError::Codec(error) => error.into(),
            ProofError::Order | ProofError::Tags(_) => Fault::Malformed,
        })
    }
}

impl Message for PairMessage {
    const MAX: usize = PAIRING_MESSAGE_MAX;

    fn bytes(&self) -> Result<Vec<u8>, CodecError> {
        self.encode().map_err(malformed)
    }
    fn read(bytes: &[u8]) -> Result<Self, Fault> {
        Self::decode(bytes).map_err(|error| match error {
            PairError::Codec(error) => error.into(),
            PairError::Text | PairError::Bound(_) => Fault::Malformed,
        })
    }
}

#[async_trait::async_trait]
impl<M: Message> request_response::Codec for ExchangeCodec<M> {
    type Protocol = StreamProtocol;
    type Request = Result<M, Fault>;
    type Response = Option<M>;

    async fn read_request<T>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<Self::Request>
    where
        T: AsyncRead + Unpin + Send,
    {
        match tokio::time::timeout(self.timeout, read_frame(io, M::MAX)).await {
            Ok(Ok(bytes)) => Ok(M::read(&bytes)),
            Ok(Err(error)) => Ok(Err(Fault::of(&error))),
            Err(_) => Ok(Err(Fault::Stalled)),
        }
    }

    async fn read_response<T>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<Self::Response>
    where
        T: AsyncRead + Unpin + Send,
    {
        let bytes = read_frame(io, M::MAX).await?;
        if bytes.is_empty() {
            return Ok(None);
        }
        M::read(&bytes).map(Some).map_err(Fault::into_io)
    }

    async fn write_request<T>(&mut self, _: &StreamProtocol, io: &mut T, request: Self::Request) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        let message = request.map_err(Fault::into_io)?;
        write_frame(io, message.bytes()).await
    }

    async fn write_response<T>(&mut self, _: &StreamProtocol, io: &mut T, response: Self::Response) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        write_frame(io, response.map_or(Ok(Vec::new()), |message| message.bytes())).await
    }
}
