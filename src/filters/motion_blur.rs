//! A blur along a line.

use crate::error::Error;
use crate::filter::Filter;
use crate::image::Border;
use crate::kernels::gaussian::of_planes::is_weighted;
use crate::params::{choice, filter, integer, number};
use crate::plan::{Area, AreaWindow, Node, Plan};
use crate::planes::{Holds, Sees};
use crate::scratch::Scratch;
use crate::stage::RowsMut;
use crate::vector::{F4, fill, four};

filter! {
    /// Blurs along a line, as a camera does that moves. Colour is weighted with alpha.
    ///
    /// Each pixel becomes the mean of `n = length` points on a line through its centre, a pixel apart: with `t` from `−(n − 1)/2` to
    /// `(n − 1)/2`, the points `(x + t·cos, y + t·sin)` of the angle. A point between pixels is the bilinear mean of the four around
    /// it.
    ///
    /// Class N, or P where there is alpha. Reference: SciPy's `map_coordinates(order=1)` at each of the points, in double precision.
    pub struct MotionBlur = "motionBlur", "Motion blur", Blur, intensity "length" {
        /// Points on the line; 1 changes nothing.
        length: usize = integer(15.0).range(1.0, 255.0).soft(1.0, 100.0).unit("px"),
        /// Where the line goes: 0 is horizontal, 45 from the upper left to the lower right, 90 vertical.
        degrees: f64 = number(0.0).soft(-180.0, 180.0).step(1.0).unit("°"),
        /// What is seen outside the image.
        border: Border = choice::<Border>(),
    }
    alpha: Weights,
    identity: Where("length" = Number(1.0)),
}

impl Filter for MotionBlur {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        if self.length == 1 {
            return Ok(source);
        }
        let line = Line::new(self.length, self.degrees);
        let (border, margin) = (self.border, line.reach[0]);
        let is_weighted = is_weighted(plan, source, border);
        let sees = if is_weighted { Sees::PremultipliedAlways } else { Sees::Colors };
        let planes = plan.planes_with_margin(source, sees, false, margin, border);
        let means = plan.area(planes, border, line);
        if !is_weighted {
            return Ok(plan.store(means, source));
        }
        let layout = if border == Border::Transparent { plan.with_any_alpha(source) } else { plan.layout(source) };
        Ok(plan.store_as(means, layout, Holds::Premultiplied, false))
    }
}

/// The pixels that a line is made of.
struct Line {
    reach: [usize; 2],
    /// Column, row and weight of each, counted from the corner of the window.
    taps: Vec<(usize, usize, f32)>,
}

impl Line {
    fn new(length: usize, degrees: f64) -> Self {
        // Whole turns are taken off in degrees, where that is exact.
        let (sin, cos) = libm::sincos((degrees % 360.0).to_radians());
        let half = (length - 1) as f64 / 2.0;
        // What sines and cosines are off by makes no pixel of its own.
        let place = |t: f64, by: f64| libm::round(t * by * 1e9) / 1e9;
        let reach = [cos, sin].map(|by| place(half, by).abs().ceil() as usize);
        let side = 2 * reach[0] + 1;
        let mut weights = vec![0.0; side * (2 * reach[1] + 1)];
        for i in 0..length {
            let at = [cos, sin].map(|by| place(i as f64 - half, by));
            let [(x, share_x), (y, share_y)] = [0, 1].map(|axis| {
                let first = at[axis].floor();
                ((first + reach[axis] as f64) as usize, at[axis] - first)
            });
            for (dy, weight_y) in [(0, 1.0 - share_y), (1, share_y)] {
                for (dx, weight_x) in [(0, 1.0 - share_x), (1, share_x)] {
                    if weight_x * weight_y > 0.0 {
                        weights[(y + dy) * side + x + dx] += weight_x * weight_y / length as f64;
                    }
                }
            }
        }
        let taps = weights.iter().enumerate().filter(|(_, weight)| **weight > 0.0);
        Self { reach, taps: taps.map(|(i, weight)| (i % side, i / side, *weight as f32)).collect() }
    }
}

impl Area for Line {
    fn reach(&self) -> [usize; 2] {
        self.reach
    }

    fn row(&self, window: &AreaWindow<'_>, out: &mut RowsMut<'_>, _: &mut Scratch) {
        for plane in 0..window.planes() {
            let lines: Vec<_> = (0..=2 * self.reach[1]).map(|row| window.line(row, plane)).collect();
            fill(out.plane(0, plane), |x| {
                self.taps.iter().fold(F4::splat(0.0), |sum, (column, row, weight)| {
                    sum + F4::splat(*weight) * four(lines[*row], x + column)
                })
            });
        }
    }
}
