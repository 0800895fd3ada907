use super::ROUNDING;
use core::arch::wasm32::{
    f32x4, f32x4_add, f32x4_extract_lane, f32x4_mul, f32x4_pmax, f32x4_pmin, f32x4_splat, f32x4_sqrt, f32x4_sub,
    u32x4_extract_lane, u32x4_splat, v128, v128_and,
};
use std::ops::{Add, Mul, Sub};

/// Four numbers.
#[derive(Clone, Copy)]
pub(crate) struct Four(v128);

impl Default for Four {
    fn default() -> Self {
        Self(f32x4_splat(0.0))
    }
}

impl Four {
    #[inline(always)]
    pub(crate) fn new([a, b, c]: [f32; 3]) -> Self {
        Self(f32x4(a, b, c, 0.0))
    }

    #[inline(always)]
    pub(crate) fn numbers(self) -> [f32; 3] {
        [f32x4_extract_lane::<0>(self.0), f32x4_extract_lane::<1>(self.0), f32x4_extract_lane::<2>(self.0)]
    }

    /// Those below 0 as 0, and those above 1 as 1.
    #[inline(always)]
    pub(crate) fn limited(self) -> Self {
        // Each is one instruction of x86, which `f32x4_min` and `f32x4_max` are not.
        Self(f32x4_pmin(f32x4_splat(1.0), f32x4_pmax(f32x4_splat(0.0), self.0)))
    }

    #[inline(always)]
    pub(crate) fn root(self) -> Self {
        Self(f32x4_sqrt(self.0))
    }

    /// The nearest whole numbers, and what has a half to an even one. They are less than 2^23.
    #[inline(always)]
    pub(crate) fn whole(self) -> [u32; 3] {
        let bits = v128_and(f32x4_add(self.0, f32x4_splat(ROUNDING)), u32x4_splat(ROUNDING as u32 - 1));
        [u32x4_extract_lane::<0>(bits), u32x4_extract_lane::<1>(bits), u32x4_extract_lane::<2>(bits)]
    }
}

impl Add for Four {
    type Output = Self;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(f32x4_add(self.0, other.0))
    }
}

impl Sub for Four {
    type Output = Self;

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self(f32x4_sub(self.0, other.0))
    }
}

impl Mul for Four {
    type Output = Self;

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        Self(f32x4_mul(self.0, other.0))
    }
}

impl Mul<f32> for Four {
    type Output = Self;

    #[inline(always)]
    fn mul(self, factor: f32) -> Self {
        Self(f32x4_mul(self.0, f32x4_splat(factor)))
    }
}
