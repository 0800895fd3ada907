//! Luma of many pixels.

#[cfg(target_arch = "wasm32")]
mod simd128;

use crate::color::luma;
use crate::image::CHANNELS;
use crate::plan::{Node, Plan};
use crate::planes::Sees;

/// Writes the luma of pixels; both slices have the same length.
#[cfg(not(target_arch = "wasm32"))]
pub fn write(pixels: &[[u8; CHANNELS]], out: &mut [u8]) {
    write_each(pixels, out);
}
#[cfg(target_arch = "wasm32")]
pub use simd128::write;

fn write_each(pixels: &[[u8; CHANNELS]], out: &mut [u8]) {
    for (out, [r, g, b, _]) in out.iter_mut().zip(pixels) {
        *out = luma(*r, *g, *b);
    }
}

/// White where luma is above so many levels, else black.
pub fn black_and_white(plan: &mut Plan, source: Node, level: f64) -> Node {
    let sample = plan.layout(source).format().sample;
    let (black, white) = ((level * f64::from(sample.level())) as f32, sample.full());
    let luma = plan.planes(source, Sees::Luma);
    let gray = plan.point(&[luma], 1, move |_, planes| {
        planes[0].iter_mut().for_each(|value| *value = if *value > black { white } else { 0.0 });
    });
    plan.store(gray, source)
}
