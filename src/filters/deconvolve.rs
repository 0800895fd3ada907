//! A blur taken back.

use crate::error::{Class, Error};
use crate::filter::{Filter, Refusal};
use crate::image::Border;
use crate::kernels::gaussian::of_planes;
use crate::kernels::weighted_area::{WeightedArea, disk_reach};
use crate::params::{choice, choices, filter, integer, number};
use crate::plan::{Node, Plan};
use crate::planes::Sees;
use crate::vector::{F4, for_each, rewrite};

choices! {
    /// What a point has become.
    pub enum Shape {
        /// A bell.
        Gaussian = "gaussian",
        /// A disk of even brightness.
        Disk = "disk",
    }
}

/// The radius of the blur times how often it is taken back, at most: what a thread keeps grows with it.
const MOST_REACH: usize = 50;

filter! {
    /// Takes a blur back, a Gaussian one or that of a lens that was out of focus: sharpens what is soft, and shows its noise (Richardson
    /// and Lucy). Alpha is copied.
    ///
    /// Each channel by itself. `h` is the blur of `gaussianBlur` with `sigma`, or, where `shape` is `disk`, of `lensBlur` with `radius`,
    /// of straight colours and with the border `clamp`; values `f` below 0 count as 0.
    /// The estimate begins as `u = f`, and becomes `u·h(f/max(h(u), 10⁻⁶·F))` so many times. With `r = ceil(3·sigma)`, of a disk
    /// `ceil(radius − ½)`, `r·iterations` is at most 50; where `r` is 0, nothing changes. Alpha has no part in it.
    ///
    /// Class N. Reference: the formula with SciPy's `gaussian_filter(radius=r, mode="nearest")`, or its `correlate` with the weights of
    /// the disk, in double precision. scikit-image's `richardson_lucy` begins with a grey, and sees black outside the image.
    pub struct Deconvolve = "deconvolve", "Deconvolve", Sharpen, intensity "sigma" {
        /// What the blur has made of a point: a bell (`gaussian`), or a disk, as a lens does that is out of focus (`disk`).
        shape: Shape = choice::<Shape>(),
        /// Standard deviation of the bell; 0 changes nothing.
        sigma: f64 = number(1.0).range(0.0, 10.0).soft(0.0, 1.6).step(0.1).unit("px"),
        /// Radius of the disk. The time that it takes grows with its square.
        radius: f64 = number(2.0).range(0.0, 10.0).soft(0.0, 5.0).step(0.5).unit("px"),
        /// How many times the estimate is made better: more is sharper, and noisier. The time that it takes grows with it.
        iterations: usize = integer(10.0).range(1.0, 16.0),
    }
    alpha: Copied,
    identity: Where("shape" = Text("gaussian"), "sigma" = Number(0.0)),
    floats: Positive,
    check: Self::check,
}

impl Filter for Deconvolve {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        let Self { shape, sigma, radius, iterations } = *self;
        if self.reach() == 0 {
            return Ok(source);
        }
        let format = plan.layout(source).format();
        let count = format.channels.colors();
        let [none, least] = [0.0, 1e-6 * format.sample.full()].map(F4::splat);
        // The second half of the planes; the first are copied.
        let blur = |plan: &mut Plan, planes| match shape {
            Shape::Gaussian => of_planes::filter_planes_after(plan, planes, count, sigma, Border::Clamp),
            Shape::Disk => plan.area(planes, Border::Clamp, WeightedArea::disk(radius, count)),
        };
        let planes = plan.planes(source, Sees::Colors);
        // The estimate twice: to be kept, and to be blurred.
        let mut estimate = plan.point(&[planes, planes], 2 * count, move |_, planes| {
            planes.iter_mut().for_each(|plane| for_each(plane, |value| value.max(none)));
        });
        for i in 1..=iterations {
            let blurred = blur(plan, estimate);
            // Read again: kept all the way, the source would take more memory than all else.
            let planes = plan.planes(source, Sees::Colors);
            let ratios = plan.point(&[blurred, planes], 2 * count, move |_, planes| {
                let (blurred, values) = planes[count..].split_at_mut(count);
                for (blurred, values) in blurred.iter_mut().zip(values) {
                    rewrite(blurred, values, |blurred, value| value.max(none) / blurred.max(least));
                }
            });
            let factors = blur(plan, ratios);
            let keeps = if i < iterations { 2 * count } else { count };
            estimate = plan.point(&[factors], keeps, move |_, planes| {
                let (values, factors) = planes.split_at_mut(count);
                for (values, factors) in values.iter_mut().zip(factors) {
                    rewrite(values, factors, |value, factor| value * factor);
                    factors.copy_from_slice(values);
                }
            });
        }
        Ok(plan.store(estimate, source))
    }
}

impl Deconvolve {
    fn reach(&self) -> usize {
        match self.shape {
            Shape::Gaussian => (3.0 * self.sigma).ceil() as usize,
            Shape::Disk => disk_reach(self.radius),
        }
    }

    fn check(&self) -> Result<(), Refusal> {
        let reach = self.reach();
        if reach * self.iterations > MOST_REACH {
            let name = match self.shape {
                Shape::Gaussian => "sigma",
                Shape::Disk => "radius",
            };
            let most = MOST_REACH / reach;
            let rule = format!("must be at most {most} with this {name}, got {}", self.iterations);
            return Err(("iterations", Class::Range, rule));
        }
        Ok(())
    }
}
