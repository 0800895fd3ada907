//! The commonest brightness around.

use crate::error::Error;
use crate::filter::Filter;
use crate::image::{Border, Sample};
use crate::params::{choice, filter, integer};
use crate::plan::{Area, AreaWindow, Node, Plan};
use crate::planes::Sees;
use crate::scratch::Scratch;
use crate::stage::RowsMut;

const MOST_LEVELS: usize = 256;

filter! {
    /// Paints in strokes of oil: each pixel becomes the mean of those in the disk around it that share the commonest brightness.
    /// Alpha is copied.
    ///
    /// The disk has the pixels with `dx² + dy² ≤ radius²`. Those of luma `Y` (BT.601) are in part `min(levels − 1, floor(levels·Y/F))`
    /// of the scale, luma below black in the first. Of each part the alphas are summed; of that with the largest sum `S`, of several
    /// the darkest, each colour becomes `Σ v·a/S`. So what is invisible does not count. Where all is, the colour is 0.
    ///
    /// Of floats, colours are counted in steps of 2⁻²⁰ and alpha in steps of 2⁻¹²; those beyond ±256 and ±1 count as that, and NaN as
    /// 0. So no sum depends on where it was begun.
    ///
    /// Class R. Reference: the formula in double precision. GIMP's Oilify mixes all parts, by a power of their sums.
    pub struct OilPaint = "oilPaint", "Oil paint", Effects, intensity "radius" {
        /// Radius of the disk; 0 changes nothing.
        radius: usize = integer(4.0).range(0.0, 50.0).soft(0.0, 20.0).unit("px"),
        /// Parts of the scale of brightness: fewer make larger strokes.
        levels: usize = integer(20.0).range(2.0, MOST_LEVELS as f64).soft(2.0, 64.0),
        /// What is seen outside the image.
        border: Border = choice::<Border>(),
    }
    alpha: Copied,
    identity: Where("radius" = Number(0.0)),
}

impl Filter for OilPaint {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        let Self { radius, levels, border } = *self;
        if radius == 0 {
            return Ok(source);
        }
        let sample = plan.layout(source).format().sample;
        let colors = plan.layout(source).format().channels.colors();
        let [straight, luma] = [Sees::Straight, Sees::Luma].map(|sees| plan.planes(source, sees));
        let planes = plan.point(&[straight, luma], colors + 2, move |_, planes| {
            let Some((luma, planes)) = planes.split_last_mut() else { unreachable!("luma is last") };
            let (scale, full) = (levels as f64, f64::from(sample.full()));
            // A cast takes what is below 0, and NaN, for 0.
            let part = |luma: f32| ((scale * f64::from(luma) / full) as usize).min(levels - 1);
            luma.iter_mut().for_each(|luma| *luma = part(*luma) as f32);
            if sample == Sample::F32 {
                for (i, plane) in planes.iter_mut().enumerate() {
                    let (steps, largest) = if i < colors { COLORS } else { ALPHA };
                    plane.iter_mut().for_each(|value| *value = stepped(*value, steps, largest));
                }
            }
        });
        let half = (0..=2 * radius).map(|row| (radius * radius - row.abs_diff(radius).pow(2)).isqrt()).collect();
        let means = plan.area(planes, border, Commonest { radius, half, colors, levels });
        Ok(plan.store(means, source))
    }
}

/// Steps of one, and the largest value, of a float: sums of products of two over the largest disk fit 53 bits.
const COLORS: (f64, f64) = ((1 << 20) as f64, 256.0);
const ALPHA: (f64, f64) = ((1 << 12) as f64, 1.0);

fn stepped(value: f32, steps: f64, largest: f64) -> f32 {
    let value = f64::from(value);
    if value.is_nan() { 0.0 } else { (libm::round(value.clamp(-largest, largest) * steps) / steps) as f32 }
}

struct Commonest {
    radius: usize,
    /// How far the disk reaches to either side, in each of its rows.
    half: Vec<usize>,
    colors: usize,
    levels: usize,
}

/// Sums of colours times alpha, and of alpha; of whole numbers, so that what is added can be taken away.
type Sums = [f64; 4];

impl Area for Commonest {
    fn reach(&self) -> [usize; 2] {
        [self.radius, self.radius]
    }

    fn planes(&self, _: usize) -> usize {
        self.colors
    }

    fn row(&self, window: &AreaWindow<'_>, out: &mut RowsMut<'_>, _: &mut Scratch) {
        let colors = self.colors;
        let mut parts = [Sums::default(); MOST_LEVELS];
        let parts = &mut parts[..self.levels];
        let rows: Vec<_> = (0..=2 * self.radius)
            .map(|row| {
                let line = |plane: usize| window.line(row, plane);
                ([0, 1, 2].map(|color: usize| line(color.min(colors - 1))), line(colors), line(colors + 1))
            })
            .collect();
        let change = |row: usize, x: usize, sign: f64, parts: &mut [Sums]| {
            let (values, alpha, part) = &rows[row];
            let alpha = sign * f64::from(alpha[x]);
            let [r, g, b] = values.map(|line| alpha * f64::from(line[x]));
            let sums = &mut parts[part[x] as usize];
            *sums = [sums[0] + r, sums[1] + g, sums[2] + b, sums[3] + alpha];
        };
        let width = window.columns.len();
        let out = out.floats(0);
        for x in 0..width {
            for (row, half) in self.half.iter().enumerate() {
                let (first, last) = (x + self.radius - half, x + self.radius + half);
                if x == 0 {
                    (first..=last).for_each(|x| change(row, x, 1.0, parts));
                } else {
                    change(row, last, 1.0, parts);
                    change(row, first - 1, -1.0, parts);
                }
            }
            let mut most = &parts[0];
            for sums in &parts[1..] {
                if sums[3] > most[3] {
                    most = sums;
                }
            }
            for (color, sum) in most.iter().enumerate().take(colors) {
                out[color * width + x] = if most[3] > 0.0 { (sum / most[3]) as f32 } else { 0.0 };
            }
        }
    }
}
