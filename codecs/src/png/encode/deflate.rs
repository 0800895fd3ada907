//! Bytes packed: a zlib stream (RFC 1950) of deflate blocks (RFC 1951).

use super::bits::Bits;
use super::block::Block;
use super::matches::{Matcher, Search, Sequence, WINDOW};
use crate::Problem;
use crate::png::zeros;
use simd_adler32::Adler32;

/// The bytes of a block: as many as one that is not packed may have.
const BLOCK: usize = 65_535;

/// Packs bytes behind what is in a file.
pub(super) struct Deflater<'a> {
    bits: Bits<'a>,
    matcher: Matcher,
    sequences: Vec<Sequence>,
    /// What may be referred to, and the block that is being collected.
    buffer: Vec<u8>,
    start: usize,
    filled: usize,
    /// The place of the buffer's first byte in all data, modulo 2³².
    base: u32,
    checksum: Adler32,
}

impl<'a> Deflater<'a> {
    pub(super) fn new(file: &'a mut Vec<u8>, search: Search) -> Result<Self, Problem> {
        let mut sequences = Vec::new();
        // None but the last stands for fewer than three bytes.
        sequences.try_reserve_exact(BLOCK / 3 + 1).map_err(|_| Problem::OutOfMemory)?;
        let mut bits = Bits::behind(file);
        bits.reserve(2)?;
        // A window of 32 KiB, packed quickly; the two bytes together are a multiple of 31.
        bits.append(&[0x78, 0x5E]);
        Ok(Self {
            bits,
            matcher: Matcher::new(search)?,
            sequences,
            buffer: zeros(WINDOW + BLOCK)?,
            start: 0,
            filled: 0,
            base: 0,
            checksum: Adler32::new(),
        })
    }

    pub(super) fn write(&mut self, mut bytes: &[u8]) -> Result<(), Problem> {
        while !bytes.is_empty() {
            if self.filled - self.start == BLOCK {
                self.block(false)?;
            }
            let count = bytes.len().min(BLOCK - (self.filled - self.start));
            let (now, later) = bytes.split_at(count);
            self.buffer[self.filled..][..count].copy_from_slice(now);
            self.filled += count;
            bytes = later;
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<(), Problem> {
        self.block(true)?;
        self.bits.reserve(4)?;
        self.bits.align();
        self.bits.append(&self.checksum.finish().to_be_bytes());
        self.bits.finish();
        Ok(())
    }

    /// Packs what has been collected.
    fn block(&mut self, is_last: bool) -> Result<(), Problem> {
        let block = &self.buffer[self.start..self.filled];
        self.checksum.write(block);
        self.matcher.find(&self.buffer[..self.filled], self.start, self.base, &mut self.sequences);
        Block { bytes: block, sequences: &self.sequences, is_last }.write(&mut self.bits)?;
        let kept = self.filled.saturating_sub(WINDOW);
        self.buffer.copy_within(kept..self.filled, 0);
        self.base = self.base.wrapping_add(kept as u32);
        self.filled -= kept;
        self.start = self.filled;
        Ok(())
    }
}
