//! Pixels to a file.
//!
//! Each step is a part of its own: `samples` converts pixels to planes of Y, Cb and Cr (with `color` and `downsample`),
//! `blocks` transforms and quantises them (with `transform` and `quantizer`), `sequential` and `progressive` turn
//! coefficients into symbols, and `symbols` counts or writes these (with `huffman` and `bits`). `headers` writes what
//! else is in a file, and `layout` says how an image is cut.
//!
//! A sequential file with the standard's Huffman tables is made one row of MCUs at a time. All others need the
//! coefficients of the whole image first: with 4:2:0 up to 3.75 bytes a pixel, with 4:4:4 up to 7.5.

mod bits;
mod blocks;
mod color;
mod downsample;
mod headers;
mod huffman;
mod layout;
mod progressive;
mod quantizer;
mod samples;
mod sequential;
mod symbols;
mod transform;

use super::tables::{CHROMA_AC, CHROMA_DC, CHROMA_STEPS, HuffmanTable, LUMA_AC, LUMA_DC, LUMA_STEPS};
use crate::{PixelSource, Problem, reach};
use bits::{BitWriter, Words};
use blocks::{Blocks, Transformer};
use huffman::{codes, optimal};
use layout::Layout;
use quantizer::Quantizer;
use samples::Source;
use symbols::{Counting, TABLES, Writing};

pub use headers::Segment;

/// The largest width and height of a file: libjpeg's limit.
pub const MAX_SIDE: u32 = 65_500;

/// How many samples of chroma there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chroma {
    /// Half as many as pixels in both directions (4:2:0).
    C420,
    /// Half as many as pixels beside each other (4:2:2).
    C422,
    /// As many as pixels (4:4:4).
    C444,
}

/// What is written when all pixels are grey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrayPolicy {
    /// A file of three components, as for any image.
    Never,
    /// A file of one component.
    WhenGray,
}

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EncodeOptions {
    /// From 1, the smallest file, to 100.
    pub quality: u8,
    /// How many samples of chroma there are.
    pub chroma: Chroma,
    /// Whether the file has several scans, so that a decoder can show the whole image early, and then better and better.
    /// It is smaller, and takes longer.
    pub progressive: bool,
    /// Whether Huffman tables are made for the image, which makes the file smaller, and takes longer. Progressive files
    /// always have such tables.
    pub optimize: bool,
    /// What pixels that are not opaque are laid over, in encoded values: `round((colour · alpha + background · (255 -
    /// alpha)) / 255)`, halves up.
    pub background: [u8; 3],
    /// After how many MCUs (in a scan of one component: blocks) a decoder can begin anew; 0 and `None` are never.
    pub restart_interval: Option<u16>,
    /// What is written when all pixels are grey.
    pub gray: GrayPolicy,
}

impl Default for EncodeOptions {
    /// Quality 85, 4:2:0, sequential, the standard's Huffman tables, a white background, three components.
    fn default() -> Self {
        Self {
            quality: 85,
            chroma: Chroma::C420,
            progressive: false,
            optimize: false,
            background: [255; 3],
            restart_interval: None,
            gray: GrayPolicy::Never,
        }
    }
}

