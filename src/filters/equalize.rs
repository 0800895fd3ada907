//! Histogram equalisation.

use crate::error::Error;
use crate::filter::Filter;
use crate::image::{Border, CHANNELS, Sample};
use crate::kernels::histogram::{Counts, Histogram, bin, bins};
use crate::kernels::luma;
use crate::params::{choice, choices, filter};
use crate::plan::{Edge, Found, Node, Plan};
use crate::planes::Sees;
use crate::stage::{Place, RowStage, RowsMut, Shape, Window, Work};

choices! {
    /// What is equalised.
    pub enum Mode {
        /// Luma; colours keep their differences to it.
        Luma = "luma",
        /// Red, green and blue, each by itself: hues change.
        Rgb = "rgb",
    }
}

filter! {
    /// Spreads tones so that each range of them has about as many pixels, for the most contrast overall. Alpha is copied.
    ///
    /// With `n` pixels, `h[v]` of which have the value `v`, `v0` the lowest value that occurs, `d = n − h[v0]`, `m` the
    /// largest value (255 of bytes) and `s[v]` the sum of `h` over the values above `v0` and up to `v`:
    /// `table[v] = floor((2·m·s[v] + d) / (2·d))`, which is `m·s[v]/d`, rounded. Where `d` is 0 nothing changes. All
    /// pixels count, whatever their alpha.
    ///
    /// With `mode: "rgb"` each channel has a table of its own. With `"luma"` the table is that of luma `Y`, and each
    /// colour becomes `clamp(v + table[Y] − Y)`: luma is replaced and the colour differences stay. 16 bits have 65,536
    /// values, and floats as many between 0 and 1: there luma and results are clamped to these, and NaN is 0.
    ///
    /// Class E. Reference: OpenCV's `equalizeHist`, which is up to one level off where its floats tie. Pillow and
    /// scikit-image have other formulas.
    pub struct Equalize = "equalize", "Equalise", Tone {
        /// What is spread: luma (BT.601), where colours keep their hue, or each colour channel by itself.
        mode: Mode = choice::<Mode>(),
    }
    alpha: Copied,
    identity: Never,
    floats: Bounded,
}

/// The value that each bin of each plane gets, in the scale of the samples; of a plane that has one value only, none.
type Tables = Vec<Option<Vec<f32>>>;

/// The same of bytes, of three planes: of a grey image, and of luma, three times that of the first.
type ByteTables = [[u8; 256]; 3];

fn of_bytes(tables: &Tables) -> ByteTables {
    std::array::from_fn(|color| {
        let table = tables[color.min(tables.len() - 1)].as_ref();
        std::array::from_fn(|value| table.map_or(value as u8, |table| table[value] as u8))
    })
}

impl Filter for Equalize {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let start = plan.start();
        let format = plan.layout(start).format();
        let full = format.sample.full();
        let (sample, is_luma) = (format.sample, self.mode == Mode::Luma);
        let sees = if is_luma { Sees::Luma } else { Sees::Colors };
        let is_bytes = plan.is_bytes(start);
        let found = plan.measure(Histogram {
            sample,
            sees,
            channels: format.channels,
            make: Box::new(move |counts: &Counts| {
                let tables: Tables = counts.chunks_exact(bins(sample)).map(|counts| table(counts, sample)).collect();
                (if is_bytes { Box::new(of_bytes(&tables)) as _ } else { Box::new(tables) as _ }, None)
            }),
        });
        let source = plan.source();
        if is_bytes {
            let layout = plan.layout(source);
            return Ok(plan.image(&[(source, Edge::Border(Border::Clamp))], layout, OfBytes { found, is_luma }));
        }
        let colors = plan.planes(source, Sees::Colors);
        let count = plan.layout(source).format().channels.colors();
        let equalized = if is_luma {
            let luma = plan.planes(source, Sees::Luma);
            plan.point_of(&[colors, luma], count, found, move |tables: &Tables, planes| {
                let Some((lumas, colors)) = planes.split_last_mut() else { unreachable!("luma is one of them") };
                for color in colors {
                    for (value, luma) in color.iter_mut().zip(lumas.iter()) {
                        let luma = clamped(*luma, full);
                        let change = tables[0].as_ref().map_or(0.0, |table| table[bin(sample, luma)] - luma);
                        *value = clamped(*value + change, full);
                    }
                }
            })
        } else {
            plan.point_of(&[colors], count, found, move |tables: &Tables, planes| {
                // Of grey bytes there is one table, and there are three planes.
                for (color, plane) in planes.iter_mut().enumerate() {
                    let table = tables[color.min(tables.len() - 1)].as_ref();
                    for value in plane.iter_mut() {
                        *value = clamped(table.map_or(*value, |table| table[bin(sample, *value)]), full);
                    }
                }
            })
        };
        Ok(plan.store(equalized, source))
    }
}

/// A value between 0 and full scale; NaN is 0.
#[inline(always)]
fn clamped(value: f32, full: f32) -> f32 {
    // Compared this way round, NaN is 0.
    if value > 0.0 { value.min(full) } else { 0.0 }
}

/// What each value becomes: its rank among the values above the lowest one, in parts of full scale.
fn table(counts: &[u64], sample: Sample) -> Option<Vec<f32>> {
    let n: u64 = counts.iter().sum();
    let lowest = counts.iter().position(|count| *count > 0)?;
    let above = n - counts[lowest];
    if above == 0 {
        return None;
    }
    let (last, mut sum) = (counts.len() as u64 - 1, 0_u64);
    let values = counts.iter().enumerate().map(|(value, count)| {
        sum += if value > lowest { *count } else { 0 };
        let whole = (2 * last * sum + above) / (2 * above);
        if sample == Sample::F32 { (whole as f64 / last as f64) as f32 } else { whole as f32 }
    });
    Some(values.collect())
}

/// For RGBA bytes.
struct OfBytes {
    found: Found,
    is_luma: bool,
}

impl RowStage for OfBytes {
    fn shape(&self) -> Shape {
        Shape::pixels(CHANNELS)
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, work: &mut Work<'_>) {
        let [r, g, b]: &ByteTables = self.found.of(work);
        let pixels = out.pixels(0);
        pixels.copy_from_slice(inputs[0].pixels(0, &place.columns));
        if !self.is_luma {
            for pixel in pixels {
                let [red, green, blue] = [pixel[0], pixel[1], pixel[2]].map(usize::from);
                *pixel = [r[red], g[green], b[blue], pixel[3]];
            }
            return;
        }
        let changes: [i16; 256] = std::array::from_fn(|luma| i16::from(r[luma]) - luma as i16);
        luma::replace(pixels, |_, lumas, deltas| {
            deltas.iter_mut().zip(lumas).for_each(|(delta, luma)| *delta = changes[usize::from(*luma)]);
        });
    }
}
