//! Contrast-limited adaptive histogram equalisation.

use crate::error::Error;
use crate::filter::Filter;
use crate::color::{HALF_UP, WHOLE, whole_byte};
use crate::image::{Border, CHANNELS, Channels, Layout, Sample};
use crate::kernels::luma;
use crate::params::{filter, integer, number};
use crate::plan::{Edge, Found, Node, Plan};
use crate::planes::Sees;
use crate::stage::{Measure, Place, Report, RowStage, RowsMut, Shape, Tally, Window, Work};
use crate::vector::{F4, fill, four};
use std::ops::Range;

filter! {
    /// Brings out contrast everywhere, in dark corners as in bright skies: equalises tile by tile, and limits how much
    /// (CLAHE). Alpha is copied.
    ///
    /// Luma `Y` (BT.601) of the picture is cut into `tilesX × tilesY` tiles. Where either side is not a multiple of its number of
    /// tiles, both are extended, to the right by `tilesX − W mod tilesX` columns and at the bottom by `tilesY − H mod tilesY` rows,
    /// mirrored as by the border `reflect101`. Of a tile with `A` pixels:
    ///
    /// 1. Its histogram of 256 levels is cut at `max(1, floor(clipLimit·A/256))`; a limit of 0 cuts nothing. Of the `e` counts that
    ///    were cut off, each level gets `floor(e/256)`. The remaining `ρ = e mod 256` go one each to the levels `0`, `s`, `2·s`, …
    ///    with `s = max(1, floor(256/ρ))`, as far as there are such levels.
    /// 2. `table[v] = round(255·cdf(v)/A)`, where `cdf(v)` is the sum of the histogram up to `v`.
    ///
    /// A pixel in row `y` lies between the rows of tiles `floor(f)` and `floor(f) + 1`, with `f = y/tileHeight − 0.5`, each limited
    /// to those that there are, and has the share `f − floor(f)` of the second; the same for columns. The tables of these four
    /// tiles, blended, give the new luma `Y'` of `Y`, and each colour becomes `clamp(v + Y' − Y)`, rounded once.
    ///
    /// All pixels count, whatever their alpha. Luma of 16 bits and of floats is counted at the nearest level, and looked up between
    /// two levels on the straight line between their entries. Floats, and their luma, are clamped to 0 and full scale.
    ///
    /// Class C, with 70 %: many values are ties. Reference: OpenCV's `createCLAHE`, which rounds halves to even at its end.
    /// scikit-image's `equalize_adapthist` differs.
    pub struct Clahe = "clahe", "Local contrast (CLAHE)", Tone, intensity "clipLimit" {
        /// How much contrast may be raised: counts are cut at so many times their mean; 0 does not limit it.
        clip_limit as "clipLimit": f64 = number(2.0).range(0.0, f64::INFINITY).soft(0.0, 10.0).step(0.1),
        /// Tiles side by side.
        tiles_x as "tilesX": usize = integer(8.0).range(1.0, 64.0).soft(1.0, 16.0),
        /// Tiles one above another.
        tiles_y as "tilesY": usize = integer(8.0).range(1.0, 64.0).soft(1.0, 16.0),
    }
    alpha: Copied,
    identity: Never,
    floats: Bounded,
}

/// Levels of a tile's histogram.
const LEVELS: usize = 256;

/// What each level becomes.
type Table = [f32; LEVELS];

impl Filter for Clahe {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let start = plan.start();
        let layout = plan.layout(start);
        let tiles = Tiles::new(layout, [self.tiles_x, self.tiles_y]);
        let found = plan.measure(Histograms { tiles, clip_limit: self.clip_limit });
        let source = plan.source();
        let layout = plan.layout(source);
        if plan.is_bytes(source) {
            return Ok(plan.image(&[(source, Edge::Border(Border::Clamp))], layout, BlendedBytes { tiles, found }));
        }
        let channels = layout.format().channels;
        let inputs = [Sees::Colors, Sees::Luma].map(|sees| (plan.planes(source, sees), Edge::Border(Border::Clamp)));
        let equalized = plan.rows(&inputs, Blended { tiles, found, channels });
        Ok(plan.store(equalized, source))
    }
}

