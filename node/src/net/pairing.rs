//! The framing of `/communaut/device/1`, which is that of sync. SPEC.md §9.4.

use super::codec::{Fault, read_frame, write_frame};
use communaut_protocol::{
    codec::CodecError,
    limits::PAIRING_MESSAGE_MAX,
    pairing::{PairError, PairMessage},
};
use futures::{AsyncRead, AsyncWrite};
use libp2p::{StreamProtocol, request_response};
use std::{io, time::Duration};

/// Reads and writes what two devices of a person say, within its bound.
#[derive(Debug, Clone, Copy)]
pub(super) struct PairCodec {
    /// How long a message may take to come in.
    pub timeout: Duration,
}

impl From<PairError> for Fault {
    fn from(error: PairError) -> Self {
        match error {
            PairError::Codec(error) => error.into(),
            PairError::Text | PairError::Bound(_) => Self::Malformed,
        }
    }
}

fn bytes(message: &PairMessage) -> Result<Vec<u8>, CodecError> {
    message.encode().map_err(|error| CodecError::Malformed(error.to_string()))
}

#[async_trait::async_trait]
impl request_response::Codec for PairCodec {
    type Protocol = StreamProtocol;
    type Request = Result<PairMessage, Fault>;
    type Response = PairMessage;

    async fn read_request<T>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<Self::Request>
    where
        T: AsyncRead + Unpin + Send,
    {
        match tokio::time::timeout(self.timeout, read_frame(io, PAIRING_MESSAGE_MAX)).await {
            Ok(Ok(bytes)) => Ok(PairMessage::decode(&bytes).map_err(Fault::from)),
            Ok(Err(error)) => Ok(Err(Fault::of(&error))),
            Err(_) => Ok(Err(Fault::Stalled)),
        }
    }

    async fn read_response<T>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<Self::Response>
    where
        T: AsyncRead + Unpin + Send,
    {
        let bytes = read_frame(io, PAIRING_MESSAGE_MAX).await?;
        PairMessage::decode(&bytes).map_err(|error| Fault::from(error).into_io())
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
        write_frame(io, bytes(&response)).await
    }
}
