//! Colours become sRGB by the profile of a file as the definitions say, computed here in double precision and in another way:
//! natively by `tests/native/color.rs`, and with the vectors of WebAssembly by `tests/web.rs`.
#![allow(dead_code, unreachable_pub, reason = "it is a part of two test crates")]

pub mod profiles;
pub mod reference;

use pixelpool_codecs::Depth;
use pixelpool_codecs::color::{Converter, Managed};
use profiles::*;
use reference::{Curve, Lut, in_profile, levels_of_xyz};

/// Pixels with every level of grey, with every level in one channel, and any others, with any alpha.
pub fn pixels() -> Vec<[u8; 4]> {
    let mut below = xorshift();
    let ramps = (0..=255).flat_map(|i| [[i, i, i, 255], [i, 0, 0, i], [0, i, 0, 0], [0, 255, i, 7]]);
    ramps.chain(std::iter::repeat_with(|| [0; 4].map(|_| below(256) as u8)).take(5000)).collect()
}

/// Converts pixels of 8 bits and the same ones of 16 bits, and holds both against exact levels, 0 to 1. How far a level may
/// be from the exact one, besides rounding, is in levels of 8 bits; of 16 bits it may be a fifth of that.
pub fn compare(name: &str, profile: &[u8], more: f64, exact: impl Fn([f64; 3]) -> [f64; 3]) {
    let (before, mut converter) = (pixels(), Converter::default());
    let mut after = before.clone();
    let managed = converter.to_srgb(profile, after.as_flattened_mut(), Depth::Eight);
    assert_eq!(managed, Ok(Managed::Converted), "{name}");
    let wide = |pixel: [u8; 4]| pixel.map(|level| (u16::from(level) * 257).to_le_bytes());
    let mut words: Vec<_> = before.iter().map(|pixel| wide(*pixel)).collect();
    let managed = converter.to_srgb(profile, words.as_flattened_mut().as_flattened_mut(), Depth::Sixteen);
    assert_eq!(managed, Ok(Managed::Converted), "{name}");
    for ((before, after), words) in before.iter().zip(&after).zip(&words) {
        let levels = exact([0, 1, 2].map(|i| f64::from(before[i]) / 255.0));
        for (i, level) in levels.into_iter().enumerate() {
            let off = (f64::from(after[i]) - level * 255.0).abs();
            assert!(off <= 0.5 + more, "{name}: {before:?} became {after:?}, and {levels:?} is right");
            let word = u16::from_le_bytes(words[i]);
            let off = (f64::from(word) - level * 65535.0).abs();
            assert!(
                off <= 0.5 + 257.0 * more / 5.0,
                "{name}: {before:?} became {word} at {i}, and {levels:?} is right"
            );
        }
        assert_eq!((after[3], words[3]), (before[3], wide(*before)[3]), "{name}: alpha stays");
    }
}

/// Of the table by roots of light, and of the rounding of the colorants in profiles.
pub const STEP: f64 = 0.06;

/// Compares colours by profiles of all kinds.
pub fn colors_are_those_of_the_definitions() {
    known_color_spaces();
    curves_of_every_kind();
    srgb_stays_byte_for_byte();
    tables_of_three_colors();
    tables_with_a_matrix_behind_them();
    tables_of_four_inks();
}

