//! Medians of small squares by networks of minima and maxima, many bytes at once.
//!
//! A network has no branches, so a vector of bytes takes the same steps as one byte. Squares share what is sorted: those
//! side by side their columns, those of two rows, written together, all but their first and last row. The fourth channel
//! takes part, since leaving it out would cost more, and is then replaced by the alpha of the source.

#[cfg(target_arch = "wasm32")]
mod simd128;
mod sorting_networks;

use crate::image::{Border, CHANNELS};
use crate::kernels::blocks::copy_alpha;
use crate::kernels::window::Padded;
use crate::plan::{Edge, Node, Plan};
use crate::stage::{Place, RowStage, RowsMut, Shape, Window, Work};
use sorting_networks::{
    merge_4_and_4, merge_6_and_6, merge_8_and_8, merge_10_and_4, merge_12_and_12, merge_14_and_6, merge_16_and_16,
    merge_18_and_8, merge_24_and_12, merge_32_and_32, sort_4, sort_5, sort_6, sort_7, sort_8, sort_9,
};
use std::ops::Range;

/// Four pixels, which go through a network together.
type Block = [u8; 4 * CHANNELS];

#[cfg(target_arch = "wasm32")]
type Lanes = simd128::Lanes;
#[cfg(not(target_arch = "wasm32"))]
type Lanes = Block;

/// What a network asks of a block.
trait Vector: Copy {
    fn load(block: &Block) -> Self;
    fn store(self, block: &mut Block);
    fn min(self, other: Self) -> Self;
    fn max(self, other: Self) -> Self;
    /// The four pixels that follow after the first `pixels` of this block and the next.
    fn after(self, pixels: usize, next: Self) -> Self;
}

#[cfg(any(test, not(target_arch = "wasm32")))]
impl Vector for Block {
    fn load(block: &Block) -> Self {
        *block
    }
    fn store(self, block: &mut Block) {
        *block = self;
    }
    fn min(self, other: Self) -> Self {
        std::array::from_fn(|lane| self[lane].min(other[lane]))
    }
    fn max(self, other: Self) -> Self {
        std::array::from_fn(|lane| self[lane].max(other[lane]))
    }
    fn after(self, pixels: usize, next: Self) -> Self {
        let skipped = pixels * CHANNELS;
        std::array::from_fn(|lane| *self[skipped..].iter().chain(&next).nth(lane).expect("two blocks are enough"))
    }
}

/// The largest radius that there is a network for.
pub const MOST_RADIUS: usize = 4;
/// The lines of the highest window, and the one more that a second row adds.
const MOST_LINES: usize = 2 * MOST_RADIUS + 2;

/// Reads lines, which begin left of the image, and writes the medians of two rows: of all lines but the last, and of all
/// but the first.
type Medians = fn(&[&[Block]], [&mut [Block]; 2]);

/// The median of `(2·radius + 1)²` pixels of an image, per colour; alpha is copied. `radius` is from 1 to [`MOST_RADIUS`].
pub fn median(plan: &mut Plan, source: Node, radius: usize, border: Border) -> Node {
    let medians: Medians = match radius {
        1 => medians_of_9::<Lanes>,
        2 => medians_of_25::<Lanes>,
        3 => medians_of_49::<Lanes>,
        _ => medians_of_81::<Lanes>,
    };
    let layout = plan.layout(source);
    let padded = Padded { width: layout.width(), margin: radius, spare: 4 * size_of::<Block>(), border };
    let padded = plan.rows(&[(source, Edge::Border(border))], padded);
    plan.image(&[(padded, Edge::Border(border)), (source, Edge::Border(border))], layout, Squares { radius, medians })
}

struct Squares {
    radius: usize,
    medians: Medians,
}

impl RowStage for Squares {
    fn shape(&self) -> Shape {
        Shape::pixels(CHANNELS)
    }

    fn rows_at_once(&self) -> usize {
        2
    }

