//! Correlation with large kernels: the spectra of a piece of the image and of the kernel are multiplied, in double precision.
//!
//! Pieces lie at fixed places of the image, whatever is asked for of them. Two planes go through as one of complex numbers, whose
//! real and imaginary parts do not meet: the kernel is real.

use crate::image::{Border, Layout, Rows, Sample};
use crate::plan::{Edge, Node, Plan};
use crate::planes::{Holds, Load, Sees, Store};
use crate::scratch::Scratch;
use crate::stage::{Place, RowStage, RowsMut, Shape, Tile, Window, Work};
use crate::vector::D2;
use std::ops::Range;

/// Columns and rows of a piece, with what the kernel sees beside it.
const SIDE: usize = 256;
/// Columns and rows that a kernel has at most, so that at least half of a piece is new.
pub const MOST_SIDE: usize = SIDE / 2 - 1;

/// Complex numbers of two lines: the real parts, and the imaginary ones.
type Complex = [D2; 2];
/// Two lines of a piece.
type Lines = [Complex; SIDE];
/// Two columns of a piece in one row: their real parts, and their imaginary ones.
type Pair = [[u8; 8]; 4];
/// From a row to the next: two more than there are, so that the numbers of a column do not push each other out of the cache.
const PAIRS_OF_A_ROW: usize = SIDE / 2 + 2;
const PAIRS: usize = SIDE * PAIRS_OF_A_ROW;

const NOTHING: Pair = [[0; 8]; 4];

/// What is done to the planes of a row before they are stored.
pub type Finish = Box<dyn Fn(&mut [&mut [f32]]) + Send + Sync>;

/// What is seen of an image, and what becomes of the sums.
pub struct Ends {
    /// Planes that are seen.
    pub sees: Sees,
    /// What is seen outside the image.
    pub border: Border,
    /// What is done to the sums.
    pub finish: Finish,
    /// What they are then.
    pub holds: Holds,
    /// The layout of the result.
    pub layout: Layout,
}

impl Plan {
    /// Weighted sums of a window of odd sides, both at most [`MOST_SIDE`], over an image; the weights row by row.
    pub fn correlated(&mut self, node: Node, weights: &[f64], [width, height]: [usize; 2], ends: Ends) -> Node {
        let layout = self.layout(node);
        let node = if node == self.start() { node } else { self.materialise(node) };
        let load = Load {
            format: layout.format(),
            sees: ends.sees,
            linear: false,
            width: layout.width(),
            margin: width / 2,
            border: ends.border,
        };
        let planes = ends.sees.planes(layout.format().channels);
        let scale = f64::from(layout.format().sample.full()) * weights.iter().map(|weight| weight.abs()).sum::<f64>();
        let turns = turns();
        let spectrum = spectrum(weights, width, &turns);
        let to_grid = scale * f64::from(1 << 14);
        let result = ends.layout;
        let stage = Correlation { spectrum, turns, load, planes, size: [width, height], to_grid, source: layout, ends };
        let sums = self.image(&[(node, Edge::Image)], result, stage);
        // What comes next would keep all the rows of a piece.
        self.materialise(sums)
    }
}

struct Correlation {
    /// Of two columns after two, conjugated and divided by the count of numbers.
    spectrum: Vec<[[f64; 2]; 2]>,
    turns: Turns,
    load: Load,
    planes: usize,
    size: [usize; 2],
    /// Added and taken away again, it rounds to a grid that is finer than is stored, and coarser than errors are: what is 0 is 0.
    to_grid: f64,
    source: Layout,
    ends: Ends,
}

/// Parts of a circle: cosines, and sines of the other direction.
type Turns = Vec<[f64; 2]>;

fn turns() -> Turns {
    let angle = |i: usize| std::f64::consts::TAU * i as f64 / SIDE as f64;
    (0..SIDE).map(|i| [libm::cos(angle(i)), -libm::sin(angle(i))]).collect()
}

