//! Darker corners.

use crate::error::Error;
use crate::filter::Filter;
use crate::params::{filter, number};
use crate::plan::{Node, Plan};
use crate::planes::Sees;
use crate::vector::{F4, fill, four, rewrite};

filter! {
    /// Darkens the picture towards its corners, as old lenses do. Alpha is copied.
    ///
    /// The centre of pixel `(x, y)` lies `d` away from that of the picture, where a corner is 1 away:
    /// `d = √(((2·x + 1)/W − 1)² + ((2·y + 1)/H − 1)²)/√2`. With `t = clamp((d − radius)/(1 − radius), 0, 1)` each colour becomes
    /// `v·(1 − amount·t²·(3 − 2·t))`.
    ///
    /// Class R. Reference: the formula in double precision.
    pub struct Vignette = "vignette", "Vignette", Effects, intensity "amount" {
        /// How dark the corners become; 1 is black, less than 0 brightens them, 0 changes nothing.
        amount: f64 = number(0.5).range(-1.0, 1.0).step(0.05),
        /// Where it begins: 0 in the centre, 1 at the corners, where it changes nothing.
        radius: f64 = number(0.4).range(0.0, 1.0).step(0.05),
    }
    alpha: Copied,
    identity: WhereAny("amount" = Number(0.0), "radius" = Number(1.0)),
    floats: Any,
    even: false,
}

impl Filter for Vignette {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        if self.amount == 0.0 || self.radius == 1.0 {
            return Ok(source);
        }
        let layout = plan.layout(source);
        // Halves of the squares, which are added and have their root taken.
        let squares = |side: usize| -> Vec<f32> {
            let place = |i: usize| (2 * i + 1) as f64 / side as f64 - 1.0;
            (0..side).map(|i| (place(i) * place(i) / 2.0) as f32).collect()
        };
        let [across, down] = [layout.width(), layout.height()].map(squares);
        let [amount, radius] = [self.amount, self.radius].map(|number| F4::splat(number as f32));
        let scale = F4::splat((1.0 / (1.0 - self.radius)) as f32);
        let [none, one, two, three] = [0.0, 1.0, 2.0, 3.0].map(F4::splat);
        let colors = layout.format().channels.colors();
        let planes = plan.planes(source, Sees::Straight);
        let darkened = plan.point(&[planes], colors, move |place, planes| {
            // Alpha is not needed: its plane has room for the factors.
            let Some((factors, colors)) = planes.split_last_mut() else { unreachable!("there is alpha") };
            let (across, down) = (&across[place.columns.clone()], F4::splat(down[place.rows.start.cast_unsigned()]));
            fill(factors, |x| {
                let t = (((four(across, x) + down).sqrt() - radius) * scale).max(none).min(one);
                one - amount * (t * t * (three - two * t))
            });
            colors.iter_mut().for_each(|color| rewrite(color, factors, |value, factor| value * factor));
        });
        Ok(plan.store(darkened, source))
    }
}
