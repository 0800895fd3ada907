//! Resize.

use crate::color::Space;
use crate::error::Error;
use crate::filter::Filter;
use crate::plan::{Edge, Node, Plan};
use crate::stage::{Place, RowStage, RowsMut, Shape, Window, Work};
use crate::image::{Border, Layout, Size};
use crate::kernels::resample::{Kernel, of_bytes, of_planes, resample};
use crate::params::{choice, choices, filter, integer};
use std::f64::consts::PI;
use std::ops::Range;

choices! {
    /// What a pixel of the result is made of.
    pub enum Interpolation {
        /// Six pixels wide, with sharp edges kept: the best for photos.
        Lanczos3 = "lanczos3",
        /// Four pixels wide, `a = −0.5`.
        Bicubic = "bicubic",
        /// Two pixels wide.
        Bilinear = "bilinear",
        /// The mean of what a pixel covers.
        Box = "box",
        /// The pixel at the same place.
        Nearest = "nearest",
    }
}

filter! {
    /// Makes the picture larger or smaller. Kernels are stretched when it shrinks, so that nothing is skipped; colour is
    /// weighted with alpha.
    ///
    /// Each axis by itself, from `n` pixels to `m`, with `s = n/m`, `f = max(s, 1)`, a kernel `K` and its reach `R`:
    /// output `i` has its centre at `c = (i + 0.5)·s`, and is made of the inputs from `max(0, floor(c − R·f + 0.5))` up
    /// to, and not including, `min(n, floor(c + R·f + 0.5))`. Input `j` has the weight `K((j + 0.5 − c)/f)`; the
    /// weights are divided by their sum. So nothing is invented outside the image. Rows go first, then columns, with
    /// nothing rounded or clamped between them; an axis that keeps its length is left alone. A height that is left out
    /// is `max(1, floor(H·width/W + 0.5))`.
    ///
    /// - `lanczos3`: `R = 3`, `K(x) = sinc(x)·sinc(x/3)` with `sinc(x) = sin(πx)/(πx)`.
    /// - `bicubic`: `R = 2`, `K(x) = 1.5·|x|³ − 2.5·x² + 1` up to 1, then `−0.5·|x|³ + 2.5·x² − 4·|x| + 2`
    ///   (`a = −0.5`).
    /// - `bilinear`: `R = 1`, `K(x) = 1 − |x|`.
    /// - `box`: `R = 0.5`, `K(x) = 1` for `−0.5 < x ≤ 0.5`.
    /// - `nearest`: output `i` is a copy of input `floor((2·i + 1)·n / (2·m))`, invisible or not.
    ///
    /// Class E for `nearest`, else N, or P where there is alpha. Reference: Pillow's `resize` of floats (mode `F`).
    /// Pillow clamps bytes between the passes, and is up to 10 levels off on photos for that. OpenCV smooths nothing
    /// when it shrinks, and has `a = −0.75`.
    pub struct Resize = "resize", "Resize", Other, result Parameters("width", "height") {
        /// Columns of the result.
        width: usize = integer(320.0).range(1.0, 65_535.0).soft(16.0, 4096.0).unit("px").required(),
        /// Rows of the result; left out, the picture keeps its shape.
        height: Option<usize> = integer(240.0).range(1.0, 65_535.0).soft(16.0, 4096.0).unit("px").optional(),
        /// What a pixel of the result is made of.
        filter: Interpolation = choice::<Interpolation>(),
        /// Whether colours are mixed as stored or as linear light, where fine bright detail keeps its weight.
        space: Space = choice::<Space>(),
    }
    alpha: Weights,
    identity: SameSize,
}

