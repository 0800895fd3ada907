//! Edges by Canny's method.

use crate::error::Error;
use crate::filter::Filter;
use crate::image::{Border, Layout, Sample};
use crate::kernels::gaussian::of_planes;
use crate::kernels::luma::Lumas;
use crate::kernels::{edges, gradient};
use crate::params::{boolean, filter, number};
use crate::plan::{Area, AreaWindow, Edge, Node, Plan};
use crate::planes::{Sees, rounded};
use crate::scratch::Scratch;
use crate::stage::{Cut, RowsMut, Whole, Work};

filter! {
    /// Draws edges as white lines of one pixel, on black: where Sobel's gradient of luma (BT.601) is largest across the edge
    /// and above a threshold. Weaker parts of a line stay where it is strong somewhere. Alpha is copied.
    ///
    /// 1. Where `sigma` is not 0, luma is blurred as by `gaussianBlur` with the border `clamp`, and rounded as the
    ///    samples are.
    /// 2. `gx` and `gy` are those of `sobel`, with the border `clamp`. The magnitude is `|gx| + |gy|`, or with `l2` the
    ///    length of the two; outside the image it is 0.
    /// 3. A pixel may be part of a line where its magnitude is above `low` and a maximum across the edge. With
    ///    `t = 13573/32768`, about the tangent of 22.5°: where `|gy| < t·|gx|` it must be above its left neighbour's
    ///    and not below its right one's; where `|gy| > (t + 2)·|gx|`, above the upper one's and not below the lower
    ///    one's; else above both of its neighbours on the diagonal that the gradient points along.
    /// 4. White are the pixels of step 3 whose magnitude is above `high`, and all pixels of step 3 that touch a white
    ///    one, at a side or a corner, directly or through others. All else is black.
    ///
    /// Class E, and F where `sigma` is not 0. Reference: OpenCV's `Canny` with `apertureSize=3`. scikit-image's is
    /// another algorithm: it always blurs, and interpolates along the gradient.
    pub struct Canny = "canny", "Edges (Canny)", Edges, intensity "high" {
        /// Gradients above this many levels may be part of a line. Where it is above `high`, the two change places.
        low: f64 = number(50.0).range(0.0, f64::INFINITY).soft(0.0, 500.0).step(1.0),
        /// Gradients above this many levels make a line.
        high: f64 = number(100.0).range(0.0, f64::INFINITY).soft(0.0, 500.0).step(1.0),
        /// Takes the length of the gradient, `√(gx² + gy²)`, and not `|gx| + |gy|`.
        l2: bool = boolean(false),
        /// Standard deviation of a Gaussian blur that goes first, against noise; 0 leaves it out.
        sigma: f64 = number(0.0).range(0.0, 250.0).soft(0.0, 10.0).step(0.1).unit("px"),
    }
    alpha: Copied,
    identity: Never,
    floats: Bounded,
}

impl Filter for Canny {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        let layout = plan.layout(source);
        let sample = layout.format().sample;
        if plan.is_bytes(source) && self.sigma == 0.0 && !self.l2 {
            // Sums are whole numbers of at most 2040, and 0 outside the image.
            let [low, high] = [self.low.min(self.high), self.low.max(self.high)].map(|threshold| threshold as i16);
            let width = layout.width();
            let border = Edge::Border(Border::Clamp);
            let lumas = Lumas { width, left: 2, beside: edges::LUMAS_BESIDE, border: Border::Clamp };
            let lumas = plan.rows(&[(source, border)], lumas);
            let gradients = plan.rows(&[(lumas, border)], edges::Gradients { width });
            let inputs = [(gradients, Edge::Border(Border::Transparent)), (source, border)];
            let marked = plan.image(&inputs, layout, edges::Thin { low, high });
            return Ok(plan.whole(marked, Follow { layout }));
        }
        let mut luma = plan.planes(source, Sees::Luma);
        if self.sigma > 0.0 {
            let blurred = of_planes::filter_planes(plan, luma, self.sigma, Border::Clamp);
            luma = plan.point(&[blurred], 1, move |_, planes| {
                planes[0].iter_mut().for_each(|value| *value = rounded(sample, *value));
            });
        }
        // Squares of gradients in levels are whole numbers below 2²⁴ where samples are whole levels: then they are exact.
        let unit = if self.l2 && sample == Sample::U16 { sample.level() } else { 1.0 };
        let gradients = plan.area(luma, Border::Clamp, Gradients { l2: self.l2, unit });
        let [low, high] = [self.low.min(self.high), self.low.max(self.high)].map(|threshold| {
            let threshold = threshold * f64::from(sample.level() / unit);
            if self.l2 { threshold * threshold } else { threshold }
        });
        // Outside the image there is no gradient.
        let edges = plan.area(gradients, Border::Transparent, Thin { low, high, marks: marks(sample) });
        let marked = plan.store(edges, source);
        Ok(plan.whole(marked, Follow { layout }))
    }
}

/// What stands for a pixel that may be part of a line, and for one that is: their last bytes differ from one another, and
/// from 0. Of bytes, they are [`edges::MARKS`].
fn marks(sample: Sample) -> [f32; 2] {
    let weak = if sample == Sample::F32 { 2.0 } else { rounded(sample, sample.full() / 2.0) };
    [weak, sample.full()]
}

/// Sobel's gradients, horizontal and vertical, and their magnitude.
struct Gradients {
    l2: bool,
    unit: f32,
}

/// Values that are worked out together, so that they become vectors.
const BLOCK: usize = 8;

impl Area for Gradients {
    fn reach(&self) -> [usize; 2] {
        [1, 1]
    }

    fn planes(&self, _: usize) -> usize {
        3
    }

