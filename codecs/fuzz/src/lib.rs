//! What must hold whatever the bytes are. `fuzz_targets/` gives it the bytes of libFuzzer, and `tests/native/fuzz.rs`, of which
//! this file is a module too, those of broken fixtures.
#![allow(unreachable_pub, reason = "it is a part of a test program too")]

mod memory;

use memory::most_bytes;
use pixelpool_codecs::jpeg::{Chroma, EncodeOptions, GrayPolicy, Jpeg, Segment, encode, encode_rows};
use pixelpool_codecs::png::Png;
use pixelpool_codecs::{DecodeRequest, Depth, EncodeRequest, Format, Image, Problem};
use pixelpool_webp::{MAX_SIDE, WebP};

/// Bytes that a decoder may take: a million pixels of 8 bits.
const MOST_BYTES: usize = 4 << 20;
/// Bytes that a decoder may take without counting them, by the length of the file.
type Uncounted = fn(usize) -> usize;

/// What a file lists (metadata, say), and a bit more.
const fn lists(file: usize) -> usize {
    8 * file + (64 << 10)
}

/// What `image-webp` takes for the parts of a picture that say how large they are, but not before they are read: a lossy one's
/// partition (up to 16 MiB), and a lossless one's Huffman tables (4 KiB each, which a dozen bytes may say).
const fn tables(file: usize) -> usize {
    (16 << 20) + 512 * file
}

type Size = Result<(usize, usize), Problem>;

/// Decodes by way of a buffer, and checks what every format promises of the result.
fn decode<F: Format>(
    file: &[u8],
    request: &DecodeRequest,
    uncounted: Uncounted,
    room: &mut Vec<u8>,
) -> (Size, Vec<u8>) {
    let mut image = Image::new(request.depth);
    // What the pixels take outside the decoder is no affair of it.
    image.pixels.reserve_exact(MOST_BYTES);
    let (result, bytes) = most_bytes(|| F::decode(file, request, room, &mut image));
    assert!(bytes <= MOST_BYTES + uncounted(file.len()), "{bytes} bytes were taken");
    let Image { width, height, pixels, .. } = image;
    match result {
        Ok(()) => {
            let bytes = width * height * request.depth.pixel_bytes();
            assert!(bytes > 0 && bytes <= MOST_BYTES, "{width} × {height}");
            assert_eq!(pixels.len(), bytes, "{width} × {height}");
        }
        Err(Problem::Damaged { at, .. }) => assert!(at <= file.len(), "byte {at}"),
        Err(Problem::Truncated { at }) => assert_eq!(at, file.len()),
        Err(_) => {}
    }
    (result.map(|()| (width, height)), pixels)
}

/// Decodes a file, and then in another way that its length decides: into a buffer that has been used, to 16 bits, to inks, or
/// smaller.
///
/// # Panics
///
/// Where a decoder does, or does not keep a promise of [`Format`].
pub fn decodes<F: Format>(file: &[u8]) {
    decodes_in::<F>(file, lists);
}

/// Pixels of 8 bits.
const PLAIN: DecodeRequest = DecodeRequest { shrink: 1, depth: Depth::Eight, most_bytes: MOST_BYTES, inks: false };

fn decodes_in<F: Format>(file: &[u8], uncounted: Uncounted) {
    let decode = |request: &DecodeRequest, room: &mut Vec<u8>| decode::<F>(file, request, uncounted, room);
    let mut room = Vec::new();
    let (whole, pixels) = decode(&PLAIN, &mut room);
    match file.len() % 6 {
        0 => {
            room.iter_mut().for_each(|byte| *byte = !*byte);
            let again = decode(&PLAIN, &mut room);
            assert!(again == (whole, pixels), "pixels depend on what was in the buffer");
        }
        turn @ 1..=2 => {
            let depth = if turn == 1 { Depth::Sixteen } else { Depth::Eight };
            let request = DecodeRequest { depth, inks: turn == 2, ..PLAIN };
            if let (Ok(whole), Ok(other)) = (whole, decode(&request, &mut room).0) {
                assert_eq!(other, whole);
            }
        }
        turn => {
            let shrink = 1 << (turn - 2);
            let request = DecodeRequest { shrink, ..PLAIN };
            if let (Ok(whole), Ok(smaller)) = (whole, decode(&request, &mut room).0) {
                let of = |side: usize| side.div_ceil(shrink as usize);
                assert!(smaller == whole || smaller == (of(whole.0), of(whole.1)), "{whole:?} became {smaller:?}");
            }
        }
    }
}

