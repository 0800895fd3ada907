//! A Gaussian blur that is nearly right, in a time that hardly depends on its width.
//!
//! The image, continued by its border, is averaged over square cells; these are blurred, and straight lines are drawn
//! between their centres. Averages and lines blur a little too, which is taken off what is left to do between them. Cells
//! are counted from the image's corner, so the bytes are the same for any split into bands.

use super::fixed_point::{FRACTION_BITS, OFFSET, opaque_pixels, premultiplied, write_line};
use super::many_passes::Down;
use super::weights::{Kernel, one_pass};
use crate::image::{Border, CHANNELS};
use crate::kernels::blocks;
use crate::kernels::weighted_sums::{Between, Bytes, Floats, Narrow, Pixel, Sum, Sums, Symmetric, pair};
use crate::plan::{Edge, Node, Plan};
use crate::planes::{Transfer, write_straight};
use crate::stage::{Place, RowStage, RowsMut, Shape, Tile, Window, Work};
use std::ops::Range;

/// A blur of at least so many pixels can be had this way.
pub const LEAST_SIGMA: f64 = 4.0;
/// At least so many cells to a standard deviation.
const CELLS_A_SIGMA: f64 = 2.0;

/// Blurs an image by `sigma`, which is at least [`LEAST_SIGMA`]. With a `transfer`, colour is filtered as linear light.
pub fn blur(plan: &mut Plan, source: Node, sigma: f64, border: Border, transfer: Option<&'static Transfer>) -> Node {
    let opaque = border != Border::Transparent && plan.is_opaque(source);
    let layout = if border == Border::Transparent { plan.with_any_alpha(source) } else { plan.layout(source) };
    let bits = libm::log2(sigma / CELLS_A_SIGMA) as u32;
    let cells_of_sigma = sigma / f64::from(1 << bits);
    // In squares of cells: an average has a variance of 1/12 − 1/12d², a straight line one of 1/6 + 1/12d².
    let kernel = one_pass(libm::sqrt(cells_of_sigma * cells_of_sigma - 0.25));
    let after = (0..1_i32 << bits).map(|pixel| (2 * pixel + 1) << (LINE_BITS - bits - 1));
    let weights = after.map(|after| [((1 << LINE_BITS) - after) as i16, after as i16]).collect();
    // The first cell is just left of the image; half of what is drawn between it and the next is not seen.
    let cells = layout.width().div_ceil(1 << bits) + 2;
    let average = Average { kernel: kernel.clone(), bits, cells, width: layout.width(), border, transfer, opaque };
    let size = [cells, layout.height().div_ceil(1 << bits) + 2];
    let averages = plan.rows_of(&[(source, Edge::Border(border))], size, average);
    let blurred = plan.rows_of(&[(averages, Edge::Counted)], size, Down { kernel });
    plan.image(&[(blurred, Edge::Counted)], layout, Draw { bits, weights, cells, transfer, opaque })
}

/// The offset of a sum.
const FULL: i32 = (OFFSET as i32) << LINE_BITS;
/// What a sum begins with and ends with to be the bytes of an opaque pixel.
const BYTES: (i32, Bytes) = (FULL + (1 << (SUM_BITS - 1)), Bytes(SUM_BITS));
/// What makes real numbers of a sum: rounded, they are those bytes.
const FLOATS: Floats = Floats { drop: SUM_BITS - 16, keep: 16 };
/// Bits of a sum's fraction.
const SUM_BITS: u32 = LINE_BITS + FRACTION_BITS;

/// Bits of a weight between two cells.
const LINE_BITS: u32 = 15;

/// Averages cells, and blurs rows of them.
struct Average {
    /// Blurs cells.
    kernel: Kernel,
    /// A cell's side is 2 to the power of this.
    bits: u32,
    /// Cells of a row.
    cells: usize,
    /// Columns of the image.
    width: usize,
    border: Border,
    transfer: Option<&'static Transfer>,
    opaque: bool,
}

impl RowStage for Average {
    fn shape(&self) -> Shape {
        Shape::shorts(CHANNELS)
    }

    fn reads(&self, _: usize, rows: Range<isize>) -> Range<isize> {
        rows.start << self.bits..rows.end << self.bits
    }

    fn reads_columns(&self, _: usize, _: Range<usize>, width: usize) -> Range<usize> {
        0..width
    }

