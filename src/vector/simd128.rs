//! Four numbers as one vector.

use super::{LARGEST_PLACE, LEAST_POWER, POWER, ROUND};
use crate::color::{HALF_UP, WHOLE};
use core::arch::wasm32::{
    f32x4, f32x4_abs, f32x4_add, f32x4_convert_i32x4, f32x4_div, f32x4_eq, f32x4_floor, f32x4_gt, f32x4_mul,
    f32x4_pmax, f32x4_pmin, f32x4_splat, f32x4_sqrt, f32x4_sub, f64x2, f64x2_add, f64x2_extract_lane, f64x2_mul,
    f64x2_sub, i16x8_narrow_i32x4, i32x4_add, i32x4_eq, i32x4_shl, i32x4_shuffle, i32x4_splat, i32x4_sub,
    i32x4_trunc_sat_f32x4, u8x16_narrow_i16x8, u16x8_load_extend_u8x8, u32x4_extend_high_u16x8, u32x4_extend_low_u16x8,
    u32x4_extract_lane, u32x4_min, u32x4_shr, u32x4_splat, v128, v128_and, v128_andnot, v128_bitselect, v128_load,
    v128_or, v128_store,
};
use std::ops::{Add, Div, Mul, Sub};

/// [`crate::color::to_byte_f32`] of four values, each in a lane of 32 bits.
#[must_use]
#[inline(always)]
pub fn to_bytes(values: v128) -> v128 {
    let clamped = f32x4_pmin(f32x4_splat(255.0), f32x4_pmax(f32x4_splat(0.0), values));
    let half_up = f32x4_add(clamped, f32x4_splat(HALF_UP));
    v128_and(f32x4_add(half_up, f32x4_splat(WHOLE)), i32x4_splat(255))
}

/// Four numbers of single precision.
#[derive(Debug, Clone, Copy)]
pub struct F4(v128);

impl F4 {
    /// Four times the same.
    #[must_use]
    #[inline(always)]
    pub fn splat(value: f32) -> Self {
        Self(f32x4_splat(value))
    }

    /// Four numbers.
    #[must_use]
    #[inline(always)]
    pub fn load(values: &[f32; 4]) -> Self {
        // SAFETY: four numbers are 16 bytes, and the load needs no alignment.
        Self(unsafe { v128_load(values.as_ptr().cast()) })
    }

    /// Four numbers that have just been worked out: they do not go by way of memory, where a vector would wait for them.
    #[must_use]
    #[inline(always)]
    pub fn new([a, b, c, d]: [f32; 4]) -> Self {
        Self(f32x4(a, b, c, d))
    }

    /// Two pixels of bytes, each as four numbers.
    #[must_use]
    #[inline(always)]
    pub fn pixels(two: &[[u8; 4]; 2]) -> [Self; 2] {
        // SAFETY: two pixels are 8 bytes, and the load needs no alignment.
        let both = unsafe { u16x8_load_extend_u8x8(two.as_ptr().cast()) };
        [u32x4_extend_low_u16x8(both), u32x4_extend_high_u16x8(both)].map(|one| Self(f32x4_convert_i32x4(one)))
    }

    /// Four times the last one.
    #[must_use]
    #[inline(always)]
    pub fn last(self) -> Self {
        Self(i32x4_shuffle::<3, 3, 3, 3>(self.0, self.0))
    }

    /// The same with the last one of others.
    #[must_use]
    #[inline(always)]
    pub fn with_last(self, other: Self) -> Self {
        Self(i32x4_shuffle::<0, 1, 2, 7>(self.0, other.0))
    }

    /// Up to four numbers, and 0 where there are fewer.
    #[must_use]
    #[inline(always)]
    pub fn of(values: &[f32]) -> Self {
        let mut four = [0.0; 4];
        four.iter_mut().zip(values).for_each(|(to, value)| *to = *value);
        Self::load(&four)
    }

    /// Writes them.
    #[inline(always)]
    pub fn store(self, to: &mut [f32; 4]) {
        // SAFETY: four numbers are 16 bytes, and the store needs no alignment.
        unsafe { v128_store(to.as_mut_ptr().cast(), self.0) };
    }

    /// What a function makes of each.
    #[must_use]
    #[inline(always)]
    pub fn each(self, make: impl Fn(f32) -> f32) -> Self {
        let mut four = [0.0; 4];
        self.store(&mut four);
        Self::load(&four.map(make))
    }

    /// The smaller of two; the second where one is no number.
    #[must_use]
    #[inline(always)]
    pub fn min(self, other: Self) -> Self {
        // What the instruction does is: the second where that is smaller, else the first.
        Self(f32x4_pmin(other.0, self.0))
    }

    /// The larger of two; the second where one is no number.
    #[must_use]
    #[inline(always)]
    pub fn max(self, other: Self) -> Self {
        Self(f32x4_pmax(other.0, self.0))
    }

