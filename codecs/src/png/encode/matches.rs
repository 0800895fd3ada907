//! What occurs again: sequences of bytes, each followed by a reference to equal ones before.

use crate::Problem;
use crate::png::zeros;

/// Bytes back to which the format may refer.
pub(super) const WINDOW: usize = 1 << 15;
/// Bytes that one reference may stand for.
const LONGEST: usize = 258;

/// Bytes as they are, and a reference after them: so many bytes, from so many bytes before on. It has length 0 at a block's end.
#[derive(Clone, Copy, Default)]
pub(super) struct Sequence {
    pub(super) literals: u32,
    pub(super) length: u16,
    pub(super) distance: u16,
}

/// How hard is looked for them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Search {
    /// At the last place that began with the same four bytes; where nothing is found, at fewer and fewer places.
    Quick,
    /// At many places that began with the same three bytes, and whether the next byte has a better one.
    Thorough,
}

/// Bits of the number by which places with the same bytes are found.
const HASH_BITS: u32 = 15;
/// Places that are tried.
const MOST_TRIES: usize = 128;
/// A sequence of this length is taken without a look for a better one.
const LONG_ENOUGH: usize = 64;
/// Three bytes from farther away cost more than they save.
const NEAR: usize = 4096;
/// Places without success after which each second one is looked at, then each third, and so on.
const PATIENCE: usize = 32;
/// Most places that are passed over so.
const LEAP: usize = 16;

/// Finds them. Places are counted from the beginning of all data, modulo 2³².
pub(super) struct Matcher {
    search: Search,
    /// The last place of each hash.
    heads: Vec<u32>,
    /// For each place, modulo the window, the one before it with the same hash.
    chain: Vec<u32>,
}

impl Matcher {
    pub(super) fn new(search: Search) -> Result<Self, Problem> {
        let chain = if search == Search::Thorough { WINDOW } else { 0 };
        Ok(Self { search, heads: zeros(1 << HASH_BITS)?, chain: zeros(chain)? })
    }

    /// The sequences of `bytes` from `start` on. What is before is referred to; the first byte of all is at the place `base`.
    pub(super) fn find(&mut self, bytes: &[u8], start: usize, base: u32, found: &mut Vec<Sequence>) {
        found.clear();
        let end = match self.search {
            Search::Quick => self.quick(bytes, start, base, found),
            Search::Thorough => self.thorough(bytes, start, base, found),
        };
        found.push(Sequence { literals: (bytes.len() - end) as u32, length: 0, distance: 0 });
    }

    fn quick(&mut self, bytes: &[u8], start: usize, base: u32, found: &mut Vec<Sequence>) -> usize {
        let (mut at, mut end, mut misses) = (start, start, 0);
        while at + 4 <= bytes.len() {
            let four = word(bytes, at);
            let head = &mut self.heads[hash(four)];
            let other = head.wrapping_sub(base) as usize;
            *head = base.wrapping_add(at as u32);
            if other < at && at - other <= WINDOW && word(bytes, other) == four {
                let mut length = 4 + equal(bytes, other + 4, at + 4, LONGEST - 4);
                let distance = at - other;
                // It may have begun at a place that was passed over.
                let mut first = at;
                while first > end
                    && first > distance
                    && length < LONGEST
                    && bytes[first - 1] == bytes[first - 1 - distance]
                {
                    (first, length) = (first - 1, length + 1);
                }
                found.push(sequence(first - end, length, distance));
                end = first + length;
                at = end;
                misses = 0;
                if at + 3 <= bytes.len() {
                    self.heads[hash(word(bytes, at - 1))] = base.wrapping_add(at as u32 - 1);
                }
                continue;
            }
            at += 1 + (misses / PATIENCE).min(LEAP);
            misses += 1;
        }
        end
    }

    fn thorough(&mut self, bytes: &[u8], start: usize, base: u32, found: &mut Vec<Sequence>) -> usize {
        let (mut at, mut end) = (start, start);
        let mut best = (0, 0);
        while at + 4 <= bytes.len() {
            let (length, distance) = self.longest(bytes, at, base, best.0);
            if length > best.0 && length < LONG_ENOUGH {
                // Perhaps the next byte has a better one.
                best = (length, distance);
                at += 1;
                continue;
            }
            // Where the one of the byte before was better it is taken.
            let (first, (length, distance)) =
                if length > best.0 { (at, (length, distance)) } else { (at.wrapping_sub(1), best) };
            best = (0, 0);
            at += 1;
            if length == 0 {
                continue;
            }
            found.push(sequence(first - end, length, distance));
            end = first + length;
            while at < end {
                if at + 4 <= bytes.len() {
                    self.enter(bytes, at, base);
                }
                at += 1;
            }
        }
        if best.0 > 0 {
            found.push(sequence(at - 1 - end, best.0, best.1));
            end = at - 1 + best.0;
        }
        end
    }

    /// Notes a place, and returns the last one with the same hash.
    fn enter(&mut self, bytes: &[u8], at: usize, base: u32) -> u32 {
        let head = &mut self.heads[hash(word(bytes, at) << 8)];
        let place = base.wrapping_add(at as u32);
        let other = std::mem::replace(head, place);
        self.chain[place as usize % WINDOW] = other;
        other
    }

    /// Length and distance of the longest sequence that is equal to that at `at` and has more than `least` bytes; else zeros.
    fn longest(&mut self, bytes: &[u8], at: usize, base: u32, least: usize) -> (usize, usize) {
        let mut best = (0, 0);
        let mut wanted = least.max(2);
        let mut place = self.enter(bytes, at, base);
        let most = LONGEST.min(bytes.len() - at);
        for _ in 0..MOST_TRIES {
            let other = place.wrapping_sub(base) as usize;
            if other >= at || at - other > WINDOW || wanted >= most {
                break;
            }
            // Only one that has this byte as well can be longer.
            if bytes[other + wanted] == bytes[at + wanted] {
                let length = equal(bytes, other, at, most);
                if length > wanted && (length > 3 || at - other <= NEAR) {
                    (best, wanted) = ((length, at - other), length);
                }
            }
            let next = self.chain[place as usize % WINDOW];
            // What is not before it in the window is not of this chain.
            if place.wrapping_sub(next).wrapping_sub(1) as usize >= WINDOW {
                break;
            }
            place = next;
        }
        best
    }
}

fn sequence(literals: usize, length: usize, distance: usize) -> Sequence {
    Sequence { literals: literals as u32, length: length as u16, distance: distance as u16 }
}

/// The four bytes from this one on.
#[inline(always)]
fn word(bytes: &[u8], at: usize) -> u32 {
    bytes[at..].first_chunk().map_or(0, |four| u32::from_le_bytes(*four))
}

#[inline(always)]
fn hash(four: u32) -> usize {
    (four.wrapping_mul(0x9E37_79B1) >> (32 - HASH_BITS)) as usize
}

/// How many bytes are equal from two places on, at most `most`; `other` is before `at`.
#[inline(always)]
fn equal(bytes: &[u8], other: usize, at: usize, most: usize) -> usize {
    let most = most.min(bytes.len() - at);
    let (others, bytes) = (&bytes[other..][..most], &bytes[at..][..most]);
    let mut length = 0;
    for (a, b) in others.as_chunks::<8>().0.iter().zip(bytes.as_chunks::<8>().0) {
        let different = u64::from_le_bytes(*a) ^ u64::from_le_bytes(*b);
        if different != 0 {
            return length + (different.trailing_zeros() / 8) as usize;
        }
        length += 8;
    }
    length + others[length..].iter().zip(&bytes[length..]).take_while(|(a, b)| a == b).count()
}
