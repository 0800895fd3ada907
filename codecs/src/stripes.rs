//! Pixels on their way out of a decoder and into an encoder: some rows at a time, through a buffer that stays in the cache.

use crate::format::reach;
use crate::{Depth, Problem};

/// Where decoded pixels go.
pub trait PixelSink {
    /// The size of the image in pixels, which is said once, before any of its rows.
    ///
    /// # Errors
    ///
    /// Why there is no place for it; decoding ends with that.
    fn size(&mut self, width: usize, height: usize) -> Result<(), Problem>;

    /// Some rows of pixels, without gaps, from this one on. They come from the top to the bottom, each once; of a file that is damaged
    /// the last ones may be missing.
    ///
    /// # Errors
    ///
    /// Why they cannot be taken; decoding ends with that.
    fn rows(&mut self, first: usize, pixels: &[u8]) -> Result<(), Problem>;
}

/// Where the pixels to be encoded come from.
pub trait PixelSource {
    /// Fills `pixels` with the bytes of the image from this one on, which are those of some rows. The same may be asked for again.
    ///
    /// # Errors
    ///
    /// Why it cannot; encoding ends with that.
    fn read(&mut self, at: usize, pixels: &mut [u8]) -> Result<(), Problem>;
}

/// All pixels of an image in a row.
impl PixelSource for &[u8] {
    fn read(&mut self, at: usize, pixels: &mut [u8]) -> Result<(), Problem> {
        let found = self.get(at..).and_then(|rest| rest.get(..pixels.len()));
        pixels.copy_from_slice(found.ok_or(Problem::Unsupported("pixels that are not width times height"))?);
        Ok(())
    }
}

/// A decoded image in memory of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// Pixels of a row.
    pub width: usize,
    /// Rows of pixels.
    pub height: usize,
    /// Row by row, without gaps.
    pub pixels: Vec<u8>,
    depth: Depth,
}

impl Image {
    /// An image of no pixels yet.
    #[must_use]
    pub fn new(depth: Depth) -> Self {
        Self { width: 0, height: 0, pixels: Vec::new(), depth }
    }
}

impl PixelSink for Image {
    fn size(&mut self, width: usize, height: usize) -> Result<(), Problem> {
        (self.width, self.height) = (width, height);
        self.pixels.clear();
        let bytes = width.checked_mul(height).and_then(|count| count.checked_mul(self.depth.pixel_bytes()));
        self.pixels.try_reserve_exact(bytes.ok_or(Problem::TooLarge)?).map_err(|_| Problem::OutOfMemory)
    }

    fn rows(&mut self, first: usize, pixels: &[u8]) -> Result<(), Problem> {
        let row_bytes = self.width * self.depth.pixel_bytes();
        debug_assert_eq!(first * row_bytes, self.pixels.len(), "each row comes once, and in its order");
        debug_assert!(!pixels.is_empty() && pixels.len().is_multiple_of(row_bytes), "rows are whole");
        debug_assert!(self.pixels.len() + pixels.len() <= self.height * row_bytes, "there are no more rows than these");
        self.pixels.extend_from_slice(pixels);
        Ok(())
    }
}

/// Hands over all rows of an image at once.
///
/// # Errors
///
/// Those of the sink.
pub fn hand_over(sink: &mut dyn PixelSink, width: usize, height: usize, pixels: &[u8]) -> Result<(), Problem> {
    sink.size(width, height)?;
    sink.rows(0, pixels)
}

/// Bytes of a stripe, where that is enough for [`LEAST_ROWS`].
const BYTES: usize = 1 << 16;
/// Rows of a stripe, but for an image that has fewer; all stripes have a multiple of it. Turned by a quarter, so many pixels are a line
/// of the cache.
const LEAST_ROWS: usize = 16;

/// The rows of an image as they are made: those of a stripe are kept, and then handed over together.
pub(crate) struct Stripes<'a> {
    sink: &'a mut dyn PixelSink,
    room: &'a mut [u8],
    row_bytes: usize,
    /// The row of the image that is the first one of the stripe.
    first: usize,
    /// Rows of the stripe that are made.
    count: usize,
}

impl<'a> Stripes<'a> {
    /// Of an image whose pixels have so many bytes. `room` may hold anything, and is used again.
    pub(crate) fn new(
        (width, height): (usize, usize),
        pixel_bytes: usize,
        room: &'a mut Vec<u8>,
        sink: &'a mut dyn PixelSink,
    ) -> Result<Self, Problem> {
        let row_bytes = width * pixel_bytes;
        let rows = BYTES / row_bytes.max(1) / LEAST_ROWS * LEAST_ROWS;
        let room = reach(room, rows.max(LEAST_ROWS).min(height) * row_bytes)?;
        sink.size(width, height)?;
        Ok(Self { sink, room, row_bytes, first: 0, count: 0 })
    }

    /// The last row that was made, which is empty if there is none, and the place of the next one, which may hold anything.
    pub(crate) fn next(&mut self) -> Result<(&[u8], &mut [u8]), Problem> {
        if self.count * self.row_bytes == self.room.len() {
            self.flush()?;
        }
        let at = self.count * self.row_bytes;
        self.count += 1;
        if at > 0 {
            let (before, rest) = self.room.split_at_mut(at);
            return Ok((&before[at - self.row_bytes..], &mut rest[..self.row_bytes]));
        }
        // The last row of the stripe before is still there.
        let end = if self.first == 0 { self.room.len() } else { self.room.len() - self.row_bytes };
        let (rows, last) = self.room.split_at_mut(end);
        Ok((last, &mut rows[..self.row_bytes]))
    }

    fn flush(&mut self) -> Result<(), Problem> {
        if self.count > 0 {
            self.sink.rows(self.first, &self.room[..self.count * self.row_bytes])?;
            (self.first, self.count) = (self.first + self.count, 0);
        }
        Ok(())
    }

    /// Hands over what is left, once all rows are made.
    pub(crate) fn finish(mut self) -> Result<(), Problem> {
        self.flush()
    }
}
