//! A block of packed bytes (RFC 1951, 3.2.3 to 3.2.7).

use super::bits::Bits;
use super::huffman::{Code, MOST_BITS, codes, lengths};
use super::matches::Sequence;
use crate::Problem;

/// Symbols for literals, the end of a block, and lengths.
const LITERALS: usize = 286;
/// The end of a block.
const END: usize = 256;
const DISTANCES: usize = 30;
/// Symbols for the lengths of codes, and for repetitions of them.
const LENGTHS: usize = 19;
/// The order in which the lengths of the codes of those are stored.
const ORDER: [usize; LENGTHS] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

pub(super) struct Block<'a> {
    pub(super) bytes: &'a [u8],
    /// Together they stand for all of the bytes.
    pub(super) sequences: &'a [Sequence],
    pub(super) is_last: bool,
}

/// How often each symbol occurs.
struct Counts {
    literals: [u32; LITERALS],
    distances: [u32; DISTANCES],
    /// Bits that follow symbols.
    extra: usize,
}

/// The lengths of the codes of a block's symbols.
struct Lengths {
    literals: [u8; LITERALS],
    distances: [u8; DISTANCES],
}

impl Block<'_> {
    /// Writes it in the shortest of the three ways.
    pub(super) fn write(&self, bits: &mut Bits) -> Result<(), Problem> {
        let counts = self.counts();
        let own = Lengths {
            literals: lengths(&counts.literals, MOST_BITS),
            distances: lengths(&counts.distances, MOST_BITS),
        };
        let fixed = Lengths::fixed();
        let head = Head::of(&own);
        let stored = self.bytes.len() * 8 + 32;
        let (own_cost, fixed_cost) = (head.cost() + counts.cost(&own), counts.cost(&fixed));
        let least = own_cost.min(fixed_cost).min(stored);
        bits.reserve(least / 8 + 8)?;
        bits.put(u64::from(self.is_last), 1);
        if least == stored {
            bits.put(0, 2);
            bits.align();
            let length = self.bytes.len() as u16;
            bits.append(&length.to_le_bytes());
            bits.append(&(!length).to_le_bytes());
            bits.append(self.bytes);
        } else if least == fixed_cost {
            bits.put(1, 2);
            self.write_symbols(&fixed, bits);
        } else {
            bits.put(2, 2);
            head.write(bits);
            self.write_symbols(&own, bits);
        }
        Ok(())
    }

    /// Each sequence with its literals.
    fn parts(&self) -> impl Iterator<Item = (&[u8], Sequence)> {
        let mut rest = self.bytes;
        self.sequences.iter().map(move |sequence| {
            let (literals, after) = rest.split_at(sequence.literals as usize);
            rest = &after[usize::from(sequence.length)..];
            (literals, *sequence)
        })
    }

    fn counts(&self) -> Counts {
        let (mut literals, mut distances, mut extra) = ([0; LITERALS], [0; DISTANCES], 0);
        // Side by side, since what was just counted must be stored before it can be counted again.
        let mut lanes = [[0_u32; 256]; 4];
        for (bytes, sequence) in self.parts() {
            let (fours, rest) = bytes.as_chunks::<4>();
            for four in fours {
                four.iter().zip(&mut lanes).for_each(|(byte, lane)| lane[usize::from(*byte)] += 1);
            }
            rest.iter().for_each(|byte| lanes[0][usize::from(*byte)] += 1);
            if sequence.length > 0 {
                let (length, distance) = (Symbol::of_length(sequence.length), Symbol::of_distance(sequence.distance));
                literals[length.number] += 1;
                distances[distance.number] += 1;
                extra += (length.count + distance.count) as usize;
            }
        }
        for (byte, count) in literals.iter_mut().enumerate().take(256) {
            *count = lanes.iter().map(|lane| lane[byte]).sum();
        }
        literals[END] = 1;
        Counts { literals, distances, extra }
    }

    fn write_symbols(&self, lengths: &Lengths, bits: &mut Bits) {
        let (literals, distances) = (codes(&lengths.literals), codes(&lengths.distances));
        let put = |bits: &mut Bits, code: Code| bits.put(code.bits.into(), code.length.into());
        for (bytes, sequence) in self.parts() {
            // Four have at most 48 bits.
            let (fours, rest) = bytes.as_chunks::<4>();
            for four in fours {
                bits.flush();
                four.iter().for_each(|byte| put(bits, literals[usize::from(*byte)]));
            }
            bits.flush();
            rest.iter().for_each(|byte| put(bits, literals[usize::from(*byte)]));
            bits.flush();
            if sequence.length > 0 {
                let (length, distance) = (Symbol::of_length(sequence.length), Symbol::of_distance(sequence.distance));
                put(bits, literals[length.number]);
                bits.put(length.extra, length.count);
                put(bits, distances[distance.number]);
                bits.put(distance.extra, distance.count);
            }
        }
        bits.flush();
        put(bits, literals[END]);
        bits.flush();
    }
}

