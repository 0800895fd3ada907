//! Decoding: files to pixels.
//!
//! | part | holds |
//! | --- | --- |
//! | `source` | the bytes of a file, and the markers among them |
//! | `markers` | marker segments |
//! | `header` | what a caller wants to know first |
//! | `frame` | sizes |
//! | `bits`, `huffman`, `entropy` | from bytes to coefficients |
//! | `single_scan` | files of one scan, a row of MCUs at a time |
//! | `coefficients`, `smoothing` | files of several scans |
//! | `idct` | from coefficients to samples |
//! | `planes`, `rows` | from samples to pixels |

mod bits;
mod coefficients;
mod entropy;
mod frame;
mod header;
mod huffman;
mod idct;
mod markers;
mod planes;
mod rows;
mod single_scan;
mod smoothing;
mod source;

pub use header::{Header, IccChunk, read_header};

use crate::stripes::Stripes;
use crate::{Depth, Image, PixelSink, Problem};
use coefficients::Coefficients;
use frame::Frame;
use markers::{Markers, Reached, ScanHeader};
use planes::Planes;
use source::Source;

/// The colours of a file's components.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Color {
    /// Grey alone.
    Gray,
    /// Luma and two differences (BT.601, full range).
    YCbCr,
    /// Red, green and blue.
    Rgb,
    /// Four inks, stored inverted.
    Cmyk,
    /// The same with three of the inks as luma and two differences.
    Ycck,
}

impl Color {
    fn components(self) -> usize {
        match self {
            Self::Gray => 1,
            Self::YCbCr | Self::Rgb => 3,
            Self::Cmyk | Self::Ycck => 4,
        }
    }
}

/// The size of a result. Smaller ones are made by a smaller transform of each block, and take less time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Scale {
    /// As it is stored.
    #[default]
    Full,
    /// Half in each direction, rounded up.
    Half,
    /// A quarter in each direction, rounded up.
    Quarter,
    /// An eighth in each direction, rounded up.
    Eighth,
}

impl Scale {
    /// Samples that are made of eight.
    fn samples(self) -> usize {
        match self {
            Self::Full => 8,
            Self::Half => 4,
            Self::Quarter => 2,
            Self::Eighth => 1,
        }
    }

    /// The width and height of the result for a stored image of this size.
    #[must_use]
    pub fn of(self, width: usize, height: usize) -> (usize, usize) {
        ((width * self.samples()).div_ceil(8), (height * self.samples()).div_ceil(8))
    }
}

/// How to decode, and how much it may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeOptions {
    /// The size of the result.
    pub scale: Scale,
    /// The most pixels that the stored image may have, whatever the scale.
    pub most_pixels: usize,
    /// The most bytes of memory that decoding may take, all pixels of the result counted, wherever they are held.
    pub most_bytes: usize,
    /// The most scans that a file may have.
    pub most_scans: usize,
    /// Whether four inks stay what they are, for a profile to convert: cyan, magenta, yellow and black, 0 for no ink and 255 for all
    /// of it. It is nothing to other files.
    pub inks: bool,
}

impl Default for DecodeOptions {
    /// Full size, 100 million pixels, 1 GiB, 1000 scans, no inks.
    fn default() -> Self {
        Self { scale: Scale::Full, most_pixels: 100_000_000, most_bytes: 1 << 30, most_scans: 1000, inks: false }
    }
}

/// A decoded image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// Pixels of a row.
    pub width: usize,
    /// Rows of pixels.
    pub height: usize,
    /// RGBA, row by row, with alpha 255; or four inks, where they were wanted.
    pub pixels: Vec<u8>,
    /// The first thing that was wrong and cost pixels, where the decoder could go on: the file ends too early, a Huffman
    /// code or a restart marker is wrong, or scans do not follow from each other. The pixels are what libjpeg-turbo
    /// gives, which warns of these things. (It also warns of bytes between segments, of an unknown version of JFIF or
    /// colour transform of Adobe, and of a sequential scan with odd parameters; these are no damage.)
    pub damage: Option<Problem>,
}

