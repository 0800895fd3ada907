//! Edges of bytes by Canny's method: gradients in 16 bits, and where they are largest across the edge.

#[cfg(not(target_arch = "wasm32"))]
mod plain;
#[cfg(target_arch = "wasm32")]
mod simd128;

use crate::image::CHANNELS;
use crate::stage::{Place, RowStage, RowsMut, Shape, Window, Work};
use std::ops::Range;

#[cfg(not(target_arch = "wasm32"))]
use plain as ways;
#[cfg(target_arch = "wasm32")]
use simd128 as ways;

/// Values that are worked out together: rows have room for whole blocks.
const BLOCK: usize = 8;

/// Values that rows of gradients have beside their columns: one on each side, and those of the last block.
const BESIDE: usize = 2 + BLOCK - 1;

/// Values that lines of luma have beside the columns of the gradients that are made of them, which begin one further left.
pub const LUMAS_BESIDE: usize = 2 + BESIDE;

/// The tangent of 22.5° in units of 2⁻¹⁵; that of 67.5° is 2 more. OpenCV has these very numbers.
pub const TANGENT: i32 = 13573;

/// What stands for a pixel that may be part of a line, and for one that is, in bytes.
pub const MARKS: [u8; 2] = [128, 255];

/// Sobel's horizontal and vertical gradients of lines of luma, and the sum of their absolute values, one after another, with a
/// column on each side. The sum is 0 outside the image.
pub struct Gradients {
    /// Columns of the image.
    pub width: usize,
}

impl RowStage for Gradients {
    fn shape(&self) -> Shape {
        Shape { parts: 3, ..Shape::shorts(1).with_margin(BESIDE) }
    }

    fn reads(&self, _: usize, rows: Range<isize>) -> Range<isize> {
        rows.start - 1..rows.end + 1
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, _: &mut Work<'_>) {
        let columns = place.columns.len();
        let length = columns + BESIDE;
        let (gx, rest) = out.shorts(0).split_at_mut(length);
        let (gy, sums) = rest.split_at_mut(length);
        ways::gradients([0, 1, 2].map(|row| inputs[0].bytes(row)), columns + 2, [gx, gy, sums]);
        if place.columns.start == 0 {
            sums[0] = 0;
        }
        if place.columns.end == self.width {
            sums[columns + 1] = 0;
        }
    }
}

/// Marks pixels whose sum is above `low` and largest across the edge; alpha is that of the second input.
pub struct Thin {
    /// Sums above it may be part of a line.
    pub low: i16,
    /// Sums above it make a line.
    pub high: i16,
}

impl RowStage for Thin {
    fn shape(&self) -> Shape {
        Shape::pixels(CHANNELS)
    }

    fn reads(&self, input: usize, rows: Range<isize>) -> Range<isize> {
        if input == 0 { rows.start - 1..rows.end + 1 } else { rows }
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, _: &mut Work<'_>) {
        let length = place.columns.len() + BESIDE;
        let part = |row: usize, part: usize| &inputs[0].shorts(row)[part * length..][..length];
        let rows = [part(1, 0), part(1, 1), part(0, 2), part(1, 2), part(2, 2)];
        let (source, out) = (inputs[1].pixels(0, &place.columns), out.pixels(0));
        let (blocks, last) = out.as_chunks_mut::<BLOCK>();
        let (sources, last_source) = source.as_chunks::<BLOCK>();
        let count = blocks.len();
        for (block, (source, out)) in sources.iter().zip(blocks).enumerate() {
            ways::thin(rows, block * BLOCK, [self.low, self.high], source, out);
        }
        if !last.is_empty() {
            let (mut source, mut out) = ([[0; CHANNELS]; BLOCK], [[0; CHANNELS]; BLOCK]);
            source[..last.len()].copy_from_slice(last_source);
            ways::thin(rows, count * BLOCK, [self.low, self.high], &source, &mut out);
            last.copy_from_slice(&out[..last.len()]);
        }
    }
}
