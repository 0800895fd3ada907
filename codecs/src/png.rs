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

use crate::{DecodeRequest, Depth, EncodeRequest, Format, Problem, bytes_within, reach};

/// No number of the format is larger: not a side, and not the length of a chunk.
const MOST: usize = 0x7FFF_FFFF;

/// PNG as a [`Format`]: 8 or 16 bits, with alpha.
#[derive(Debug)]
pub struct Png;

impl Format for Png {
    fn decode(file: &[u8], request: &DecodeRequest, pixels: &mut Vec<u8>) -> Result<(usize, usize), Problem> {
        let header = decode::read_header(file)?;
        let (width, height) = (header.width, header.height);
        let bytes = bytes_within(width, height, request)?;
        let contents = decode::read_chunks(file, header)?;
        let most_bytes = request.most_bytes - bytes;
        let pixels = reach(pixels, bytes)?;
        match request.depth {
            Depth::Eight => decode::decode(&contents, pixels.as_chunks_mut::<4>().0, most_bytes)?,
            Depth::Sixteen => decode::decode(&contents, pixels.as_chunks_mut::<8>().0, most_bytes)?,
        }
        Ok((width, height))
    }

    fn encode(pixels: &[u8], request: &EncodeRequest, file: &mut Vec<u8>) -> Result<(), Problem> {
        encode::encode(pixels, request, file)
    }
}

fn zeros<Number: Clone + Default>(length: usize) -> Result<Vec<Number>, Problem> {
    let mut numbers = Vec::new();
    numbers.try_reserve_exact(length).map_err(|_| Problem::OutOfMemory)?;
    numbers.resize(length, Number::default());
    Ok(numbers)
}
