//! Bits of entropy-coded data.

use super::source::Source;

/// The next bits of a scan. It is copied to a local variable where it is used, so that it stays in registers.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Window {
    /// The bits, the next one as the most significant.
    pub(super) bits: u64,
    /// How many of them are read from the file, or made up.
    pub(super) left: u32,
    /// How many of all bits so far were made up (zeros), because a marker came.
    pub(super) phantom: u32,
}

impl Window {
    /// Sees to it that there are at least 32 bits: a Huffman code and the bits behind it.
    #[inline(always)]
    pub(super) fn fill(&mut self, source: &mut Source) {
        self.fill_to::<32>(source);
    }

    /// Sees to it that there are at least so many bits, 1..=57. The fewer are asked for, the more rarely it has to read.
    #[inline(always)]
    pub(super) fn fill_to<const BITS: u32>(&mut self, source: &mut Source) {
        if self.left >= BITS {
            return;
        }
        if let Some(word) = source.eight_plain_bytes() {
            // Bits beyond the whole bytes that fit are put in place as well; the next call puts the same ones there.
            self.bits |= word >> self.left;
            source.at += (63 - self.left as usize) >> 3;
            self.left |= 56;
        } else {
            *self = source.fill_slowly(*self);
        }
    }

    /// The next so many bits, 1..=16.
    #[inline(always)]
    pub(super) fn peek(&self, count: u32) -> u32 {
        (self.bits >> (64 - count)) as u32
    }

    /// Drops so many bits, at most 31, which [`Window::fill`] must have promised.
    #[inline(always)]
    pub(super) fn drop(&mut self, count: u32) {
        self.bits <<= count & 31;
        self.left -= count & 31;
    }

    /// The next bit.
    #[inline(always)]
    pub(super) fn bit(&mut self) -> bool {
        let bit = self.bits >> 63 != 0;
        self.drop(1);
        bit
    }

    /// All ones where the next bit is 1, else 0.
    #[inline(always)]
    pub(super) fn bit_mask(&self) -> i16 {
        (self.bits as i64 >> 63) as i16
    }

    /// The next so many bits, 1..=15, as a number.
    #[inline(always)]
    pub(super) fn take(&mut self, count: u32) -> u32 {
        let value = self.peek(count);
        self.drop(count);
        value
    }

    /// The next so many bits, 1..=15, as a signed number: EXTEND of T.81, F.2.2.1.
    #[inline(always)]
    pub(super) fn signed(&self, count: u32) -> i32 {
        // All ones where the first bit is 0, that is, where the number is negative.
        let negative = !((self.bits as i64) >> 63) as i32;
        self.peek(count) as i32 + (negative & ((-1 << count) + 1))
    }

    /// Whether more bits were taken than the data has.
    #[inline(always)]
    pub(super) fn is_overdrawn(&self) -> bool {
        self.left < self.phantom
    }
}
