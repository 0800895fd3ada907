//! Few hues: a function of one pixel.

use pixelpool::error::Error;
use pixelpool::filter::Filter;
use pixelpool::params::{filter, integer, number};
use pixelpool::plan::{Node, Plan};
use pixelpool::planes::Sees;

filter! {
    /// Turns every hue to the nearest of a few; lightness and saturation stay. Alpha is copied.
    ///
    /// With the hue `h` of a colour in HSL (CSS Color Module Level 4) from 0 to 360°, the result has the hue
    /// `s·floor((h − offset)/s + 1/2) + offset`, where `s = 360°/hues`. Grey, which has no hue, stays as it is. Floats are clamped
    /// to 0 and full scale.
    ///
    /// Class R. Reference: the formula in double precision.
    pub struct PosterizeHue = "posterizeHue", "Posterize hues", Color, intensity "hues" {
        /// How many hues are left.
        hues: f64 = integer(6.0).range(1.0, 360.0).soft(1.0, 24.0),
        /// Degrees that the first of them is away from red.
        offset: f64 = number(0.0).range(-180.0, 180.0).unit("°"),
    }
    alpha: Copied,
    identity: Never,
    floats: Bounded,
}

impl Filter for PosterizeHue {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        let full = plan.layout(source).format().sample.full();
        let [step, offset] = [6.0 / self.hues, self.offset / 60.0].map(|sixths| sixths as f32);
        let planes = plan.planes(source, Sees::Rgb);
        let turned = plan.point(&[planes], 3, move |_, planes| {
            let [r, g, b] = planes else { unreachable!("there are three planes") };
            for ((r, g), b) in r.iter_mut().zip(g.iter_mut()).zip(b.iter_mut()) {
                // Compared this way round, NaN is 0.
                let [red, green, blue] = [*r, *g, *b].map(|value| if value > 0.0 { value.min(full) } else { 0.0 });
                let (most, least) = (red.max(green).max(blue), red.min(green).min(blue));
                let range = most - least;
                if range == 0.0 {
                    [*r, *g, *b] = [red, green, blue];
                    continue;
                }
                // Sixths of the circle, from red.
                let hue = if most == red {
                    (green - blue) / range
                } else if most == green {
                    (blue - red) / range + 2.0
                } else {
                    (red - green) / range + 4.0
                };
                let hue = step * ((hue - offset) / step + 0.5).floor() + offset;
                // Lightness and saturation are those of the largest and the least of the three: only what lies between moves.
                let channel = |first: f32| {
                    let place = (hue + first).rem_euclid(6.0);
                    least + range * ((place - 3.0).abs() - 1.0).clamp(0.0, 1.0)
                };
                [*r, *g, *b] = [channel(0.0), channel(4.0), channel(2.0)];
            }
        });
        Ok(plan.store(turned, source))
    }
}
