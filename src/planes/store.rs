//! From planes to stored rows: alpha, linear light, rounding.

use super::{Transfer, luma_of, rounded, write};
use crate::color::encode_srgb;
use crate::image::{Format, Sample};
use crate::stage::{Place, RowStage, RowsMut, Shape, Window, Work};
use crate::vector::{F4, Rgba4, rewrite};

/// What planes hold where they are stored.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Holds {
    /// Straight colours, one plane or three. Alpha is copied from a second input.
    Colors,
    /// Straight colours, one plane or three, and alpha.
    StraightAlpha,
    /// Colours times alpha, and alpha.
    Premultiplied,
    /// Colours of an opaque image, times this.
    Scaled(f32),
}

/// Rounds planes to stored rows.
#[derive(Debug, Clone, Copy)]
pub struct Store {
    /// Of what is written.
    pub format: Format,
    /// What the planes hold.
    pub holds: Holds,
    /// Whether colours are linear light.
    pub linear: bool,
}

impl Store {
    /// What is stored of a straight colour of 16 bits or of a float; still single precision.
    #[inline(always)]
    fn color(&self, value: f32) -> f32 {
        let sample = self.format.sample;
        if !self.linear {
            return rounded(sample, value);
        }
        if sample == Sample::F32 {
            return encode_srgb(f64::from(value)) as f32;
        }
        let light = f64::from(value / sample.full()).clamp(0.0, 1.0);
        rounded(sample, (f64::from(sample.full()) * encode_srgb(light)) as f32)
    }
}

/// RGBA bytes, four pixels at a time: filters see no other bytes.
impl Store {
    fn write_bytes(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, work: &mut Work<'_>) {
        let pixels = place.columns.len();
        let has_alpha = matches!(self.holds, Holds::StraightAlpha | Holds::Premultiplied);
        let colors = inputs[0].planes() - usize::from(has_alpha);
        let copies_alpha = self.holds == Holds::Colors && !self.format.channels.is_opaque();
        let transfer = self.linear.then(Transfer::tables);
        // The last pixels are stored with what happens to be beside them.
        let mut last = work.scratch.bytes(16);
        for row in 0..place.rows.len() {
            let part = |plane: usize| inputs[0].part(row, plane, &place.columns);
            let [r, g, b] = [0, 1, 2].map(|color: usize| part(color.min(colors - 1)));
            let alphas = if has_alpha { part(colors) } else { &[] };
            let source = if copies_alpha { inputs[1].pixels::<4>(row, &place.columns) } else { &[] };
            let make = |x: usize| {
                let at = |plane: &[f32]| match plane[x..].first_chunk() {
                    Some(four) => F4::load(four),
                    None => F4::of(&plane[x..]),
                };
                let full = F4::splat(255.0);
                let scale = match self.holds {
                    Holds::Scaled(scale) => Some(F4::splat(scale)),
                    Holds::Premultiplied => Some(full / at(alphas)),
                    _ => None,
                };
                let color = |plane| {
                    let value = scale.map_or_else(|| at(plane), |scale| at(plane) * scale);
                    transfer.map_or(value, |transfer| transfer.encode_four(value))
                };
                let alpha = if has_alpha { at(alphas) } else { full };
                let made = Rgba4::of_bytes([color(r), color(g), color(b), alpha]);
                match self.holds {
                    Holds::Premultiplied => made.visible(),
                    _ if copies_alpha => made.with_alpha_of(match source[x..].first_chunk() {
                        Some(four) => Rgba4::load(four),
                        None => Rgba4::of(&source[x..]),
                    }),
                    _ => made,
                }
            };
            let (blocks, rest) = out.pixels::<4>(row).as_chunks_mut::<4>();
            for (i, block) in blocks.iter_mut().enumerate() {
                make(4 * i).store(block);
            }
            if !rest.is_empty() {
                let four = last.as_chunks_mut().0.first_chunk_mut().expect("four pixels");
                make(pixels - rest.len()).store(four);
                rest.copy_from_slice(&four[..rest.len()]);
            }
        }
        work.scratch.give_bytes(last);
    }
}

