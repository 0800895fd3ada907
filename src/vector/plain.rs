//! Four numbers, natively: the compiler makes vectors of them.

use super::{LARGEST_PLACE, power};
use crate::color::{WHOLE, to_byte_f32};
use std::ops::{Add, Div, Mul, Sub};

/// Four numbers of single precision.
#[derive(Debug, Clone, Copy)]
pub struct F4([f32; 4]);

impl F4 {
    /// Four times the same.
    #[must_use]
    #[inline(always)]
    pub fn splat(value: f32) -> Self {
        Self([value; 4])
    }

    /// Four numbers.
    #[must_use]
    #[inline(always)]
    pub fn load(values: &[f32; 4]) -> Self {
        Self(*values)
    }

    /// Four numbers that have just been worked out.
    #[must_use]
    pub fn new(values: [f32; 4]) -> Self {
        Self(values)
    }

    /// Two pixels of bytes, each as four numbers.
    #[must_use]
    #[inline(always)]
    pub fn pixels(two: &[[u8; 4]; 2]) -> [Self; 2] {
        two.map(|pixel| Self(pixel.map(f32::from)))
    }

    /// Four times the last one.
    #[must_use]
    #[inline(always)]
    pub fn last(self) -> Self {
        Self([self.0[3]; 4])
    }

    /// The same with the last one of others.
    #[must_use]
    #[inline(always)]
    pub fn with_last(self, other: Self) -> Self {
        Self([self.0[0], self.0[1], self.0[2], other.0[3]])
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
        *to = self.0;
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
        self.with(other, |a, b| if a < b { a } else { b })
    }

    /// The larger of two; the second where one is no number.
    #[must_use]
    #[inline(always)]
    pub fn max(self, other: Self) -> Self {
        self.with(other, |a, b| if a > b { a } else { b })
    }

    /// Rows as columns.
    #[must_use]
    #[inline(always)]
    pub fn transposed(rows: [Self; 4]) -> [Self; 4] {
        std::array::from_fn(|column| Self(rows.map(|row| row.0[column])))
    }

    /// Their absolute values.
    #[must_use]
    #[inline(always)]
    pub fn abs(self) -> Self {
        Self(self.0.map(f32::abs))
    }

    /// Two to the power of each, which is at most 0.
    #[must_use]
    #[inline(always)]
    pub fn power(self) -> Self {
        Self(self.0.map(power))
    }

    /// Their square roots.
    #[must_use]
    #[inline(always)]
    pub fn sqrt(self) -> Self {
        Self(self.0.map(f32::sqrt))
    }

    /// The first where `self` is more than `than`, else the second.
    #[must_use]
    #[inline(always)]
    pub fn more(self, than: Self, first: Self, second: Self) -> Self {
        Self(std::array::from_fn(|i| if self.0[i] > than.0[i] { first.0[i] } else { second.0[i] }))
    }

    /// The first where both are equal, else the second. What is no number equals nothing.
    #[must_use]
    #[inline(always)]
    pub fn equal(self, to: Self, first: Self, second: Self) -> Self {
        Self(std::array::from_fn(|i| if self.0[i] == to.0[i] { first.0[i] } else { second.0[i] }))
    }

    /// The largest whole numbers that are not above them.
    #[must_use]
    #[inline(always)]
    pub fn floor(self) -> Self {
        Self(self.0.map(f32::floor))
    }

    /// Two to the power of whole numbers from −126 to 127.
    #[must_use]
    #[inline(always)]
    pub fn two_to(self) -> Self {
        Self(self.0.map(|whole| f32::from_bits((whole as i32).wrapping_add(127).cast_unsigned() << 23)))
    }

    /// Of positive numbers the exponent, and what it is multiplied with: 1 to 2.
    #[must_use]
    #[inline(always)]
    pub fn parts(self) -> [Self; 2] {
        let exponent = self.0.map(|value| ((value.to_bits() >> 23) as i32 - 127) as f32);
        let factor = self.0.map(|value| f32::from_bits(value.to_bits() & 0x7f_ffff | 0x3f80_0000));
        [Self(exponent), Self(factor)]
    }

