//! What the steps of a plan are: stages that write rows of rows.
//!
//! A stage never sees bands, tiles, rings or threads. It is handed a window, the rows it reads with what the border shows
//! outside the image, and writes its own rows. Its numbers do not depend on how an image is cut into bands and tiles.

use crate::image::Rows;
use crate::planes::Sees;
use crate::scratch::Scratch;
use std::any::Any;
use std::ops::Range;
use std::sync::OnceLock;

/// What the numbers of a row are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numbers {
    /// Bytes: pixels as they are stored, or whatever a kernel keeps in bytes.
    Bytes,
    /// 16-bit fixed point.
    Shorts,
    /// Single precision.
    Floats,
}

impl Numbers {
    /// Bytes of a number.
    #[must_use]
    pub fn bytes(self) -> usize {
        match self {
            Self::Bytes => 1,
            Self::Shorts => 2,
            Self::Floats => 4,
        }
    }
}

/// How a row that a stage writes is laid out: in parts, one after another, each of which has so many numbers for a column
/// and so many more beside them. A row of planes has a part for each plane; a row of RGBA pixels is one part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// What the numbers are.
    pub numbers: Numbers,
    /// Parts of a row.
    pub parts: usize,
    /// Numbers of a part for each column.
    pub per_column: usize,
    /// Numbers of a part beside its columns: a margin.
    pub beside: usize,
}

impl Shape {
    /// Pixels of so many bytes.
    #[must_use]
    pub const fn pixels(bytes: usize) -> Self {
        Self { numbers: Numbers::Bytes, parts: 1, per_column: bytes, beside: 0 }
    }

    /// So many 16-bit numbers for each column.
    #[must_use]
    pub const fn shorts(per_column: usize) -> Self {
        Self { numbers: Numbers::Shorts, parts: 1, per_column, beside: 0 }
    }

    /// So many planes of single precision.
    #[must_use]
    pub const fn planes(planes: usize) -> Self {
        Self { numbers: Numbers::Floats, parts: planes, per_column: 1, beside: 0 }
    }

    /// The same with so many more numbers beside the columns of each part.
    #[must_use]
    pub const fn with_margin(self, beside: usize) -> Self {
        Self { beside, ..self }
    }

    /// Numbers of a row of so many columns.
    #[must_use]
    pub fn length(self, columns: usize) -> usize {
        self.parts * (self.per_column * columns + self.beside)
    }
}

