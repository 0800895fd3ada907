//! The rows that a stage reads and those that it writes.

use super::Shape;
use crate::image::Rows;
use std::ops::Range;

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
    /// Where a row begins that lies outside the image, where that is transparent: a row of zeros.
    pub(crate) outside: u32,
    /// A row of zeros, for [`OUTSIDE`].
    pub(crate) nothing: &'a [u8],
    /// The whole image, where the stage has asked for it.
    pub(crate) image: Option<Rows<'a>>,
}

impl<'a> Window<'a> {
    /// A window over nothing.
    pub(crate) const EMPTY: Window<'static> = Window {
        view: View::Bytes(&[]),
        starts: &[],
        shape: Shape::pixels(0),
        columns: (0, 0),
        outside: OUTSIDE,
        nothing: &[],
        image: None,
    };

    /// One row: planes of some columns.
    #[must_use]
    pub fn of_planes(values: &'a [f32], planes: usize, columns: &Range<usize>) -> Self {
        let (view, shape) = (View::Floats(values), Shape::planes(planes));
        Self { view, starts: &[0], shape, columns: (columns.start, columns.end), ..Self::EMPTY }
    }

    /// One row of the image, where the stage reads that by place: the row that begins there.
    #[must_use]
    pub fn row_of_image(&self, start: &'a [u32; 1]) -> Self {
        Self { starts: start, ..*self }
    }

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

    /// Whether a row lies outside the image, where that is transparent.
    #[must_use]
    pub fn is_outside(&self, row: usize) -> bool {
        self.starts[row] == self.outside
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

    /// Some of the bytes of a row.
    pub fn part(&mut self, row: usize, bytes: Range<usize>) -> RowsMut<'_> {
        let length = bytes.len();
        RowsMut { view: ViewMut::Bytes(&mut self.bytes(row)[bytes]), stride: length, length, parts: 1 }
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
