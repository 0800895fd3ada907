//! Curves through points.

use crate::error::{Class, Error};
use crate::filter::{Filter, Refusal};
use crate::kernels::curve::Curve;
use crate::params::{Length, filter, numbers};
use crate::plan::{Node, Plan};
use std::sync::Arc;

/// Any number of points from two on.
const POINTS: Length = Length::Groups { of: 2, least: 2 };
/// Darker shadows, brighter lights.
const CONTRAST: &[f64] = &[0.0, 0.0, 64.0, 48.0, 192.0, 212.0, 255.0, 255.0];
/// Changes nothing.
const LINE: &[f64] = &[0.0, 0.0, 255.0, 255.0];

filter! {
    /// Draws tones along smooth curves through points, `[level, what it becomes]`: one for all colours, and one for each.
    /// Alpha is copied.
    ///
    /// Through points `(x, y)` goes a monotone cubic curve (Fritsch and Butland), constant outside the first and the last of
    /// them. With the steps `h[k] = x[k+1] − x[k]` and the slopes `d[k] = (y[k+1] − y[k])/h[k]`:
    ///
    /// - The tangent of an inner point is 0 where `d[k−1]·d[k] ≤ 0`, else `(a + b)/(a/d[k−1] + b/d[k])` with
    ///   `a = 2·h[k] + h[k−1]` and `b = h[k] + 2·h[k−1]`.
    /// - That of an end, with `h0`, `d0` of the interval beside it and `h1`, `d1` of the next one, is
    ///   `e = ((2·h0 + h1)·d0 − h0·d1)/(h0 + h1)`; but 0 where `e·d0 ≤ 0`, and `3·d0` where `d0·d1 ≤ 0` and
    ///   `|e| > 3·|d0|`. Of two points it is `d0`, and the curve a straight line.
    /// - Between two points lies Hermite's cubic with these tangents.
    ///
    /// A colour goes through its own curve first, then through `rgb`; each clamps to 0 and 255, and nothing is rounded between
    /// them. Points whose `x` does not rise are a `RangeError`.
    ///
    /// Class R. Reference: SciPy's `PchipInterpolator`.
    pub struct Curves = "curves", "Curves", Tone {
        /// Points of the curve for red, green and blue alike, in levels; `x` rises from each to the next.
        rgb: Option<Vec<f64>> = numbers(POINTS, CONTRAST).range(0.0, 255.0).optional(),
        /// Points of the curve for red alone.
        r: Option<Vec<f64>> = numbers(POINTS, CONTRAST).range(0.0, 255.0).optional(),
        /// Points of the curve for green alone.
        g: Option<Vec<f64>> = numbers(POINTS, CONTRAST).range(0.0, 255.0).optional(),
        /// Points of the curve for blue alone.
        b: Option<Vec<f64>> = numbers(POINTS, CONTRAST).range(0.0, 255.0).optional(),
    }
    alpha: Copied,
    identity: Where("rgb" = Numbers(LINE), "r" = Numbers(LINE), "g" = Numbers(LINE), "b" = Numbers(LINE)),
    floats: Bounded,
    check: Self::check,
}

impl Curves {
    fn check(&self) -> Result<(), Refusal> {
        let all = [("rgb", &self.rgb), ("r", &self.r), ("g", &self.g), ("b", &self.b)];
        for (name, points) in all {
            let xs = points.iter().flatten().step_by(2);
            if let Some(i) = xs.clone().zip(xs.skip(1)).position(|(x, next)| x >= next) {
                return Err((name, Class::Range, format!("must have points whose x rises: that of point {} does not", i + 1)));
            }
        }
        Ok(())
    }
}

impl Filter for Curves {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        let all = Arc::new(Smooth::new(self.rgb.as_deref().unwrap_or(LINE)));
        let curves = [&self.r, &self.g, &self.b].map(|points| -> Curve {
            let (own, all) = (Smooth::new(points.as_deref().unwrap_or(LINE)), Arc::clone(&all));
            Arc::new(move |value| all.at(own.at(value)))
        });
        Ok(plan.curves(source, curves, None))
    }
}

/// A monotone cubic curve.
struct Smooth {
    points: Vec<[f64; 2]>,
    tangents: Vec<f64>,
}

impl Smooth {
    fn new(points: &[f64]) -> Self {
        let points = points.as_chunks::<2>().0.to_vec();
        let steps: Vec<[f64; 2]> = points.windows(2).map(|pair| {
            let step = pair[1][0] - pair[0][0];
            [step, (pair[1][1] - pair[0][1]) / step]
        }).collect();
        let last = points.len() - 1;
        let tangents = (0..=last).map(|k| match k {
            0 => end(&steps[0], steps.get(1)),
            k if k == last => end(&steps[k - 1], k.checked_sub(2).map(|k| &steps[k])),
            k => inner(steps[k - 1], steps[k]),
        });
        Self { tangents: tangents.collect(), points }
    }

    fn at(&self, x: f64) -> f64 {
        let last = self.points.len() - 1;
        // Compared this way round, NaN is taken for 0.
        let x = if x > 0.0 { x } else { 0.0 };
        let next = self.points.iter().position(|point| x < point[0]);
        let k = match next {
            None => return self.points[last][1],
            Some(0) => return self.points[0][1],
            Some(next) => next - 1,
        };
        let ([x0, y0], [x1, y1]) = (self.points[k], self.points[k + 1]);
        let (step, [m0, m1]) = (x1 - x0, [self.tangents[k], self.tangents[k + 1]]);
        let slope = (y1 - y0) / step;
        let along = x - x0;
        let cubic = (m0 + m1 - 2.0 * slope) / (step * step);
        let square = (3.0 * slope - 2.0 * m0 - m1) / step;
        (y0 + along * (m0 + along * (square + along * cubic))).clamp(0.0, 255.0)
    }
}

/// The tangent between two steps: a weighted harmonic mean of their slopes.
fn inner([before, slope]: [f64; 2], [after, next]: [f64; 2]) -> f64 {
    if slope * next <= 0.0 {
        return 0.0;
    }
    let (a, b) = (2.0 * after + before, after + 2.0 * before);
    (a + b) / (a / slope + b / next)
}

/// The tangent at an end, of the step beside it and of the next one.
fn end([h0, d0]: &[f64; 2], next: Option<&[f64; 2]>) -> f64 {
    let Some([h1, d1]) = next else { return *d0 };
    let e = ((2.0 * h0 + h1) * d0 - h0 * d1) / (h0 + h1);
    if e * d0 <= 0.0 {
        0.0
    } else if d0 * d1 <= 0.0 && e.abs() > 3.0 * d0.abs() {
        3.0 * d0
    } else {
        e
    }
}
