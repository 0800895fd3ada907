//! A filter of the user's own, as text.

use crate::error::Error;
use crate::filter::{Filter, Refusal};
use crate::image::{Border, Format, Sample};
use crate::kernels::curve::Curve;
use crate::kernels::formula::{About, Compiled, Texts, Wrong, compile};
use crate::params::{choice, code, filter, number};
use crate::plan::{Edge, Node, Plan};
use crate::planes::{Holds, Sees};
use std::sync::Arc;

filter! {
    /// A filter of your own: a formula for each channel, such as `mix(g, luma, 0.3)`. What has none stays as it is.
    ///
    /// A formula is made of numbers, of these names, of operators and of functions. Channels are numbers from 0 to 1, where 1 is
    /// full scale, of straight colours; floats may lie outside. Nothing is rounded or clamped before the result is.
    ///
    /// - `r`, `g`, `b`, `a`: the pixel, `a` 1 where there is no alpha. `luma`: `(19595·r + 38470·g + 7471·b)/65536`.
    /// - `x`, `y`: its column and row, from 0 on. `u = (x + 0.5)/width`, `v = (y + 0.5)/height`; `width`, `height`, in pixels.
    /// - `intensity`: the parameter, or what an item gives. `pi`, `e`.
    /// - `at(dx, dy)`: the formula's channel of the pixel `dx` columns to the right and `dy` rows below; `r(dx, dy)` and so on, and
    ///   `luma(dx, dy)`: that channel. `dx` and `dy` are constants, whole numbers from −32 to 32. Outside, `border` says what is seen.
    /// - Operators, from the weakest on: `c ? p : q`, `||`, `&&`, comparisons (`<`, `<=`, `>`, `>=`, `==`, `!=`), `+` and `-`, `*`, `/`
    ///   and `%`, the signs `-` and `!`, and the power `^`. Conditions are 1 or 0, and what is not 0 is true.
    /// - `sin`, `cos`, `tan`, `asin`, `acos`, `atan`, `atan2(y, x)`, `sqrt`, `exp`, `log`, `log2`, `pow`, `abs`, `sign`, `floor`, `ceil`,
    ///   `round` (`floor(t + 0.5)`), `fract`, `hypot`, `mod(p, q) = p % q = p − q·floor(p/q)`.
    /// - `min` and `max` of two values or more, `clamp(t, low, high)`, `mix(p, q, t) = p + t·(q − p)`, `step(edge, t)` (1 where
    ///   `t ≥ edge`), `smoothstep(p, q, t) = s²·(3 − 2s)` with `s = clamp((t − p)/(q − p), 0, 1)`.
    /// - `let name = …;` before a formula gives a value a name for what follows; those of the parameter `let` are known to all
    ///   formulas.
    ///
    /// A result that is no number (`0/0`) is 0; `min(p, q)` is `p` where `p < q`, else `q`, and `max` likewise. Zero has no sign. Of
    /// a grey image `r`, `g` and `b` are its grey, and of the three results luma is stored. Constants are worked out in double
    /// precision, and so are all bytes where each formula is of its own channel alone. All else is in single precision: `sin` and
    /// `cos` (of up to 10,000), `atan2` and `log2` are off by at most 3·10⁻⁷ or as much of it, `exp` by 3·10⁻⁷ of it, `pow` by 10⁻⁶ of
    /// it for each doubling. A text has at most 4,096 characters, is nested at most 64 levels deep, and all together have at most
    /// 1,024 operations.
    ///
    /// Class R, with what single precision is off. Reference: the same in double precision, written again.
    pub struct Formula = "formula", "Formula", Technical, intensity "intensity" {
        /// What red becomes.
        r: Option<Arc<String>> = code("r * 1.2").optional(),
        /// What green becomes.
        g: Option<Arc<String>> = code("mix(g, luma, 0.3)").optional(),
        /// What blue becomes.
        b: Option<Arc<String>> = code("b + 0.1 * sin(x / 20)").optional(),
        /// What alpha becomes; of an image that has none, nothing is made of it.
        a: Option<Arc<String>> = code("a * smoothstep(0.9, 0.4, hypot(u - 0.5, v - 0.5))").optional(),
        /// Names that all formulas may use: `name = …;`, one after another.
        shared as "let": Option<Arc<String>> = code("d = hypot(u - 0.5, v - 0.5);").optional(),
        /// A number that formulas may use, and that each item may set.
        intensity: f64 = number(1.0).soft(0.0, 2.0).step(0.01),
        /// What `at(dx, dy)` and the like see outside the image.
        border: Border = choice::<Border>(),
    }
    alpha: Changed,
    identity: Where("r" = Text("r"), "g" = Text("g"), "b" = Text("b"), "a" = Text("a")),
    floats: Any,
    even: false,
    check: Self::check,
    position: Self::position,
}

