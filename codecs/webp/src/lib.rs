//! WebP files (RFC 9649), by the crate `image-webp`.
//!
//! [`WebP`] decodes lossy and lossless pictures, with alpha or without, to the pixels of libwebp, byte for byte. Of an animation it
//! decodes the first frame and looks at nothing behind it. Where that frame does not cover the picture, pixels are transparent black:
//! the background colour that the file proposes is not used, as browsers do not use it. The frame is laid over nothing, so it keeps its
//! pixels, with the colours under an alpha of 0.
//!
//! It writes lossless files, which keep the colours under an alpha of 0 too.

mod container;

use container::{Picture, Place, first_picture};
use image_webp::{ColorType, DecodingError, EncodingError, WebPDecoder, WebPEncoder};
use pixelpool_codecs::{DecodeRequest, Depth, EncodeRequest, Format, PixelSink, PixelSource, Problem};
use pixelpool_codecs::{add_alpha, bytes_within, hand_over, reach, widen};
use std::io::Cursor;

/// The most pixels of a row, and rows, that libwebp writes.
pub const MAX_SIDE: usize = 16_383;

/// WebP as a [`Format`]: decodes 8 bits, and encodes them without loss.
#[derive(Debug)]
pub struct WebP;

impl Format for WebP {
    fn decode(
        file: &[u8],
        request: &DecodeRequest,
        room: &mut Vec<u8>,
        sink: &mut dyn PixelSink,
    ) -> Result<(), Problem> {
        let picture = first_picture(file)?;
        let (width, height) = picture.canvas;
        let bytes = bytes_within(width, height, request)?;
        let needed = picture.needs();
        if needed > (request.most_bytes - bytes) as u64 {
            return Err(Problem::TooLarge);
        }
        let pixels = reach(room, bytes)?;
        has_memory(needed as usize)?;
        let canvas = &mut pixels[..4 * width * height];
        picture.decode(file, &mut canvas[..4 * picture.place.width * picture.place.height])?;
        lay(canvas, width, picture.place);
        if request.depth == Depth::Sixteen {
            widen(pixels);
        }
        hand_over(sink, width, height, pixels)
    }

    fn encode(
        request: &EncodeRequest,
        source: &mut dyn PixelSource,
        room: &mut Vec<u8>,
        file: &mut Vec<u8>,
    ) -> Result<(), Problem> {
        let EncodeRequest { width, height, depth, .. } = *request;
        if depth != Depth::Eight {
            return Err(Problem::Unsupported("16 bits"));
        }
        if width > MAX_SIDE || height > MAX_SIDE {
            return Err(Problem::TooLarge);
        }
        let pixels = reach(room, 4 * width * height)?;
        source.read(0, pixels)?;
        // The encoder works on a copy.
        has_memory(pixels.len())?;
        file.clear();
        let encoder = WebPEncoder::new(&mut *file);
        encoder.encode(pixels, width as u32, height as u32, ColorType::Rgba8).map_err(|error| match error {
            EncodingError::InvalidDimensions => Problem::Unsupported("an image without pixels"),
            _ => Problem::OutOfMemory,
        })?;
        if pixels.as_chunks::<4>().0.iter().fold(255, |all, pixel| all & pixel[3]) == 255 {
            // An alpha that never changes takes no bits. What is left to say is that there is none.
            file[ALPHA_FLAG.0] &= !ALPHA_FLAG.1;
        }
        Ok(())
    }
}

/// Where a lossless file says that it has alpha: the byte, and the bit of it.
const ALPHA_FLAG: (usize, u8) = (24, 1 << 4);

/// Makes sure that memory can be had for what the crate allocates, since it cannot fail there.
fn has_memory(bytes: usize) -> Result<(), Problem> {
    Vec::<u8>::new().try_reserve_exact(bytes).map_err(|_| Problem::OutOfMemory)
}

impl Picture {
    /// Bytes that decoding takes beside the pixels. Two things are not counted. A lossless stream says late how many Huffman tables it has:
    /// those of libwebp's files take about three times the file, which is counted as it is for a lossy one. And for a part of a lossy
    /// stream that is said to be longer than the file, the crate takes up to 16 MiB before it finds out.
    fn needs(&self) -> u64 {
        let [width, height] = [self.place.width, self.place.height].map(|side| side as u64);
        let pixels = width * height;
        // The stream is copied, and a lossy one is then cut into partitions, which are copied twice.
        let of_file = 4 * self.stream.len() as u64 + self.alpha.as_ref().map_or(0, ExactSizeIterator::len) as u64;
        if self.is_lossless {
            // At most three images with a pixel for each block of four by four: predictors, colours, Huffman codes.
            return of_file + pixels;
        }
        let blocks = width.div_ceil(16) * height.div_ceil(16);
        // Brightness, and chroma of a half of the size; and alpha, decoded as a lossless picture and then as a plane.
        of_file + 384 * blocks + if self.has_alpha { 5 * pixels } else { 0 }
    }

