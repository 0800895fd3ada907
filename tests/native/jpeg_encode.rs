//! JPEG files are those of libjpeg-turbo, byte for byte.

use crate::common::jpeg_encode::{files_are_those_of_libjpeg_turbo, image};
use pixelpool_codecs::Problem;
use pixelpool_codecs::jpeg::{Chroma, EncodeOptions, GrayPolicy, MAX_SIDE, Segment, encode};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

#[test]
fn files_are_those_of_libjpeg() {
    files_are_those_of_libjpeg_turbo(|file, sha| {
        let hash: String = Sha256::digest(file).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hash, sha);
    });
}

#[test]
fn pixels_that_are_not_opaque_lie_over_the_background() {
    let (width, height) = (37, 21);
    let mut pixels = image(3, width, height, 3, 1);
    let mut over = pixels.clone();
    let background = [10, 200, 90];
    for (i, (pixel, over)) in pixels.chunks_mut(4).zip(over.chunks_mut(4)).enumerate() {
        if i % 5 == 0 {
            pixel[3] = (i * 7) as u8;
            let alpha = f64::from(pixel[3]);
            for ((color, behind), over) in pixel.iter().zip(background).zip(over) {
                *over = ((f64::from(*color) * alpha + f64::from(behind) * (255.0 - alpha)) / 255.0 + 0.5) as u8;
            }
        }
    }
    let options = EncodeOptions { background, ..EncodeOptions::default() };
    let file = |pixels: &[u8]| encode(pixels, width, height, &options, &[]).expect("it is an image");
    over.chunks_mut(4).for_each(|pixel| pixel[3] = 255);
    assert!(file(&pixels) == file(&over));
}

#[test]
fn gray_images_may_have_one_component() {
    let pixels = image(1, 20, 20, 1, 1);
    let components = |pixels: &[u8], gray| {
        let options = EncodeOptions { gray, ..EncodeOptions::default() };
        let file = encode(pixels, 20, 20, &options, &[]).expect("it is an image");
        let frame = file.windows(2).position(|marker| marker == [0xFF, 0xC0]).expect("there is a frame");
        file[frame + 9]
    };
    assert_eq!(components(&pixels, GrayPolicy::WhenGray), 1);
    assert_eq!(components(&pixels, GrayPolicy::Never), 3);
    let mut colored = pixels;
    colored[4 * 399] ^= 1;
    assert_eq!(components(&colored, GrayPolicy::WhenGray), 3);
}

#[test]
fn segments_follow_the_header() {
    let profile: Vec<u8> = (0..70_000_u32).map(|i| (i % 251) as u8).collect();
    let segments = [Segment::Exif(b"II*\0"), Segment::Icc(&profile), Segment::Xmp(b"<x/>")];
    let options = EncodeOptions::default();
    let plain = encode(&[9; 4], 1, 1, &options, &[]).expect("it is an image");
    let file = encode(&[9; 4], 1, 1, &options, &segments).expect("it is an image");
    let icc = |number: u8, piece: &[u8]| {
        let length = (16 + piece.len() as u16).to_be_bytes();
        [&[0xFF, 0xE2], &length[..], b"ICC_PROFILE\0", &[number, 2], piece].concat()
    };
    let want = [
        &plain[..20],
        b"\xFF\xE1\0\x0CExif\0\0II*\0",
        &icc(1, &profile[..65_519]),
        &icc(2, &profile[65_519..]),
        b"\xFF\xE1\0\x23http://ns.adobe.com/xap/1.0/\0<x/>",
        &plain[20..],
    ];
    assert!(file == want.concat());
}

#[test]
fn what_cannot_be_written_is_refused() {
    let options = EncodeOptions::default();
    let tall = vec![0; 4 * (MAX_SIDE as usize + 1)];
    assert_eq!(encode(&tall, 1, MAX_SIDE + 1, &options, &[]), Err(Problem::TooLarge));
    assert_eq!(encode(&tall, MAX_SIDE + 1, 1, &options, &[]), Err(Problem::TooLarge));
    assert!(encode(&tall[4..], 1, MAX_SIDE, &options, &[]).is_ok());
    assert!(encode(&tall[4..], MAX_SIDE, 1, &options, &[]).is_ok());
    assert_eq!(encode(&[], u32::MAX, u32::MAX, &options, &[]), Err(Problem::TooLarge));

    let unsupported = |pixels: &[u8], width, height, quality| {
        let result = encode(pixels, width, height, &EncodeOptions { quality, ..options }, &[]);
        assert!(matches!(result, Err(Problem::Unsupported(_))), "{result:?}");
    };
    unsupported(&[], 0, 5, 85);
    unsupported(&[], 5, 0, 85);
    unsupported(&[0; 4], 1, 1, 0);
    unsupported(&[0; 4], 1, 1, 101);
    unsupported(&[0; 7], 2, 1, 85);
    unsupported(&[0; 9], 2, 1, 85);

    let data = vec![0; 255 * 65_519 + 1];
    let with = |segment| encode(&[0; 4], 1, 1, &options, &[segment]).map(|_| ());
    assert_eq!(with(Segment::Exif(&data[..65_528])), Err(Problem::TooLarge));
    assert_eq!(with(Segment::Exif(&data[..65_527])), Ok(()));
    assert_eq!(with(Segment::Xmp(&data[..65_505])), Err(Problem::TooLarge));
    assert_eq!(with(Segment::Xmp(&data[..65_504])), Ok(()));
    assert_eq!(with(Segment::Icc(&data)), Err(Problem::TooLarge));
    assert_eq!(with(Segment::Icc(&data[1..])), Ok(()));
}

proptest! {
    /// Whatever the pixels and the options, there is a file, and no marker within its scans but restarts.
    #[test]
    fn any_image_is_written(
        (width, height) in (1_u32..40, 1_u32..40),
        (quality, chroma, mode) in (1_u8..=100, 0..3_usize, 0..3),
        (restart, gray, background) in (0_u16..20, any::<bool>(), any::<[u8; 3]>()),
        (kind, number) in (0_u32..6, any::<u64>()),
        alpha in any::<u8>(),
    ) {
        let mut pixels = image(kind, width, height, if gray { 1 } else { 3 }, number);
        pixels.chunks_mut(4).step_by(3).for_each(|pixel| pixel[3] = alpha);
        let options = EncodeOptions {
            quality,
            chroma: [Chroma::C420, Chroma::C422, Chroma::C444][chroma],
            progressive: mode == 2,
            optimize: mode == 1,
            background,
            restart_interval: Some(restart),
            gray: GrayPolicy::WhenGray,
        };
        let file = encode(&pixels, width, height, &options, &[]).expect("it is an image");
        prop_assert_eq!(&file[..4], &[0xFF, 0xD8, 0xFF, 0xE0]);
        prop_assert_eq!(&file[file.len() - 2..], &[0xFF, 0xD9]);
        // Segment by segment, as a decoder goes through it.
        let mut at = 2;
        while at < file.len() - 2 {
            prop_assert_eq!(file[at], 0xFF);
            let length = usize::from(file[at + 2]) * 256 + usize::from(file[at + 3]);
            let is_scan = file[at + 1] == 0xDA;
            at += 2 + length;
            while is_scan && !(file[at] == 0xFF && file[at + 1] != 0 && !(0xD0..=0xD7).contains(&file[at + 1])) {
                at += 1;
            }
        }
        prop_assert_eq!(at, file.len() - 2);
    }
}
