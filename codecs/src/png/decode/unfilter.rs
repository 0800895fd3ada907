//! The bytes of a row from their differences to bytes before and above them.

#[cfg(target_arch = "wasm32")]
mod simd128;

/// What a byte was subtracted from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Filter {
    None,
    Sub,
    Up,
    Average,
    Paeth,
}

/// A row of the filter `filter`, whose pixels (or, of smaller ones, bytes) have 1, 2, 3, 4, 6 or 8 bytes; `above` is the row above as
/// it is without filter. Says whether there is such a filter.
pub(super) fn unfilter(filter: u8, bytes_across: usize, row: &[u8], above: &[u8], out: &mut [u8]) -> bool {
    let Some(filter) = filter_of(filter) else { return false };
    match bytes_across {
        1 => plain::<1, 1>(filter, row, above, out),
        2 => plain::<2, 2>(filter, row, above, out),
        3 => fast::<3, 3>(filter, row, above, out),
        4 => fast::<4, 4>(filter, row, above, out),
        6 => fast::<6, 6>(filter, row, above, out),
        _ => fast::<8, 8>(filter, row, above, out),
    }
    true
}

/// The same for pixels of three bytes, which become opaque ones of four; `above` has four too.
pub(super) fn unfilter_rgb(filter: u8, row: &[u8], above: &[u8], out: &mut [u8]) -> bool {
    let Some(filter) = filter_of(filter) else { return false };
    fast::<3, 4>(filter, row, above, out);
    true
}

fn filter_of(filter: u8) -> Option<Filter> {
    [Filter::None, Filter::Sub, Filter::Up, Filter::Average, Filter::Paeth].get(usize::from(filter)).copied()
}

#[cfg(target_arch = "wasm32")]
use simd128::unfilter as fast;

#[cfg(not(target_arch = "wasm32"))]
use plain as fast;

/// Pixel by pixel: of `FROM` bytes in the row, of `TO` bytes in the others.
fn plain<const FROM: usize, const TO: usize>(filter: Filter, row: &[u8], above: &[u8], out: &mut [u8]) {
    if filter == Filter::None && FROM == TO {
        out.copy_from_slice(row);
        return;
    }
    rest::<FROM, TO>(filter, row, above, out, [[0; TO]; 2]);
}

/// Pixel by pixel, where the pixel before, and that above it, are given.
#[inline(always)]
fn rest<const FROM: usize, const TO: usize>(
    filter: Filter,
    row: &[u8],
    above: &[u8],
    out: &mut [u8],
    [before, corner]: [[u8; TO]; 2],
) {
    match filter {
        Filter::None => each::<FROM, TO>(row, above, out, before, corner, |_, _, _| 0),
        Filter::Sub => each::<FROM, TO>(row, above, out, before, corner, |before, _, _| before),
        Filter::Up => each::<FROM, TO>(row, above, out, before, corner, |_, above, _| above),
        Filter::Average => each::<FROM, TO>(row, above, out, before, corner, |before, above, _| {
            u16::midpoint(before.into(), above.into()) as u8
        }),
        Filter::Paeth => each::<FROM, TO>(row, above, out, before, corner, paeth),
    }
}

#[inline(always)]
fn each<const FROM: usize, const TO: usize>(
    row: &[u8],
    above: &[u8],
    out: &mut [u8],
    mut before: [u8; TO],
    mut corner: [u8; TO],
    predict: impl Fn(u8, u8, u8) -> u8,
) {
    let pixels = out.as_chunks_mut::<TO>().0.iter_mut();
    let rows = row.as_chunks::<FROM>().0.iter().zip(above.as_chunks::<TO>().0);
    for (pixel, (differences, above)) in pixels.zip(rows) {
        let mut new = [255; TO];
        for i in 0..FROM.min(TO) {
            new[i] = differences[i].wrapping_add(predict(before[i], above[i], corner[i]));
        }
        (*pixel, before, corner) = (new, new, *above);
    }
}

/// Of the bytes before, above, and before that above, the nearest to their sum without the third; of equally near ones the first.
fn paeth(before: u8, above: u8, corner: u8) -> u8 {
    let [a, b, c] = [before, above, corner].map(i16::from);
    let (to_a, to_b, to_c) = ((b - c).abs(), (a - c).abs(), (a + b - 2 * c).abs());
    if to_a <= to_b && to_a <= to_c {
        before
    } else if to_b <= to_c {
        above
    } else {
        corner
    }
}
