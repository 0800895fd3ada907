//! The bytes of a file, and the markers among them.
//!
//! Behind its end a file goes on for ever with end-of-image markers (0xFF 0xD9), so that every loop over it ends and a
//! file that was cut off yields what it has. The first read behind the end is noted as damage.

use super::bits::Window;
use crate::Problem;

/// End of image.
pub(super) const EOI: u8 = 0xD9;
/// The first of the eight restart markers.
pub(super) const RST0: u8 = 0xD0;

/// Eight bytes as a number, the first as the most significant. WebAssembly has no instruction for it, but for vectors.
#[inline(always)]
fn big_endian(bytes: [u8; 8]) -> u64 {
    #[cfg(target_arch = "wasm32")]
    {
        use core::arch::wasm32::{i8x16_shuffle, u64x2_extract_lane, u64x2_splat};
        let bytes = u64x2_splat(u64::from_le_bytes(bytes));
        u64x2_extract_lane::<0>(i8x16_shuffle::<7, 6, 5, 4, 3, 2, 1, 0, 7, 6, 5, 4, 3, 2, 1, 0>(bytes, bytes))
    }
    #[cfg(not(target_arch = "wasm32"))]
    u64::from_be_bytes(bytes)
}

/// A file that is being read.
pub(super) struct Source<'a> {
    file: &'a [u8],
    /// The offset of the next byte; it may lie behind the end.
    pub(super) at: usize,
    /// A marker that was met in entropy-coded data and is still to be handled, or 0.
    pub(super) unread: u8,
    /// What was wrong first, among the things that cost pixels and do not stop the decoder.
    pub(super) damage: Option<Problem>,
}

impl<'a> Source<'a> {
    pub(super) fn new(file: &'a [u8]) -> Self {
        Self { file, at: 0, unread: 0, damage: None }
    }

    /// The failure to report at this place: a file that has ended is not broken but cut off.
    #[cold]
    pub(super) fn broken(&self, what: &'static str) -> Problem {
        if self.at > self.file.len() {
            Problem::Truncated { at: self.file.len() }
        } else {
            Problem::Damaged { at: self.at, what }
        }
    }

    /// Notes damage that does not stop the decoder.
    #[cold]
    pub(super) fn note(&mut self, what: &'static str) {
        let problem = self.broken(what);
        self.damage.get_or_insert(problem);
    }

    /// Notes that the file ends too early.
    #[cold]
    fn note_end(&mut self) {
        self.damage.get_or_insert(Problem::Truncated { at: self.file.len() });
    }

    /// The next byte.
    #[inline]
    pub(super) fn byte(&mut self) -> u8 {
        match self.file.get(self.at) {
            Some(byte) => {
                self.at += 1;
                *byte
            }
            None => self.byte_behind_the_end(),
        }
    }

    #[cold]
    fn byte_behind_the_end(&mut self) -> u8 {
        let byte = if (self.at - self.file.len()).is_multiple_of(2) { 0xFF } else { EOI };
        self.at += 1;
        self.note_end();
        byte
    }

    /// The next two bytes as a number, the more significant first.
    pub(super) fn word(&mut self) -> u16 {
        let high = self.byte();
        u16::from_be_bytes([high, self.byte()])
    }

    /// Skips bytes.
    pub(super) fn skip(&mut self, bytes: usize) {
        self.at += bytes;
        if self.at > self.file.len() {
            self.note_end();
        }
    }

    /// The bytes from here, up to so many of them.
    pub(super) fn ahead(&self, bytes: usize) -> &'a [u8] {
        let rest = self.file.get(self.at..).unwrap_or_default();
        &rest[..bytes.min(rest.len())]
    }

    /// The code of the next marker, which is neither 0 nor 0xFF; whatever lies before it is skipped.
    pub(super) fn next_marker(&mut self) -> u8 {
        loop {
            while self.byte() != 0xFF {}
            let mut code = self.byte();
            while code == 0xFF {
                code = self.byte();
            }
            if code != 0 {
                return code;
            }
        }
    }

    /// Takes the marker that comes now, whether the bits that were read last have met it or not.
    pub(super) fn take_marker(&mut self) -> u8 {
        match std::mem::take(&mut self.unread) {
            0 => self.next_marker(),
            code => code,
        }
    }

    /// Reads the restart marker of this number (0..=7). Where another marker comes, it decides as libjpeg does
    /// (`jpeg_resync_to_restart`): it goes on behind that marker, searches on, or leaves it unread, so that the next
    /// interval counts as empty.
    pub(super) fn restart(&mut self, number: u8) {
        let mut code = self.take_marker();
        if code == RST0 + number {
            return;
        }
        self.note("a restart marker is missing");
        loop {
            let ahead = code.wrapping_sub(RST0 + number) & 7;
            match code {
                0..0xC0 => {}
                RST0..=0xD7 if matches!(ahead, 1 | 2) => break,
                RST0..=0xD7 if matches!(ahead, 6 | 7) => {}
                RST0..=0xD7 => return,
                _ => break,
            }
            code = self.next_marker();
        }
        self.unread = code;
    }

    /// The next eight bytes where no marker is unread and none of them is 0xFF, the first as the most significant: all
    /// of them are data.
    #[inline(always)]
    pub(super) fn eight_plain_bytes(&self) -> Option<u64> {
        const ONES: u64 = 0x0101_0101_0101_0101;
        if self.unread != 0 {
            return None;
        }
        let bytes = self.file.get(self.at..)?.first_chunk::<8>()?;
        let word = big_endian(*bytes);
        // The usual test for a zero byte, of the complement.
        let has_ff = (!word).wrapping_sub(ONES) & word & (ONES << 7) != 0;
        (!has_ff).then_some(word)
    }

    /// Fills a window byte by byte, and with zeros from the next marker on.
    #[inline(never)]
    pub(super) fn fill_slowly(&mut self, mut window: Window) -> Window {
        while window.left <= 56 {
            if self.unread == 0
                && let Some(byte) = self.data_byte()
            {
                window.bits |= u64::from(byte) << (56 - window.left);
                window.left += 8;
                continue;
            }
            window.phantom += 56 - window.left / 8 * 8;
            window.left += 56 - window.left / 8 * 8;
            break;
        }
        window
    }

    /// The next byte of entropy-coded data, or none where a marker comes, which is unread then. Like libjpeg, it takes
    /// any number of 0xFF before a 0 as one byte of data.
    fn data_byte(&mut self) -> Option<u8> {
        let byte = self.byte();
        if byte != 0xFF {
            return Some(byte);
        }
        let mut code = self.byte();
        while code == 0xFF {
            code = self.byte();
        }
        if code == 0 {
            return Some(0xFF);
        }
        self.unread = code;
        None
    }
}
