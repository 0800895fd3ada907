//! From stored rows to planes: alpha, linear light, and the margin that a border fills.

use super::{Sees, decode, luma_of, read};
use crate::color::luma;
use crate::image::{Border, Format, Layout, Sample};
use crate::stage::{Place, RowStage, RowsMut, Shape, Window, Work};
use crate::vector::{F4, Rgba4, rewrite};
use std::ops::Range;

/// Makes planes of stored rows.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    /// Of what is read.
    pub format: Format,
    /// Which planes are made.
    pub sees: Sees,
    /// Whether colours are made linear light.
    pub linear: bool,
    /// Columns of the image.
    pub width: usize,
    /// Columns beside those that are asked for, on each side.
    pub margin: usize,
    /// What is seen there beyond the image.
    pub border: Border,
}

impl Load {
    /// Planes as they are stored, with nothing beside them.
    #[must_use]
    pub fn plain(layout: Layout, sees: Sees) -> Self {
        Self { format: layout.format(), sees, linear: false, width: layout.width(), margin: 0, border: Border::Clamp }
    }

    /// Makes the planes of stored pixels; `out` holds the planes one after another, each of `stride` numbers, and these
    /// pixels come `at` so many numbers after the start of each.
    pub fn load(&self, row: &[u8], out: &mut [f32], stride: usize, at: usize) {
        let Format { sample, channels } = self.format;
        let pixels = row.len() / self.format.bytes();
        let plane = |plane: usize| plane * stride + at..plane * stride + at + pixels;
        let count = channels.count();
        let colors = if matches!(self.sees, Sees::Rgb | Sees::Rgba) { 3 } else { channels.colors() };
        if self.sees == Sees::Luma {
            return self.load_luma(row, &mut out[plane(0)]);
        }
        for color in 0..colors {
            read(sample, row, count, color.min(channels.colors() - 1), &mut out[plane(color)]);
        }
        if self.linear {
            for color in 0..colors {
                decode(sample, &mut out[plane(color)]);
            }
        }
        if self.sees.planes(channels) == colors {
            return;
        }
        // Alpha comes last.
        let full = sample.full();
        if channels.stores_alpha() {
            read(sample, row, count, count - 1, &mut out[plane(colors)]);
        } else {
            out[plane(colors)].fill(full);
        }
        if self.sees.is_premultiplied() && !channels.is_opaque() {
            let (color_planes, alpha) = out.split_at_mut(colors * stride);
            let alpha = &alpha[at..at + pixels];
            for color in 0..colors {
                let values = &mut color_planes[color * stride + at..][..pixels];
                rewrite(values, alpha, |value, alpha| value * (alpha / F4::splat(full)));
            }
        }
    }

    /// Makes the planes of some columns of a row of a window, with the margin on each side.
    pub fn row(&self, window: &Window<'_>, row: usize, columns: &Range<usize>, out: &mut [f32]) {
        if window.is_outside(row) {
            // There is no alpha there, even where the image has none and is opaque.
            return out.fill(0.0);
        }
        self.line(window.bytes(row), window.columns().start, columns, out);
    }

    /// The same of a stored row, of which column `held` is the first.
    pub fn line(&self, source: &[u8], held: usize, columns: &Range<usize>, out: &mut [f32]) {
        let bytes = self.format.bytes();
        let stride = columns.len() + 2 * self.margin;
        let first = columns.start.cast_signed() - self.margin.cast_signed();
        // What lies inside the image is converted at once.
        let inside = columns.start.saturating_sub(self.margin)..(columns.end + self.margin).min(self.width);
        let at = (inside.start.cast_signed() - first).cast_unsigned();
        let stored = |columns: Range<usize>| &source[(columns.start - held) * bytes..(columns.end - held) * bytes];
        self.load(stored(inside.clone()), out, stride, at);
        for i in (0..at).chain(at + inside.len()..stride) {
            match self.border.index(first + i.cast_signed(), self.width) {
                Some(x) => self.load(stored(x..x + 1), out, stride, i),
                None => out.chunks_exact_mut(stride).for_each(|plane| plane[i] = 0.0),
            }
        }
    }

