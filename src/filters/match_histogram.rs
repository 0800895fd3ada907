//! The tones of another picture.

use crate::error::Error;
use crate::filter::Filter;
use crate::image::{Image, Sample};
use crate::kernels::histogram::{Counts, Histogram, bin, bins};
use crate::params::{filter, image, number};
use crate::plan::{Node, Plan};
use crate::planes::{Load, Sees};
use std::sync::Arc;

filter! {
    /// Gives the picture the tones and the colours of another one: each channel is spread as it is there. Alpha is copied.
    ///
    /// Of each channel, `q(v)` is the part of the image's pixels whose value is at most `v`, and `p(u)` the same of the other picture, whose
    /// values are taken as shares of full scale. With `u₀` and `u₁` neighbours among the values that occur there, and `p(u₀) ≤ q(v) ≤ p(u₁)`, the value
    /// becomes `m = u₀ + (u₁ − u₀)·(q(v) − p(u₀))/(p(u₁) − p(u₀))`; where `q(v)` is below all, the least that occurs. The result is
    /// `v + amount·(m − v)`. Bytes have 256 values, 16 bits 65,536, and floats as many between 0 and 1: they are rounded to these where they are
    /// looked up. Grey has three equal channels, and luma of what they become is stored. All pixels of both pictures count, whatever their alpha.
    ///
    /// Class R. Reference: scikit-image's `match_histograms`, which rounds nothing.
    pub struct MatchHistogram = "matchHistogram", "Match histogram", Color, intensity "amount" {
        /// The picture whose tones are wanted.
        image: Option<Arc<Image>> = image(),
        /// How much of the difference is made; 0 changes nothing.
        amount: f64 = number(1.0).range(0.0, 1.0),
    }
    alpha: Copied,
    identity: Where("amount" = Number(0.0)),
}

/// What each value of a channel becomes, in the scale of the samples; channel after channel.
type Tables = Vec<Vec<f32>>;

impl Filter for MatchHistogram {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let Some(image) = &self.image else { unreachable!("it must be given") };
        if self.amount == 0.0 {
            return Ok(plan.source());
        }
        let format = plan.layout(plan.start()).format();
        let sample = format.sample;
        let image = Arc::clone(image);
        let found = plan.measure(Histogram {
            sample,
            sees: Sees::Rgb,
            channels: format.channels,
            make: Box::new(move |counts: &Counts| {
                // By the first image that needs it: plans are made while others wait for them.
                let wanted = image.derived(spreads);
                let channels = counts.chunks_exact(bins(sample)).zip(&*wanted);
                let tables = channels.map(|(counts, wanted)| table(counts, wanted, sample));
                (Box::new(tables.collect::<Tables>()) as _, None)
            }),
        });
        let source = plan.source();
        let planes = plan.planes(source, Sees::Rgb);
        let amount = self.amount as f32;
        let matched = plan.point_of(&[planes], 3, found, move |tables: &Tables, planes| {
            for (plane, table) in planes.iter_mut().zip(tables) {
                plane.iter_mut().for_each(|value| *value += amount * (table[bin(sample, *value)] - *value));
            }
        });
        Ok(plan.store(matched, source))
    }
}

fn spreads(image: &Image) -> [Spread; 3] {
    counts_of(image).map(|counts| Spread::new(&counts))
}

/// How often each value occurs in red, green and blue.
fn counts_of(image: &Image) -> [Counts; 3] {
    let (layout, sample) = (image.layout(), image.layout().format().sample);
    let mut counts = [0; 3].map(|_: i32| vec![0; bins(sample)]);
    // Of an image that is one long row, a part at a time.
    const PIXELS: usize = 1024;
    let mut planes = vec![0.0; 3 * PIXELS];
    let load = Load::plain(layout, Sees::Rgb);
    for part in image.data().chunks(PIXELS * layout.format().bytes()) {
        let pixels = part.len() / layout.format().bytes();
        load.load(part, &mut planes, PIXELS, 0);
        for (counts, plane) in counts.iter_mut().zip(planes.chunks_exact(PIXELS)) {
            plane[..pixels].iter().for_each(|value| counts[bin(sample, *value)] += 1);
        }
    }
    counts
}

/// The values that occur, as shares of full scale, and the part of all that is at most each of them.
struct Spread(Vec<[f64; 2]>);

impl Spread {
    fn new(counts: &[u64]) -> Self {
        let (all, last) = (counts.iter().sum::<u64>() as f64, (counts.len() - 1) as f64);
        let mut sum = 0;
        let occurring = counts.iter().enumerate().filter(|(_, count)| **count > 0);
        Self(occurring.map(|(value, count)| {
            sum += count;
            [value as f64 / last, sum as f64 / all]
        }).collect())
    }
}

fn table(counts: &[u64], Spread(wanted): &Spread, sample: Sample) -> Vec<f32> {
    let all = counts.iter().sum::<u64>() as f64;
    let (mut sum, mut next) = (0, 0);
    let value = |count: &u64| {
        sum += count;
        let part = sum as f64 / all;
        while next < wanted.len() - 1 && wanted[next][1] < part {
            next += 1;
        }
        let ([before, less], [after, more]) = (wanted[next.saturating_sub(1)], wanted[next]);
        let share = if more > less { ((part - less) / (more - less)).clamp(0.0, 1.0) } else { 1.0 };
        (f64::from(sample.full()) * (before + share * (after - before))) as f32
    };
    counts.iter().map(value).collect()
}