    /// Rows as columns.
    #[must_use]
    #[inline(always)]
    pub fn transposed([a, b, c, d]: [Self; 4]) -> [Self; 4] {
        let (low, high) = (i32x4_shuffle::<0, 4, 1, 5>(a.0, b.0), i32x4_shuffle::<2, 6, 3, 7>(a.0, b.0));
        let (low_2, high_2) = (i32x4_shuffle::<0, 4, 1, 5>(c.0, d.0), i32x4_shuffle::<2, 6, 3, 7>(c.0, d.0));
        [
            Self(i32x4_shuffle::<0, 1, 4, 5>(low, low_2)),
            Self(i32x4_shuffle::<2, 3, 6, 7>(low, low_2)),
            Self(i32x4_shuffle::<0, 1, 4, 5>(high, high_2)),
            Self(i32x4_shuffle::<2, 3, 6, 7>(high, high_2)),
        ]
    }

    /// Their absolute values.
    #[must_use]
    #[inline(always)]
    pub fn abs(self) -> Self {
        Self(f32x4_abs(self.0))
    }

    /// Two to the power of each, which is at most 0.
    #[must_use]
    #[inline(always)]
    pub fn power(self) -> Self {
        // As the plain function does; where an exponent is no number, both take the least.
        let exponent = f32x4_pmax(f32x4_splat(LEAST_POWER), self.0);
        let whole = f32x4_add(exponent, f32x4_splat(ROUND));
        let rest = f32x4_sub(exponent, f32x4_sub(whole, f32x4_splat(ROUND)));
        let [first, others @ ..] = POWER;
        let sum = |sum, factor: f32| f32x4_add(f32x4_mul(sum, rest), f32x4_splat(factor));
        let power = others.into_iter().fold(f32x4_splat(first), sum);
        Self(i32x4_add(power, i32x4_shl(whole, 23)))
    }

    /// Their square roots.
    #[must_use]
    #[inline(always)]
    pub fn sqrt(self) -> Self {
        Self(f32x4_sqrt(self.0))
    }

    /// The first where `self` is more than `than`, else the second.
    #[must_use]
    #[inline(always)]
    pub fn more(self, than: Self, first: Self, second: Self) -> Self {
        Self(v128_bitselect(first.0, second.0, f32x4_gt(self.0, than.0)))
    }

    /// The first where both are equal, else the second. What is no number equals nothing.
    #[must_use]
    #[inline(always)]
    pub fn equal(self, to: Self, first: Self, second: Self) -> Self {
        Self(v128_bitselect(first.0, second.0, f32x4_eq(self.0, to.0)))
    }

    /// The largest whole numbers that are not above them.
    #[must_use]
    #[inline(always)]
    pub fn floor(self) -> Self {
        Self(f32x4_floor(self.0))
    }

    /// Two to the power of whole numbers from −126 to 127.
    #[must_use]
    #[inline(always)]
    pub fn two_to(self) -> Self {
        Self(i32x4_shl(i32x4_add(i32x4_trunc_sat_f32x4(self.0), i32x4_splat(127)), 23))
    }

    /// Of positive numbers the exponent, and what it is multiplied with: 1 to 2.
    #[must_use]
    #[inline(always)]
    pub fn parts(self) -> [Self; 2] {
        let exponent = i32x4_sub(u32x4_shr(self.0, 23), i32x4_splat(127));
        let factor = v128_or(v128_and(self.0, i32x4_splat(0x7f_ffff)), i32x4_splat(0x3f80_0000));
        [Self(f32x4_convert_i32x4(exponent)), Self(factor)]
    }

    /// The entries of a table at four places, whole numbers from 0 to 2²³ − 1; the last where a place lies beyond it.
    ///
    /// # Panics
    /// Where the table is empty.
    #[must_use]
    #[inline(always)]
    pub fn entries(table: &[[f32; 4]], places: Self) -> [Self; 4] {
        assert!(!table.is_empty(), "a table has entries");
        let places = v128_and(f32x4_add(places.0, f32x4_splat(WHOLE)), u32x4_splat(LARGEST_PLACE));
        let places = u32x4_min(places, u32x4_splat((table.len() - 1) as u32));
        let addresses = i32x4_add(u32x4_splat(table.as_ptr() as u32), i32x4_shl(places, 4));
        // SAFETY: no place lies beyond the last entry, each of which has 16 bytes; the loads need no alignment.
        unsafe {
            [
                Self(v128_load(u32x4_extract_lane::<0>(addresses) as *const v128)),
                Self(v128_load(u32x4_extract_lane::<1>(addresses) as *const v128)),
                Self(v128_load(u32x4_extract_lane::<2>(addresses) as *const v128)),
                Self(v128_load(u32x4_extract_lane::<3>(addresses) as *const v128)),
            ]
        }
    }

