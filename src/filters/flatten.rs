//! A picture on a ground.

use crate::error::Error;
use crate::filter::Filter;
use crate::image::Layout;
use crate::params::{Length, filter, numbers};
use crate::plan::{Node, Plan};
use crate::planes::{Holds, Sees};
use crate::vector::{F4, for_each, rewrite};

const WHITE: &[f64] = &[255.0; 3];

filter! {
    /// Lays the picture on a ground of one colour: nothing of it is transparent any more.
    ///
    /// With `a` alpha as a share of full scale, each colour becomes `v·a + background·(1 − a)`, as stored, and alpha full. Float alphas
    /// are clamped to 0 and 1. Images without alpha stay as they are.
    ///
    /// Class R. Reference: Pillow's `alpha_composite` on an opaque image.
    pub struct Flatten = "flatten", "Flatten", Layers {
        /// The ground: red, green and blue.
        background: Vec<f64> = numbers(Length::Exactly(3), WHITE).range(0.0, 255.0).or(WHITE),
    }
    alpha: Changed,
    identity: Needless,
}

impl Filter for Flatten {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        if plan.is_opaque(source) {
            return Ok(source);
        }
        let layout: Layout = plan.layout(source);
        let full = layout.format().sample.full();
        let ground: Vec<F4> = self.background.iter().map(|level| F4::splat((level / 255.0) as f32 * full)).collect();
        let [none, one, inverse, white] = [0.0, 1.0, 1.0 / full, full].map(F4::splat);
        let planes = plan.planes(source, Sees::Rgba);
        let flat = plan.point(&[planes], 4, move |_, planes| {
            let Some((alpha, colors)) = planes.split_last_mut() else { unreachable!("there is alpha") };
            for_each(alpha, |alpha| (alpha * inverse).max(none).min(one));
            for (color, ground) in colors.iter_mut().zip(&ground) {
                rewrite(color, alpha, |value, alpha| value * alpha + *ground * (one - alpha));
            }
            for_each(alpha, |_| white);
        });
        let opaque = layout.with_channels(layout.format().channels.opaque());
        Ok(plan.store_as(flat, opaque, Holds::StraightAlpha, false))
    }
}