/// How a picture is cut into tiles.
#[derive(Debug, Clone, Copy)]
struct Tiles {
    sample: Sample,
    size: [usize; 2],
    /// Tiles side by side, and one above another.
    count: [usize; 2],
    /// Columns and rows of a tile.
    tile: [usize; 2],
}

impl Tiles {
    fn new(layout: Layout, count: [usize; 2]) -> Self {
        let size = [layout.width(), layout.height()];
        let is_even = size.iter().zip(count).all(|(side, count)| side % count == 0);
        let tile = [0, 1].map(|axis| if is_even { size[axis] / count[axis] } else { size[axis] / count[axis] + 1 });
        Self { sample: layout.format().sample, size, count, tile }
    }

    /// The last tile along an axis whose middle lies before a place, or at it; −1 where there is none.
    fn before(&self, axis: usize, place: usize) -> isize {
        let tile = self.tile[axis].cast_signed();
        (2 * place.cast_signed() - tile).div_euclid(2 * tile)
    }

    /// How far a place is from the middle of that tile to the middle of the next one.
    fn share(&self, axis: usize, place: usize, before: isize) -> f32 {
        let tile = self.tile[axis] as f32;
        ((2 * place.cast_signed()) as f32 - (2 * before + 1) as f32 * tile) / (2.0 * tile)
    }

    /// The tile and the next one, as far as there are such.
    fn both(&self, axis: usize, before: isize) -> [usize; 2] {
        let last = self.count[axis].cast_signed() - 1;
        [before, before + 1].map(|tile| tile.clamp(0, last).cast_unsigned())
    }

    /// The places of the extended picture where a row or a column is seen, itself first.
    fn places(&self, axis: usize, place: usize) -> impl Iterator<Item = usize> {
        let (side, end) = (self.size[axis], self.tile[axis] * self.count[axis]);
        let is_seen = move |beyond: &usize| Border::Reflect101.index(beyond.cast_signed(), side) == Some(place);
        std::iter::once(place).chain((side..end).filter(is_seen))
    }

    /// Calls `write` for each part of a row that lies between the middles of the same two tiles: with the tables of these, as the row
    /// blends those above and below, with its columns, and with the first of the tiles.
    fn each_part(&self, place: &Place, found: &[f32], mut write: impl FnMut([&Table; 2], Range<usize>, isize)) {
        let y = place.rows.start.cast_unsigned();
        let above = self.before(1, y);
        let (rows, share) = (self.both(1, above), F4::splat(self.share(1, y, above)));
        let blend = |column: usize, out: &mut Table| {
            let [above, below] = rows.map(|row| &found[(row * self.count[0] + column) * LEVELS..][..LEVELS]);
            fill(out, |level| four(above, level) + share * (four(below, level) - four(above, level)));
        };
        let mut tables = [[0.0; LEVELS]; 2];
        let mut held = None;
        let mut start = place.columns.start;
        while start < place.columns.end {
            let before = self.before(0, start);
            // Where the middle of the next tile is.
            let end = ((2 * before + 3).cast_unsigned() * self.tile[0]).div_ceil(2).min(place.columns.end);
            let [one, other] = self.both(0, before);
            // The second table of a part is the first one of the next.
            if held == Some(one) {
                tables.swap(0, 1);
            } else {
                blend(one, &mut tables[0]);
            }
            blend(other, &mut tables[1]);
            held = Some(other);
            write(tables.each_ref(), start..end, before);
            start = end;
        }
    }

    /// The nearest level of a luma.
    #[inline(always)]
    fn level_of(&self, luma: f32) -> usize {
        match self.sample {
            Sample::U8 => usize::from(whole_byte(luma)),
            _ => ((self.level(luma) + 0.5) as usize).min(LEVELS - 1),
        }
    }

