//! Pixels leave the decoders and enter the encoders some rows at a time: each row once, from the top to the bottom.

use crate::common::golden::Random;
use crate::common::jpeg_encode::image;
use crate::common::png::{KINDS, Picture};
use pixelpool_codecs::jpeg::{Chroma, DecodeOptions, EncodeOptions, GrayPolicy, Jpeg, Scale, decode_rows};
use pixelpool_codecs::jpeg::{encode, encode_rows};
use pixelpool_codecs::png::Png;
use pixelpool_codecs::{DecodeRequest, Depth, Format, PixelSink, PixelSource, Problem};

const REFUSED: Problem = Problem::Unsupported("any more");

/// Takes stripes, up to some row.
struct Stripes {
    depth: Depth,
    size: Option<(usize, usize)>,
    pixels: Vec<u8>,
    /// Rows of each.
    rows: Vec<usize>,
    most_rows: usize,
}

impl Stripes {
    fn new(depth: Depth) -> Self {
        Self { depth, size: None, pixels: Vec::new(), rows: Vec::new(), most_rows: usize::MAX }
    }

    fn row_bytes(&self) -> usize {
        self.size.expect("the size comes before the rows").0 * self.depth.pixel_bytes()
    }
}

impl PixelSink for Stripes {
    fn size(&mut self, width: usize, height: usize) -> Result<(), Problem> {
        assert_eq!(self.size.replace((width, height)), None, "it is said once");
        Ok(())
    }

    fn rows(&mut self, first: usize, pixels: &[u8]) -> Result<(), Problem> {
        let rows = pixels.len() / self.row_bytes();
        assert!(rows > 0 && pixels.len().is_multiple_of(self.row_bytes()), "{} bytes", pixels.len());
        assert_eq!(first, self.rows.iter().sum::<usize>(), "the next row");
        self.pixels.extend_from_slice(pixels);
        self.rows.push(rows);
        if first + rows > self.most_rows { Err(REFUSED) } else { Ok(()) }
    }
}

/// Gives pixels row by row, up to some byte.
struct Rows<'a> {
    pixels: &'a [u8],
    row_bytes: usize,
    asked: Vec<(usize, usize)>,
    most: usize,
}

impl PixelSource for Rows<'_> {
    fn read(&mut self, at: usize, pixels: &mut [u8]) -> Result<(), Problem> {
        assert!(at.is_multiple_of(self.row_bytes) && pixels.len().is_multiple_of(self.row_bytes), "{at}");
        self.asked.push((at / self.row_bytes, pixels.len() / self.row_bytes));
        if at + pixels.len() > self.most {
            return Err(REFUSED);
        }
        let mut given = self.pixels;
        given.read(at, pixels)
    }
}

/// Checks what a decoder has handed over; the pixels, and whether there were several stripes.
fn checked(stripes: Stripes, size: (usize, usize)) -> (Vec<u8>, bool) {
    assert_eq!(stripes.size, Some(size));
    let Stripes { rows, pixels, .. } = stripes;
    assert_eq!(rows.iter().sum::<usize>(), size.1, "{rows:?}");
    // So that they are whole lines of the cache where the image is turned.
    assert!(rows[..rows.len() - 1].iter().all(|rows| rows.is_multiple_of(16)), "{rows:?}");
    (pixels, rows.len() > 1)
}

#[test]
fn of_jpeg_files_whatever_their_sampling_and_scale() {
    let (mut room, mut several) = (vec![9; 1000], 0);
    for (width, height) in [(1, 1), (7, 16), (16, 17), (33, 50), (500, 131), (1100, 70)] {
        for (turn, chroma) in [Chroma::C420, Chroma::C422, Chroma::C444, Chroma::C420].into_iter().enumerate() {
            for progressive in [false, true] {
                let gray = if turn == 3 { GrayPolicy::WhenGray } else { GrayPolicy::Never };
                let written = image(0, width, height, if turn == 3 { 1 } else { 3 }, 7);
                let options = EncodeOptions { quality: 100, chroma, progressive, gray, ..EncodeOptions::default() };
                let file = encode(&written, width, height, &options, &[]).expect("it is an image");
                for scale in [Scale::Full, Scale::Half, Scale::Quarter, Scale::Eighth] {
                    let mut stripes = Stripes::new(Depth::Eight);
                    let options = DecodeOptions { scale, ..DecodeOptions::default() };
                    assert_eq!(decode_rows(&file, &options, &mut room, &mut stripes), Ok(None));
                    let (read, is_several) = checked(stripes, scale.of(width as usize, height as usize));
                    several += usize::from(is_several);
                    if scale == Scale::Full && (chroma == Chroma::C444 || turn == 3) {
                        let furthest = read.iter().zip(&written).map(|(a, b)| a.abs_diff(*b)).max();
                        assert!(furthest < Some(8), "{furthest:?} in {width} × {height}, {progressive}");
                    }
                }
            }
        }
    }
    assert!(several > 20, "large images have several");
}

