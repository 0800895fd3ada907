use super::ROUNDING;
use std::ops::{Add, Mul, Sub};

/// Four numbers.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Four([f32; 4]);

impl Four {
    pub(crate) fn new([a, b, c]: [f32; 3]) -> Self {
        Self([a, b, c, 0.0])
    }

    pub(crate) fn numbers(self) -> [f32; 3] {
        let [a, b, c, _] = self.0;
        [a, b, c]
    }

    /// Those below 0 as 0, and those above 1 as 1.
    pub(crate) fn limited(self) -> Self {
        Self(self.0.map(|number| number.clamp(0.0, 1.0)))
    }

    pub(crate) fn root(self) -> Self {
        Self(self.0.map(f32::sqrt))
    }

    /// The nearest whole numbers, and what has a half to an even one. They are less than 2^23.
    pub(crate) fn whole(self) -> [u32; 3] {
        let [a, b, c, _] = self.0.map(|number| (number + ROUNDING).to_bits() & (ROUNDING as u32 - 1));
        [a, b, c]
    }

    fn with(self, other: Self, of: impl Fn(f32, f32) -> f32) -> Self {
        let [[a, b, c, d], [e, f, g, h]] = [self.0, other.0];
        Self([of(a, e), of(b, f), of(c, g), of(d, h)])
    }
}

impl Add for Four {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        self.with(other, |a, b| a + b)
    }
}

impl Sub for Four {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self.with(other, |a, b| a - b)
    }
}

impl Mul for Four {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        self.with(other, |a, b| a * b)
    }
}

impl Mul<f32> for Four {
    type Output = Self;

    fn mul(self, factor: f32) -> Self {
        Self(self.0.map(|number| number * factor))
    }
}