impl Filter for Resize {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        let layout = plan.layout(source);
        let result = layout.with_size(self.size(layout.size())?)?;
        if result == layout {
            return Ok(source);
        }
        let Some(kernel) = self.filter.kernel() else {
            let columns = (0..result.width()).map(|x| nearest(x, layout.width(), result.width()) as u32).collect();
            let stage = Nearest { source: layout.size(), result, columns };
            return Ok(plan.image(&[(source, Edge::Border(Border::Clamp))], result, stage));
        };
        let linear = self.space == Space::Linear;
        let is_opaque = plan.is_opaque(source);
        Ok(match plan.is_bytes(source) {
            false => of_planes::resample(plan, source, result, kernel, linear),
            true if is_opaque && !linear => resample(plan, source, result, kernel),
            true => of_bytes::resample(plan, source, result, kernel, linear),
        })
    }
}

impl Resize {
    /// The size of the result.
    fn size(&self, source: Size) -> Result<Size, Error> {
        let same_shape = || {
            let height = source.height() as f64 * self.width as f64 / source.width() as f64;
            ((height + 0.5).floor() as usize).max(1)
        };
        Size::new(self.width, self.height.unwrap_or_else(same_shape))
    }
}

impl Interpolation {
    /// Its kernel; the nearest pixel has none.
    fn kernel(self) -> Option<Kernel> {
        Some(match self {
            Self::Nearest => return None,
            // Closed on one side, so that a pixel on an edge counts once.
            Self::Box => (0.5, |x| if x > -0.5 && x <= 0.5 { 1.0 } else { 0.0 }),
            Self::Bilinear => (1.0, |x| (1.0 - x.abs()).max(0.0)),
            Self::Bicubic => (2.0, |x| bicubic(x.abs())),
            Self::Lanczos3 => (3.0, |x| if x.abs() < 3.0 { sinc(x) * sinc(x / 3.0) } else { 0.0 }),
        })
    }
}

fn bicubic(x: f64) -> f64 {
    const A: f64 = -0.5;
    if x < 1.0 {
        ((A + 2.0) * x - (A + 3.0)) * x * x + 1.0
    } else if x < 2.0 {
        ((A * x - 5.0 * A) * x + 8.0 * A) * x - 4.0 * A
    } else {
        0.0
    }
}

fn sinc(x: f64) -> f64 {
    if x == 0.0 { 1.0 } else { libm::sin(PI * x) / (PI * x) }
}

struct Nearest {
    source: Size,
    result: Layout,
    /// The column of the source for each of the result.
    columns: Vec<u32>,
}

/// The input that output `i` of `to` is a copy of: the one that its centre lies in.
fn nearest(i: usize, from: usize, to: usize) -> usize {
    // In 64 bits: on wasm's 32 the product of large sides would wrap round.
    ((2 * i as u64 + 1) * from as u64 / (2 * to as u64)) as usize
}

impl RowStage for Nearest {
    fn shape(&self) -> Shape {
        Shape::pixels(self.result.format().bytes())
    }

    fn reads(&self, _: usize, rows: Range<isize>) -> Range<isize> {
        let row = |y: isize| nearest(y.cast_unsigned(), self.source.height(), self.result.height()).cast_signed();
        row(rows.start)..row(rows.start) + 1
    }

    fn reads_columns(&self, _: usize, columns: Range<usize>, width: usize) -> Range<usize> {
        debug_assert_eq!(width, self.source.width(), "the columns are those of the source");
        self.columns[columns.start] as usize..self.columns[columns.end - 1] as usize + 1
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, _: &mut Work<'_>) {
        let (row, bytes) = (inputs[0].bytes(0), self.result.format().bytes());
        let first = inputs[0].columns().start;
        let columns = self.columns[place.columns.clone()].iter().map(|column| *column as usize - first);
        if bytes == 4 {
            let row = row.as_chunks::<4>().0;
            out.pixels(0).iter_mut().zip(columns).for_each(|(out, column)| *out = row[column]);
        } else {
            for (out, column) in out.bytes(0).chunks_exact_mut(bytes).zip(columns) {
                out.copy_from_slice(&row[column * bytes..][..bytes]);
            }
        }
    }
}
