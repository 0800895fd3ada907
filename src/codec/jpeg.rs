//! JPEG files (ITU-T T.81 | ISO/IEC 10918-1).
//!
//! The arithmetic is that of libjpeg-turbo 2.1, so that results are the same byte for byte.

mod decode;

pub use decode::{Color, DecodeOptions, Decoded, Header, IccChunk, Scale, decode, decode_into, read_header};
