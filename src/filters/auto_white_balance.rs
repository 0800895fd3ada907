//! White made white.

use crate::error::Error;
use crate::filter::Filter;
use crate::kernels::histogram::{Counts, Histogram, bins};
use crate::params::{choice, choices, filter, number};
use crate::plan::{Node, Plan};
use crate::planes::Sees;
use crate::vector::{F4, for_each};

choices! {
    /// What is taken to be without colour.
    pub enum Method {
        /// The mean of all.
        Gray = "gray",
        /// The brightest.
        White = "white",
    }
}

filter! {
    /// Takes a cast of colour away, on the guess that the mean of the picture is grey, or that its brightest spots are white. Alpha
    /// is copied.
    ///
    /// With `method: "gray"`, `m` of a channel is the mean of its values, and `t` the mean of the three `m`. With `"white"`, `m` is the
    /// least value of the channel up to which there are at least `percentile` % of the pixels, and `t` the largest of the three `m`.
    /// Each colour becomes `v·t/m` of its channel; where `m` is 0 it stays. Values are as stored. Floats are counted as 65,536 values
    /// between 0 and 1. All pixels count, whatever their alpha. Grey images stay as they are.
    ///
    /// Class R. Reference: the formula in double precision; `gray` is the grey world of OpenCV's `xphoto`, without its threshold of
    /// saturation.
    pub struct AutoWhiteBalance = "autoWhiteBalance", "Auto white balance", Color {
        /// What is taken to be without colour: the mean, or the brightest values.
        method: Method = choice::<Method>(),
        /// Of `white`: how many of the pixels are not brighter than white.
        percentile: f64 = number(99.0).range(0.0, 100.0).soft(90.0, 100.0).step(0.1).unit("%"),
    }
    alpha: Copied,
    identity: Needless,
}

/// The factor of each channel.
type Factors = [f32; 3];

impl Filter for AutoWhiteBalance {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let start = plan.start();
        let format = plan.layout(start).format();
        if format.channels.colors() == 1 {
            return Ok(plan.source());
        }
        let (sample, method, percentile) = (format.sample, self.method, self.percentile);
        let found = plan.measure(Histogram {
            sample,
            sees: Sees::Colors,
            channels: format.channels,
            make: Box::new(move |counts: &Counts| {
                let mut channels = counts.chunks_exact(bins(sample));
                let means: [f64; 3] = std::array::from_fn(|_| match (channels.next(), method) {
                    (None, _) => 0.0,
                    (Some(counts), Method::Gray) => mean(counts),
                    (Some(counts), Method::White) => brightest(counts, percentile),
                });
                let target = match method {
                    Method::Gray => means.iter().sum::<f64>() / 3.0,
                    Method::White => means.into_iter().fold(0.0, f64::max),
                };
                let factors: Factors = means.map(|mean| if mean > 0.0 { (target / mean) as f32 } else { 1.0 });
                (Box::new(factors) as _, None)
            }),
        });
        let source = plan.source();
        let colors = plan.planes(source, Sees::Colors);
        let balanced = plan.point_of(&[colors], 3, found, |factors: &Factors, planes| {
            for (plane, factor) in planes.iter_mut().zip(factors) {
                for_each(plane, |value| F4::splat(*factor) * value);
            }
        });
        Ok(plan.store(balanced, source))
    }
}

fn mean(counts: &[u64]) -> f64 {
    let n: u64 = counts.iter().sum();
    let sum: u64 = counts.iter().zip(0..).map(|(count, value)| count * value).sum();
    sum as f64 / n as f64
}

/// The least value up to which there are so many percent.
fn brightest(counts: &[u64], percentile: f64) -> f64 {
    let least = counts.iter().sum::<u64>() as f64 * percentile / 100.0;
    let mut sum = 0;
    let found = counts.iter().position(|count| {
        sum += count;
        sum as f64 >= least
    });
    found.unwrap_or(0) as f64
}
