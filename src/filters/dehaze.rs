//! Haze.

use crate::error::Error;
use crate::filter::Filter;
use crate::image::{Format, Sample};
use crate::kernels::extremes::{Extreme, Form, extreme};
use crate::kernels::guided::Guided;
use crate::params::{filter, integer, number};
use crate::plan::{Node, Plan};
use crate::planes::Sees;
use crate::stage::{Measure, Report, Tally};
use crate::vector::{F4, for_each, rewrite};

filter! {
    /// Takes haze away: finds its colour, and how much of it lies before each place, by the darkest colours around (dark channel prior).
    /// Alpha is copied.
    ///
    /// 1. The colour of the haze, `A`: pixels are taken from the brightest on by the least of their colours, rounded down to levels,
    ///    whole levels at a time, until the sum of their alphas is at least a thousandth of that of all. `A` is their mean, weighted with
    ///    alpha, and at least a level. Where all is invisible it is white.
    /// 2. The dark channel `D`: the least of `v/A` over the colours and the `(2·radius + 1)²` square, clamped to 0 and 1. Invisible pixels
    ///    count as 1, and what lies outside the image does not take part.
    /// 3. What comes through, `t = 1 − strength·D`, is filtered as by `guidedFilter`, with luma (BT.601) as a share of full scale for a
    ///    guide: `k` is the covariance of `t` and the guide by the guide's variance and 0.001, `b = mean(t) − k·mean(guide)`, over squares
    ///    of `(8·radius + 1)²`. It is clamped to 0.1 and 1.
    /// 4. Each colour becomes `(v − A)/t + A`.
    ///
    /// Of floats the colours of step 1 are clamped to 0 and 1, and counted in steps of 2⁻²⁰; alpha is in steps of 2⁻¹².
    ///
    /// Class N. Reference: the steps in double precision (He, Sun and Tang, *Single Image Haze Removal Using Dark Channel Prior*, 2009, who
    /// take the brightest of the dark channel, and another way to refine).
    pub struct Dehaze = "dehaze", "Dehaze", Tone, intensity "strength" {
        /// How much of the haze is taken away; 0 changes nothing.
        strength: f64 = number(0.95).range(0.0, 1.0).step(0.05),
        /// How far dark colours are looked for: larger than what is bright and near.
        radius: usize = integer(7.0).range(1.0, 15.0).unit("px"),
    }
    alpha: Copied,
    identity: Where("strength" = Number(0.0)),
}

impl Filter for Dehaze {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        if self.strength == 0.0 {
            return Ok(plan.source());
        }
        let start = plan.start();
        let found = plan.measure(Haze { format: plan.layout(start).format() });
        let source = plan.source();
        let format = plan.layout(source).format();
        let (count, full) = (format.channels.colors(), format.sample.full());
        let straight = plan.planes(source, Sees::Straight);
        let [none, one, strength] = [0.0, 1.0, self.strength as f32].map(F4::splat);
        let dark = plan.point_of(&[straight], 1, found, move |haze: &Color, planes| {
            let Some((first, others)) = planes.split_first_mut() else { unreachable!("there are colours and alpha") };
            let (colors, alpha) = others.split_at_mut(count - 1);
            let share = |color: usize| F4::splat(1.0 / haze[color]);
            for_each(first, |value| value * share(0));
            for (i, color) in colors.iter_mut().enumerate() {
                rewrite(first, color, |least, value| least.min(value * share(i + 1)));
            }
            rewrite(first, alpha[0], |least, alpha| alpha.more(none, least.max(none).min(one), one));
        });
        let dark = extreme::<f32>(plan, dark, 1, Extreme::Least, Form::Square, self.radius);
        let clear = plan.point(&[dark], 1, move |_, planes| for_each(planes[0], |dark| one - strength * dark));
        let [guide, again] = [Sees::Luma; 2].map(|sees| {
            let luma = plan.planes(source, sees);
            plan.point(&[luma], 1, move |_, planes| for_each(planes[0], |luma| luma * F4::splat(1.0 / full)))
        });
        let guided = Guided { radius: 4 * self.radius, epsilon: 1e-3, middle: 0.5 };
        let clear = guided.by_another(plan, [guide, clear], again);
        let colors = plan.planes(source, Sees::Colors);
        let result = plan.point_of(&[colors, clear], count, found, move |haze: &Color, planes| {
            let Some((clear, colors)) = planes.split_last_mut() else { unreachable!("what comes through is last") };
            for_each(clear, |clear| one / clear.max(F4::splat(0.1)).min(one));
            for (color, haze) in colors.iter_mut().zip(haze.map(F4::splat)) {
                rewrite(color, clear, |value, by| (value - haze) * by + haze);
            }
        });
        Ok(plan.store(result, source))
    }
}

