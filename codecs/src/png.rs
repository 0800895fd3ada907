//! PNG files (ISO/IEC 15948, third edition), without loss in both directions.
//!
//! Of an animation the default image is decoded: that of `IDAT`, which decoders that know no animations show. HTML asks the same of
//! `createImageBitmap`. `gAMA`, `cHRM`, profiles, texts and all other chunks that may be left out are not read.
//!
//! | part | holds |
//! | --- | --- |
//! | `crc` | the checksum of chunks |
//! | `decode` | a file to pixels |
//! | `encode` | pixels to a file |

mod crc;
mod decode;
mod encode;

use crate::{DecodeRequest, Depth, EncodeRequest, Format, PixelSink, PixelSource, Problem, bytes_within};

/// No number of the format is larger: not a side, and not the length of a chunk.
const MOST: usize = 0x7FFF_FFFF;

/// PNG as a [`Format`]: 8 or 16 bits, with alpha.
#[derive(Debug)]
pub struct Png;

impl Format for Png {
    fn decode(
        file: &[u8],
        request: &DecodeRequest,
        room: &mut Vec<u8>,
        sink: &mut dyn PixelSink,
    ) -> Result<(), Problem> {
        let header = decode::read_header(file)?;
        let bytes = bytes_within(header.width, header.height, request)?;
        let contents = decode::read_chunks(file, header)?;
        let most_bytes = request.most_bytes - bytes;
        match request.depth {
            Depth::Eight => decode::decode::<4>(&contents, most_bytes, room, sink),
            Depth::Sixteen => decode::decode::<8>(&contents, most_bytes, room, sink),
        }
    }

    fn encode(
        request: &EncodeRequest,
        source: &mut dyn PixelSource,
        room: &mut Vec<u8>,
        file: &mut Vec<u8>,
    ) -> Result<(), Problem> {
        encode::encode(request, source, room, file)
    }
}

fn zeros<Number: Clone + Default>(length: usize) -> Result<Vec<Number>, Problem> {
    let mut numbers = Vec::new();
    numbers.try_reserve_exact(length).map_err(|_| Problem::OutOfMemory)?;
    numbers.resize(length, Number::default());
    Ok(numbers)
}
