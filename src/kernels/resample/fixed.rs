//! Resampling of opaque images in sixteen bits.

use super::{Arithmetic, Pixel};
use crate::image::CHANNELS;
use crate::kernels::resample::axis::Axis;
use crate::kernels::window::pixels;
use crate::scratch::Scratch;

/// Sixteen bits: seven of a level's fraction, and fourteen of a weight's, so that weights up to 2 fit. Levels are counted
/// from the middle one, so that what a kernel overshoots fits as well; since weights add up to 1 exactly, sums of them are
/// counted from there too. All of it is whole: sums are the same in any order, and alpha stays 255.
pub struct Fixed;

impl Fixed {
    /// Bits of a level's fraction.
    pub(super) const LEVEL: u32 = 7;
    /// Bits of a weight's fraction.
    pub(super) const WEIGHT: u32 = 14;
    /// Where levels are counted from.
    pub(super) const MIDDLE: i32 = 128;
}

impl Arithmetic for Fixed {
    type Value = i16;

    fn weights(exact: &[f64]) -> impl Iterator<Item = i16> {
        let scale = f64::from(1 << Self::WEIGHT);
        // Each takes over what the ones before it lost in rounding, so that flat areas stay flat.
        let mut before = (0.0, 0);
        exact.iter().map(move |weight| {
            let sum = before.0 + weight * scale;
            let rounded = (sum + 0.5).floor() as i32;
            let weight = rounded - before.1;
            before = (sum, rounded);
            weight.clamp(i16::MIN.into(), i16::MAX.into()) as i16
        })
    }

    fn read(row: &[u8], line: &mut [Pixel<Self>]) {
        #[cfg(target_arch = "wasm32")]
        return super::simd128::read(row, line);
        #[cfg(not(target_arch = "wasm32"))]
        plain::read(row, line);
    }

    fn across(line: &[Pixel<Self>], axis: &Axis<i16>, out: &mut [Pixel<Self>]) {
        #[cfg(target_arch = "wasm32")]
        return super::simd128::across(line, axis, out);
        #[cfg(not(target_arch = "wasm32"))]
        plain::across(line, axis, out);
    }

    fn down(lines: &[Pixel<Self>], offsets: &[u32], weights: &[i16], out: &mut [[u8; CHANNELS]]) {
        #[cfg(target_arch = "wasm32")]
        return super::simd128::down(lines, offsets, weights, out);
        #[cfg(not(target_arch = "wasm32"))]
        plain::down(lines, offsets, weights, out);
    }

    fn lend(scratch: &mut Scratch, length: usize) -> Vec<i16> {
        scratch.shorts(length)
    }

    fn give_back(scratch: &mut Scratch, buffer: Vec<i16>) {
        scratch.give_shorts(buffer);
    }
}

/// The definition. Natively it is what runs.
#[cfg_attr(target_arch = "wasm32", allow(dead_code, reason = "the vector form is compared with it in tests"))]
pub(super) mod plain {
    use super::{Axis, CHANNELS, Fixed, pixels};

    type Sums = [i32; CHANNELS];

    pub(in crate::kernels::resample) fn read(row: &[u8], line: &mut [[i16; CHANNELS]]) {
        for (to, pixel) in line.iter_mut().zip(pixels(row)) {
            *to = pixel.map(|byte| ((i32::from(byte) - Fixed::MIDDLE) << Fixed::LEVEL) as i16);
        }
    }

    pub(in crate::kernels::resample) fn across(
        line: &[[i16; CHANNELS]],
        axis: &Axis<i16>,
        out: &mut [[i16; CHANNELS]],
    ) {
        for (out, (first, weights)) in out.iter_mut().zip(axis.runs()) {
            let mut sums = [1 << (Fixed::WEIGHT - 1); CHANNELS];
            for (pixel, weight) in line[first..].iter().zip(weights) {
                add(&mut sums, pixel, *weight);
            }
            *out = sums.map(|sum| (sum >> Fixed::WEIGHT).clamp(i16::MIN.into(), i16::MAX.into()) as i16);
        }
    }

    pub(in crate::kernels::resample) fn down(
        lines: &[[i16; CHANNELS]],
        offsets: &[u32],
        weights: &[i16],
        out: &mut [[u8; CHANNELS]],
    ) {
        let bits = Fixed::WEIGHT + Fixed::LEVEL;
        for (x, out) in out.iter_mut().enumerate() {
            let mut sums = [(Fixed::MIDDLE << bits) + (1 << (bits - 1)); CHANNELS];
            for (offset, weight) in offsets.iter().zip(weights) {
                add(&mut sums, &lines[*offset as usize + x], *weight);
            }
            *out = sums.map(|sum| (sum >> bits).clamp(0, 255) as u8);
        }
    }

    fn add(sums: &mut Sums, pixel: &[i16; CHANNELS], weight: i16) {
        for (sum, value) in sums.iter_mut().zip(pixel) {
            *sum += i32::from(*value) * i32::from(weight);
        }
    }
}