fn known_color_spaces() {
    let power = |g| Curve::Power([g, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    let spaces = [
        ("Display P3", DISPLAY_P3, Curve::Power(SRGB_CURVE)),
        ("Adobe RGB", ADOBE_RGB, power(563.0 / 256.0)),
        ("ProPhoto RGB", PROPHOTO, Curve::Power([1.8, 1.0, 0.0, 1.0 / 16.0, 1.0 / 32.0, 0.0, 0.0])),
        ("linear sRGB", SRGB, power(1.0)),
    ];
    for (name, colorants, curve) in spaces {
        for (version, curve) in [(2, curve.as_table(4096)), (4, curve)] {
            let data = curve.bytes();
            let profile = matrix_profile(version, colorants, [&data, &data, &data]);
            compare(name, &profile, STEP, |levels| levels_of_xyz(in_profile(colorants, levels.map(|x| curve.at(x)))));
        }
    }
}

fn curves_of_every_kind() {
    let kinds: [(Vec<u8>, Curve); 9] = [
        (curv(&[]), Curve::Power([1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0])),
        (curv(&[400]), Curve::Power([400.0 / 256.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0])),
        (curv(&[0, 40000, 65535]), Curve::Table(vec![0.0, 40000.0 / 65535.0, 1.0])),
        (curv(&[65535, 0]), Curve::Table(vec![1.0, 0.0])),
        (para(0, &[0.5]), Curve::Power([0.5, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0])),
        (para(1, &[2.0, 0.75, 0.25]), Curve::Power([2.0, 0.75, 0.25, 0.0, -1.0 / 3.0, 0.0, 0.0])),
        (para(2, &[2.0, 1.25, -0.25, 0.125]), Curve::Power([2.0, 1.25, -0.25, 0.0, 0.2, 0.125, 0.125])),
        (para(3, &[2.5, 0.875, 0.125, 0.25, 0.5]), Curve::Power([2.5, 0.875, 0.125, 0.25, 0.5, 0.0, 0.0])),
        (
            para(4, &[2.5, 0.875, 0.0, 0.25, 0.5, 0.125, 0.0625]),
            Curve::Power([2.5, 0.875, 0.0, 0.25, 0.5, 0.125, 0.0625]),
        ),
    ];
    for turn in 0..kinds.len() {
        let [r, g, b] = [0, 1, 2].map(|i| &kinds[(turn + i) % kinds.len()]);
        let profile = matrix_profile(4, DISPLAY_P3, [&r.0, &g.0, &b.0]);
        compare(&format!("turn {turn}"), &profile, STEP, |[x, y, z]| {
            levels_of_xyz(in_profile(DISPLAY_P3, [r.1.at(x), g.1.at(y), b.1.at(z)]))
        });
    }
}

fn srgb_stays_byte_for_byte() {
    let curve = Curve::Power(SRGB_CURVE);
    for (version, data) in [(4, curve.bytes()), (2, curve.as_table(1024).bytes())] {
        let profile = matrix_profile(version, SRGB, [&data, &data, &data]);
        let mut after = pixels();
        let managed = Converter::default().to_srgb(&profile, after.as_flattened_mut(), Depth::Eight);
        assert_eq!((managed, after == pixels()), (Ok(Managed::Same), true));
        let managed = Converter::default().to_srgb(&profile, after.as_flattened_mut(), Depth::Sixteen);
        assert_eq!((managed, after == pixels()), (Ok(Managed::Same), true));
    }
    // A power that is near it is not it, and neither is a wider green.
    let data = para(0, &[2.2]);
    let near = matrix_profile(4, SRGB, [&data, &data, &data]);
    let data = curve.bytes();
    let wider = matrix_profile(4, [SRGB[0], ADOBE_RGB[1], SRGB[2]], [&data, &data, &data]);
    for profile in [near, wider] {
        let managed = Converter::default().to_srgb(&profile, pixels().as_flattened_mut(), Depth::Eight);
        assert_eq!(managed, Ok(Managed::Converted));
    }
}

fn tables_of_three_colors() {
    for width in [1, 2] {
        for connection in [b"XYZ ", b"Lab "] {
            for side in [2, 3, 9] {
                let lut = Lut::random(3, side, width, connection);
                let profile = profile(2, b"RGB ", connection, &[(b"A2B0", &lut.bytes())]);
                compare(&format!("{width} bytes, {side} nodes"), &profile, STEP, |levels| lut.levels(&levels));
            }
        }
    }
}

fn tables_with_a_matrix_behind_them() {
    for connection in [b"XYZ ", b"Lab "] {
        for width in [1, 2] {
            let lut = Lut::random(3, 4, width, connection).with_middle();
            let profile = profile(4, b"RGB ", connection, &[(b"A2B0", &lut.bytes())]);
            compare("lutAToBType", &profile, STEP, |levels| lut.levels(&levels));
        }
        let lut = Lut::random(3, 4, 2, connection).with_middle().without_grid();
        let profile = profile(4, b"RGB ", connection, &[(b"A2B0", &lut.bytes())]);
        compare("lutAToBType without a grid", &profile, STEP, |levels| lut.levels(&levels));
    }
}

fn tables_of_four_inks() {
    let mut below = xorshift();
    let before: Vec<[u8; 4]> = std::iter::repeat_with(|| [0; 4].map(|_| below(256) as u8)).take(5000).collect();
    for with_middle in [false, true] {
        let lut = Lut::random(4, 3, 2, b"Lab ");
        let lut = if with_middle { lut.with_middle() } else { lut };
        let profile = profile(2, b"CMYK", b"Lab ", &[(b"A2B0", &lut.bytes())]);
        let mut after = before.clone();
        let managed = Converter::default().inks_to_srgb(&profile, after.as_flattened_mut());
        assert_eq!(managed, Ok(Managed::Converted));
        for (before, after) in before.iter().zip(after) {
            let levels = lut.levels(&before.map(|ink| f64::from(ink) / 255.0));
            for (level, found) in levels.iter().zip(after) {
                assert!((f64::from(found) - level * 255.0).abs() < 0.5 + STEP, "{before:?}: {after:?}, {levels:?}");
            }
            assert_eq!(after[3], 255);
        }
        // Pixels that are not inks are none of its affair.
        let mut after = before.clone();
        let managed = Converter::default().to_srgb(&profile, after.as_flattened_mut(), Depth::Eight);
        assert!(matches!(managed, Ok(Managed::Ignored(_))) && after == before);
    }
}