    fn reads(&self, input: usize, rows: Range<isize>) -> Range<isize> {
        let reach = if input == 0 { self.radius.cast_signed() } else { 0 };
        rows.start - reach..rows.end + reach
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, work: &mut Work<'_>) {
        // Where a last row is alone, nobody looks at the other one's median.
        let last = inputs[0].rows() - 1;
        let lines: [&[Block]; MOST_LINES] = std::array::from_fn(|i| inputs[0].bytes(i.min(last)).as_chunks().0);
        let blocks = (place.columns.len() * CHANNELS).div_ceil(size_of::<Block>());
        let mut medians_buffer = work.scratch.bytes(2 * blocks * size_of::<Block>());
        let medians = medians_buffer.as_chunks_mut().0.split_at_mut(blocks).into();
        (self.medians)(&lines[..2 * self.radius + 2], medians);
        for (row, medians) in
            medians_buffer.chunks_exact(blocks * size_of::<Block>()).enumerate().take(place.rows.len())
        {
            let out = out.pixels::<CHANNELS>(row);
            out.as_flattened_mut().copy_from_slice(&medians[..place.columns.len() * CHANNELS]);
            copy_alpha(inputs[1].pixels(row, &place.columns), out);
        }
        work.scratch.give_bytes(medians_buffer);
    }
}

/// Squares of three: the middle of the largest of the lows, the middle of the middles and the smallest of the highs.
fn medians_of_9<V: Vector>(lines: &[&[Block]], out: [&mut [Block]; 2]) {
    let [top, first, second, bottom] = *lines else { unreachable!("there are four lines") };
    let mut columns = [[V::load(&[0; 16]); 3]; 2];
    for ahead in 0..out[0].len() + 1 {
        let columns_here = columns;
        let [top, first, second, bottom] = [top, first, second, bottom].map(|line| V::load(&line[ahead]));
        let both = [first.min(second), first.max(second)];
        columns = [sorted_with(top, both), sorted_with(bottom, both)];
        let Some(block) = ahead.checked_sub(1) else { continue };
        for row in 0..2 {
            let ([a, b, c], [d, e, f]) = (columns_here[row], columns[row]);
            let [low, middle, high] =
                [(a, d), (b, e), (c, f)].map(|(here, next)| [here, here.after(1, next), here.after(2, next)]);
            let middles = [low[0].max(low[1]).max(low[2]), middle_of_3(middle), high[0].min(high[1]).min(high[2])];
            middle_of_3(middles).store(&mut out[row][block]);
        }
    }
}

/// Squares of five: two pairs of columns and one more.
fn medians_of_25<V: Vector>(lines: &[&[Block]], mut out: [&mut [Block]; 2]) {
    let Some([top, middle @ .., bottom]) = lines.first_chunk::<6>() else { unreachable!("there are six lines") };
    let (mut columns, mut pairs) = ([V::load(&[0; 16]); 4], [V::load(&[0; 16]); 8]);
    for ahead in 0..out[0].len() + 2 {
        let (columns_here, pairs_here) = (columns, pairs);
        columns = sort_4(middle.map(|line| V::load(&line[ahead])));
        pairs = merge_4_and_4(columns_here, after(1, columns_here, columns));
        let Some(block) = ahead.checked_sub(2) else { continue };
        let core = merge_8_and_8(pairs_here, after(2, pairs_here, pairs));
        // Only ranks 3 to 12 can be in the middle of 25.
        let [_, _, _, core @ .., _, _, _] = core;
        let core = merge_10_and_4(core, columns_here);
        for (line, out) in [top, bottom].into_iter().zip(&mut out) {
            let [here, next] = [0, 1].map(|i| V::load(&line[block + i]));
            let row = sort_5([here, here.after(1, next), here.after(2, next), here.after(3, next), next]);
            middle_of(core, row).store(&mut out[block]);
        }
    }
}

