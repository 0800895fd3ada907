//! The coloured edges of simple lenses.

use crate::error::Error;
use crate::filter::Filter;
use crate::image::{Border, Interpolation};
use crate::kernels::remap::{Around, Path, Places, Remap};
use crate::params::{filter, number};
use crate::plan::{Node, Plan};
use crate::planes::Sees;

filter! {
    /// Draws red larger than green and blue smaller, so that edges get colours towards the corners, as simple lenses do, or takes that back. Alpha is
    /// copied.
    ///
    /// With the centre at `(centerX·W, centerY·H)`, a pixel whose centre lies `(dx, dy)` away from it, and `k = 2·amount/√(W² + H²)`, its red is read at
    /// `(1 − k)·(dx, dy)` from the centre and its blue at `(1 + k)·(dx, dy)`: where the centre is the middle, they are moved by `amount` in the corners.
    /// Both are read as `warp` with `bilinear` reads, weighted with alpha, the picture's edges going on; where nothing is visible there, the pixel keeps
    /// its own. Grey has three equal channels, which are rounded before luma of them is stored.
    ///
    /// Class N. Reference: SciPy's `map_coordinates` with `order=1, mode="nearest"` of each channel.
    pub struct ChromaticAberration = "chromaticAberration", "Chromatic aberration", Effects, intensity "amount" {
        /// How far red and blue are moved in the corners, away from each other; less than 0 the other way, 0 changes nothing.
        amount: f64 = number(4.0).range(-100.0, 100.0).soft(-20.0, 20.0).step(0.1).unit("px"),
        /// Where the centre is: 0 at the left, 1 at the right.
        center_x as "centerX": f64 = number(0.5).range(0.0, 1.0),
        /// Where the centre is: 0 at the top, 1 at the bottom.
        center_y as "centerY": f64 = number(0.5).range(0.0, 1.0),
    }
    alpha: Copied,
    identity: Where("amount" = Number(0.0)),
}

impl Filter for ChromaticAberration {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        if self.amount == 0.0 {
            return Ok(source);
        }
        let source = if source == plan.start() { source } else { plan.materialise(source) };
        let size = plan.layout(source).size();
        let [width, height] = [size.width(), size.height()].map(|side| side as f64);
        let center = [self.center_x * width, self.center_y * height];
        let by = 2.0 * self.amount / (width * width + height * height).sqrt();
        let mut inputs = vec![plan.planes(source, Sees::Rgb)];
        for factor in [1.0 - by, 1.0 + by] {
            let path = Path::Placed(Box::new(Scaled { center, factor }));
            let around = Around::border(Border::Clamp);
            let scaled = plan.remapped(source, Remap { path, size, interpolation: Interpolation::Bilinear, around })?;
            inputs.push(plan.planes(scaled, Sees::Rgba));
        }
        let moved = plan.point(&inputs, 3, move |_, planes| {
            // Red of the larger picture, and blue of the smaller one.
            for (own, other, alpha) in [(0, 3, 6), (2, 9, 10)] {
                let [own, other, alpha] = planes.get_disjoint_mut([own, other, alpha]).unwrap_or_else(|_| unreachable!());
                for ((own, other), alpha) in own.iter_mut().zip(other.iter()).zip(alpha.iter()) {
                    *own = if *alpha > 0.0 { *other } else { *own };
                }
            }
        });
        Ok(plan.store(moved, source))
    }
}

struct Scaled {
    center: [f64; 2],
    factor: f64,
}

impl Places for Scaled {
    fn row(&self, y: usize, x: usize, places: &mut [[f64; 2]]) {
        let [cx, cy] = self.center;
        let y = cy + self.factor * (y as f64 + 0.5 - cy);
        for (x, place) in (x..).zip(places) {
            *place = [cx + self.factor * (x as f64 + 0.5 - cx), y];
        }
    }
}
