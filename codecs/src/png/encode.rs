//! Encoding: pixels to files.
//!
//! | part | holds |
//! | --- | --- |
//! | `colors` | which of the format's colour types holds the pixels without loss, and their bytes in it |
//! | `filters` | rows as differences; `lanes`: sixteen bytes at a time |
//! | `deflate` | bytes packed (RFC 1950) |
//! | `matches` | what of them occurs again |
//! | `block`, `huffman`, `bits` | how that is written (RFC 1951) |

mod bits;
mod block;
mod colors;
mod deflate;
mod filters;
mod huffman;
mod lanes;
mod matches;

use super::MOST;
use super::crc::crc;
use crate::{EncodeRequest, OPTIMIZED, PixelSource, Problem, reach};
use colors::{Kind, Palette};
use deflate::Deflater;
use filters::{Choice, Rows};
use matches::Search;

/// Writes the file in the place of what is in `file`. All pixels are held in `room`: they are looked at more than once.
///
/// # Errors
///
/// A size that the format does not have, no memory, or those of the source.
pub(super) fn encode(
    request: &EncodeRequest,
    source: &mut dyn PixelSource,
    room: &mut Vec<u8>,
    file: &mut Vec<u8>,
) -> Result<(), Problem> {
    let EncodeRequest { width, height, depth, flags, .. } = *request;
    file.clear();
    if width == 0 || height == 0 {
        return Err(Problem::Unsupported("an image without pixels"));
    }
    if width > MOST || height > MOST {
        return Err(Problem::TooLarge);
    }
    let bytes = width.checked_mul(height).and_then(|count| count.checked_mul(depth.pixel_bytes()));
    let pixels = reach(room, bytes.ok_or(Problem::OutOfMemory)?)?;
    source.read(0, pixels)?;
    let pixels = &*pixels;
    let kind = Kind::of(pixels, depth);
    let row_bytes = width * depth.pixel_bytes();
    let write = |kind: &Kind, choice, search, file: &mut Vec<u8>| write(pixels, row_bytes, kind, choice, search, file);
    let is_drawn = colors::is_drawn(pixels, row_bytes, depth);
    if flags & OPTIMIZED == 0 {
        let choice = if is_drawn { Choice::None } else { Choice::Estimated };
        return write(&kind, choice, Search::Quick, file);
    }
    // The smallest of what may be the smallest.
    write(&kind, Choice::Counted, Search::Thorough, file)?;
    let palette = Palette::of(pixels, depth).map(Kind::Palette);
    let others = [palette, is_drawn.then_some(kind)];
    let mut other = Vec::new();
    for kind in others.iter().flatten() {
        write(kind, Choice::None, Search::Thorough, &mut other)?;
        if other.len() < file.len() {
            std::mem::swap(file, &mut other);
        }
    }
    Ok(())
}

/// Writes a file of one kind of pixels.
fn write(
    pixels: &[u8],
    row_bytes: usize,
    kind: &Kind,
    choice: Choice,
    search: Search,
    file: &mut Vec<u8>,
) -> Result<(), Problem> {
    let width = row_bytes / kind.depth_of_pixels().pixel_bytes();
    let height = pixels.len() / row_bytes;
    file.clear();
    append(file, b"\x89PNG\r\n\x1a\n")?;
    let side = |side: usize| (side as u32).to_be_bytes();
    let [a, b, c, d] = side(width);
    let [e, f, g, h] = side(height);
    chunk(file, *b"IHDR", &[a, b, c, d, e, f, g, h, kind.depth(), kind.color_type(), 0, 0, 0])?;
    if let Kind::Palette(palette) = kind {
        chunk(file, *b"PLTE", &palette.colors())?;
        let alphas = palette.alphas();
        if !alphas.is_empty() {
            chunk(file, *b"tRNS", &alphas)?;
        }
    }
    let start = file.len();
    append(file, b"\0\0\0\0IDAT")?;
    let mut rows = Rows::new(kind.row_bytes(width), kind.bytes_across(), choice)?;
    let mut deflater = Deflater::new(file, search)?;
    for pixels in pixels.chunks_exact(row_bytes) {
        kind.pack(pixels, rows.next());
        let (filter, row) = rows.filtered();
        deflater.write(&[filter])?;
        deflater.write(row)?;
    }
    deflater.finish()?;
    let data = file.get(start + 8..).unwrap_or_default();
    let length = u32::try_from(data.len()).ok().filter(|length| *length as usize <= MOST).ok_or(Problem::TooLarge)?;
    let checksum = crc(*b"IDAT", data);
    file[start..start + 4].copy_from_slice(&length.to_be_bytes());
    append(file, &checksum.to_be_bytes())?;
    chunk(file, *b"IEND", &[])
}

fn append(file: &mut Vec<u8>, bytes: &[u8]) -> Result<(), Problem> {
    file.try_reserve(bytes.len()).map_err(|_| Problem::OutOfMemory)?;
    file.extend_from_slice(bytes);
    Ok(())
}

fn chunk(file: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) -> Result<(), Problem> {
    append(file, &(data.len() as u32).to_be_bytes())?;
    append(file, &kind)?;
    append(file, data)?;
    append(file, &crc(kind, data).to_be_bytes())
}
