//! Luma of many pixels.

#[cfg(target_arch = "wasm32")]
mod simd128;

use super::window::line;
use crate::color::luma;
use crate::image::{Border, CHANNELS, Sample};
use crate::plan::{Found, Node, Plan};
use crate::planes::{Sees, beside};
use crate::stage::{Place, RowStage, RowsMut, Shape, Window, Work};
use std::ops::Range;

/// Writes the luma of pixels; both slices have the same length.
#[cfg(not(target_arch = "wasm32"))]
pub fn write(pixels: &[[u8; CHANNELS]], out: &mut [u8]) {
    write_each(pixels, out);
}
/// Adds a number from −255 to 255 to the colours of each pixel, and clamps them; both slices have the same length.
#[cfg(not(target_arch = "wasm32"))]
pub fn add(pixels: &mut [[u8; CHANNELS]], deltas: &[i16]) {
    add_each(pixels, deltas);
}
#[cfg(target_arch = "wasm32")]
pub use simd128::{add, write};

fn write_each(pixels: &[[u8; CHANNELS]], out: &mut [u8]) {
    for (out, [r, g, b, _]) in out.iter_mut().zip(pixels) {
        *out = luma(*r, *g, *b);
    }
}

fn add_each(pixels: &mut [[u8; CHANNELS]], deltas: &[i16]) {
    for ([r, g, b, _], delta) in pixels.iter_mut().zip(deltas) {
        for value in [r, g, b] {
            *value = (i16::from(*value) + delta).clamp(0, 255) as u8;
        }
    }
}

/// Pixels whose lumas are worked out together.
pub const BLOCK: usize = 256;

/// Rewrites pixels block by block, where their lumas are at hand.
#[inline(always)]
pub fn each(pixels: &mut [[u8; CHANNELS]], rewrite: impl Fn(&mut [u8; CHANNELS], u8)) {
    let mut lumas = [0; BLOCK];
    for pixels in pixels.chunks_mut(BLOCK) {
        write(pixels, &mut lumas[..pixels.len()]);
        pixels.iter_mut().zip(&lumas).for_each(|(pixel, luma)| rewrite(pixel, *luma));
    }
}

/// Replaces the luma of pixels and keeps their colour differences, block by block: `write_deltas` is told where a block begins, gets
/// its lumas, and writes what is added to each.
#[inline(always)]
pub fn replace(pixels: &mut [[u8; CHANNELS]], mut write_deltas: impl FnMut(usize, &[u8], &mut [i16])) {
    let (mut lumas, mut deltas) = ([0; BLOCK], [0; BLOCK]);
    for (i, pixels) in pixels.chunks_mut(BLOCK).enumerate() {
        let (lumas, deltas) = (&mut lumas[..pixels.len()], &mut deltas[..pixels.len()]);
        write(pixels, lumas);
        write_deltas(i * BLOCK, lumas, deltas);
        add(pixels, deltas);
    }
}

/// Lines of luma of bytes, with columns beside those that are asked for.
pub struct Lumas {
    /// Columns of the image.
    pub width: usize,
    /// Columns on each side.
    pub left: usize,
    /// Bytes beside the columns: those on each side, and what may be anything.
    pub beside: usize,
    /// What is seen outside the image.
    pub border: Border,
}

impl RowStage for Lumas {
    fn shape(&self) -> Shape {
        Shape::pixels(1).with_margin(self.beside)
    }

    fn reads_columns(&self, _: usize, columns: Range<usize>, width: usize) -> Range<usize> {
        beside(columns, self.left, self.border, width)
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, _: &mut Work<'_>) {
        let first = place.columns.start.cast_signed() - self.left.cast_signed();
        let out = &mut out.bytes(0)[..place.columns.len() + 2 * self.left];
        line(&inputs[0], 0, (first, self.border, self.width), 0, out, &|pixels, lumas| write(pixels, lumas));
    }
}

/// Makes pixels white where luma is above `black`, else black.
pub fn bytes_to_black_and_white(pixels: &mut [[u8; CHANNELS]], black: u8) {
    each(pixels, |pixel, luma| {
        let value = if luma > black { 255 } else { 0 };
        *pixel = [value, value, value, pixel[3]];
    });
}

/// White where luma is above so many levels, else black.
pub fn black_and_white(plan: &mut Plan, source: Node, level: f64) -> Node {
    let sample = plan.layout(source).format().sample;
    let black = (level * f64::from(sample.level())) as f32;
    let luma = plan.planes(source, Sees::Luma);
    let gray = plan.point(&[luma], 1, move |_, planes| split(planes[0], black, sample));
    plan.store(gray, source)
}

/// The same with a measure that has found the level, as an `f32` in the scale of the samples.
pub fn black_and_white_of(plan: &mut Plan, source: Node, level: Found) -> Node {
    let sample = plan.layout(source).format().sample;
    let luma = plan.planes(source, Sees::Luma);
    let gray = plan.point_of(&[luma], 1, level, move |black: &f32, planes| split(planes[0], *black, sample));
    plan.store(gray, source)
}

fn split(lumas: &mut [f32], black: f32, sample: Sample) {
    let white = sample.full();
    lumas.iter_mut().for_each(|value| *value = if *value > black { white } else { 0.0 });
}