/// Writes a JPEG file of an image whose size, options and pixels are made of the bytes, and reads it again.
///
/// # Panics
///
/// Where the encoder does, refuses what it should write or writes what it should refuse, depends on what the buffer of the file
/// has held, or writes what is not decoded to an image of the same size.
pub fn encodes_jpeg(bytes: &[u8]) {
    let Some(([quality, kinds, width, height, interval, background @ ..], rest)) = bytes.split_first_chunk::<8>()
    else {
        return;
    };
    let options = EncodeOptions {
        quality: *quality,
        chroma: [Chroma::C420, Chroma::C422, Chroma::C444][usize::from(kinds & 3) % 3],
        progressive: kinds & 4 != 0,
        optimize: kinds & 8 != 0,
        background: *background,
        restart_interval: (kinds & 16 != 0).then_some(u16::from(*interval)),
        gray: if kinds & 32 != 0 { GrayPolicy::WhenGray } else { GrayPolicy::Never },
    };
    // Long sides, and a byte too few or none at all, now and then.
    let [width, height] = [*width, *height].map(|side| u32::from(side >> 1));
    let (width, height) = if kinds & 64 != 0 { (width << 9, height >> 6) } else { (width, height) };
    let length = (width * height * 4) as usize - usize::from(kinds & 128 != 0 && width * height > 0);
    let pixels: Vec<u8> =
        if rest.is_empty() { vec![0; length] } else { rest.iter().copied().cycle().take(length).collect() };
    let some = &rest[..rest.len().min(1000)];
    let segments = [Segment::Exif(some), Segment::Icc(some), Segment::Xmp(some)];
    let segments = &segments[..usize::from(*interval) % 4];

    let is_right = (1..=100).contains(quality) && length > 0 && kinds & 128 == 0;
    let result = encode(&pixels, width, height, &options, segments);
    assert_eq!(result.is_ok(), is_right, "{:?} of {width} × {height}, {options:?}", result.err());
    let Ok(file) = result else { return };
    let (mut room, mut again) = (vec![7; 1000], vec![7; 100]);
    let result = encode_rows(&mut &pixels[..], (width, height), &options, segments, &mut room, &mut again);
    assert!(result == Ok(()) && file == again, "the file depends on what was in the buffers");
    let request = DecodeRequest { shrink: 1, depth: Depth::Eight, most_bytes: 64 << 20, inks: false };
    let mut image = Image::new(Depth::Eight);
    assert_eq!(Jpeg::decode(&file, &request, &mut room, &mut image), Ok(()), "{options:?}");
    assert_eq!((image.width, image.height), (width as usize, height as usize), "{options:?}");
}

/// Decodes a PNG file as [`decodes`] does, and once more with checksums that are right, so that what is behind them is reached.
///
/// # Panics
///
/// As [`decodes`] does.
pub fn png(file: &[u8]) {
    decodes::<Png>(file);
    let mut mended = file.to_vec();
    mend_checksums(&mut mended);
    if mended != file {
        decodes::<Png>(&mended);
    }
}

/// Makes the checksums of a PNG's chunks right, as far as there are chunks.
fn mend_checksums(file: &mut [u8]) {
    let mut at = 8;
    while let Some(length) = file.get(at..).and_then(|rest| rest.first_chunk()) {
        let length = u32::from_be_bytes(*length) as usize;
        let Some(bytes) = file.get(at + 4..at + 8 + length) else { return };
        let sum = !bytes.iter().fold(!0, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| crc >> 1 ^ if crc & 1 == 1 { 0xEDB8_8320 } else { 0 })
        });
        let Some(place) = file.get_mut(at + 8 + length..at + 12 + length) else { return };
        place.copy_from_slice(&sum.to_be_bytes());
        at += 12 + length;
    }
}

/// Decodes a WebP file as [`decodes`] does. Then it writes a lossless one of its pixels, or of the bytes themselves where they are no
/// file, and reads it again.
///
/// # Panics
///
/// Where the codec does, does not keep a promise of [`Format`], or does not read what it has written.
pub fn webp(bytes: &[u8]) {
    decodes_in::<WebP>(bytes, tables);
    let (size, pixels) = decode::<WebP>(bytes, &PLAIN, tables, &mut Vec::new());
    let (width, height, mut pixels) = match size {
        Ok((width, height)) => (width, height, pixels),
        Err(_) => {
            let count = bytes.len() / 4;
            let width = bytes.iter().fold(1, |width, byte| width ^ usize::from(*byte)).clamp(1, count.max(1));
            (width, count / width, bytes.to_vec())
        }
    };
    // Small ones: what long ones would show is in the tests of the encoder, and takes its time.
    let height = height.min(MAX_SIDE / width);
    pixels.truncate(4 * width * height);
    let request = EncodeRequest { width, height, depth: Depth::Eight, quality: 100, flags: 0, background: [0; 3] };
    let mut file = vec![7; 100];
    let result = WebP::encode(&request, &mut &pixels[..], &mut Vec::new(), &mut file);
    assert_eq!(result.is_ok(), height > 0, "{result:?} of {width} × {height}");
    if height > 0 {
        let mut again = Image::new(Depth::Eight);
        assert_eq!(WebP::decode(&file, &PLAIN, &mut Vec::new(), &mut again), Ok(()));
        assert_eq!((again.width, again.height), (width, height));
        assert!(again.pixels == pixels, "{width} × {height} pixels are others");
    }
}
