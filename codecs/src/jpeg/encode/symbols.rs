//! What becomes of the symbols of a scan: they are counted, for the best tables, or written.

use super::bits::{BitWriter, reserve};
use super::huffman::{Codes, Counts};
use crate::Problem;

/// Tables that a scan may use: for DC coefficients of luma and chroma, and for AC coefficients of luma and chroma.
pub(super) const TABLES: usize = 4;

/// Takes the symbols of a scan in their order.
pub(super) trait Symbols {
    /// Whether it does anything with bits.
    const TAKES_BITS: bool;

    /// A symbol of a table, and the bits that follow it; how many these are, the symbol says.
    fn symbol(&mut self, table: usize, symbol: u8, extra: u32);
    /// At most 16 bits without a symbol.
    fn bits(&mut self, bits: u32, count: u32);
    /// The end of a restart interval: the bits before it are filled up to a byte, and a marker with a number of 0..=7
    /// follows.
    fn restart(&mut self, number: u8) -> Result<(), Problem>;
    /// Called before each MCU.
    fn make_room(&mut self) -> Result<(), Problem>;
}

/// Counts symbols.
pub(super) struct Counting {
    pub(super) counts: [Counts; TABLES],
}

impl Counting {
    pub(super) fn new() -> Self {
        Self { counts: [[0; 256]; TABLES] }
    }

    pub(super) fn clear(&mut self) {
        *self = Self::new();
    }
}

impl Symbols for Counting {
    const TAKES_BITS: bool = false;

    #[inline(always)]
    fn symbol(&mut self, table: usize, symbol: u8, _: u32) {
        let count = &mut self.counts[table % TABLES][usize::from(symbol)];
        *count = count.wrapping_add(1);
    }

    #[inline(always)]
    fn bits(&mut self, _: u32, _: u32) {}

    #[inline(always)]
    fn restart(&mut self, _: u8) -> Result<(), Problem> {
        Ok(())
    }

    #[inline(always)]
    fn make_room(&mut self) -> Result<(), Problem> {
        Ok(())
    }
}

/// Writes symbols.
pub(super) struct Writing<'a> {
    pub(super) out: &'a mut Vec<u8>,
    pub(super) bits: BitWriter<'a>,
    pub(super) codes: &'a [Codes; TABLES],
}

impl Writing<'_> {
    /// Fills the last byte up.
    #[inline(always)]
    pub(super) fn finish(&mut self) -> Result<(), Problem> {
        self.bits.finish(self.out)
    }
}

impl Symbols for Writing<'_> {
    const TAKES_BITS: bool = true;

    #[inline(always)]
    fn symbol(&mut self, table: usize, symbol: u8, extra: u32) {
        let code = self.codes[table % TABLES][usize::from(symbol)];
        self.bits.put(code.bits | extra, code.length);
    }

    #[inline(always)]
    fn bits(&mut self, bits: u32, count: u32) {
        self.bits.put(bits, count);
    }

    #[inline(always)]
    fn restart(&mut self, number: u8) -> Result<(), Problem> {
        self.finish()?;
        reserve(self.out, 2)?;
        self.out.extend_from_slice(&[0xFF, 0xD0 | number & 7]);
        Ok(())
    }

    #[inline(always)]
    fn make_room(&mut self) -> Result<(), Problem> {
        self.bits.make_room(self.out)
    }
}

/// Restart intervals of a scan.
pub(super) struct Restarts {
    interval: u32,
    left: u32,
    number: u8,
}

impl Restarts {
    /// An interval of so many MCUs; 0 is none.
    pub(super) fn new(interval: u16) -> Self {
        Self { interval: u32::from(interval), left: u32::from(interval), number: 0 }
    }

    /// Asked before each MCU: the number of the restart marker that comes before it, if there is one.
    #[inline(always)]
    pub(super) fn next(&mut self) -> Option<u8> {
        if self.interval == 0 {
            return None;
        }
        let due = (self.left == 0).then_some(self.number);
        if due.is_some() {
            self.left = self.interval;
            self.number = (self.number + 1) & 7;
        }
        self.left -= 1;
        due
    }
}

/// The size of a number, that is how many bits its magnitude takes, and these bits. Those of a negative number are the
/// lower bits of the number less one (T.81, F.1.2.1).
#[inline(always)]
pub(super) fn sized(value: i32) -> (u32, u32) {
    let sign = value >> 31;
    let size = 32 - ((value ^ sign) - sign).leading_zeros();
    (size, (value + sign) as u32 & ((1 << (size & 31)) - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_bits() {
        let of = [0, 1, -1, 2, -2, 3, -3, 1023, -1023, -2048].map(sized);
        let want = [(0, 0), (1, 1), (1, 0), (2, 2), (2, 1), (2, 3), (2, 0), (10, 1023), (10, 0), (12, 2047)];
        assert_eq!(of, want);
    }

    #[test]
    fn restarts_are_numbered() {
        let mut restarts = Restarts::new(2);
        let numbers: Vec<_> = (0..20).map(|_| restarts.next()).collect();
        assert_eq!(numbers[..5], [None, None, Some(0), None, Some(1)]);
        assert_eq!((numbers[16], numbers[18]), (Some(7), Some(0)));
        assert!((0..9).all(|_| Restarts::new(0).next().is_none()));
    }
}