    /// The entries of a table at four places, whole numbers from 0 to 2²³ − 1; the last where a place lies beyond it.
    ///
    /// # Panics
    /// Where the table is empty.
    #[must_use]
    #[inline(always)]
    pub fn entries(table: &[[f32; 4]], places: Self) -> [Self; 4] {
        let last = table.len() - 1;
        places.0.map(|place| Self(table[last.min(((place + WHOLE).to_bits() & LARGEST_PLACE) as usize)]))
    }

    /// Four times each.
    #[must_use]
    #[inline(always)]
    pub fn splats(self) -> [Self; 4] {
        self.0.map(Self::splat)
    }

    #[inline(always)]
    fn with(self, other: Self, make: impl Fn(f32, f32) -> f32) -> Self {
        Self(std::array::from_fn(|i| make(self.0[i], other.0[i])))
    }
}

macro_rules! operator {
    ($Type:ident, $Trait:ident, $method:ident, $operator:tt) => {
        impl $Trait for $Type {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                self.with(other, |a, b| a $operator b)
            }
        }
    };
}
operator!(F4, Add, add, +);
operator!(F4, Sub, sub, -);
operator!(F4, Mul, mul, *);
operator!(F4, Div, div, /);

/// Two numbers of double precision.
#[derive(Debug, Clone, Copy)]
pub struct D2([f64; 2]);

impl D2 {
    /// Two numbers.
    #[must_use]
    #[inline(always)]
    pub fn new(values: [f64; 2]) -> Self {
        Self(values)
    }

    /// Both.
    #[must_use]
    #[inline(always)]
    pub fn values(self) -> [f64; 2] {
        self.0
    }

    #[inline(always)]
    fn with(self, other: Self, make: impl Fn(f64, f64) -> f64) -> Self {
        Self([make(self.0[0], other.0[0]), make(self.0[1], other.0[1])])
    }
}

operator!(D2, Add, add, +);
operator!(D2, Sub, sub, -);
operator!(D2, Mul, mul, *);

/// Four pixels of RGBA bytes.
#[derive(Debug, Clone, Copy)]
pub struct Rgba4([[u8; 4]; 4]);

impl Rgba4 {
    /// Four pixels.
    #[must_use]
    #[inline(always)]
    pub fn load(pixels: &[[u8; 4]; 4]) -> Self {
        Self(*pixels)
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
        std::array::from_fn(|column| Self(rows.map(|row| row.0[column])))
    }

    /// One of their channels.
    #[must_use]
    #[inline(always)]
    pub fn channel(self, channel: usize) -> F4 {
        F4(self.0.map(|pixel| f32::from(pixel[channel])))
    }

    /// Pixels of four channels, rounded to bytes.
    #[must_use]
    #[inline(always)]
    pub fn of_bytes(channels: [F4; 4]) -> Self {
        let bytes = channels.map(|channel| channel.0.map(to_byte_f32));
        Self(std::array::from_fn(|pixel| bytes.map(|channel| channel[pixel])))
    }

    /// Pixels, the channels of each in four numbers, rounded to bytes.
    #[must_use]
    #[inline(always)]
    pub fn of_pixels(pixels: [F4; 4]) -> Self {
        Self(pixels.map(|pixel| pixel.0.map(to_byte_f32)))
    }

    /// The same with the alpha of others.
    #[must_use]
    #[inline(always)]
    pub fn with_alpha_of(self, other: Self) -> Self {
        Self(std::array::from_fn(|i| [self.0[i][0], self.0[i][1], self.0[i][2], other.0[i][3]]))
    }

    /// The same, where invisible pixels are transparent black.
    #[must_use]
    #[inline(always)]
    pub fn visible(self) -> Self {
        Self(self.0.map(|pixel| if pixel[3] == 0 { [0; 4] } else { pixel }))
    }

    /// Writes them.
    #[inline(always)]
    pub fn store(self, pixels: &mut [[u8; 4]; 4]) {
        *pixels = self.0;
    }
}
