//! What every format does, so that all modules have the same exports.

use crate::{PixelSink, PixelSource, Problem};

/// Bits of each number of a pixel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Bytes: white is 255.
    Eight,
    /// 16 bits, little-endian: white is 65,535.
    Sixteen,
}

impl Depth {
    /// Bytes of a pixel of red, green, blue and alpha.
    #[must_use]
    pub fn pixel_bytes(self) -> usize {
        match self {
            Self::Eight => 4,
            Self::Sixteen => 8,
        }
    }
}

/// What is wanted of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DecodeRequest {
    /// 1, or a half, a quarter or an eighth of its size by 2, 4 or 8, where the format can decode so; others ignore it.
    pub shrink: u32,
    /// Of the pixels. What has more bits is rounded, what has fewer is spread over the whole range.
    pub depth: Depth,
    /// The bytes that decoding may take: all pixels of the result counted, wherever they are held, and the file not.
    pub most_bytes: usize,
    /// Whether files of four inks give them as they are, for [`color`](crate::color) to convert, instead of red, green, blue and alpha:
    /// cyan, magenta, yellow and black, 0 for no ink and 255 for all of it. It is nothing to other files.
    pub inks: bool,
}

/// How pixels are written; what a format does not have it ignores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EncodeRequest {
    /// Pixels of a row.
    pub width: usize,
    /// Rows of pixels.
    pub height: usize,
    /// Of the pixels.
    pub depth: Depth,
    /// From 1, the smallest file, to 100.
    pub quality: u8,
    /// Sums of the constants below.
    pub flags: u32,
    /// What pixels that are not opaque are laid over, where a format has no alpha.
    pub background: [u8; 3],
}

/// A flag of [`EncodeRequest`]: the file shows all of the image early, and then better and better.
pub const PROGRESSIVE: u32 = 1;
/// A flag of [`EncodeRequest`]: it takes longer to make the file smaller, and loses nothing by that.
pub const OPTIMIZED: u32 = 2;
/// A flag of [`EncodeRequest`]: colours have the resolution of the image.
pub const FULL_CHROMA: u32 = 4;

/// A format of files. Pixels are red, green, blue and straight alpha, row by row, without gaps.
pub trait Format {
    /// Decodes the first frame of a file, as it is stored. `room` holds some of its rows on their way, or all; it may hold anything, and
    /// is used again.
    ///
    /// # Errors
    ///
    /// Why it cannot: a file that is damaged or cut off is an error, whatever could be decoded of it and was handed over. And those of
    /// the sink.
    fn decode(
        file: &[u8],
        request: &DecodeRequest,
        room: &mut Vec<u8>,
        sink: &mut dyn PixelSink,
    ) -> Result<(), Problem>;

    /// Writes a file, in the place of what is in `file`. The same pixels and the same request give the same bytes. `room` is as above.
    ///
    /// # Errors
    ///
    /// Why it cannot, and those of the source.
    fn encode(
        request: &EncodeRequest,
        source: &mut dyn PixelSource,
        room: &mut Vec<u8>,
        file: &mut Vec<u8>,
    ) -> Result<(), Problem>;
}

/// The bytes of an image of this size, where decoding may take so many.
///
/// # Errors
///
/// [`Problem::TooLarge`] where it may not.
pub fn bytes_within(width: usize, height: usize, request: &DecodeRequest) -> Result<usize, Problem> {
    let bytes = width.checked_mul(height).and_then(|pixels| pixels.checked_mul(request.depth.pixel_bytes()));
    bytes.filter(|bytes| *bytes <= request.most_bytes).ok_or(Problem::TooLarge)
}

/// Makes a buffer at least so long, and gives so many bytes of it, which may hold anything: a buffer that is used again is not
/// cleared.
///
/// # Errors
///
/// [`Problem::OutOfMemory`].
pub fn reach(buffer: &mut Vec<u8>, length: usize) -> Result<&mut [u8], Problem> {
    if buffer.len() < length {
        // What is in it need not be copied.
        buffer.clear();
        buffer.try_reserve_exact(length).map_err(|_| Problem::OutOfMemory)?;
        buffer.resize(length, 0);
    }
    Ok(&mut buffer[..length])
}

/// Spreads the bytes in the first half of a buffer over 16 bits, little-endian, so that 255 becomes 65,535.
pub fn widen(pixels: &mut [u8]) {
    // From the end: each number is read before another is written over it.
    for at in (0..pixels.len() / 2).rev() {
        let level = pixels[at];
        pixels[2 * at..2 * at + 2].copy_from_slice(&[level, level]);
    }
}

/// Makes opaque pixels of the RGB in the first three quarters of a buffer, in place.
pub fn add_alpha(pixels: &mut [u8]) {
    for pixel in (0..pixels.len() / 4).rev() {
        let [red, green, blue] = [0, 1, 2].map(|channel| pixels[3 * pixel + channel]);
        pixels[4 * pixel..4 * pixel + 4].copy_from_slice(&[red, green, blue, 255]);
    }
}
