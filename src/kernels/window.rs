//! Rows of pixels with what a border shows beside them, and a look for transparent ones.

use crate::image::{Border, CHANNELS, Format, Rows, Sample};
use crate::planes::beside;
use crate::stage::{Place, RowStage, RowsMut, Shape, Window, Work};
use std::ops::Range;

/// Whether no pixel of these rows is transparent.
#[must_use]
pub fn are_opaque(source: &Rows<'_>, mut rows: Range<usize>) -> bool {
    let Format { sample, channels } = source.layout().format();
    if !channels.stores_alpha() {
        return true;
    }
    if sample == Sample::U8 && channels.count() == CHANNELS {
        return rows.all(|y| is_opaque(pixels(source.row(y))));
    }
    let (bytes, alpha) = (source.layout().format().bytes(), channels.colors() * sample.bytes());
    rows.all(|y| source.row(y).chunks_exact(bytes).all(|pixel| sample.value(&pixel[alpha..]) == sample.full()))
}

fn is_opaque(row: &[[u8; CHANNELS]]) -> bool {
    let mut all = [u32::MAX; 8];
    let (blocks, rest) = row.as_chunks::<8>();
    for block in blocks {
        all = std::array::from_fn(|i| all[i] & u32::from_le_bytes(block[i]));
    }
    let all = all.into_iter().chain(rest.iter().map(|pixel| u32::from_le_bytes(*pixel)));
    all.fold(u32::MAX, |all, pixel| all & pixel) >> 24 == 255
}

/// A row as pixels.
#[must_use]
pub fn pixels(row: &[u8]) -> &[[u8; CHANNELS]] {
    row.as_chunks().0
}

/// Fills `line` with the columns from `first` on, which may lie outside the row: there `border` says what is seen, and
/// `outside` stands for transparent.
pub fn extend<T: Copy, E: Copy>(
    row: &[T],
    first: isize,
    border: Border,
    outside: E,
    line: &mut [E],
    convert: impl Fn(T) -> E,
) {
    extend_by(row, first, border, outside, line, &|from, to| {
        for (to, from) in to.iter_mut().zip(from) {
            *to = convert(*from);
        }
    });
}

/// The same, where many columns are converted at once.
pub fn extend_by<T: Copy, E: Copy>(
    row: &[T],
    first: isize,
    border: Border,
    outside: E,
    line: &mut [E],
    convert: &dyn Fn(&[T], &mut [E]),
) {
    let left = (-first).clamp(0, line.len().cast_signed()).cast_unsigned();
    let inside = (row.len().cast_signed() - first).clamp(left.cast_signed(), line.len().cast_signed()).cast_unsigned();
    let start = (first + left.cast_signed()).cast_unsigned();
    let row_inside = row.get(start..).unwrap_or_default();
    convert(&row_inside[..row_inside.len().min(inside - left)], &mut line[left..inside]);
    for i in (0..left).chain(inside..line.len()) {
        let Some(x) = border.index(first + i.cast_signed(), row.len()) else {
            line[i] = outside;
            continue;
        };
        // What is seen beyond an edge is often in the line already.
        let seen = x.cast_signed() - first;
        if (left.cast_signed()..inside.cast_signed()).contains(&seen) {
            line[i] = line[seen.cast_unsigned()];
        } else {
            convert(&row[x..=x], &mut line[i..=i]);
        }
    }
}

/// What makes numbers of pixels, as many.
pub type Convert<'a, E> = dyn Fn(&[[u8; CHANNELS]], &mut [E]) + 'a;

/// Columns of a row of a window from `first` on, which may lie outside the image, with what a border shows there; `width` is
/// that of the image. `convert` makes them of pixels.
pub fn line<E: Copy>(
    window: &Window<'_>,
    row: usize,
    (first, border, width): (isize, Border, usize),
    outside: E,
    out: &mut [E],
    convert: &Convert<'_, E>,
) {
    let held = window.columns();
    let pixels: &[[u8; CHANNELS]] = window.bytes(row).as_chunks().0;
    if held == (0..width) {
        return extend_by(pixels, first, border, outside, out, convert);
    }
    let (start, end) = (held.start.cast_signed(), held.end.cast_signed());
    let left = (start - first).clamp(0, out.len().cast_signed()).cast_unsigned();
    let inside = (end - first).clamp(left.cast_signed(), out.len().cast_signed()).cast_unsigned();
    let from = (first + left.cast_signed() - start).cast_unsigned();
    convert(&pixels[from..from + inside - left], &mut out[left..inside]);
    for i in (0..left).chain(inside..out.len()) {
        match border.index(first + i.cast_signed(), width) {
            Some(x) => convert(&pixels[x - held.start..=x - held.start], &mut out[i..=i]),
            None => out[i] = outside,
        }
    }
}

/// Copies pixels with what a border shows beside them.
#[derive(Debug, Clone, Copy)]
pub struct Padded {
    /// Columns of the image.
    pub width: usize,
    /// Columns beside those that are asked for, on each side.
    pub margin: usize,
    /// Bytes after those, which may be any.
    pub spare: usize,
    /// What is seen outside the image.
    pub border: Border,
}

impl RowStage for Padded {
    fn shape(&self) -> Shape {
        Shape::pixels(CHANNELS).with_margin(2 * self.margin * CHANNELS + self.spare)
    }

    fn reads_columns(&self, _: usize, columns: Range<usize>, width: usize) -> Range<usize> {
        beside(columns, self.margin, self.border, width)
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, _: &mut Work<'_>) {
        let first = place.columns.start.cast_signed() - self.margin.cast_signed();
        for row in 0..place.rows.len() {
            let out = &mut out.pixels::<CHANNELS>(row)[..place.columns.len() + 2 * self.margin];
            line(&inputs[0], row, (first, self.border, self.width), [0; CHANNELS], out, &|from, to| {
                to.copy_from_slice(from)
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params::Choice;

    #[test]
    fn a_line_is_the_row_and_its_border() {
        for &border in Border::ALL {
            for width in 1..6 {
                let row: Vec<u32> = (1..=width).collect();
                for first in -7..4 {
                    let mut line = [0; 12];
                    extend(&row, first, border, 0, &mut line, |value| value);
                    for (i, got) in line.iter().enumerate() {
                        let want = border.index(first + i.cast_signed(), row.len()).map_or(0, |x| row[x]);
                        assert_eq!(*got, want, "{border:?} {width} {first} {i}");
                    }
                }
            }
        }
    }
}
