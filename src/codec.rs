//! Image files: bytes of a file to pixels, and pixels to bytes of a file.
//!
//! Knows nothing of JavaScript, of threads, or of filters: a page's worker calls it with a file and gets pixels, or the
//! other way round.

pub mod jpeg;

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
        /// How many bytes come before it.
        at: usize,
        /// What is wrong there.
        what: &'static str,
    },
    /// It ends before it is complete.
    Truncated {
        /// How many bytes there are.
        at: usize,
    },
    /// Its size, or what it would need, is over the limit given.
    TooLarge,
    /// Memory for it could not be had.
    OutOfMemory,
}