    /// Decodes it to pixels of 8 bits.
    fn decode(&self, file: &[u8], pixels: &mut [u8]) -> Result<(), Problem> {
        // The crate decodes a lossless picture to RGBA in any case, and copies it where it is asked for RGB.
        let is_rgba = self.is_lossless || self.has_alpha;
        let mut reader = Cursor::new(self.alone(file, is_rgba)?);
        let output = if is_rgba { &mut *pixels } else { &mut pixels[..3 * self.place.width * self.place.height] };
        let result = WebPDecoder::new(&mut reader).and_then(|mut decoder| decoder.read_image(output));
        result.map_err(|error| problem(&error, self.place_in_file(reader.position() as usize)))?;
        if !is_rgba {
            add_alpha(pixels);
        } else if !self.has_alpha {
            pixels.as_chunks_mut::<4>().0.iter_mut().for_each(|pixel| pixel[3] = 255);
        }
        Ok(())
    }

    /// A file of this picture alone: so nothing else that is in the file, or is broken there, matters to the crate.
    fn alone(&self, file: &[u8], is_rgba: bool) -> Result<Vec<u8>, Problem> {
        let stream = &file[self.stream.clone()];
        let alpha = match &self.alpha {
            Some(range) => file.get(range.clone()).ok_or(Problem::Truncated { at: file.len() })?,
            None => &[],
        };
        let mut alone = Vec::new();
        alone.try_reserve_exact(ALPHA_START + alpha.len() + 16 + stream.len()).map_err(|_| Problem::OutOfMemory)?;
        alone.extend_from_slice(b"RIFF\0\0\0\0WEBP");
        let [width, height] = [self.place.width, self.place.height].map(|side| (side as u32 - 1).to_le_bytes());
        let head =
            [if is_rgba { 0x10 } else { 0 }, 0, 0, 0, width[0], width[1], width[2], height[0], height[1], height[2]];
        push_chunk(&mut alone, b"VP8X", &head);
        if self.alpha.is_some() {
            push_chunk(&mut alone, b"ALPH", alpha);
        }
        push_chunk(&mut alone, if self.is_lossless { b"VP8L" } else { b"VP8 " }, stream);
        let length = alone.len() as u32 - 8;
        alone[4..8].copy_from_slice(&length.to_le_bytes());
        Ok(alone)
    }

    /// Where in the file the byte is that stands at this place in [`Self::alone`].
    fn place_in_file(&self, place: usize) -> usize {
        let behind_alpha = match &self.alpha {
            Some(alpha) => ALPHA_START + alpha.len().next_multiple_of(2),
            None => ALPHA_START - 8,
        };
        match &self.alpha {
            Some(alpha) if place < behind_alpha => (alpha.start + place.saturating_sub(ALPHA_START)).min(alpha.end),
            _ => (self.stream.start + place.saturating_sub(behind_alpha + 8)).min(self.stream.end),
        }
    }
}

/// Where the alpha begins in a file of a picture alone: behind the heads of the file, of the extended head, and of its own chunk.
const ALPHA_START: usize = 12 + 18 + 8;

fn push_chunk(file: &mut Vec<u8>, name: &[u8; 4], data: &[u8]) {
    file.extend_from_slice(name);
    file.extend_from_slice(&(data.len() as u32).to_le_bytes());
    file.extend_from_slice(data);
    if data.len() % 2 == 1 {
        file.push(0);
    }
}

/// What the crate says, in our words.
fn problem(error: &DecodingError, at: usize) -> Problem {
    let what = match error {
        DecodingError::IoError(_) | DecodingError::NotEnoughInitData => "the data end before the picture is complete",
        DecodingError::BitStreamError => "the data are no picture, or end before it is complete",
        DecodingError::HuffmanError => "a Huffman code that cannot be",
        DecodingError::TransformError => "a transform occurs twice",
        DecodingError::InvalidColorCacheBits(_) => "a color cache of a size that cannot be",
        DecodingError::InvalidAlphaPreprocessing | DecodingError::InvalidCompressionMethod => {
            "alpha in an unknown form"
        }
        DecodingError::ColorSpaceInvalid(_) => return Problem::Unsupported("the color space of a lossy picture"),
        DecodingError::UnsupportedFeature(_) => return Problem::Unsupported("a part of lossy pictures"),
        DecodingError::ImageTooLarge | DecodingError::MemoryLimitExceeded => return Problem::TooLarge,
        _ => "the data are no picture",
    };
    Problem::Damaged { at, what }
}

/// Moves the rows of a picture from the beginning of a canvas to their place on it, and clears what they do not cover.
fn lay(canvas: &mut [u8], canvas_width: usize, place: Place) {
    let Place { x, y, width, height } = place;
    // From the last row back: none is moved to where one lies that is still to be moved.
    let mut clear_to = canvas.len();
    for row in (0..height).rev() {
        let (from, to) = (4 * row * width, 4 * ((y + row) * canvas_width + x));
        if from != to {
            canvas.copy_within(from..from + 4 * width, to);
        }
        canvas[to + 4 * width..clear_to].fill(0);
        clear_to = to;
    }
    canvas[..clear_to].fill(0);
}