/// Writes an image as a JPEG file: see [`encode_rows`]. `pixels` are red, green, blue and straight alpha of each pixel, row by row,
/// `width · height · 4` bytes.
///
/// # Errors
///
/// Those of [`encode_rows`], and [`Problem::Unsupported`] for pixels that are not as many as width and height say.
pub fn encode(
    pixels: &[u8],
    width: u32,
    height: u32,
    options: &EncodeOptions,
    segments: &[Segment<'_>],
) -> Result<Vec<u8>, Problem> {
    check(width, height, options, segments)?;
    if u64::from(width) * u64::from(height) * 4 != pixels.len() as u64 {
        return Err(Problem::Unsupported("pixels that are not width times height"));
    }
    let mut file = Vec::new();
    encode_rows(&mut &*pixels, (width, height), options, segments, &mut Vec::new(), &mut file)?;
    Ok(file)
}

/// Writes an image of this width and height as a JPEG file, in the place of what is in `out`, whose memory is used again.
///
/// Of the pixels it asks for the rows of a row of MCUs at a time, from the top to the bottom, and before that for all rows where it
/// wants to know whether they are grey. `room` holds them: it may hold anything, and is used again. The segments are written in
/// their order after the JFIF header. The file is that of libjpeg-turbo 2.1.5 with
/// `jpeg_set_quality(quality, TRUE)` and, where asked for, `optimize_coding`, `jpeg_simple_progression`,
/// `restart_interval` and other sampling factors.
///
/// # Errors
///
/// Before any work: [`Problem::Unsupported`] for a quality out of range and an image without pixels; [`Problem::TooLarge`] for a
/// side of more than [`MAX_SIDE`] pixels, and for a segment that is too long. [`Problem::OutOfMemory`] when memory cannot be had.
/// And those of the source. What is in `out` after an error is not said.
pub fn encode_rows(
    pixels: &mut dyn PixelSource,
    (width, height): (u32, u32),
    options: &EncodeOptions,
    segments: &[Segment<'_>],
    room: &mut Vec<u8>,
    out: &mut Vec<u8>,
) -> Result<(), Problem> {
    check(width, height, options, segments)?;
    let size = (width as usize, height as usize);
    let gray = options.gray == GrayPolicy::WhenGray && is_gray(pixels, size, options.background, room)?;
    let layout = Layout::new(size.0, size.1, (!gray).then_some(options.chroma));
    let source = Source::new(pixels, room, &layout, options.background)?;
    let quantizers = [&LUMA_STEPS, &CHROMA_STEPS].map(|steps| Quantizer::new(steps, options.quality));
    let interval = options.restart_interval.unwrap_or(0);

    out.clear();
    headers::write_start(out, &layout, &quantizers, options.progressive, segments)?;
    let mut transformer = Transformer::new(source, &layout, &quantizers)?;
    if options.progressive {
        let all = whole_image(&mut transformer, &layout)?;
        write_progressive(out, &layout, &all, interval)?;
    } else if options.optimize {
        let all = whole_image(&mut transformer, &layout)?;
        write_optimized(out, &layout, &all, interval)?;
    } else {
        write_baseline(out, &layout, transformer, interval)?;
    }
    headers::write_end(out)
}

/// Whether all pixels are grey.
fn is_gray(
    pixels: &mut dyn PixelSource,
    (width, height): (usize, usize),
    background: [u8; 3],
    room: &mut Vec<u8>,
) -> Result<bool, Problem> {
    let row = reach(room, width * 4)?;
    for y in 0..height {
        pixels.read(y * row.len(), row)?;
        if !color::is_gray(row.as_chunks().0, background) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Refuses what cannot be written.
fn check(width: u32, height: u32, options: &EncodeOptions, segments: &[Segment<'_>]) -> Result<(), Problem> {
    if !(1..=100).contains(&options.quality) {
        return Err(Problem::Unsupported("a quality that is not 1 to 100"));
    }
    if width == 0 || height == 0 {
        return Err(Problem::Unsupported("an image without pixels"));
    }
    if width > MAX_SIDE || height > MAX_SIDE {
        return Err(Problem::TooLarge);
    }
    segments.iter().try_for_each(Segment::check)
}

/// The coefficients of all rows.
fn whole_image(transformer: &mut Transformer<'_>, layout: &Layout) -> Result<Vec<Blocks>, Problem> {
    let mut all = transformer.room(layout.mcus_high)?;
    for row in 0..layout.mcus_high {
        transformer.write(row, &mut all, row)?;
    }
    Ok(all)
}

/// How many bits follow a symbol of a sequential scan, or of a progressive scan of DC coefficients: the size of the
/// coefficient.
fn size(symbol: u8) -> u32 {
    u32::from(symbol & 15)
}

/// A scan with the standard's tables.
fn write_baseline(
    out: &mut Vec<u8>,
    layout: &Layout,
    mut transformer: Transformer<'_>,
    interval: u16,
) -> Result<(), Problem> {
    let tables = [LUMA_DC, CHROMA_DC, LUMA_AC, CHROMA_AC];
    write_sequential_header(out, layout, &tables, interval)?;
    let codes = tables.each_ref().map(|table| codes(table, size));
    let mut rows = transformer.room(1)?;
    let mut state = sequential::State::new(interval);
    let mut words: Words = [0; _];
    let mut writing = Writing { out, bits: BitWriter::new(&mut words), codes: &codes };
    for row in 0..layout.mcus_high {
        transformer.write(row, &mut rows, 0)?;
        writing = write_row(layout, (&rows, 0), &mut state, writing)?;
    }
    writing.finish()
}

/// A scan with tables made for it.
fn write_optimized(out: &mut Vec<u8>, layout: &Layout, all: &[Blocks], interval: u16) -> Result<(), Problem> {
    let mut counting = Counting::new();
    let mut state = sequential::State::new(interval);
    for row in 0..layout.mcus_high {
        sequential::code_row(layout, all, row, &mut state, &mut counting)?;
    }
    let tables = counting.counts.each_ref().map(optimal);
    write_sequential_header(out, layout, &tables, interval)?;
    let codes = tables.each_ref().map(|table| codes(table, size));
    let mut state = sequential::State::new(interval);
    let mut words: Words = [0; _];
    let mut writing = Writing { out, bits: BitWriter::new(&mut words), codes: &codes };
    for row in 0..layout.mcus_high {
        writing = write_row(layout, (all, row), &mut state, writing)?;
    }
    writing.finish()
}

/// The tables of a sequential scan, and what else comes before its data.
fn write_sequential_header(
    out: &mut Vec<u8>,
    layout: &Layout,
    [luma_dc, chroma_dc, luma_ac, chroma_ac]: &[HuffmanTable; TABLES],
    interval: u16,
) -> Result<(), Problem> {
    headers::write_table(out, 0, 0, luma_dc)?;
    headers::write_table(out, 1, 0, luma_ac)?;
    if layout.components().len() > 1 {
        headers::write_table(out, 0, 1, chroma_dc)?;
        headers::write_table(out, 1, 1, chroma_ac)?;
    }
    headers::write_interval(out, interval)?;
    headers::write_scan(out, layout, None)
}

/// Writes a row of MCUs. Not part of its callers, so that there is one of it.
#[inline(never)]
fn write_row<'a>(
    layout: &Layout,
    (all, row): (&[Blocks], usize),
    state: &mut sequential::State,
    writing: Writing<'a>,
) -> Result<Writing<'a>, Problem> {
    // Taken apart and put together, it is a local variable, whose parts are held in registers.
    let Writing { out, bits, codes } = writing;
    let mut writing = Writing { out, bits, codes };
    sequential::code_row(layout, all, row, state, &mut writing)?;
    Ok(writing)
}

/// All scans of a progressive file.
fn write_progressive(out: &mut Vec<u8>, layout: &Layout, all: &[Blocks], interval: u16) -> Result<(), Problem> {
    let image = progressive::Image::new(layout, all)?;
    let mut counting = Counting::new();
    let mut codes = [huffman::NO_CODES; TABLES];
    let mut words: Words = [0; _];
    for (number, scan) in progressive::scans(layout).iter().enumerate() {
        if scan.has_symbols() {
            counting.clear();
            image.code(*scan, interval, &mut counting)?;
            let (class, extra): (u8, fn(u8) -> u32) =
                if scan.component.is_some() { (1, progressive::extra_bits) } else { (0, size) };
            for ((table, counts), codes) in (0..).zip(&counting.counts).zip(&mut codes) {
                if counts.iter().any(|count| *count > 0) {
                    let optimal = optimal(counts);
                    headers::write_table(out, class, table, &optimal)?;
                    *codes = huffman::codes(&optimal, extra);
                }
            }
        }
        if number == 0 {
            headers::write_interval(out, interval)?;
        }
        headers::write_scan(out, layout, Some(scan))?;
        let mut writing = Writing { out: &mut *out, bits: BitWriter::new(&mut words), codes: &codes };
        image.code(*scan, interval, &mut writing)?;
        writing.finish()?;
    }
    Ok(())
}
