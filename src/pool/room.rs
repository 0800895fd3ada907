//! Memory that is lent to whoever has pixels, who writes them where the first pass of a job reads them.

use super::shared_bytes::SharedBytes;
use super::{Error, resize};

/// Bytes that are written from outside and read by jobs.
#[derive(Debug)]
pub struct Room(pub(super) SharedBytes);

impl Room {
    /// A room of so many bytes, made of a buffer.
    ///
    /// # Errors
    /// `out-of-memory`.
    pub fn new(mut buffer: Vec<u8>, bytes: usize) -> Result<Self, Error> {
        resize(&mut buffer, bytes)?;
        Ok(Self::of(buffer))
    }

    /// A room that holds what a buffer has.
    #[must_use]
    pub fn of(buffer: Vec<u8>) -> Self {
        Self(SharedBytes::new(buffer))
    }

    /// Its length.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.0.length()
    }

    /// Where it lies in the module's memory: no other room has the same. (Of 64 bits, which only tests have, the lower half.)
    #[must_use]
    pub fn address(&self) -> u32 {
        self.0.address() as u32
    }

    /// Writes pixels, as whoever the room is lent to does from outside.
    ///
    /// # Safety
    /// No job reads the room, and nobody else writes it.
    pub unsafe fn fill(&self, pixels: &[u8]) {
        // SAFETY: the caller sees to it.
        unsafe { self.0.part_mut(0..pixels.len()) }.copy_from_slice(pixels);
    }
}
