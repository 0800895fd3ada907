//! The first frame of a GIF file is decoded exactly, wherever it lies.

use crate::common::files::{cut_off_anywhere, decode, fewest_bytes, fixture, fixtures, pixels_are_as_expected};
use pixelpool_codecs::gif::Gif;
use pixelpool_codecs::{Depth, EncodeRequest, Format, Problem};

#[test]
fn pixels_are_those_of_pillow() {
    pixels_are_as_expected::<Gif>("gif");
}

/// A file of 2 × 2 pixels with the numbers 0 to 3, and 2 colours, behind the given blocks.
fn four_numbers(blocks: &[u8]) -> Vec<u8> {
    let head = b"GIF89a\x02\0\x02\0\x80\0\0\x01\x02\x03\x04\x05\x06";
    // Codes of 3 bits: begin, 0, 1, 2; then of 4, 3 and the end.
    let image = b",\0\0\0\0\x02\0\x02\0\0\x02\x03\x44\x34\x05\0;";
    [head, blocks, image].concat()
}

#[test]
fn numbers_without_a_color_are_black() {
    let pixels = vec![1, 2, 3, 255, 4, 5, 6, 255, 0, 0, 0, 255, 0, 0, 0, 255];
    assert_eq!(decode::<Gif>(&four_numbers(b""), Depth::Eight), Ok((2, 2, pixels)));
}

#[test]
fn extensions_are_passed_over() {
    let expected = decode::<Gif>(&four_numbers(b""), Depth::Eight);
    // A comment, one that nobody knows, and bytes that are no block.
    let blocks = b"!\xFE\x02hi\x01!\0!\x07\x01,\0\0\0";
    assert_eq!(decode::<Gif>(&four_numbers(blocks), Depth::Eight), expected);
    // The last one says what is transparent; one that is too short says nothing.
    let blocks = b"!\xF9\x04\x01\0\0\x01\0!\xF9\x04\x01\0\0\0\0!\xF9\x01\x01\0";
    let mut pixels = expected.expect("it is an image").2;
    pixels[3] = 0;
    assert_eq!(decode::<Gif>(&four_numbers(blocks), Depth::Eight), Ok((2, 2, pixels)));
}

#[test]
fn damage_has_a_place() {
    let file = four_numbers(b"");
    let damage = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut file = file.clone();
        change(&mut file);
        match decode::<Gif>(&file, Depth::Eight) {
            Err(Problem::Damaged { at, what }) => (at, what),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(damage(&|file| file[19] = b';'), (19, "there is no image in it"));
    assert_eq!(damage(&|file| file[24] = 0), (20, "its first image has no pixels"));
    assert_eq!(damage(&|file| drop((file[10] = 0, file.drain(13..19)))), (14, "there is no table of colors"));
    assert_eq!(damage(&|file| file[29] = 9), (29, "codes of a length that cannot be"));
    // Within some bytes: codes are read ahead.
    assert_eq!(damage(&|file| file[31] = 0x3C), (34, "a code that has no meaning yet"));
    assert_eq!(damage(&|file| file[31] = 0x2C), (34, "the image ends too early"));
    assert_eq!(damage(&|file| file[30] = 0), (30, "the image ends too early"));
    assert_eq!(decode::<Gif>(b"GIF88a", Depth::Eight), Err(Problem::NotThisFormat));
}

#[test]
fn memory_is_counted_before_it_is_had() {
    let file = fixture("gif", "smaller_than_the_screen.gif");
    assert_eq!(fewest_bytes::<Gif>(&file), 4 * 50 * 40);
    // A size alone costs nothing: of the screen, and of the frame.
    for at in [6, 24] {
        let mut file = four_numbers(b"");
        file[at..at + 4].fill(0xFF);
        assert_eq!(decode::<Gif>(&file, Depth::Eight), Err(Problem::TooLarge));
    }
}

#[test]
fn files_are_not_written() {
    let request = EncodeRequest { width: 1, height: 1, depth: Depth::Eight, quality: 80, flags: 0, background: [0; 3] };
    let result = Gif::encode(&request, &mut &[0; 4][..], &mut Vec::new(), &mut Vec::new());
    assert_eq!(result, Err(Problem::Unsupported("writing GIF files")));
}

#[test]
fn files_may_end_anywhere() {
    for (name, ..) in fixtures("gif") {
        let file = fixture("gif", &name);
        let needed = cut_off_anywhere::<Gif>(&file);
        // Only the end of the data and of the file is left out, or what is behind the first frame.
        assert!(needed > file.len() - 6 || name == "animated.gif", "{name}: {needed} of {}", file.len());
        assert!(needed < file.len(), "{name}");
    }
}
