//! Resize.

use crate::color::Space;
use crate::error::{Class, Error};
use crate::filter::{Filter, Refusal};
use crate::plan::{Edge, Node, Plan};
use crate::stage::{Place, RowStage, RowsMut, Shape, Window, Work};
use crate::image::{Border, Layout, Size, followed};
use crate::kernels::resample::{Kernel, of_bytes, of_planes, resample};
use crate::params::{Length, boolean, choice, choices, filter, integer, numbers};
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

choices! {
    /// How a picture is fitted into a width and a height.
    pub enum Fit {
        /// It is stretched.
        Fill = "fill",
        /// As large as fits.
        Inside = "inside",
        /// As small as covers both.
        Outside = "outside",
        /// As small as covers both, cut.
        Cover = "cover",
        /// As large as fits, on a ground.
        Contain = "contain",
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
    /// nothing rounded or clamped between them; an axis that keeps its length is left alone.
    ///
    /// Width, height or both are given. Of one, the other follows from the shape: a side of `n` pixels that is scaled by `k`
    /// becomes `max(1, floor(n·k + 0.5))`. Of both, `fit` says what is done, with `a = width/W` and `b = height/H`:
    ///
    /// - `fill`: the result has this width and height, whatever becomes of the shape.
    /// - `inside`: as large as fits, scaled by `min(a, b)`. `outside`: as small as covers both, scaled by `max(a, b)`.
    /// - `cover`: as `outside`, and then the middle of it is cut out. What is left out at the left and at the top is half of what
    ///   is too much, rounded down.
    /// - `contain`: as `inside`, and then in the middle of a ground of this width and height, likewise.
    ///
    /// With `enlarge: false` no side becomes longer: with `fill` none of the two, else the scale is at most 1. The ground of
    /// `contain` keeps its size, and of `cover` no more is cut out than there is.
    ///
    /// The weights:
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
    pub struct Resize = "resize", "Resize", Geometry, result Fitted { width: "width", height: "height", fit: "fit", enlarge: "enlarge" } {
        /// Columns of the result; left out, the picture keeps its shape.
        width: Option<usize> = integer(320.0).range(1.0, 65_535.0).soft(16.0, 4096.0).unit("px").optional(),
        /// Rows of the result; left out, the picture keeps its shape.
        height: Option<usize> = integer(240.0).range(1.0, 65_535.0).soft(16.0, 4096.0).unit("px").optional(),
        /// What a pixel of the result is made of.
        filter: Interpolation = choice::<Interpolation>(),
        /// Whether colours are mixed as stored or as linear light, where fine bright detail keeps its weight.
        space: Space = choice::<Space>(),
        /// What is done where the picture has another shape than width and height: it is stretched, made as large as fits or as
        /// small as covers them, cut, or put on a ground.
        fit: Fit = choice::<Fit>(),
        /// Whether the picture may become larger than it is.
        enlarge: bool = boolean(true),
        /// The ground of `contain`: red, green, blue and alpha.
        background: Vec<f64> = numbers(Length::Exactly(4), &[0.0; 4]).range(0.0, 255.0).or(&[0.0; 4]),
    }
    alpha: Weights,
    identity: SameSize,
    check: Self::check,
}

impl Filter for Resize {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        let size = plan.layout(source).size();
        let [scaled, result] = self.sizes(size)?;
        let node = if scaled == size { source } else { self.scaled(plan, source, scaled)? };
        let middle = |from: usize, to: usize| from.abs_diff(to) / 2;
        let at = [middle(scaled.width(), result.width()), middle(scaled.height(), result.height())];
        if scaled == result {
            Ok(node)
        } else if self.fit == Fit::Contain {
            plan.framed(node, at, result, std::array::from_fn(|i| self.background[i]))
        } else {
            plan.cut(node, at, result)
        }
    }
}

impl Resize {
    fn check(&self) -> Result<(), Refusal> {
        match (self.width, self.height) {
            (None, None) => Err(("width", Class::Type, "is required, or height: a whole number from 1 to 65535 px".into())),
            _ => Ok(()),
        }
    }

    /// An image scaled to another size.
    fn scaled(&self, plan: &mut Plan, source: Node, size: Size) -> Result<Node, Error> {
        let layout = plan.layout(source);
        let result = layout.with_size(size)?;
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
    /// What a picture of a size is scaled to, and the size of the result.
    fn sizes(&self, source: Size) -> Result<[Size; 2], Error> {
        let [width, height] = [source.width(), source.height()];
        let limited = |to: usize, side: usize| if self.enlarge { to } else { to.min(side) };
        let by_width = |to: usize| [limited(to, width), followed(height, width, limited(to, width))];
        let by_height = |to: usize| [followed(width, height, limited(to, height)), limited(to, height)];
        let (scaled, result) = match (self.width, self.height) {
            (Some(to), None) => (by_width(to), None),
            (None, Some(to)) => (by_height(to), None),
            (None, None) => unreachable!("one of them is given"),
            (Some(across), Some(down)) => {
                let is_narrow = across as u64 * height as u64 <= down as u64 * width as u64;
                let is_by_width = is_narrow == matches!(self.fit, Fit::Inside | Fit::Contain);
                let scaled = if is_by_width { by_width(across) } else { by_height(down) };
                match self.fit {
                    Fit::Fill => ([limited(across, width), limited(down, height)], None),
                    Fit::Inside | Fit::Outside => (scaled, None),
                    Fit::Cover => (scaled, Some([across.min(scaled[0]), down.min(scaled[1])])),
                    Fit::Contain => (scaled, Some([across, down])),
                }
            }
        };
        let [across, down] = result.unwrap_or(scaled);
        Ok([Size::new(scaled[0], scaled[1])?, Size::new(across, down)?])
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
