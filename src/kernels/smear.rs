//! Means along paths around a centre: lines from it, and arcs.

use crate::image::{CHANNELS, Format, Layout, Sample};
use crate::plan::{Edge, Node, Plan};
use crate::planes::{Holds, Sees};
use crate::stage::{Place, RowStage, RowsMut, Shape, Window, Work};
use crate::vector::F4;

/// The most steps of a path. Shorter ones have half as many, a quarter and so on.
const MOST_STEPS: usize = 256;

impl Plan {
    /// Makes each pixel the mean of a path through it. The path of a pixel at `(1, 0)` from the centre is `path` of −½ to ½, and
    /// `length` long; that of any other is turned and as many times as long as it is farther away. The centre is a share of width and
    /// height. Between pixels the picture is bilinear, and beyond its edges like the nearest pixel.
    pub fn smeared(&mut self, node: Node, center: [f64; 2], length: f64, path: impl Fn(f64) -> [f64; 2]) -> Node {
        let is_weighted = !self.is_opaque(node);
        let layout = self.layout(node);
        let node = if node == self.start() { node } else { self.materialise(node) };
        let center = [center[0] * layout.width() as f64, center[1] * layout.height() as f64];
        let path = (0..=MOST_STEPS).map(|i| path(i as f64 / MOST_STEPS as f64 - 0.5)).collect();
        let smear = Smear { layout, is_weighted, center, length, path };
        let means = self.rows(&[(node, Edge::Image)], smear);
        let holds = if is_weighted { Holds::Premultiplied } else { Holds::Scaled(1.0) };
        self.store_as(means, layout, holds, false)
    }
}

struct Smear {
    layout: Layout,
    is_weighted: bool,
    center: [f64; 2],
    length: f64,
    path: Vec<[f64; 2]>,
}

impl Smear {
    /// Colours times alpha, and alpha; of an opaque picture what is stored.
    #[inline(always)]
    fn pixel(&self, data: &[u8], index: usize) -> F4 {
        let format = self.layout.format();
        let pixel = match data[index * format.bytes()..].first_chunk::<CHANNELS>() {
            Some(pixel) if format.sample == Sample::U8 => pixel.map(f32::from),
            _ => any_pixel(data, index, format),
        };
        if !self.is_weighted {
            return F4::load(&pixel);
        }
        let [r, g, b, alpha] = pixel;
        let full = format.sample.full();
        F4::load(&[r, g, b, full]) * F4::splat(alpha / full)
    }

    /// The mean of a pixel's path.
    fn mean(&self, data: &[u8], [x, y]: [usize; 2]) -> F4 {
        let (width, height) = (self.layout.width(), self.layout.height());
        let [dx, dy] = [x as f64 + 0.5 - self.center[0], y as f64 + 0.5 - self.center[1]];
        let length = self.length * (dx * dx + dy * dy).sqrt();
        let mut steps = 1;
        while steps < MOST_STEPS && (steps as f64) < length {
            steps *= 2;
        }
        let mut sum = F4::splat(0.0);
        for [along, across] in self.path.iter().step_by(MOST_STEPS / steps) {
            let u = (self.center[0] + dx * along - dy * across - 0.5).clamp(0.0, (width - 1) as f64);
            let v = (self.center[1] + dx * across + dy * along - 0.5).clamp(0.0, (height - 1) as f64);
            let (left, top) = (u as usize, v as usize);
            let [part_x, part_y] = [(u - left as f64) as f32, (v - top as f64) as f32].map(F4::splat);
            let (right, below) = (usize::from(left + 1 < width), if top + 1 < height { width } else { 0 });
            let first = top * width + left;
            let [a, b, c, d] =
                [first, first + right, first + below, first + below + right].map(|index| self.pixel(data, index));
            let (upper, lower) = (a + (b - a) * part_x, c + (d - c) * part_x);
            sum = sum + (upper + (lower - upper) * part_y);
        }
        sum * F4::splat(1.0 / (steps + 1) as f32)
    }
}

/// A pixel of any format, its colours first and alpha last.
#[inline(never)]
fn any_pixel(data: &[u8], index: usize, format: Format) -> [f32; CHANNELS] {
    let Format { sample, channels } = format;
    let (bytes, size) = (&data[index * format.bytes()..], sample.bytes());
    let mut pixel = [0.0, 0.0, 0.0, sample.full()];
    for (channel, value) in pixel.iter_mut().enumerate().take(channels.colors()) {
        *value = sample.value(&bytes[channel * size..]);
    }
    if channels.stores_alpha() {
        pixel[3] = sample.value(&bytes[channels.colors() * size..]);
    }
    pixel
}

impl RowStage for Smear {
    fn shape(&self) -> Shape {
        let sees = if self.is_weighted { Sees::PremultipliedAlways } else { Sees::Colors };
        Shape::planes(sees.planes(self.layout.format().channels))
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, _: &mut Work<'_>) {
        let data = inputs[0].image().span(0..self.layout.height());
        let (colors, planes, width) = (self.layout.format().channels.colors(), out.planes(), place.columns.len());
        let out = out.floats(0);
        let mut mean = [0.0; CHANNELS];
        for (i, x) in place.columns.clone().enumerate() {
            self.mean(data, [x, place.rows.start.cast_unsigned()]).store(&mut mean);
            for plane in 0..planes {
                out[plane * width + i] = mean[if plane < colors { plane } else { 3 }];
            }
        }
    }
}
