//! What is told apart by the type of number: how rows lie, and which vectors compare them.

use super::Extreme;
use crate::kernels::blocks::each;
use crate::scratch::Scratch;
use crate::stage::{RowsMut, Shape, Window};
use std::ops::Range;

/// A number that is compared: a byte of an RGBA pixel, or a value of a plane.
pub trait Number: Copy + Default + Send + Sync + 'static {
    /// Numbers of a part of a row for each column.
    const A_COLUMN: usize;

    /// Rows of so many parts.
    fn shape(parts: usize) -> Shape;

    /// A part of a row, all of its columns and its margin.
    fn part<'a>(window: &Window<'a>, row: usize, part: usize) -> &'a [Self];

    /// A part of a row that is written.
    fn part_mut<'a>(out: &'a mut RowsMut<'_>, row: usize, part: usize) -> &'a mut [Self];

    /// A row that is written, part after part.
    fn row_mut<'a>(out: &'a mut RowsMut<'_>, row: usize) -> &'a mut [Self];

    /// Lends a buffer of zeros.
    fn lend(scratch: &mut Scratch, length: usize) -> Vec<Self>;

    /// Takes it back.
    fn give_back(scratch: &mut Scratch, buffer: Vec<Self>);

    /// Makes each number of `to` the extreme of itself and of the one in `from`.
    fn fold(extreme: Extreme, to: &mut [Self], from: &[Self]);

    /// Makes each number of `to` the extreme of two.
    fn meet(extreme: Extreme, to: &mut [Self], a: &[Self], b: &[Self]);

    /// Makes each number of `to` the extreme of itself and of two others.
    fn fold_two(extreme: Extreme, to: &mut [Self], a: &[Self], b: &[Self]);

    /// The columns that are written, of a part of a row without a margin.
    fn columns<'a>(window: &Window<'a>, row: usize, part: usize, columns: &Range<usize>) -> &'a [Self] {
        let skipped = (columns.start - window.columns().start) * Self::A_COLUMN;
        &Self::part(window, row, part)[skipped..][..columns.len() * Self::A_COLUMN]
    }
}

/// Makes each number of `to` of what it was and of those at the same place in two others, as many as all have.
#[inline(always)]
fn each_of_two<const N: usize, T: Copy>(to: &mut [T], a: &[T], b: &[T], make: impl Fn(T, T, T) -> T) {
    let count = to.len().min(a.len()).min(b.len());
    let ((a, a_rest), (b, b_rest)) = (a[..count].as_chunks::<N>(), b[..count].as_chunks::<N>());
    let (to, to_rest) = to[..count].as_chunks_mut::<N>();
    for ((to, a), b) in to.iter_mut().zip(a).zip(b) {
        *to = std::array::from_fn(|i| make(to[i], a[i], b[i]));
    }
    for ((to, a), b) in to_rest.iter_mut().zip(a_rest).zip(b_rest) {
        *to = make(*to, *a, *b);
    }
}

/// The comparisons of a type of number, in blocks of a vector.
macro_rules! comparisons {
    ($block:literal, $least:expr, $largest:expr) => {
        fn fold(extreme: Extreme, to: &mut [Self], from: &[Self]) {
            match extreme {
                Extreme::Least => each::<$block, _, _>(from, to, $least),
                Extreme::Largest => each::<$block, _, _>(from, to, $largest),
            }
        }

        fn meet(extreme: Extreme, to: &mut [Self], a: &[Self], b: &[Self]) {
            match extreme {
                Extreme::Least => each_of_two::<$block, _>(to, a, b, |_, a, b| $least(a, b)),
                Extreme::Largest => each_of_two::<$block, _>(to, a, b, |_, a, b| $largest(a, b)),
            }
        }

        fn fold_two(extreme: Extreme, to: &mut [Self], a: &[Self], b: &[Self]) {
            match extreme {
                Extreme::Least => each_of_two::<$block, _>(to, a, b, |to, a, b| $least(to, $least(a, b))),
                Extreme::Largest => each_of_two::<$block, _>(to, a, b, |to, a, b| $largest(to, $largest(a, b))),
            }
        }
    };
}

impl Number for u8 {
    const A_COLUMN: usize = 4;

    fn shape(parts: usize) -> Shape {
        Shape { parts, ..Shape::pixels(Self::A_COLUMN) }
    }

    fn part<'a>(window: &Window<'a>, row: usize, part: usize) -> &'a [Self] {
        let bytes = window.bytes(row);
        let length = bytes.len() / window.planes();
        &bytes[part * length..][..length]
    }

    fn part_mut<'a>(out: &'a mut RowsMut<'_>, row: usize, part: usize) -> &'a mut [Self] {
        let parts = out.planes();
        let bytes = out.bytes(row);
        let length = bytes.len() / parts;
        &mut bytes[part * length..][..length]
    }

    fn row_mut<'a>(out: &'a mut RowsMut<'_>, row: usize) -> &'a mut [Self] {
        out.bytes(row)
    }

    fn lend(scratch: &mut Scratch, length: usize) -> Vec<Self> {
        scratch.bytes(length)
    }

    fn give_back(scratch: &mut Scratch, buffer: Vec<Self>) {
        scratch.give_bytes(buffer);
    }

    comparisons!(16, Ord::min, Ord::max);
}

/// The instructions of vectors: of numbers that are not numbers, the first stays.
fn least(a: f32, b: f32) -> f32 {
    if b < a { b } else { a }
}

fn largest(a: f32, b: f32) -> f32 {
    if a < b { b } else { a }
}

impl Number for f32 {
    const A_COLUMN: usize = 1;

    fn shape(parts: usize) -> Shape {
        Shape::planes(parts)
    }

    fn part<'a>(window: &Window<'a>, row: usize, part: usize) -> &'a [Self] {
        window.plane(row, part)
    }

    fn part_mut<'a>(out: &'a mut RowsMut<'_>, row: usize, part: usize) -> &'a mut [Self] {
        out.plane(row, part)
    }

    fn row_mut<'a>(out: &'a mut RowsMut<'_>, row: usize) -> &'a mut [Self] {
        out.floats(row)
    }

    fn lend(scratch: &mut Scratch, length: usize) -> Vec<Self> {
        scratch.floats(length)
    }

    fn give_back(scratch: &mut Scratch, buffer: Vec<Self>) {
        scratch.give_floats(buffer);
    }

    comparisons!(8, least, largest);
}
