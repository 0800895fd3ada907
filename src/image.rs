//! Pixels: a layout (a size and a format), rows of bytes, and what a neighbourhood sees beyond the edge.
//!
//! Straight (not premultiplied) alpha, colour values sRGB-encoded, rows from top to bottom. Refuses empty images and
//! such as cannot be addressed. Knows nothing of filters or threads.

mod border;
mod format;
mod interpolation;

use crate::error::{Class, Code, Error};
use std::any::Any;
use std::fmt::{Debug, Formatter};
use std::ops::Range;
use std::sync::{Arc, OnceLock};

pub use border::Border;
pub use format::{Channels, Format, Sample};
pub use interpolation::Interpolation;

/// Numbers of an RGBA pixel: what the byte kernels are written for. Whatever else has to do with images asks a [`Format`].
pub const CHANNELS: usize = 4;

/// Width and height in pixels, both at least 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Size {
    width: usize,
    height: usize,
}

impl Size {
    /// Checks and makes a size.
    ///
    /// # Errors
    /// `invalid-image` where one of the sides is 0.
    pub fn new(width: usize, height: usize) -> Result<Self, Error> {
        if width == 0 || height == 0 {
            return Err(Error::new(
                Code::InvalidImage,
                Class::Range,
                format!("the image is empty: {width} × {height} pixels; both sides must be at least 1"),
            ));
        }
        Ok(Self { width, height })
    }

    /// The size with other sides: one that is not given follows from the shape, and of none given both stay.
    ///
    /// # Errors
    /// As [`Size::new`].
    pub fn with_sides(self, width: Option<usize>, height: Option<usize>) -> Result<Self, Error> {
        let (width, height) = match (width, height) {
            (None, None) => (self.width, self.height),
            (Some(width), None) => (width, followed(self.height, self.width, width)),
            (None, Some(height)) => (followed(self.width, self.height, height), height),
            (Some(width), Some(height)) => (width, height),
        };
        Self::new(width, height)
    }

    /// Pixels in a row.
    #[must_use]
    pub fn width(self) -> usize {
        self.width
    }

    /// Rows.
    #[must_use]
    pub fn height(self) -> usize {
        self.height
    }
}

/// How long a side becomes where the other one becomes so long, and the shape stays: at least 1.
#[must_use]
pub fn followed(side: usize, other: usize, to: usize) -> usize {
    // In 64 bits: on wasm's 32 the product of large sides would wrap round.
    let [side, other, to] = [side, other, to].map(|side| side as u64);
    usize::try_from((2 * side * to + other) / (2 * other)).unwrap_or(usize::MAX).max(1)
}

/// How an image lies in memory: its size and its format. Its bytes can be addressed in wasm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Layout {
    size: Size,
    format: Format,
}

impl Layout {
    /// The most bytes one image may have: what a 32-bit memory can hold beside a copy of itself.
    pub const MAX_BYTES: usize = 1 << 30;

    /// Checks and makes a layout.
    ///
    /// # Errors
    /// `too-large` past [`Layout::MAX_BYTES`].
    pub fn new(size: Size, format: Format) -> Result<Self, Error> {
        let bytes = size.width.checked_mul(size.height).and_then(|pixels| pixels.checked_mul(format.bytes()));
        if bytes.is_none_or(|bytes| bytes > Self::MAX_BYTES) {
            return Err(Error::runtime(
                Code::TooLarge,
                format!(
                    "the image is too large: {} × {} pixels; at most {} fit",
                    size.width,
                    size.height,
                    Self::MAX_BYTES / format.bytes()
                ),
            ));
        }
        Ok(Self { size, format })
    }

    /// The layout of `width × height` pixels of four bytes.
    ///
    /// # Errors
    /// As [`Size::new`] and [`Layout::new`].
    pub fn rgba8(width: usize, height: usize) -> Result<Self, Error> {
        Self::new(Size::new(width, height)?, Format::RGBA8)
    }

    /// The same with another size.
    ///
    /// # Errors
    /// As [`Layout::new`].
    pub fn with_size(self, size: Size) -> Result<Self, Error> {
        Self::new(size, self.format)
    }

    /// The same with other channels.
    #[must_use]
    pub fn with_channels(self, channels: Channels) -> Self {
        Self { format: Format { channels, ..self.format }, ..self }
    }

    /// Whether alpha is full in every pixel, whatever the pixels are.
    #[must_use]
    pub fn is_opaque(self) -> bool {
        self.format.channels.is_opaque()
    }

    /// Width and height.
    #[must_use]
    pub fn size(self) -> Size {
        self.size
    }

    /// What a pixel is stored as.
    #[must_use]
    pub fn format(self) -> Format {
        self.format
    }

    /// Pixels in a row.
    #[must_use]
    pub fn width(self) -> usize {
        self.size.width
    }

    /// Rows.
    #[must_use]
    pub fn height(self) -> usize {
        self.size.height
    }

    /// Bytes of a row.
    #[must_use]
    pub fn stride(self) -> usize {
        self.width() * self.format.bytes()
    }

    /// Bytes in all.
    #[must_use]
    pub fn bytes(self) -> usize {
        self.stride() * self.height()
    }
}

