//! Bits to bytes of a scan.

use crate::codec::Problem;

/// Writes bits, highest first, with a zero byte after every byte of ones, which would else begin a marker.
///
/// It is small and passed by value or kept in a local variable, so that the compiler holds it in registers.
#[derive(Clone, Copy)]
pub(super) struct BitWriter {
    /// The last bits; what lies above the `64 - free` lowest is of the past.
    bits: u64,
    /// How many more bits there is room for.
    free: u32,
}

impl BitWriter {
    pub(super) const EMPTY: Self = Self { bits: 0, free: 64 };

    /// Appends the lowest `count` bits of `bits`, whose others are zero; `count` is less than 64.
    #[inline(always)]
    pub(super) fn put(&mut self, out: &mut Vec<u8>, bits: u32, count: u32) {
        let bits = u64::from(bits);
        if count <= self.free {
            self.bits = self.bits.wrapping_shl(count) | bits;
            self.free -= count;
        } else {
            let later = count - self.free;
            write(out, self.bits.wrapping_shl(self.free) | bits.wrapping_shr(later));
            self.bits = bits;
            self.free = 64 - later;
        }
    }

    /// Writes what is left, filled up with ones to a whole byte.
    pub(super) fn finish(self, out: &mut Vec<u8>) {
        let mut count = 64 - self.free;
        while count > 0 {
            let byte = if count >= 8 {
                (self.bits >> (count - 8)) as u8
            } else {
                (self.bits << (8 - count)) as u8 | 0xFF >> count
            };
            push(out, byte);
            count = count.saturating_sub(8);
        }
    }
}

/// Writes eight bytes. Not part of its callers: it is called once for some ten symbols, and they are many.
#[inline(never)]
fn write(out: &mut Vec<u8>, bits: u64) {
    const HIGHEST: u64 = 0x8080_8080_8080_8080;
    const LOWEST: u64 = 0x0101_0101_0101_0101;
    // The highest bit of a byte is set, and no longer when one is added: only where it is 255, or where a byte below it
    // is. So it may be taken for one too often, never too seldom.
    if bits & HIGHEST & !bits.wrapping_add(LOWEST) == 0 {
        out.extend_from_slice(&bits.to_be_bytes());
    } else {
        bits.to_be_bytes().into_iter().for_each(|byte| push(out, byte));
    }
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

    #[test]
    fn bits_follow_each_other() {
        let mut state = 1_u64;
        let pieces: Vec<(u32, u32)> = (0..2000)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let count = (state >> 60) as u32 * 2;
                let ones = if state >> 40 & 3 == 0 { u32::MAX } else { (state >> 20) as u32 };
                (ones & ((1_u64 << count) - 1) as u32, count)
            })
            .collect();
        for length in 0..pieces.len() {
            let pieces = &pieces[..if length < 100 { length } else { pieces.len() }];
            let (mut out, mut writer) = (Vec::new(), BitWriter::EMPTY);
            pieces.iter().for_each(|(bits, count)| writer.put(&mut out, *bits, *count));
            writer.finish(&mut out);

            let mut want: String = pieces
                .iter()
                .filter(|piece| piece.1 > 0)
                .map(|(bits, count)| format!("{bits:0width$b}", width = *count as usize))
                .collect();
            while want.len() % 8 != 0 {
                want.push('1');
            }
            let mut bytes = Vec::new();
            for byte in want.as_bytes().chunks(8) {
                push(&mut bytes, u8::from_str_radix(std::str::from_utf8(byte).unwrap(), 2).unwrap());
            }
            assert_eq!(out, bytes);
            if length >= 100 {
                break;
            }
        }
    }
}
