//! The framing of `/communaut/closed/1`, which is that of sync. SPEC.md §10.5.

use super::codec::{Fault, read_frame, write_frame};
use communaut_protocol::{
    codec::CodecError,
    private::proof::{PROOF_MESSAGE_MAX, ProofError, ProofMessage},
};
use futures::{AsyncRead, AsyncWrite};
use libp2p::{StreamProtocol, request_response};
use std::{io, time::Duration};

/// Reads and writes proofs within their bound. An empty answer ends an exchange.
#[derive(Debug, Clone, Copy)]
pub(super) struct ProofCodec {
    /// How long a message may take to come in.
    pub timeout: Duration,
}

impl From<ProofError> for Fault {
    fn from(error: ProofError) -> Self {
        match error {
            ProofError::Codec(error) => error.into(),
            ProofError::Order | ProofError::Tags(_) => Self::Malformed,
        }
    }
}

fn bytes(message: &ProofMessage) -> Result<Vec<u8>, CodecError> {
    message.encode().map_err(|error| CodecError::Malformed(error.to_string()))
}

#[async_trait::async_trait]
impl request_response::Codec for ProofCodec {
    type Protocol = StreamProtocol;
    type Request = Result<ProofMessage, Fault>;
    type Response = Option<ProofMessage>;

    async fn read_request<T>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<Self::Request>
    where
        T: AsyncRead + Unpin + Send,
    {
        match tokio::time::timeout(self.timeout, read_frame(io, PROOF_MESSAGE_MAX)).await {
            Ok(Ok(bytes)) => Ok(ProofMessage::decode(&bytes).map_err(Fault::from)),
            Ok(Err(error)) => Ok(Err(Fault::of(&error))),
            Err(_) => Ok(Err(Fault::Stalled)),
        }
    }

    async fn read_response<T>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<Self::Response>
    where
        T: AsyncRead + Unpin + Send,
    {
        let bytes = read_frame(io, PROOF_MESSAGE_MAX).await?;
        if bytes.is_empty() {
            return Ok(None);
        }
        ProofMessage::decode(&bytes).map(Some).map_err(|error| Fault::from(error).into_io())
    }

    async fn write_request<T>(&mut self, _: &StreamProtocol, io: &mut T, request: Self::Request) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        let message = request.map_err(Fault::into_io)?;
        write_frame(io, bytes(&message)).await
    }

    async fn write_response<T>(&mut self, _: &StreamProtocol, io: &mut T, response: Self::Response) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        write_frame(io, response.map_or(Ok(Vec::new()), |message| bytes(&message))).await
    }
}
