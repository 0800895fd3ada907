//! Several passes of kernels with few taps, one after another: for wide blurs.

use super::fixed_point::{NOTHING, opaque_pixels, write_bytes, write_floats, write_line};
use super::weights::Kernel;
use crate::image::{Border, CHANNELS};
use crate::kernels::sharpen::Rule;
use crate::kernels::weighted_sums::{Pixel, Symmetric};
use crate::kernels::window::line;
use crate::plan::{Edge, Node, Plan};
use crate::planes::beside;
use crate::scratch::Scratch;
use crate::stage::{Place, RowStage, RowsMut, Shape, Window, Work};
use std::ops::Range;
use std::sync::Arc;

/// The kernels of a blur, one after another.
#[derive(Debug, Clone)]
pub(super) struct ManyPasses(Vec<Kernel>);

impl ManyPasses {
    pub(super) fn new(kernels: Vec<Kernel>) -> Self {
        Self(kernels)
    }

    /// Blurs an opaque image; with a `rule`, sharpens it by the difference.
    pub(super) fn apply(self, plan: &mut Plan, source: Node, border: Border, rule: Option<Rule>) -> Node {
        let layout = plan.layout(source);
        let kernels: Arc<[Kernel]> = self.0.into();
        let across = Across { kernels: Arc::clone(&kernels), width: layout.width(), border };
        let across = plan.rows(&[(source, Edge::Border(border))], across);
        // The first vertical pass reads rows of the image; what it writes goes on beyond the edges, for the next.
        let (mut node, mut edge) = (across, Edge::Border(border));
        for pass in 0..kernels.len() - 1 {
            node = plan.rows(&[(node, edge)], Down { kernel: kernels[pass].clone() });
            edge = Edge::Counted;
        }
        let last = LastDown { kernel: kernels[kernels.len() - 1].clone(), rule };
        let inputs = [(node, edge), (source, Edge::Border(border))];
        plan.image(&inputs[..if rule.is_some() { 2 } else { 1 }], layout, last)
    }
}

/// Filters rows horizontally, with all kernels.
struct Across {
    kernels: Arc<[Kernel]>,
    width: usize,
    border: Border,
}

impl Across {
    fn reach(&self) -> usize {
        self.kernels.iter().map(Kernel::reach).sum()
    }
}

impl RowStage for Across {
    fn shape(&self) -> Shape {
        Shape::shorts(CHANNELS)
    }

    fn reads_columns(&self, _: usize, columns: Range<usize>, width: usize) -> Range<usize> {
        beside(columns, self.reach(), self.border, width)
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, work: &mut Work<'_>) {
        let out: &mut [Pixel] = out.shorts(0).as_chunks_mut().0;
        let mut ahead = self.reach();
        let first = place.columns.start.cast_signed() - ahead.cast_signed();
        let length = out.len() + 2 * ahead;
        let mut buffers = [work.scratch.shorts(length * CHANNELS), work.scratch.shorts(length * CHANNELS)];
        let [mut here, mut next] = buffers.each_mut().map(|buffer| -> &mut [Pixel] { buffer.as_chunks_mut().0 });
        line(&inputs[0], 0, (first, self.border, self.width), NOTHING, here, &opaque_pixels);
        for kernel in &*self.kernels {
            ahead -= kernel.reach();
            let to = if ahead == 0 { &mut *out } else { &mut next[..out.len() + 2 * ahead] };
            kernel.with_places(
                work.scratch,
                |column| column as u32,
                |places| {
                    write_line(Symmetric { lines: here, places, weights: &kernel.weights, start: 0 }, to);
                },
            );
            std::mem::swap(&mut here, &mut next);
        }
        buffers.into_iter().for_each(|buffer| work.scratch.give_shorts(buffer));
    }
}

/// A vertical pass of a kernel over lines of pixels in fixed point.
pub(super) struct Down {
    pub(super) kernel: Kernel,
}

/// The rows that a kernel reads to write some.
fn reads(kernel: &Kernel, rows: Range<isize>) -> Range<isize> {
    let reach = kernel.reach().cast_signed();
    rows.start - reach..rows.end + reach
}

/// The sum of a kernel over the rows of a window.
fn with_sum(kernel: &Kernel, window: &Window<'_>, scratch: &mut Scratch, then: impl FnOnce(Symmetric<'_>)) {
    let lines = window.all_shorts().as_chunks().0;
    let line = |row: usize| window.starts()[row] / CHANNELS as u32;
    kernel.with_places(scratch, line, |places| then(Symmetric { lines, places, weights: &kernel.weights, start: 0 }));
}

impl RowStage for Down {
    fn shape(&self) -> Shape {
        Shape::shorts(CHANNELS)
    }

    fn reads(&self, _: usize, rows: Range<isize>) -> Range<isize> {
        reads(&self.kernel, rows)
    }

    fn write(&self, _: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, work: &mut Work<'_>) {
        with_sum(&self.kernel, &inputs[0], work.scratch, |sum| write_line(sum, out.shorts(0).as_chunks_mut().0));
    }
}

/// The last vertical pass, which makes pixels.
struct LastDown {
    kernel: Kernel,
    rule: Option<Rule>,
}

impl RowStage for LastDown {
    fn shape(&self) -> Shape {
        Shape::pixels(CHANNELS)
    }

    fn reads(&self, input: usize, rows: Range<isize>) -> Range<isize> {
        if input == 0 { reads(&self.kernel, rows) } else { rows }
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, work: &mut Work<'_>) {
        let out = out.pixels(0);
        let Some(rule) = self.rule else {
            return with_sum(&self.kernel, &inputs[0], work.scratch, |sum| write_bytes(sum, out));
        };
        let mut sums_buffer = work.scratch.floats(out.len() * CHANNELS);
        let sums = sums_buffer.as_chunks_mut().0;
        with_sum(&self.kernel, &inputs[0], work.scratch, |sum| write_floats(sum, sums));
        rule.write_opaque(inputs[1].pixels(0, &place.columns), sums, out);
        work.scratch.give_floats(sums_buffer);
    }
}