/// Squares of seven: two pairs of columns, one pair, and one more.
fn medians_of_49<V: Vector>(lines: &[&[Block]], mut out: [&mut [Block]; 2]) {
    let Some([top, middle @ .., bottom]) = lines.first_chunk::<8>() else { unreachable!("there are eight lines") };
    let (mut columns, mut pairs) = ([V::load(&[0; 16]); 6], [V::load(&[0; 16]); 12]);
    for ahead in 0..out[0].len() + 2 {
        let (columns_here, pairs_here) = (columns, pairs);
        columns = sort_6(middle.map(|line| V::load(&line[ahead])));
        pairs = merge_6_and_6(columns_here, after(1, columns_here, columns));
        let Some(block) = ahead.checked_sub(2) else { continue };
        let core = merge_24_and_12(merge_12_and_12(pairs_here, after(2, pairs_here, pairs)), pairs);
        let core = merge_14_and_6(core, after(2, columns_here, columns));
        for (line, out) in [top, bottom].into_iter().zip(&mut out) {
            let [here, next, last] = [0, 1, 2].map(|i| V::load(&line[block + i]));
            let [b, c, d] = [1, 2, 3].map(|pixels| here.after(pixels, next));
            let row = sort_7([here, b, c, d, next, next.after(1, last), next.after(2, last)]);
            middle_of(core, row).store(&mut out[block]);
        }
    }
}

/// Squares of nine: two fours of columns, each of two pairs, and one more.
fn medians_of_81<V: Vector>(lines: &[&[Block]], mut out: [&mut [Block]; 2]) {
    let Some([top, middle @ .., bottom]) = lines.first_chunk::<10>() else { unreachable!("there are ten lines") };
    let zero = V::load(&[0; 16]);
    let (mut columns, mut pairs, mut fours) = ([zero; 8], [zero; 16], [zero; 32]);
    for ahead in 0..out[0].len() + 3 {
        let (columns_here, pairs_here, fours_here) = (columns, pairs, fours);
        columns = sort_8(middle.map(|line| V::load(&line[ahead])));
        pairs = merge_8_and_8(columns_here, after(1, columns_here, columns));
        fours = merge_16_and_16(pairs_here, after(2, pairs_here, pairs));
        let Some(block) = ahead.checked_sub(3) else { continue };
        let core = merge_18_and_8(merge_32_and_32(fours_here, fours), columns_here);
        for (line, out) in [top, bottom].into_iter().zip(&mut out) {
            let [here, next, last] = [0, 1, 2].map(|i| V::load(&line[block + i]));
            let [b, c, d] = [1, 2, 3].map(|pixels| here.after(pixels, next));
            let [f, g, h] = [1, 2, 3].map(|pixels| next.after(pixels, last));
            middle_of(core, sort_9([here, b, c, d, next, f, g, h, last])).store(&mut out[block]);
        }
    }
}

/// [`Vector::after`] for each rank.
#[inline(always)]
fn after<V: Vector, const RANKS: usize>(pixels: usize, here: [V; RANKS], next: [V; RANKS]) -> [V; RANKS] {
    std::array::from_fn(|rank| here[rank].after(pixels, next[rank]))
}

/// The middle of a sorted row and of the sorted rest, of which there is one more.
#[inline(always)]
fn middle_of<V: Vector, const REST: usize, const ROW: usize>(rest: [V; REST], row: [V; ROW]) -> V {
    let larger = row.into_iter().zip(rest.into_iter().rev().skip(1)).map(|(value, other)| value.max(other));
    larger.fold(rest[ROW], Vector::min)
}

/// A value sorted into two that are.
#[inline(always)]
fn sorted_with<V: Vector>(value: V, [low, high]: [V; 2]) -> [V; 3] {
    let larger = low.max(value);
    [low.min(value), larger.min(high), larger.max(high)]
}

#[inline(always)]
fn middle_of_3<V: Vector>([a, b, c]: [V; 3]) -> V {
    a.min(b).max(a.max(b).min(c))
}
