//! A colour made transparent.

use crate::error::Error;
use crate::filter::Filter;
use crate::params::{Length, filter, numbers};
use crate::plan::{Node, Plan};
use crate::planes::{Holds, Sees, most_invisible};

const WHITE: &[f64] = &[255.0; 3];

filter! {
    /// Makes a colour transparent, and what is mixed with it as transparent as it can be: laid on that colour, the result looks as the
    /// picture did.
    ///
    /// With `k` the colour and full scale 1, `d = (v − k)/(1 − k)` of a channel where `v > k`, `(k − v)/k` where `v < k`, else 0; `t` is
    /// the largest of the three, at most 1. Alpha becomes `t·alpha`, and each colour `k + (v − k)/t`. Where the new alpha is 0 all is 0.
    ///
    /// Class P. Reference: GEGL's `color-to-alpha` with its thresholds at 0 and 1.
    pub struct ColorToAlpha = "colorToAlpha", "Colour to alpha", Layers {
        /// The colour that becomes transparent: red, green and blue.
        color: Vec<f64> = numbers(Length::Exactly(3), WHITE).range(0.0, 255.0).or(WHITE),
    }
    alpha: Changed,
    identity: Needless,
}

impl Filter for ColorToAlpha {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        let sample = plan.layout(source).format().sample;
        let full = sample.full();
        let key: [f32; 3] = std::array::from_fn(|i| (self.color[i] / 255.0) as f32 * full);
        let invisible = most_invisible(sample);
        let planes = plan.planes(source, Sees::Rgba);
        let lifted = plan.point(&[planes], 4, move |_, planes| {
            let [r, g, b, a] = planes else { unreachable!("there are four planes") };
            for (((r, g), b), a) in r.iter_mut().zip(g.iter_mut()).zip(b.iter_mut()).zip(a.iter_mut()) {
                let rgb = [*r, *g, *b];
                let far = |i: usize| {
                    let (v, k) = (rgb[i], key[i]);
                    // Where there is no room above or below, a float that lies there all the same is as far as can be.
                    if v > k { (v - k) / (full - k) } else if v < k { (k - v) / k } else { 0.0 }
                };
                let far = far(0).max(far(1)).max(far(2)).min(1.0);
                let alpha = far * *a;
                let is_seen = alpha > invisible;
                *a = if is_seen { alpha } else { 0.0 };
                [*r, *g, *b] = [0, 1, 2].map(|i| if is_seen { key[i] + (rgb[i] - key[i]) / far } else { 0.0 });
            }
        });
        let layout = plan.with_any_alpha(source);
        Ok(plan.store_as(lifted, layout, Holds::StraightAlpha, false))
    }
}
