//! PNG files lose nothing in either direction, and nothing in a file makes the decoder panic, hang, or take memory.

use crate::common::golden::Random;
use crate::common::png::{self as files, KINDS, PALETTE, Picture, chunk, decode, encode, stored};
use pixelpool_codecs::png::Png;
use pixelpool_codecs::{DecodeRequest, Depth, EncodeRequest, Format, Image, OPTIMIZED, Problem};
use std::io::{Cursor, Write};

#[test]
fn every_kind_is_decoded() {
    files::every_kind_is_decoded();
}

/// And the decoder of the `png` crate finds them in the file too.
#[test]
fn the_same_pixels_come_back() {
    files::the_same_pixels_come_back(|pixels, [width, height], depth, file| {
        let mut decoder = png::Decoder::new(Cursor::new(file));
        decoder.ignore_checksums(false);
        decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::ALPHA);
        let mut reader = decoder.read_info().expect("it has a head");
        let mut found = vec![0; reader.output_buffer_size().expect("it is small")];
        let info = reader.next_frame(&mut found).expect("it is decoded");
        reader.finish().expect("it is complete");
        assert_eq!((info.width as usize, info.height as usize), (width, height));
        let size = if depth == Depth::Eight { 1 } else { 2 };
        // Red, green, blue and alpha; its numbers of 16 bits have the upper byte first.
        let colors = if info.color_type == png::ColorType::GrayscaleAlpha { [0, 0, 0, 1] } else { [0, 1, 2, 3] };
        let numbers = found.chunks(info.color_type.samples() * size);
        let found: Vec<u8> = numbers
            .flat_map(|pixel| {
                colors.iter().flat_map(|at| pixel[at * size..][..size].iter().rev()).copied().collect::<Vec<_>>()
            })
            .collect();
        assert!(found == pixels, "{width} × {height}, {depth:?}, {:?}", info.color_type);
    });
}

#[test]
fn every_level_and_every_alpha_comes_back() {
    let grays: Vec<u8> =
        (0..=u16::MAX).flat_map(|gray| [gray, gray, gray, u16::MAX].map(u16::to_le_bytes).concat()).collect();
    for flags in [0, OPTIMIZED] {
        let file = encode(&grays, [256, 256], Depth::Sixteen, flags);
        assert_eq!(&file[24..26], [16, 0], "it is grey of 16 bits");
        assert!(decode(&file, Depth::Sixteen) == Ok((256, 256, grays.clone())));
        let rounded: Vec<u8> = (0..=u16::MAX)
            .flat_map(|gray| [(f64::from(gray) / 257.0).round() as u8; 3].into_iter().chain([255]))
            .collect();
        assert!(decode(&file, Depth::Eight) == Ok((256, 256, rounded)));
        let alphas: Vec<u8> = (0..=255).flat_map(|alpha| [200, 100, 50, alpha]).collect();
        let file = encode(&alphas, [256, 1], Depth::Eight, flags);
        assert!(decode(&file, Depth::Eight) == Ok((256, 1, alphas)));
    }
}

/// The depth and the colour type of a file's header.
fn kind(file: &[u8]) -> [u8; 2] {
    [file[24], file[25]]
}

#[test]
fn the_smallest_kind_without_loss_is_written() {
    let mut random = Random::new(3);
    let size = [50, 40];
    let mut kinds =
        |depth, look, flags| kind(&encode(&files::pixels(&mut random, size, depth, look), size, depth, flags));
    for flags in [0, OPTIMIZED] {
        assert_eq!([0, 1, 2, 3].map(|look| kinds(Depth::Eight, look, flags)), [[8, 6], [8, 2], [8, 0], [8, 4]]);
        assert_eq!([0, 1, 2, 3].map(|look| kinds(Depth::Sixteen, look, flags)), [[16, 6], [16, 2], [16, 0], [16, 4]]);
    }
    // Thirty and thirty-seven colours, and one.
    assert_eq!([4, 5, 9].map(|look| kinds(Depth::Eight, look, OPTIMIZED)), [[8, 3], [8, 3], [1, 3]]);
    assert_eq!(kinds(Depth::Eight, 4, 0), [8, 6], "that takes time");
}

#[test]
fn optimized_files_are_smaller() {
    let mut random = Random::new(4);
    for look in 4..9 {
        let pixels = files::pixels(&mut random, [200, 150], Depth::Eight, look);
        let [quick, optimized] = [0, OPTIMIZED].map(|flags| encode(&pixels, [200, 150], Depth::Eight, flags).len());
        assert!(optimized < quick, "{look}: {optimized}, {quick}");
    }
}

