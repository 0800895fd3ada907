//! Hue, saturation and lightness, hue by hue.

use crate::error::Error;
use crate::filter::Filter;
use crate::params::{Length, filter, numbers};
use crate::plan::{Node, Plan};
use crate::planes::Sees;

/// Reds, oranges, yellows, greens, aquas, blues, purples, magentas.
const HUES: usize = 8;
const NONE: &[f64] = &[0.0; HUES];
const TURNED: &[f64] = &[10.0, 0.0, 20.0, 30.0, 0.0, 10.0, 15.0, 0.0];
const MORE: &[f64] = &[0.3, 0.0, 0.4, 0.2, 0.0, 0.5, 1.0, 0.1];

filter! {
    /// Changes hue, saturation and lightness of some hues and leaves the others: greener greens, a darker sky. Alpha is copied.
    ///
    /// Each list has a number for red (0°), orange (30°), yellow (60°), green (120°), aqua (180°), blue (240°), purple (270°) and
    /// magenta (300°). What holds for a hue between two of these lies on the straight line between their numbers. With the hue
    /// `h`, saturation `s` and lightness `l` of a colour in HSL (CSS Color Module Level 4), from 0 to 360° and from 0 to 1, and
    /// the numbers `Δh`, `Δs` and `Δl` for `h`:
    ///
    /// `h' = h + Δh`, `s' = clamp(s·(1 + Δs), 0, 1)`, and with `k = s·Δl`, `l' = l + k·(1 − l)` where `k` is above 0, else
    /// `l·(1 + k)`. The result is the colour of `h'`, `s'` and `l'`. Grey, which has no hue, stays as it is. Floats are clamped to
    /// 0 and full scale.
    ///
    /// Class R. Reference: the algorithms of CSS Color Module Level 4 in double precision.
    pub struct HslAdjust = "hslAdjust", "Hue by hue", Color {
        /// Degrees that each hue is turned by.
        hue: Vec<f64> = numbers(Length::Exactly(HUES), TURNED).range(-180.0, 180.0).or(NONE),
        /// How much more vivid each hue becomes: −1 makes it grey, 1 twice as vivid.
        saturation: Vec<f64> = numbers(Length::Exactly(HUES), MORE).range(-1.0, 1.0).or(NONE),
        /// How much lighter each hue becomes: −1 makes it black where it is vivid, 1 white.
        lightness: Vec<f64> = numbers(Length::Exactly(HUES), MORE).range(-1.0, 1.0).or(NONE),
    }
    alpha: Copied,
    identity: Where("hue" = Numbers(NONE), "saturation" = Numbers(NONE), "lightness" = Numbers(NONE)),
    floats: Bounded,
}

/// Hues that lie 30° apart, and the first once more.
const NODES: usize = 13;

impl HslAdjust {
    /// The numbers for every 30°, of a list for eight hues.
    fn nodes(list: &[f64]) -> [f32; NODES] {
        let between = |i: usize, j: usize| (list[i] + list[j]) / 2.0;
        let nodes = [
            list[0],
            list[1],
            list[2],
            between(2, 3),
            list[3],
            between(3, 4),
            list[4],
            between(4, 5),
            list[5],
            list[6],
            list[7],
            between(7, 0),
            list[0],
        ];
        nodes.map(|node| node as f32)
    }
}

impl Filter for HslAdjust {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        let full = plan.layout(source).format().sample.full();
        let [hues, saturations, lightnesses] = [&self.hue, &self.saturation, &self.lightness].map(|list| Self::nodes(list));
        let planes = plan.planes(source, Sees::Rgb);
        let adjusted = plan.point(&[planes], 3, move |_, planes| {
            let [r, g, b] = planes else { unreachable!("there are three planes") };
            for ((r, g), b) in r.iter_mut().zip(g.iter_mut()).zip(b.iter_mut()) {
                // Compared this way round, NaN is 0.
                let rgb = [*r, *g, *b].map(|value| if value > 0.0 { (value / full).min(1.0) } else { 0.0 });
                let Hsl { sector, saturation, lightness } = Hsl::of(rgb);
                let place = sector as usize;
                let number = |nodes: &[f32; NODES]| nodes[place] + (sector - place as f32) * (nodes[place + 1] - nodes[place]);
                let k = saturation * number(&lightnesses);
                let changed = Hsl {
                    sector: sector + number(&hues) / 30.0,
                    saturation: (saturation * (1.0 + number(&saturations))).clamp(0.0, 1.0),
                    lightness: if k > 0.0 { lightness + k * (1.0 - lightness) } else { lightness * (1.0 + k) },
                };
                [*r, *g, *b] = changed.rgb().map(|value| full * value);
            }
        });
        Ok(plan.store(adjusted, source))
    }
}

/// A colour in HSL; its hue in units of 30°, from 0 up to, and not including, 12.
struct Hsl {
    sector: f32,
    saturation: f32,
    lightness: f32,
}

impl Hsl {
    #[inline(always)]
    fn of([r, g, b]: [f32; 3]) -> Self {
        let (most, least) = (r.max(g).max(b), r.min(g).min(b));
        let (range, sum) = (most - least, most + least);
        if range <= 0.0 {
            return Self { sector: 0.0, saturation: 0.0, lightness: sum / 2.0 };
        }
        let sector = if most == r {
            (g - b) / range
        } else if most == g {
            (b - r) / range + 2.0
        } else {
            (r - g) / range + 4.0
        };
        let sector = if sector < 0.0 { sector + 6.0 } else { sector };
        // What is nearly a whole turn may be rounded to one.
        let sector = (2.0 * sector).min(12.0_f32.next_down());
        Self { sector, saturation: range / (1.0 - (sum - 1.0).abs()).max(range), lightness: sum / 2.0 }
    }

    #[inline(always)]
    fn rgb(&self) -> [f32; 3] {
        let a = self.saturation * self.lightness.min(1.0 - self.lightness);
        [0.0, 8.0, 4.0].map(|n: f32| {
            let t = (n + self.sector + 12.0) % 12.0;
            self.lightness - a * (t - 3.0).min(9.0 - t).clamp(-1.0, 1.0)
        })
    }
}
