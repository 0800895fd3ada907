//! The rows of an image as they were packed, from the chunks of its data.

use super::chunks::{Chunk, Contents};
use crate::Problem;
use crate::png::zeros;
use fdeflate::{DecompressionError, Decompressor};

/// Bytes back to which the format may refer.
const WINDOW: usize = 1 << 15;
/// Bytes that are unpacked at once. More would not stay in the cache until they are used.
const ROOM: usize = 1 << 16;
/// Bytes of a chunk that are unpacked at once: so exactly is the place of damage known.
const PIECE: usize = 1 << 14;
/// What the unpacker itself takes: tables of Huffman codes, at most of 320 codes and with some room.
const TABLES: usize = 1 << 16;

/// Bytes that an [`Inflater`] takes.
pub(super) fn bytes_for(longest_row: usize) -> usize {
    longest_row.saturating_add(WINDOW + ROOM + TABLES + 1)
}

pub(super) struct Inflater<'a> {
    contents: &'a Contents<'a>,
    decompressor: Decompressor,
    /// What was unpacked last: at least so much as may be referred to, and what was not given away yet.
    buffer: Vec<u8>,
    /// The end of what was unpacked, and that of what was given away.
    filled: usize,
    given: usize,
    /// Of the chunk that is being unpacked, what is left, and its offset.
    input: &'a [u8],
    input_at: usize,
    /// The offset of the chunk behind that.
    next: usize,
}

impl<'a> Inflater<'a> {
    pub(super) fn new(contents: &'a Contents<'a>, longest_row: usize) -> Result<Self, Problem> {
        let buffer = zeros(longest_row.checked_add(WINDOW + ROOM + 1).ok_or(Problem::TooLarge)?)?;
        let next = contents.data.start;
        let decompressor = Decompressor::new();
        Ok(Self { contents, decompressor, buffer, filled: 0, given: 0, input: &[], input_at: next, next })
    }

    /// About where in the file the next row is.
    pub(super) fn at(&self) -> usize {
        self.input_at
    }

    /// The filter of the next row, and its bytes, of which there are so many.
    pub(super) fn row(&mut self, length: usize) -> Result<(u8, &[u8]), Problem> {
        let length = length + 1;
        while self.filled - self.given < length {
            if !self.unpack()? {
                return Err(Problem::Damaged { at: self.contents.data.end, what: "there is too little image data" });
            }
        }
        let row = &self.buffer[self.given..][..length];
        self.given += length;
        Ok((row[0], &row[1..]))
    }

    /// Compares the checksum of the unpacked bytes. As in libpng it may be missing, and more may be packed than the image needs.
    pub(super) fn finish(mut self) -> Result<(), Problem> {
        while self.filled == self.given && self.unpack()? {}
        Ok(())
    }

    /// Unpacks some more, if there is any: at least a byte of the file is used, or one is made.
    fn unpack(&mut self) -> Result<bool, Problem> {
        while self.input.is_empty() && self.next < self.contents.data.end {
            let chunk = Chunk::read(self.contents.file, self.next)?;
            (self.input, self.input_at, self.next) = (chunk.data, chunk.data_at(), chunk.end());
        }
        if self.decompressor.is_done() {
            return Ok(false);
        }
        if self.filled == self.buffer.len() {
            let kept = self.given.min(self.filled - WINDOW);
            self.buffer.copy_within(kept..self.filled, 0);
            (self.filled, self.given) = (self.filled - kept, self.given - kept);
        }
        let piece = &self.input[..self.input.len().min(PIECE)];
        let result = self.decompressor.read(piece, &mut self.buffer, self.filled, false);
        let (used, made) = result.map_err(|error| Problem::Damaged { at: self.input_at, what: words(&error) })?;
        self.input = &self.input[used..];
        self.input_at += used;
        self.filled += made;
        Ok(used > 0 || made > 0)
    }
}

fn words(error: &DecompressionError) -> &'static str {
    match error {
        DecompressionError::WrongChecksum => "the checksum of the unpacked image data is wrong",
        DecompressionError::DistanceTooFarBack | DecompressionError::InputStartsWithRun => {
            "the image data refers to what was before its beginning"
        }
        DecompressionError::BadZlibHeader => "the image data does not begin as such",
        _ => "the image data is packed in a way that there is not",
    }
}