/// Where a number stands before its line is transformed: the digits of its place in base 4, from the last to the first.
fn place(i: usize) -> usize {
    (i & 3) << 6 | (i & 12) << 2 | (i & 48) >> 2 | i >> 6
}

#[inline(always)]
fn times([a, b]: Complex, [c, d]: [f64; 2]) -> Complex {
    let [c, d] = [c, d].map(|part| D2::new([part; 2]));
    [a * c - b * d, a * d + b * c]
}

#[inline(always)]
fn sum([a, b]: Complex, [c, d]: Complex) -> Complex {
    [a + c, b + d]
}

#[inline(always)]
fn difference([a, b]: Complex, [c, d]: Complex) -> Complex {
    [a - c, b - d]
}

/// The Fourier transform of two lines, whose numbers stand where [`place`] says.
#[inline(never)]
fn transform(lines: &mut Lines, turns: &Turns) {
    let mut quarter = 1;
    while quarter < SIDE {
        let step = SIDE / (4 * quarter);
        for group in lines.chunks_exact_mut(4 * quarter) {
            let (first, last) = group.split_at_mut(2 * quarter);
            let ((a, b), (c, d)) = (first.split_at_mut(quarter), last.split_at_mut(quarter));
            let all = a.iter_mut().zip(b).zip(c).zip(d).enumerate();
            for (i, (((a, b), c), d)) in all {
                let second = times(*b, turns[i * step]);
                let third = times(*c, turns[2 * i * step]);
                let fourth = times(*d, turns[3 * i * step]);
                let (even, odd) = (sum(*a, third), difference(*a, third));
                let (both, [re, im]) = (sum(second, fourth), difference(second, fourth));
                let minus_re = D2::new([0.0; 2]) - re;
                (*a, *b) = (sum(even, both), sum(odd, [im, minus_re]));
                (*c, *d) = (difference(even, both), difference(odd, [im, minus_re]));
            }
        }
        quarter *= 4;
    }
}

fn of_bytes([a, b, c, d]: Pair) -> Complex {
    let [a, b, c, d] = [a, b, c, d].map(f64::from_le_bytes);
    [D2::new([a, b]), D2::new([c, d])]
}

/// Writes two lines as two rows.
#[inline(never)]
fn put_rows(lines: &Lines, piece: &mut [Pair], row: usize) {
    let (first, second) = piece[row * PAIRS_OF_A_ROW..][..2 * PAIRS_OF_A_ROW].split_at_mut(PAIRS_OF_A_ROW);
    for ((first, second), two) in first.iter_mut().zip(second).zip(lines.as_chunks::<2>().0) {
        let [[a, b], [c, d]] = two.map(|[re, im]| [re.values(), im.values()]);
        *first = [a[0], c[0], b[0], d[0]].map(f64::to_le_bytes);
        *second = [a[1], c[1], b[1], d[1]].map(f64::to_le_bytes);
    }
}

/// The transforms of two columns of a piece.
#[inline(never)]
fn columns(piece: &[Pair], pair: usize, turns: &Turns) -> Lines {
    let mut lines = std::array::from_fn(|i| of_bytes(piece[place(i) * PAIRS_OF_A_ROW + pair]));
    transform(&mut lines, turns);
    lines
}

/// Nothing in two lines.
fn nothing() -> Lines {
    [[D2::new([0.0; 2]); 2]; SIDE]
}

fn spectrum(weights: &[f64], width: usize, turns: &Turns) -> Vec<[[f64; 2]; 2]> {
    let mut piece = vec![NOTHING; PAIRS];
    let mut rows = weights.chunks_exact(width);
    let mut row = 0;
    while let Some(first) = rows.next() {
        let second = rows.next();
        let mut lines = nothing();
        for (i, weight) in first.iter().enumerate() {
            lines[place(i)][0] = D2::new([*weight, second.map_or(0.0, |second| second[i])]);
        }
        transform(&mut lines, turns);
        put_rows(&lines, &mut piece, row);
        row += 2;
    }
    let share = 1.0 / (SIDE * SIDE) as f64;
    let of_columns = |pair| {
        columns(&piece, pair, turns)
            .map(|[re, im]| [re.values().map(|re| re * share), im.values().map(|im| -im * share)])
    };
    (0..SIDE / 2).flat_map(of_columns).collect()
}