impl Counts {
    /// Bits of all symbols.
    fn cost(&self, lengths: &Lengths) -> usize {
        let sum = |counts: &[u32], lengths: &[u8]| -> usize {
            counts.iter().zip(lengths).map(|(count, length)| *count as usize * usize::from(*length)).sum()
        };
        sum(&self.literals, &lengths.literals) + sum(&self.distances, &lengths.distances) + self.extra
    }
}

/// The symbol of a length or a distance, and the bits that follow it.
struct Symbol {
    number: usize,
    extra: u64,
    count: u32,
}

impl Symbol {
    fn of_length(length: u16) -> Self {
        if length == 258 {
            return Self { number: 285, extra: 0, count: 0 };
        }
        let from_three = u32::from(length) - 3;
        // From eight on, four symbols for each power of two.
        let count = from_three.max(4).ilog2() - 2;
        let number = 257 + 4 * count + (from_three >> count);
        Self { number: number as usize, extra: u64::from(from_three & ((1 << count) - 1)), count }
    }

    fn of_distance(distance: u16) -> Self {
        let from_one = u32::from(distance) - 1;
        // From four on, two symbols for each power of two.
        let count = from_one.max(2).ilog2() - 1;
        let number = 2 * count + (from_one >> count);
        Self { number: number as usize, extra: u64::from(from_one & ((1 << count) - 1)), count }
    }
}

impl Lengths {
    /// Those that need not be stored.
    fn fixed() -> Self {
        let literals = std::array::from_fn(|symbol| match symbol {
            ..144 => 8,
            ..256 => 9,
            ..280 => 7,
            _ => 8,
        });
        Self { literals, distances: [5; DISTANCES] }
    }
}

/// The lengths of codes as a block holds them.
struct Head {
    /// Symbols of the lengths, each with the bits that follow it and how many these are.
    symbols: Vec<(u8, u8, u8)>,
    /// How many literals and distances there are.
    literals: usize,
    distances: usize,
    codes: [Code; LENGTHS],
    /// How many of the codes are stored.
    stored: usize,
}

impl Head {
    fn of(lengths_of_codes: &Lengths) -> Self {
        let used = |lengths: &[u8]| lengths.iter().rposition(|length| *length > 0).map_or(1, |last| last + 1);
        let literals = used(&lengths_of_codes.literals);
        let distances = used(&lengths_of_codes.distances);
        let mut all = [0; LITERALS + DISTANCES];
        all[..literals].copy_from_slice(&lengths_of_codes.literals[..literals]);
        all[literals..][..distances].copy_from_slice(&lengths_of_codes.distances[..distances]);
        let symbols = repeated(&all[..literals + distances]);
        let mut counts = [0; LENGTHS];
        symbols.iter().for_each(|(symbol, _, _)| counts[usize::from(*symbol)] += 1);
        let codes = codes(&lengths(&counts, 7));
        let stored = ORDER.iter().rposition(|symbol| codes[*symbol].length > 0).map_or(4, |last| (last + 1).max(4));
        Self { symbols, literals, distances, codes, stored }
    }

    fn cost(&self) -> usize {
        let bits = |(symbol, _, count): &(u8, u8, u8)| self.codes[usize::from(*symbol)].length + count;
        14 + 3 * self.stored + self.symbols.iter().map(|symbol| usize::from(bits(symbol))).sum::<usize>()
    }

    fn write(&self, bits: &mut Bits) {
        bits.put(self.literals as u64 - 257, 5);
        bits.put(self.distances as u64 - 1, 5);
        bits.put(self.stored as u64 - 4, 4);
        for symbol in &ORDER[..self.stored] {
            bits.flush();
            bits.put(self.codes[*symbol].length.into(), 3);
        }
        for (symbol, extra, count) in &self.symbols {
            bits.flush();
            let code = self.codes[usize::from(*symbol)];
            bits.put(code.bits.into(), code.length.into());
            bits.put(u64::from(*extra), u32::from(*count));
        }
    }
}

/// Lengths as symbols: 16 says the last three to six times more, 17 and 18 zeros three to ten and eleven to 138 times.
fn repeated(lengths: &[u8]) -> Vec<(u8, u8, u8)> {
    let mut symbols = Vec::with_capacity(lengths.len());
    for run in lengths.chunk_by(|a, b| a == b) {
        let (value, mut left) = (run[0], run.len());
        if value > 0 {
            symbols.push((value, 0, 0));
            left -= 1;
        }
        while left >= 3 {
            let (symbol, least, most, bits) = match (value, left) {
                (0, 11..) => (18, 11, 138, 7),
                (0, _) => (17, 3, 10, 3),
                _ => (16, 3, 6, 2),
            };
            let count = left.min(most);
            symbols.push((symbol, (count - least) as u8, bits));
            left -= count;
        }
        symbols.extend(std::iter::repeat_n((value, 0, 0), left));
    }
    symbols
}