/// An image that owns its pixels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    layout: Layout,
    data: Vec<u8>,
    derived: Derived,
}

/// What has been worked out of an image's pixels. It follows from them, so it makes no difference between images.
#[derive(Default)]
struct Derived(OnceLock<Arc<dyn Any + Send + Sync>>);

impl Clone for Derived {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for Derived {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Derived {}

impl Debug for Derived {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str("Derived")
    }
}

impl Image {
    /// An image of `width × height` RGBA pixels.
    ///
    /// # Errors
    /// As [`Layout::rgba8`], and `invalid-image` when the data's length is not `width × height × 4`.
    pub fn new(width: usize, height: usize, data: Vec<u8>) -> Result<Self, Error> {
        let layout = Layout::rgba8(width, height)?;
        if data.len() != layout.bytes() {
            return Err(Error::new(
                Code::InvalidImage,
                Class::Range,
                format!("{width} × {height} RGBA pixels need {} bytes, got {}", layout.bytes(), data.len()),
            ));
        }
        Ok(Self { layout, data, derived: Derived::default() })
    }

    /// An image of any layout.
    ///
    /// # Errors
    /// `invalid-image` when the data's length is not that of the layout.
    pub fn of(layout: Layout, data: Vec<u8>) -> Result<Self, Error> {
        if data.len() != layout.bytes() {
            let message = format!("the image needs {} bytes, got {}", layout.bytes(), data.len());
            return Err(Error::new(Code::InvalidImage, Class::Range, message));
        }
        Ok(Self { layout, data, derived: Derived::default() })
    }

    /// Its size and format.
    #[must_use]
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// Its bytes.
    #[must_use]
    pub fn data(&self) -> &[u8] {
        &self.data
    }

    /// Its bytes, to be filled in.
    pub fn data_mut(&mut self) -> &mut [u8] {
        self.derived = Derived::default();
        &mut self.data
    }

    /// What a function makes of the image, which is kept as long as that: the function runs once, however many ask. One such thing
    /// is kept; of an image that several want different things of, those of the others are made each time.
    pub fn derived<T: Any + Send + Sync>(&self, make: fn(&Self) -> T) -> Arc<T> {
        let kept = Arc::clone(self.derived.0.get_or_init(|| Arc::new(make(self))));
        kept.downcast().unwrap_or_else(|_| Arc::new(make(self)))
    }

    /// Its bytes, given away.
    #[must_use]
    pub fn into_data(self) -> Vec<u8> {
        self.data
    }
}

/// Rows of an image that a neighbourhood may read: all of them, or a strip with its halo.
#[derive(Debug, Clone, Copy)]
pub struct Rows<'a> {
    layout: Layout,
    first: usize,
    data: &'a [u8],
}

impl<'a> Rows<'a> {
    /// The rows of an image of this layout from row `first` on, as many as `data` holds.
    #[must_use]
    pub fn new(layout: Layout, first: usize, data: &'a [u8]) -> Self {
        debug_assert_eq!(data.len() % layout.stride(), 0, "whole rows");
        Self { layout, first, data }
    }

    /// Layout of the whole image, not of the strip.
    #[must_use]
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// The bytes of row `y` of the image. It must lie in the strip.
    #[must_use]
    pub fn row(&self, y: usize) -> &'a [u8] {
        let stride = self.layout.stride();
        let start = (y - self.first) * stride;
        &self.data[start..start + stride]
    }

    /// The bytes of several rows in one slice.
    #[must_use]
    pub fn span(&self, rows: Range<usize>) -> &'a [u8] {
        let stride = self.layout.stride();
        &self.data[(rows.start - self.first) * stride..(rows.end - self.first) * stride]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_from_pixels_is_kept_until_they_change() {
        let mut image = Image::new(1, 2, vec![7; 8]).expect("as many bytes");
        let sum = |image: &Image| image.data().iter().map(|byte| u32::from(*byte)).sum::<u32>();
        let first = image.derived(sum);
        assert!(*first == 56 && Arc::ptr_eq(&first, &image.derived(sum)));
        assert_eq!(*image.derived(|image| image.data().len()), 8, "another thing");
        assert!(image == image.clone() && !Arc::ptr_eq(&first, &image.clone().derived(sum)));
        image.data_mut()[0] = 0;
        assert_eq!(*image.derived(sum), 49);
    }

    #[test]
    fn empty_and_oversized_images_are_refused() {
        assert_eq!(Size::new(0, 3).unwrap_err().code, Code::InvalidImage);
        assert_eq!(Size::new(3, 0).unwrap_err().code, Code::InvalidImage);
        assert_eq!(Layout::rgba8(1 << 20, 1 << 20).unwrap_err().code, Code::TooLarge);
        assert_eq!(Layout::rgba8(usize::MAX, 2).unwrap_err().code, Code::TooLarge);
        assert_eq!(Layout::rgba8(1 << 14, 1 << 14).map(Layout::bytes), Ok(Layout::MAX_BYTES));
        assert_eq!(Image::new(2, 2, vec![0; 15]).unwrap_err().code, Code::InvalidImage);
    }
}
