//! WebP files are decoded as libwebp decodes them, and written without loss.

use crate::common::files::{cut_off_anywhere, decode, fewest_bytes, fixture, fixtures, pixels_are_as_expected};
use crate::common::golden::Random;
use pixelpool_codecs::{Depth, EncodeRequest, Format, Problem};
use pixelpool_webp::{MAX_SIDE, WebP};

fn encode(pixels: &[u8], width: usize, height: usize, depth: Depth) -> Result<Vec<u8>, Problem> {
    let request = EncodeRequest { width, height, depth, quality: 80, flags: 0, background: [0; 3] };
    let mut file = vec![1; 50];
    WebP::encode(&request, &mut &*pixels, &mut vec![7; 50], &mut file).map(|()| file)
}

#[test]
fn pixels_are_those_of_libwebp() {
    pixels_are_as_expected::<WebP>("webp");
}

#[test]
fn what_is_written_is_read_again() {
    let mut random = Random::new(5);
    for width in 1..=40 {
        for height in [1 + width % 7, 40 - width / 2] {
            let kind = random.below(4);
            let pixels: Vec<u8> = (0..width * height)
                .flat_map(|i| match kind {
                    0 => random.word().to_le_bytes(),
                    1 => [i as u8, (i / width * 9) as u8, 7, random.byte() & 0x80],
                    2 => [3, 5, random.byte() % 3, 255],
                    _ => [200, 100, 50, 0],
                })
                .collect();
            let file = encode(&pixels, width, height, Depth::Eight).expect("it is an image");
            let is_opaque = pixels.as_chunks::<4>().0.iter().all(|pixel| pixel[3] == 255);
            assert_eq!(file[24] >> 4 & 1, u8::from(!is_opaque), "the file tells whether it has alpha");
            assert_eq!(decode::<WebP>(&file, Depth::Eight), Ok((width, height, pixels)));
        }
    }
}

#[test]
fn every_alpha_keeps_its_colors() {
    let pixels: Vec<u8> =
        (0..=255).flat_map(|alpha| (0..=255).map(move |x| [x, 255 - x, x ^ alpha, alpha])).flatten().collect();
    let file = encode(&pixels, 256, 256, Depth::Eight).expect("it is an image");
    assert!(decode::<WebP>(&file, Depth::Eight) == Ok((256, 256, pixels)));
}

#[test]
fn long_sides_are_written() {
    let pixels = [9, 8, 7, 255].repeat(MAX_SIDE);
    for (width, height) in [(MAX_SIDE, 1), (1, MAX_SIDE)] {
        let file = encode(&pixels, width, height, Depth::Eight).expect("it is an image");
        assert!(decode::<WebP>(&file, Depth::Eight) == Ok((width, height, pixels.clone())));
    }
}

#[test]
fn what_is_not_written_has_a_name() {
    let pixels = vec![0; 8 * (MAX_SIDE + 1)];
    assert_eq!(encode(&pixels[..8], 1, 1, Depth::Sixteen), Err(Problem::Unsupported("16 bits")));
    assert_eq!(encode(&pixels[..4 * (MAX_SIDE + 1)], MAX_SIDE + 1, 1, Depth::Eight), Err(Problem::TooLarge));
    assert_eq!(encode(&[], 0, 5, Depth::Eight), Err(Problem::Unsupported("an image without pixels")));
    let problem = Problem::Unsupported("pixels that are not width times height");
    assert_eq!(encode(&pixels[..12], 2, 2, Depth::Eight), Err(problem));
}

#[test]
fn memory_is_counted_before_it_is_had() {
    // The pixels, and what the crate takes: nothing of their size for a lossless file, but for its small images of blocks.
    let pixels: Vec<u8> = (0..300 * 200).flat_map(|i| [(i % 300) as u8, (i / 300) as u8, 0, 255]).collect();
    let file = encode(&pixels, 300, 200, Depth::Eight).expect("it is an image");
    let bytes = fewest_bytes::<WebP>(&file);
    assert!((5 * 300 * 200..5 * 300 * 200 + 4 * file.len()).contains(&bytes), "{bytes}");
    let file = fixture("webp", "lossy_alpha.webp");
    let bytes = fewest_bytes::<WebP>(&file);
    let planes = 384 * 3 * 3;
    assert!((9 * 43 * 35 + planes..9 * 43 * 35 + planes + 4 * file.len()).contains(&bytes), "{bytes}");
    // A size alone costs nothing.
    let mut file = fixture("webp", "lossless_1x1.webp");
    file[21..25].copy_from_slice(&0x1FFF_FFFF_u32.to_le_bytes());
    assert_eq!(decode::<WebP>(&file, Depth::Eight), Err(Problem::TooLarge));
}

#[test]
fn damage_has_a_place() {
    let damage = |name: &str, change: &dyn Fn(&mut Vec<u8>)| {
        let mut file = fixture("webp", name);
        change(&mut file);
        match decode::<WebP>(&file, Depth::Eight) {
            Err(Problem::Damaged { at, what }) => (at, what),
            other => panic!("{other:?}"),
        }
    };
    let chunks = "there is no picture among its chunks";
    assert_eq!(damage("lossy.webp", &|file| file[15] = b'?'), (12, "it does not begin with a picture"));
    assert_eq!(damage("lossy.webp", &|file| file[23] = 0), (20, "a lossy picture does not begin as one"));
    assert_eq!(damage("lossless_2.webp", &|file| file[20] = 0), (20, "a lossless picture does not begin as one"));
    assert_eq!(damage("lossy.webp", &|file| file[16..20].fill(0xF0)), (12, "a chunk is longer than what holds it"));
    assert_eq!(damage("lossy_alpha.webp", &|file| file[4..8].copy_from_slice(&[22, 0, 0, 0])), (30, chunks));
    let edge = "the first frame reaches over the edge of the picture";
    assert_eq!(damage("animated_lossy.webp", &|file| file[24] = 20), (52, edge));
    let size = "the size of the picture is not that of its frame";
    assert_eq!(damage("animated_lossless.webp", &|file| file[58] = 3), (76, size));
    let (at, what) = damage("lossless_noise.webp", &|file| file[40..].fill(0xFF));
    assert!(at > 40 && what.starts_with("a Huffman code") || what.starts_with("the data"), "{at}: {what}");
    for file in [&b"RIFF\x08\0\0\0WEBM"[..], b"GIF89a", b""] {
        assert_eq!(decode::<WebP>(file, Depth::Eight), Err(Problem::NotThisFormat));
    }
}

#[test]
fn files_may_end_anywhere() {
    for (name, ..) in fixtures("webp") {
        let file = fixture("webp", &name);
        let needed = cut_off_anywhere::<WebP>(&file);
        // Behind the picture there may be metadata, other frames, or a byte that makes the length even.
        let has_more = name.starts_with("animated") || name.starts_with("metadata");
        assert!(needed < file.len() - 1 || !has_more, "{name}");
        assert!(needed >= file.len() - 1 || has_more, "{name}");
    }
}
