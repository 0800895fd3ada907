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
use crate::stripes::Stripes;
use crate::{PixelSink, Problem, hand_over, reach};
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
    most_bytes: usize,
    room: &mut Vec<u8>,
    sink: &mut dyn PixelSink,
) -> Result<(), Problem> {
    let header = &contents.header;
    let row_bytes = header.row_bytes(header.width).ok_or(Problem::TooLarge)?;
    // A row of pixels is the largest of the rows that are held; the inflater holds one as it is packed.
    let longest = row_bytes.max(header.width.saturating_mul(4));
    if inflate::bytes_for(row_bytes).saturating_add(longest.saturating_mul(2)) > most_bytes {
        return Err(Problem::TooLarge);
    }
    let mut inflater = Inflater::new(contents, row_bytes)?;
    if header.is_interlaced {
        let pixels = reach(room, header.width * header.height * BYTES)?;
        decode_passes(contents, &mut inflater, pixels.as_chunks_mut::<BYTES>().0)?;
        inflater.finish()?;
        return hand_over(sink, header.width, header.height, pixels);
    }
    let mut stripes = Stripes::new((header.width, header.height), BYTES, room, sink)?;
    if BYTES == 4 && header.depth == 8 && matches!(header.color, Color::Rgb | Color::Rgba) {
        decode_in_place(contents, &mut inflater, &mut stripes)?;
    } else {
        decode_rows::<BYTES>(contents, &mut inflater, &mut stripes)?;
    }
    inflater.finish()?;
    stripes.finish()
}

/// For red, green and blue of 8 bits, and alpha if there is, which are unpacked in the place of the pixels.
fn decode_in_place(contents: &Contents, inflater: &mut Inflater, stripes: &mut Stripes) -> Result<(), Problem> {
    let Header { width, height, color, .. } = contents.header;
    let is_rgb = color == Color::Rgb;
    let key = if is_rgb { contents.transparent_color() } else { None };
    let first = zeros::<u8>(width * 4)?;
    for _ in 0..height {
        let at = inflater.at();
        let (filter, row) = inflater.row(width * if is_rgb { 3 } else { 4 })?;
        let (above, pixels) = stripes.next()?;
        let above = if above.is_empty() { &first } else { above };
        let is_known = match is_rgb {
            true => unfilter_rgb(filter, row, above, pixels),
            false => unfilter(filter, 4, row, above, pixels),
        };
        if !is_known {
            return Err(unknown_filter(at));
        }
        // The row below looks at colours only.
        if let Some(key) = key {
            for pixel in pixels.as_chunks_mut::<4>().0 {
                let is_transparent = pixel.iter().zip(key).all(|(level, key)| u16::from(*level) == key);
                pixel[3] = if is_transparent { 0 } else { 255 };
            }
        }
    }
    Ok(())
}

/// For all other kinds: rows of bytes, which then become pixels.
fn decode_rows<const BYTES: usize>(
    contents: &Contents,
    inflater: &mut Inflater,
    stripes: &mut Stripes,
) -> Result<(), Problem> {
    let mut rows = Rows::<BYTES>::new(contents)?;
    rows.begin(contents.header.width)?;
    for _ in 0..contents.header.height {
        rows.next(inflater, stripes.next()?.1.as_chunks_mut().0, 1)?;
    }
    Ok(())
}

/// For interlaced images.
fn decode_passes<const BYTES: usize>(
    contents: &Contents,
    inflater: &mut Inflater,
    pixels: &mut [[u8; BYTES]],
) -> Result<(), Problem> {
    let Header { width, height, .. } = contents.header;
    let mut rows = Rows::new(contents)?;
    for [left, top, across, down] in PASSES {
        let columns = width.saturating_sub(left).div_ceil(across);
        if columns == 0 {
            continue;
        }
        rows.begin(columns)?;
        for y in (top..height).step_by(down) {
            rows.next(inflater, &mut pixels[y * width..][left..width], across)?;
        }
    }
    Ok(())
}

/// Rows of bytes that become pixels.
struct Rows<'a, const BYTES: usize> {
    header: &'a Header,
    expander: Expander<BYTES>,
    /// Bytes of a row.
    length: usize,
    above: Vec<u8>,
    row: Vec<u8>,
}

impl<'a, const BYTES: usize> Rows<'a, BYTES> {
    fn new(contents: &'a Contents) -> Result<Self, Problem> {
        let header = &contents.header;
        let length = header.row_bytes(header.width).ok_or(Problem::TooLarge)?;
        Ok(Self { header, expander: Expander::new(contents), length, above: zeros(length)?, row: zeros(length)? })
    }

    /// Begins an image, or a pass, of so many columns.
    fn begin(&mut self, columns: usize) -> Result<(), Problem> {
        self.length = self.header.row_bytes(columns).ok_or(Problem::TooLarge)?;
        self.above[..self.length].fill(0);
        Ok(())
    }

    /// Writes the pixels of the next row to the first place and every `step`th after it.
    fn next(&mut self, inflater: &mut Inflater, pixels: &mut [[u8; BYTES]], step: usize) -> Result<(), Problem> {
        let at = inflater.at();
        let (filter, packed) = inflater.row(self.length)?;
        let row = &mut self.row[..self.length];
        if !unfilter(filter, self.header.bytes_across(), packed, &self.above[..self.length], row) {
            return Err(unknown_filter(at));
        }
        self.expander.write(row, pixels, step);
        std::mem::swap(&mut self.above, &mut self.row);
        Ok(())
    }
}

#[cold]
fn unknown_filter(at: usize) -> Problem {
    Problem::Damaged { at, what: "a row has a filter that there is not" }
}
