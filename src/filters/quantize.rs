//! Few colours, those that suit the picture.

use crate::error::Error;
use crate::filter::Filter;
use crate::image::Sample;
use crate::kernels::dither::{Diffusion, From, Inks, Method, PARTS, steps};
use crate::params::{choice, choices, filter, integer};
use crate::plan::{Node, Plan};
use crate::planes::Sees;
use crate::stage::{Measure, Report, Tally};

choices! {
    /// How colours between are made.
    pub enum Between {
        /// By making good, at the next pixels, what is wrong with each.
        FloydSteinberg = "floyd-steinberg",
        /// The same, of three quarters of what is wrong: more contrast.
        Atkinson = "atkinson",
        /// Not at all: each pixel gets the nearest colour.
        None = "none",
    }
}

filter! {
    /// Draws the picture in few colours, which are chosen to suit it (Wu). Reports how many there are as `colors`. Alpha is copied.
    ///
    /// Visible pixels are counted as bytes: 16 bits and floats are rounded to the nearest level, floats outside 0 and 1 are 0 or 255. A cube of
    /// 32 × 32 × 32 cells, of 8 levels each, is cut into boxes. With `n` pixels in a box, `s` the sum of their colours and `q` that of the squares of
    /// their lengths, the box with the largest `q − |s|²/n` is cut in two at the face between cells for which `|s₁|²/n₁ + |s₂|²/n₂` of the two
    /// parts is largest, neither being empty: of equal ones the first, in the order red, green, blue and from dark to bright; of equal boxes the
    /// first, where the part below the face takes the place of the box and the other one comes last. That goes on until there are `colors`
    /// boxes, or none has pixels in two cells. The colours are `floor((2·s + n)/(2·n))` of each; black where nothing is visible.
    ///
    /// With these as its palette the picture is drawn as by `dither`, or, without, each pixel gets the nearest of them, the first of equal
    /// ones.
    ///
    /// Class E. Reference: the definition, pixel by pixel. Pillow's and libimagequant's palettes are other ones.
    pub struct Quantize = "quantize", "Few colours", Effects, intensity "colors" {
        /// The most colours that there may be.
        colors: usize = integer(16.0).range(2.0, 256.0),
        /// How colours between are made: by making good what is wrong at the pixels that come next, or not at all.
        dither: Between = choice::<Between>(),
    }
    alpha: Copied,
    identity: Never,
    floats: Bounded,
}

impl Filter for Quantize {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let start = plan.start();
        let sample = plan.layout(start).format().sample;
        let found = plan.measure(Colors { sample, most: self.colors });
        let source = plan.source();
        let layout = plan.layout(source);
        let method = match self.dither {
            Between::FloydSteinberg => Method::FloydSteinberg,
            Between::Atkinson => Method::Atkinson,
            Between::None => {
                let planes = plan.planes(source, Sees::Rgb);
                let drawn = plan.point_of(&[planes], 3, found, move |inks: &Inks, planes| {
                    for i in 0..planes[0].len() {
                        let color = [0, 1, 2].map(|channel: usize| PARTS * steps(sample, planes[channel][i]));
                        let drawn = inks.stored(inks.nearest(color));
                        planes.iter_mut().zip(drawn).for_each(|(plane, value)| plane[i] = value);
                    }
                });
                return Ok(plan.store(drawn, source));
            }
        };
        Ok(plan.whole(source, Diffusion { layout, method, inks: From::Measured(found) }))
    }
}

/// Cells along a side of the cube.
const SIDE: usize = 32;

/// How many pixels there are, the sums of their red, green and blue, and that of the squares of these.
type Sums = [u64; 5];

#[inline(never)]
fn add(sums: &mut Sums, more: &Sums) {
    sums.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
}

/// Finds colours.
struct Colors {
    sample: Sample,
    most: usize,
}

fn cells(tally: &mut Tally) -> &mut Vec<Sums> {
    tally.downcast_mut().unwrap_or_else(|| unreachable!("it begins with sums"))
}

impl Measure for Colors {
    fn sees(&self) -> Sees {
        Sees::Rgba
    }

    fn begin(&self) -> Tally {
        Box::new(vec![Sums::default(); SIDE * SIDE * SIDE])
    }

