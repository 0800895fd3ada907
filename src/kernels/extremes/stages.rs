//! Stages that compare the numbers of rows and columns.

use super::{Extreme, Number};
use crate::image::Border;
use crate::planes::beside;
use crate::stage::{Place, RowStage, RowsMut, Shape, Window, Work};
use std::marker::PhantomData;
use std::ops::Range;

/// The rows that a window of `radius` reads.
fn around(rows: Range<isize>, radius: usize) -> Range<isize> {
    rows.start - radius.cast_signed()..rows.end + radius.cast_signed()
}

/// The extreme of `2 × radius + 1` rows. Rows that are written together share what their windows have in common, and what
/// lies above and below it is added row by row: about `radius / 4` comparisons a row.
pub(super) struct Down<T> {
    planes: usize,
    extreme: Extreme,
    radius: usize,
    number: PhantomData<T>,
}

impl<T> Down<T> {
    pub(super) fn new(planes: usize, extreme: Extreme, radius: usize) -> Self {
        Self { planes, extreme, radius, number: PhantomData }
    }
}

impl<T: Number> RowStage for Down<T> {
    fn shape(&self) -> Shape {
        T::shape(self.planes)
    }

    fn rows_at_once(&self) -> usize {
        // At most as many as a window has: these have a row in common.
        match self.radius {
            0..2 => 2,
            2..4 => 4,
            4..12 => 8,
            _ => 16,
        }
    }

    fn reads(&self, _: usize, rows: Range<isize>) -> Range<isize> {
        around(rows, self.radius)
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, work: &mut Work<'_>) {
        let (count, last) = (place.rows.len(), 2 * self.radius);
        let mut all = T::lend(work.scratch, place.columns.len() * T::A_COLUMN);
        for plane in 0..self.planes {
            let row = |row: usize| T::columns(&inputs[0], row, plane, &place.columns);
            all.copy_from_slice(row(count - 1));
            (count..=last).for_each(|common| T::fold(self.extreme, &mut all, row(common)));
            T::part_mut(out, count - 1, plane).copy_from_slice(&all);
            for above in (0..count - 1).rev() {
                T::fold(self.extreme, &mut all, row(above));
                T::part_mut(out, above, plane).copy_from_slice(&all);
            }
            for below in 1..count {
                if below == 1 {
                    all.copy_from_slice(row(last + 1));
                } else {
                    T::fold(self.extreme, &mut all, row(last + below));
                }
                T::fold(self.extreme, T::part_mut(out, below, plane), &all);
            }
        }
        T::give_back(work.scratch, all);
    }
}

/// The extreme of `2 × radius + 1` columns: of two, of four, of eight, until two of these cover the window.
pub(super) struct Across<T> {
    planes: usize,
    extreme: Extreme,
    radius: usize,
    width: usize,
    number: PhantomData<T>,
}

impl<T> Across<T> {
    pub(super) fn new(planes: usize, extreme: Extreme, radius: usize, width: usize) -> Self {
        Self { planes, extreme, radius, width, number: PhantomData }
    }
}

/// The power of two up to so many columns, as its exponent.
fn level(columns: usize) -> usize {
    columns.ilog2() as usize
}

/// Fills a line with `radius` columns more than those that are written, on each side; beyond the image with those at its
/// edges.
fn extend<T: Number>(
    source: &Window<'_>,
    plane: usize,
    columns: &Range<usize>,
    radius: usize,
    width: usize,
    line: &mut [T],
) {
    let inside = beside(columns.clone(), radius, Border::Clamp, width);
    let left = (inside.start + radius - columns.start) * T::A_COLUMN;
    let right = left + inside.len() * T::A_COLUMN;
    line[left..right].copy_from_slice(T::columns(source, 0, plane, &inside));
    for i in (0..left).rev() {
        line[i] = line[i + T::A_COLUMN];
    }
    for i in right..line.len() {
        line[i] = line[i - T::A_COLUMN];
    }
}

impl<T: Number> RowStage for Across<T> {
    fn shape(&self) -> Shape {
        T::shape(self.planes)
    }

    fn reads_columns(&self, _: usize, columns: Range<usize>, width: usize) -> Range<usize> {
        beside(columns, self.radius, Border::Clamp, width)
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, work: &mut Work<'_>) {
        let side = 2 * self.radius + 1;
        let length = (place.columns.len() + 2 * self.radius) * T::A_COLUMN;
        let [mut from, mut to] = [(), ()].map(|()| T::lend(work.scratch, length));
        for plane in 0..self.planes {
            extend(&inputs[0], plane, &place.columns, self.radius, self.width, &mut from);
            for level in 0..level(side) {
                let next = (1 << level) * T::A_COLUMN;
                T::meet(self.extreme, &mut to, &from, &from[next..]);
                std::mem::swap(&mut from, &mut to);
            }
            let last = (side - (1 << level(side))) * T::A_COLUMN;
            T::meet(self.extreme, T::part_mut(out, 0, plane), &from, &from[last..]);
        }
        T::give_back(work.scratch, from);
        T::give_back(work.scratch, to);
    }
}

