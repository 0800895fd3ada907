//! The fuzz targets of `codecs/fuzz`, for as many broken fixtures as take a few seconds: the same for everyone, and without libFuzzer.

use super::png::samples;
use crate::common::golden::Random;
use crate::fuzz_targets::{self, decodes, encodes_jpeg};
use pixelpool_codecs::gif::Gif;
use pixelpool_codecs::jpeg::Jpeg;
use std::fs;
use std::path::Path;

/// Breaks a file in a few places.
fn breaks(random: &mut Random, file: &mut Vec<u8>) {
    for _ in 0..=random.below(4) {
        if file.is_empty() {
            return;
        }
        let at = random.below(file.len());
        match random.below(7) {
            0 => file.truncate(at),
            1 => file[at] = 0xFF,
            2 => file.insert(at, random.byte()),
            3 => drop(file.drain(at..(at + random.below(20)).min(file.len()))),
            4 => file[at] ^= 1 << random.below(8),
            5 => {
                let part = file[at..(at + random.below(30)).min(file.len())].to_vec();
                let to = random.below(file.len());
                file.splice(to..to, part);
            }
            _ => file[at] = random.byte(),
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
    let mut random = Random::new(11);
    fixtures.iter().for_each(|file| target(file));
    for turn in 0..turns {
        let mut file = fixtures[random.below(fixtures.len())].clone();
        if turn % 10 > 0 {
            breaks(&mut random, &mut file);
        } else {
            file.truncate(random.below(30));
            file.extend((0..random.below(400)).map(|_| if random.below(5) == 0 { 0xFF } else { random.byte() }));
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
    let mut random = Random::new(11);
    let bytes: Vec<Vec<u8>> = (0..8).map(|_| (0..8 + random.below(200)).map(|_| random.byte()).collect()).collect();
    fuzz(encodes_jpeg, &bytes, 150);
}

#[test]
fn gif() {
    fuzz(decodes::<Gif>, &fixtures("gif", "gif"), 10_000);
}

#[test]
fn png() {
    let golden = fixtures("golden", "png").into_iter().step_by(16);
    fuzz(fuzz_targets::png, &golden.chain(samples()).collect::<Vec<_>>(), 10_000);
}

#[test]
fn webp() {
    fuzz(fuzz_targets::webp, &fixtures("webp", "webp"), 10_000);
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
