//! Bits written to a file, the first lowest.

use crate::Problem;

pub(super) struct Bits<'a> {
    file: &'a mut Vec<u8>,
    state: State,
}

#[derive(Clone, Copy)]
struct State {
    /// Where the next byte is written: behind it are zeros that [`Bits::reserve`] has made room with.
    at: usize,
    unwritten: u64,
    /// How many bits that are: after [`Writer::flush`] fewer than eight.
    count: u32,
}

/// What is written at once, whatever of it counts.
const WORD: usize = 8;

impl<'a> Bits<'a> {
    pub(super) fn behind(file: &'a mut Vec<u8>) -> Self {
        let at = file.len();
        Self { file, state: State { at, unwritten: 0, count: 0 } }
    }

    /// Makes room for so many bytes.
    pub(super) fn reserve(&mut self, bytes: usize) -> Result<(), Problem> {
        let needed = (self.state.at + bytes + WORD).saturating_sub(self.file.len());
        self.file.try_reserve(needed).map_err(|_| Problem::OutOfMemory)?;
        self.file.resize(self.file.len() + needed, 0);
        Ok(())
    }

    /// Writes where there is room. The writer is a value of its own, which stays in registers.
    #[inline(always)]
    pub(super) fn write(&mut self, write: impl FnOnce(&mut Writer)) {
        let mut writer = Writer { room: self.file, state: self.state };
        write(&mut writer);
        self.state = writer.state;
    }

    /// Fills the last byte.
    pub(super) fn align(&mut self) {
        self.state.count = self.state.count.next_multiple_of(8);
        self.write(|writer| writer.flush());
    }

    /// Writes bytes behind the last whole one, where there is room.
    pub(super) fn append(&mut self, bytes: &[u8]) {
        let at = self.state.at;
        self.file[at..at + bytes.len()].copy_from_slice(bytes);
        self.state.at += bytes.len();
    }

    /// Takes the room that was not needed away.
    pub(super) fn finish(self) {
        self.file.truncate(self.state.at);
    }
}

pub(super) struct Writer<'a> {
    room: &'a mut [u8],
    state: State,
}

impl Writer<'_> {
    /// Takes bits; those above the `count` lowest are 0. At most 56 may be taken from one [`Writer::flush`] to the next.
    #[inline(always)]
    pub(super) fn put(&mut self, bits: u64, count: u32) {
        self.state.unwritten |= bits << self.state.count;
        self.state.count += count;
    }

    /// Writes all whole bytes.
    #[inline(always)]
    pub(super) fn flush(&mut self) {
        let State { at, unwritten, count } = self.state;
        self.room[at..at + WORD].copy_from_slice(&unwritten.to_le_bytes());
        self.state = State { at: at + (count / 8) as usize, unwritten: unwritten >> (count & 56), count: count % 8 };
    }
}
