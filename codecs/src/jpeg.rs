//! JPEG files (ITU-T T.81 | ISO/IEC 10918-1, JFIF), with the arithmetic of libjpeg-turbo.
//!
//! [`decode()`] gives the pixels, and [`encode()`] writes the file, of libjpeg-turbo 2.1 with the same settings, byte for byte: its
//! fixed-point colour conversion, its accurate integer transform ("islow"), its ways to make chroma smaller and larger again, its
//! way to build Huffman tables.
//!
//! | part | holds |
//! | --- | --- |
//! | `tables` | the zigzag order, and the tables of the standard's annex K |
//! | `grid` | how an image is cut into blocks |
//! | `decode` | a file to pixels |
//! | `encode` | pixels to a file |

mod decode;
mod encode;
mod grid;
#[cfg(target_arch = "wasm32")]
mod simd128;
mod tables;

use crate::{DecodeRequest, Depth, EncodeRequest, FULL_CHROMA, Format, OPTIMIZED, PROGRESSIVE};
use crate::{PixelSink, PixelSource, Problem};

pub use decode::{Color, DecodeOptions, Decoded, Header, IccChunk, Scale, decode, decode_rows, read_header};
pub use encode::{Chroma, EncodeOptions, GrayPolicy, MAX_SIDE, Segment, encode, encode_rows};

/// JPEG as a [`Format`]: 8 bits, opaque.
#[derive(Debug)]
pub struct Jpeg;

impl Format for Jpeg {
    fn decode(
        file: &[u8],
        request: &DecodeRequest,
        room: &mut Vec<u8>,
        sink: &mut dyn PixelSink,
    ) -> Result<(), Problem> {
        if request.depth != Depth::Eight {
            return Err(Problem::Unsupported("16 bits"));
        }
        let scale = match request.shrink {
            2 => Scale::Half,
            4 => Scale::Quarter,
            8 => Scale::Eighth,
            _ => Scale::Full,
        };
        let DecodeRequest { most_bytes, inks, .. } = *request;
        let options = DecodeOptions { scale, most_pixels: usize::MAX, most_bytes, inks, ..Default::default() };
        match decode_rows(file, &options, room, sink)? {
            Some(damage) => Err(damage),
            None => Ok(()),
        }
    }

    fn encode(
        request: &EncodeRequest,
        source: &mut dyn PixelSource,
        room: &mut Vec<u8>,
        file: &mut Vec<u8>,
    ) -> Result<(), Problem> {
        let EncodeRequest { width, height, depth, quality, flags, background } = *request;
        if depth != Depth::Eight {
            return Err(Problem::Unsupported("16 bits"));
        }
        let (Ok(width), Ok(height)) = (u32::try_from(width), u32::try_from(height)) else {
            return Err(Problem::TooLarge);
        };
        let options = EncodeOptions {
            quality,
            chroma: if flags & FULL_CHROMA != 0 { Chroma::C444 } else { Chroma::C420 },
            progressive: flags & PROGRESSIVE != 0,
            optimize: flags & OPTIMIZED != 0,
            background,
            ..Default::default()
        };
        encode_rows(source, (width, height), &options, &[], room, file)
    }
}
