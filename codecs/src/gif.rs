//! GIF files (versions 87a and 89a): the first frame. The crate `weezl` unpacks the data; what is around them is read here.
//!
//! The image is as large as the file says, or larger where its first frame reaches over the edge, as in browsers. Where the frame does
//! not cover it, pixels are transparent black; the background colour that the file names is not used, as browsers do not use it. A
//! transparent pixel keeps the colour that the table has for it. What is behind the frame is not looked at.

use crate::format::widen;
use crate::{
    DecodeRequest, Depth, EncodeRequest, Format, PixelSink, PixelSource, Problem, bytes_within, hand_over, reach,
};
use weezl::{BitOrder, LzwStatus, decode::Decoder};

/// GIF as a [`Format`]: decodes 8 bits, and does not encode.
#[derive(Debug)]
pub struct Gif;

impl Format for Gif {
    fn decode(
        file: &[u8],
        request: &DecodeRequest,
        room: &mut Vec<u8>,
        sink: &mut dyn PixelSink,
    ) -> Result<(), Problem> {
        let mut reader = Reader { file, at: 0 };
        let frame = Frame::read(&mut reader)?;
        let (width, height) = (frame.width, frame.height);
        let pixels = reach(room, bytes_within(width, height, request)?)?;
        let canvas = &mut pixels[..4 * width * height];
        canvas.fill(0);
        frame.unpack(&mut reader, canvas)?;
        if request.depth == Depth::Sixteen {
            widen(pixels);
        }
        hand_over(sink, width, height, pixels)
    }

    fn encode(_: &EncodeRequest, _: &mut dyn PixelSource, _: &mut Vec<u8>, _: &mut Vec<u8>) -> Result<(), Problem> {
        Err(Problem::Unsupported("writing GIF files"))
    }
}

struct Reader<'a> {
    file: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn bytes(&mut self, length: usize) -> Result<&'a [u8], Problem> {
        let bytes = self.file[self.at..].get(..length).ok_or(Problem::Truncated { at: self.file.len() })?;
        self.at += length;
        Ok(bytes)
    }

    fn byte(&mut self) -> Result<u8, Problem> {
        Ok(self.bytes(1)?[0])
    }

    /// One part of what comes in parts, each with its length before it; the last one is empty.
    fn part(&mut self) -> Result<&'a [u8], Problem> {
        let length = self.byte()?;
        self.bytes(length.into())
    }

    /// Two sizes, or a place.
    fn pair(&mut self) -> Result<(usize, usize), Problem> {
        let pair = self.bytes(4)?;
        let number = |at| usize::from(u16::from_le_bytes([pair[at], pair[at + 1]]));
        Ok((number(0), number(2)))
    }

    /// The table of colours that these flags tell of: three bytes for each.
    fn table(&mut self, flags: u8) -> Result<Option<&'a [u8]>, Problem> {
        (flags & 0x80 != 0).then(|| self.bytes(3 << ((flags & 7) + 1))).transpose()
    }
}

/// The first frame, and the image that it is a part of.
struct Frame {
    width: usize,
    height: usize,
    left: usize,
    top: usize,
    frame_width: usize,
    frame_height: usize,
    is_interlaced: bool,
    /// The pixel of each number.
    colors: [[u8; 4]; 256],
    code_size: u8,
}

/// What blocks begin with.
const EXTENSION: u8 = 0x21;
const IMAGE: u8 = 0x2C;
const TRAILER: u8 = 0x3B;
/// The extension that says how the next image is shown.
const CONTROL: u8 = 0xF9;

impl Frame {
    /// Reads up to the data of the first frame.
    fn read(reader: &mut Reader<'_>) -> Result<Self, Problem> {
        if !(reader.file.starts_with(b"GIF87a") || reader.file.starts_with(b"GIF89a")) {
            return Err(Problem::NotThisFormat);
        }
        reader.at = 6;
        let screen = reader.pair()?;
        // Behind the flags are the background colour and the shape of a pixel.
        let flags = reader.bytes(3)?[0];
        let global = reader.table(flags)?;
        let mut transparent = None;
        loop {
            let at = reader.at;
            match reader.byte()? {
                EXTENSION => {
                    let is_control = reader.byte()? == CONTROL;
                    let mut part = reader.part()?;
                    if let (true, &[flags, _, _, index, ..]) = (is_control, part) {
                        transparent = (flags & 1 != 0).then_some(index);
                    }
                    while !part.is_empty() {
                        part = reader.part()?;
                    }
                }
                IMAGE => return Self::read_image(reader, screen, global, transparent),
                TRAILER => return Err(Problem::Damaged { at, what: "there is no image in it" }),
                // Some files have a byte or two between blocks.
                _ => {}
            }
        }
    }

