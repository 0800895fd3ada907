//! What the steps of a plan are: stages that write rows of rows.
//!
//! A stage never sees bands, tiles, rings or threads. It is handed a window, the rows it reads with what the border shows
//! outside the image, and writes its own rows. Its numbers do not depend on how an image is cut into bands and tiles.

mod rows;
mod sees;

use crate::image::Size;
use crate::scratch::Scratch;
use std::any::Any;
use std::ops::Range;
use std::sync::OnceLock;

pub(crate) use rows::OUTSIDE;
pub use rows::{RowsMut, View, ViewMut, Window};
pub use sees::Sees;

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

    /// Counts row `y`: planes one after another, each of so many pixels.
    fn row(&self, y: usize, planes: &[f32], pixels: usize, tally: &mut Tally);

    /// Adds what was counted in other rows.
    fn join(&self, whole: &mut Tally, next: Tally);

    /// What later stages find in [`Work::found`], and what the caller is told.
    fn finish(&self, tally: Tally) -> (Tally, Option<Report>);
}

/// Work on the whole image that no cut leaves right, such as following a line: on one thread, in place.
pub trait Whole: Send + Sync {
    /// Rewrites the image, rows of stored pixels one after another. Looks up now and then whether it is still wanted. Where less
    /// is left of it, as only the last of a filter whose result is [`Trimmed`](crate::filter::ResultSize::Trimmed) may say, its
    /// pixels lie at the beginning.
    fn run(&self, pixels: &mut [u8], work: &mut Work<'_>) -> Option<Cut>;
}

/// The part of an image that is left.
#[derive(Debug, Clone, Copy)]
pub struct Cut {
    /// The column and the row of the image where it begins.
    pub at: [usize; 2],
    /// Its columns and rows.
    pub size: Size,
}