    /// Four times each.
    #[must_use]
    #[inline(always)]
    pub fn splats(self) -> [Self; 4] {
        [
            Self(i32x4_shuffle::<0, 0, 0, 0>(self.0, self.0)),
            Self(i32x4_shuffle::<1, 1, 1, 1>(self.0, self.0)),
            Self(i32x4_shuffle::<2, 2, 2, 2>(self.0, self.0)),
            Self(i32x4_shuffle::<3, 3, 3, 3>(self.0, self.0)),
        ]
    }
}

macro_rules! operator {
    ($Type:ident, $Trait:ident, $method:ident, $instruction:ident) => {
        impl $Trait for $Type {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                Self($instruction(self.0, other.0))
            }
        }
    };
}
operator!(F4, Add, add, f32x4_add);
operator!(F4, Sub, sub, f32x4_sub);
operator!(F4, Mul, mul, f32x4_mul);
operator!(F4, Div, div, f32x4_div);

/// Two numbers of double precision.
#[derive(Debug, Clone, Copy)]
pub struct D2(v128);

impl D2 {
    /// Two numbers.
    #[must_use]
    #[inline(always)]
    pub fn new([a, b]: [f64; 2]) -> Self {
        Self(f64x2(a, b))
    }

    /// Both.
    #[must_use]
    #[inline(always)]
    pub fn values(self) -> [f64; 2] {
        [f64x2_extract_lane::<0>(self.0), f64x2_extract_lane::<1>(self.0)]
    }
}

operator!(D2, Add, add, f64x2_add);
operator!(D2, Sub, sub, f64x2_sub);
operator!(D2, Mul, mul, f64x2_mul);

/// Four pixels of RGBA bytes.
#[derive(Debug, Clone, Copy)]
pub struct Rgba4(v128);

const ALPHA: i32 = 0xff << 24;

impl Rgba4 {
    /// Four pixels.
    #[must_use]
    #[inline(always)]
    pub fn load(pixels: &[[u8; 4]; 4]) -> Self {
        // SAFETY: four pixels are 16 bytes, and the load needs no alignment.
        Self(unsafe { v128_load(pixels.as_ptr().cast()) })
    }

    /// Up to four pixels, and transparent black where there are fewer.
    #[must_use]
    #[inline(always)]
    pub fn of(pixels: &[[u8; 4]]) -> Self {
        let mut four = [[0; 4]; 4];
        four.iter_mut().zip(pixels).for_each(|(to, pixel)| *to = *pixel);
        Self::load(&four)
    }

    /// Rows as columns.
    #[must_use]
    #[inline(always)]
    pub fn transposed(rows: [Self; 4]) -> [Self; 4] {
        F4::transposed(rows.map(|row| F4(row.0))).map(|column| Self(column.0))
    }

    /// One of their channels.
    #[must_use]
    #[inline(always)]
    pub fn channel(self, channel: usize) -> F4 {
        F4(f32x4_convert_i32x4(v128_and(u32x4_shr(self.0, 8 * channel as u32), i32x4_splat(255))))
    }

    /// Pixels of four channels, rounded to bytes.
    #[must_use]
    #[inline(always)]
    pub fn of_bytes(channels: [F4; 4]) -> Self {
        // Not `map`, which is a call of its own where the compiler likes it so.
        let [r, g, b, a] = channels;
        let [r, g, b, a] = [to_bytes(r.0), to_bytes(g.0), to_bytes(b.0), to_bytes(a.0)];
        let low = v128_or(r, i32x4_shl(g, 8));
        Self(v128_or(low, v128_or(i32x4_shl(b, 16), i32x4_shl(a, 24))))
    }

    /// Pixels, the channels of each in four numbers, rounded to bytes.
    #[must_use]
    #[inline(always)]
    pub fn of_pixels(pixels: [F4; 4]) -> Self {
        let [a, b, c, d] = pixels;
        let [a, b, c, d] = [to_bytes(a.0), to_bytes(b.0), to_bytes(c.0), to_bytes(d.0)];
        Self(u8x16_narrow_i16x8(i16x8_narrow_i32x4(a, b), i16x8_narrow_i32x4(c, d)))
    }

    /// The same with the alpha of others.
    #[must_use]
    #[inline(always)]
    pub fn with_alpha_of(self, other: Self) -> Self {
        Self(v128_bitselect(other.0, self.0, i32x4_splat(ALPHA)))
    }

    /// The same, where invisible pixels are transparent black.
    #[must_use]
    #[inline(always)]
    pub fn visible(self) -> Self {
        let alpha = v128_and(self.0, i32x4_splat(ALPHA));
        Self(v128_andnot(self.0, i32x4_eq(alpha, i32x4_splat(0))))
    }

    /// Writes them.
    #[inline(always)]
    pub fn store(self, pixels: &mut [[u8; 4]; 4]) {
        // SAFETY: four pixels are 16 bytes, and the store needs no alignment.
        unsafe { v128_store(pixels.as_mut_ptr().cast(), self.0) };
    }
}
