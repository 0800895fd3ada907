//! Medians of small squares by networks of minima and maxima, many bytes at once.
//!
//! Columns are sorted first, once for all squares that share them. A network has no branches, so a vector of bytes takes
//! the same steps as one byte. The fourth channel takes part, since leaving it out would cost more, and is then replaced
//! by the alpha of the source.

use crate::filter::Scratch;
use crate::image::{Border, CHANNELS, Rows};
use crate::kernels::window::pixels;
use std::ops::Range;

/// Bytes that go through a network in one loop: a fixed number, so that the compiler makes vectors of them.
const LANES: usize = 64;

type Block = [u8; LANES];

/// The median of 3 × 3 pixels, per channel.
pub fn median_of_9(source: &Rows<'_>, rows: Range<usize>, border: Border, out: &mut [u8], scratch: &mut Scratch) {
    run::<3>(source, rows, border, out, scratch, [(0, 1), (1, 2), (0, 1)], |[low, middle, high]| {
        let largest = low[0].max(low[1]).max(low[2]);
        let smallest = high[0].min(high[1]).min(high[2]);
        middle_of_3([largest, middle_of_3(middle), smallest])
    });
}

/// The median of 5 × 5 pixels, per channel.
pub fn median_of_25(source: &Rows<'_>, rows: Range<usize>, border: Border, out: &mut [u8], scratch: &mut Scratch) {
    run::<5>(source, rows, border, out, scratch, SORT_5, |mut ranks| {
        // With columns sorted, sorting each rank leaves both sorted. Then the value at rank i, place j is not below
        // (i+1)·(j+1) − 1 others and not above (5−i)·(5−j) − 1, and only these 13 can be in the middle of 25.
        ranks.iter_mut().for_each(|rank| sort(rank, SORT_5));
        let [a, b, c, d, e] = ranks;
        middle_of_13([a[3], a[4], b[2], b[3], b[4], c[1], c[2], c[3], d[0], d[1], d[2], e[0], e[1]])
    });
}

/// Exchanges that sort five (Knuth, volume 3, 5.3.4).
const SORT_5: [(usize, usize); 9] = [(0, 3), (1, 4), (0, 2), (1, 3), (0, 1), (2, 4), (1, 2), (3, 4), (2, 3)];

/// Sorts columns of `N` rows, then lets `middle` find the middle of `N` sorted columns side by side.
#[inline(always)]
fn run<const N: usize>(
    source: &Rows<'_>,
    rows: Range<usize>,
    border: Border,
    out: &mut [u8],
    scratch: &mut Scratch,
    exchanges: impl IntoIterator<Item = (usize, usize)> + Copy,
    middle: impl Fn([[u8; N]; N]) -> u8,
) {
    let (stride, radius) = (source.size().stride(), N / 2);
    // Room for a last block that is not full.
    let length = (stride + 2 * radius * CHANNELS).next_multiple_of(LANES) + LANES;
    let mut buffer = scratch.bytes(N * length);
    let outside = scratch.bytes(stride);
    for (y, out) in rows.zip(out.chunks_exact_mut(stride)) {
        if scratch.stopped() {
            break;
        }
        let top = y.cast_signed() - radius.cast_signed();
        let window: [&[u8]; N] =
            std::array::from_fn(|i| source.row_at(top + i.cast_signed(), border).unwrap_or(&outside));
        for start in (0..stride).step_by(LANES) {
            let count = LANES.min(stride - start);
            let sorted = sort_columns(window.map(|row| load(&row[start..])), exchanges);
            for (line, block) in buffer.chunks_exact_mut(length).zip(&sorted) {
                line[radius * CHANNELS + start..][..count].copy_from_slice(&block[..count]);
            }
        }
        for line in buffer.chunks_exact_mut(length) {
            continue_outside(line, source.size().width(), radius, border);
        }
        for (start, out) in (0..stride).step_by(LANES).zip(out.chunks_mut(LANES)) {
            let window: [[&Block; N]; N] = std::array::from_fn(|rank| {
                std::array::from_fn(|x| {
                    let block = buffer[rank * length + start + x * CHANNELS..].first_chunk();
                    block.expect("lines have a block to spare")
                })
            });
            out.copy_from_slice(&middles(window, &middle)[..out.len()]);
        }
        for (out, pixel) in out.as_chunks_mut::<CHANNELS>().0.iter_mut().zip(pixels(source.row(y))) {
            out[3] = pixel[3];
        }
    }
    scratch.give_bytes(outside);
    scratch.give_bytes(buffer);
}

