//! Image files: from their bytes to pixels, and back, and their colours to sRGB. A crate of its own, since it knows nothing of filters,
//! threads or JavaScript, and since each format, and [`color`], becomes a WebAssembly module of its own (`modules/`), which a page
//! loads with the first file that needs it.

pub mod color;
mod format;
pub mod gif;
pub mod jpeg;
pub mod png;
mod stripes;

pub use format::{
    DecodeRequest, Depth, EncodeRequest, FULL_CHROMA, Format, OPTIMIZED, PROGRESSIVE, add_alpha, bytes_within, reach,
    widen,
};
pub use stripes::{Image, PixelSink, PixelSource, hand_over};

/// Why a file cannot be read or written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// It does not begin as a file of this format does.
    NotThisFormat,
    /// It is one, and this part of the format is not read or written here.
    Unsupported(&'static str),
    /// It is broken at this byte.
    Damaged {
        /// The offset in the file, in bytes.
        at: usize,
        /// What is wrong there.
        what: &'static str,
    },
    /// It ends before it is complete.
    Truncated {
        /// The offset at which more was expected: the file's length.
        at: usize,
    },
    /// Its size, or what it would need, is over the limit given.
    TooLarge,
    /// Memory for it could not be had.
    OutOfMemory,
}
