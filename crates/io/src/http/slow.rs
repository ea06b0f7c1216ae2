//! Against those who are slow on purpose: a body that trickles in, an answer that nobody reads.

use hyper::body::{Body, Frame, Incoming, SizeHint};
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

/// A body that must be there in its time. A source has the same limit and words of its own for it, which come first.
pub struct TimedBody {
    inner: Incoming,
    timer: Timer,
}

/// Time that is only counted once there is something to wait for.
struct Timer {
    patience: Duration,
    sleep: Option<Pin<Box<Sleep>>>,
}

/// Beyond a source's own limit.
const BEYOND: Duration = Duration::from_secs(2);

impl Timer {
    fn is_over(&mut self, context: &mut Context<'_>) -> bool {
        let patience = self.patience;
        self.sleep.get_or_insert_with(|| Box::pin(tokio::time::sleep(patience))).as_mut().poll(context).is_ready()
    }
}

impl TimedBody {
    pub fn new(inner: Incoming, patience: Duration) -> Self {
        Self { inner, timer: Timer { patience: patience + BEYOND, sleep: None } }
    }
}

impl Body for TimedBody {
    type Data = bytes::Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.inner).poll_frame(context) {
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        if self.timer.is_over(context) { Poll::Ready(Some(Err("the body took too long".into()))) } else { Poll::Pending }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// A connection whose other end must take what it is sent: one that takes nothing for so long is ended.
pub struct Prompt<C> {
    inner: C,
    timer: Timer,
}

impl<C> Prompt<C> {
    pub fn new(inner: C, patience: Duration) -> Self {
        Self { inner, timer: Timer { patience, sleep: None } }
    }

    fn timed<T>(&mut self, context: &mut Context<'_>, polled: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if polled.is_ready() {
            self.timer.sleep = None;
            return polled;
        }
        if self.timer.is_over(context) { Poll::Ready(Err(io::ErrorKind::TimedOut.into())) } else { Poll::Pending }
    }
}

impl<C: AsyncRead + Unpin> AsyncRead for Prompt<C> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(context, buffer)
    }
}

impl<C: AsyncWrite + Unpin> AsyncWrite for Prompt<C> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.inner).poll_write(context, bytes);
        self.timed(context, polled)
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, context: &mut Context<'_>, slices: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.inner).poll_write_vectored(context, slices);
        self.timed(context, polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.inner).poll_flush(context);
        self.timed(context, polled)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.inner).poll_shutdown(context);
        self.timed(context, polled)
    }
}
