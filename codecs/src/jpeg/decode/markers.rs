//! The marker segments of a file, as libjpeg reads them (`jdmarker.c`).

use super::Color;
use super::frame::{Declared, FrameHeader, MOST_COMPONENTS};
use super::source::{EOI, Source};
use crate::Problem;
use crate::jpeg::tables::{CHROMA_AC, CHROMA_DC, COEFFICIENTS, HuffmanTable, LUMA_AC, LUMA_DC, ZIGZAG};

const SOI: u8 = 0xD8;
const SOS: u8 = 0xDA;
const APP0: u8 = 0xE0;
const APP14: u8 = 0xEE;

/// From zigzag order to the order of rows. What a broken file puts behind the end lands on the last coefficient.
pub(super) const NATURAL_ORDER: [u8; 128] = {
    let mut order = [63; 128];
    order.split_at_mut(COEFFICIENTS).0.copy_from_slice(&ZIGZAG);
    order
};

/// What a scan header (SOS) says.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ScanHeader {
    /// For each component: its place in the frame, and the slots of its tables for DC and AC.
    pub(super) components: [(usize, u8, u8); MOST_COMPONENTS],
    pub(super) count: usize,
    /// The first and the last coefficient in zigzag order.
    pub(super) first: u8,
    pub(super) last: u8,
    /// The bit position of the scan before, and of this one.
    pub(super) high: u8,
    pub(super) low: u8,
}

impl ScanHeader {
    /// Its components.
    pub(super) fn components(&self) -> &[(usize, u8, u8)] {
        &self.components[..self.count.min(MOST_COMPONENTS)]
    }

    /// A bit for each of its coefficients, the least significant one for the first in zigzag order.
    pub(super) fn band(&self) -> u64 {
        !0 >> (63 - self.last.min(63)) & !0 << self.first.min(63)
    }
}

/// What [`Markers::next_scan`] comes to.
pub(super) enum Reached {
    Scan(ScanHeader),
    End,
}

/// What the segments read so far say.
#[derive(Default)]
pub(super) struct Markers {
    pub(super) frame: Option<FrameHeader>,
    pub(super) quantisation: [Option<[i16; 64]>; 4],
    pub(super) dc: [Option<HuffmanTable>; 4],
    pub(super) ac: [Option<HuffmanTable>; 4],
    /// MCUs between restart markers, or 0.
    pub(super) restart_interval: u32,
    has_jfif: bool,
    adobe_transform: Option<u8>,
}

impl Markers {
    /// Reads the start-of-image marker, which must come first.
    pub(super) fn start(source: &mut Source) -> Result<(), Problem> {
        if source.ahead(2) != [0xFF, SOI] {
            return Err(Problem::NotThisFormat);
        }
        source.skip(2);
        Ok(())
    }

    /// Reads segments up to the next scan, or to the end of the image.
    pub(super) fn next_scan(&mut self, source: &mut Source) -> Result<Reached, Problem> {
        loop {
            match source.take_marker() {
                SOS => return self.scan_header(source).map(Reached::Scan),
                EOI => return Ok(Reached::End),
                code => self.segment(code, source)?,
            }
        }
    }

    /// Reads the segment behind a marker that is neither SOS nor EOI.
    pub(super) fn segment(&mut self, code: u8, source: &mut Source) -> Result<(), Problem> {
        match code {
            SOI => return Err(source.broken("a second start of image")),
            0xC0..=0xC2 => self.frame_header(code == 0xC2, source)?,
            0xC9 | 0xCA => return Err(Problem::Unsupported("arithmetic coding")),
            0xC3 | 0xCB => return Err(Problem::Unsupported("lossless coding")),
            0xC5..=0xC7 | 0xCD..=0xCF | 0xDE => return Err(Problem::Unsupported("hierarchical coding")),
            0xC4 => self.huffman_tables(source)?,
            0xDB => self.quantisation_tables(source)?,
            0xDD => {
                if source.word() != 4 {
                    return Err(source.broken("a restart interval of a wrong length"));
                }
                self.restart_interval = u32::from(source.word());
            }
            APP0..=0xEF => {
                let length = usize::from(source.word()).saturating_sub(2);
                self.application_data(code, source.ahead(length));
                source.skip(length);
            }
            0xCC => arithmetic_conditioning(source)?,
            // DNL and comments.
            0xDC | 0xFE => {
                let length = usize::from(source.word()).saturating_sub(2);
                source.skip(length);
            }
            // TEM and restart markers stand alone.
            0x01 | 0xD0..=0xD7 => {}
            _ => return Err(source.broken("an unknown marker")),
        }
        Ok(())
    }

