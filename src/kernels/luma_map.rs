//! Colours that are a function of luma.

use super::luma;
use crate::color::to_byte;
use crate::image::CHANNELS;
use crate::plan::{Node, Plan};
use crate::planes::{Sees, luma_of};
use crate::stage::BytePoint;

/// Gives each pixel the colour that a function makes of its luma: from levels to red, green and blue in levels. Alpha is copied.
pub fn colored(plan: &mut Plan, source: Node, color: impl Fn(f64) -> [f64; 3] + Send + Sync + 'static) -> Node {
    if plan.is_bytes(source) {
        let colors = std::array::from_fn(|level| color(level as f64).map(to_byte));
        return plan.pixels(source, Box::new(OfBytes { colors }), true);
    }
    let sample = plan.layout(source).format().sample;
    let level = f64::from(sample.level());
    let planes = plan.planes(source, Sees::Rgb);
    let mapped = plan.point(&[planes], 3, move |_, planes| {
        let [r, g, b] = planes else { unreachable!("there are three planes") };
        for ((r, g), b) in r.iter_mut().zip(g.iter_mut()).zip(b.iter_mut()) {
            let luma = f64::from(luma_of(sample, [*r, *g, *b])) / level;
            [*r, *g, *b] = color(luma).map(|value| (level * value) as f32);
        }
    });
    plan.store(mapped, source)
}

struct OfBytes {
    colors: [[u8; 3]; 256],
}

impl BytePoint for OfBytes {
    fn apply(&self, pixels: &mut [u8]) {
        luma::each(pixels.as_chunks_mut::<CHANNELS>().0, |pixel, luma| {
            let [r, g, b] = self.colors[usize::from(luma)];
            *pixel = [r, g, b, pixel[3]];
        });
    }
}
