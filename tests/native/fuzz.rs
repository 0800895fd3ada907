//! The fuzz targets of `codecs/fuzz`, for as many broken fixtures as take a few seconds: the same for everyone, and without libFuzzer.

use crate::fuzz_targets::{decodes, encodes_jpeg};
use pixelpool_codecs::gif::Gif;
use pixelpool_codecs::jpeg::Jpeg;
use pixelpool_codecs::png::Png;
use pixelpool_codecs::{Depth, EncodeRequest, Format};
use std::fs;
use std::path::Path;

/// Random numbers, always the same: xorshift.
struct Numbers(u64);

impl Numbers {
    fn new() -> Self {
        Self(0x9E37_79B9_7F4A_7C15)
    }

    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % end.max(1)
    }

    fn byte(&mut self) -> u8 {
        self.below(256) as u8
    }

    /// Breaks a file in a few places.
    fn breaks(&mut self, file: &mut Vec<u8>) {
        for _ in 0..=self.below(4) {
            let at = self.below(file.len());
            if file.is_empty() {
                return;
            }
            match self.below(7) {
                0 => file.truncate(at),
                1 => file[at] = 0xFF,
                2 => file.insert(at, self.byte()),
                3 => drop(file.drain(at..(at + self.below(20)).min(file.len()))),
                4 => file[at] ^= 1 << self.below(8),
                5 => {
                    let part = file[at..(at + self.below(30)).min(file.len())].to_vec();
                    let to = self.below(file.len());
                    file.splice(to..to, part);
                }
                _ => file[at] = self.byte(),
            }
        }
    }
}

/// The files of a folder of `tests/`.
fn fixtures(folder: &str, ending: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let entries = fs::read_dir(&folder).unwrap_or_else(|_| panic!("{} can be read", folder.display()));
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("it can be read").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|other| other == ending));
    // In the same order everywhere, since the numbers are.
    paths.sort();
    assert!(!paths.is_empty(), "{} has files", folder.display());
    paths.iter().map(|path| fs::read(path).expect("it can be read")).collect()
}

/// Gives a target the fixtures, so many broken ones, some that only begin as they do, and each cut off at many places.
fn fuzz(target: fn(&[u8]), fixtures: &[Vec<u8>], turns: usize) {
    let mut numbers = Numbers::new();
    fixtures.iter().for_each(|file| target(file));
    for turn in 0..turns {
        let mut file = fixtures[numbers.below(fixtures.len())].clone();
        if turn % 10 > 0 {
            numbers.breaks(&mut file);
        } else {
            file.truncate(numbers.below(30));
            file.extend((0..numbers.below(400)).map(|_| if numbers.below(5) == 0 { 0xFF } else { numbers.byte() }));
        }
        target(&file);
    }
    for file in fixtures {
        (0..file.len()).step_by(7).for_each(|end| target(&file[..end]));
    }
}

#[test]
fn jpeg() {
    fuzz(decodes::<Jpeg>, &fixtures("jpeg/decode", "jpg"), 10_000);
}

#[test]
fn jpeg_encode() {
    let mut numbers = Numbers::new();
    let bytes: Vec<Vec<u8>> = (0..8).map(|_| (0..8 + numbers.below(200)).map(|_| numbers.byte()).collect()).collect();
    fuzz(encodes_jpeg, &bytes, 150);
}

#[test]
fn gif() {
    fuzz(decodes::<Gif>, &fixtures("gif", "gif"), 10_000);
}

#[test]
fn png() {
    let mut files: Vec<_> = fixtures("golden", "png").into_iter().step_by(16).collect();
    for (width, depth) in [(1, Depth::Sixteen), (13, Depth::Sixteen), (20, Depth::Eight)] {
        let (height, quality, flags, background) = (9, 100, 0, [0; 3]);
        let pixels: Vec<u8> = (0..width * height * depth.pixel_bytes()).map(|i| (i * i / 7) as u8).collect();
        let mut file = Vec::new();
        let request = EncodeRequest { width, height, depth, quality, flags, background };
        Png::encode(&request, &mut &pixels[..], &mut Vec::new(), &mut file).expect("it is an image");
        files.push(file);
    }
    fuzz(decodes::<Png>, &files, 10_000);
}

/// Each target has a test of its name here.
#[test]
fn no_target_is_left_out() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("codecs/fuzz/fuzz_targets");
    let mut count = 0;
    for entry in fs::read_dir(folder).expect("there are targets") {
        let path = entry.expect("it can be read").path();
        let name = path.file_stem().and_then(|name| name.to_str()).expect("it has a name").to_string();
        assert!(include_str!("fuzz.rs").contains(&format!("#[test]\nfn {name}() {{\n")), "{name}");
        count += 1;
    }
    assert!(count > 1, "the targets have been found");
}
