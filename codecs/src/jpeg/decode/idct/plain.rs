//! Inverse DCT in plain numbers.

use crate::jpeg::grid::{Block, SIDE};

/// Fractional bits of the constants.
const FRACTION: u32 = 13;
/// Bits that are kept between the passes.
const KEPT: u32 = 2;

/// A sample of a number around 0.
#[inline(always)]
pub(super) fn to_byte(value: i32) -> u8 {
    (value + 128).clamp(0, 255) as u8
}

fn saturate(value: i32) -> i16 {
    value.clamp(i32::from(i16::MIN), i32::from(i16::MAX)) as i16
}

/// Rounds to so many bits less.
fn descale(value: i32, bits: u32) -> i32 {
    value.wrapping_add(1 << (bits - 1)) >> bits
}

fn dequantised(block: &Block, quantisation: &Block) -> [[i16; SIDE]; SIDE] {
    std::array::from_fn(|y| std::array::from_fn(|x| block[8 * y + x].wrapping_mul(quantisation[8 * y + x])))
}

fn transposed(rows: [[i16; SIDE]; SIDE]) -> [[i16; SIDE]; SIDE] {
    std::array::from_fn(|y| std::array::from_fn(|x| rows[x][y]))
}

/// Whether these rows of a block are zeros.
fn are_zero(block: &Block, rows: &[usize]) -> bool {
    rows.iter().all(|y| block[8 * y..8 * y + 8].iter().all(|value| *value == 0))
}

/// All 64 samples of a block.
#[cfg_attr(target_arch = "wasm32", allow(dead_code, reason = "vectors do it there"))]
pub(super) fn whole(block: &Block, quantisation: &Block, extent: usize, samples: &mut [u8], stride: usize) {
    if extent == 1 {
        return super::write(&[[super::flat(block, quantisation); SIDE]; SIDE], samples, stride);
    }
    let coefficients = dequantised(block, quantisation);
    let between = if are_zero(block, &[1, 2, 3, 4, 5, 6, 7]) {
        [coefficients[0].map(|value| value << KEPT); SIDE]
    } else {
        let columns = transposed(coefficients);
        transposed(columns.map(|column| line(column).map(|value| saturate(descale(value, FRACTION - KEPT)))))
    };
    let rows = between.map(|row| line(row).map(|value| to_byte(descale(value, FRACTION + KEPT + 3))));
    super::write(&rows, samples, stride);
}

/// The transform of eight numbers, with `FRACTION` more fractional bits.
fn line(x: [i16; SIDE]) -> [i32; SIDE] {
    // A sum of products; neither it nor a product of 16 bits notices an overflow.
    let dot = |a: i16, by_a: i32, b: i16, by_b: i32| (i32::from(a) * by_a).wrapping_add(i32::from(b) * by_b);
    let even = [
        i32::from(x[0].wrapping_add(x[4])) << FRACTION,
        i32::from(x[0].wrapping_sub(x[4])) << FRACTION,
        dot(x[2], 4433, x[6], 4433 - 15137),
        dot(x[2], 4433 + 6270, x[6], 4433),
    ];
    let (z3, z4) = (x[7].wrapping_add(x[3]), x[5].wrapping_add(x[1]));
    let (y3, y4) = (dot(z3, 9633 - 16069, z4, 9633), dot(z3, 9633, z4, 9633 - 3196));
    let odd = [
        dot(x[7], 2446 - 7373, x[1], -7373).wrapping_add(y3),
        dot(x[5], 16819 - 20995, x[3], -20995).wrapping_add(y4),
        dot(x[5], -20995, x[3], 25172 - 20995).wrapping_add(y3),
        dot(x[7], -7373, x[1], 12299 - 7373).wrapping_add(y4),
    ];
    let sums = [
        even[0].wrapping_add(even[3]),
        even[1].wrapping_add(even[2]),
        even[1].wrapping_sub(even[2]),
        even[0].wrapping_sub(even[3]),
    ];
    std::array::from_fn(|i| if i < 4 { sums[i].wrapping_add(odd[3 - i]) } else { sums[7 - i].wrapping_sub(odd[i - 4]) })
}

/// The samples of a block at half the size.
#[cfg_attr(target_arch = "wasm32", allow(dead_code, reason = "vectors do it there"))]
pub(super) fn four(block: &Block, quantisation: &Block, extent: usize, samples: &mut [u8], stride: usize) {
    if extent == 1 {
        return super::write(&[[super::flat(block, quantisation); 4]; 4], samples, stride);
    }
    let coefficients = dequantised(block, quantisation);
    let between: [[i16; SIDE]; 4] = if are_zero(block, &[1, 2, 3, 5, 6, 7]) {
        [coefficients[0].map(|value| value << KEPT); 4]
    } else {
        let columns = transposed(coefficients).map(line_of_four);
        std::array::from_fn(|y| columns.map(|column| saturate(descale(column[y], FRACTION - KEPT + 1))))
    };
    let rows = between.map(|row| line_of_four(row).map(|value| to_byte(descale(value, FRACTION + KEPT + 4))));
    super::write(&rows, samples, stride);
}

