//! Numbers that look random and follow from a place: the same whatever is worked out before, and by whom.

/// Mixes the bits of a number so that each depends on all (Ettinger's `lowbias32`).
#[must_use]
#[inline(always)]
pub fn mixed(mut bits: u32) -> u32 {
    bits = (bits ^ (bits >> 16)).wrapping_mul(0x7feb_352d);
    bits = (bits ^ (bits >> 15)).wrapping_mul(0x846c_a68b);
    bits ^ (bits >> 16)
}

/// The numbers of a row of a plane.
#[derive(Debug, Clone, Copy)]
pub struct Row(u32);

impl Row {
    /// Those of row `y` of one of three planes.
    #[must_use]
    pub fn new(seed: u32, plane: u32, y: usize) -> Self {
        let start = mixed(seed.wrapping_mul(3).wrapping_add(plane).wrapping_add(0x9e37_79b9));
        Self(mixed(start.wrapping_add(y as u32)))
    }

    /// All bits of the number at column `x`.
    #[must_use]
    #[inline(always)]
    pub fn bits(self, x: usize) -> u32 {
        mixed(self.0.wrapping_add(x as u32))
    }

    /// A number of mean 0 and standard deviation 1, nearly as a normal distribution has them: the sum of four bytes.
    #[must_use]
    #[inline(always)]
    pub fn normal(self, x: usize) -> f32 {
        let bits = self.bits(x);
        // Pairs of bytes are added in 16 bits each.
        let pairs = (bits & 0x00ff_00ff) + (bits >> 8 & 0x00ff_00ff);
        let sum = (pairs & 0xffff) + (pairs >> 16);
        (sum as i32 - 510) as f32 * DEVIATION
    }

    /// A number of mean 0 and standard deviation 1, all between two ends as likely.
    #[must_use]
    #[inline(always)]
    pub fn uniform(self, x: usize) -> f32 {
        ((self.bits(x) >> 8) as i32 - (1 << 23)) as f32 * UNIFORM
    }
}

/// One by the standard deviation of the sum of four bytes, `√(4·(256² − 1)/12)`.
const DEVIATION: f32 = 0.006_765_875;
/// The same of 24 bits: `√12/2²⁴`.
const UNIFORM: f32 = 2.064_765_5e-7;