/// Numbers that are read.
#[derive(Debug, Clone, Copy)]
pub enum View<'a> {
    /// Bytes.
    Bytes(&'a [u8]),
    /// 16-bit fixed point.
    Shorts(&'a [i16]),
    /// Single precision.
    Floats(&'a [f32]),
}

/// Numbers that are written.
#[derive(Debug)]
pub enum ViewMut<'a> {
    /// Bytes.
    Bytes(&'a mut [u8]),
    /// 16-bit fixed point.
    Shorts(&'a mut [i16]),
    /// Single precision.
    Floats(&'a mut [f32]),
}

/// Where the row of a window that lies outside the image begins, where that is transparent and the rows are those of the
/// image itself.
pub(crate) const OUTSIDE: u32 = u32::MAX;

/// The rows of one input that a stage reads, from top to bottom; what the border shows outside the image is among them.
#[derive(Debug, Clone, Copy)]
pub struct Window<'a> {
    pub(crate) view: View<'a>,
    pub(crate) starts: &'a [u32],
    pub(crate) shape: Shape,
    pub(crate) columns: (usize, usize),
    /// A row of zeros, for [`OUTSIDE`].
    pub(crate) nothing: &'a [u8],
    /// The whole image, where the stage has asked for it.
    pub(crate) image: Option<Rows<'a>>,
}

impl<'a> Window<'a> {
    /// How many rows it has.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.starts.len()
    }

    /// The columns that its rows hold: at least those that were asked for.
    #[must_use]
    pub fn columns(&self) -> Range<usize> {
        self.columns.0..self.columns.1
    }

    /// Numbers of a row.
    fn length(&self) -> usize {
        self.shape.length(self.columns.1 - self.columns.0)
    }

    /// A row of bytes, all of its columns.
    #[must_use]
    pub fn bytes(&self, row: usize) -> &'a [u8] {
        let View::Bytes(bytes) = self.view else { unreachable!("the input has rows of bytes") };
        match self.starts[row] {
            OUTSIDE => &self.nothing[..self.length()],
            start => &bytes[start as usize..][..self.length()],
        }
    }

    /// Some columns of a row of pixels of `N` bytes.
    #[must_use]
    pub fn pixels<const N: usize>(&self, row: usize, columns: &Range<usize>) -> &'a [[u8; N]] {
        &self.bytes(row).as_chunks().0[columns.start - self.columns.0..columns.end - self.columns.0]
    }

    /// All rows of 16-bit numbers: [`Window::starts`] tells where each begins.
    #[must_use]
    pub fn all_shorts(&self) -> &'a [i16] {
        let View::Shorts(shorts) = self.view else { unreachable!("the input has rows of 16-bit numbers") };
        shorts
    }

    /// All rows of single precision: [`Window::starts`] tells where each begins.
    #[must_use]
    pub fn all_floats(&self) -> &'a [f32] {
        let View::Floats(floats) = self.view else { unreachable!("the input has rows of single precision") };
        floats
    }

    /// Where each row begins among all numbers.
    #[must_use]
    pub fn starts(&self) -> &'a [u32] {
        self.starts
    }

    /// A row of 16-bit numbers, all of its columns.
    #[must_use]
    pub fn shorts(&self, row: usize) -> &'a [i16] {
        &self.all_shorts()[self.starts[row] as usize..][..self.length()]
    }

    /// How many planes a row has.
    #[must_use]
    pub fn planes(&self) -> usize {
        self.shape.parts
    }

    /// A plane of a row, all of its columns and the margin.
    #[must_use]
    pub fn plane(&self, row: usize, plane: usize) -> &'a [f32] {
        let length = self.length() / self.shape.parts;
        &self.all_floats()[self.starts[row] as usize + plane * length..][..length]
    }

    /// The columns of a plane of a row that are written, where the row has no margin.
    #[must_use]
    pub fn part(&self, row: usize, plane: usize, columns: &Range<usize>) -> &'a [f32] {
        &self.plane(row, plane)[columns.start - self.columns.0..columns.end - self.columns.0]
    }

    /// The columns of a plane of a row that are written, and `margin` more on each side, where the row has such a margin.
    #[must_use]
    pub fn around(&self, row: usize, plane: usize, columns: &Range<usize>, margin: usize) -> &'a [f32] {
        &self.plane(row, plane)[columns.start - self.columns.0..][..columns.len() + 2 * margin]
    }

    /// The whole image, where the stage reads it by place.
    #[must_use]
    pub fn image(&self) -> Rows<'a> {
        self.image.unwrap_or_else(|| unreachable!("the stage reads the whole image"))
    }
}

/// The rows that a stage writes.
#[derive(Debug)]
pub struct RowsMut<'a> {
    pub(crate) view: ViewMut<'a>,
    /// Numbers from a row to the next.
    pub(crate) stride: usize,
    /// Numbers of a row.
    pub(crate) length: usize,
    pub(crate) parts: usize,
}

impl RowsMut<'_> {
    /// A row of bytes.
    pub fn bytes(&mut self, row: usize) -> &mut [u8] {
        let ViewMut::Bytes(bytes) = &mut self.view else { unreachable!("the stage writes bytes") };
        &mut bytes[row * self.stride..][..self.length]
    }

    /// The first row and the second, of bytes; the second is empty where there is one row.
    pub fn two_rows(&mut self) -> (&mut [u8], &mut [u8]) {
        let ViewMut::Bytes(bytes) = &mut self.view else { unreachable!("the stage writes bytes") };
        if bytes.len() <= self.stride {
            return (&mut bytes[..self.length], &mut []);
        }
        let (first, second) = bytes.split_at_mut(self.stride);
        (&mut first[..self.length], &mut second[..self.length])
    }

    /// A row of pixels of `N` bytes.
    pub fn pixels<const N: usize>(&mut self, row: usize) -> &mut [[u8; N]] {
        self.bytes(row).as_chunks_mut().0
    }

    /// All rows, one after another, where they are whole rows of the result.
    pub fn all_bytes(&mut self) -> &mut [u8] {
        let ViewMut::Bytes(bytes) = &mut self.view else { unreachable!("the stage writes bytes") };
        bytes
    }

    /// A row of 16-bit numbers.
    pub fn shorts(&mut self, row: usize) -> &mut [i16] {
        let ViewMut::Shorts(shorts) = &mut self.view else { unreachable!("the stage writes 16-bit numbers") };
        &mut shorts[row * self.stride..][..self.length]
    }

    /// A row of single precision, plane after plane.
    pub fn floats(&mut self, row: usize) -> &mut [f32] {
        let ViewMut::Floats(floats) = &mut self.view else { unreachable!("the stage writes single precision") };
        &mut floats[row * self.stride..][..self.length]
    }

    /// A plane of a row.
    pub fn plane(&mut self, row: usize, plane: usize) -> &mut [f32] {
        let length = self.length / self.parts;
        &mut self.floats(row)[plane * length..][..length]
    }

    /// How many planes a row has.
    #[must_use]
    pub fn planes(&self) -> usize {
        self.parts
    }
}

