//! The pixels of one image on its way: where they are read, and where the next ones are written. One of the modules with
//! memory that several threads write at once; see the `SAFETY` lines.

use super::shared_bytes::SharedBytes;
use super::{Buffers, Error, Room};
use crate::pipeline::Pass;
use std::cell::UnsafeCell;
use std::ops::Range;
use std::sync::Arc;

/// Two buffers, of which each pass reads the first and writes one, and the room that the image came in, if it did.
pub(super) struct Canvas {
    /// Where the pixels are, until a pass has written them anew.
    room: UnsafeCell<Option<Arc<Room>>>,
    pixels: UnsafeCell<SharedBytes>,
    spare: UnsafeCell<SharedBytes>,
}

// SAFETY: the three `UnsafeCell`s are the only fields that are not `Sync` by themselves. What changes them as a whole may only
// be called while no band is running; bands in between touch disjoint bytes. Both is what the unsafe methods ask for.
unsafe impl Sync for Canvas {}

impl Canvas {
    pub(super) fn new(buffers: Buffers, room: Option<Arc<Room>>) -> Self {
        Self {
            room: UnsafeCell::new(room),
            pixels: UnsafeCell::new(SharedBytes::new(buffers.pixels)),
            spare: UnsafeCell::new(SharedBytes::new(buffers.spare)),
        }
    }

    /// The room that the pixels are in, as long as they are in one.
    fn room(&self) -> Option<&Room> {
        // SAFETY: it is changed only while no band is running, by the one thread that is at work then.
        unsafe { &*self.room.get() }.as_deref()
    }

    /// Whether the pixels lie where nothing may be written.
    pub(super) fn is_lent(&self) -> bool {
        self.room().is_some()
    }

    /// Whether a pass writes into the second buffer.
    pub(super) fn writes_spare(&self, pass: &Pass) -> bool {
        !pass.is_in_place() || (pass.writes() && self.is_lent())
    }

    /// The buffer that a pass writes.
    fn written(&self, pass: &Pass) -> &SharedBytes {
        let buffer = if self.writes_spare(pass) { &self.spare } else { &self.pixels };
        // SAFETY: the buffer as a whole is only looked at, which several threads may do at once.
        unsafe { &*buffer.get() }
    }

    /// Where the result of a pass lies.
    pub(super) fn address(&self, pass: &Pass) -> usize {
        self.written(pass).address()
    }

    /// Bytes of the image as it is before a pass.
    ///
    /// # Safety
    /// As long as they live, nobody writes them.
    pub(super) unsafe fn read(&self, range: Range<usize>) -> &[u8] {
        match self.room() {
            // SAFETY: whoever has written the pixels leaves them alone until the job has ended.
            Some(room) => unsafe { room.0.part(range) },
            // SAFETY: the caller sees to it.
            None => unsafe { (*self.pixels.get()).part(range) },
        }
    }

    /// Bytes that a pass writes.
    ///
    /// # Safety
    /// As long as they live, nobody else reads or writes them.
    #[allow(clippy::mut_from_ref, reason = "threads share the buffer, and each has bytes of its own")]
    pub(super) unsafe fn write(&self, pass: &Pass, range: Range<usize>) -> &mut [u8] {
        // SAFETY: the caller sees to it.
        unsafe { self.written(pass).part_mut(range) }
    }

    /// Gives the second buffer a length.
    ///
    /// # Safety
    /// No band is running.
    pub(super) unsafe fn make_room(&self, bytes: usize) -> Result<(), Error> {
        // SAFETY: the calling thread alone touches the buffer.
        unsafe { &mut *self.spare.get() }.resize(bytes)
    }

    /// What was written into the second buffer becomes the source of the next pass.
    ///
    /// # Safety
    /// No band is running.
    pub(super) unsafe fn take_written(&self) {
        // SAFETY: the calling thread alone touches the buffers and the room.
        unsafe {
            std::ptr::swap(self.pixels.get(), self.spare.get());
            *self.room.get() = None;
        }
    }

    /// Where no pass has written anything, what is in the room is the result.
    ///
    /// # Safety
    /// No band is running.
    pub(super) unsafe fn leave_room(&self, bytes: usize) -> Result<(), Error> {
        if self.is_lent() {
            // SAFETY: the calling thread alone touches the buffers, and nobody writes in a room.
            unsafe {
                self.make_room(bytes)?;
                (*self.spare.get()).part_mut(0..bytes).copy_from_slice(self.read(0..bytes));
                self.take_written();
            }
        }
        Ok(())
    }

    /// Takes the buffers.
    ///
    /// # Safety
    /// No band is running, nor will be.
    pub(super) unsafe fn take(&self) -> Buffers {
        let take = |buffer: &UnsafeCell<SharedBytes>| {
            // SAFETY: the calling thread alone touches the buffers.
            let buffer = unsafe { &mut *buffer.get() };
            std::mem::replace(buffer, SharedBytes::new(Vec::new())).into_bytes()
        };
        Buffers { pixels: take(&self.pixels), spare: take(&self.spare) }
    }
}
