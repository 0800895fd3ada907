//! Where the first picture of a WebP file lies: its chunks (RFC 9649, section 2), read up to that picture and no further.

use crate::Problem;
use std::ops::Range;

/// The first picture of a file: the only one, or the first frame of an animation.
#[derive(Debug)]
pub(super) struct Picture {
    /// Width and height of what is shown.
    pub(super) canvas: (usize, usize),
    /// Where the picture lies on it; a still one covers it.
    pub(super) place: Place,
    /// Whether it is a VP8L stream, and not a VP8 one.
    pub(super) is_lossless: bool,
    /// Whether some of its pixels may be transparent.
    pub(super) has_alpha: bool,
    /// Bytes of that stream in the file.
    pub(super) stream: Range<usize>,
    /// Bytes of the alpha that belongs to a VP8 stream.
    pub(super) alpha: Option<Range<usize>>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) x: usize,
    pub(super) y: usize,
    pub(super) width: usize,
    pub(super) height: usize,
}

/// Its name, and where its data lie, which may be behind the end of the file.
type Chunk = ([u8; 4], Range<usize>);

/// Chunks that follow one another, up to the end of what holds them.
struct Chunks<'a> {
    file: &'a [u8],
    at: usize,
    end: usize,
}

/// A flag of the extended head.
const ANIMATED: u8 = 2;

/// Finds the first picture. What is behind it may be damaged or missing.
pub(super) fn first_picture(file: &[u8]) -> Result<Picture, Problem> {
    if !file.starts_with(b"RIFF") || file.get(8..12).is_some_and(|kind| kind != b"WEBP") {
        return Err(Problem::NotThisFormat);
    }
    let end = (u32::from_le_bytes(bytes(file, 4)?) as usize).saturating_add(8);
    let mut chunks = Chunks { file, at: 12, end };
    let (name, data) = chunks.next()?;
    match &name {
        b"VP8 " | b"VP8L" => picture(file, &name == b"VP8L", data, None, None),
        b"VP8X" => extended(&mut chunks, data.start),
        _ => Err(Problem::Damaged { at: 12, what: "it does not begin with a picture" }),
    }
}

/// So many bytes of the file from here.
fn bytes<const LENGTH: usize>(file: &[u8], at: usize) -> Result<[u8; LENGTH], Problem> {
    let found = file.get(at..).and_then(|rest| rest.first_chunk());
    found.copied().ok_or(Problem::Truncated { at: file.len() })
}

/// A number of three bytes.
fn number(file: &[u8], at: usize) -> Result<usize, Problem> {
    let [low, middle, high] = bytes(file, at)?;
    Ok(u32::from_le_bytes([low, middle, high, 0]) as usize)
}

fn sides(file: &[u8], at: usize) -> Result<(usize, usize), Problem> {
    Ok((number(file, at)? + 1, number(file, at + 3)? + 1))
}

/// The first picture of a file whose first chunk says what else there is.
fn extended(chunks: &mut Chunks<'_>, head: usize) -> Result<Picture, Problem> {
    let file = chunks.file;
    let [flags] = bytes(file, head)?;
    let (width, height) = sides(file, head + 4)?;
    if flags & ANIMATED == 0 {
        return chunks.picture((width, height), Place { x: 0, y: 0, width, height });
    }
    let frame = loop {
        let (name, data) = chunks.next()?;
        if &name == b"ANMF" {
            break data;
        }
    };
    let at = frame.start;
    let (x, y) = (2 * number(file, at)?, 2 * number(file, at + 3)?);
    let (wide, high) = sides(file, at + 6)?;
    if x + wide > width || y + high > height {
        return Err(Problem::Damaged { at, what: "the first frame reaches over the edge of the picture" });
    }
    // Its head also says how long it is shown, and how it is laid over what is there: nothing.
    let mut chunks = Chunks { file, at: at + 16, end: frame.end };
    chunks.picture((width, height), Place { x, y, width: wide, height: high })
}

impl Chunks<'_> {
    fn next(&mut self) -> Result<Chunk, Problem> {
        let at = self.at;
        if self.end.saturating_sub(at) < 8 {
            return Err(Problem::Damaged { at, what: "there is no picture among its chunks" });
        }
        let name = bytes(self.file, at)?;
        let length = u32::from_le_bytes(bytes(self.file, at + 4)?) as usize;
        let start = at + 8;
        if length > self.end - start {
            return Err(Problem::Damaged { at, what: "a chunk is longer than what holds it" });
        }
        // Each begins at an even place.
        self.at = (start + length).saturating_add(length & 1);
        Ok((name, start..start + length))
    }

    /// The next picture, with the alpha before it. Other chunks are passed over.
    fn picture(&mut self, canvas: (usize, usize), place: Place) -> Result<Picture, Problem> {
        let mut alpha = None;
        loop {
            let (name, data) = self.next()?;
            match &name {
                b"ALPH" => alpha = Some(data),
                b"VP8 " => return picture(self.file, false, data, alpha, Some((canvas, place))),
                b"VP8L" => return picture(self.file, true, data, None, Some((canvas, place))),
                _ => {}
            }
        }
    }
}

/// The picture of a VP8 or VP8L stream. Its own size must be that of its place, if it has one.
fn picture(
    file: &[u8],
    is_lossless: bool,
    stream: Range<usize>,
    alpha: Option<Range<usize>>,
    place: Option<((usize, usize), Place)>,
) -> Result<Picture, Problem> {
    let at = stream.start;
    let damaged = |what| Err(Problem::Damaged { at, what });
    if stream.len() < if is_lossless { 5 } else { 10 } {
        return damaged("the chunk of a picture is too short");
    }
    let (width, height, has_alpha) = if is_lossless {
        let [signature] = bytes(file, at)?;
        let head = u32::from_le_bytes(bytes(file, at + 1)?);
        if signature != 0x2F || head >> 29 != 0 {
            return damaged("a lossless picture does not begin as one");
        }
        let side = |bits: u32| (bits & 0x3FFF) as usize + 1;
        (side(head), side(head >> 14), head >> 28 & 1 != 0)
    } else {
        let head: [u8; 10] = bytes(file, at)?;
        if head[0] & 1 != 0 || head[3..6] != [0x9D, 0x01, 0x2A] {
            return damaged("a lossy picture does not begin as one");
        }
        // The upper two bits say how it is scaled when it is shown.
        let side = |low, high| usize::from(u16::from_le_bytes([low, high]) & 0x3FFF);
        (side(head[6], head[7]), side(head[8], head[9]), alpha.is_some())
    };
    let (canvas, place) = place.unwrap_or(((width, height), Place { x: 0, y: 0, width, height }));
    if width == 0 || height == 0 || (width, height) != (place.width, place.height) {
        return damaged("the size of the picture is not that of its frame");
    }
    if stream.end > file.len() {
        return Err(Problem::Truncated { at: file.len() });
    }
    Ok(Picture { canvas, place, is_lossless, has_alpha, stream, alpha })
}