/// The extreme of two inputs.
pub(super) struct Meet<T> {
    planes: usize,
    extreme: Extreme,
    number: PhantomData<T>,
}

impl<T> Meet<T> {
    pub(super) fn new(planes: usize, extreme: Extreme) -> Self {
        Self { planes, extreme, number: PhantomData }
    }
}

impl<T: Number> RowStage for Meet<T> {
    fn shape(&self) -> Shape {
        T::shape(self.planes)
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, _: &mut Work<'_>) {
        for plane in 0..self.planes {
            let [a, b] = [0, 1].map(|input| T::columns(&inputs[input], 0, plane, &place.columns));
            T::meet(self.extreme, T::part_mut(out, 0, plane), a, b);
        }
    }
}

/// Of each plane the extremes of one column, of two, of four and so on from each column on, up to the width of a disk. Each
/// of them has a margin of `radius` columns on both sides.
pub(super) struct Levels<T> {
    planes: usize,
    extreme: Extreme,
    radius: usize,
    width: usize,
    number: PhantomData<T>,
}

impl<T> Levels<T> {
    pub(super) fn new(planes: usize, extreme: Extreme, radius: usize, width: usize) -> Self {
        Self { planes, extreme, radius, width, number: PhantomData }
    }
}

/// How many levels a disk needs.
fn levels(radius: usize) -> usize {
    level(2 * radius + 1) + 1
}

impl<T: Number> RowStage for Levels<T> {
    fn shape(&self) -> Shape {
        T::shape(self.planes * levels(self.radius)).with_margin(2 * self.radius * T::A_COLUMN)
    }

    fn reads_columns(&self, _: usize, columns: Range<usize>, width: usize) -> Range<usize> {
        beside(columns, self.radius, Border::Clamp, width)
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, _: &mut Work<'_>) {
        let length = (place.columns.len() + 2 * self.radius) * T::A_COLUMN;
        let planes = T::row_mut(out, 0).chunks_exact_mut(length * levels(self.radius));
        for (plane, mut rest) in planes.enumerate() {
            let (mut level, mut next) = (&mut [][..], T::A_COLUMN);
            while !rest.is_empty() {
                let (line, more) = rest.split_at_mut(length);
                if level.is_empty() {
                    extend(&inputs[0], plane, &place.columns, self.radius, self.width, line);
                } else {
                    T::meet(self.extreme, line, level, &level[next..]);
                    next *= 2;
                }
                (level, rest) = (line, more);
            }
        }
    }
}

/// The extreme over a disk of what [`Levels`] has made: two of a level cover a row of it.
pub(super) struct Disk<T> {
    planes: usize,
    extreme: Extreme,
    radius: usize,
    /// Of each row: the level, and where its two begin, in columns from the left end of the margin.
    rows: Vec<(usize, [usize; 2])>,
    number: PhantomData<T>,
}

impl<T> Disk<T> {
    pub(super) fn new(planes: usize, extreme: Extreme, radius: usize) -> Self {
        let rows = (0..=2 * radius).map(|row| {
            let away = row.abs_diff(radius);
            let half = (radius * radius - away * away).isqrt();
            let level = level(2 * half + 1);
            (level, [radius - half, radius + half + 1 - (1 << level)])
        });
        Self { planes, extreme, radius, rows: rows.collect(), number: PhantomData }
    }
}

impl<T: Number> RowStage for Disk<T> {
    fn shape(&self) -> Shape {
        T::shape(self.planes)
    }

    fn reads(&self, _: usize, rows: Range<isize>) -> Range<isize> {
        around(rows, self.radius)
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, _: &mut Work<'_>) {
        let skipped = place.columns.start - inputs[0].columns().start;
        for plane in 0..self.planes {
            let out = T::part_mut(out, 0, plane);
            for (row, (level, starts)) in self.rows.iter().enumerate() {
                let part = T::part(&inputs[0], row, plane * levels(self.radius) + level);
                let [a, b] = starts.map(|start| &part[(skipped + start) * T::A_COLUMN..]);
                if row == 0 {
                    T::meet(self.extreme, out, a, b);
                } else {
                    T::fold_two(self.extreme, out, a, b);
                }
            }
        }
    }
}
