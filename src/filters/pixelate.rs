//! Large pixels.

use crate::error::Error;
use crate::filter::Filter;
use crate::image::{Border, Format, Layout, Sample, Size};
use crate::params::{filter, integer};
use crate::plan::{Edge, Node, Plan};
use crate::planes::rounded;
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
    pub struct Pixelate = "pixelate", "Pixelate", Other, intensity "size" {
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

/// Sums of colours times alpha, and of alpha.
type Sums = [f64; 4];

impl Means {
    /// Adds the pixels of a part of a row.
    fn add(&self, pixels: &[u8], sums: &mut Sums) {
        let Format { sample, channels } = self.source.format();
        let (colors, bytes) = (channels.colors(), sample.bytes());
        for pixel in pixels.chunks_exact(self.source.format().bytes()) {
            let value = |channel: usize| f64::from(sample.value(&pixel[channel * bytes..]));
            let alpha = if channels.stores_alpha() { value(colors) } else { 1.0 };
            (0..colors).for_each(|color| sums[color] += value(color) * alpha);
            sums[3] += alpha;
        }
    }

    /// Writes the mean of so many pixels.
    fn write(&self, sums: &Sums, count: f64, out: &mut [u8]) {
        let Format { sample, channels } = self.source.format();
        let stored = |value: f64| match sample {
            Sample::F32 => value as f32,
            // Sums are whole and below 2⁵³, and halves are rounded up before single precision moves them.
            _ => rounded(sample, (value + 0.5).floor() as f32),
        };
        let alpha = if channels.stores_alpha() { stored(sums[3] / count) } else { 1.0 };
        let values = (0..channels.colors()).map(|color| if alpha > 0.0 { stored(sums[color] / sums[3]) } else { 0.0 });
        let values = values.chain(channels.stores_alpha().then_some(if alpha > 0.0 { alpha } else { 0.0 }));
        out.chunks_exact_mut(sample.bytes()).zip(values).for_each(|(out, value)| sample.put(value, out));
    }
}

impl RowStage for Means {
    fn shape(&self) -> Shape {
        Shape::pixels(self.source.format().bytes())
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, _: &mut Work<'_>) {
        let (image, bytes) = (inputs[0].image(), self.source.format().bytes());
        let covered = |i: usize, side: usize| i * self.size..((i + 1) * self.size).min(side);
        for (row, y) in place.rows.clone().enumerate() {
            let rows = covered(y.cast_unsigned(), self.source.height());
            for (out, x) in out.bytes(row).chunks_exact_mut(bytes).zip(place.columns.clone()) {
                let columns = covered(x, self.source.width());
                let mut sums = Sums::default();
                for y in rows.clone() {
                    self.add(&image.row(y)[columns.start * bytes..columns.end * bytes], &mut sums);
                }
                Self::write(self, &sums, (rows.len() * columns.len()) as f64, out);
            }
        }
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
