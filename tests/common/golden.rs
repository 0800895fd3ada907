//! Inputs and hash of the golden table. `tests/golden.rs` and the browser's `tests/web.rs` share this file, so it needs
//! nothing but the standard library's core.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its own part of this")]

/// A small generator of random numbers (xorshift32, Marsaglia 2003): the same everywhere.
#[derive(Debug, Clone)]
pub struct Random(u32);

impl Random {
    /// A generator that starts at `seed`.
    pub fn new(seed: u32) -> Self {
        // 0 is the one state it never leaves; the multiplication sets neighbouring seeds apart.
        Self(seed.wrapping_mul(0x9e37_79b9) | 1)
    }

    /// 32 random bits.
    pub fn word(&mut self) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0
    }

    /// 8 random bits.
    pub fn byte(&mut self) -> u8 {
        (self.word() >> 24) as u8
    }

    /// A number from 0 up to `end`, which is not reached.
    pub fn below(&mut self, end: usize) -> usize {
        (self.word() >> 8) as usize % end
    }
}

/// An input of the golden table: name, width, height.
pub const INPUTS: &[(&str, usize, usize)] = &[("noise", 37, 29), ("scene", 64, 48)];

/// The RGBA bytes of an input.
///
/// `noise`: every byte random. `scene`: two gradients, a disk with a hard edge, and alpha that falls to 0 in a corner.
pub fn input(name: &str, width: usize, height: usize) -> Vec<u8> {
    let mut random = Random::new(7);
    let mut data = Vec::with_capacity(width * height * 4);
    for y in 0..height {
        for x in 0..width {
            let pixel = match name {
                "noise" => [random.byte(), random.byte(), random.byte(), random.byte()],
                _ => {
                    let (dx, dy) = (x.abs_diff(width / 2), y.abs_diff(height / 2));
                    let inside = if dx * dx + dy * dy < 200 { 220 } else { 30 };
                    let alpha = (1020 * (x + y) / (width + height)).min(255);
                    [(255 * x / width) as u8, (255 * y / height) as u8, inside, alpha as u8]
                }
            };
            data.extend(pixel);
        }
    }
    data
}

/// FNV-1a, 64 bits, over all bytes in their order.
pub fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