impl Correlation {
    /// Columns and rows of a piece that are new.
    fn new_sides(&self) -> [usize; 2] {
        self.size.map(|side| SIDE + 1 - side)
    }

    /// Makes pieces of planes: the transforms of rows, from as many above row `top` on as the kernel sees. Returns what is not
    /// finite: of each plane and each row a byte for each column.
    fn begin(
        &self,
        image: Rows<'_>,
        (top, count): (usize, usize),
        left: &Range<usize>,
        pieces: &mut [Pair],
        scratch: &mut Scratch,
    ) -> Vec<u8> {
        let [width, height] = self.size;
        let stride = left.len() + width - 1;
        let mut values = [(), ()].map(|()| scratch.floats(self.planes * stride));
        let mut wild = Vec::new();
        for row in (0..SIDE).step_by(2) {
            for (row, values) in (row..).zip(&mut values) {
                let y = (top + row).cast_signed() - (height / 2).cast_signed();
                match self.load.border.index(y, self.source.height()) {
                    Some(y) if row < count + height - 1 => self.load.line(image.row(y), 0, left, values),
                    _ => values.fill(0.0),
                }
                if self.source.format().sample == Sample::F32 {
                    self.tame(values, stride, row, &mut wild);
                }
            }
            for (both, piece) in (0..self.planes).step_by(2).zip(pieces.chunks_exact_mut(PAIRS)) {
                if row >= count + height - 1 {
                    piece[row * PAIRS_OF_A_ROW..][..2 * PAIRS_OF_A_ROW].fill(NOTHING);
                    continue;
                }
                let mut lines = nothing();
                for (plane, part) in (both..self.planes).zip(0..2) {
                    let [first, second] = values.each_ref().map(|values| &values[plane * stride..][..stride]);
                    for (i, (first, second)) in first.iter().zip(second).enumerate() {
                        lines[place(i)][part] = D2::new([f64::from(*first), f64::from(*second)]);
                    }
                }
                transform(&mut lines, &self.turns);
                put_rows(&lines, piece, row);
            }
        }
        values.into_iter().for_each(|values| scratch.give_floats(values));
        wild
    }

    /// Takes what is not finite out of a row, and notes which columns of the result see it.
    fn tame(&self, values: &mut [f32], stride: usize, row: usize, wild: &mut Vec<u8>) {
        for (plane, values) in values.chunks_exact_mut(stride).enumerate() {
            for (i, value) in values.iter_mut().enumerate().filter(|(_, value)| !value.is_finite()) {
                *value = 0.0;
                wild.resize(self.planes * SIDE * SIDE, 0);
                wild[(plane * SIDE + row) * SIDE..][(i + 1).saturating_sub(self.size[0])..=i].fill(1);
            }
        }
    }

    /// Multiplies the spectrum of a piece with that of the kernel, and goes back along the columns.
    fn multiply(&self, piece: &mut [Pair]) {
        for (pair, spectrum) in self.spectrum.chunks_exact(SIDE).enumerate() {
            let all = columns(piece, pair, &self.turns);
            let mut lines = nothing();
            for (i, (number, [re, im])) in all.into_iter().zip(spectrum).enumerate() {
                let [re, im] = [D2::new(*re), D2::new(*im)];
                let [a, b] = number;
                // With the parts exchanged, there and back are the same.
                lines[place(i)] = [a * im + b * re, a * re - b * im];
            }
            transform(&mut lines, &self.turns);
            for (row, [im, re]) in piece.chunks_exact_mut(PAIRS_OF_A_ROW).zip(lines) {
                let ([a, b], [c, d]) = (re.values(), im.values());
                row[pair] = [a, b, c, d].map(f64::to_le_bytes);
            }
        }
    }

