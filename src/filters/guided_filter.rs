//! Smoothing that is guided by the picture.

use crate::error::Error;
use crate::filter::Filter;
use crate::kernels::guided::Guided;
use crate::params::{filter, integer, number};
use crate::plan::{Node, Plan};
use crate::planes::Sees;

filter! {
    /// Smooths and keeps edges, with no halos beside them and at the same cost for every radius: the guided filter, with the picture
    /// as its own guide. Alpha is copied.
    ///
    /// Each channel by itself, with values as shares of full scale: in the `(2·radius + 1)²` square around each pixel the mean `m`
    /// and the variance `s` give `k = s/(s + epsilon)` and `b = m·(1 − k)`. Over the same square these have the means `K` and `B`, and
    /// `v` becomes `K·v + B`. Outside the image values, and `k` and `b`, are seen by the border `reflect`. Alpha has no part in it.
    ///
    /// Class N. Reference: OpenCV's `ximgproc.guidedFilter` of one channel that is its own guide. Guided by all three colours at once
    /// it is another filter.
    pub struct GuidedFilter = "guidedFilter", "Guided filter", Noise, intensity "epsilon" {
        /// Half the side of the square, which is 2 × radius + 1 wide; 0 changes nothing.
        radius: usize = integer(8.0).range(0.0, 60.0).soft(0.0, 40.0).unit("px"),
        /// The variance, in squares of full scale, that counts as an edge: the square of a contrast, 0.01 for a tenth. 0 changes nothing.
        epsilon: f64 = number(0.01).range(0.0, 1.0).soft(0.0, 0.1).step(0.001),
    }
    alpha: Copied,
    identity: WhereAny("radius" = Number(0.0), "epsilon" = Number(0.0)),
}

impl Filter for GuidedFilter {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        if self.radius == 0 || self.epsilon == 0.0 {
            return Ok(source);
        }
        let format = plan.layout(source).format();
        let full = format.sample.full();
        // In single precision nothing is 0, or infinite.
        let epsilon = (self.epsilon * f64::from(full) * f64::from(full)).max(f64::from(f32::MIN_POSITIVE)) as f32;
        let [planes, again] = [Sees::Colors; 2].map(|sees| plan.planes(source, sees));
        let guided = Guided { radius: self.radius, epsilon, middle: full / 2.0 };
        let smooth = guided.by_itself(plan, planes, again, format.channels.colors());
        Ok(plan.store(smooth, source))
    }
}