    fn application_data(&mut self, code: u8, data: &[u8]) {
        match code {
            APP0 if data.len() >= 14 && data.starts_with(b"JFIF\0") => self.has_jfif = true,
            APP14 if data.len() >= 12 && data.starts_with(b"Adobe") => self.adobe_transform = data.get(11).copied(),
            _ => {}
        }
    }

    fn frame_header(&mut self, is_progressive: bool, source: &mut Source) -> Result<(), Problem> {
        let length = source.word();
        let precision = source.byte();
        let height = usize::from(source.word());
        let width = usize::from(source.word());
        let count = source.byte();
        if self.frame.is_some() {
            return Err(source.broken("a second frame"));
        }
        if width == 0 || height == 0 || count == 0 {
            return Err(source.broken("a frame without pixels"));
        }
        if length != 8 + 3 * u16::from(count) {
            return Err(source.broken("a frame header of a wrong length"));
        }
        let mut components = [Declared::default(); MOST_COMPONENTS];
        for i in 0..usize::from(count) {
            let (id, factors, quantisation) = (source.byte(), source.byte(), source.byte());
            if let Some(component) = components.get_mut(i) {
                *component = Declared { id, across: factors >> 4, down: factors & 15, quantisation };
            }
        }
        self.frame = Some(FrameHeader { width, height, precision, is_progressive, count, components });
        Ok(())
    }

    fn huffman_tables(&mut self, source: &mut Source) -> Result<(), Problem> {
        let mut left = i32::from(source.word()) - 2;
        while left > 16 {
            let slot = source.byte();
            let mut table = HuffmanTable { counts: [0; 16], symbols: [0; 256] };
            table.counts.fill_with(|| source.byte());
            let count: i32 = table.counts.iter().map(|count| i32::from(*count)).sum();
            left -= 17;
            let Some(symbols) = table.symbols.get_mut(..count as usize).filter(|_| count <= left) else {
                return Err(source.broken("a Huffman table with too many codes"));
            };
            symbols.fill_with(|| source.byte());
            left -= count;
            let tables = if slot & 0x10 == 0 { &mut self.dc } else { &mut self.ac };
            match tables.get_mut(usize::from(slot & !0x10)) {
                Some(place) => *place = Some(table),
                None => return Err(source.broken("a Huffman table in a slot that does not exist")),
            }
        }
        if left == 0 { Ok(()) } else { Err(source.broken("a Huffman table of a wrong length")) }
    }

    fn quantisation_tables(&mut self, source: &mut Source) -> Result<(), Problem> {
        let mut left = i32::from(source.word()) - 2;
        while left > 0 {
            let head = source.byte();
            let Some(place) = self.quantisation.get_mut(usize::from(head & 15)) else {
                return Err(source.broken("a quantisation table in a slot that does not exist"));
            };
            let table = place.insert([0; 64]);
            for at in NATURAL_ORDER.iter().take(64) {
                let value = if head >> 4 == 0 { u16::from(source.byte()) } else { source.word() };
                // Like libjpeg's vector code, which multiplies by numbers of 16 bits with a sign.
                table[usize::from(at & 63)] = value as i16;
            }
            left -= if head >> 4 == 0 { 65 } else { 129 };
        }
        if left == 0 { Ok(()) } else { Err(source.broken("a quantisation table of a wrong length")) }
    }