    fn write(&self, _: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, work: &mut Work<'_>) {
        let mut row_buffer = work.scratch.shorts(self.width * CHANNELS);
        let mut columns_buffer = work.scratch.words(self.width * CHANNELS);
        // What is added has its offset taken off.
        columns_buffer.fill(u32::from(OFFSET.unsigned_abs()) * inputs[0].rows() as u32);
        for row in 0..inputs[0].rows() {
            self.read(inputs[0].bytes(row).as_chunks().0, row_buffer.as_chunks_mut().0);
            blocks::each::<8, _, _>(&row_buffer, &mut columns_buffer, |value, sum| {
                sum.wrapping_add(i32::from(value).cast_unsigned())
            });
        }
        let columns = columns_buffer.as_chunks::<CHANNELS>().0;
        let (bits, side) = (self.bits, 1_isize << self.bits);
        let reach = self.kernel.reach();
        let mut sums_buffer = work.scratch.words((self.cells + 2 * reach) * CHANNELS);
        let first = -1 - reach.cast_signed();
        for (cell, to) in (first..).zip(sums_buffer.as_chunks_mut::<CHANNELS>().0) {
            let left = cell << bits;
            let mut sum = [0_u32; CHANNELS];
            if left >= 0 && left + side <= self.width.cast_signed() {
                let inside = &columns[left.cast_unsigned()..][..1 << bits];
                inside.iter().for_each(|column| add_one(&mut sum, *column));
            } else {
                let seen = (left..left + side).filter_map(|x| self.border.index(x, self.width));
                seen.for_each(|x| add_one(&mut sum, columns[x]));
            }
            *to = sum;
        }
        let mut line_buffer = work.scratch.shorts(sums_buffer.len());
        let half = 1 << (2 * bits - 1);
        blocks::each::<8, _, _>(&sums_buffer, &mut line_buffer, |sum, _| ((sum + half) >> (2 * bits)) as i16 - OFFSET);
        let lines = line_buffer.as_chunks().0;
        self.kernel.with_places(
            work.scratch,
            |cell| cell as u32,
            |places| {
                let sum = Symmetric { lines, places, weights: &self.kernel.weights, start: 0 };
                write_line(sum, out.shorts(0).as_chunks_mut().0);
            },
        );
        work.scratch.give_shorts(line_buffer);
        work.scratch.give_words(sums_buffer);
        work.scratch.give_words(columns_buffer);
        work.scratch.give_shorts(row_buffer);
    }
}

impl Average {
    /// Makes a row of pixels one of fixed point.
    fn read(&self, pixels: &[[u8; CHANNELS]], line: &mut [Pixel]) {
        match self.transfer {
            None if self.opaque => opaque_pixels(pixels, line),
            None => blocks::each::<4, _, _>(pixels, line, |pixel, _| premultiplied(pixel)),
            Some(transfer) => line.iter_mut().zip(pixels).for_each(|(to, [r, g, b, a])| {
                let share = f32::from(*a) / 255.0 * (1 << FRACTION_BITS) as f32;
                let light = |byte| (transfer.decode(byte) * share + 0.5) as i16 - OFFSET;
                *to = [light(*r), light(*g), light(*b), (i16::from(*a) << FRACTION_BITS) - OFFSET];
            }),
        }
    }
}

/// Draws straight lines between the centres of cells.
struct Draw {
    /// A cell's side is 2 to the power of this.
    bits: u32,
    /// The weights of the cells before and after each pixel between two centres, in units of 2^−[`LINE_BITS`].
    weights: Vec<[i16; 2]>,
    /// Cells of a row.
    cells: usize,
    transfer: Option<&'static Transfer>,
    opaque: bool,
}

impl Draw {
    /// How far the centre of the first cell of the image lies from its edge.
    fn half(&self) -> isize {
        1 << (self.bits - 1)
    }
}

impl RowStage for Draw {
    fn shape(&self) -> Shape {
        Shape::pixels(CHANNELS)
    }

    fn reads(&self, _: usize, rows: Range<isize>) -> Range<isize> {
        // The cell whose centre is above that of the row, and the next.
        let cell = (rows.start - self.half()) >> self.bits;
        cell..cell + 2
    }

    fn reads_columns(&self, _: usize, _: Range<usize>, _: usize) -> Range<usize> {
        0..self.cells
    }

    fn tile(&self) -> Tile {
        Tile::WholeRows
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, work: &mut Work<'_>) {
        let (cells, unseen) = (self.cells, self.half().cast_unsigned());
        let y = place.rows.start - self.half();
        let weights = &self.weights[y.cast_unsigned() & (self.weights.len() - 1)];
        let mut between_buffer = work.scratch.shorts(cells * CHANNELS);
        let mut pairs_buffer = work.scratch.shorts(2 * cells * CHANNELS);
        let between = between_buffer.as_chunks_mut::<CHANNELS>().0;
        let pairs = pairs_buffer.as_chunks_mut::<2>().0.as_chunks_mut::<CHANNELS>().0;
        let starts = [0, 1].map(|row| inputs[0].starts()[row] / CHANNELS as u32);
        let lines = inputs[0].all_shorts().as_chunks().0;
        Sum { lines, starts: &starts, weights, start: 1 << (LINE_BITS - 1) }.write(Narrow(LINE_BITS), between);
        for (pair_of, [before, after]) in pairs.iter_mut().zip(between.array_windows()) {
            *pair_of = pair(*before, *after);
        }
        let sums = |start| Between { pairs, weights: &self.weights, bits: self.bits, start };
        let length = (unseen + place.columns.len()) * CHANNELS;
        if self.opaque && self.transfer.is_none() {
            let mut bytes = work.scratch.bytes(length);
            sums(BYTES.0).write(BYTES.1, bytes.as_chunks_mut().0);
            out.bytes(0).copy_from_slice(&bytes[unseen * CHANNELS..]);
            work.scratch.give_bytes(bytes);
        } else {
            let mut floats_buffer = work.scratch.floats(length);
            let floats = floats_buffer.as_chunks_mut::<CHANNELS>().0;
            sums(FULL).write(FLOATS, floats);
            write_straight(&floats[unseen..], self.transfer, out.pixels(0));
            work.scratch.give_floats(floats_buffer);
        }
        work.scratch.give_shorts(pairs_buffer);
        work.scratch.give_shorts(between_buffer);
    }
}

#[inline(always)]
fn add_one(sum: &mut [u32; CHANNELS], terms: [u32; CHANNELS]) {
    for lane in 0..CHANNELS {
        sum[lane] += terms[lane];
    }
}
