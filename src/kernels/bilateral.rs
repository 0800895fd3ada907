//! Means of a disk, weighted with how near a pixel is and how like it in colour.
//!
//! Weights are powers of two, made of the bits of a float and a polynomial: as many instructions as a look into a table takes
//! with vectors, and the same for bytes, 16 bits and floats. Two pixels weigh the same for each other, to the last bit, so
//! with vectors a weight is worked out once and kept for the one that comes later.

#[cfg(not(target_arch = "wasm32"))]
mod plain;
#[cfg(target_arch = "wasm32")]
mod simd128;

use crate::stage::{Place, RowStage, RowsMut, Shape, Window, Work};
use std::f64::consts::LOG2_E;
use std::ops::Range;

#[cfg(not(target_arch = "wasm32"))]
use plain::write;
#[cfg(target_arch = "wasm32")]
use simd128::write;

/// The largest radius.
pub const MOST_RADIUS: usize = 30;
const MOST_ROWS: usize = 2 * MOST_RADIUS + 1;
/// The most rows of weights that are kept: few enough for the cache.
const MOST_KEPT: usize = 256;

/// The mean of red, green and blue over a disk. The weight of a pixel is `exp(−d²/2σs²)·exp(−D²/2σc²)`: `d` is how far it lies
/// from the centre, and `D` the sum of the differences of the three.
#[derive(Debug, Clone)]
pub struct Bilateral {
    radius: usize,
    rows: Vec<Taps>,
    /// What the square of a difference is multiplied with: the binary logarithm of its weight.
    color: f32,
    /// Of the rows of the disk from the centre's down, where the weights begin that are kept of them: as rows of weights. A
    /// tap that lies `dy` rows below is kept for `dy` rows more.
    kept: Vec<usize>,
}

/// A row of the disk.
#[derive(Debug, Clone)]
struct Taps {
    /// Columns of the window on the left that lie outside the disk.
    first: usize,
    /// The binary logarithm of the weight of each column within it.
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
        assert!(radius <= MOST_RADIUS, "lines are kept for so many rows");
        // Divided before it is squared: the square of a tiny sigma would be 0. What is left is finite in single precision.
        let bell = |distance: f64, sigma: f64| {
            let share = distance / sigma;
            (-0.5 * LOG2_E * share * share).max(f64::from(f32::MIN)) as f32
        };
        let rows = (0..=2 * radius).map(|row| {
            let dy = row.abs_diff(radius);
            let half = (radius * radius - dy * dy).isqrt();
            let space = (0..=2 * half).map(|column| {
                let dx = column.abs_diff(half);
                bell(((dx * dx + dy * dy) as f64).sqrt(), sigma_space)
            });
            Taps { first: radius - half, space: space.collect() }
        });
        let mut filter = Self { radius, rows: rows.collect(), color: bell(1.0, sigma_color), kept: vec![0] };
        for dy in 0..=radius {
            let count = filter.kept[dy] + filter.taps_below(dy) * (dy + 1);
            if count > MOST_KEPT {
                break;
            }
            filter.kept.push(count);
        }
        filter
    }

    /// Taps of the row that lies so many rows below the centre. Of the centre's own row, those on its right.
    fn taps_below(&self, dy: usize) -> usize {
        let taps = self.rows[self.radius + dy].space.len();
        if dy == 0 { taps / 2 } else { taps }
    }

    /// Bytes that rows of so many columns leave for the next one.
    #[must_use]
    pub fn memory(&self, columns: usize) -> usize {
        let rows = self.kept.last().map_or(0, |rows| *rows);
        size_of::<u32>() + rows * (columns + 2 * self.radius) * size_of::<f32>()
    }

    /// Writes a row of the three planes. `memory` is all zeros where the row does not follow on the one before it.
    pub fn write(&self, lines: &Lines<'_>, out: [&mut [f32]; 3], memory: &mut [u8]) {
        write(self, lines, out, memory);
    }
}

impl RowStage for Bilateral {
    fn shape(&self) -> Shape {
        Shape::planes(3)
    }

    fn reads(&self, _: usize, rows: Range<isize>) -> Range<isize> {
        let radius = self.radius.cast_signed();
        rows.start - radius..rows.end + radius
    }

    fn memory(&self, columns: usize) -> usize {
        self.memory(columns)
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, work: &mut Work<'_>) {
        let columns = place.columns.len();
        let mut lines: [[&[f32]; 3]; MOST_ROWS] = [[&[]; 3]; MOST_ROWS];
        for (row, lines) in lines[..self.rows.len()].iter_mut().enumerate() {
            *lines = [0, 1, 2].map(|plane| inputs[0].around(row, plane, &place.columns, self.radius));
        }
        let (r, rest) = out.floats(0).split_at_mut(columns);
        let (g, b) = rest.split_at_mut(columns);
        self.write(&lines[..self.rows.len()], [r, g, b], &mut work.memory[..self.memory(columns)]);
    }
}

/// Smaller powers are taken for this one, which is next to nothing: their bits would wrap around.
const LEAST_POWER: f32 = -126.0;
/// Added to a number, it leaves the nearest whole one in the lowest bits.
const ROUND: f32 = 12_582_912.0;
/// `2^f` for `f` from −½ to ½, from the highest power of `f` down: off by at most 4·10⁻⁶ of it.
const POWER: [f32; 5] = [0.009_666_368, 0.055_921_976, 0.240_223_5, 0.693_121_1, 1.0];