    /// A luma in levels, from 0 to 255.
    fn level(&self, luma: f32) -> f32 {
        let level = if self.sample == Sample::U8 { luma } else { luma / self.sample.level() };
        // Compared this way round, NaN is 0.
        if level > 0.0 { level.min(255.0) } else { 0.0 }
    }
}

/// Counts of each row of tiles, none where no pixel of it has been seen: of each tile those of every other pixel apart, since one count
/// waits for another of the same level.
type Counts = Vec<Option<Vec<[[u32; LEVELS]; 2]>>>;

struct Histograms {
    tiles: Tiles,
    clip_limit: f64,
}

fn of(tally: &mut Tally) -> &mut Counts {
    tally.downcast_mut().unwrap_or_else(|| unreachable!("it begins with counts"))
}

impl Measure for Histograms {
    fn sees(&self) -> Sees {
        Sees::Luma
    }

    fn begin(&self) -> Tally {
        Box::new(Counts::from_iter(vec![None; self.tiles.count[1]]))
    }

    fn row(&self, y: usize, lumas: &[f32], pixels: usize, tally: &mut Tally) {
        let tiles = &self.tiles;
        let [width, _] = tiles.tile;
        for place in tiles.places(1, y) {
            let row = &mut of(tally)[place / tiles.tile[1]];
            let counts = row.get_or_insert_with(|| vec![[[0; LEVELS]; 2]; tiles.count[0]]);
            for (counts, lumas) in counts.iter_mut().zip(lumas[..pixels].chunks(width)) {
                let [even, odd] = counts;
                for pair in lumas.chunks(2) {
                    even[tiles.level_of(pair[0])] += 1;
                    if let Some(luma) = pair.get(1) {
                        odd[tiles.level_of(*luma)] += 1;
                    }
                }
            }
            for x in pixels..width * tiles.count[0] {
                if let Some(seen) = Border::Reflect101.index(x.cast_signed(), pixels) {
                    counts[x / width][0][tiles.level_of(lumas[seen])] += 1;
                }
            }
        }
    }

    fn join(&self, whole: &mut Tally, mut next: Tally) {
        for (whole, next) in of(whole).iter_mut().zip(of(&mut next)) {
            match (whole, next.take()) {
                (Some(whole), Some(next)) => {
                    let (whole, next) = (whole.as_flattened_mut().as_flattened_mut(), next.as_flattened().as_flattened());
                    whole.iter_mut().zip(next).for_each(|(whole, next)| *whole += next);
                }
                (whole, next) => *whole = whole.take().or(next),
            }
        }
    }

    fn finish(&self, mut tally: Tally) -> (Tally, Option<Report>) {
        let area = (self.tiles.tile[0] * self.tiles.tile[1]) as u32;
        let limit = match self.clip_limit {
            0.0 => u32::MAX,
            limit => ((limit * f64::from(area) / LEVELS as f64) as u32).max(1),
        };
        let tiles = of(&mut tally).iter().flatten().flatten();
        let tables: Vec<f32> = tiles.flat_map(|[even, odd]| {
            let mut counts = std::array::from_fn(|level| even[level] + odd[level]);
            table(&mut counts, limit, area)
        }).collect();
        (Box::new(tables), None)
    }
}

/// What each level of a tile becomes.
fn table(counts: &mut [u32; LEVELS], limit: u32, area: u32) -> Table {
    let mut cut = 0;
    for count in counts.iter_mut() {
        cut += count.saturating_sub(limit);
        *count = (*count).min(limit);
    }
    let (each, left) = (cut / LEVELS as u32, cut as usize % LEVELS);
    counts.iter_mut().for_each(|count| *count += each);
    let step = LEVELS.checked_div(left).unwrap_or(LEVELS).max(1);
    counts.iter_mut().step_by(step).take(left).for_each(|count| *count += 1);
    let (area, mut sum) = (u64::from(area), 0);
    counts.map(|count| {
        sum += u64::from(count);
        ((510 * sum + area) / (2 * area)) as f32
    })
}

/// Colours with the luma that the tables around them give.
struct Blended {
    tiles: Tiles,
    found: Found,
    channels: Channels,
}

