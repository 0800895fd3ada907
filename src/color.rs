//! Pure functions of one pixel: luma, rounding and the sRGB transfer.

/// Luma of an RGB triple, 0..=255: BT.601 weights in 16-bit fixed point, the formula of libjpeg and of Pillow's mode L.
#[must_use]
pub fn luma(r: u8, g: u8, b: u8) -> u8 {
    ((19595 * u32::from(r) + 38470 * u32::from(g) + 7471 * u32::from(b) + 32768) >> 16) as u8
}

/// Rounds half up and clamps to a byte: the one rounding at the end of every operation.
#[must_use]
pub fn to_byte(value: f64) -> u8 {
    // Compared this way round, NaN is 0; casting an integer in range compiles to one instruction.
    let clamped = if value > 0.0 { value } else { 0.0 };
    let clamped = if clamped < 255.0 { clamped } else { 255.0 };
    (clamped + 0.5) as i32 as u8
}

/// What is added to a value in single precision, so that halves are rounded up.
pub const HALF_UP: f32 = 1.0 / (1 << 15) as f32;
/// Here and above, single precision holds whole numbers only.
pub const WHOLE: f32 = (1 << 23) as f32;

/// [`to_byte`] in single precision. What lies 2⁻¹⁵ below a half is taken for one: sums in single precision are no nearer.
#[must_use]
pub fn to_byte_f32(value: f32) -> u8 {
    let clamped = if value > 0.0 { value } else { 0.0 };
    let clamped = if clamped < 255.0 { clamped } else { 255.0 };
    // The sum is rounded, and ends in the byte. In wasm a cast takes five times as many instructions.
    (clamped + HALF_UP + WHOLE).to_bits() as u8
}

/// The byte that a value is, which is a whole number from 0 to 255.
#[must_use]
#[inline(always)]
pub fn whole_byte(value: f32) -> u8 {
    // As above: a cast would look for all that the value cannot be.
    (value + WHOLE).to_bits() as u8
}

/// Decodes an sRGB-encoded value in 0..=1 to linear light (IEC 61966-2-1).
#[must_use]
pub fn decode_srgb(u: f64) -> f64 {
    if u <= 0.04045 { u / 12.92 } else { libm::pow((u + 0.055) / 1.055, 2.4) }
}

/// Encodes linear light in 0..=1 as sRGB (IEC 61966-2-1).
#[must_use]
pub fn encode_srgb(l: f64) -> f64 {
    if l <= 0.003_130_8 { 12.92 * l } else { 1.055 * libm::pow(l, 1.0 / 2.4) - 0.055 }
}

/// What colour values are while they are mixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Space {
    /// As they are stored.
    Srgb,
    /// Linear light.
    Linear,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_round_half_up_and_clamp() {
        let cases = [(-1.0, 0), (0.49, 0), (0.5, 1), (127.5, 128), (254.49, 254), (254.5, 255), (1e300, 255)];
        for (value, byte) in cases {
            assert_eq!(to_byte(value), byte, "{value}");
            assert_eq!(to_byte_f32(value as f32), byte, "{value}");
        }
        assert_eq!(to_byte(f64::NAN), 0);
    }
}
