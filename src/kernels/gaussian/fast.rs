//! A Gaussian blur that is nearly right, in a time that hardly depends on its width.
//!
//! The image, continued by its border, is averaged over square cells; these are blurred, and straight lines are drawn
//! between their centres. Averages and lines blur a little too, which is taken off what is left to do between them. Cells
//! are counted from the image's corner, so the bytes are the same for any split into bands.

use super::fixed_point::{FRACTION_BITS, OFFSET, opaque_pixels, premultiplied, write_line};
use super::sliding_lines::SlidingLines;
use super::weights::{Kernel, one_pass};
use super::{Filtered, unpremultiply};
use crate::color::{Transfer, to_byte_f32};
use crate::image::{Border, CHANNELS, Rows};
use crate::kernels::blocks;
use crate::kernels::weighted_sums::{Between, Bytes, Floats, Narrow, Sum, Sums, Symmetric, pair};
use crate::kernels::window::{pixels, reach, sees_opaque};
use crate::legacy::Reach;
use crate::scratch::Scratch;
use std::ops::Range;

/// A blur by a given standard deviation.
#[derive(Debug, Clone)]
pub struct Gaussian {
    /// Blurs cells.
    kernel: Kernel,
    /// A cell's side is 2 to the power of this.
    bits: u32,
    /// The weights of the cells before and after each pixel between two centres, in units of 2^−[`LINE_BITS`].
    weights: Vec<[i16; 2]>,
    border: Border,
}

/// A blur of at least so many pixels can be had this way.
pub const LEAST_SIGMA: f64 = 4.0;
/// At least so many cells to a standard deviation.
const CELLS_A_SIGMA: f64 = 2.0;

impl Gaussian {
    /// A blur by `sigma`, which is at least [`LEAST_SIGMA`].
    #[must_use]
    pub fn new(sigma: f64, border: Border) -> Self {
        let bits = libm::log2(sigma / CELLS_A_SIGMA) as u32;
        let cells = sigma / f64::from(1 << bits);
        // In squares of cells: an average has a variance of 1/12 − 1/12d², a straight line one of 1/6 + 1/12d².
        let kernel = one_pass(libm::sqrt(cells * cells - 0.25));
        let after = (0..1_i32 << bits).map(|pixel| (2 * pixel + 1) << (LINE_BITS - bits - 1));
        let weights = after.map(|after| [((1 << LINE_BITS) - after) as i16, after as i16]).collect();
        Self { kernel, bits, weights, border }
    }

    /// Whether an opaque image stays opaque.
    #[must_use]
    pub fn keeps_opaque(&self) -> bool {
        self.border != Border::Transparent
    }

    /// The rows it reads of an image.
    #[must_use]
    pub fn reach(&self, height: usize) -> Reach {
        reach(self.radius(), self.border, height)
    }

    fn radius(&self) -> usize {
        (self.kernel.reach() + 2) << self.bits
    }

    /// Writes the filtered rows. With a `transfer`, colour is filtered as linear light.
    pub fn blur(
        &self,
        transfer: Option<&Transfer>,
        (source, rows): (&Rows<'_>, Range<usize>),
        out: &mut [u8],
        scratch: &mut Scratch,
    ) {
        let opaque = sees_opaque(source, self.border);
        let layout = source.layout();
        // The first cell is just left of the image; half of what is drawn between it and the next is not seen.
        let (cells, unseen) = (layout.width().div_ceil(1 << self.bits) + 2, 1 << (self.bits - 1));
        let mut work = Cells::new(self, transfer, opaque, source, cells, scratch);
        let mut blurred_buffer = scratch.shorts(2 * cells * CHANNELS);
        let mut between_buffer = scratch.shorts(cells * CHANNELS);
        let mut pairs_buffer = scratch.shorts(2 * cells * CHANNELS);
        let mut floats = scratch.floats((unseen + layout.width()) * CHANNELS);
        let mut bytes = scratch.bytes((unseen + layout.width()) * CHANNELS);
        let blurred = blurred_buffer.as_chunks_mut::<CHANNELS>().0;
        let between = between_buffer.as_chunks_mut::<CHANNELS>().0;
        let pairs = pairs_buffer.as_chunks_mut::<2>().0.as_chunks_mut::<CHANNELS>().0;

        let first = self.place(rows.start).0;
        work.lines.begin(first);
        let mut made = first - 2 * self.kernel.reach().cast_signed();
        for (y, out) in rows.zip(out.chunks_exact_mut(layout.stride())) {
            let (cell, weights) = self.place(y);
            while made < cell + 2 && !scratch.stopped() {
                work.average(made + self.kernel.reach().cast_signed());
                if made >= first {
                    write_line(work.lines.sum(made, &self.kernel), &mut blurred[slot(made) * cells..][..cells]);
                }
                made += 1;
            }
            if scratch.stopped() {
                break;
            }
            let starts = [cell, cell + 1].map(|cell| (slot(cell) * cells) as u32);
            let half = 1 << (LINE_BITS - 1);
            Sum { lines: blurred, starts: &starts, weights, start: half }.write(Narrow(LINE_BITS), between);
            for (pair_of, [before, after]) in pairs.iter_mut().zip(between.array_windows()) {
                *pair_of = pair(*before, *after);
            }
            let sums = |start| Between { pairs, weights: &self.weights, bits: self.bits, start };
            if opaque && transfer.is_none() {
                sums(BYTES.0).write(BYTES.1, bytes.as_chunks_mut().0);
                out.copy_from_slice(&bytes[unseen * CHANNELS..]);
                continue;
            }
            let floats = floats.as_chunks_mut::<CHANNELS>().0;
            sums(FULL).write(FLOATS, floats);
            let filtered = Filtered { sums: &floats[unseen..], source: pixels(source.row(y)), opaque };
            match transfer {
                None => unpremultiply(&filtered, out.as_chunks_mut().0, to_byte_f32),
                Some(transfer) => unpremultiply(&filtered, out.as_chunks_mut().0, |light| transfer.encode(light)),
            }
        }

        work.give_back(scratch);
        scratch.give_floats(floats);
        scratch.give_bytes(bytes);
        for buffer in [blurred_buffer, between_buffer, pairs_buffer] {
            scratch.give_shorts(buffer);
        }
    }

    /// The cell whose centre is above that of row `y`, and the weights of this one and the next.
    fn place(&self, y: usize) -> (isize, &[i16; 2]) {
        let y = y.cast_signed() - (1 << (self.bits - 1));
        (y >> self.bits, &self.weights[y.cast_unsigned() & (self.weights.len() - 1)])
    }
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

fn slot(cell: isize) -> usize {
    (cell & 1).cast_unsigned()
}

/// Makes rows of cells, blurred horizontally.
struct Cells<'a> {
    gaussian: &'a Gaussian,
    transfer: Option<&'a Transfer>,
    opaque: bool,
    source: &'a Rows<'a>,
    row: Vec<i16>,
    /// Sums of columns, then of cells.
    columns: Vec<u32>,
    sums: Vec<u32>,
    line: Vec<i16>,
    lines: SlidingLines,
}

impl<'a> Cells<'a> {
    fn new(
        gaussian: &'a Gaussian,
        transfer: Option<&'a Transfer>,
        opaque: bool,
        source: &'a Rows<'a>,
        cells: usize,
        scratch: &mut Scratch,
    ) -> Self {
        let read = cells + 2 * gaussian.kernel.padded_reach();
        let (row, columns) = (scratch.shorts(source.layout().stride()), scratch.words(source.layout().stride()));
        let (sums, line) = (scratch.words(read * CHANNELS), scratch.shorts(read * CHANNELS));
        let lines = SlidingLines::new(&gaussian.kernel, cells, scratch);
        Self { gaussian, transfer, opaque, source, row, columns, sums, line, lines }
    }

