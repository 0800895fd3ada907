//! Bits written to a file, the first lowest.

use crate::Problem;

pub(super) struct Bits<'a> {
    file: &'a mut Vec<u8>,
    /// Where the next byte is written: behind it are zeros that [`Bits::reserve`] has made room with.
    at: usize,
    unwritten: u64,
    /// How many bits that are: after [`Bits::flush`] fewer than eight.
    count: u32,
}

/// What is written at once, whatever of it counts.
const WORD: usize = 8;

impl<'a> Bits<'a> {
    pub(super) fn behind(file: &'a mut Vec<u8>) -> Self {
        let at = file.len();
        Self { file, at, unwritten: 0, count: 0 }
    }

    /// Makes room for so many bytes.
    pub(super) fn reserve(&mut self, bytes: usize) -> Result<(), Problem> {
        let needed = (self.at + bytes + WORD).saturating_sub(self.file.len());
        self.file.try_reserve(needed).map_err(|_| Problem::OutOfMemory)?;
        self.file.resize(self.file.len() + needed, 0);
        Ok(())
    }

    /// Takes bits; those above the `count` lowest are 0. At most 56 may be taken from one [`Bits::flush`] to the next.
    #[inline(always)]
    pub(super) fn put(&mut self, bits: u64, count: u32) {
        self.unwritten |= bits << self.count;
        self.count += count;
    }

    /// Writes all whole bytes, where there is room.
    #[inline(always)]
    pub(super) fn flush(&mut self) {
        self.file[self.at..self.at + WORD].copy_from_slice(&self.unwritten.to_le_bytes());
        let whole = self.count / 8;
        self.at += whole as usize;
        self.unwritten >>= whole * 8;
        self.count %= 8;
    }

    /// Fills the last byte.
    pub(super) fn align(&mut self) {
        self.count = self.count.next_multiple_of(8);
        self.flush();
    }

    /// Writes bytes behind the last whole one, where there is room.
    pub(super) fn append(&mut self, bytes: &[u8]) {
        self.file[self.at..self.at + bytes.len()].copy_from_slice(bytes);
        self.at += bytes.len();
    }

    /// Takes the room that was not needed away.
    pub(super) fn finish(self) {
        self.file.truncate(self.at);
    }
}