    fn scan_header(&mut self, source: &mut Source) -> Result<ScanHeader, Problem> {
        let Some(frame) = &self.frame else {
            return Err(source.broken("a scan without a frame"));
        };
        let length = source.word();
        let count = source.byte();
        if length != 6 + 2 * u16::from(count) || !(1..=4).contains(&count) {
            return Err(source.broken("a scan header of a wrong length"));
        }
        let mut header = ScanHeader { count: usize::from(count), ..Default::default() };
        for i in 0..header.count {
            let (id, tables) = (source.byte(), source.byte());
            // Components come in the order of the frame; libjpeg looks for each from its place in the scan on.
            let found = frame.components().iter().enumerate().skip(i).find(|(_, component)| component.id == id);
            let place = found.map(|(place, _)| place);
            match place.filter(|place| !header.components[..i].iter().any(|earlier| earlier.0 == *place)) {
                Some(place) => header.components[i] = (place, tables >> 4, tables & 15),
                None => return Err(source.broken("a scan of a component that does not exist")),
            }
        }
        header.first = source.byte();
        header.last = source.byte();
        let bits = source.byte();
        (header.high, header.low) = (bits >> 4, bits & 15);
        Ok(header)
    }

    /// The colours of the frame's components (`default_decompress_parms` of libjpeg).
    pub(super) fn color(&self) -> Color {
        let Some(frame) = &self.frame else {
            return Color::Gray;
        };
        match (frame.components(), self.adobe_transform) {
            ([_], _) => Color::Gray,
            ([_, _, _], _) if self.has_jfif => Color::YCbCr,
            ([_, _, _], Some(0)) => Color::Rgb,
            ([_, _, _], Some(_)) => Color::YCbCr,
            ([a, b, c], None) if [a.id, b.id, c.id] == *b"RGB" => Color::Rgb,
            ([_, _, _], None) => Color::YCbCr,
            (_, Some(0) | None) => Color::Cmyk,
            (_, Some(_)) => Color::Ycck,
        }
    }

    /// Fills the first two slots for Huffman tables of either kind with those of the standard, where they are empty: frames of
    /// Motion JPEG leave them out.
    pub(super) fn fill_in(&mut self) {
        for (i, (dc, ac)) in [(LUMA_DC, LUMA_AC), (CHROMA_DC, CHROMA_AC)].into_iter().enumerate() {
            self.dc[i].get_or_insert(dc);
            self.ac[i].get_or_insert(ac);
        }
    }

    /// Whether a JFIF segment was read.
    pub(super) fn has_jfif(&self) -> bool {
        self.has_jfif
    }

    /// The colour transform that an Adobe segment states.
    pub(super) fn adobe_transform(&self) -> Option<u8> {
        self.adobe_transform
    }
}

/// Reads the conditioning of arithmetic coding (DAC), which no file that is decoded here needs; it must be right.
fn arithmetic_conditioning(source: &mut Source) -> Result<(), Problem> {
    let mut left = i32::from(source.word()) - 2;
    while left > 0 {
        let (slot, value) = (source.byte(), source.byte());
        let is_right = slot < 16 && value & 15 <= value >> 4 || (16..32).contains(&slot);
        if !is_right {
            return Err(source.broken("conditioning of arithmetic coding out of range"));
        }
        left -= 2;
    }
    if left == 0 { Ok(()) } else { Err(source.broken("conditioning of arithmetic coding of a wrong length")) }
}

#[cfg(test)]
mod tests {
    use super::NATURAL_ORDER;

    #[test]
    fn the_order_is_that_of_the_standard() {
        assert_eq!(NATURAL_ORDER[..10], [0, 1, 8, 16, 9, 2, 3, 10, 17, 24]);
        assert_eq!(NATURAL_ORDER[54..66], [39, 46, 53, 60, 61, 54, 47, 55, 62, 63, 63, 63]);
        let mut sorted = NATURAL_ORDER;
        sorted[..64].sort_unstable();
        assert!(sorted[..64].iter().enumerate().all(|(i, at)| i == usize::from(*at)));
    }
}