    fn row(&self, window: &AreaWindow<'_>, out: &mut RowsMut<'_>, _: &mut Scratch) {
        let lines = [0, 1, 2].map(|row| window.line(row, 0));
        let (gx, rest) = out.floats(0).split_at_mut(window.columns.len());
        let (gy, magnitude) = rest.split_at_mut(window.columns.len());
        let mut x = 0;
        while x < gx.len() {
            if x + BLOCK <= gx.len() {
                let [a, b, c] = self.of::<BLOCK>(lines, x);
                gx[x..x + BLOCK].copy_from_slice(&a);
                gy[x..x + BLOCK].copy_from_slice(&b);
                magnitude[x..x + BLOCK].copy_from_slice(&c);
                x += BLOCK;
            } else {
                let [[a], [b], [c]] = self.of::<1>(lines, x);
                (gx[x], gy[x], magnitude[x]) = (a, b, c);
                x += 1;
            }
        }
    }
}

impl Gradients {
    #[inline(always)]
    fn of<const N: usize>(&self, lines: [&[f32]; 3], x: usize) -> [[f32; N]; 3] {
        let [gx, gy] = gradient::of_lines::<N>(lines, x).map(|gradient| gradient.map(|value| value / self.unit));
        let magnitude = if self.l2 {
            std::array::from_fn(|i| gx[i] * gx[i] + gy[i] * gy[i])
        } else {
            std::array::from_fn(|i| gx[i].abs() + gy[i].abs())
        };
        [gx, gy, magnitude]
    }
}

/// Marks pixels whose magnitude is above a threshold and largest across the edge.
struct Thin {
    low: f64,
    high: f64,
    marks: [f32; 2],
}

/// That of 67.5° is 2 more.
const TANGENT: f64 = edges::TANGENT as f64;
const ONE: f64 = 32768.0;

impl Area for Thin {
    fn reach(&self) -> [usize; 2] {
        [1, 1]
    }

    fn planes(&self, _: usize) -> usize {
        1
    }

    fn row(&self, window: &AreaWindow<'_>, out: &mut RowsMut<'_>, _: &mut Scratch) {
        let [gx, gy] = [0, 1].map(|plane| window.line(1, plane));
        let [above, here, below] = [0, 1, 2].map(|row| window.line(row, 2));
        let [weak, strong] = self.marks;
        for (x, out) in (1..).zip(out.plane(0, 0)) {
            *out = 0.0;
            let magnitude = here[x];
            if f64::from(magnitude) <= self.low {
                continue;
            }
            let [gx, gy] = [gx[x], gy[x]].map(f64::from);
            let (across, down) = (gx.abs(), gy.abs() * ONE);
            let is_largest = if down < across * TANGENT {
                magnitude > here[x - 1] && magnitude >= here[x + 1]
            } else if down > across * (TANGENT + 2.0 * ONE) {
                magnitude > above[x] && magnitude >= below[x]
            } else {
                let (before, after) = if (gx < 0.0) == (gy < 0.0) { (x - 1, x + 1) } else { (x + 1, x - 1) };
                magnitude > above[before] && magnitude > below[after]
            };
            if is_largest {
                *out = if f64::from(magnitude) > self.high { strong } else { weak };
            }
        }
    }
}

/// Follows lines from where they are strong: what may be part of a line and touches it is, and the rest is not.
struct Follow {
    layout: Layout,
}

/// Pixels whose neighbours are still to be looked at; where there are more, the image is looked through again.
const MOST_OPEN: usize = 1 << 16;

impl Whole for Follow {
    fn run(&self, pixels: &mut [u8], work: &mut Work<'_>) -> Option<Cut> {
        let scratch = &mut *work.scratch;
        let (width, height, format) = (self.layout.width(), self.layout.height(), self.layout.format());
        let (pixel_bytes, sample_bytes) = (format.bytes(), format.sample.bytes());
        let color_bytes = format.channels.colors() * sample_bytes;
        let [weak, strong] = marks(format.sample).map(|mark| {
            let mut color = [0; 12];
            color.chunks_exact_mut(sample_bytes).for_each(|bytes| format.sample.put(mark, bytes));
            color
        });
        // One byte of a pixel tells what it is.
        let mark = sample_bytes - 1;
        let (is_weak, is_strong, strong) = (weak[mark], strong[mark], &strong[..color_bytes]);
        let mut open = scratch.words(MOST_OPEN);
        let mut again = true;
        while again {
            again = false;
            for first in 0..width * height {
                if first % width == 0 && scratch.stopped() {
                    scratch.give_words(open);
                    return None;
                }
                if pixels[first * pixel_bytes + mark] != is_strong {
                    continue;
                }
                let mut count = 1;
                open[0] = first as u32;
                while count > 0 && !scratch.stopped() {
                    count -= 1;
                    let pixel = open[count] as usize;
                    let (x, y) = (pixel % width, pixel / width);
                    for y in y.saturating_sub(1)..(y + 2).min(height) {
                        for beside in y * width + x.saturating_sub(1)..y * width + (x + 2).min(width) {
                            let at = beside * pixel_bytes;
                            if pixels[at + mark] == is_weak {
                                pixels[at..at + color_bytes].copy_from_slice(strong);
                                match open.get_mut(count) {
                                    Some(place) => (*place, count) = (beside as u32, count + 1),
                                    None => again = true,
                                }
                            }
                        }
                    }
                }
            }
        }
        for pixel in pixels.chunks_exact_mut(pixel_bytes) {
            if pixel[mark] == is_weak {
                pixel[..color_bytes].fill(0);
            }
        }
        scratch.give_words(open);
        None
    }
}
