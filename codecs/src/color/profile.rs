//! What stands where in a profile (ICC.1:2022, 7), read only as far as it is asked for.

use super::BROKEN;
use crate::Problem;

/// Profiles of more bytes are ignored. The largest ones in use, of printers, have some three million.
const MOST_BYTES: usize = 16 << 20;

/// The colours of the pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Space {
    Gray,
    Rgb,
    Cmyk,
}

/// The colours that a profile leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Connection {
    Xyz,
    Lab,
}

/// A profile whose header is right.
pub(super) struct Profile<'a> {
    bytes: &'a [u8],
    pub(super) space: Space,
    pub(super) connection: Connection,
}

impl<'a> Profile<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, Problem> {
        if bytes.len() > MOST_BYTES {
            return Err(Problem::Unsupported("the profile is too large"));
        }
        let size = u32_at(bytes, 0)? as usize;
        let bytes = bytes.get(..size).ok_or(BROKEN)?;
        if bytes.get(36..40) != Some(b"acsp") {
            return Err(BROKEN);
        }
        if bytes[8] > 4 {
            return Err(Problem::Unsupported("the profile is of a version that is not known here"));
        }
        // Displays, scanners and cameras, printers, and colour spaces.
        if !matches!(&bytes[12..16], b"mntr" | b"scnr" | b"prtr" | b"spac") {
            return Err(Problem::Unsupported("the profile does not say what the picture's colours are"));
        }
        let space = match &bytes[16..20] {
            b"GRAY" => Space::Gray,
            b"RGB " => Space::Rgb,
            b"CMYK" => Space::Cmyk,
            _ => return Err(Problem::Unsupported("the profile is of colours that no picture here has")),
        };
        let connection = match &bytes[20..24] {
            b"XYZ " => Connection::Xyz,
            b"Lab " => Connection::Lab,
            _ => return Err(BROKEN),
        };
        Ok(Self { bytes, space, connection })
    }

    /// The data of a tag, which may go on behind it: some profiles state a length that is too short.
    pub(super) fn tag(&self, name: [u8; 4]) -> Option<&'a [u8]> {
        let count = u32_at(self.bytes, 128).ok()? as usize;
        let (entries, _) = self.bytes.get(132..)?.as_chunks::<12>();
        let entry = entries.iter().take(count).find(|entry| entry[..4] == name)?;
        self.bytes.get(u32_at(entry, 4).ok()? as usize..)
    }

    /// The X, Y and Z of a tag.
    pub(super) fn xyz(&self, name: [u8; 4]) -> Result<[f64; 3], Problem> {
        let data = self.tag(name).filter(|data| data.starts_with(b"XYZ ")).ok_or(BROKEN)?;
        Ok([fixed(data, 8)?, fixed(data, 12)?, fixed(data, 16)?])
    }
}

pub(super) fn u16_at(data: &[u8], at: usize) -> Result<u16, Problem> {
    data.get(at..).and_then(<[u8]>::first_chunk).map(|bytes| u16::from_be_bytes(*bytes)).ok_or(BROKEN)
}

pub(super) fn u32_at(data: &[u8], at: usize) -> Result<u32, Problem> {
    data.get(at..).and_then(<[u8]>::first_chunk).map(|bytes| u32::from_be_bytes(*bytes)).ok_or(BROKEN)
}

/// A number of 16 bits and 16 more behind the point.
pub(super) fn fixed(data: &[u8], at: usize) -> Result<f64, Problem> {
    Ok(f64::from(u32_at(data, at)?.cast_signed()) / 65536.0)
}
