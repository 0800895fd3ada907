//! Decoding: files to pixels.
//!
//! | part | holds |
//! | --- | --- |
//! | `chunks` | what a file consists of, checked before anything is decoded |
//! | `inflate` | rows as they were packed |
//! | `unfilter` | the bytes of a row from their differences |
//! | `expand` | pixels from the bytes of a row |

mod chunks;
mod expand;
mod inflate;
mod unfilter;

pub(super) use chunks::{Contents, Header, read_chunks, read_header};

use super::zeros;
use crate::Problem;
use chunks::Color;
use expand::Expander;
use inflate::Inflater;
use unfilter::{unfilter, unfilter_rgb};

/// The passes of an interlaced image: the first column and row of each, and the steps to the next ones. Adam7 is the only way.
const PASSES: [[usize; 4]; 7] =
    [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]];

/// Decodes to pixels of `BYTES` bytes: four for 8 bits, eight for 16. What is needed beside them may take `most_bytes`.
///
/// # Errors
///
/// Why it cannot.
pub(super) fn decode<const BYTES: usize>(
    contents: &Contents,
    pixels: &mut [[u8; BYTES]],
    most_bytes: usize,
) -> Result<(), Problem> {
    let header = &contents.header;
    let row_bytes = header.row_bytes(header.width).ok_or(Problem::TooLarge)?;
    // A row of pixels is the largest of the rows that are held; the inflater holds one as it is packed.
    let longest = row_bytes.max(header.width.saturating_mul(4));
    if inflate::bytes_for(row_bytes).saturating_add(longest.saturating_mul(2)) > most_bytes {
        return Err(Problem::TooLarge);
    }
    let mut inflater = Inflater::new(contents, row_bytes)?;
    let is_direct = BYTES == 4 && header.depth == 8 && matches!(header.color, Color::Rgb | Color::Rgba);
    if is_direct && !header.is_interlaced {
        decode_in_place(contents, &mut inflater, pixels.as_flattened_mut())?;
    } else {
        decode_by_rows(contents, &mut inflater, pixels)?;
    }
    inflater.finish()
}

/// For red, green and blue of 8 bits, and alpha if there is, which are unpacked in the place of the pixels.
fn decode_in_place(contents: &Contents, inflater: &mut Inflater, pixels: &mut [u8]) -> Result<(), Problem> {
    let Header { width, height, color, .. } = contents.header;
    let (length, is_rgb) = (width * 4, color == Color::Rgb);
    let first = zeros::<u8>(length)?;
    for y in 0..height {
        let (before, pixels) = pixels.split_at_mut(y * length);
        let above = if y == 0 { &first } else { &before[(y - 1) * length..] };
        let at = inflater.at();
        let (filter, row) = inflater.row(width * if is_rgb { 3 } else { 4 })?;
        let row_of_pixels = &mut pixels[..length];
        let is_known = match is_rgb {
            true => unfilter_rgb(filter, row, above, row_of_pixels),
            false => unfilter(filter, 4, row, above, row_of_pixels),
        };
        if !is_known {
            return Err(unknown_filter(at));
        }
    }
    if is_rgb && let Some([red, green, blue]) = contents.transparent_color() {
        for pixel in pixels.as_chunks_mut::<4>().0 {
            let is_transparent = pixel.iter().zip([red, green, blue]).all(|(level, key)| u16::from(*level) == key);
            pixel[3] = if is_transparent { 0 } else { 255 };
        }
    }
    Ok(())
}

/// For all other kinds: rows of bytes, which then become pixels.
fn decode_by_rows<const BYTES: usize>(
    contents: &Contents,
    inflater: &mut Inflater,
    pixels: &mut [[u8; BYTES]],
) -> Result<(), Problem> {
    let header = &contents.header;
    let expander = Expander::<BYTES>::new(contents);
    let longest = header.row_bytes(header.width).ok_or(Problem::TooLarge)?;
    let (mut above, mut row) = (zeros::<u8>(longest)?, zeros::<u8>(longest)?);
    let whole = [[0, 0, 1, 1]];
    for [left, top, across, down] in if header.is_interlaced { &PASSES[..] } else { &whole } {
        let columns = header.width.saturating_sub(*left).div_ceil(*across);
        if columns == 0 {
            continue;
        }
        let length = header.row_bytes(columns).ok_or(Problem::TooLarge)?;
        above[..length].fill(0);
        for y in (*top..header.height).step_by(*down) {
            let at = inflater.at();
            let (filter, packed) = inflater.row(length)?;
            if !unfilter(filter, header.bytes_across(), packed, &above[..length], &mut row[..length]) {
                return Err(unknown_filter(at));
            }
            let pixels = &mut pixels[y * header.width..][..header.width];
            expander.write(&row[..length], &mut pixels[*left..], *across);
            std::mem::swap(&mut above, &mut row);
        }
    }
    Ok(())
}

#[cold]
fn unknown_filter(at: usize) -> Problem {
    Problem::Damaged { at, what: "a row has a filter that there is not" }
}
