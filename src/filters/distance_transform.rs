//! How far it is to the edge.

use crate::error::Error;
use crate::filter::Filter;
use crate::image::{Border, Format, Layout};
use crate::params::{filter, number};
use crate::plan::{Edge, Node, Plan};
use crate::planes::{Sees, rounded};
use crate::stage::{Cut, Place, RowStage, RowsMut, Shape, Tile, Whole, Window, Work};
use crate::vector::{F4, for_each};

filter! {
    /// Draws how far each bright pixel is from the nearest dark one, in grey: 0 where it is dark, brighter inwards. Alpha is copied.
    ///
    /// Dark are the pixels whose luma (BT.601) is not above `threshold`. With the exact Euclidean distance `d`, from centre to centre, to
    /// the nearest dark pixel, red, green and blue become `d·scale` levels, up to 255; where there is no dark pixel they are 255. What
    /// lies outside the image is not there. Distances down a column of 65,535 and more count as endless.
    ///
    /// Class R. References: SciPy's `distance_transform_edt`, OpenCV's `distanceTransform` with `DIST_L2` and `DIST_MASK_PRECISE`.
    pub struct DistanceTransform = "distanceTransform", "Distance", Edges, intensity "scale" {
        /// Luma up to this many levels is dark.
        threshold: f64 = number(127.0).range(0.0, 255.0).step(1.0),
        /// Levels for each pixel of distance.
        scale: f64 = number(4.0).above(0.0, 255.0).soft(0.25, 32.0).step(0.25),
    }
    alpha: Copied,
    identity: Never,
    floats: Bounded,
}

impl Filter for DistanceTransform {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        let layout = plan.layout(source);
        let sample = layout.format().sample;
        let black = F4::splat((self.threshold * f64::from(sample.level())) as f32);
        let white = F4::splat(sample.full());
        let luma = plan.planes(source, Sees::Luma);
        let parted = plan.point(&[luma], 1, move |_, planes| {
            for_each(planes[0], |luma| luma.more(black, white, F4::splat(0.0)));
        });
        let parted = plan.store(parted, source);
        let columns = plan.whole(parted, Columns { layout });
        let rows = Rows { layout, scale: self.scale };
        Ok(plan.image(&[(columns, Edge::Border(Border::Clamp))], layout, rows))
    }
}

/// The distance down a column, in pixels: the first two bytes of each pixel.
type Steps = [u8; 2];

/// Where there is no dark pixel in the column.
const ENDLESS: u16 = u16::MAX;

/// Puts the distance to the nearest dark pixel of the same column into each pixel.
struct Columns {
    layout: Layout,
}

impl Whole for Columns {
    fn run(&self, pixels: &mut [u8], work: &mut Work<'_>) -> Option<Cut> {
        let (bytes, stride) = (self.layout.format().bytes(), self.layout.stride());
        let sample_bytes = self.layout.format().sample.bytes();
        let steps = |pixel: &[u8]| u16::from_le_bytes([pixel[0], pixel[1]]);
        for row in pixels.chunks_exact_mut(stride) {
            for pixel in row.chunks_exact_mut(bytes) {
                let is_dark = pixel[..sample_bytes].iter().all(|byte| *byte == 0);
                pixel[..2].copy_from_slice(&if is_dark { 0 } else { ENDLESS }.to_le_bytes());
            }
            if work.scratch.stopped() {
                return None;
            }
        }
        let meet = |here: &mut [u8], beside: &[u8]| {
            for (here, beside) in here.chunks_exact_mut(bytes).zip(beside.chunks_exact(bytes)) {
                let nearer = steps(here).min(steps(beside).saturating_add(1));
                here[..2].copy_from_slice(&nearer.to_le_bytes());
            }
            work.scratch.stopped()
        };
        for y in 1..self.layout.height() {
            let (above, here) = pixels.split_at_mut(y * stride);
            if meet(&mut here[..stride], &above[(y - 1) * stride..]) {
                return None;
            }
        }
        for y in (1..self.layout.height()).rev() {
            let (above, here) = pixels.split_at_mut(y * stride);
            if meet(&mut above[(y - 1) * stride..], &here[..stride]) {
                return None;
            }
        }
        None
    }
}

/// Makes distances of those down columns: of all pixels of a row, the lower envelope of parabolas (Meijster, Roerdink and Hesselink, *A
/// general algorithm for computing distance transforms in linear time*, 2000), in whole numbers.
struct Rows {
    layout: Layout,
    scale: f64,
}

/// The square of an endless distance. Sums with squares of sides fit.
const FAR: i64 = 1 << 60;

impl RowStage for Rows {
    fn shape(&self) -> Shape {
        Shape::pixels(self.layout.format().bytes())
    }

    fn tile(&self) -> Tile {
        Tile::WholeRows
    }

    fn write(&self, _: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, work: &mut Work<'_>) {
        let Format { sample, channels } = self.layout.format();
        let (bytes, size, width) = (self.layout.format().bytes(), sample.bytes(), self.layout.width());
        let (row, out) = (inputs[0].bytes(0), out.bytes(0));
        let square = |x: usize| match row[x * bytes..].first_chunk::<{ size_of::<Steps>() }>() {
            Some(steps) if u16::from_le_bytes(*steps) < ENDLESS => i64::from(u16::from_le_bytes(*steps)).pow(2),
            _ => FAR,
        };
        let distance = |x: usize, from: usize| (x as i64 - from as i64).pow(2) + square(from);
        // The columns whose parabolas are the lowest, and where each begins to be.
        let [mut lowest, mut starts] = [(), ()].map(|()| work.scratch.words(width));
        let mut count = 0;
        for x in 0..width {
            while count > 0 && distance(starts[count - 1] as usize, lowest[count - 1] as usize) > distance(starts[count - 1] as usize, x) {
                count -= 1;
            }
            let start = match count.checked_sub(1).map(|last| lowest[last] as usize) {
                None => 0,
                Some(before) => {
                    let [here, there] = [x as i64, before as i64];
                    (here * here - there * there + square(x) - square(before)).div_euclid(2 * (here - there)) + 1
                }
            };
            if start < width as i64 {
                (lowest[count], starts[count]) = (x as u32, start as u32);
                count += 1;
            }
        }
        let color_bytes = channels.colors() * size;
        let level = f64::from(sample.level());
        for (x, (out, from)) in out.chunks_exact_mut(bytes).zip(row.chunks_exact(bytes)).enumerate().rev() {
            let square = distance(x, lowest[count - 1] as usize);
            let full = f64::from(sample.full());
            let value = if square >= FAR { full } else { (libm::sqrt(square as f64) * self.scale * level).min(full) };
            let value = rounded(sample, value as f32);
            out[..color_bytes].chunks_exact_mut(size).for_each(|out| sample.put(value, out));
            out[color_bytes..].copy_from_slice(&from[color_bytes..]);
            if x == starts[count - 1] as usize {
                count -= 1;
            }
        }
        work.scratch.give_words(lowest);
        work.scratch.give_words(starts);
    }
}
