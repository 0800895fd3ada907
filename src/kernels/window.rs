//! Windows over rows: which rows a neighbourhood reads, a line with its border, and a ring of lines that are kept.

use crate::image::{Border, CHANNELS, Rows};
use crate::legacy::Reach;
use crate::scratch::Scratch;
use std::ops::Range;

/// Columns worked on at a time: a ring of lines this long stays in the second cache for usual radii, and in bounds for
/// the largest.
pub const TILE: usize = 128;

/// The rows that a window of `radius` reads above and below.
#[must_use]
pub fn reach(radius: usize, border: Border, height: usize) -> Reach {
    // The other side of the image, or more rows than there are.
    if border == Border::Wrap || radius >= height { Reach::WholeImage } else { Reach::Rows(radius) }
}

/// Whether nothing that a window sees is transparent, inside the image or outside. A cheaper way to the same bytes may
/// then be taken.
#[must_use]
pub fn sees_opaque(source: &Rows<'_>, border: Border) -> bool {
    border != Border::Transparent && source.layout().is_opaque()
}

/// Whether no pixel of these rows is transparent.
#[must_use]
pub fn are_opaque(source: &Rows<'_>, mut rows: Range<usize>) -> bool {
    rows.all(|y| {
        let mut all = [u32::MAX; 8];
        let (blocks, rest) = pixels(source.row(y)).as_chunks::<8>();
        for block in blocks {
            all = std::array::from_fn(|i| all[i] & u32::from_le_bytes(block[i]));
        }
        let all = all.into_iter().chain(rest.iter().map(|pixel| u32::from_le_bytes(*pixel)));
        all.fold(u32::MAX, |all, pixel| all & pixel) >> 24 == 255
    })
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
    convert(row.get(start..).unwrap_or_default(), &mut line[left..inside]);
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

/// Which rows the lines of a ring hold, so that a row is prepared once while a window slides over it.
#[derive(Debug)]
pub struct Ring {
    held: Vec<u32>,
    height: usize,
    border: Border,
}

impl Ring {
    const NOTHING: u32 = u32::MAX;

    /// A ring for windows of `window` rows.
    pub fn new(window: usize, height: usize, border: Border, scratch: &mut Scratch) -> Self {
        let mut held = scratch.words(window.min(height));
        held.fill(Self::NOTHING);
        Self { held, height, border }
    }

    /// Lines that it needs: one for each row, and a last one that stands for rows of a transparent outside.
    #[must_use]
    pub fn lines(&self) -> usize {
        self.held.len() + 1
    }

    /// Forgets what the lines hold.
    pub fn clear(&mut self) {
        self.held.fill(Self::NOTHING);
    }

    /// The line for row `y`, which may lie outside the image, and the row to fill it with where it holds another one.
    ///
    /// Rows of one window never share a line: either the ring holds the whole image, or what a window sees of it is a
    /// run of rows not longer than the ring (with `wrap`, a run when counted on past the edge).
    pub fn line(&mut self, y: isize) -> (usize, Option<usize>) {
        let lines = self.held.len();
        let Some(row) = self.border.index(y, self.height) else { return (lines, None) };
        let line = match self.border {
            Border::Wrap => y.rem_euclid(lines.cast_signed()).cast_unsigned(),
            _ => row % lines,
        };
        let stale = self.held[line] != row as u32;
        self.held[line] = row as u32;
        (line, stale.then_some(row))
    }

    /// Sees to it that the rows of a window that begins at `top` are held, and tells where their lines start; lines are of so
    /// many cells. `fill` is told the start of a line and the row that belongs there.
    pub fn hold(&mut self, top: isize, length: usize, starts: &mut [u32], mut fill: impl FnMut(usize, usize)) {
        for (i, start) in (0..).zip(starts) {
            let (line, row) = self.line(top + i);
            *start = (line * length) as u32;
            if let Some(row) = row {
                fill(line * length, row);
            }
        }
    }

    /// Gives its memory back.
    pub fn close(self, scratch: &mut Scratch) {
        scratch.give_words(self.held);
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

    #[test]
    fn rows_of_a_window_have_lines_of_their_own() {
        for &border in Border::ALL {
            for height in 1..9 {
                for radius in 0..5_isize {
                    let mut ring = Ring::new(2 * radius.unsigned_abs() + 1, height, border, &mut Scratch::default());
                    for y in 0..height.cast_signed() {
                        let lines: Vec<_> = (y - radius..=y + radius).map(|y| (ring.line(y).0, y)).collect();
                        for (line, y) in &lines {
                            let row = border.index(*y, height);
                            let same = lines.iter().filter(|(other, _)| other == line);
                            assert!(same.clone().all(|(_, y)| border.index(*y, height) == row), "{border:?} {height}");
                        }
                    }
                }
            }
        }
    }
}
