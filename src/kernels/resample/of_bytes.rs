//! Resampling of RGBA bytes in single precision, where alpha or linear light need more than fixed point has: the numbers of
//! [`super::of_planes`], with the channels of a pixel side by side.

use super::axis::{Kernel, Runs};
use crate::image::{Border, CHANNELS, Layout};
use crate::plan::{Edge, Node, Plan};
use crate::planes::{Transfer, straight};
use crate::stage::{Place, RowStage, RowsMut, Shape, Window, Work};
use crate::vector::{F4, Rgba4};
use std::ops::Range;

/// Pixels that are taken together.
const FOUR: usize = 4;

/// Makes an image the size of another layout. Colour is weighted with alpha, as linear light where `linear`.
pub fn resample(plan: &mut Plan, source: Node, result: Layout, kernel: Kernel, linear: bool) -> Node {
    let layout = plan.layout(source);
    let transfer = linear.then(Transfer::tables);
    let clamp = Edge::Border(Border::Clamp);
    let across = Across { runs: Runs::new(layout.width(), result.width(), kernel), transfer };
    let across = plan.rows_of(&[(source, clamp)], [result.width(), layout.height()], across);
    let runs = Runs::new(layout.height(), result.height(), kernel);
    let down = Down { runs, transfer, is_opaque: layout.is_opaque() };
    plan.image(&[(across, clamp)], result, down)
}

/// The first pass: rows of colours times alpha, and alpha.
struct Across {
    runs: Runs,
    transfer: Option<&'static Transfer>,
}

impl RowStage for Across {
    fn shape(&self) -> Shape {
        // The last pixels of a row are taken with what happens to be beside them.
        Shape { per_column: CHANNELS, ..Shape::planes(1) }.with_margin((FOUR - 1) * CHANNELS)
    }

    fn reads_columns(&self, _: usize, columns: Range<usize>, _: usize) -> Range<usize> {
        self.runs.reads(columns)
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, work: &mut Work<'_>) {
        let reads = self.runs.reads(place.columns.clone());
        let mut line_buffer = work.scratch.floats(reads.len() * CHANNELS);
        let line = line_buffer.as_chunks_mut().0;
        read(inputs[0].pixels(0, &reads), self.transfer, line);
        for (x, out) in place.columns.clone().zip(out.floats(0).as_chunks_mut().0) {
            let (first, weights) = self.runs.of(x);
            let terms = line[first - reads.start..].iter().zip(weights);
            terms.fold(F4::splat(0.0), |sum, (pixel, weight)| sum + F4::load(pixel) * F4::splat(*weight)).store(out);
        }
        work.scratch.give_floats(line_buffer);
    }
}

/// Pixels as colours times alpha, and alpha.
fn read(row: &[[u8; CHANNELS]], transfer: Option<&Transfer>, line: &mut [[f32; CHANNELS]]) {
    if let Some(transfer) = transfer {
        for (to, [r, g, b, a]) in line.iter_mut().zip(row) {
            let alpha = f32::from(*a);
            let share = alpha / 255.0;
            *to = [transfer.decode(*r) * share, transfer.decode(*g) * share, transfer.decode(*b) * share, alpha];
        }
        return;
    }
    let (blocks, rest) = row.as_chunks::<FOUR>();
    let (lines, line_rest) = line.as_chunks_mut::<FOUR>();
    let full = F4::splat(255.0);
    let weighted = |pixels: Rgba4| {
        let [r, g, b, a] = [0, 1, 2, 3].map(|channel| pixels.channel(channel));
        let share = a / full;
        F4::transposed([r * share, g * share, b * share, a])
    };
    for (to, block) in lines.iter_mut().zip(blocks) {
        weighted(Rgba4::load(block)).into_iter().zip(to).for_each(|(pixel, to)| pixel.store(to));
    }
    weighted(Rgba4::of(rest)).into_iter().zip(line_rest).for_each(|(pixel, to)| pixel.store(to));
}

/// The second pass, and straight colours again.
struct Down {
    runs: Runs,
    transfer: Option<&'static Transfer>,
    is_opaque: bool,
}

impl RowStage for Down {
    fn shape(&self) -> Shape {
        Shape::pixels(CHANNELS)
    }

    fn reads(&self, _: usize, rows: Range<isize>) -> Range<isize> {
        self.runs.reads_rows(&rows)
    }

    fn most_rows(&self, _: usize) -> usize {
        self.runs.most()
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, _: &mut Work<'_>) {
        let (_, weights) = self.runs.of(place.rows.start.cast_unsigned());
        let (lines, starts) = (inputs[0].all_floats(), inputs[0].starts());
        let four = |x: usize| {
            let mut sums = [F4::splat(0.0); FOUR];
            for (start, weight) in starts.iter().zip(weights) {
                let pixels: &[f32; FOUR * CHANNELS] =
                    lines[*start as usize + x * CHANNELS..].first_chunk().expect("lines have spare pixels");
                for (sum, pixel) in sums.iter_mut().zip(pixels.as_chunks().0) {
                    *sum = *sum + F4::load(pixel) * F4::splat(*weight);
                }
            }
            straight(sums, self.transfer, self.is_opaque)
        };
        let (blocks, rest) = out.pixels::<CHANNELS>(0).as_chunks_mut::<FOUR>();
        let done = blocks.len() * FOUR;
        for (x, block) in (0..).step_by(FOUR).zip(blocks) {
            four(x).store(block);
        }
        if !rest.is_empty() {
            let mut last = [[0; CHANNELS]; FOUR];
            four(done).store(&mut last);
            rest.copy_from_slice(&last[..rest.len()]);
        }
    }
}
