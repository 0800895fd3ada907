//! JPEG files are decoded as libjpeg-turbo decodes them. What broken files do is in `fuzz.rs`.

use pixelpool_codecs::Problem;
use pixelpool_codecs::color::{Converter, Managed};
use pixelpool_codecs::jpeg::{Color, DecodeOptions, Scale, decode, read_header};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::Path;

/// A file of `tests/jpeg/decode`.
fn fixture(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/jpeg/decode").join(name);
    fs::read(&path).unwrap_or_else(|_| panic!("{} can be read", path.display()))
}

fn scaled(scale: Scale) -> DecodeOptions {
    DecodeOptions { scale, ..DecodeOptions::default() }
}

#[test]
fn pixels_are_those_of_libjpeg_turbo() {
    let table = String::from_utf8(fixture("expected.txt")).expect("the table is text");
    for line in table.lines() {
        let [name, denominator, width, height, state, hash] = line.split(' ').collect::<Vec<_>>()[..] else {
            panic!("six words: {line}");
        };
        let scale = match denominator {
            "1" => Scale::Full,
            "2" => Scale::Half,
            "4" => Scale::Quarter,
            _ => Scale::Eighth,
        };
        let decoded =
            decode(&fixture(&format!("{name}.jpg")), &scaled(scale)).unwrap_or_else(|e| panic!("{name}: {e:?}"));
        assert_eq!((decoded.width.to_string(), decoded.height.to_string()), (width.into(), height.into()), "{name}");
        let found: String = Sha256::digest(&decoded.pixels)[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(found, hash, "{name} at 1/{denominator}");
        assert_eq!(decoded.damage.is_some(), state == "damaged", "{name}: {:?}", decoded.damage);
    }
    assert_eq!(table.lines().count(), 4 * 68, "no file got lost");
}

#[test]
fn the_header_is_read_without_decoding() {
    let header = read_header(&fixture("ycck.jpg")).expect("it is a JPEG file");
    assert_eq!((header.width, header.height, header.components, header.precision), (37, 29, 4, 8));
    assert_eq!((header.color, header.adobe_transform, header.has_jfif), (Color::Ycck, Some(2), false));
    assert_eq!(header.sampling, [(2, 2), (1, 1), (1, 1), (2, 2)]);
    assert!(!header.is_progressive);
    let header = read_header(&fixture("progressive.jpg")).expect("it is a JPEG file");
    assert!(header.is_progressive && header.has_jfif);
    assert_eq!((header.color, header.adobe_transform, header.exif), (Color::YCbCr, None, None));
    assert_eq!(read_header(&fixture("rgb_adobe.jpg")).map(|header| header.color), Ok(Color::Rgb));
    assert_eq!(read_header(&fixture("gray.jpg")).map(|header| header.color), Ok(Color::Gray));
}

/// A file with a segment put in behind the start of the image, or behind the frame header.
fn with_segment(file: &[u8], code: u8, data: &[u8], behind_frame: bool) -> Vec<u8> {
    let frame = file.windows(2).position(|two| two == [0xFF, 0xC0]).expect("there is a frame");
    let at = if behind_frame { frame + 2 + usize::from(file[frame + 3]) } else { 2 };
    let length = u16::try_from(data.len() + 2).expect("it fits").to_be_bytes();
    [&file[..at], &[0xFF, code], &length, data, &file[at..]].concat()
}

#[test]
fn metadata_are_found_before_and_behind_the_frame() {
    let file = fixture("420.jpg");
    for behind_frame in [false, true] {
        let file = with_segment(&file, 0xE1, b"Exif\0\0second", behind_frame);
        let file = with_segment(&file, 0xE1, b"Exif\0\0first", behind_frame);
        let file = with_segment(&file, 0xE1, b"http://ns.adobe.com/xap/1.0/\0", behind_frame);
        let file = with_segment(&file, 0xE2, b"ICC_PROFILE\0\x02\x02two", behind_frame);
        let file = with_segment(&file, 0xE2, b"ICC_PROFILE\0\x01\x02one", behind_frame);
        let header = read_header(&file).expect("it is a JPEG file");
        assert_eq!(&file[header.exif.expect("there is one")], b"first");
        let parts: Vec<_> = header.icc.iter().map(|c| (c.number, c.count, &file[c.bytes.clone()])).collect();
        assert_eq!(parts, [(1, 2, &b"one"[..]), (2, 2, b"two")]);
        assert_eq!(decode(&file, &DecodeOptions::default()), decode(&fixture("420.jpg"), &DecodeOptions::default()));
    }
}

#[test]
fn what_is_not_read_has_a_name() {
    let unsupported = |change: &dyn Fn(&mut [u8])| {
        let mut file = fixture("444.jpg");
        let frame = file.windows(2).position(|two| two == [0xFF, 0xC0]).expect("there is a frame");
        change(&mut file[frame..]);
        match decode(&file, &DecodeOptions::default()) {
            Err(Problem::Unsupported(what)) => what,
            other => panic!("{:?}", other.map(|decoded| decoded.damage)),
        }
    };
    assert_eq!(unsupported(&|frame| frame[1] = 0xC9), "arithmetic coding");
    assert_eq!(unsupported(&|frame| frame[1] = 0xC3), "lossless coding");
    assert_eq!(unsupported(&|frame| frame[1] = 0xC5), "hierarchical coding");
    assert_eq!(unsupported(&|frame| frame[4] = 12), "samples of other than 8 bits");
    assert_eq!(unsupported(&|frame| frame[11] = 0x51), "sampling factors outside 1..=4");
    assert_eq!(
        unsupported(&|frame| (frame[11], frame[14]) = (0x31, 0x21)),
        "sampling factors that do not divide each other"
    );
    assert_eq!(decode(b"GIF89a", &DecodeOptions::default()), Err(Problem::NotThisFormat));
    assert_eq!(decode(b"", &DecodeOptions::default()), Err(Problem::NotThisFormat));
    assert_eq!(decode(b"\xFF\xD8", &DecodeOptions::default()), Err(Problem::Truncated { at: 2 }));
}

#[test]
fn limits_are_kept() {
    for name in ["420.jpg", "progressive.jpg"] {
        let file = fixture(name);
        let refuses = |options: DecodeOptions| decode(&file, &options) == Err(Problem::TooLarge);
        let most_pixels = 37 * 29;
        assert!(!refuses(DecodeOptions { most_pixels, ..DecodeOptions::default() }));
        assert!(refuses(DecodeOptions { most_pixels: most_pixels - 1, ..DecodeOptions::default() }));
        assert!(refuses(DecodeOptions { most_bytes: 60_000, ..DecodeOptions::default() }));
        assert!(!refuses(DecodeOptions { most_bytes: 120_000, ..DecodeOptions::default() }));
    }
    let file = fixture("progressive.jpg");
    assert!(decode(&file, &DecodeOptions { most_scans: 10, ..DecodeOptions::default() }).is_ok());
    let options = DecodeOptions { most_scans: 9, ..DecodeOptions::default() };
    assert_eq!(decode(&file, &options), Err(Problem::TooLarge));
    // A size alone must not cost memory.
    let mut file = fixture("420.jpg");
    let frame = file.windows(2).position(|two| two == [0xFF, 0xC0]).expect("there is a frame");
    file[frame + 5..frame + 9].copy_from_slice(&[0xFF, 0x00, 0xFF, 0x00]);
    assert_eq!(decode(&file, &DecodeOptions::default()), Err(Problem::TooLarge));
}

#[test]
fn inks_may_stay_what_they_are() {
    for name in ["cmyk.jpg", "cmyk_no_adobe.jpg", "ycck.jpg", "ycck_progressive.jpg"] {
        let options = DecodeOptions { inks: true, ..DecodeOptions::default() };
        let mut inks = decode(&fixture(name), &options).expect("it is a JPEG file").pixels;
        assert!(inks.as_chunks::<4>().0.iter().any(|ink| ink[3] != 255), "{name}");
        let colors = decode(&fixture(name), &DecodeOptions::default()).expect("it is a JPEG file").pixels;
        // By the formula that is there without a profile.
        assert!(matches!(Converter::default().inks_to_srgb(&[], &mut inks), Ok(Managed::Ignored(_))));
        assert_eq!(inks, colors, "{name}");
    }
    let file = fixture("420.jpg");
    let colors = decode(&file, &DecodeOptions { inks: true, ..DecodeOptions::default() });
    assert_eq!(colors, decode(&file, &DecodeOptions::default()), "there are no inks in it");
}

#[test]
fn the_place_of_damage_is_told() {
    let damage = |name| decode(&fixture(name), &DecodeOptions::default()).expect("there are pixels").damage;
    assert_eq!(damage("no_end.jpg"), Some(Problem::Truncated { at: fixture("no_end.jpg").len() }));
    assert_eq!(damage("extra_bytes_and_fill.jpg"), None);
    let Some(Problem::Damaged { at, what }) = damage("restart_marker_lost.jpg") else { panic!("there is damage") };
    assert!(at < fixture("restart_marker_lost.jpg").len());
    assert_eq!(what, "a restart marker is missing");
}
