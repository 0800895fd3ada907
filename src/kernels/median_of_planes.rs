//! The median of squares in planes, or the value of any other rank: the definition of the byte kernels, and what runs on 16 bits and
//! on floats.
//!
//! Small squares are sorted. For large ones two levels of counts slide along the row, over the upper 16 bits of each value
//! in the order of its size: of 16-bit samples that is all there is, of floats the values that share its upper bits
//! are then looked through.

use crate::plan::{Area, AreaWindow};
use crate::scratch::Scratch;
use crate::stage::RowsMut;

/// The value of a rank among those of `(2·radius + 1)²` pixels, of each plane.
#[derive(Debug, Clone, Copy)]
pub struct RankOfPlanes {
    /// Half the side of the square.
    pub radius: usize,
    /// How many values come before it in the order of their size.
    pub rank: usize,
    /// Whether values are whole numbers of at most 16 bits, as samples of bytes and of 16 bits are.
    pub is_whole: bool,
}

/// Squares of up to so many pixels are sorted.
const MOST_SORTED: usize = 49;
const BINS: usize = 1 << 16;
const COARSE: usize = 1 << 8;

impl Area for RankOfPlanes {
    fn reach(&self) -> [usize; 2] {
        [self.radius, self.radius]
    }

    fn row(&self, window: &AreaWindow<'_>, out: &mut RowsMut<'_>, scratch: &mut Scratch) {
        let side = 2 * self.radius + 1;
        for plane in 0..window.planes() {
            let out = out.plane(0, plane);
            if side * side <= MOST_SORTED {
                let mut keys = [0; MOST_SORTED];
                let keys = &mut keys[..side * side];
                for (x, out) in out.iter_mut().enumerate() {
                    for (row, keys) in keys.chunks_exact_mut(side).enumerate() {
                        let values = &window.line(row, plane)[x..x + side];
                        keys.iter_mut().zip(values).for_each(|(to, value)| *to = key(*value));
                    }
                    *out = value_of(select(keys, self.rank));
                }
            } else {
                self.slide(window, plane, out, scratch);
            }
        }
    }
}

/// A number whose order is that of the values.
fn key(value: f32) -> u32 {
    let bits = value.to_bits();
    if bits >> 31 == 1 { !bits } else { bits | 1 << 31 }
}

fn value_of(key: u32) -> f32 {
    f32::from_bits(if key >> 31 == 1 { key & !(1 << 31) } else { !key })
}

/// The key of a rank, by Hoare's selection: small, where the standard library's is 4 kB of wasm.
fn select(mut keys: &mut [u32], mut rank: usize) -> u32 {
    loop {
        if keys.len() == 1 {
            return keys[0];
        }
        // Not the last of two: each part then has fewer keys than the whole.
        let pivot = keys[(keys.len() - 1) / 2];
        let (mut low, mut high) = (0, keys.len() - 1);
        loop {
            while keys[low] < pivot {
                low += 1;
            }
            while keys[high] > pivot {
                high -= 1;
            }
            if low >= high {
                break;
            }
            keys.swap(low, high);
            low += 1;
            high -= 1;
        }
        // Keys up to `high` are not above the pivot, those after it not below.
        if rank <= high {
            keys = &mut keys[..=high];
        } else {
            rank -= high + 1;
            keys = &mut keys[high + 1..];
        }
    }
}

/// The upper 16 bits, or, of whole numbers of 16 bits, all there is.
fn bin(value: f32, whole: bool) -> usize {
    if whole { value as usize } else { (key(value) >> 16) as usize }
}

impl RankOfPlanes {
    fn slide(&self, window: &AreaWindow<'_>, plane: usize, out: &mut [f32], scratch: &mut Scratch) {
        let side = 2 * self.radius + 1;
        let (rank, whole) = (self.rank, self.is_whole);
        let mut fine = scratch.words(BINS);
        fine.fill(0);
        let mut coarse = [0_u32; COARSE];
        let mut equal = Vec::new();
        let change = |x: usize, fine: &mut [u32], coarse: &mut [u32; COARSE], by: u32| {
            for row in 0..side {
                let bin = bin(window.line(row, plane)[x], whole);
                fine[bin] = fine[bin].wrapping_add(by);
                coarse[bin / COARSE] = coarse[bin / COARSE].wrapping_add(by);
            }
        };
        (0..side - 1).for_each(|x| change(x, &mut fine, &mut coarse, 1));
        for (x, out) in out.iter_mut().enumerate() {
            change(x + side - 1, &mut fine, &mut coarse, 1);
            let mut below = 0;
            let mut segment = 0;
            while below + coarse[segment] as usize <= rank {
                below += coarse[segment] as usize;
                segment += 1;
            }
            let mut middle = segment * COARSE;
            while below + fine[middle] as usize <= rank {
                below += fine[middle] as usize;
                middle += 1;
            }
            *out = if whole {
                middle as f32
            } else {
                equal.clear();
                for row in 0..side {
                    let keys = window.line(row, plane)[x..x + side].iter().map(|value| key(*value));
                    equal.extend(keys.filter(|key| (key >> 16) as usize == middle));
                }
                value_of(select(&mut equal, rank - below))
            };
            change(x, &mut fine, &mut coarse, u32::MAX);
        }
        scratch.give_words(fine);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_rank_is_selected() {
        let mut word = 1_u32;
        for length in 1..40 {
            for spread in [1, 3, 1000] {
                let mut next = || {
                    word = word.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (word >> 8) % spread
                };
                let keys: Vec<u32> = (0..length).map(|_| next()).collect();
                let mut sorted = keys.clone();
                sorted.sort_unstable();
                for (rank, want) in sorted.iter().enumerate() {
                    assert_eq!(select(&mut keys.clone(), rank), *want, "rank {rank} of {keys:?}");
                }
            }
        }
    }

    #[test]
    fn keys_are_in_the_order_of_values() {
        let values = [f32::NEG_INFINITY, -2.5, -0.0, 0.0, 1e-40, 0.5, 1.0, 70_000.0, f32::INFINITY];
        assert!(values.windows(2).all(|pair| key(pair[0]) < key(pair[1])));
        assert!(values.iter().all(|value| value_of(key(*value)).to_bits() == value.to_bits()));
    }
}