    fn give_back(self, scratch: &mut Scratch) {
        scratch.give_shorts(self.row);
        scratch.give_words(self.columns);
        scratch.give_words(self.sums);
        scratch.give_shorts(self.line);
        scratch.give_shorts(self.lines.into_buffer());
    }

    /// Adds the cells of row `row`, which may lie outside the image, to the lines.
    fn average(&mut self, row: isize) {
        let Gaussian { kernel, bits, border, .. } = self.gaussian;
        let layout = self.source.layout();
        let rows = (row << bits)..((row + 1) << bits);
        let rows = rows.filter_map(|y| self.source.row_at(y, *border)).map(pixels);
        // What is added has its offset taken off.
        self.columns.fill(u32::from(OFFSET.unsigned_abs()) * rows.clone().count() as u32);
        for pixels in rows {
            let line = self.row.as_chunks_mut().0;
            match self.transfer {
                None if self.opaque => opaque_pixels(pixels, line),
                None => blocks::each::<4, _, _>(pixels, line, |pixel, _| premultiplied(pixel)),
                Some(transfer) => line.iter_mut().zip(pixels).for_each(|(to, [r, g, b, a])| {
                    let share = f32::from(*a) / 255.0 * (1 << FRACTION_BITS) as f32;
                    let light = |byte| (transfer.decode(byte) * share + 0.5) as i16 - OFFSET;
                    *to = [light(*r), light(*g), light(*b), (i16::from(*a) << FRACTION_BITS) - OFFSET];
                }),
            }
            blocks::each::<8, _, _>(&self.row, &mut self.columns, |value, sum| {
                sum.wrapping_add(i32::from(value).cast_unsigned())
            });
        }
        let columns = self.columns.as_chunks::<CHANNELS>().0;
        let side = 1_isize << bits;
        let first = -1 - kernel.padded_reach().cast_signed();
        for (cell, to) in (first..).zip(self.sums.as_chunks_mut::<CHANNELS>().0) {
            let left = cell << bits;
            let mut sum = [0_u32; CHANNELS];
            if left >= 0 && left + side <= layout.width().cast_signed() {
                let inside = &columns[left.cast_unsigned()..][..1 << bits];
                inside.iter().for_each(|column| add_one(&mut sum, *column));
            } else {
                let seen = (left..left + side).filter_map(|x| border.index(x, layout.width()));
                seen.for_each(|x| add_one(&mut sum, columns[x]));
            }
            *to = sum;
        }
        let (half, bits) = (1 << (2 * bits - 1), 2 * bits);
        blocks::each::<8, _, _>(&self.sums, &mut self.line, |sum, _| ((sum + half) >> bits) as i16 - OFFSET);
        let line = self.line.as_chunks().0;
        let weights = &kernel.weights;
        let sum = Symmetric { lines: line, centre: kernel.padded_reach(), stride: 1, weights, start: 0 };
        let cells = line.len() - 2 * kernel.padded_reach();
        write_line(sum, &mut self.lines.line(row)[..cells]);
    }
}

#[inline(always)]
fn add_one(sum: &mut [u32; CHANNELS], terms: [u32; CHANNELS]) {
    for lane in 0..CHANNELS {
        sum[lane] += terms[lane];
    }
}
