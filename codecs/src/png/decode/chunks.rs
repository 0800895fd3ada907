//! What a file consists of. Chunks are walked from the first to the last, and their checksums compared, before anything is decoded:
//! so a file that is cut off or damaged is told as such with the place, and costs no memory.

use crate::Problem;
use crate::png::MOST;
use crate::png::crc::crc;

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// Bytes of a chunk beside its data: length, kind and checksum.
const FRAME: usize = 12;

/// What the numbers of a pixel are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Color {
    Gray,
    Rgb,
    Palette,
    GrayAlpha,
    Rgba,
}

/// The chunk `IHDR`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Header {
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// Bits of each number.
    pub(crate) depth: u8,
    pub(crate) color: Color,
    pub(crate) is_interlaced: bool,
}

impl Header {
    fn bits_of_pixel(&self) -> usize {
        let numbers = match self.color {
            Color::Gray | Color::Palette => 1,
            Color::GrayAlpha => 2,
            Color::Rgb => 3,
            Color::Rgba => 4,
        };
        numbers * usize::from(self.depth)
    }

    /// Bytes of a row of so many pixels, if that is a number.
    pub(super) fn row_bytes(&self, columns: usize) -> Option<usize> {
        Some(columns.checked_mul(self.bits_of_pixel())?.div_ceil(8))
    }

    /// From a byte to that which filters compare it with in the pixel before it.
    pub(super) fn bytes_across(&self) -> usize {
        self.bits_of_pixel().div_ceil(8)
    }
}

/// What is decoded of a file.
#[derive(Debug)]
pub(crate) struct Contents<'a> {
    pub(crate) header: Header,
    /// Red, green and blue of each entry; empty where the image has no palette.
    pub(super) palette: &'a [[u8; 3]],
    /// The data of `tRNS`; empty where there is none.
    pub(super) transparency: &'a [u8],
    pub(super) file: &'a [u8],
    /// The offset of the first chunk of image data, and that behind the last: others do not lie between them.
    pub(super) data: std::ops::Range<usize>,
}

impl Contents<'_> {
    /// The colour, in the file's own numbers, of which pixels are transparent.
    pub(super) fn transparent_color(&self) -> Option<[u16; 3]> {
        // Bits that the image's numbers do not have are to be ignored.
        let mask = u16::MAX >> (16 - self.header.depth);
        let key = |at| Some(u16::from_be_bytes(*self.transparency.get(at..)?.first_chunk()?) & mask);
        match self.header.color {
            Color::Gray => key(0).map(|gray| [gray; 3]),
            Color::Rgb => Some([key(0)?, key(2)?, key(4)?]),
            _ => None,
        }
    }
}

/// A chunk: where it begins, its name, its data.
pub(super) struct Chunk<'a> {
    at: usize,
    kind: [u8; 4],
    pub(super) data: &'a [u8],
    crc: u32,
}

impl<'a> Chunk<'a> {
    /// The chunk at this offset.
    pub(super) fn read(file: &'a [u8], at: usize) -> Result<Self, Problem> {
        let truncated = Problem::Truncated { at: file.len() };
        let (head, rest) = file.get(at..).and_then(<[u8]>::split_first_chunk::<8>).ok_or(truncated)?;
        let ([length, kind], _) = head.as_chunks::<4>() else { return Err(truncated) };
        if !kind.iter().all(u8::is_ascii_alphabetic) {
            return Err(Problem::Damaged { at, what: "no chunk begins where one should" });
        }
        let length = u32::from_be_bytes(*length) as usize;
        if length > MOST {
            return Err(Problem::Damaged { at, what: "a chunk is longer than one may be" });
        }
        let (data, rest) = rest.split_at_checked(length).ok_or(truncated)?;
        let crc = u32::from_be_bytes(*rest.first_chunk().ok_or(truncated)?);
        Ok(Self { at, kind: *kind, data, crc })
    }

    /// The offset of its data.
    pub(super) fn data_at(&self) -> usize {
        self.at + 8
    }

    /// The offset of the next one.
    pub(super) fn end(&self) -> usize {
        self.at + FRAME + self.data.len()
    }

    fn check(&self) -> Result<(), Problem> {
        if crc(self.kind, self.data) == self.crc { Ok(()) } else { Err(self.damaged("a checksum is wrong")) }
    }

    #[cold]
    fn damaged(&self, what: &'static str) -> Problem {
        Problem::Damaged { at: self.at, what }
    }
}