    /// The sums of two rows of a piece, plane after plane.
    fn end(&self, pieces: &[Pair], row: usize, sums: &mut [Vec<f32>; 2], length: usize) {
        for (both, piece) in (0..self.planes).step_by(2).zip(pieces.chunks_exact(PAIRS)) {
            let mut lines = nothing();
            let rows = &piece[row * PAIRS_OF_A_ROW..][..2 * PAIRS_OF_A_ROW];
            let (first, second) = rows.split_at(PAIRS_OF_A_ROW);
            for (i, (first, second)) in first.iter().zip(second).enumerate().take(SIDE / 2) {
                let [first, second] = [first, second].map(|pair| pair.map(f64::from_le_bytes));
                for part in 0..2 {
                    lines[place(2 * i + part)] =
                        [D2::new([first[2 + part], second[2 + part]]), D2::new([first[part], second[part]])];
                }
            }
            transform(&mut lines, &self.turns);
            for (plane, part) in (both..self.planes).zip([1, 0]) {
                let [first, second] = sums.each_mut().map(|sums| &mut sums[plane * length..][..length]);
                for ((first, second), parts) in first.iter_mut().zip(second).zip(&lines) {
                    let sums = parts[part].values().map(|sum| (sum + self.to_grid) - self.to_grid);
                    [*first, *second] = sums.map(|sum| sum as f32);
                }
            }
        }
    }
}

impl RowStage for Correlation {
    fn shape(&self) -> Shape {
        Shape::pixels(self.ends.layout.format().bytes())
    }

    fn rows_at_once(&self) -> usize {
        self.new_sides()[1]
    }

    fn memory(&self, _: usize) -> usize {
        self.planes.div_ceil(2) * PAIRS * size_of::<Pair>()
    }

    fn tile(&self) -> Tile {
        Tile::WholeRows
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, work: &mut Work<'_>) {
        let pieces = std::mem::take(&mut work.memory).as_chunks_mut::<8>().0.as_chunks_mut::<4>().0;
        let image = inputs[0].image();
        let [columns, rows] = self.new_sides();
        let first = place.rows.start.cast_unsigned();
        let top = first - first % rows;
        let count = rows.min(self.source.height() - top);
        for left in (0..self.source.width()).step_by(columns) {
            let columns = left..(left + columns).min(self.source.width());
            if work.scratch.stopped() {
                return;
            }
            let wild = self.begin(image, (top, count), &columns, pieces, work.scratch);
            pieces.chunks_exact_mut(PAIRS).for_each(|piece| self.multiply(piece));
            let length = columns.len();
            let mut sums = [(), ()].map(|()| work.scratch.floats(self.planes * length));
            for row in (0..count).step_by(2) {
                self.end(pieces, row, &mut sums, length);
                for (row, sums) in
                    (row..count).zip(&mut sums).filter(|(row, _)| place.rows.contains(&(top + row).cast_signed()))
                {
                    let mut planes: Vec<_> = sums.chunks_exact_mut(length).collect();
                    if !wild.is_empty() {
                        for (plane, sums) in planes.iter_mut().enumerate() {
                            let seen = wild[(plane * SIDE + row) * SIDE..].chunks(SIDE).take(self.size[1]);
                            seen.for_each(|wild| {
                                sums.iter_mut()
                                    .zip(wild)
                                    .filter(|(_, wild)| **wild > 0)
                                    .for_each(|(sum, _)| *sum = f32::NAN);
                            });
                        }
                    }
                    (self.ends.finish)(&mut planes);
                    let store = Store { format: self.ends.layout.format(), holds: self.ends.holds, linear: false };
                    let starts = [((top + row) * self.source.stride()) as u32];
                    let inputs = [Window::of_planes(sums, self.planes, &columns), inputs[0].row_of_image(&starts)];
                    let place = Place { rows: 0..1, columns: columns.clone() };
                    let bytes = self.ends.layout.format().bytes();
                    let row = top + row - first;
                    store.write(&place, &inputs, &mut out.part(row, columns.start * bytes..columns.end * bytes), work);
                }
            }
            sums.into_iter().for_each(|sums| work.scratch.give_floats(sums));
        }
    }
}
