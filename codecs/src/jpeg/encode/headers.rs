//! The segments of a file that are not image data.

use super::bits::reserve;
use super::layout::Layout;
use super::progressive::Scan;
use super::quantizer::Quantizer;
use crate::Problem;
use crate::jpeg::tables::{HuffmanTable, ZIGZAG};

/// Data about the image that is written into the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Segment<'a> {
    /// Exif: a TIFF header and its directories, at most 65,527 bytes.
    Exif(&'a [u8]),
    /// An ICC profile, at most 255 · 65,519 bytes: it is cut into pieces of 65,519.
    Icc(&'a [u8]),
    /// An XMP packet, at most 65,504 bytes.
    Xmp(&'a [u8]),
}

/// The most bytes after the length of a segment, which counts itself.
const LONGEST: usize = 65_533;
const EXIF: &[u8] = b"Exif\0\0";
const ICC: &[u8] = b"ICC_PROFILE\0";
const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
/// The most bytes of a profile in one segment: two say which piece it is, and of how many.
const ICC_PIECE: usize = LONGEST - ICC.len() - 2;

const APP0: u8 = 0xE0;
const APP1: u8 = 0xE1;
const APP2: u8 = 0xE2;
const START_OF_IMAGE: u8 = 0xD8;
const END_OF_IMAGE: u8 = 0xD9;
const QUANTIZATION_TABLE: u8 = 0xDB;
const HUFFMAN_TABLE: u8 = 0xC4;
const RESTART_INTERVAL: u8 = 0xDD;
const START_OF_SCAN: u8 = 0xDA;
const BASELINE_FRAME: u8 = 0xC0;
const PROGRESSIVE_FRAME: u8 = 0xC2;

impl Segment<'_> {
    /// Whether it fits.
    pub(super) fn check(&self) -> Result<(), Problem> {
        let (length, most) = match self {
            Self::Exif(data) => (data.len(), LONGEST - EXIF.len()),
            Self::Icc(data) => (data.len(), 255 * ICC_PIECE),
            Self::Xmp(data) => (data.len(), LONGEST - XMP.len()),
        };
        if length > most { Err(Problem::TooLarge) } else { Ok(()) }
    }

    fn write(&self, out: &mut Vec<u8>) -> Result<(), Problem> {
        match self {
            Self::Exif(data) => segment(out, APP1, &[EXIF, data]),
            Self::Xmp(data) => segment(out, APP1, &[XMP, data]),
            Self::Icc(data) => {
                let count = data.len().div_ceil(ICC_PIECE) as u8;
                for (number, piece) in (1..=count).zip(data.chunks(ICC_PIECE)) {
                    segment(out, APP2, &[ICC, &[number, count], piece])?;
                }
                Ok(())
            }
        }
    }
}

/// Writes a marker, the length of what follows, and that.
fn segment(out: &mut Vec<u8>, marker: u8, parts: &[&[u8]]) -> Result<(), Problem> {
    let length = 2 + parts.iter().map(|part| part.len()).sum::<usize>();
    let length_bytes = u16::try_from(length).map_err(|_| Problem::TooLarge)?.to_be_bytes();
    reserve(out, 2 + length)?;
    out.extend_from_slice(&[0xFF, marker]);
    out.extend_from_slice(&length_bytes);
    parts.iter().for_each(|part| out.extend_from_slice(part));
    Ok(())
}

/// Writes what comes before the first scan; segments must have been checked.
pub(super) fn write_start(
    out: &mut Vec<u8>,
    layout: &Layout,
    quantizers: &[Quantizer; 2],
    progressive: bool,
    segments: &[Segment<'_>],
) -> Result<(), Problem> {
    reserve(out, 2)?;
    out.extend_from_slice(&[0xFF, START_OF_IMAGE]);
    // Version 1.01, pixels as wide as high, no thumbnail.
    segment(out, APP0, &[b"JFIF\0", &[1, 1, 0, 0, 1, 0, 1, 0, 0]])?;
    for data in segments {
        data.write(out)?;
    }
    let components = layout.components();
    for (number, quantizer) in (0..).zip(quantizers).take(if components.len() == 1 { 1 } else { 2 }) {
        let steps = ZIGZAG.map(|at| quantizer.steps[usize::from(at & 63)]);
        segment(out, QUANTIZATION_TABLE, &[&[number], &steps])?;
    }
    let frame = if progressive { PROGRESSIVE_FRAME } else { BASELINE_FRAME };
    let [height, width] = [layout.height, layout.width].map(|side| (side as u16).to_be_bytes());
    let mut each = [[0; 3]; super::layout::MAX_COMPONENTS];
    for ((number, bytes), component) in (1..).zip(&mut each).zip(components) {
        *bytes = [number, (component.grid.across << 4 | component.grid.down) as u8, component.tables as u8];
    }
    let count = components.len().min(each.len());
    segment(out, frame, &[&[8], &height, &width, &[count as u8], each[..count].as_flattened()])
}

/// Writes a Huffman table: `class` is 0 for DC and 1 for AC coefficients, `number` 0 for luma and 1 for chroma.
pub(super) fn write_table(out: &mut Vec<u8>, class: u8, number: u8, table: &HuffmanTable) -> Result<(), Problem> {
    segment(out, HUFFMAN_TABLE, &[&[class << 4 | number], &table.counts, table.symbols()])
}

/// Writes how many MCUs a restart interval has, unless there are none.
pub(super) fn write_interval(out: &mut Vec<u8>, interval: u16) -> Result<(), Problem> {
    if interval == 0 { Ok(()) } else { segment(out, RESTART_INTERVAL, &[&interval.to_be_bytes()]) }
}

/// Writes what comes before the data of a scan; `None` is that of a sequential file.
pub(super) fn write_scan(out: &mut Vec<u8>, layout: &Layout, scan: Option<&Scan>) -> Result<(), Problem> {
    let mut each = [[0; 2]; super::layout::MAX_COMPONENTS];
    let mut count = 0;
    for (i, component) in layout.components().iter().enumerate() {
        if scan.is_some_and(|scan| scan.component.is_some_and(|only| only != i)) {
            continue;
        }
        // Numbers of tables that a scan does not use are 0.
        let (dc, ac) = match scan {
            None => (component.tables, component.tables),
            Some(scan) if scan.component.is_some() => (0, component.tables),
            Some(scan) if scan.has_symbols() => (component.tables, 0),
            Some(_) => (0, 0),
        };
        each[count] = [i as u8 + 1, (dc << 4 | ac) as u8];
        count += 1;
    }
    let (first, last) = scan.map_or((0, 63), |scan| scan.band);
    let bits = scan.map_or(0, |scan| scan.high << 4 | scan.low);
    segment(out, START_OF_SCAN, &[&[count as u8], each[..count].as_flattened(), &[first, last, bits]])
}

/// Writes the end of the file.
pub(super) fn write_end(out: &mut Vec<u8>) -> Result<(), Problem> {
    reserve(out, 2)?;
    out.extend_from_slice(&[0xFF, END_OF_IMAGE]);
    Ok(())
}
