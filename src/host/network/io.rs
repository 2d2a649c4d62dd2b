//! Waiting for the network on this thread, without missing Ctrl-C.
//!
//! Each connection has its own event loop, which runs only while its thread waits. No bytes pass between threads, and
//! a request can be cancelled at any stage by dropping it.

use std::pin::pin;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

use super::NetworkError;
use crate::host::{Interrupt, Interrupted};

/// The interval at which interruptions are noticed.
const POLL: Duration = Duration::from_millis(100);

#[derive(Debug)]
pub(super) struct EventLoop {
    /// `None` only while it is dropped.
    runtime: Option<Runtime>,
    interrupt: Interrupt,
}

impl EventLoop {
    pub(super) fn new(interrupt: Interrupt) -> Result<Self, NetworkError> {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|source| NetworkError::Machinery { source: source.into() })?;
        Ok(Self { runtime: Some(runtime), interrupt })
    }

    /// Waits until the future is ready or the process is asked to stop. Timers and sockets must be created inside the
    /// future, where there is an event loop.
    pub(super) fn wait<F: Future>(&self, future: F) -> Result<F::Output, Interrupted> {
        let Some(runtime) = &self.runtime else {
            return Err(Interrupted);
        };
        runtime.block_on(async {
            let mut future = pin!(future);
            loop {
                self.interrupt.check()?;
                if let Ok(output) = tokio::time::timeout(POLL, future.as_mut()).await {
                    return Ok(output);
                }
            }
        })
    }

    pub(super) fn sleep(&self, duration: Duration) -> Result<(), Interrupted> {
        self.wait(async { tokio::time::sleep(duration).await })
    }
}

impl Drop for EventLoop {
    fn drop(&mut self) {
        // The system's look-up of names cannot be cancelled, so nothing waits for it.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
