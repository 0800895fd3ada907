//! Medians of large squares, and values of other ranks, by histograms of columns (Perreault and Hébert, *Median filtering in constant time*, 2007).
//!
//! Each column has a histogram of its part of the window, in two levels: 16 coarse counts, and 16 segments of 16 fine
//! ones. Sliding the window adds the histogram of one column and takes another away. Those of neighbours are mostly in
//! the same segment: as long as they are, only its counts slide, and the others are brought up to date when they are
//! needed. Counts are cumulative, so that the value is in the first bin whose count is above its rank, which takes no
//! search. They are whole, so they are the same wherever bands and tiles begin.

#[cfg(not(target_arch = "wasm32"))]
mod plain;
#[cfg(target_arch = "wasm32")]
mod simd128;

use crate::image::{Border, CHANNELS};
use crate::kernels::window::Padded;
use crate::plan::{Edge, Node, Plan};
use crate::stage::{Place, RowStage, RowsMut, Shape, Tile, Window, Work};
#[cfg(not(target_arch = "wasm32"))]
use plain::{Total, add, subtract};
#[cfg(target_arch = "wasm32")]
use simd128::{Total, add, subtract};
use std::ops::Range;

/// Colours of a pixel.
const COLORS: usize = 3;
/// Counts of a level.
const BINS: usize = 16;
/// Columns worked on at a time, with those that windows reach beside them: their histograms stay in the second cache.
const COLUMNS: usize = 400;

/// Counts of a column: at most 2 × 50 + 1.
type Counts = [u8; BINS];
/// How many values of a column are in segments below each segment.
type Coarse = [[Counts; COLUMNS]; COLORS];
/// How many values of a column are in each segment, up to each bin. The columns of a segment are side by side.
type Fine = [[[Counts; COLUMNS]; BINS]; COLORS];

/// Ones from a bin on: what a value adds to cumulative counts.
const FROM: [Counts; BINS + 1] = {
    let mut from = [[0; BINS]; BINS + 1];
    let mut i = 0;
    while i < BINS * BINS {
        from[i / BINS][i % BINS] = (i % BINS >= i / BINS) as u8;
        i += 1;
    }
    from
};

/// The median of `(2·radius + 1)²` pixels of an image, per colour; alpha is copied. `radius` is at most 50.
pub fn median(plan: &mut Plan, source: Node, radius: usize, border: Border) -> Node {
    let side = 2 * radius + 1;
    rank(plan, source, radius, side * side / 2, border)
}

/// The value before which `rank` others come in the order of their size.
pub fn rank(plan: &mut Plan, source: Node, radius: usize, rank: usize, border: Border) -> Node {
    let layout = plan.layout(source);
    let padded = plan
        .rows(&[(source, Edge::Border(border))], Padded { width: layout.width(), margin: radius, spare: 0, border });
    plan.image(
        &[(padded, Edge::Border(border)), (source, Edge::Border(border))],
        layout,
        Squares { radius, rank: rank as i32 },
    )
}

struct Squares {
    radius: usize,
    rank: i32,
}

impl RowStage for Squares {
    fn shape(&self) -> Shape {
        Shape::pixels(CHANNELS)
    }

    fn reads(&self, input: usize, rows: Range<isize>) -> Range<isize> {
        let reach = self.radius.cast_signed();
        // The row above the window is what leaves it.
        if input == 0 { rows.start - reach - 1..rows.end + reach } else { rows }
    }

    fn tile(&self) -> Tile {
        // The first column stays empty.
        Tile::Most(COLUMNS - 2 * self.radius - 1)
    }

    fn memory(&self, _: usize) -> usize {
        size_of::<Coarse>() + size_of::<Fine>()
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, work: &mut Work<'_>) {
        let (coarse, fine) = work.memory.split_at_mut(size_of::<Coarse>());
        let coarse = coarse.as_chunks_mut().0.as_chunks_mut().0.first_chunk_mut();
        let fine = fine.as_chunks_mut().0.as_chunks_mut().0.as_chunks_mut().0.first_chunk_mut();
        let (Some(coarse), Some(fine)) = (coarse, fine) else { unreachable!("the memory has the length of its types") };
        let mut columns = Columns { coarse, fine, side: 2 * self.radius + 1 };
        let row = |row: usize| -> &[[u8; CHANNELS]] {
            &inputs[0].bytes(row).as_chunks().0[..place.columns.len() + 2 * self.radius]
        };
        if work.continues {
            columns.slide(row(columns.side), row(0));
        } else {
            (1..=columns.side).for_each(|y| columns.add(row(y)));
        }
        let out = out.pixels(0);
        out.copy_from_slice(inputs[1].pixels(0, &place.columns));
        for color in 0..COLORS {
            columns.values(color, self.rank, out);
        }
    }
}

