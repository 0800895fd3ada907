//! Large pixels.

use crate::error::Error;
use crate::filter::Filter;
use crate::image::{Border, Format, Layout, Sample, Size};
use crate::params::{filter, integer};
use crate::plan::{Edge, Node, Plan};
use crate::planes::{Load, Sees, rounded};
use crate::stage::{Place, RowStage, RowsMut, Shape, Window, Work};
use std::ops::Range;

filter! {
    /// Draws the picture in large pixels, each the mean of the square that it covers; colour is weighted with alpha.
    ///
    /// The squares have `size × size` pixels and are counted from the upper left corner; those at the right and at the bottom may be
    /// cut by the edge. Of a square with `n` pixels, `S_a = Σ a` and `S_c = Σ v·a`: `A = floor((2·S_a + n)/(2·n))`, and each colour is
    /// `floor((2·S_c + S_a)/(2·S_a))` where `S_a` and `A` are above 0, else 0. Floats are divided in double precision, and not rounded.
    ///
    /// Class E. Reference: OpenCV's `resize` with `INTER_AREA` of opaque images whose sides are multiples of `size`, then with
    /// `INTER_NEAREST`.
    pub struct Pixelate = "pixelate", "Pixelate", Effects, intensity "size" {
        /// Columns and rows of a large pixel; 1 changes nothing.
        size: usize = integer(8.0).range(1.0, 1000.0).soft(1.0, 64.0).unit("px"),
    }
    alpha: Weights,
    identity: Where("size" = Number(1.0)),
}

impl Filter for Pixelate {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        if self.size == 1 {
            return Ok(plan.source());
        }
        let source = plan.start();
        let layout = plan.layout(source);
        let count = |side: usize| side.div_ceil(self.size);
        let small = layout.with_size(Size::new(count(layout.width()), count(layout.height()))?)?;
        let means = plan.image(&[(source, Edge::Image)], small, Means { source: layout, size: self.size });
        let large = Large { size: self.size, bytes: layout.format().bytes() };
        Ok(plan.image(&[(means, Edge::Border(Border::Clamp))], layout, large))
    }
}

/// The mean of each square.
struct Means {
    source: Layout,
    size: usize,
}

/// Sums of colours times alpha, and of alpha, as the bytes of double precision.
type Sums = [[u8; 8]; 4];

impl Means {
    /// Adds the rows of planes to the sums of the squares that they lie in: colours and alpha, one after another.
    fn add(&self, planes: &[f32], length: usize, sums: &mut [Sums]) {
        let colors = planes.len() / length - 1;
        let alphas = &planes[colors * length..];
        for (i, sums) in sums.iter_mut().enumerate() {
            let covered = i * self.size..((i + 1) * self.size).min(length);
            let alphas = &alphas[covered.clone()];
            let mut totals = sums.map(f64::from_le_bytes);
            for (total, values) in totals.iter_mut().zip(planes.chunks_exact(length)).take(colors) {
                let products = values[covered.clone()].iter().zip(alphas);
                *total = products.fold(*total, |sum, (value, alpha)| sum + f64::from(*value) * f64::from(*alpha));
            }
            totals[3] = alphas.iter().fold(totals[3], |sum, alpha| sum + f64::from(*alpha));
            *sums = totals.map(f64::to_le_bytes);
        }
    }

    /// Writes the mean of so many pixels.
    fn put(&self, sums: Sums, count: f64, out: &mut [u8]) {
        let Format { sample, channels } = self.source.format();
        let stored = |value: f64| match sample {
            Sample::F32 => value as f32,
            // Sums are whole and below 2⁵³, and halves are rounded up before single precision moves them.
            _ => rounded(sample, (value + 0.5).floor() as f32),
        };
        let sums = sums.map(f64::from_le_bytes);
        let alpha = stored(sums[3] / count);
        let is_seen = alpha > 0.0;
        let values = (0..channels.colors()).map(|color| if is_seen { stored(sums[color] / sums[3]) } else { 0.0 });
        let values = values.chain([if is_seen { alpha } else { 0.0 }]);
        // Where there is no alpha, there is no room for it.
        out.chunks_exact_mut(sample.bytes()).zip(values).for_each(|(out, value)| sample.put(value, out));
    }
}

impl RowStage for Means {
    fn shape(&self) -> Shape {
        Shape::pixels(self.source.format().bytes())
    }

    fn memory(&self, columns: usize) -> usize {
        columns * size_of::<Sums>()
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, work: &mut Work<'_>) {
        let (image, bytes) = (inputs[0].image(), self.source.format().bytes());
        let covered = |squares: Range<usize>, side: usize| squares.start * self.size..(squares.end * self.size).min(side);
        let columns = covered(place.columns.clone(), self.source.width());
        let load = Load::plain(self.source, Sees::Straight);
        let length = columns.len();
        let count = (self.source.format().channels.colors() + 1) * length;
        let mut planes = work.scratch.floats(count);
        let sums = work.memory.as_chunks_mut::<8>().0.as_chunks_mut::<4>().0;
        let sums = &mut sums[..place.columns.len()];
        for (row, y) in place.rows.clone().enumerate() {
            let y = y.cast_unsigned();
            let rows = covered(y..y + 1, self.source.height());
            sums.fill(Sums::default());
            for y in rows.clone() {
                load.load(&image.row(y)[columns.start * bytes..columns.end * bytes], &mut planes, length, 0);
                self.add(&planes[..count], length, sums);
            }
            for ((i, out), sums) in place.columns.clone().zip(out.bytes(row).chunks_exact_mut(bytes)).zip(&*sums) {
                let pixels = rows.len() * covered(i..i + 1, self.source.width()).len();
                self.put(*sums, pixels as f64, out);
            }
        }
        work.scratch.give_floats(planes);
    }
}

/// Each pixel as a square.
struct Large {
    size: usize,
    bytes: usize,
}

impl RowStage for Large {
    fn shape(&self) -> Shape {
        Shape::pixels(self.bytes)
    }

    fn reads(&self, _: usize, rows: Range<isize>) -> Range<isize> {
        let row = rows.start.div_euclid(self.size.cast_signed());
        row..row + 1
    }

    fn reads_columns(&self, _: usize, columns: Range<usize>, _: usize) -> Range<usize> {
        columns.start / self.size..columns.end.div_ceil(self.size)
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, _: &mut Work<'_>) {
        let (first, means) = (inputs[0].columns().start, inputs[0].bytes(0));
        let mut out = out.bytes(0);
        let mut x = place.columns.start;
        while !out.is_empty() {
            let square = x / self.size;
            let pixels = ((square + 1) * self.size).min(place.columns.end) - x;
            let (part, rest) = out.split_at_mut(pixels * self.bytes);
            let mean = &means[(square - first) * self.bytes..][..self.bytes];
            part.chunks_exact_mut(self.bytes).for_each(|pixel| pixel.copy_from_slice(mean));
            (out, x) = (rest, x + pixels);
        }
    }
}
