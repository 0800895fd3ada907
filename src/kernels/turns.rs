//! Mirrored and turned pictures: exact copies of pixels of any size.

use crate::image::{Border, Layout, Size};
use crate::plan::{Edge, Node, Plan};
use crate::stage::{Place, RowStage, RowsMut, Shape, Tile, Window, Work};
use crate::vector::Rgba4;
use std::ops::Range;

/// What is done to a picture: first it may be mirrored along its diagonal, then left to right and top to bottom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Turn {
    /// Columns become rows.
    pub transposed: bool,
    /// Left and right change places, after that.
    pub flipped_x: bool,
    /// Top and bottom change places, after that.
    pub flipped_y: bool,
}

impl Turn {
    /// So many quarters of a turn clockwise; four are none.
    #[must_use]
    pub fn quarters(quarters: usize) -> Self {
        let [transposed, flipped_x, flipped_y] = match quarters % 4 {
            0 => [false, false, false],
            1 => [true, true, false],
            2 => [false, true, true],
            _ => [true, false, true],
        };
        Self { transposed, flipped_x, flipped_y }
    }
}

impl Plan {
    /// Turns an image. Pixels are moved as they are stored: its channels do not matter.
    pub fn turned(&mut self, node: Node, turn: Turn) -> Node {
        let layout = self.layout(node);
        let bytes = layout.format().bytes();
        match turn {
            Turn { transposed: false, flipped_x: false, flipped_y: false } => node,
            Turn { transposed: false, flipped_x: true, flipped_y: false } => {
                let stage = Mirror { width: layout.width(), bytes };
                self.image(&[(node, Edge::Border(Border::Clamp))], layout, stage)
            }
            _ => {
                let node = if node == self.start() { node } else { self.materialise(node) };
                let result = if turn.transposed { swapped(layout) } else { layout };
                self.image(&[(node, Edge::Image)], result, Turned { turn, source: layout.size(), bytes })
            }
        }
    }
}

/// The layout with width and height in each other's place: the same bytes.
fn swapped(layout: Layout) -> Layout {
    let size = Size::new(layout.height(), layout.width());
    size.and_then(|size| layout.with_size(size)).unwrap_or_else(|_| unreachable!("it has as many bytes"))
}

/// Left and right change places.
struct Mirror {
    width: usize,
    bytes: usize,
}

impl RowStage for Mirror {
    fn shape(&self) -> Shape {
        Shape::pixels(self.bytes)
    }

    fn reads_columns(&self, _: usize, columns: Range<usize>, _: usize) -> Range<usize> {
        self.width - columns.end..self.width - columns.start
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, _: &mut Work<'_>) {
        let first = self.width - place.columns.end - inputs[0].columns().start;
        for row in 0..place.rows.len() {
            let out = out.bytes(row);
            let from = &inputs[0].bytes(row)[first * self.bytes..][..out.len()];
            mirror(from, out, self.bytes);
        }
    }
}

/// Copies pixels from the last to the first.
fn mirror(from: &[u8], to: &mut [u8], bytes: usize) {
    if bytes == 4 {
        let (from, to) = (from.as_chunks::<4>().0, to.as_chunks_mut::<4>().0);
        to.iter_mut().zip(from.iter().rev()).for_each(|(to, from)| *to = *from);
    } else {
        let pixels = to.chunks_exact_mut(bytes).zip(from.chunks_exact(bytes).rev());
        pixels.for_each(|(to, from)| copy_pixel(to, from));
    }
}

/// Copies a pixel of one to sixteen bytes.
#[inline(always)]
fn copy_pixel(to: &mut [u8], from: &[u8]) {
    to.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
}

/// Anything else. It writes all rows of a band at once, so that a block of pixels is moved while both places are in the
/// cache.
struct Turned {
    turn: Turn,
    source: Size,
    bytes: usize,
}

impl RowStage for Turned {
    fn shape(&self) -> Shape {
        Shape::pixels(self.bytes)
    }

    fn rows_at_once(&self) -> usize {
        usize::MAX
    }

    fn tile(&self) -> Tile {
        Tile::WholeRows
    }