#[test]
fn what_cannot_be_written_is_told() {
    let try_size = |width, height| {
        let request = EncodeRequest { width, height, depth: Depth::Eight, quality: 90, flags: 0, background: [0; 3] };
        Png::encode(&request, &mut &[0; 16][..], &mut Vec::new(), &mut Vec::new())
    };
    assert_eq!(try_size(2, 2), Ok(()));
    assert_eq!(try_size(2, 3), Err(Problem::Unsupported("pixels that are not width times height")));
    assert!(matches!(try_size(0, 2), Err(Problem::Unsupported(_))));
    assert_eq!(try_size(1 << 31, 1), Err(Problem::TooLarge));
    assert_eq!(try_size(usize::MAX, usize::MAX), Err(Problem::TooLarge));
}

/// A small picture of each kind, interlaced and not, with the image's data packed in two chunks.
pub(super) fn samples() -> Vec<Vec<u8>> {
    let mut random = Random::new(5);
    let mut samples = Vec::new();
    for (color, depths) in KINDS {
        for (i, depth) in depths.iter().enumerate() {
            let picture = Picture::random(&mut random, [19, 11], color, *depth, false);
            samples.push(packed(&picture, i % 2 == 1, &mut random));
        }
    }
    samples
}

fn packed(picture: &Picture, is_interlaced: bool, random: &mut Random) -> Vec<u8> {
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(&picture.filtered(is_interlaced, random)).expect("there is memory");
    let data = packer.finish().expect("there is memory");
    let mut file = picture.head(is_interlaced);
    let (first, second) = data.split_at(data.len() / 3);
    chunk(&mut file, b"IDAT", first);
    chunk(&mut file, b"IDAT", second);
    chunk(&mut file, b"IEND", &[]);
    file
}

#[test]
fn files_that_are_cut_off_are_told_as_such() {
    for file in samples() {
        assert_eq!(decode(&[], Depth::Eight), Err(Problem::NotThisFormat));
        for end in 1..file.len() {
            assert_eq!(decode(&file[..end], Depth::Eight), Err(Problem::Truncated { at: end }));
        }
        // What comes behind the end is not of the picture.
        let longer = [&file[..], b"more"].concat();
        assert_eq!(decode(&longer, Depth::Eight), decode(&file, Depth::Eight));
    }
}

#[test]
fn no_wrong_bit_is_overlooked() {
    for file in samples() {
        for bit in 0..file.len() * 8 {
            let mut broken = file.clone();
            broken[bit / 8] ^= 1 << (bit % 8);
            assert!(decode(&broken, Depth::Eight).is_err(), "bit {bit}");
        }
    }
}

/// The offset of a chunk of this kind.
fn place(file: &[u8], kind: &[u8; 4]) -> usize {
    file.windows(4).position(|four| four == kind).expect("there is one") - 4
}

/// A file with something done to the data of a chunk, and its checksum made right again.
fn changed(file: &[u8], kind: &[u8; 4], change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let at = place(file, kind);
    let length = u32::from_be_bytes(file[at..at + 4].try_into().expect("four bytes")) as usize;
    let mut data = file[at + 8..][..length].to_vec();
    change(&mut data);
    let mut new = file[..at].to_vec();
    chunk(&mut new, kind, &data);
    new.extend(&file[at + 12 + length..]);
    new
}

fn with_chunk(file: &[u8], before: &[u8; 4], kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let at = place(file, before);
    let mut new = file[..at].to_vec();
    chunk(&mut new, kind, data);
    new.extend(&file[at..]);
    new
}

#[test]
fn damage_is_told_with_its_place() {
    let mut random = Random::new(6);
    let picture = Picture::random(&mut random, [9, 7], PALETTE, 4, true);
    let file = picture.file(false, &mut random);
    assert!(decode(&file, Depth::Eight).is_ok());
    let at_chunk = |file: &[u8], kind| match decode(file, Depth::Eight) {
        Err(Problem::Damaged { at, .. }) => assert_eq!(at, place(file, kind)),
        other => panic!("{other:?}"),
    };
    for length in [0, 7, 259 * 3] {
        at_chunk(&changed(&file, b"PLTE", |data| data.resize(length, 0)), b"PLTE");
    }
    for (at, value) in [(3, 0), (0, 0x80), (8, 3), (8, 16), (9, 1), (10, 1), (11, 1), (12, 2)] {
        at_chunk(&changed(&file, b"IHDR", |data| data[at] = value), b"IHDR");
    }
    let gray = Picture::random(&mut random, [9, 7], 0, 8, true).file(false, &mut random);
    at_chunk(&changed(&gray, b"tRNS", |data| data.truncate(1)), b"tRNS");
    let split = with_chunk(&gray, b"IEND", b"tEXt", b"Comment\0between");
    let at = place(&split, b"IEND");
    let split = with_chunk(&split, b"IEND", b"IDAT", b"");
    assert!(matches!(decode(&split, Depth::Eight), Err(Problem::Damaged { at: found, .. }) if found == at));
}