/// The parameters in the order that [`compile`] counts them in.
const NAMES: [&str; 5] = ["r", "g", "b", "a", "let"];

impl Formula {
    fn compiled(&self, about: &About) -> Result<Compiled, (usize, Wrong)> {
        let channels = [&self.r, &self.g, &self.b, &self.a].map(|text| text.as_ref().map(|text| text.as_str()));
        compile(&Texts { shared: self.shared.as_ref().map(|text| text.as_str()), channels }, about)
    }

    /// What is wrong, whatever the image.
    fn wrong(&self) -> Option<(usize, Wrong)> {
        let about = About {
            size: None,
            intensity: self.intensity,
            is_gray: false,
            full: 1.0,
            is_opaque: false,
            is_clear_outside: false,
        };
        self.compiled(&about).err()
    }

    fn check(&self) -> Result<(), Refusal> {
        self.wrong().map_or(Ok(()), |(place, wrong)| Err((NAMES[place], wrong.class, wrong.rule)))
    }

    fn position(&self) -> Option<usize> {
        self.wrong().map(|(_, wrong)| wrong.position)
    }
}

impl Filter for Formula {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        let layout = plan.layout(source);
        let Format { sample, channels } = layout.format();
        let about = About {
            size: Some([layout.width(), layout.height()]),
            intensity: self.intensity,
            is_gray: channels.colors() == 1,
            full: f64::from(sample.full()),
            is_opaque: channels.is_opaque(),
            is_clear_outside: self.border == Border::Transparent,
        };
        let Ok(compiled) = self.compiled(&about) else { unreachable!("it has been checked") };
        let changes_alpha = channels.stores_alpha() && !compiled.keeps(3, &about);
        if !changes_alpha && (0..3).all(|channel| compiled.keeps(channel, &about)) {
            return Ok(source);
        }
        if plan.is_bytes(source)
            && (0..3).all(|channel| compiled.is_curve(channel))
            && (!changes_alpha || compiled.is_curve(3))
        {
            let compiled = Arc::new(compiled);
            let curve = |channel: usize| -> Curve {
                let compiled = Arc::clone(&compiled);
                Arc::new(move |level| compiled.at(channel, level))
            };
            return Ok(plan.curves(source, [0, 1, 2].map(curve), changes_alpha.then(|| curve(3))));
        }
        let formulas = compiled.formulas(changes_alpha, channels.colors(), sample == Sample::F32);
        let sees = if formulas.reads_alpha() { Sees::Straight } else { Sees::Colors };
        // What goes round cannot run together with its neighbours in the chain.
        let border = if formulas.is_point() { Border::Clamp } else { self.border };
        let planes = plan.planes_with_margin(source, sees, false, formulas.margin(), border);
        let made = plan.rows(&[(planes, Edge::Border(border))], formulas);
        if !changes_alpha {
            return Ok(plan.store(made, source));
        }
        let layout = plan.with_any_alpha(source);
        Ok(plan.store_as(made, layout, Holds::StraightAlpha, false))
    }
}
