//! Means of a disk, weighted with how near a pixel is and how like it in colour.
//!
//! Weights are powers of two, made of the bits of a float and a polynomial. Of bytes there are few differences, and what each
//! weighs is looked up, which takes fewer instructions.

#[cfg(not(target_arch = "wasm32"))]
mod plain;
#[cfg(target_arch = "wasm32")]
mod simd128;

use crate::plan::{Area, AreaWindow};
use crate::scratch::Scratch;
use crate::stage::RowsMut;
use crate::vector::power;
#[cfg(target_arch = "wasm32")]
use crate::vector::{LEAST_POWER, POWER, ROUND};
use std::f64::consts::LOG2_E;

#[cfg(not(target_arch = "wasm32"))]
use plain::write;
#[cfg(target_arch = "wasm32")]
use simd128::write;

/// The largest radius.
pub const MOST_RADIUS: usize = 30;
const MOST_ROWS: usize = 2 * MOST_RADIUS + 1;

/// The mean of red, green and blue over a disk. The weight of a pixel is `exp(−d²/2σs²)·exp(−D²/2σc²)`: `d` is how far it lies
/// from the centre, and `D` the sum of the differences of the three.
#[derive(Debug, Clone)]
pub struct Bilateral {
    radius: usize,
    rows: Vec<Taps>,
    color: Color,
}

/// What differences of colour weigh.
#[derive(Debug, Clone)]
enum Color {
    /// What the square of a difference is multiplied with: the binary logarithm of its weight.
    Exponent(f32),
    /// The weight of each difference in levels.
    Levels(Box<Levels>),
}

/// Differences of three bytes.
const LEVELS: usize = 3 * 255 + 1;
type Levels = [f32; LEVELS];

/// A row of the disk.
#[derive(Debug, Clone)]
struct Taps {
    /// Columns of the window on the left that lie outside the disk.
    first: usize,
    /// The weight of each column within it; where weights of colours are powers, its binary logarithm.
    space: Vec<f32>,
}

/// Lines of the three planes for each row of the disk, which begin `radius` columns left of the row that is written.
pub type Lines<'a> = [[&'a [f32]; 3]];

impl Bilateral {
    /// Prepares the weights. `sigma_color` is in the scale of the samples.
    ///
    /// # Panics
    /// Where the radius is above [`MOST_RADIUS`].
    #[must_use]
    pub fn new(radius: usize, sigma_space: f64, sigma_color: f64) -> Self {
        Self::weighted(radius, sigma_space, |exponent| exponent, Color::Exponent(bell(1.0, sigma_color)))
    }

    /// The same for samples that are bytes.
    ///
    /// # Panics
    /// Where the radius is above [`MOST_RADIUS`].
    #[must_use]
    pub fn of_bytes(radius: usize, sigma_space: f64, sigma_color: f64) -> Self {
        let levels = std::array::from_fn(|difference| power(bell(difference as f64, sigma_color)));
        Self::weighted(radius, sigma_space, power, Color::Levels(Box::new(levels)))
    }

    /// `weight` makes what is kept of the binary logarithm of a weight.
    fn weighted(radius: usize, sigma_space: f64, weight: impl Fn(f32) -> f32, color: Color) -> Self {
        assert!(radius <= MOST_RADIUS, "lines are kept for so many rows");
        let rows = (0..=2 * radius).map(|row| {
            let dy = row.abs_diff(radius);
            let half = (radius * radius - dy * dy).isqrt();
            let space = (0..=2 * half).map(|column| {
                let dx = column.abs_diff(half);
                weight(bell(((dx * dx + dy * dy) as f64).sqrt(), sigma_space))
            });
            Taps { first: radius - half, space: space.collect() }
        });
        Self { radius, rows: rows.collect(), color }
    }

    /// Writes a row of the three planes.
    pub fn write(&self, lines: &Lines<'_>, out: [&mut [f32]; 3]) {
        match &self.color {
            Color::Exponent(factor) => write(self, factor, lines, out),
            Color::Levels(levels) => write(self, &**levels, lines, out),
        }
    }
}

/// The binary logarithm of `exp(−distance²/2σ²)`.
fn bell(distance: f64, sigma: f64) -> f32 {
    // Divided before it is squared: the square of a tiny sigma would be 0. What is left is finite in single precision.
    let share = distance / sigma;
    (-0.5 * LOG2_E * share * share).max(f64::from(f32::MIN)) as f32
}

impl Area for Bilateral {
    fn reach(&self) -> [usize; 2] {
        [self.radius, self.radius]
    }

    fn row(&self, window: &AreaWindow<'_>, out: &mut RowsMut<'_>, _: &mut Scratch) {
        let mut lines: [[&[f32]; 3]; MOST_ROWS] = [[&[]; 3]; MOST_ROWS];
        for (row, lines) in lines[..self.rows.len()].iter_mut().enumerate() {
            *lines = [0, 1, 2].map(|plane| window.line(row, plane));
        }
        let (r, rest) = out.floats(0).split_at_mut(window.columns.len());
        let (g, b) = rest.split_at_mut(window.columns.len());
        self.write(&lines[..self.rows.len()], [r, g, b]);
    }
}
