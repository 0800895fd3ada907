//! The median of squares in planes: the definition of the byte kernels, and what runs on 16 bits and on floats.
//!
//! Small squares are sorted. For large ones two levels of counts slide along the row, over the upper 16 bits of each value
//! in the order of its size: of 16-bit samples that is all there is, of floats the values that share the median's upper bits
//! are then looked through.

use crate::plan::{Area, AreaWindow};
use crate::scratch::Scratch;
use crate::stage::RowsMut;

/// The middle value of `(2·radius + 1)²` pixels, of each plane.
#[derive(Debug, Clone, Copy)]
pub struct MedianOfPlanes {
    /// Half the side of the square.
    pub radius: usize,
}

/// Squares of up to so many pixels are sorted.
const MOST_SORTED: usize = 49;
const BINS: usize = 1 << 16;
const COARSE: usize = 1 << 8;

impl Area for MedianOfPlanes {
    fn reach(&self) -> [usize; 2] {
        [self.radius, self.radius]
    }

    fn row(&self, window: &AreaWindow<'_>, out: &mut RowsMut<'_>, scratch: &mut Scratch) {
        let side = 2 * self.radius + 1;
        for plane in 0..window.planes() {
            let out = out.plane(0, plane);
            if side * side <= MOST_SORTED {
                let mut values = [0.0; MOST_SORTED];
                let values = &mut values[..side * side];
                for (x, out) in out.iter_mut().enumerate() {
                    for (row, values) in values.chunks_exact_mut(side).enumerate() {
                        values.copy_from_slice(&window.line(row, plane)[x..x + side]);
                    }
                    let (_, middle, _) = values.select_nth_unstable_by(side * side / 2, f32::total_cmp);
                    *out = *middle;
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

/// The upper 16 bits, or, of whole numbers of 16 bits, all there is.
fn bin(value: f32, whole: bool) -> usize {
    if whole { value as usize } else { (key(value) >> 16) as usize }
}

impl MedianOfPlanes {
    fn slide(&self, window: &AreaWindow<'_>, plane: usize, out: &mut [f32], scratch: &mut Scratch) {
        let side = 2 * self.radius + 1;
        let rank = side * side / 2;
        let whole = (0..side).all(|row| {
            window.line(row, plane).iter().all(|value| *value >= 0.0 && *value < BINS as f32 && value.fract() == 0.0)
        });
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
                let (_, middle, _) = equal.select_nth_unstable(rank - below);
                value_of(*middle)
            };
            change(x, &mut fine, &mut coarse, u32::MAX);
        }
        scratch.give_words(fine);
    }
}
