//! The sRGB transfer of bytes, four at a time.

use crate::color::{WHOLE, decode_srgb};
use crate::vector::F4;
use std::sync::OnceLock;

/// The sRGB transfer as tables, for light in 0..=255.
///
/// Encoding looks for the byte whose interval holds the light: exact, where a table of light alone would not be.
#[derive(Debug)]
pub struct Transfer {
    /// Light of each byte.
    light: [f32; 256],
    /// Light from which on a byte rounds to the next one.
    next: [f32; 256],
    /// The byte that each step of light begins with.
    start: Box<[u8; Self::STEPS]>,
}

impl Transfer {
    /// No step has room for two bytes: the darkest ones, whose intervals are the shortest, are 1/12.92 apart.
    const STEPS_A_LEVEL: f32 = 16.0;
    const STEPS: usize = 4096;

    /// The tables. They are made once: that takes as long as filtering a small image.
    #[must_use]
    pub fn tables() -> &'static Self {
        static TABLES: OnceLock<Transfer> = OnceLock::new();
        TABLES.get_or_init(Self::new)
    }

    fn new() -> Self {
        let light = std::array::from_fn(|byte| (255.0 * decode_srgb(byte as f64 / 255.0)) as f32);
        let next: [f32; 256] = std::array::from_fn(|byte| match byte {
            255 => f32::INFINITY,
            _ => (255.0 * decode_srgb((byte as f64 + 0.5) / 255.0)) as f32,
        });
        let mut start = Box::new([0; Self::STEPS]);
        for (step, byte) in start.iter_mut().enumerate() {
            // A step is the light that is rounded to it.
            let light = (step as f32 - 0.5) / Self::STEPS_A_LEVEL;
            *byte = next.partition_point(|next| *next <= light) as u8;
        }
        Self { light, next, start }
    }

    /// Light of a byte.
    #[must_use]
    pub fn decode(&self, byte: u8) -> f32 {
        self.light[usize::from(byte)]
    }

    /// The bytes nearest to four lights. What is no number becomes 0.
    #[must_use]
    #[inline(always)]
    pub fn encode_four(&self, light: F4) -> F4 {
        light.max(F4::splat(0.0)).min(F4::splat(255.0)).each(|light| {
            // The sum is rounded to a whole number, and ends in it.
            let step = (light * Self::STEPS_A_LEVEL + WHOLE).to_bits() as usize % Self::STEPS;
            let byte = self.start[step];
            f32::from(byte + u8::from(light >= self.next[usize::from(byte)]))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::{encode_srgb, to_byte};

    fn encode(transfer: &Transfer, light: f32) -> u8 {
        let mut bytes = [0.0; 4];
        transfer.encode_four(F4::splat(light)).store(&mut bytes);
        bytes[0] as u8
    }

    #[test]
    fn light_without_measure_is_white() {
        let transfer = Transfer::tables();
        assert_eq!((encode(transfer, f32::INFINITY), encode(transfer, f32::MAX)), (255, 255));
        assert_eq!((encode(transfer, 0.0), encode(transfer, -1.0), encode(transfer, f32::NAN)), (0, 0, 0));
    }

    #[test]
    fn every_byte_survives_linear_light() {
        let transfer = Transfer::tables();
        for byte in 0..=255 {
            assert_eq!(encode(transfer, transfer.decode(byte)), byte);
        }
        assert_eq!((encode(transfer, -1.0), encode(transfer, 1e9)), (0, 255));
    }

    #[test]
    fn bytes_change_where_their_intervals_do() {
        let transfer = Transfer::tables();
        for (byte, next) in transfer.next[..255].iter().enumerate() {
            let bytes = [next.next_down(), *next].map(|light| usize::from(encode(transfer, light)));
            assert_eq!(bytes, [byte, byte + 1], "{next}");
        }
    }

    #[test]
    fn encoding_by_tables_is_encoding_by_formula() {
        let transfer = Transfer::tables();
        for step in 0..100_000 {
            let light = step as f32 * 255.0 / 99_999.0;
            let exact = 255.0 * encode_srgb(f64::from(light) / 255.0);
            let near_half = ((exact - exact.floor()) - 0.5).abs() < 1e-3;
            assert!(near_half || encode(transfer, light) == to_byte(exact), "{light}: {exact}");
        }
    }
}