#[test]
fn of_png_files_also_where_a_row_is_longer_than_a_stripe() {
    let mut random = Random::new(6);
    let (mut room, mut several) = (vec![9; 1000], 0);
    for (color, depths) in KINDS {
        for [width, height] in [[1, 1], [5, 33], [700, 100], [9000, 35]] {
            for is_interlaced in [false, true] {
                let has_key = random.below(2) == 0;
                let picture = Picture::random(&mut random, [width, height], color, depths[depths.len() - 1], has_key);
                let file = picture.file(is_interlaced, &mut random);
                for depth in [Depth::Eight, Depth::Sixteen] {
                    let mut stripes = Stripes::new(depth);
                    let request = DecodeRequest { shrink: 1, depth, most_bytes: 1 << 30, inks: false };
                    assert_eq!(Png::decode(&file, &request, &mut room, &mut stripes), Ok(()));
                    let (read, is_several) = checked(stripes, (width, height));
                    assert!(read == picture.pixels(depth), "type {color}, {width} × {height}, {depth:?}");
                    several += usize::from(is_several);
                }
            }
        }
    }
    assert!(several >= 20, "large images have several");
}

#[test]
fn jpeg_files_are_made_of_the_rows_of_one_row_of_mcus_after_the_other() {
    for (chroma, at_once) in [(Chroma::C420, 16), (Chroma::C422, 8), (Chroma::C444, 8)] {
        for (width, height) in [(1, 1), (40, 16), (33, 49)] {
            for (progressive, optimize) in [(false, false), (false, true), (true, false)] {
                let pixels = image(3, width, height, 3, 8);
                let options = EncodeOptions { chroma, progressive, optimize, ..EncodeOptions::default() };
                let row_bytes = width as usize * 4;
                let mut rows = Rows { pixels: &pixels, row_bytes, asked: Vec::new(), most: pixels.len() };
                let mut file = vec![7; 10];
                let result = encode_rows(&mut rows, (width, height), &options, &[], &mut vec![9; 99], &mut file);
                assert_eq!(result, Ok(()));
                assert!(Ok(file) == encode(&pixels, width, height, &options, &[]));
                let height = height as usize;
                let expected: Vec<_> =
                    (0..height).step_by(at_once).map(|first| (first, at_once.min(height - first))).collect();
                assert_eq!(rows.asked, expected, "{chroma:?}, {progressive}, {optimize}");
            }
        }
    }
}

#[test]
fn what_cannot_be_taken_or_given_ends_the_work() {
    let (width, height) = (40, 100);
    let pixels = image(3, width, height, 3, 9);
    let row_bytes = width as usize * 4;
    for progressive in [false, true] {
        let options = EncodeOptions { progressive, ..EncodeOptions::default() };
        let file = encode(&pixels, width, height, &options, &[]).expect("it is an image");
        let mut stripes = Stripes { most_rows: 50, ..Stripes::new(Depth::Eight) };
        let request = DecodeRequest { shrink: 8, depth: Depth::Eight, most_bytes: 1 << 20, inks: false };
        assert_eq!(Jpeg::decode(&file, &request, &mut Vec::new(), &mut stripes), Ok(()), "it has 13 rows");
        let mut stripes = Stripes { most_rows: 50, ..Stripes::new(Depth::Eight) };
        let request = DecodeRequest { shrink: 1, ..request };
        assert_eq!(Jpeg::decode(&file, &request, &mut Vec::new(), &mut stripes), Err(REFUSED));
        let mut rows = Rows { pixels: &pixels, row_bytes, asked: Vec::new(), most: 32 * row_bytes };
        let result = encode_rows(&mut rows, (width, height), &options, &[], &mut Vec::new(), &mut Vec::new());
        assert_eq!((result, rows.asked.len()), (Err(REFUSED), 3));
    }
}