/// What is written: which rows and which columns of the result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The rows. Those of what is not an image, such as rows blurred horizontally, may be counted from below 0.
    pub rows: Range<isize>,
    /// The columns.
    pub columns: Range<usize>,
}

/// What a stage may use while it works.
pub struct Work<'a> {
    /// Bytes that last from one row to the next, at least as many as [`RowStage::memory`] says. Zero where a row does not
    /// continue.
    pub memory: &'a mut [u8],
    /// Whether the row before the first of these was the last that was written with this memory.
    pub continues: bool,
    /// What measures have found, by [`crate::plan::Found`].
    pub found: &'a [OnceLock<Tally>],
    /// Buffers.
    pub scratch: &'a mut Scratch,
}

impl std::fmt::Debug for Work<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Work of {} bytes", self.memory.len())
    }
}

/// How many columns a stage likes to have at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tile {
    /// As many as fit the cache.
    Any,
    /// At most so many.
    Most(usize),
    /// All of them: what it keeps from row to row would be made again for each tile.
    WholeRows,
}

/// A step of a plan: writes rows of rows.
pub trait RowStage: Send + Sync {
    /// How its rows are laid out.
    fn shape(&self) -> Shape;

    /// How many rows it writes at once: it is asked for this many from a multiple of it on, or for fewer at the lower edge.
    /// [`usize::MAX`] means as many as there are.
    fn rows_at_once(&self) -> usize {
        1
    }

    /// The rows of an input that are read to write some rows. They may lie outside the image.
    fn reads(&self, input: usize, rows: Range<isize>) -> Range<isize> {
        let _ = input;
        rows
    }

    /// The most rows of an input that are read at once.
    fn most_rows(&self, input: usize) -> usize {
        self.reads(input, 0..self.rows_at_once().min(1 << 20).cast_signed()).len()
    }

    /// The columns of an input that are read to write some columns, where it has so many.
    fn reads_columns(&self, input: usize, columns: Range<usize>, width: usize) -> Range<usize> {
        let _ = (input, width);
        columns
    }

    /// Bytes that it keeps from one row to the next.
    fn memory(&self, columns: usize) -> usize {
        let _ = columns;
        0
    }

    /// How many columns it likes to have at once.
    fn tile(&self) -> Tile {
        Tile::Any
    }

    /// Writes the rows.
    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, work: &mut Work<'_>);
}

/// A function of one RGBA pixel of bytes, in place: the fast way of what a stage in planes defines.
pub trait BytePoint: Send + Sync {
    /// Rewrites whole pixels.
    fn apply(&self, pixels: &mut [u8]);

    /// What becomes of each byte of each channel, where it is a function of one channel: two of them are one.
    fn tables(&self) -> Option<&[[u8; 256]; 4]> {
        None
    }
}

/// What is counted of an image, whatever it is.
pub type Tally = Box<dyn Any + Send + Sync>;

/// What a measure reports of an image to whoever gave it: a name and a value.
pub type Report = (&'static str, f64);

/// Counts something over a whole image. Counts are whole numbers, or of a kind that comes out the same in any order.
pub trait Measure: Send + Sync {
    /// The planes that it counts.
    fn sees(&self) -> Sees;

    /// What there is before the first row.
    fn begin(&self) -> Tally;

    /// Counts a row: planes one after another, each of so many pixels.
    fn row(&self, planes: &[f32], pixels: usize, tally: &mut Tally);

    /// Adds what was counted in other rows.
    fn join(&self, whole: &mut Tally, next: Tally);

    /// What later stages find in [`Work::found`], and what the caller is told.
    fn finish(&self, tally: Tally) -> (Tally, Option<Report>);
}

/// Work on the whole image that no cut leaves right, such as following a line: on one thread, in place.
pub trait Whole: Send + Sync {
    /// Rewrites the image, rows of stored pixels one after another. Looks up now and then whether it is still wanted.
    fn run(&self, pixels: &mut [u8], scratch: &mut Scratch);
}