    fn most_rows(&self, _: usize) -> usize {
        usize::MAX / 4
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, work: &mut Work<'_>) {
        let source = inputs[0].image().span(0..self.source.height());
        let rows = place.rows.start.cast_unsigned()..place.rows.end.cast_unsigned();
        let stopped = || work.scratch.stopped();
        if !self.turn.transposed {
            flip(self.turn, (self.source, self.bytes), source, rows, out.all_bytes());
        } else if self.bytes == 4 {
            let (from, to) = (source.as_chunks::<4>().0, out.all_bytes().as_chunks_mut::<4>().0);
            transpose(self.turn, self.source, rows, stopped, &mut Fours { from, to });
        } else {
            let to = out.all_bytes();
            transpose(self.turn, self.source, rows, stopped, &mut Any { from: source, to, bytes: self.bytes });
        }
    }
}

/// Rows that lie beside each other in the source, from the first or the last on.
fn flip(turn: Turn, (source, bytes): (Size, usize), from: &[u8], rows: Range<usize>, to: &mut [u8]) {
    let stride = source.width() * bytes;
    for (y, to) in rows.zip(to.chunks_exact_mut(stride)) {
        let y = if turn.flipped_y { source.height() - 1 - y } else { y };
        let from = &from[y * stride..][..stride];
        if turn.flipped_x {
            mirror(from, to, bytes);
        } else {
            to.copy_from_slice(from);
        }
    }
}

/// Pixels on each side of a block: rows of so many pixels are read, each from a line of the cache or two.
const BLOCK: usize = 16;

/// Pixels that are moved at once, on each side of a square.
const SQUARE: usize = 4;

/// Moves pixels, by their numbers among those that are written and those that are read.
trait Move {
    fn pixel(&mut self, to: usize, from: usize);

    /// A square of pixels: where each of its rows is written, and each of its columns is read.
    fn square(&mut self, to: [usize; SQUARE], from: [usize; SQUARE]) {
        for (row, to) in to.into_iter().enumerate() {
            for (column, from) in from.into_iter().enumerate() {
                self.pixel(to + column, from + row);
            }
        }
    }
}

/// Pixels of four bytes.
struct Fours<'a> {
    from: &'a [[u8; 4]],
    to: &'a mut [[u8; 4]],
}

impl Move for Fours<'_> {
    #[inline(always)]
    fn pixel(&mut self, to: usize, from: usize) {
        self.to[to] = self.from[from];
    }

    #[inline(always)]
    fn square(&mut self, to: [usize; SQUARE], from: [usize; SQUARE]) {
        let four = |at: usize| self.from[at..].first_chunk().map_or_else(|| Rgba4::of(&[]), Rgba4::load);
        for (made, to) in Rgba4::transposed(from.map(four)).into_iter().zip(to) {
            if let Some(to) = self.to[to..].first_chunk_mut() {
                made.store(to);
            }
        }
    }
}

/// Pixels of one to sixteen bytes.
struct Any<'a> {
    from: &'a [u8],
    to: &'a mut [u8],
    bytes: usize,
}

impl Move for Any<'_> {
    #[inline(always)]
    fn pixel(&mut self, to: usize, from: usize) {
        let bytes = self.bytes;
        copy_pixel(&mut self.to[to * bytes..][..bytes], &self.from[from * bytes..][..bytes]);
    }
}

/// Moves the pixels of some rows.
#[inline(always)]
fn transpose(turn: Turn, source: Size, rows: Range<usize>, stopped: impl Fn() -> bool, pixels: &mut impl Move) {
    let (width, height) = (source.height(), source.width());
    // The column of the source that a row is, and the line of it that a column is.
    let column = |row: usize| if turn.flipped_y { height - 1 - rows.start - row } else { rows.start + row };
    let line = |x: usize| height * if turn.flipped_x { width - 1 - x } else { x };
    for top in (0..rows.len()).step_by(BLOCK) {
        if stopped() {
            break;
        }
        for left in (0..width).step_by(BLOCK) {
            let (bottom, right) = ((top + BLOCK).min(rows.len()), (left + BLOCK).min(width));
            for row in (top..bottom).step_by(SQUARE) {
                for x in (left..right).step_by(SQUARE) {
                    if row + SQUARE <= bottom && x + SQUARE <= right {
                        let first = column(row).min(column(row + SQUARE - 1));
                        let at = |i: usize| (row + if turn.flipped_y { SQUARE - 1 - i } else { i }) * width + x;
                        pixels.square([0, 1, 2, 3].map(at), [0, 1, 2, 3].map(|i| line(x + i) + first));
                        continue;
                    }
                    for row in row..(row + SQUARE).min(bottom) {
                        for x in x..(x + SQUARE).min(right) {
                            pixels.pixel(row * width + x, line(x) + column(row));
                        }
                    }
                }
            }
        }
    }
}
