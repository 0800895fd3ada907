//! Huffman tables: codes of a table, and the best table for an image.

use crate::jpeg::tables::HuffmanTable;

/// How often each symbol occurs.
pub(super) type Counts = [u32; 256];

/// The best table for symbols that occur so often, as libjpeg makes it.
///
/// That is the procedure of the standard's annex K.2: the two rarest symbols are joined until one tree is left, of
/// equally rare ones those with the largest number. A symbol 256, which never occurs, takes part with a count of 1,
/// and gets the code of ones alone, which the standard forbids. Codes of more than 16 bits are shortened afterwards.
pub(super) fn optimal(counts: &Counts) -> HuffmanTable {
    let sizes = code_sizes(counts);
    let mut table = HuffmanTable { counts: limited(&sizes), symbols: [0; 256] };
    // The order of the symbols is that before codes were shortened.
    let mut places = table.symbols.iter_mut();
    for size in 1..=sizes.iter().copied().max().unwrap_or(0) {
        let symbols = sizes.iter().take(256).enumerate().filter(|(_, other)| **other == size);
        symbols.zip(&mut places).for_each(|((symbol, _), place)| *place = symbol as u8);
    }
    table
}

/// The code of each symbol, as it is written together with bits that follow it.
///
/// `extra` says for a symbol how many bits follow. An entry holds the code, shifted up by so many bits, and how many bits
/// that are in all; 0 for a symbol that has no code.
pub(super) fn codes(table: &HuffmanTable, extra: impl Fn(u8) -> u32) -> Codes {
    let mut codes = NO_CODES;
    let mut symbols = table.symbols().iter();
    let mut code = 0_u32;
    for (length, count) in (1..).zip(table.counts) {
        for symbol in symbols.by_ref().take(usize::from(count)) {
            let extra = extra(*symbol) & 15;
            codes[usize::from(*symbol)] = Code { bits: code << extra, length: length + extra };
            code += 1;
        }
        code <<= 1;
    }
    codes
}

/// What is written for a symbol.
#[derive(Clone, Copy)]
pub(super) struct Code {
    /// The code, with zeros for the bits that follow it.
    pub(super) bits: u32,
    /// Bits of the code, and of what follows it.
    pub(super) length: u32,
}

/// What is written for each symbol.
pub(super) type Codes = [Code; 256];

/// Of a table without symbols.
pub(super) const NO_CODES: Codes = [Code { bits: 0, length: 0 }; 256];

/// How long the code of each symbol is in a tree, 0 where it has none. The last is symbol 256.
fn code_sizes(counts: &Counts) -> [u16; 257] {
    let mut weights = [0_u64; 257];
    weights.iter_mut().zip(counts).for_each(|(weight, count)| *weight = u64::from(*count));
    weights[256] = 1;
    let mut sizes = [0_u16; 257];
    // The symbols of a tree are a chain: each knows the next.
    let mut next = [None; 257];
    while let Some((first, second)) = two_rarest(&weights) {
        weights[first] += weights[second];
        weights[second] = 0;
        let mut symbol = first;
        loop {
            sizes[symbol] += 1;
            match next[symbol] {
                Some(other) => symbol = other,
                None => break,
            }
        }
        next[symbol] = Some(second);
        let mut symbol = Some(second);
        while let Some(at) = symbol {
            sizes[at] += 1;
            symbol = next[at];
        }
    }
    sizes
}

/// The two smallest weights that are not zero, the last of equal ones first; none if there are not two.
fn two_rarest(weights: &[u64; 257]) -> Option<(usize, usize)> {
    let rarest = |not: Option<usize>| {
        let used = weights.iter().enumerate().filter(|(symbol, weight)| **weight > 0 && Some(*symbol) != not);
        used.rev().min_by_key(|(_, weight)| **weight).map(|(symbol, _)| symbol)
    };
    let first = rarest(None)?;
    Some((first, rarest(Some(first))?))
}

/// How many codes have 1, 2, … 16 bits, without that of symbol 256.
fn limited(sizes: &[u16; 257]) -> [u8; 16] {
    let mut counts = [0_u16; 258];
    sizes.iter().filter(|size| **size > 0).for_each(|size| counts[usize::from(*size).min(257)] += 1);
    for size in (17..counts.len()).rev() {
        // Two codes of this size have a common beginning. One symbol gets that beginning as its code; the other one and a
        // symbol with a shorter code get two codes that continue the shorter one.
        while counts[size] > 1 {
            let Some(shorter) = (1..=size - 2).rev().find(|shorter| counts[*shorter] > 0) else { break };
            counts[size] -= 2;
            counts[size - 1] += 1;
            counts[shorter + 1] += 2;
            counts[shorter] -= 1;
        }
    }
    if let Some(longest) = (1..=16).rev().find(|size| counts[*size] > 0) {
        counts[longest] -= 1;
    }
    std::array::from_fn(|i| counts[i + 1] as u8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jpeg::tables::LUMA_DC;

    #[test]
    fn codes_of_the_standard() {
        // Table K.3.
        let codes = codes(&LUMA_DC, |_| 0);
        assert_eq!(
            [0, 1, 5, 6, 11].map(|i| (codes[i].bits, codes[i].length)),
            [(0, 2), (2, 3), (6, 3), (14, 4), (510, 9)]
        );
    }

    #[test]
    fn one_symbol_has_one_bit() {
        let mut counts = [0; 256];
        counts[7] = 1000;
        let table = optimal(&counts);
        assert_eq!((table.counts[0], table.symbols()), (1, &[7][..]));
    }

    /// Fibonacci's numbers make the deepest trees.
    #[test]
    fn long_codes_are_shortened() {
        for symbols in 1..46 {
            let mut counts = [0; 256];
            let (mut a, mut b) = (1_u32, 1_u32);
            for count in counts.iter_mut().take(symbols) {
                *count = a;
                (a, b) = (b, a.saturating_add(b));
            }
            let table = optimal(&counts);
            assert_eq!(table.counts.iter().map(|count| usize::from(*count)).sum::<usize>(), symbols);
            // All codes together leave room for that of ones alone.
            let used: u32 = (0..16).map(|i| u32::from(table.counts[i]) << (15 - i)).sum();
            assert!(used < 1 << 16);
        }
    }
}