impl RowStage for Store {
    fn shape(&self) -> Shape {
        Shape::pixels(self.format.bytes())
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, work: &mut Work<'_>) {
        let Format { sample, channels } = self.format;
        let (pixels, full) = (place.columns.len(), sample.full());
        let has_alpha = matches!(self.holds, Holds::StraightAlpha | Holds::Premultiplied);
        let colors = inputs[0].planes() - usize::from(has_alpha);
        if sample == Sample::U8 {
            return self.write_bytes(place, inputs, out, work);
        }
        let mut values = work.scratch.floats(4 * pixels);
        for row in 0..place.rows.len() {
            let part = |plane: usize| inputs[0].part(row, plane, &place.columns);
            let (color_values, alpha_values) = values.split_at_mut(3 * pixels);
            let alpha_values = &mut alpha_values[..pixels];
            if has_alpha {
                let alpha = part(colors);
                alpha_values.iter_mut().zip(alpha).for_each(|(to, alpha)| *to = rounded(sample, *alpha));
            }
            for (color, to) in (0..colors).zip(color_values.chunks_exact_mut(pixels)) {
                let from = part(color);
                match self.holds {
                    Holds::Colors | Holds::StraightAlpha => {
                        to.iter_mut().zip(from).for_each(|(to, value)| *to = self.color(*value));
                    }
                    Holds::Scaled(scale) => {
                        to.iter_mut().zip(from).for_each(|(to, value)| *to = self.color(*value * scale));
                    }
                    Holds::Premultiplied => {
                        to.copy_from_slice(from);
                        let full = F4::splat(full);
                        rewrite(to, part(colors), |value, alpha| value * (full / alpha));
                        for (to, alpha) in to.iter_mut().zip(&*alpha_values) {
                            *to = if *alpha > 0.0 { self.color(*to) } else { 0.0 };
                        }
                    }
                }
            }
            if has_alpha && self.holds == Holds::Premultiplied {
                // What is invisible is nothing, in floats too.
                alpha_values.iter_mut().for_each(|alpha| *alpha = if *alpha > 0.0 { *alpha } else { 0.0 });
            }
            let out = out.bytes(row);
            let count = channels.count();
            if channels.colors() == 1 && colors == 3 {
                let (r, rest) = color_values.split_at_mut(pixels);
                for ((r, g), b) in r.iter_mut().zip(&rest[..pixels]).zip(&rest[pixels..]) {
                    *r = luma_of(sample, [*r, *g, *b]);
                }
            }
            for channel in 0..channels.colors() {
                let from = channel.min(colors - 1);
                write(sample, &color_values[from * pixels..][..pixels], count, channel, out);
            }
            if !channels.stores_alpha() {
                continue;
            }
            match self.holds {
                Holds::Colors if !channels.is_opaque() => {
                    let held = inputs[1].columns().start;
                    let bytes = self.format.bytes();
                    copy_alpha(self.format, &inputs[1].bytes(row)[(place.columns.start - held) * bytes..], out);
                }
                Holds::Colors | Holds::Scaled(_) => {
                    alpha_values.fill(full);
                    write(sample, alpha_values, count, count - 1, out);
                }
                Holds::StraightAlpha | Holds::Premultiplied => write(sample, alpha_values, count, count - 1, out),
            }
        }
        work.scratch.give_floats(values);
    }
}

/// Four pixels of RGBA bytes, of colours times alpha, and alpha, side by side; the colours are light where there is `transfer`.
/// Of an opaque image alpha is full, whatever rounding has made of it.
#[must_use]
#[inline(always)]
pub fn straight(pixels: [F4; 4], transfer: Option<&Transfer>, is_opaque: bool) -> Rgba4 {
    let [r, g, b, a] = F4::transposed(pixels);
    let byte = |color| transfer.map_or(color, |transfer| transfer.encode_four(color));
    let full = F4::splat(255.0);
    if is_opaque {
        return Rgba4::of_bytes([byte(r), byte(g), byte(b), full]);
    }
    let scale = full / a;
    Rgba4::of_bytes([byte(r * scale), byte(g * scale), byte(b * scale), a]).visible()
}

/// The same of a row.
pub fn write_straight(pixels: &[[f32; 4]], transfer: Option<&Transfer>, out: &mut [[u8; 4]]) {
    let (blocks, rest) = pixels.as_chunks::<4>();
    let (outs, out_rest) = out.as_chunks_mut::<4>();
    for (block, out) in blocks.iter().zip(outs) {
        straight(block.each_ref().map(F4::load), transfer, false).store(out);
    }
    let (mut block, mut last) = ([[0.0; 4]; 4], [[0; 4]; 4]);
    block[..rest.len()].copy_from_slice(rest);
    straight(block.each_ref().map(F4::load), transfer, false).store(&mut last);
    out_rest.copy_from_slice(&last[..rest.len()]);
}

/// Copies alpha, and nothing else.
fn copy_alpha(format: Format, from: &[u8], to: &mut [u8]) {
    let (bytes, alpha) = (format.bytes(), format.sample.bytes());
    for (to, from) in to.chunks_exact_mut(bytes).zip(from.chunks_exact(bytes)) {
        to[bytes - alpha..].copy_from_slice(&from[bytes - alpha..]);
    }
}
