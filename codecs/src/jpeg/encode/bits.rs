//! Bits to bytes of a scan.

use crate::Problem;

/// Words that are gathered before they are written.
const WORDS: usize = 512;
/// Words for which there is room once [`BitWriter::make_room`] was called: for six blocks, the most that an MCU has. A
/// block takes less than 64 words: at most 64 codes of 16 bits, each with up to 14 bits after it, and 1000 correction bits
/// of blocks before it.
const ROOM: usize = 384;

/// Memory for a [`BitWriter`].
pub(super) type Words = [u64; WORDS];

/// Writes bits, highest first.
///
/// It gathers words, and makes bytes of them in [`BitWriter::make_room`], so that [`BitWriter::put`], which is called for
/// each symbol, calls nothing itself. Callers keep it in local variables, so that the compiler holds it in registers.
pub(super) struct BitWriter<'a> {
    words: &'a mut Words,
    /// How many words there are.
    count: usize,
    /// The next word: its last bits, and above its `64 - free` lowest bits those of the past.
    bits: u64,
    /// How many more bits it has room for.
    free: u32,
}

impl<'a> BitWriter<'a> {
    pub(super) fn new(words: &'a mut Words) -> Self {
        Self { words, count: 0, bits: 0, free: 64 }
    }

    /// Appends the lowest `count` bits of `bits`, whose others are zero; `count` is less than 32.
    #[inline(always)]
    pub(super) fn put(&mut self, bits: u32, count: u32) {
        let bits = u64::from(bits);
        if count <= self.free {
            self.bits = self.bits.wrapping_shl(count) | bits;
            self.free -= count;
        } else {
            let later = count - self.free;
            self.words[self.count % WORDS] = self.bits.wrapping_shl(self.free) | bits.wrapping_shr(later);
            self.count += 1;
            self.bits = bits;
            self.free = 64 - later;
        }
    }

    /// Makes room for an MCU.
    #[inline(always)]
    pub(super) fn make_room(&mut self, out: &mut Vec<u8>) -> Result<(), Problem> {
        if self.count > WORDS - ROOM {
            write(out, self.words.get(..self.count).unwrap_or_default())?;
            self.count = 0;
        }
        Ok(())
    }

    /// Writes what is left, filled up with ones to a whole byte, and begins anew.
    #[inline(always)]
    pub(super) fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), Problem> {
        write(out, self.words.get(..self.count).unwrap_or_default())?;
        write_last(out, self.bits, 64 - self.free)?;
        (self.count, self.bits, self.free) = (0, 0, 64);
        Ok(())
    }
}

/// Writes words, with a zero byte after every byte of ones, which would else begin a marker.
#[inline(never)]
fn write(out: &mut Vec<u8>, words: &[u64]) -> Result<(), Problem> {
    const HIGHEST: u64 = 0x8080_8080_8080_8080;
    const LOWEST: u64 = 0x0101_0101_0101_0101;
    reserve(out, words.len() * 16)?;
    for word in words {
        // A byte of ones is the only one whose highest bit is set and no longer is when one is added. A carry from a byte
        // of ones below it can make another byte look like that too; then the longer way is taken, which is as right.
        if word & HIGHEST & !word.wrapping_add(LOWEST) == 0 {
            out.extend_from_slice(&word.to_be_bytes());
        } else {
            word.to_be_bytes().into_iter().for_each(|byte| push(out, byte));
        }
    }
    Ok(())
}

/// Writes the lowest `count` bits and ones up to a whole byte.
#[inline(never)]
fn write_last(out: &mut Vec<u8>, bits: u64, count: u32) -> Result<(), Problem> {
    reserve(out, 16)?;
    let mut count = count;
    while count > 0 {
        let byte = if count >= 8 { (bits >> (count - 8)) as u8 } else { (bits << (8 - count)) as u8 | 0xFF >> count };
        push(out, byte);
        count = count.saturating_sub(8);
    }
    Ok(())
}

fn push(out: &mut Vec<u8>, byte: u8) {
    out.push(byte);
    if byte == 0xFF {
        out.push(0);
    }
}

/// Asks for memory for so many bytes more.
pub(super) fn reserve(out: &mut Vec<u8>, more: usize) -> Result<(), Problem> {
    out.try_reserve(more).map_err(|_| Problem::OutOfMemory)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bytes of pieces of bits, by way of text.
    fn plain(pieces: &[(u32, u32)]) -> Vec<u8> {
        let mut text = String::new();
        for (bits, count) in pieces.iter().filter(|(_, count)| *count > 0) {
            text += &format!("{bits:0width$b}", width = *count as usize);
        }
        while !text.len().is_multiple_of(8) {
            text.push('1');
        }
        let mut bytes = Vec::new();
        for byte in text.as_bytes().chunks(8) {
            let digits = std::str::from_utf8(byte).expect("digits");
            push(&mut bytes, u8::from_str_radix(digits, 2).expect("eight digits"));
        }
        bytes
    }

    #[test]
    fn bits_follow_each_other() {
        let mut state = 1_u64;
        let pieces: Vec<(u32, u32)> = (0..20_000)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let count = (state >> 60) as u32 * 2;
                let bits = if (state >> 40) & 3 == 0 { u32::MAX } else { (state >> 20) as u32 };
                (bits & ((1 << count) - 1), count)
            })
            .collect();
        for length in (0..100).chain([pieces.len()]) {
            let pieces = &pieces[..length];
            let (mut out, mut words) = (Vec::new(), [0; WORDS]);
            let mut writer = BitWriter::new(&mut words);
            for (bits, count) in pieces {
                writer.make_room(&mut out).expect("there is memory");
                writer.put(*bits, *count);
            }
            writer.finish(&mut out).expect("there is memory");
            assert_eq!(out, plain(pieces));
        }
    }
}