    fn read_image(
        reader: &mut Reader<'_>,
        screen: (usize, usize),
        global: Option<&[u8]>,
        transparent: Option<u8>,
    ) -> Result<Self, Problem> {
        let at = reader.at;
        let (left, top) = reader.pair()?;
        let (frame_width, frame_height) = reader.pair()?;
        let (width, height) = (screen.0.max(left + frame_width), screen.1.max(top + frame_height));
        if frame_width == 0 || frame_height == 0 {
            return Err(Problem::Damaged { at, what: "its first image has no pixels" });
        }
        let flags = reader.byte()?;
        let table = reader.table(flags)?.or(global);
        let table = table.ok_or(Problem::Damaged { at, what: "there is no table of colors" })?;
        let mut colors = [[0, 0, 0, 255]; 256];
        for (color, &[red, green, blue]) in colors.iter_mut().zip(table.as_chunks().0) {
            *color = [red, green, blue, 255];
        }
        if let Some(index) = transparent {
            colors[usize::from(index)][3] = 0;
        }
        let at = reader.at;
        let code_size = reader.byte()?;
        if code_size > 8 {
            return Err(Problem::Damaged { at, what: "codes of a length that cannot be" });
        }
        let is_interlaced = flags & 0x40 != 0;
        Ok(Self { width, height, left, top, frame_width, frame_height, is_interlaced, colors, code_size })
    }

    /// Unpacks its pixels onto a canvas of the image's size.
    fn unpack(&self, reader: &mut Reader<'_>, canvas: &mut [u8]) -> Result<(), Problem> {
        let mut decoder = Decoder::new(BitOrder::Lsb, self.code_size);
        let mut indices = [0; 4096];
        let (mut rows, mut x) = (self.rows(), 0);
        let mut row = rows.next();
        loop {
            let start = reader.at;
            let mut part = reader.part()?;
            let is_last = part.is_empty();
            loop {
                let at = reader.at - part.len();
                let result = decoder.decode_bytes(part, &mut indices);
                part = &part[result.consumed_in..];
                let mut unpacked = &indices[..result.consumed_out];
                while let (Some(y), false) = (row, unpacked.is_empty()) {
                    let (now, later) = unpacked.split_at(unpacked.len().min(self.frame_width - x));
                    let start = (self.top + y) * self.width + self.left + x;
                    let pixels = canvas.as_chunks_mut::<4>().0[start..].iter_mut();
                    pixels.zip(now).for_each(|(pixel, index)| *pixel = self.colors[usize::from(*index)]);
                    (unpacked, x) = (later, x + now.len());
                    if x == self.frame_width {
                        (row, x) = (rows.next(), 0);
                    }
                }
                if row.is_none() {
                    return Ok(());
                }
                match result.status {
                    Err(_) => return Err(Problem::Damaged { at, what: "a code that has no meaning yet" }),
                    Ok(LzwStatus::Done) => return Err(Problem::Damaged { at, what: "the image ends too early" }),
                    // It holds no more bits that it has not used.
                    Ok(LzwStatus::NoProgress) => break,
                    Ok(LzwStatus::Ok) => {}
                }
            }
            if is_last {
                return Err(Problem::Damaged { at: start, what: "the image ends too early" });
            }
        }
    }

    /// Its rows in the order of the file.
    fn rows(&self) -> impl Iterator<Item = usize> + use<> {
        const PASSES: [(usize, usize); 4] = [(0, 8), (4, 8), (2, 4), (1, 2)];
        let (passes, height) = (if self.is_interlaced { &PASSES[..] } else { &[(0, 1)] }, self.frame_height);
        passes.iter().flat_map(move |&(first, step)| (first..height).step_by(step))
    }
}
