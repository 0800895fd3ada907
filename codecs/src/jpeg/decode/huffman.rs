//! Huffman codes (T.81, annex C and F.2.2.3).

use super::bits::Window;
use super::source::Source;
use crate::jpeg::tables::HuffmanTable;

/// Bits that are looked up at once.
const LOOKED_UP: u32 = 10;

/// A Huffman table made ready for decoding.
#[derive(Debug, Clone)]
pub(super) struct Table {
    /// What begins with these bits. From the least significant bit: 8 bits for how many bits it takes, 8 bits for the
    /// symbol, 16 bits for the value behind the code. The value is 0 where code and value together are longer than what
    /// is looked up; the bits are then those of the code alone. All is 0 where the code itself is longer.
    quick: [u32; 1 << LOOKED_UP],
    /// For each length of code, the first 16 bits that are no code of this length or a shorter one.
    limits: [u32; 17],
    /// For each length, what must be added to a code to have the index of its symbol.
    offsets: [i32; 17],
    symbols: [u8; 256],
}

/// What [`Table::next`] finds.
pub(super) enum Next {
    /// A coefficient after so many zeros.
    Coefficient { run: usize, value: i32 },
    /// A symbol with no value behind it.
    Symbol(u8),
}

impl Table {
    /// Makes a table; `None` where the codes do not fit into their lengths, or where one of a table for DC differences
    /// stands for more than 15 bits.
    pub(super) fn new(specification: &HuffmanTable, is_dc: bool) -> Option<Self> {
        let symbols = specification.symbols;
        let mut table = Self { quick: [0; 1 << LOOKED_UP], limits: [0; 17], offsets: [0; 17], symbols };
        let (mut code, mut index) = (0u32, 0usize);
        for (length, count) in (1u32..).zip(specification.counts) {
            table.offsets[length as usize] = index as i32 - code as i32;
            for _ in 0..count {
                let symbol = *symbols.get(index)?;
                if is_dc && symbol > 15 {
                    return None;
                }
                // No code is all ones; without this test, a code might not fit into its length either.
                if code + 1 >= 1 << length {
                    return None;
                }
                if length <= LOOKED_UP {
                    table.fill_quick(code, length, symbol);
                }
                code += 1;
                index += 1;
            }
            table.limits[length as usize] = code << (16 - length);
            code <<= 1;
        }
        Some(table)
    }

    /// Fills in all that begins with a code.
    fn fill_quick(&mut self, code: u32, length: u32, symbol: u8) {
        let size = u32::from(symbol & 15);
        let free = LOOKED_UP - length;
        let entries = self.quick.iter_mut().skip((code << free) as usize).take(1 << free);
        for (rest, entry) in entries.enumerate() {
            *entry = u32::from(symbol) << 8 | length;
            if size != 0 && size <= free {
                let behind = Window { bits: (rest as u64) << 32 << (32 - free), ..Window::default() };
                *entry += (behind.signed(size) as u32) << 16 | size;
            }
        }
    }

    /// The next code and the value behind it. The low four bits of a symbol say how many bits the value has.
    #[inline(always)]
    pub(super) fn next(&self, window: &mut Window, source: &mut Source) -> Next {
        window.fill_to::<LOOKED_UP>(source);
        let entry = self.quick[window.peek(LOOKED_UP) as usize];
        let value = entry as i32 >> 16;
        if value != 0 {
            window.drop(entry);
            return Next::Coefficient { run: (entry >> 12 & 15) as usize, value };
        }
        if entry & 0x0F00 == 0 && entry != 0 {
            window.drop(entry);
            return Next::Symbol((entry >> 8) as u8);
        }
        window.fill(source);
        let (length, symbol) = self.code(entry, window, source);
        window.drop(length);
        let size = u32::from(symbol & 15);
        if size == 0 {
            return Next::Symbol(symbol);
        }
        let value = window.signed(size);
        window.drop(size);
        Next::Coefficient { run: usize::from(symbol >> 4), value }
    }

