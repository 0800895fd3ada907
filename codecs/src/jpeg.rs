//! JPEG files (ITU-T T.81 | ISO/IEC 10918-1, JFIF), with the arithmetic of libjpeg-turbo.
//!
//! [`decode()`] gives the pixels, and [`encode()`] writes the file, of libjpeg-turbo 2.1 with the same settings, byte for byte: its
//! fixed-point colour conversion, its accurate integer transform ("islow"), its ways to make chroma smaller and larger again, its
//! way to build Huffman tables.
//!
//! | part | holds |
//! | --- | --- |
//! | `tables` | the zigzag order, and the tables of the standard's annex K |
//! | `decode` | a file to pixels |
//! | `encode` | pixels to a file |

mod decode;
mod encode;
mod tables;

pub use decode::{Color, DecodeOptions, Decoded, Header, IccChunk, Scale, decode, decode_into, read_header};
pub use encode::{Chroma, EncodeOptions, GrayPolicy, MAX_SIDE, Segment, encode};
