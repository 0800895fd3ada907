//! Convolution with a free kernel.

use crate::error::Error;
use crate::filter::Filter;
use crate::plan::{Area, AreaWindow, Node, Plan};
use crate::planes::{Holds, Sees, most_invisible};
use crate::scratch::Scratch;
use crate::stage::RowsMut;
use crate::vector::{F4, for_each, rewrite};
use crate::image::Border;
use crate::kernels::correlate::Correlation;
use crate::params::{Length, boolean, choice, filter, integer, number, numbers};

const SHARPEN: &[f64] = &[0.0, -1.0, 0.0, -1.0, 5.0, -1.0, 0.0, -1.0, 0.0];
/// Changes nothing.
const CENTRE: &[f64] = &[0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0];

filter! {
    /// Replaces each pixel by a weighted sum of its neighbourhood: a correlation, the kernel is not turned.
    ///
    /// With the centre `(cx, cy) = (floor(width/2), floor(height/2))`:
    /// `v'(x, y) = Σ kernel[j·width + i] · v(x + i − cx, y + j − cy) / divisor + bias`, the bias in levels. SVG's
    /// `feConvolveMatrix` and SciPy's `convolve` turn the kernel by half a turn: turn it before you give it, to get
    /// what they give.
    ///
    /// With `preserveAlpha: false` the sums are over colours times alpha, and over alpha. The bias is added to the
    /// straight colour, not to alpha, and not where the new alpha is 0.
    ///
    /// Class R; P where alpha is filtered. References: OpenCV's `filter2D` in double precision, SciPy's `correlate`.
    pub struct Convolve = "convolve", "Convolve", Technical {
        /// Columns of the kernel.
        width: usize = integer(3.0).range(1.0, 31.0).odd(),
        /// Rows of the kernel.
        height: usize = integer(3.0).range(1.0, 31.0).odd(),
        /// The weights, row by row.
        kernel: Vec<f64> = numbers(Length::Product("width", "height"), SHARPEN),
        /// What the sum is divided by; left out, the sum of the kernel, or 1 where that is 0.
        divisor: Option<f64> = number(1.0).soft(-16.0, 16.0).step(0.5).non_zero().optional(),
        /// Levels added to each colour.
        bias: f64 = number(0.0).soft(-255.0, 255.0).step(1.0),
        /// What is seen outside the image.
        border: Border = choice::<Border>(),
        /// Copies alpha and takes colours as they are; otherwise alpha is filtered too, and colours weighted with it.
        preserve_alpha as "preserveAlpha": bool = boolean(true),
    }
    alpha: CopiedWhere("preserveAlpha"),
    identity: Where(
        "width" = Number(3.0),
        "height" = Number(3.0),
        "kernel" = Numbers(CENTRE),
        "divisor" = Number(1.0),
        "bias" = Number(0.0),
        "preserveAlpha" = Boolean(true)
    ),
}

impl Filter for Convolve {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        let divisor = self.divisor.unwrap_or_else(|| default_divisor(&self.kernel));
        let weights: Vec<f64> = self.kernel.iter().map(|weight| weight / divisor).collect();
        let Self { width, height, bias, border, preserve_alpha, .. } = *self;
        if plan.is_bytes(source)
            && preserve_alpha
            && let Some(correlation) = Correlation::new(&weights, [width, height], bias, border)
        {
            return Ok(correlation.apply(plan, source));
        }
        // Sums of a row, then of the rows: at most width + height + 2 roundings of 2⁻²⁴ each.
        let largest = 255.0 * weights.iter().map(|weight| weight.abs()).sum::<f64>() + bias.abs();
        let error = largest * (width + height + 2) as f64 / f64::from(1 << 24);
        let sample = plan.layout(source).format().sample;
        let bias = (bias * f64::from(sample.level())) as f32;
        let size = [width, height];
        let sees = if preserve_alpha { Sees::Colors } else { Sees::PremultipliedAlways };
        let planes = plan.planes_with_margin(source, sees, false, width / 2, border);
        let sums = if error < 0.005 {
            let weights = weights.iter().map(|weight| *weight as f32).collect();
            plan.area(planes, border, InSingles { weights, size })
        } else {
            plan.area(planes, border, InDoubles { weights, size })
        };
        if preserve_alpha {
            let biased = plan.point(&[sums], plan.layout(source).format().channels.colors(), move |_, planes| {
                planes.iter_mut().for_each(|plane| plane.iter_mut().for_each(|sum| *sum += bias));
            });
            return Ok(plan.store(biased, source));
        }
        let layout = plan.with_any_alpha(source);
        let (count, full) = (layout.format().channels.colors() + 1, sample.full());
        let straight = plan.point(&[sums], count, move |_, planes| {
            let Some((alpha, colors)) = planes.split_last_mut() else { unreachable!("there is alpha") };
            // An invisible pixel is nothing, whatever the bias.
            let [invisible, none] = [most_invisible(sample), 0.0].map(F4::splat);
            for color in colors {
                rewrite(color, alpha, |color, alpha| {
                    alpha.more(invisible, color * (F4::splat(full) / alpha) + F4::splat(bias), none)
                });
            }
            for_each(alpha, |alpha| alpha.more(invisible, alpha, none));
        });
        Ok(plan.store_as(straight, layout, Holds::StraightAlpha, false))
    }
}