/// The first bytes of a row, with zeros after its end.
#[inline(always)]
fn load(row: &[u8]) -> Block {
    row.first_chunk().copied().unwrap_or_else(|| {
        let mut block = [0; LANES];
        block[..row.len()].copy_from_slice(row);
        block
    })
}

/// The smallest of each column first, the largest last.
#[inline(always)]
fn sort_columns<const N: usize>(
    mut blocks: [Block; N],
    exchanges: impl IntoIterator<Item = (usize, usize)> + Copy,
) -> [Block; N] {
    for lane in 0..LANES {
        let mut column = blocks.each_ref().map(|block| block[lane]);
        sort(&mut column, exchanges);
        blocks.iter_mut().zip(column).for_each(|(block, value)| block[lane] = value);
    }
    blocks
}

#[inline(always)]
fn middles<const N: usize>(window: [[&Block; N]; N], middle: impl Fn([[u8; N]; N]) -> u8) -> Block {
    let mut out = [0; LANES];
    for (lane, out) in out.iter_mut().enumerate() {
        *out = middle(window.map(|rank| rank.map(|block| block[lane])));
    }
    out
}

/// Continues a line of sorted columns over the edges: what a border repeats is a whole column, already sorted.
fn continue_outside(line: &mut [u8], width: usize, radius: usize, border: Border) {
    let line = line.as_chunks_mut::<CHANNELS>().0;
    for i in 0..radius {
        for x in [i.cast_signed() - radius.cast_signed(), (width + i).cast_signed()] {
            let pixel = border.index(x, width).map_or([0; CHANNELS], |x| line[radius + x]);
            line[(x + radius.cast_signed()).cast_unsigned()] = pixel;
        }
    }
}

#[inline(always)]
fn exchange(values: &mut [u8], low: usize, high: usize) {
    (values[low], values[high]) = (values[low].min(values[high]), values[low].max(values[high]));
}

#[inline(always)]
fn sort(values: &mut [u8], exchanges: impl IntoIterator<Item = (usize, usize)>) {
    exchanges.into_iter().for_each(|(low, high)| exchange(values, low, high));
}

#[inline(always)]
fn middle_of_3([a, b, c]: [u8; 3]) -> u8 {
    a.min(b).max(a.max(b).min(c))
}

/// Forgetful selection: of more than half of the values, neither the smallest nor the largest can be in the middle, so
/// both make room for one that has not been looked at.
#[inline(always)]
fn middle_of_13(mut values: [u8; 13]) -> u8 {
    drop_extremes::<8>(&mut values, 0, 8);
    drop_extremes::<7>(&mut values, 1, 9);
    drop_extremes::<6>(&mut values, 2, 10);
    drop_extremes::<5>(&mut values, 3, 11);
    drop_extremes::<4>(&mut values, 4, 12);
    middle_of_3([values[5], values[6], values[7]])
}

/// Moves the smallest of the `COUNT` values from `first` on to the front, and puts `next` in place of the largest.
#[inline(always)]
fn drop_extremes<const COUNT: usize>(values: &mut [u8; 13], first: usize, next: usize) {
    let last = first + COUNT - 1;
    for i in 0..COUNT / 2 {
        exchange(values, first + i, last - i);
    }
    // The smallest is in the lower half, the largest in the upper one; a value in the middle is in both.
    for i in 1..COUNT.div_ceil(2) {
        exchange(values, first, first + i);
        exchange(values, last - i, last);
    }
    values[last] = values[next];
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A network that is right for all zeros and ones is right for all numbers (Knuth's 0–1 principle).
    #[test]
    fn networks_are_right_for_zeros_and_ones() {
        for bits in 0_u32..1 << 5 {
            let mut values: [u8; 5] = std::array::from_fn(|i| (bits >> i & 1) as u8);
            sort(&mut values, SORT_5);
            assert!(values.is_sorted(), "{bits:b}");
        }
        for bits in 0_u32..1 << 13 {
            let values = std::array::from_fn(|i| (bits >> i & 1) as u8);
            assert_eq!(middle_of_13(values), u8::from(bits.count_ones() > 6), "{bits:b}");
        }
    }
}
