//! JPEG files (ITU-T T.81, JFIF), with the arithmetic of libjpeg-turbo.
//!
//! [`encode`] writes the same file, byte for byte, as libjpeg-turbo 2.1.5 does with the same settings: its fixed-point
//! colour conversion, its downsampling, its accurate integer transform ("islow"), and its way to build Huffman tables.
//!
//! | part | holds |
//! | --- | --- |
//! | `tables` | the zigzag order, and the tables of the standard's annex K |
//! | `encode` | pixels to a file |

mod encode;
mod tables;

pub use encode::{Chroma, EncodeOptions, GrayPolicy, MAX_SIDE, Segment, encode};