/// Histograms of the columns of a tile and of those its windows reach beside it. Before them is an empty one: what leaves
/// the first window.
struct Columns<'a> {
    coarse: &'a mut Coarse,
    fine: &'a mut Fine,
    /// Columns of a window.
    side: usize,
}

impl Columns<'_> {
    fn add(&mut self, enters: &[[u8; CHANNELS]]) {
        for (column, [r, g, b, _]) in (1..COLUMNS).zip(enters) {
            for (color, value) in [r, g, b].into_iter().enumerate() {
                self.change(color, column, *value, add);
            }
        }
    }

    fn slide(&mut self, enters: &[[u8; CHANNELS]], leaves: &[[u8; CHANNELS]]) {
        for (column, ([r, g, b, _], [old_r, old_g, old_b, _])) in (1..COLUMNS).zip(enters.iter().zip(leaves)) {
            for (color, (value, old)) in [(r, old_r), (g, old_g), (b, old_b)].into_iter().enumerate() {
                self.change(color, column, *value, add);
                self.change(color, column, *old, subtract);
            }
        }
    }

    #[inline(always)]
    fn change(&mut self, color: usize, column: usize, value: u8, change: impl Fn(&mut Counts, &Counts)) {
        let (segment, bin) = (usize::from(value) / BINS, usize::from(value) % BINS);
        change(&mut self.coarse[color][column], &FROM[segment + 1]);
        change(&mut self.fine[color][segment][column], &FROM[bin]);
    }

    /// Writes the value of a rank of every window of a row, from left to right.
    fn values(&self, color: usize, rank: i32, out: &mut [[u8; CHANNELS]]) {
        let (coarse, fine, side) = (&self.coarse[color], &self.fine[color], self.side);
        let mut all = Sliding::NOTHING;
        let mut segments = [Sliding::NOTHING; BINS];
        let search = |next: usize, all: &mut Sliding, segments: &mut [Sliding; BINS]| {
            all.bring_to(next, side, coarse);
            let (segment, below) = all.window.last_not_above(rank);
            segments[segment].bring_to(next, side, &fine[segment]);
            (segment, below, segments[segment].window)
        };
        // What comes before the first window lacks one column, so this is a guess.
        let (mut segment, mut below, mut window) = search(0, &mut all, &mut segments);
        for (x, out) in out.iter_mut().enumerate() {
            below += i32::from(coarse[x + side][segment]) - i32::from(coarse[x][segment]);
            window.slide(&fine[segment][x + side], &fine[segment][x]);
            let mut bin = window.first_above(rank - below);
            if below > rank || bin == BINS {
                let next = x + 1;
                segments[segment] = Sliding { window, next };
                (segment, below, window) = search(next, &mut all, &mut segments);
                bin = window.first_above(rank - below);
            }
            out[color] = (segment * BINS + bin) as u8;
        }
    }
}

/// Counts of a window, as they were where they were last needed.
#[derive(Clone, Copy)]
struct Sliding {
    window: Total,
    /// Where the window after it begins.
    next: usize,
}

impl Sliding {
    const NOTHING: Self = Self { window: Total::EMPTY, next: usize::MAX };

    /// Makes this the window before the one that begins at `next`.
    #[inline(never)]
    fn bring_to(&mut self, next: usize, side: usize, columns: &[Counts; COLUMNS]) {
        if self.next <= next && 2 * (next - self.next) <= side {
            for x in self.next..next {
                self.window.slide(&columns[x + side], &columns[x]);
            }
        } else {
            self.window = Total::EMPTY;
            columns[next..next + side].iter().for_each(|column| self.window.slide(column, &columns[0]));
        }
        self.next = next;
    }
}
