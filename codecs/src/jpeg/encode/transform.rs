//! The forward transform of a block of 8 × 8 samples, and its quantisation.
//!
//! The transform is libjpeg's accurate integer one ("islow", after Loeffler, Ligtenberg and Moschytz): a pass over
//! rows, whose results keep two more bits, and a pass over columns. Within a pass libjpeg rounds nothing until the end, so
//! each result is a sum of products with fixed weights, rounded once. Its twelve constants (multiples of cosines, with
//! 13 bits behind the point) are multiplied out here; their last digits differ where theirs do.

#[cfg(target_arch = "wasm32")]
mod simd128;

use super::quantizer::Quantizer;
use crate::jpeg::grid::{Block, SIDE};
use crate::jpeg::tables::ZIGZAG;

/// Magnitudes that [`levels`] tells apart.
pub(super) const LEVELS: usize = 3;

/// Weights for results 2 and 6: of `(x0 + x7) - (x3 + x4)` and `(x1 + x6) - (x2 + x5)`.
const EVEN: [[i16; 2]; 2] = [[10703, 4433], [4433, -10704]];

/// Weights for results 1, 3, 5 and 7: of `x0 - x7`, `x1 - x6`, `x2 - x5` and `x3 - x4`.
const ODD: [[i16; 4]; 4] =
    [[11363, 9633, 6437, 2260], [9633, -2259, -11362, -6436], [6437, -11362, 2261, 9633], [2260, -6436, 9633, -11363]];

/// Bits that are taken off the sums after a pass: 13 behind the point, less two that rows keep, which columns take off.
const SHIFTS: [u32; 2] = [11, 15];

/// Transforms and quantises eight rows of eight samples. Returns which coefficients are not zero: bit `k` is for the
/// `k`-th in zigzag order.
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn transform(rows: [&[u8; SIDE]; SIDE], quantizer: &Quantizer, block: &mut Block) -> u64 {
    transform_each(rows, quantizer, block)
}
#[cfg(target_arch = "wasm32")]
pub(super) use simd128::{levels, transform};

#[cfg_attr(target_arch = "wasm32", allow(dead_code, reason = "the definition, which vectors of wasm are held against"))]
fn transform_each(rows: [&[u8; SIDE]; SIDE], quantizer: &Quantizer, block: &mut Block) -> u64 {
    let rows = rows.map(|row| pass(row.map(|sample| i32::from(sample) - 128), SHIFTS[0]));
    for x in 0..SIDE {
        for (y, coefficient) in pass(rows.map(|row| row[x]), SHIFTS[1]).into_iter().enumerate() {
            let at = y * SIDE + x;
            block[at] = super::quantizer::quantize(coefficient, quantizer.steps[at]);
        }
    }
    nonzero(block)
}

/// One row or column.
fn pass(x: [i32; SIDE], shift: u32) -> [i32; SIDE] {
    let sums = [0, 1, 2, 3].map(|i| x[i] + x[7 - i]);
    let differences = [0, 1, 2, 3].map(|i| x[i] - x[7 - i]);
    let [outer, inner] = [sums[0] + sums[3], sums[1] + sums[2]];
    let halves = [sums[0] - sums[3], sums[1] - sums[2]];
    let round = |sum: i32| (sum + (1 << (shift - 1))) >> shift;
    let even = EVEN.map(|weights| round(weigh(halves, weights)));
    let odd = ODD.map(|weights| round(weigh(differences, weights)));
    let [zero, four] = [outer + inner, outer - inner].map(|sum| round(sum << 13));
    [zero, odd[0], even[0], odd[1], four, odd[2], even[1], odd[3]]
}

fn weigh<const N: usize>(values: [i32; N], weights: [i16; N]) -> i32 {
    values.iter().zip(weights).map(|(value, weight)| value * i32::from(weight)).sum()
}

/// Which coefficients are not zero, in zigzag order.
fn nonzero(block: &Block) -> u64 {
    let bits = ZIGZAG.iter().enumerate().map(|(k, at)| u64::from(block[usize::from(*at)] != 0) << k);
    bits.fold(0, |mask, bit| mask | bit)
}

/// Which coefficients have a magnitude of at least 1, 2 and 4: of each, bit `k` is the `k`-th in zigzag order.
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn levels(block: &Block) -> [u64; LEVELS] {
    levels_each(block)
}

#[cfg_attr(target_arch = "wasm32", allow(dead_code, reason = "the definition, which vectors of wasm are held against"))]
fn levels_each(block: &Block) -> [u64; LEVELS] {
    std::array::from_fn(|low| nonzero(&block.map(|value| (value.unsigned_abs() >> low) as i16)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jpeg::tables::COEFFICIENTS;

    fn of(sample: impl Fn(usize, usize) -> u8) -> (Block, u64) {
        let samples: [[u8; SIDE]; SIDE] = std::array::from_fn(|y| std::array::from_fn(|x| sample(x, y)));
        let mut block = [7; COEFFICIENTS];
        let mask = transform(samples.each_ref(), &Quantizer::new(&[16; COEFFICIENTS], 100), &mut block);
        (block, mask)
    }

    #[test]
    fn flat_blocks_have_no_ac_coefficients() {
        for (value, dc) in [(0, -1024), (128, 0), (129, 8), (255, 1016)] {
            let (block, mask) = of(|_, _| value);
            assert_eq!((block[0], mask), (dc, u64::from(dc != 0)));
            assert_eq!(block[1..], [0; 63]);
        }
    }

    #[test]
    fn levels_are_in_zigzag_order() {
        let mut block = [0; COEFFICIENTS];
        (block[0], block[1], block[8], block[63]) = (-1, 2, -3, i16::MIN);
        assert_eq!(levels(&block), [7 | 1 << 63, 6 | 1 << 63, 1 << 63]);
    }

    #[test]
    fn it_is_the_cosine_transform() {
        let sample = |x: usize, y: usize| ((x * 37 + y * 91 + x * y * 13) % 256) as u8;
        let (block, mask) = of(sample);
        for (v, row) in block.as_chunks::<SIDE>().0.iter().enumerate() {
            for (u, value) in row.iter().enumerate() {
                let mut sum = 0.0;
                for y in 0..SIDE {
                    for x in 0..SIDE {
                        let wave =
                            |x: usize, u: usize| ((2 * x + 1) as f64 * u as f64 * std::f64::consts::PI / 16.0).cos();
                        sum += (f64::from(sample(x, y)) - 128.0) * wave(x, u) * wave(y, v);
                    }
                }
                let norm = |u: usize| if u == 0 { 0.5_f64.sqrt() } else { 1.0 };
                assert!((sum * norm(u) * norm(v) / 4.0 - f64::from(*value)).abs() < 0.6, "{u} {v}");
            }
        }
        assert_eq!(mask, nonzero(&block));
        assert_eq!(levels(&block)[0], mask);
    }
}