    fn row(&self, _: usize, planes: &[f32], pixels: usize, tally: &mut Tally) {
        let cells = cells(tally);
        let level = 255.0 / self.sample.full();
        for i in 0..pixels {
            if planes[3 * pixels + i] > 0.0 {
                // A cast takes NaN for 0.
                let byte = |channel: usize| ((planes[channel * pixels + i] * level + 0.5) as i32).clamp(0, 255) as usize;
                let [r, g, b] = [0, 1, 2].map(byte);
                let squares = r * r + g * g + b * b;
                add(&mut cells[((r / 8) * SIDE + g / 8) * SIDE + b / 8], &[1, r, g, b, squares].map(|sum| sum as u64));
            }
        }
    }

    fn join(&self, whole: &mut Tally, mut next: Tally) {
        cells(whole).iter_mut().zip(cells(&mut next)).for_each(|(whole, next)| add(whole, next));
    }

    fn finish(&self, mut tally: Tally) -> (Tally, Option<Report>) {
        let colors = palette(cells(&mut tally), self.most);
        let count = colors.len() as f64;
        (Box::new(Inks::palette(self.sample, &colors)), Some(("colors", count)))
    }
}

/// A box of cells.
struct Part {
    /// Its first cell of each axis, and the end.
    ends: [[usize; 2]; 3],
    sums: Sums,
    /// How much its colours differ.
    spread: f64,
    /// The axis and the cell where it is best cut in two.
    cut: Option<(usize, usize)>,
}

/// The square of the length of a sum, by how many were added.
#[inline(never)]
fn weight([n, r, g, b, _]: &Sums) -> f64 {
    let [n, r, g, b] = [n, r, g, b].map(|sum| *sum as f64);
    (r * r + g * g + b * b) / n
}

impl Part {
    fn new(cells: &[Sums], ends: [[usize; 2]; 3]) -> Self {
        // What there is in each slice, of each axis.
        let mut slices = [[Sums::default(); SIDE]; 3];
        let [reds, greens, blues] = ends.map(|[start, end]| start..end);
        for r in reds {
            for g in greens.clone() {
                for b in blues.clone() {
                    let sums = &cells[(r * SIDE + g) * SIDE + b];
                    [r, g, b].iter().zip(&mut slices).for_each(|(at, slices)| add(&mut slices[*at], sums));
                }
            }
        }
        let sums = slices[0].iter().fold(Sums::default(), |mut all, sums| {
            add(&mut all, sums);
            all
        });
        let mut best: Option<(f64, usize, usize)> = None;
        for (axis, slices) in slices.iter().enumerate() {
            let mut below = Sums::default();
            for at in ends[axis][0] + 1..ends[axis][1] {
                add(&mut below, &slices[at - 1]);
                let above: Sums = std::array::from_fn(|i| sums[i] - below[i]);
                if below[0] > 0 && above[0] > 0 {
                    let weight = weight(&below) + weight(&above);
                    if best.is_none_or(|(most, ..)| weight > most) {
                        best = Some((weight, axis, at));
                    }
                }
            }
        }
        let spread = if sums[0] > 0 { sums[4] as f64 - weight(&sums) } else { 0.0 };
        Self { ends, sums, spread, cut: best.map(|(_, axis, at)| (axis, at)) }
    }
}

/// The colours that suit pixels that have been counted, in levels.
fn palette(cells: &[Sums], most: usize) -> Vec<[f64; 3]> {
    let mut parts = vec![Part::new(cells, [[0, SIDE]; 3])];
    while parts.len() < most {
        let mut widest: Option<(usize, f64, (usize, usize))> = None;
        for (i, part) in parts.iter().enumerate() {
            if let Some(cut) = part.cut
                && widest.is_none_or(|(_, spread, _)| part.spread > spread)
            {
                widest = Some((i, part.spread, cut));
            }
        }
        let Some((i, _, (axis, at))) = widest else { break };
        let (mut below, mut above) = (parts[i].ends, parts[i].ends);
        (below[axis][1], above[axis][0]) = (at, at);
        parts[i] = Part::new(cells, below);
        parts.push(Part::new(cells, above));
    }
    let mean = |sum: u64, n: u64| ((2 * sum + n) / (2 * n.max(1))) as f64;
    parts.iter().map(|Part { sums: [n, r, g, b, _], .. }| [*r, *g, *b].map(|sum| mean(sum, *n))).collect()
}