/// The colour of the haze; of grey, three times the same.
type Color = [f32; 3];

/// Of the pixels whose least colour is at each level: the sum of alpha, and those of colours times alpha, in whole numbers.
type Sums = Vec<[u64; 4]>;

/// Finds the colour of the haze.
struct Haze {
    format: Format,
}

impl Haze {
    /// Steps of the numbers that are summed, of colours and of alpha.
    fn steps(&self) -> [f32; 2] {
        match self.format.sample {
            Sample::U8 | Sample::U16 => [1.0; 2],
            Sample::F32 => [(1 << 20) as f32, (1 << 12) as f32],
        }
    }
}

impl Measure for Haze {
    fn sees(&self) -> Sees {
        Sees::Straight
    }

    fn begin(&self) -> Tally {
        Box::new(vec![[0_u64; 4]; 256])
    }

    fn row(&self, _: usize, planes: &[f32], pixels: usize, tally: &mut Tally) {
        let sums = of(tally);
        let (colors, sample) = (self.format.channels.colors(), self.format.sample);
        let [color_steps, alpha_steps] = self.steps();
        // Compared this way round, NaN is 0.
        let clamped = |value: f32| if value > 0.0 { value.min(sample.full()) } else { 0.0 };
        // A cast rounds down.
        let whole = |value: f32, steps: f32| (clamped(value) * steps + if steps > 1.0 { 0.5 } else { 0.0 }) as u64;
        for x in 0..pixels {
            let value = |color: usize| clamped(planes[color.min(colors - 1) * pixels + x]);
            let rgb = [value(0), value(1), value(2)];
            let least = rgb[0].min(rgb[1]).min(rgb[2]);
            let alpha = whole(planes[colors * pixels + x], alpha_steps);
            let sums = &mut sums[((least * 255.0 / sample.full()) as usize).min(255)];
            sums[3] += alpha;
            for (sum, value) in sums.iter_mut().zip(rgb) {
                *sum += alpha * whole(value, color_steps);
            }
        }
    }

    fn join(&self, whole: &mut Tally, mut next: Tally) {
        for (whole, next) in of(whole).iter_mut().zip(of(&mut next)) {
            whole.iter_mut().zip(next).for_each(|(whole, next)| *whole += *next);
        }
    }

    fn finish(&self, mut tally: Tally) -> (Tally, Option<Report>) {
        let sums = of(&mut tally);
        let all: u64 = sums.iter().map(|sums| sums[3]).sum();
        let mut taken = [0_u64; 4];
        for sums in sums.iter().rev() {
            if taken[3] > 0 && taken[3] as f64 >= all as f64 / 1000.0 {
                break;
            }
            taken.iter_mut().zip(sums).for_each(|(taken, sum)| *taken += *sum);
        }
        let (sample, [steps, _]) = (self.format.sample, self.steps());
        let mean = |sum: u64| (sum as f64 / taken[3] as f64 / f64::from(steps)) as f32;
        let color: Color = [0, 1, 2].map(|i| if all == 0 { sample.full() } else { mean(taken[i]).max(sample.level()) });
        (Box::new(color), None)
    }
}

fn of(tally: &mut Tally) -> &mut Sums {
    tally.downcast_mut().unwrap_or_else(|| unreachable!("it begins with sums"))
}
