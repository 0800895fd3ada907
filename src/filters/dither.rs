//! Few tones, and the illusion of more.

use crate::error::{Class, Error};
use crate::filter::{Filter, Refusal};
use crate::image::Sample;
use crate::kernels::dither::{Diffusion, From, Inks, Method, MOST_STEPS, PARTS, bayer, steps};
use crate::params::{Length, choice, choices, filter, integer, numbers};
use crate::plan::{Node, Plan};
use crate::planes::Sees;

choices! {
    /// How tones between are made.
    pub enum Way {
        /// By making good, at the next pixels, what is wrong with each.
        FloydSteinberg = "floyd-steinberg",
        /// The same, of three quarters of what is wrong: more contrast.
        Atkinson = "atkinson",
        /// By a matrix of thresholds with two rows.
        Bayer2 = "bayer2",
        /// With four.
        Bayer4 = "bayer4",
        /// With eight.
        Bayer8 = "bayer8",
    }
}

impl Way {
    /// The method, or the bits of a column of the matrix.
    fn kind(self) -> Result<Method, u32> {
        match self {
            Self::FloydSteinberg => Ok(Method::FloydSteinberg),
            Self::Atkinson => Ok(Method::Atkinson),
            Self::Bayer2 => Err(1),
            Self::Bayer4 => Err(2),
            Self::Bayer8 => Err(3),
        }
    }
}

filter! {
    /// Draws the picture in few tones of each channel, or in the colours of a palette, so that from afar it looks as before. Alpha is copied.
    ///
    /// Counted is in whole steps, of which there are `F = 65,535` from black to white in every format: bytes are multiplied with 257, floats
    /// clamped to 0 and 1 and rounded. The tones are `floor(F·k/(L − 1) + ½)` for `k` from 0 to `L − 1`, with `L = levels`; of a value `w`, the
    /// nearest is that of `k = floor(w·(L − 1)/F + ½)`. Of a palette, whose colours are rounded to steps, the nearest has the least sum of squared
    /// differences, the first of equal ones. What is stored is `255·k/(L − 1)` levels, or the colour of the palette, rounded where samples are.
    /// Grey has three equal channels, and luma of what they become is stored.
    ///
    /// - `floyd-steinberg` and `atkinson`: pixels are visited row by row, from left to right, and everything is counted in sixteenths of a step.
    ///   `w` is the value with what is owed to it, clamped to 0 and `16·F`. The pixel becomes the nearest tone or colour; what is wrong then, `e`, is
    ///   owed to the pixels around it. `floyd-steinberg`: `floor(7·e/16)` to the right, `floor(3·e/16)` below on the left, `floor(5·e/16)` below,
    ///   and the rest of `e` below on the right. `atkinson`: `floor(e/8)` to each of the next two on the right, the three below, and the one two
    ///   rows below. What is owed to pixels outside is lost. Invisible pixels stay as they are, and owe and are owed nothing.
    /// - `bayer2`, `bayer4`, `bayer8`: with `m(x, y)` the place in Bayer's matrix of `n` rows, which repeats, and `t = (m + ½)/n²`, each channel
    ///   becomes the tone of `k = floor(v·(L − 1)/F + t)`. Of a palette with `c` colours, `floor(S·(2·m + 1 − n²)/(2·n²))` is added to each channel,
    ///   in sixteenths of a step, with `S = floor(16·F/max(1, ∛c − 1) + ½)`, and the nearest colour to that, clamped, is taken. Bayer's matrix of
    ///   two rows is `0 2 / 3 1`, and that of `2·n` rows has `4·m`, `4·m + 2 / 4·m + 3`, `4·m + 1` of that of `n`.
    ///
    /// Class E. Reference: the definition in whole numbers. Pillow's `convert` and scikit-image round what is owed in other ways.
    pub struct Dither = "dither", "Dither", Effects, intensity "levels" {
        /// How tones between are made: by making good what is wrong at the pixels that come next, or by a matrix of thresholds.
        method: Way = choice::<Way>(),
        /// Tones of each channel, evenly spread from black to white.
        levels: usize = integer(2.0).range(2.0, 64.0).soft(2.0, 16.0),
        /// Colours that are used instead, at most 256: red, green and blue of each.
        palette: Option<Vec<f64>> = numbers(Length::Groups { of: 3, least: 2 }, GAME).range(0.0, 255.0).optional(),
    }
    alpha: Copied,
    identity: Never,
    floats: Bounded,
    even: false,
    check: Self::check,
}

/// The four greens of an old hand-held game.
const GAME: &[f64] = &[15.0, 56.0, 15.0, 48.0, 98.0, 48.0, 139.0, 172.0, 15.0, 155.0, 188.0, 15.0];

const MOST_COLORS: usize = 256;

impl Dither {
    fn check(&self) -> Result<(), Refusal> {
        match &self.palette {
            Some(palette) if palette.len() > 3 * MOST_COLORS => {
                Err(("palette", Class::Range, "must have at most 256 colours".into()))
            }
            _ => Ok(()),
        }
    }
}

impl Filter for Dither {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        let layout = plan.layout(source);
        let sample = layout.format().sample;
        let colors = self.palette.as_ref().map(|palette| palette.as_chunks::<3>().0);
        let inks = colors.map_or_else(|| Inks::tones(sample, self.levels), |colors| Inks::palette(sample, colors));
        let bits = match self.method.kind() {
            Ok(method) => return Ok(plan.whole(source, Diffusion { layout, method, inks: From::Known(inks) })),
            Err(bits) => bits,
        };
        let planes = plan.planes(source, Sees::Rgb);
        let spread = self.palette.is_some().then(|| {
            let apart = (libm::pow(inks.count() as f64, 1.0 / 3.0) - 1.0).max(1.0);
            (f64::from(PARTS * MOST_STEPS) / apart + 0.5) as i64
        });
        let ordered = Ordered { sample, bits, inks, spread };
        let drawn = plan.point(&[planes], 3, move |place, planes| {
            let y = place.rows.start.cast_unsigned();
            for (i, x) in place.columns.clone().enumerate() {
                let drawn = ordered.drawn(x, y, [0, 1, 2].map(|channel: usize| planes[channel][i]));
                planes.iter_mut().zip(drawn).for_each(|(plane, value)| plane[i] = value);
            }
        });
        Ok(plan.store(drawn, source))
    }
}

struct Ordered {
    sample: Sample,
    bits: u32,
    inks: Inks,
    /// Of a palette, how far apart its colours are.
    spread: Option<i64>,
}

impl Ordered {
    #[inline(always)]
    fn drawn(&self, x: usize, y: usize, color: [f32; 3]) -> [f32; 3] {
        let count = self.inks.count() as f64;
        let color = color.map(|value| steps(self.sample, value));
        let (place, places) = (2 * i64::from(bayer(self.bits, x, y)) + 1, 2_i64 << (2 * self.bits));
        let Some(spread) = self.spread else {
            let more = place as f64 / places as f64;
            let tone = |value: i32| (f64::from(value) * (count - 1.0) / f64::from(MOST_STEPS) + more) as usize;
            return self.inks.stored(color.map(tone));
        };
        let more = (spread * (place - places / 2)).div_euclid(places) as i32;
        self.inks.stored(self.inks.nearest(color.map(|value| (PARTS * value + more).clamp(0, PARTS * MOST_STEPS))))
    }
}