impl Blended {
    /// What is added to the colours of a row, where the luma is `lumas`: `columns` lie between the middles of the same two tiles.
    fn write_deltas(&self, tables: [&Table; 2], columns: &Range<usize>, before: isize, lumas: &[f32], out: &mut [f32]) {
        let sample = self.tiles.sample;
        let (level, step) = (sample.level(), 1.0 / self.tiles.tile[0] as f32);
        let first = self.tiles.share(0, columns.start, before);
        for ((x, luma), out) in (0..).zip(lumas).zip(out) {
            let y = self.tiles.level(*luma);
            let whole = y as usize & (LEVELS - 1);
            let [one, other] = tables.map(|table| {
                if sample == Sample::U8 {
                    return table[whole];
                }
                let (here, next) = (table[whole], table[(whole + 1).min(LEVELS - 1)]);
                here + (y - whole as f32) * (next - here)
            });
            *out = level * (one + (first + x as f32 * step) * (other - one) - y);
        }
    }
}

impl RowStage for Blended {
    fn shape(&self) -> Shape {
        Shape::planes(Sees::Colors.planes(self.channels))
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, work: &mut Work<'_>) {
        let (found, tiles): (&Vec<f32>, _) = (self.found.of(work), &self.tiles);
        let mut deltas = work.scratch.floats(place.columns.len());
        tiles.each_part(place, found, |tables, columns, before| {
            let lumas = inputs[1].part(0, 0, &columns);
            let out = &mut deltas[columns.start - place.columns.start..];
            self.write_deltas(tables, &columns, before, lumas, out);
        });
        let [none, full] = [0.0, tiles.sample.full()].map(F4::splat);
        for color in 0..out.planes() {
            let values = inputs[0].part(0, color, &place.columns);
            // Where the sum is no number, it is 0.
            fill(out.plane(0, color), |x| (four(values, x) + four(&deltas[..values.len()], x)).max(none).min(full));
        }
        work.scratch.give_floats(deltas);
    }
}

/// The same for RGBA bytes.
struct BlendedBytes {
    tiles: Tiles,
    found: Found,
}

impl RowStage for BlendedBytes {
    fn shape(&self) -> Shape {
        Shape::pixels(CHANNELS)
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, work: &mut Work<'_>) {
        let (found, tiles): (&Vec<f32>, _) = (self.found.of(work), &self.tiles);
        let pixels = out.pixels(0);
        pixels.copy_from_slice(inputs[0].pixels(0, &place.columns));
        let step = 1.0 / tiles.tile[0] as f32;
        tiles.each_part(place, found, |[one, other], columns, before| {
            let first = tiles.share(0, columns.start, before);
            let start = columns.start - place.columns.start;
            let (first, step, half_up) = (F4::splat(first), F4::splat(step), F4::splat(HALF_UP));
            let deltas_of = |at: usize, lumas: [u8; 4]| -> [i16; 4] {
                let [one, other] = [one, other].map(|table| F4::new(lumas.map(|luma| table[usize::from(luma)])));
                let places = F4::splat(at as f32) + F4::new([0.0, 1.0, 2.0, 3.0]);
                let mut rounded = [0.0; 4];
                (one + (first + places * step) * (other - one) + half_up + F4::splat(WHOLE)).store(&mut rounded);
                std::array::from_fn(|i| i16::from(rounded[i].to_bits() as u8) - i16::from(lumas[i]))
            };
            luma::replace(&mut pixels[start..][..columns.len()], |begin, lumas, deltas| {
                let ((fours, rest), (outs, out_rest)) = (lumas.as_chunks::<4>(), deltas.as_chunks_mut::<4>());
                for ((i, lumas), out) in (0..).zip(fours).zip(outs) {
                    *out = deltas_of(begin + 4 * i, *lumas);
                }
                let last = std::array::from_fn(|i| rest.get(i).copied().unwrap_or(0));
                let last = deltas_of(begin + 4 * fours.len(), last);
                out_rest.iter_mut().zip(last).for_each(|(out, delta)| *out = delta);
            });
        });
    }
}