/// Eight numbers transformed to four, with `FRACTION` + 1 more fractional bits. The fifth does not matter.
fn line_of_four(x: [i16; SIDE]) -> [i32; 4] {
    let x = x.map(i32::from);
    let even = x[0] << (FRACTION + 1);
    let rest = (x[2] * 15137).wrapping_add(x[6] * -6270);
    let inner = sum([x[7] * -1730, x[5] * 11893, x[3] * -17799, x[1] * 8697]);
    let outer = sum([x[7] * -4176, x[5] * -4926, x[3] * 7373, x[1] * 20995]);
    let (first, second) = (even.wrapping_add(rest), even.wrapping_sub(rest));
    [first.wrapping_add(outer), second.wrapping_add(inner), second.wrapping_sub(inner), first.wrapping_sub(outer)]
}

fn sum(values: [i32; 4]) -> i32 {
    values.into_iter().fold(0, i32::wrapping_add)
}

/// The samples of a block at a quarter of the size.
#[cfg_attr(target_arch = "wasm32", allow(dead_code, reason = "vectors do it there"))]
pub(super) fn two(block: &Block, quantisation: &Block, samples: &mut [u8], stride: usize) {
    let at = |y: usize, x: usize| block[8 * y + x].wrapping_mul(quantisation[8 * y + x]);
    let odd = |x1: i16, x3: i16, x5: i16, x7: i16| {
        let [x1, x3, x5, x7] = [x1, x3, x5, x7].map(i32::from);
        sum([x1 * 29692, x3 * -10426, x5 * 6967, x7 * -5906])
    };
    let column = |x: usize| {
        let even = i32::from(at(0, x)) << (FRACTION + 2);
        let odd = odd(at(1, x), at(3, x), at(5, x), at(7, x));
        [even.wrapping_add(odd), even.wrapping_sub(odd)].map(|value| descale(value, FRACTION - KEPT + 2))
    };
    let columns = [0, 1, 3, 5, 7].map(column);
    let rows = [0, 1].map(|y| {
        // The first column alone is kept in 32 bits.
        let [x1, x3, x5, x7] = [1, 2, 3, 4].map(|i| saturate(columns[i][y]));
        row_of_two(columns[0][y], odd(x1, x3, x5, x7))
    });
    super::write(&rows, samples, stride);
}

/// Two samples of the first number of a row and what the odd ones add up to.
#[inline(always)]
pub(super) fn row_of_two(first: i32, odd: i32) -> [u8; 2] {
    let even = first.wrapping_shl(FRACTION + 2);
    [even.wrapping_add(odd), even.wrapping_sub(odd)].map(|value| to_byte(descale(value, FRACTION + KEPT + 5)))
}

/// The one sample of a block at an eighth of the size. This one libjpeg computes without vectors: it multiplies in 32
/// bits, and looks the sample up in a table of 1024.
pub(super) fn one(block: &Block, quantisation: &Block) -> u8 {
    let dc = i32::from(block[0]) * i32::from(quantisation[0]);
    to_byte(descale(dc, 3) << 22 >> 22)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::{FRAC_1_SQRT_2, PI};

    /// A block of a few coefficients, and its quantisation.
    fn block(seed: usize) -> (Block, Block) {
        let mut block = [0; 64];
        block[0] = (seed * 37 % 101) as i16 - 50;
        for i in 0..seed % 9 {
            block[seed * (7 + 3 * i) % 64] = (seed * (i + 5) % 23) as i16 - 11;
        }
        (block, std::array::from_fn(|i| 3 + (i / 4) as i16))
    }

    /// T.81, A.3.3.
    fn definition(block: &Block, quantisation: &Block, x: usize, y: usize) -> f64 {
        let scale = |i: usize| if i == 0 { FRAC_1_SQRT_2 } else { 1.0 };
        let wave = |at: usize, i: usize| scale(i) * ((2 * at + 1) as f64 * i as f64 * PI / 16.0).cos();
        let term = |i: usize| f64::from(block[i]) * f64::from(quantisation[i]) * wave(x, i % 8) * wave(y, i / 8);
        (0..64).map(term).sum::<f64>() / 4.0 + 128.0
    }

    #[test]
    fn samples_are_near_the_definition() {
        for seed in 0..500 {
            let (block, quantisation) = block(seed);
            let mut samples = [0; 64];
            whole(&block, &quantisation, 64, &mut samples, 8);
            for (i, sample) in samples.iter().enumerate() {
                let exact = definition(&block, &quantisation, i % 8, i / 8).clamp(0.0, 255.0);
                assert!((exact - f64::from(*sample)).abs() < 1.0, "{seed}: {exact} is not {sample}");
            }
        }
    }

    #[test]
    fn smaller_blocks_are_means_of_larger_ones_where_all_is_flat() {
        for dc in -70..70 {
            let mut block = [0; 64];
            block[0] = dc;
            let quantisation = [16; 64];
            let sample = one(&block, &quantisation);
            let mut samples = [0; 64];
            for extent in [1, 64] {
                whole(&block, &quantisation, extent, &mut samples, 8);
                assert_eq!(samples, [sample; 64]);
            }
            let (mut of_four, mut of_two) = ([0; 16], [0; 4]);
            for extent in [1, 64] {
                four(&block, &quantisation, extent, &mut of_four, 4);
                assert_eq!(of_four, [sample; 16]);
            }
            two(&block, &quantisation, &mut of_two, 2);
            assert_eq!(of_two, [sample; 4]);
        }
    }
}