/// Decodes a file to RGBA bytes, with alpha 255. The pixels are those of libjpeg-turbo 2.1 with its defaults: `islow`
/// transform, "fancy" upsampling, block smoothing. Four inks become red, green and blue by (255 − C)·(255 − K)/255,
/// rounded, where they are not wanted as they are.
///
/// So are the pixels of broken files, but for one case: where entropy-coded data have 0xFF bytes that neither are escaped
/// nor begin a marker as they should, libjpeg-turbo's own result depends on how it gets the file; this is the one that it
/// gives byte by byte.
///
/// # Errors
///
/// [`Problem::NotThisFormat`], [`Problem::Unsupported`] for what [`read_header`] refuses, samples of other than 8 bits,
/// other than 1, 3 or 4 components, and sampling factors that do not divide each other, [`Problem::Damaged`] and
/// [`Problem::Truncated`] where libjpeg-turbo gives no pixels, [`Problem::TooLarge`] over the limits and
/// where a side has more than 65 500 pixels, and
/// [`Problem::OutOfMemory`].
pub fn decode(file: &[u8], options: &DecodeOptions) -> Result<Decoded, Problem> {
    let mut image = Image::new(Depth::Eight);
    let damage = decode_rows(file, options, &mut Vec::new(), &mut image)?;
    let Image { width, height, pixels, .. } = image;
    Ok(Decoded { width, height, pixels, damage })
}

/// The same, some rows at a time. `room` holds them on their way: it may hold anything, and is used again. Returns the damage, as
/// [`Decoded`] has it; all rows are there in any case.
///
/// # Errors
///
/// Those of [`decode`], and of the sink.
pub fn decode_rows(
    file: &[u8],
    options: &DecodeOptions,
    room: &mut Vec<u8>,
    sink: &mut dyn PixelSink,
) -> Result<Option<Problem>, Problem> {
    let start = Start::new(file, options)?;
    if start.bytes() > options.most_bytes {
        return Err(Problem::TooLarge);
    }
    start.finish(options, room, sink)
}

/// A file up to its first scan.
struct Start<'a> {
    source: Source<'a>,
    markers: Markers,
    frame: Frame,
    scan: ScanHeader,
}

impl<'a> Start<'a> {
    fn new(file: &'a [u8], options: &DecodeOptions) -> Result<Self, Problem> {
        let mut source = Source::new(file);
        let mut markers = Markers::default();
        Markers::start(&mut source)?;
        let Reached::Scan(scan) = markers.next_scan(&mut source)? else {
            return Err(source.broken("an image without a scan"));
        };
        let Some(header) = markers.frame else {
            return Err(source.broken("an image without a frame"));
        };
        if header.width.saturating_mul(header.height) > options.most_pixels || options.most_scans == 0 {
            return Err(Problem::TooLarge);
        }
        let mut frame = Frame::new(&header, markers.color(), options.scale)?;
        frame.inks = options.inks;
        Ok(Self { source, markers, frame, scan })
    }

    fn has_several_scans(&self) -> bool {
        self.frame.is_progressive || self.scan.count < self.frame.components().len()
    }

    /// Bytes that decoding takes, with the result. Tables and the like are counted as 64 KiB.
    fn bytes(&self) -> usize {
        let coefficients = if self.has_several_scans() { Coefficients::bytes(&self.frame) } else { 0 };
        let pixels = self.frame.width.saturating_mul(self.frame.height).saturating_mul(4);
        coefficients.saturating_add(pixels).saturating_add(Planes::bytes(&self.frame) + (64 << 10))
    }

    fn finish(
        self,
        options: &DecodeOptions,
        room: &mut Vec<u8>,
        sink: &mut dyn PixelSink,
    ) -> Result<Option<Problem>, Problem> {
        let has_several_scans = self.has_several_scans();
        let Self { mut source, mut markers, frame, scan } = self;
        let size = (frame.width, frame.height);
        let mut planes = Planes::new(&frame)?;
        if !frame.is_progressive {
            markers.fill_in();
        }
        if has_several_scans {
            let mut coefficients = Coefficients::new(&frame)?;
            coefficients.read(&frame, &mut markers, &mut source, scan, options.most_scans)?;
            coefficients.write(&frame, &mut planes, Stripes::new(size, 4, room, sink)?)?;
            return Ok(source.damage);
        }
        let stripes = Stripes::new(size, 4, room, sink)?;
        single_scan::decode(&frame, &markers, &mut source, &scan, (&mut planes, stripes))?;
        // All pixels are there: what is wrong from here on is damage.
        let end = markers.next_scan(&mut source);
        Ok(source.damage.or(match end {
            Ok(Reached::End) => None,
            Ok(Reached::Scan(_)) => Some(source.broken("a scan that is one too many")),
            Err(problem) => Some(problem),
        }))
    }
}