/// The sum of the kernel, or 1 where that is 0, up to the roundings of the sum.
fn default_divisor(kernel: &[f64]) -> f64 {
    let sum: f64 = kernel.iter().sum();
    let size: f64 = kernel.iter().map(|weight| weight.abs()).sum();
    if sum.abs() <= 1e-12 * size { 1.0 } else { sum }
}

/// The kernel in double precision: for weights so large that they nearly cancel out.
struct InDoubles {
    /// Row by row, divided.
    weights: Vec<f64>,
    size: [usize; 2],
}

impl Area for InDoubles {
    fn reach(&self) -> [usize; 2] {
        self.size.map(|side| side / 2)
    }

    fn row(&self, window: &AreaWindow<'_>, out: &mut RowsMut<'_>, _: &mut Scratch) {
        for plane in 0..window.planes() {
            for (x, out) in out.plane(0, plane).iter_mut().enumerate() {
                let mut sum = 0.0;
                for (row, weights) in self.weights.chunks_exact(self.size[0]).enumerate() {
                    for (value, weight) in window.line(row, plane)[x..].iter().zip(weights) {
                        sum += weight * f64::from(*value);
                    }
                }
                *out = sum as f32;
            }
        }
    }
}

/// The same in single precision.
struct InSingles {
    weights: Vec<f32>,
    size: [usize; 2],
}

/// Vectors that are summed at once, so that their sums stay in registers.
const BLOCK: usize = 4;

impl Area for InSingles {
    fn reach(&self) -> [usize; 2] {
        self.size.map(|side| side / 2)
    }

    fn row(&self, window: &AreaWindow<'_>, out: &mut RowsMut<'_>, _: &mut Scratch) {
        for plane in 0..window.planes() {
            let lines: Vec<_> = (0..self.size[1]).map(|row| window.line(row, plane)).collect();
            let (blocks, rest) = out.plane(0, plane).as_chunks_mut::<{ 4 * BLOCK }>();
            let done = blocks.len() * 4 * BLOCK;
            for (i, block) in blocks.iter_mut().enumerate() {
                let mut sums = [F4::splat(0.0); BLOCK];
                for (line, weights) in lines.iter().zip(self.weights.chunks_exact(self.size[0])) {
                    let line = &line[i * 4 * BLOCK..][..4 * BLOCK + self.size[0] - 1];
                    let mut sums_of_row = [F4::splat(0.0); BLOCK];
                    for (values, weight) in line.windows(4 * BLOCK).zip(weights) {
                        let values = values.as_chunks::<4>().0;
                        for lane in 0..BLOCK {
                            sums_of_row[lane] = sums_of_row[lane] + F4::splat(*weight) * F4::load(&values[lane]);
                        }
                    }
                    for lane in 0..BLOCK {
                        sums[lane] = sums[lane] + sums_of_row[lane];
                    }
                }
                for (sums, out) in sums.into_iter().zip(block.as_chunks_mut().0) {
                    sums.store(out);
                }
            }
            for (x, out) in (done..).zip(rest) {
                *out = 0.0;
                for (line, weights) in lines.iter().zip(self.weights.chunks_exact(self.size[0])) {
                    let terms = line[x..].iter().zip(weights);
                    *out += terms.fold(0.0, |sum, (value, weight)| sum + weight * value);
                }
            }
        }
    }
}