    fn load_luma(&self, row: &[u8], out: &mut [f32]) {
        let Format { sample, channels } = self.format;
        if channels.colors() == 1 {
            return read(sample, row, channels.count(), 0, out);
        }
        let bytes = self.format.bytes();
        let size = sample.bytes();
        if self.format.sample == Sample::U8 && bytes == 4 {
            let (blocks, rest) = row.as_chunks().0.as_chunks();
            let (outs, out_rest) = out.as_chunks_mut();
            outs.iter_mut().zip(blocks).for_each(|(out, pixels)| lumas(Rgba4::load(pixels)).store(out));
            out_rest.iter_mut().zip(rest).for_each(|(out, [r, g, b, _])| *out = f32::from(luma(*r, *g, *b)));
            return;
        }
        for (out, pixel) in out.iter_mut().zip(row.chunks_exact(bytes)) {
            let mut rgb = [0.0];
            let rgb = [0, 1, 2].map(|channel| {
                read(sample, &pixel[channel * size..][..size], 1, 0, &mut rgb);
                rgb[0]
            });
            *out = luma_of(sample, rgb);
        }
    }
}

/// [`luma`] of four pixels. All sums are whole numbers below 2²⁴, and so exact.
fn lumas(pixels: Rgba4) -> F4 {
    let weighted = |channel, weight| pixels.channel(channel) * F4::splat(weight);
    let sum = weighted(0, 19595.0) + weighted(1, 38470.0) + weighted(2, 7471.0);
    ((sum + F4::splat(32768.0)) * F4::splat(1.0 / 65536.0)).floor()
}

impl RowStage for Load {
    fn shape(&self) -> Shape {
        Shape::planes(self.sees.planes(self.format.channels)).with_margin(2 * self.margin)
    }

    fn reads_columns(&self, _: usize, columns: Range<usize>, width: usize) -> Range<usize> {
        beside(columns, self.margin, self.border, width)
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, _: &mut Work<'_>) {
        for row in 0..place.rows.len() {
            self.row(&inputs[0], row, &place.columns, out.floats(row));
        }
    }
}

/// The columns of an image that are read to see `margin` more on each side.
#[must_use]
pub fn beside(columns: Range<usize>, margin: usize, border: Border, width: usize) -> Range<usize> {
    let reaches_out = columns.start < margin || columns.end + margin > width;
    if border == Border::Wrap && reaches_out {
        return 0..width;
    }
    columns.start.saturating_sub(margin)..(columns.end + margin).min(width)
}

/// Adds a margin to rows of planes.
#[derive(Debug, Clone, Copy)]
pub struct Pad {
    /// How many planes there are.
    pub planes: usize,
    /// Columns of the image.
    pub width: usize,
    /// Columns beside those that are asked for, on each side.
    pub margin: usize,
    /// What is seen there beyond the image.
    pub border: Border,
}

impl RowStage for Pad {
    fn shape(&self) -> Shape {
        Shape::planes(self.planes).with_margin(2 * self.margin)
    }

    fn reads_columns(&self, _: usize, columns: Range<usize>, width: usize) -> Range<usize> {
        beside(columns, self.margin, self.border, width)
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, _: &mut Work<'_>) {
        for row in 0..place.rows.len() {
            for plane in 0..self.planes {
                let held = inputs[0].columns();
                let source = inputs[0].plane(row, plane);
                let out = out.plane(row, plane);
                let first = place.columns.start.cast_signed() - self.margin.cast_signed();
                let inside =
                    place.columns.start.saturating_sub(self.margin)..(place.columns.end + self.margin).min(self.width);
                let at = (inside.start.cast_signed() - first).cast_unsigned();
                out[at..at + inside.len()].copy_from_slice(&source[inside.start - held.start..inside.end - held.start]);
                for i in (0..at).chain(at + inside.len()..out.len()) {
                    let seen = self.border.index(first + i.cast_signed(), self.width);
                    out[i] = seen.map_or(0.0, |x| source[x - held.start]);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lumas_of_four_pixels_are_those_of_each() {
        let pixels = (0..1_u32 << 24).step_by(7).map(u32::to_le_bytes).collect::<Vec<_>>();
        for four in pixels.as_chunks::<4>().0 {
            let mut found = [0.0; 4];
            lumas(Rgba4::load(four)).store(&mut found);
            assert_eq!(found, four.map(|[r, g, b, _]| f32::from(luma(r, g, b))), "{four:?}");
        }
    }
}
