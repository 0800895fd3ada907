//! A buffer that several threads use at once: each reads what nobody writes, or writes a part of its own.

use super::{Error, resize};
use std::ops::Range;

/// Bytes, and the pointer that threads reach them by.
#[derive(Debug)]
pub(super) struct SharedBytes {
    bytes: Vec<u8>,
    /// Where the bytes lie. It is taken by `as_mut_ptr`, with nobody else at the vector: what `as_ptr` gives must not be
    /// written through.
    start: *mut u8,
}

// SAFETY: the pointer leads to the vector's own bytes, which may be sent; what several threads do with them at once is
// bound by the contracts of `part` and `part_mut`.
unsafe impl Send for SharedBytes {}
// SAFETY: as above.
unsafe impl Sync for SharedBytes {}

impl SharedBytes {
    pub(super) fn new(mut bytes: Vec<u8>) -> Self {
        let start = bytes.as_mut_ptr();
        Self { bytes, start }
    }

    /// Gives the buffer a length, as [`resize`] does.
    pub(super) fn resize(&mut self, length: usize) -> Result<(), Error> {
        let resized = resize(&mut self.bytes, length);
        self.start = self.bytes.as_mut_ptr();
        resized
    }

    pub(super) fn length(&self) -> usize {
        self.bytes.len()
    }

    pub(super) fn address(&self) -> usize {
        self.start as usize
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Bytes to be read.
    ///
    /// # Safety
    /// As long as the slice lives, no thread writes these bytes.
    pub(super) unsafe fn part(&self, range: Range<usize>) -> &[u8] {
        assert!(range.end <= self.bytes.len(), "a part lies inside the buffer");
        // SAFETY: the bytes lie inside the buffer, and the caller sees to it that nobody writes them.
        unsafe { std::slice::from_raw_parts(self.start.add(range.start), range.len()) }
    }

    /// Bytes to be written.
    ///
    /// # Safety
    /// As long as the slice lives, no thread reads or writes these bytes in another way.
    #[allow(clippy::mut_from_ref, reason = "threads share the buffer, and each has bytes of its own")]
    pub(super) unsafe fn part_mut(&self, range: Range<usize>) -> &mut [u8] {
        assert!(range.end <= self.bytes.len(), "a part lies inside the buffer");
        // SAFETY: the bytes lie inside the buffer, `start` was taken to be written through, and the caller sees to it that
        // nobody else touches them.
        unsafe { std::slice::from_raw_parts_mut(self.start.add(range.start), range.len()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_threads_write_into_parts_is_in_the_bytes() {
        let mut shared = SharedBytes::new(vec![9; 3]);
        shared.resize(40).expect("40 bytes fit");
        std::thread::scope(|scope| {
            for i in 0..4 {
                let shared = &shared;
                // SAFETY: the parts are disjoint.
                scope.spawn(move || unsafe { shared.part_mut(i * 10..(i + 1) * 10) }.fill(i as u8));
            }
        });
        // SAFETY: the threads have ended.
        assert_eq!(unsafe { shared.part(9..12) }, [0, 1, 1]);
        assert_eq!(shared.into_bytes(), [0, 1, 2, 3].map(|i| [i; 10]).concat());
    }

    #[test]
    #[should_panic(expected = "inside the buffer")]
    fn parts_end_with_the_buffer() {
        let shared = SharedBytes::new(vec![0; 4]);
        // SAFETY: nobody else has it.
        let _ = unsafe { shared.part_mut(2..5) };
    }
}
