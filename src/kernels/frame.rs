//! A rectangle of a picture, and a picture on a larger ground: exact copies of pixels of any size.

use crate::error::Error;
use crate::image::{Border, CHANNELS, Format, Layout, Size};
use crate::plan::{Edge, Node, Plan};
use crate::planes::{luma_of, rounded};
use crate::stage::{Place, RowStage, RowsMut, Shape, Window, Work};
use std::ops::Range;

impl Plan {
    /// The rectangle of an image whose first pixel is at `[x, y]`. It must lie within it.
    ///
    /// # Errors
    /// None: what lies within an image can be addressed.
    pub fn cut(&mut self, node: Node, [x, y]: [usize; 2], size: Size) -> Result<Node, Error> {
        let layout = self.layout(node);
        let result = layout.with_size(size)?;
        let stage = Rectangle { x, y, bytes: layout.format().bytes() };
        Ok(self.image(&[(node, Edge::Border(Border::Clamp))], result, stage))
    }

    /// An image on a ground of this size, its first pixel at `[x, y]`. `background` is red, green, blue and alpha around it, in
    /// levels; where it is invisible, it is all zeros.
    ///
    /// # Errors
    /// `too-large`, where the result cannot be addressed.
    pub fn framed(
        &mut self,
        node: Node,
        at: [usize; 2],
        size: Size,
        background: [f64; CHANNELS],
    ) -> Result<Node, Error> {
        let source = self.layout(node);
        let layout = if background[3] == 255.0 { source } else { self.with_any_alpha(node) };
        let result = layout.with_size(size)?;
        let stage = Framed { source, at, ground: stored(background, result.format()) };
        Ok(self.image(&[(node, Edge::Border(Border::Clamp))], result, stage))
    }
}

/// A colour in levels as a pixel is stored; of an invisible one all is 0.
#[must_use]
pub fn stored(levels: [f64; CHANNELS], format: Format) -> Vec<u8> {
    let Format { sample, channels } = format;
    let [r, g, b, a] = levels.map(|level| rounded(sample, (level * f64::from(sample.full()) / 255.0) as f32));
    let colors = if channels.colors() == 1 { vec![luma_of(sample, [r, g, b])] } else { vec![r, g, b] };
    let values = colors.into_iter().chain(channels.stores_alpha().then_some(a));
    let mut pixel = vec![0; format.bytes()];
    if a > 0.0 {
        pixel.chunks_exact_mut(sample.bytes()).zip(values).for_each(|(bytes, value)| sample.put(value, bytes));
    }
    pixel
}

struct Rectangle {
    x: usize,
    y: usize,
    bytes: usize,
}

impl RowStage for Rectangle {
    fn shape(&self) -> Shape {
        Shape::pixels(self.bytes)
    }

    fn reads(&self, _: usize, rows: Range<isize>) -> Range<isize> {
        rows.start + self.y.cast_signed()..rows.end + self.y.cast_signed()
    }

    fn reads_columns(&self, _: usize, columns: Range<usize>, _: usize) -> Range<usize> {
        columns.start + self.x..columns.end + self.x
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, _: &mut Work<'_>) {
        let skipped = (place.columns.start + self.x - inputs[0].columns().start) * self.bytes;
        for row in 0..place.rows.len() {
            let out = out.bytes(row);
            out.copy_from_slice(&inputs[0].bytes(row)[skipped..][..out.len()]);
        }
    }
}

struct Framed {
    source: Layout,
    at: [usize; 2],
    /// A pixel of the ground.
    ground: Vec<u8>,
}

impl Framed {
    /// The columns of the image that are seen in some of the result's.
    fn inside(&self, columns: &Range<usize>) -> Range<usize> {
        let [left, width] = [self.at[0], self.source.width()];
        let within = |column: usize| column.saturating_sub(left).min(width);
        within(columns.start)..within(columns.end)
    }
}

impl RowStage for Framed {
    fn shape(&self) -> Shape {
        Shape::pixels(self.ground.len())
    }

    fn reads(&self, _: usize, rows: Range<isize>) -> Range<isize> {
        let top = self.at[1].cast_signed();
        rows.start - top..rows.end - top
    }

    fn reads_columns(&self, _: usize, columns: Range<usize>, width: usize) -> Range<usize> {
        let inside = self.inside(&columns);
        // One at least is read, where none is needed too.
        let start = inside.start.min(width - 1);
        start..inside.end.max(start + 1)
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, _: &mut Work<'_>) {
        let bytes = self.ground.len();
        let rows = self.at[1].cast_signed()..(self.at[1] + self.source.height()).cast_signed();
        let inside = self.inside(&place.columns);
        for (i, row) in place.rows.clone().enumerate() {
            let out = out.bytes(i);
            if !rows.contains(&row) || inside.is_empty() {
                out.chunks_exact_mut(bytes).for_each(|pixel| pixel.copy_from_slice(&self.ground));
                continue;
            }
            let from = (inside.start - inputs[0].columns().start) * bytes;
            let start = (inside.start + self.at[0] - place.columns.start) * bytes;
            let end = start + inside.len() * bytes;
            out[start..end].copy_from_slice(&inputs[0].bytes(i)[from..][..end - start]);
            let (before, after) = out.split_at_mut(end);
            for part in [&mut before[..start], after] {
                part.chunks_exact_mut(bytes).for_each(|pixel| pixel.copy_from_slice(&self.ground));
            }
        }
    }
}
