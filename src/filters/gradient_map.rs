//! Tones as colours of a gradient.

use crate::error::{Class, Error};
use crate::filter::{Filter, Refusal};
use crate::kernels::luma_map::colored;
use crate::params::{Length, filter, numbers};
use crate::plan::{Node, Plan};

/// A duotone: dark blue, to the colour of sand.
const DUOTONE: &[f64] = &[0.0, 24.0, 22.0, 72.0, 255.0, 255.0, 226.0, 172.0];

filter! {
    /// Draws each tone in a colour of a gradient: a duotone of two colours, or a scale of many. Alpha is copied.
    ///
    /// The stops `[level, red, green, blue]` are sorted by their level. Luma `Y` (BT.601) between two of them gets the colour on
    /// the straight line between theirs, as stored; below the first and above the last it gets that one's. Stops whose levels do not
    /// rise are a `RangeError`. Floats beyond the first and the last level are as those.
    ///
    /// Class R. Reference: SciPy's `interp1d`, or NumPy's `interp`, of luma for each colour.
    pub struct GradientMap = "gradientMap", "Gradient map", Color {
        /// The stops: the level of luma, and the red, green and blue that it is drawn in. The level rises from each to the next.
        stops: Vec<f64> = numbers(Length::Groups { of: 4, least: 2 }, DUOTONE).range(0.0, 255.0).or(DUOTONE),
    }
    alpha: Copied,
    identity: Never,
    floats: Bounded,
    check: Self::check,
}

impl GradientMap {
    fn check(&self) -> Result<(), Refusal> {
        let levels = self.stops.iter().step_by(4);
        match levels.clone().zip(levels.skip(1)).position(|(level, next)| level >= next) {
            Some(i) => Err(("stops", Class::Range, format!("must have levels that rise: stop {} does not", i + 1))),
            None => Ok(()),
        }
    }
}

impl Filter for GradientMap {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        let stops = self.stops.as_chunks::<4>().0.to_vec();
        Ok(colored(plan, source, move |luma| {
            let next = stops.iter().position(|stop| luma < stop[0]).unwrap_or(stops.len());
            // What is no number is below nothing, and black is meant.
            let next = if luma.is_nan() { 0 } else { next };
            let (before, after) = (stops[next.saturating_sub(1)], stops[next.min(stops.len() - 1)]);
            let share = if before[0] < after[0] { (luma - before[0]) / (after[0] - before[0]) } else { 0.0 };
            [1, 2, 3].map(|color| before[color] + share * (after[color] - before[color]))
        }))
    }
}