#[test]
fn damage_of_packed_data_is_told() {
    let mut random = Random::new(7);
    let picture = Picture::random(&mut random, [30, 30], 2, 8, false);
    let with_data = |data: &[u8]| {
        let mut file = picture.head(false);
        chunk(&mut file, b"IDAT", data);
        chunk(&mut file, b"IEND", &[]);
        decode(&file, Depth::Eight)
    };
    let rows = picture.filtered(false, &mut random);
    let right = stored(&rows);
    assert_eq!(with_data(&right).map(|(_, _, pixels)| pixels), Ok(picture.pixels(Depth::Eight)));
    let is_damaged = |data: &[u8]| matches!(with_data(data), Err(Problem::Damaged { .. }));
    let mut wrong = right.clone();
    *wrong.last_mut().expect("there is a checksum") ^= 1;
    assert!(is_damaged(&wrong), "the checksum");
    assert!(is_damaged(&right[..right.len() - 10]), "too little");
    assert!(is_damaged(&[&[0x79], &right[1..]].concat()), "no zlib");
    assert!(is_damaged(&[]), "nothing");
    let mut unknown = rows.clone();
    unknown[91] = 5;
    assert!(is_damaged(&stored(&unknown)), "a filter that there is not");
    // As libpng does it: all pixels are there.
    assert!(with_data(&stored(&[&rows[..], &[0; 9]].concat())).is_ok(), "too much");
    assert!(with_data(&right[..right.len() - 4]).is_ok(), "no checksum");
}

#[test]
fn what_is_not_needed_is_not_read() {
    let mut random = Random::new(8);
    let picture = Picture::random(&mut random, [9, 7], 2, 8, false);
    let file = picture.file(false, &mut random);
    let expected = Ok((9, 7, picture.pixels(Depth::Eight)));
    // A profile and a text that would be large, palettes and transparency that the image has no use for, a moving picture.
    let others: [(&[u8; 4], &[u8]); 6] = [
        (b"iCCP", b"bomb\0\0not packed"),
        (b"zTXt", b"bomb\0\0not packed"),
        (b"PLTE", b"seven b"),
        (b"acTL", &[0, 0, 0, 2, 0, 0, 0, 0]),
        (b"fcTL", &[0; 26]),
        (b"gAMA", &[0]),
    ];
    for (kind, data) in others {
        assert_eq!(decode(&with_chunk(&file, b"IDAT", kind, data), Depth::Eight), expected);
    }
    assert_eq!(decode(&with_chunk(&file, b"IEND", b"fdAT", b"\0\0\0\x01other"), Depth::Eight), expected);
    // Their checksums do not matter.
    let mut broken = with_chunk(&file, b"IDAT", b"tEXt", b"a\0b");
    let at = place(&broken, b"tEXt");
    broken[at + 8] = b'z';
    assert_eq!(decode(&broken, Depth::Eight), expected);
    let critical = with_chunk(&file, b"IDAT", b"NEED", b"");
    assert!(matches!(decode(&critical, Depth::Eight), Err(Problem::Unsupported(_))));
    let apple = with_chunk(&file, b"IHDR", b"CgBI", b"\x50\0\x20\x02");
    assert!(matches!(decode(&apple, Depth::Eight), Err(Problem::Unsupported(_))));
    assert_eq!(decode(b"GIF89a", Depth::Eight), Err(Problem::NotThisFormat));
}

#[test]
fn colours_that_the_palette_does_not_have_are_black() {
    let mut random = Random::new(9);
    let mut picture = Picture::random(&mut random, [20, 20], PALETTE, 8, true);
    let file = changed(&picture.file(false, &mut random), b"PLTE", |data| data.truncate(300));
    picture.palette[100..].fill([0, 0, 0, 255]);
    for depth in [Depth::Eight, Depth::Sixteen] {
        assert_eq!(decode(&file, depth), Ok((20, 20, picture.pixels(depth))));
    }
}

#[test]
fn limits_are_kept() {
    let mut random = Random::new(10);
    let picture = Picture::random(&mut random, [100, 50], 6, 8, false);
    let file = picture.file(false, &mut random);
    let try_with = |file: &[u8], most_bytes| {
        let (mut room, mut image) = (Vec::new(), Image::new(Depth::Eight));
        let request = DecodeRequest { shrink: 1, depth: Depth::Eight, most_bytes, inks: false };
        let result = Png::decode(file, &request, &mut room, &mut image).map(|()| (image.width, image.height));
        (result, room.capacity() + image.pixels.capacity())
    };
    assert_eq!(try_with(&file, 100 * 50 * 4 + (1 << 18)).0, Ok((100, 50)));
    assert_eq!(try_with(&file, 100 * 50 * 4).0, Err(Problem::TooLarge), "something is needed beside the pixels");
    assert_eq!(try_with(&file, 100 * 50 * 4 - 1), (Err(Problem::TooLarge), 0));
    // A size alone must not cost memory.
    let huge = changed(&file, b"IHDR", |data| data[..8].copy_from_slice(b"\x7F\xFF\xFF\xFF\x7F\xFF\xFF\xFF"));
    assert_eq!(try_with(&huge, usize::MAX / 4), (Err(Problem::TooLarge), 0));
    assert_eq!(try_with(&huge, 1 << 30), (Err(Problem::TooLarge), 0));
}
