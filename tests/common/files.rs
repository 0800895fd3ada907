//! What tests of file formats share: fixtures with the hashes of their pixels, and files that are cut off.

use pixelpool_codecs::{DecodeRequest, Depth, Format, Image, Problem};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};

const MOST_BYTES: usize = 16 << 20;

pub fn request(depth: Depth) -> DecodeRequest {
    DecodeRequest { shrink: 1, depth, most_bytes: MOST_BYTES, inks: false }
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

/// A file of a folder of `tests/`.
pub fn fixture(folder_name: &str, name: &str) -> Vec<u8> {
    let path = folder(folder_name).join(name);
    fs::read(&path).unwrap_or_else(|_| panic!("{} can be read", path.display()))
}

/// The files in a folder's `expected.txt`, each with its width, its height and the hash of its pixels.
pub fn fixtures(folder_name: &str) -> Vec<(String, usize, usize, String)> {
    let table = String::from_utf8(fixture(folder_name, "expected.txt")).expect("the table is text");
    let line = |line: &str| {
        let [name, width, height, hash] = line.split(' ').collect::<Vec<_>>()[..] else {
            panic!("four words: {line}");
        };
        let number = |word: &str| word.parse().expect("it is a number");
        (name.to_owned(), number(width), number(height), hash.to_owned())
    };
    let lines: Vec<_> = table.lines().map(line).collect();
    let files = fs::read_dir(folder(folder_name)).expect("it is a folder").filter(|file| {
        let name = file.as_ref().expect("it can be read").file_name();
        name.to_string_lossy().ends_with(&format!(".{folder_name}"))
    });
    assert_eq!(lines.len(), files.count(), "no file got lost");
    lines
}

/// Decodes a file whose pixels are wanted. The buffer is dirty, as one that is used again.
pub fn decode<F: Format>(file: &[u8], depth: Depth) -> Result<(usize, usize, Vec<u8>), Problem> {
    let mut image = Image::new(depth);
    F::decode(file, &request(depth), &mut vec![7; 100_000], &mut image)?;
    Ok((image.width, image.height, image.pixels))
}

/// Every fixture of a folder has the pixels that it should have, in 8 bits and in 16.
pub fn pixels_are_as_expected<F: Format>(folder: &str) {
    for (name, width, height, hash) in fixtures(folder) {
        let file = fixture(folder, &name);
        let found = decode::<F>(&file, Depth::Eight).unwrap_or_else(|problem| panic!("{name}: {problem:?}"));
        assert_eq!((found.0, found.1), (width, height), "{name}");
        let bytes: String = Sha256::digest(&found.2)[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(bytes, hash, "{name}");
        let wide = decode::<F>(&file, Depth::Sixteen).unwrap_or_else(|problem| panic!("{name}: {problem:?}"));
        let levels = wide.2.as_chunks::<2>().0.iter().map(|level| u16::from_le_bytes(*level));
        assert!(levels.eq(found.2.iter().map(|level| u16::from(*level) * 257)), "{name} in 16 bits");
    }
}

/// The fewest bytes that a file can be decoded in. With fewer it is refused, and nothing is allocated for its pixels.
pub fn fewest_bytes<F: Format>(file: &[u8]) -> usize {
    let is_enough = |most_bytes| {
        let (mut room, mut image) = (Vec::new(), Image::new(Depth::Eight));
        match F::decode(file, &DecodeRequest { most_bytes, ..request(Depth::Eight) }, &mut room, &mut image) {
            Ok(()) => true,
            Err(problem) => {
                assert_eq!((problem, room.capacity(), image.pixels.capacity()), (Problem::TooLarge, 0, 0));
                false
            }
        }
    };
    let (mut refused, mut enough) = (0, MOST_BYTES);
    assert!(is_enough(enough) && !is_enough(refused));
    while enough - refused > 1 {
        let middle = refused.midpoint(enough);
        if is_enough(middle) { enough = middle } else { refused = middle }
    }
    enough
}

/// Cuts a file off at every byte: it says so, up to some length from which it has all that is needed, which is returned.
pub fn cut_off_anywhere<F: Format>(file: &[u8]) -> usize {
    let mut needed = 0;
    for end in 0..file.len() {
        match decode::<F>(&file[..end], [Depth::Eight, Depth::Sixteen][end % 2]) {
            Ok(_) => {}
            Err(problem) => {
                assert!(problem == Problem::Truncated { at: end } || end < 6 && problem == Problem::NotThisFormat);
                assert_eq!(needed, end, "more of it is no less");
                needed = end + 1;
            }
        }
    }
    needed
}
