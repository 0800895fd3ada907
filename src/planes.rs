//! Planes: rows of an image as single precision, one plane for each channel. Loading, alpha, linear light, the margin
//! that a border fills, rounding and storing.
//!
//! Values keep the scale of their samples: white is 255, 65,535 or 1, see [`Sample::full`].

mod expand;
mod load;
mod store;
mod transfer;

use crate::color::{decode_srgb, luma, to_byte_f32};
use crate::image::Sample;
use crate::vector::Rgba4;
use std::sync::OnceLock;

pub use crate::stage::Sees;
pub use expand::{Expand, Pack};
pub use load::{Load, Pad, beside};
pub use store::{Holds, Store, straight, write_straight};
pub use transfer::Transfer;

/// Luma of three planes' values in the scale of a sample: of whole samples, what [`luma`] is of bytes.
#[must_use]
pub fn luma_of(sample: Sample, [r, g, b]: [f32; 3]) -> f32 {
    match sample {
        // Whole numbers below 2²⁴: exact.
        Sample::U8 => f32::from(luma(r as u8, g as u8, b as u8)),
        Sample::U16 => {
            let [r, g, b] = [r, g, b].map(|value| value as i32 as u64);
            ((19595 * r + 38470 * g + 7471 * b + 32768) >> 16) as f32
        }
        Sample::F32 => {
            // Grey stays as it is, to the last bit.
            if r == g && g == b {
                return r;
            }
            let [r, g, b] = [r, g, b].map(f64::from);
            ((19595.0 * r + 38470.0 * g + 7471.0 * b) / 65536.0) as f32
        }
    }
}

/// Makes linear light of values in the scale of a sample, in the same scale.
fn decode(sample: Sample, values: &mut [f32]) {
    static TABLE: OnceLock<Vec<f32>> = OnceLock::new();
    match sample {
        Sample::U8 => {
            let transfer = Transfer::tables();
            values.iter_mut().for_each(|value| *value = transfer.decode(*value as i32 as u8));
        }
        Sample::U16 => {
            let table = TABLE.get_or_init(|| {
                (0..=u16::MAX).map(|value| (65_535.0 * decode_srgb(f64::from(value) / 65_535.0)) as f32).collect()
            });
            values.iter_mut().for_each(|value| *value = table[*value as i32 as usize & 0xffff]);
        }
        Sample::F32 => values.iter_mut().for_each(|value| *value = decode_srgb(f64::from(*value)) as f32),
    }
}

/// Reads every `channels`th number of a row from number `channel` on.
fn read(sample: Sample, row: &[u8], channels: usize, channel: usize, out: &mut [f32]) {
    match sample {
        Sample::U8 if channels == 4 => {
            let (blocks, rest) = row.as_chunks::<4>().0.as_chunks::<4>();
            let (outs, out_rest) = out.as_chunks_mut::<4>();
            for (out, block) in outs.iter_mut().zip(blocks) {
                Rgba4::load(block).channel(channel).store(out);
            }
            out_rest.iter_mut().zip(rest).for_each(|(out, pixel)| *out = f32::from(pixel[channel]));
        }
        Sample::U8 => {
            for (out, pixel) in out.iter_mut().zip(row.chunks_exact(channels)) {
                *out = f32::from(pixel[channel]);
            }
        }
        Sample::U16 => {
            let (samples, _) = row.as_chunks::<2>();
            for (out, pixel) in out.iter_mut().zip(samples.chunks_exact(channels)) {
                *out = f32::from(u16::from_le_bytes(pixel[channel]));
            }
        }
        Sample::F32 => {
            let (samples, _) = row.as_chunks::<4>();
            for (out, pixel) in out.iter_mut().zip(samples.chunks_exact(channels)) {
                *out = f32::from_le_bytes(pixel[channel]);
            }
        }
    }
}

/// Rounds a value to the sample that it is stored as, and clamps it where the sample does.
#[must_use]
#[inline(always)]
pub fn rounded(sample: Sample, value: f32) -> f32 {
    match sample {
        Sample::U8 => f32::from(to_byte_f32(value)),
        Sample::U16 => {
            // Compared this way round, NaN is 0.
            let clamped = if value > 0.0 { value } else { 0.0 };
            let clamped = if clamped < 65_535.0 { clamped } else { 65_535.0 };
            ((clamped + 0.5) as i32) as f32
        }
        Sample::F32 => value,
    }
}

/// The largest alpha in the scale of a sample that is rounded to 0.
#[must_use]
pub fn most_invisible(sample: Sample) -> f32 {
    match sample {
        // See `to_byte_f32`.
        Sample::U8 => 0.5 - 1.0 / (1 << 15) as f32 + 1.0 / (1 << 25) as f32,
        Sample::U16 => 0.5_f32.next_down().next_down(),
        Sample::F32 => 0.0,
    }
}

/// Writes every `channels`th number of a row from number `channel` on.
fn write(sample: Sample, values: &[f32], channels: usize, channel: usize, row: &mut [u8]) {
    match sample {
        Sample::U8 => unreachable!("bytes are stored four pixels at a time"),
        Sample::U16 => {
            let (samples, _) = row.as_chunks_mut::<2>();
            for (pixel, value) in samples.chunks_exact_mut(channels).zip(values) {
                pixel[channel] = (rounded(sample, *value) as i32 as u16).to_le_bytes();
            }
        }
        Sample::F32 => {
            let (samples, _) = row.as_chunks_mut::<4>();
            for (pixel, value) in samples.chunks_exact_mut(channels).zip(values) {
                pixel[channel] = value.to_le_bytes();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_invisible_is_rounded_to_nothing() {
        for sample in [Sample::U8, Sample::U16, Sample::F32] {
            let most = most_invisible(sample);
            assert_eq!(rounded(sample, most), 0.0, "{sample:?}");
            assert!(rounded(sample, most.next_up()) > 0.0, "{sample:?}");
        }
    }
}
