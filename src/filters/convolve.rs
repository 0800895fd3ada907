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
use crate::kernels::fourier::{Ends, Finish, MOST_SIDE};
use crate::kernels::weighted_area::WeightedArea;
use crate::params::{Length, boolean, choice, filter, integer, number, numbers};

const SHARPEN: &[f64] = &[0.0, -1.0, 0.0, -1.0, 5.0, -1.0, 0.0, -1.0, 0.0];
/// More weights are summed by way of spectra.
const MOST_PLAIN_WEIGHTS: usize = 17 * 17;
/// The most that a value of bytes may be off.
const LARGEST_ERROR: f64 = 0.005;
/// How much a value may be off by way of spectra: so much of the largest that there may be.
const ERROR_OF_SPECTRA: f64 = 1.0 / (1_u64 << 39) as f64;
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
    /// Of more than 289 weights spectra are multiplied, in double precision. Then infinities count as NaN, and every pixel that sees
    /// one becomes NaN.
    ///
    /// Class R; P where alpha is filtered. References: OpenCV's `filter2D` in double precision, SciPy's `correlate`.
    pub struct Convolve = "convolve", "Convolve", Technical {
        /// Columns of the kernel.
        width: usize = integer(3.0).range(1.0, MOST_SIDE as f64).odd(),
        /// Rows of the kernel.
        height: usize = integer(3.0).range(1.0, MOST_SIDE as f64).odd(),
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
            && width * height <= MOST_PLAIN_WEIGHTS
            && let Some(correlation) = Correlation::new(&weights, [width, height], bias, border)
        {
            return Ok(correlation.apply(plan, source));
        }
        let largest = 255.0 * weights.iter().map(|weight| weight.abs()).sum::<f64>() + bias.abs();
        let layout = plan.layout(source);
        let (sample, channels) = (layout.format().sample, layout.format().channels);
        let bias = (bias * f64::from(sample.level())) as f32;
        let size = [width, height];
        let (sees, count, holds, layout, finish): (_, _, _, _, Finish) = if preserve_alpha {
            let finish = move |planes: &mut [&mut [f32]]| {
                planes.iter_mut().for_each(|plane| for_each(plane, |sum| sum + F4::splat(bias)));
            };
            (Sees::Colors, channels.colors(), Holds::Colors, layout, Box::new(finish))
        } else {
            let full = sample.full();
            let finish = move |planes: &mut [&mut [f32]]| {
                let Some((alpha, colors)) = planes.split_last_mut() else { unreachable!("there is alpha") };
                // An invisible pixel is nothing, whatever the bias.
                let [invisible, none] = [most_invisible(sample), 0.0].map(F4::splat);
                for color in colors {
                    rewrite(color, alpha, |color, alpha| {
                        alpha.more(invisible, color * (F4::splat(full) / alpha) + F4::splat(bias), none)
                    });
                }
                for_each(alpha, |alpha| alpha.more(invisible, alpha, none));
            };
            let layout = plan.with_any_alpha(source);
            (Sees::PremultipliedAlways, channels.colors() + 1, Holds::StraightAlpha, layout, Box::new(finish))
        };
        if width * height > MOST_PLAIN_WEIGHTS && largest * ERROR_OF_SPECTRA < LARGEST_ERROR {
            return Ok(plan.correlated(source, &weights, size, Ends { sees, border, finish, holds, layout }));
        }
        // Sums of a row, then of the rows: at most width + height + 2 roundings of 2⁻²⁴ each.
        let error = largest * (width + height + 2) as f64 / f64::from(1 << 24);
        let planes = plan.planes_with_margin(source, sees, false, width / 2, border);
        let sums = if error < LARGEST_ERROR {
            let weights = weights.iter().map(|weight| *weight as f32).collect();
            plan.area(planes, border, WeightedArea { weights, size, copied: 0 })
        } else {
            plan.area(planes, border, InDoubles { weights, size })
        };
        let finished = plan.point(&[sums], count, move |_, planes| finish(planes));
        Ok(if preserve_alpha {
            plan.store(finished, source)
        } else {
            plan.store_as(finished, layout, holds, false)
        })
    }
}

/// The sum of the kernel, or 1 where that is 0, up to the roundings of the sum.
fn default_divisor(kernel: &[f64]) -> f64 {
    let sum: f64 = kernel.iter().sum();
    let size: f64 = kernel.iter().map(|weight| weight.abs()).sum();
    if sum.abs() <= 1e-12 * size { 1.0 } else { sum }
}

/// Sums in double precision: for weights so large that they nearly cancel out.
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