    /// The next code alone.
    #[inline(always)]
    pub(super) fn symbol(&self, window: &mut Window, source: &mut Source) -> u8 {
        window.fill(source);
        let entry = self.quick[window.peek(LOOKED_UP) as usize];
        let (length, symbol) = if entry >> 16 != 0 {
            // The length is that of code and value.
            (entry - (entry >> 8 & 15), (entry >> 8) as u8)
        } else {
            self.code(entry, window, source)
        };
        window.drop(length);
        symbol
    }

    /// The length of the next code and its symbol, where the entry does not have the value behind it.
    #[inline(always)]
    fn code(&self, entry: u32, window: &Window, source: &mut Source) -> (u32, u8) {
        if entry != 0 { (entry, (entry >> 8) as u8) } else { self.long(window.peek(16), source) }
    }

    /// A code that is longer than what is looked up: its length and its symbol. Of what is no code, libjpeg takes 17
    /// bits as the symbol 0, and so does this.
    #[inline(never)]
    fn long(&self, bits: u32, source: &mut Source) -> (u32, u8) {
        for length in LOOKED_UP + 1..=16 {
            if bits < self.limits[length as usize] {
                let index = (bits >> (16 - length)) as i32 + self.offsets[length as usize];
                return (length, self.symbols[index as usize & 255]);
            }
        }
        source.note("no Huffman code begins so");
        (17, 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn specification(counts: &[u8], symbols: &[u8]) -> HuffmanTable {
        let mut all = HuffmanTable { counts: [0; 16], symbols: [0; 256] };
        all.counts[..counts.len()].copy_from_slice(counts);
        all.symbols[..symbols.len()].copy_from_slice(symbols);
        all
    }

    #[test]
    fn codes_are_found_whatever_their_length() {
        // 0, 10, 110 and so on: one code of each length.
        let symbols: Vec<u8> = (0..16).map(|i| i << 4).collect();
        let table = Table::new(&specification(&[1; 16], &symbols), false).expect("the codes fit");
        for (i, symbol) in symbols.iter().enumerate() {
            let bytes = (!(u32::MAX >> i)).to_be_bytes();
            let escaped: Vec<u8> = bytes.iter().flat_map(|b| if *b == 255 { vec![255, 0] } else { vec![*b] }).collect();
            let mut window = Window::default();
            assert_eq!(table.symbol(&mut window, &mut Source::new(&escaped)), *symbol);
        }
        let mut source = Source::new(&[255, 0, 255, 0, 255, 0]);
        assert_eq!(table.symbol(&mut Window::default(), &mut source), 0, "no code is all ones");
        assert!(source.damage.is_some());
    }

    #[test]
    fn values_follow_their_codes() {
        // 0: a value of two bits, 10: one of twelve after three zeros, which is more than what is looked up.
        let table = Table::new(&specification(&[1, 1], &[0x02, 0x3C]), false).expect("the codes fit");
        let mut window = Window::default();
        let bits = "0 00 0 01 0 10 0 11 10 000000000000 11".replace(' ', "");
        let bytes: Vec<u8> =
            bits.as_bytes().chunks(8).map(|bits| bits.iter().fold(0, |byte, bit| byte << 1 | (bit - b'0'))).collect();
        let mut source = Source::new(&bytes);
        let mut next = || match table.next(&mut window, &mut source) {
            Next::Coefficient { run, value } => (run, value),
            Next::Symbol(_) => panic!("each code has a value"),
        };
        assert_eq!([next(), next(), next(), next()], [(0, -3), (0, -2), (0, 2), (0, 3)]);
        assert_eq!(next(), (3, -4095));
    }

    #[test]
    fn codes_that_do_not_fit_are_refused() {
        assert!(Table::new(&specification(&[2], &[1, 2]), false).is_none(), "all ones");
        assert!(Table::new(&specification(&[1, 3], &[1, 2, 3, 4]), false).is_none());
        assert!(Table::new(&specification(&[1], &[16]), false).is_some());
        assert!(Table::new(&specification(&[1], &[16]), true).is_none(), "16 bits are too many for DC");
    }
}