/// The size of an image, and what its pixels are.
///
/// # Errors
///
/// Why it is no PNG file.
pub(crate) fn read_header(file: &[u8]) -> Result<Header, Problem> {
    if !file.starts_with(SIGNATURE) {
        let is_beginning = !file.is_empty() && SIGNATURE.starts_with(file);
        return Err(if is_beginning { Problem::Truncated { at: file.len() } } else { Problem::NotThisFormat });
    }
    let chunk = Chunk::read(file, SIGNATURE.len())?;
    if chunk.kind == *b"CgBI" {
        return Err(Problem::Unsupported("packing for iPhones"));
    }
    let (b"IHDR", Ok(data)) = (&chunk.kind, <[u8; 13]>::try_from(chunk.data)) else {
        return Err(chunk.damaged("no header of 13 bytes comes first"));
    };
    chunk.check()?;
    let [a, b, c, d, e, f, g, h, depth, color, compression, filter, interlace] = data;
    let side = |bytes| u32::from_be_bytes(bytes) as usize;
    let (width, height) = (side([a, b, c, d]), side([e, f, g, h]));
    if width == 0 || height == 0 || width > MOST || height > MOST {
        return Err(chunk.damaged("a side has no pixels, or more than there may be"));
    }
    let color = match (color, depth) {
        (0, 1 | 2 | 4 | 8 | 16) => Color::Gray,
        (2, 8 | 16) => Color::Rgb,
        (3, 1 | 2 | 4 | 8) => Color::Palette,
        (4, 8 | 16) => Color::GrayAlpha,
        (6, 8 | 16) => Color::Rgba,
        _ => return Err(chunk.damaged("there are no pixels of this colour type and depth")),
    };
    if compression != 0 || filter != 0 || interlace > 1 {
        return Err(chunk.damaged("it is packed, filtered or interlaced in a way that there is not"));
    }
    Ok(Header { width, height, depth, color, is_interlaced: interlace == 1 })
}

/// What else is needed of the file, which must be complete. Checksums are compared of what is used.
///
/// # Errors
///
/// What is damaged or missing.
pub(crate) fn read_chunks(file: &[u8], header: Header) -> Result<Contents<'_>, Problem> {
    let mut contents = Contents { header, palette: &[], transparency: &[], file, data: 0..0 };
    let mut at = Chunk::read(file, SIGNATURE.len())?.end();
    loop {
        let chunk = Chunk::read(file, at)?;
        at = chunk.end();
        let is_before_data = contents.data.is_empty();
        match &chunk.kind {
            b"IDAT" => {
                chunk.check()?;
                if is_before_data {
                    if header.color == Color::Palette && contents.palette.is_empty() {
                        return Err(chunk.damaged("there is no palette before the image's data"));
                    }
                    contents.data = chunk.at..at;
                } else if contents.data.end == chunk.at {
                    contents.data.end = at;
                } else {
                    return Err(chunk.damaged("the image's data is in several places"));
                }
            }
            b"PLTE" if header.color == Color::Palette => {
                chunk.check()?;
                let (entries, rest) = chunk.data.as_chunks::<3>();
                if !rest.is_empty() || !(1..=256).contains(&entries.len()) {
                    return Err(chunk.damaged("the palette has not three bytes for each of 1 to 256 colours"));
                }
                if !contents.palette.is_empty() {
                    return Err(chunk.damaged("there is a second palette"));
                }
                contents.palette = entries;
            }
            b"tRNS" if is_before_data && contents.transparency.is_empty() => {
                chunk.check()?;
                let least = match header.color {
                    Color::Gray => 2,
                    Color::Rgb => 6,
                    _ => 0,
                };
                if chunk.data.len() < least {
                    return Err(chunk.damaged("the transparent colour is incomplete"));
                }
                contents.transparency = chunk.data;
            }
            b"IEND" => {
                chunk.check()?;
                return if is_before_data { Err(chunk.damaged("there is no image data")) } else { Ok(contents) };
            }
            b"IHDR" => return Err(chunk.damaged("there is a second header")),
            // Colours that are proposed for an image without palette.
            b"PLTE" => {}
            // A small first letter says that it may be ignored.
            [first, ..] if first.is_ascii_lowercase() => {}
            _ => return Err(Problem::Unsupported("a chunk that must not be ignored and is not known")),
        }
    }
}
