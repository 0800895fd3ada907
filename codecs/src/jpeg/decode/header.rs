//! What a file says before its first scan.

use super::Color;
use super::frame::FrameHeader;
use super::markers::Markers;
use super::source::{EOI, Source};
use crate::Problem;
use std::ops::Range;

const SOS: u8 = 0xDA;
const APP1: u8 = 0xE1;
const APP2: u8 = 0xE2;

/// What a file says before its first scan.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Header {
    /// Pixels of a row, 1 or more, as the image is stored (an orientation in Exif data is not applied).
    pub width: usize,
    /// Rows of pixels, 1 or more.
    pub height: usize,
    /// Components of a pixel.
    pub components: u8,
    /// Bits of a sample.
    pub precision: u8,
    /// Whether the image comes in several passes over all of it.
    pub is_progressive: bool,
    /// The colours of the components.
    pub color: Color,
    /// For each of the first four components, its sampling factors across and down.
    pub sampling: [(u8, u8); 4],
    /// Where the first Exif data are in the file, without the `Exif\0\0` before them.
    pub exif: Option<Range<usize>>,
    /// The parts of an ICC profile, as they come in the file.
    pub icc: Vec<IccChunk>,
    /// The colour transform that an Adobe segment states: 0 for none, 1 for YCbCr, 2 for YCCK.
    pub adobe_transform: Option<u8>,
    /// Whether there is a JFIF segment.
    pub has_jfif: bool,
}

/// A part of an ICC profile (ICC.1, annex B.4).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct IccChunk {
    /// Its number, from 1 on.
    pub number: u8,
    /// How many parts the profile has.
    pub count: u8,
    /// Where its data are in the file.
    pub bytes: Range<usize>,
}

/// Reads what a file says before its first scan.
///
/// # Errors
///
/// [`Problem::NotThisFormat`] where the file does not begin with a start-of-image marker, [`Problem::Damaged`] or
/// [`Problem::Truncated`] where it is broken or ends before the frame header, [`Problem::Unsupported`] where the frame is
/// coded arithmetically, without loss or hierarchically, and [`Problem::OutOfMemory`]. What is wrong behind the frame
/// header is not reported.
pub fn read_header(file: &[u8]) -> Result<Header, Problem> {
    let mut source = Source::new(file);
    let mut markers = Markers::default();
    let (mut exif, mut icc) = (None, Vec::new());
    Markers::start(&mut source)?;
    loop {
        let code = source.next_marker();
        if matches!(code, SOS | EOI) {
            if markers.frame.is_none() {
                return Err(source.broken("an image without a frame"));
            }
            break;
        }
        if matches!(code, APP1 | APP2) {
            segment(code, &source, &mut exif, &mut icc)?;
        }
        match markers.segment(code, &mut source) {
            Err(_) if markers.frame.is_some() => break,
            result => result?,
        }
    }
    let color = markers.color();
    let Some(frame) = markers.frame else { return Err(source.broken("an image without a frame")) };
    let FrameHeader { width, height, precision, is_progressive, count, components } = frame;
    Ok(Header {
        width,
        height,
        components: count,
        precision,
        is_progressive,
        color,
        sampling: components.map(|component| (component.across, component.down)),
        exif,
        icc,
        adobe_transform: markers.adobe_transform(),
        has_jfif: markers.has_jfif(),
    })
}

/// Notes Exif data and parts of a profile.
fn segment(code: u8, source: &Source, exif: &mut Option<Range<usize>>, icc: &mut Vec<IccChunk>) -> Result<(), Problem> {
    let Some(([high, low], _)) = source.ahead(2).split_first_chunk() else { return Ok(()) };
    let data = source.ahead(usize::from(u16::from_be_bytes([*high, *low])));
    let Some(data) = data.get(2..) else { return Ok(()) };
    let end = source.at + 2 + data.len();
    if code == APP1 {
        if data.starts_with(b"Exif\0\0") && exif.is_none() {
            *exif = Some(source.at + 8..end);
        }
    } else if let Some([number, count, ..]) = data.strip_prefix(b"ICC_PROFILE\0") {
        icc.try_reserve(1).map_err(|_| Problem::OutOfMemory)?;
        icc.push(IccChunk { number: *number, count: *count, bytes: source.at + 16..end });
    }
    Ok(())
}
