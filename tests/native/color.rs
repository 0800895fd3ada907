//! Colours become sRGB by the profile of a file as the definitions say, computed here in double precision and in another way; and
//! nothing in a profile makes the converter panic.

mod broken;
mod profiles;
mod reference;

use pixelpool_codecs::Depth;
use pixelpool_codecs::color::{Converter, Managed};
use profiles::*;
use reference::{Curve, Lut, in_profile, level_of_lightness, levels_of_light, levels_of_xyz};

/// Pixels with every level of grey, with every level in one channel, and any others, with any alpha.
fn pixels() -> Vec<[u8; 4]> {
    let mut below = xorshift();
    let ramps = (0..=255).flat_map(|i| [[i, i, i, 255], [i, 0, 0, i], [0, i, 0, 0], [0, 255, i, 7]]);
    ramps.chain(std::iter::repeat_with(|| [0; 4].map(|_| below(256) as u8)).take(5000)).collect()
}

/// Converts pixels of 8 bits and the same ones of 16 bits, and holds both against exact levels, 0 to 1. How far a level may
/// be from the exact one, besides rounding, is in levels of 8 bits; of 16 bits it may be a fifth of that.
fn compare(name: &str, profile: &[u8], more: f64, exact: impl Fn([f64; 3]) -> [f64; 3]) {
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
const STEP: f64 = 0.06;

#[test]
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

#[test]
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

#[test]
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

#[test]
fn gray_profiles() {
    for (connection, level) in [(b"XYZ ", levels_of_light as fn(f64) -> f64), (b"Lab ", level_of_lightness)] {
        let profile = profile(2, b"GRAY", connection, &[(b"kTRC", &curv(&[461]))]);
        let exact = |x: f64| level(x.powf(461.0 / 256.0));
        let mut bytes: Vec<_> = (0..=255).map(|i| [i, i, i, 255 - i]).collect();
        let mut converter = Converter::default();
        assert_eq!(converter.to_srgb(&profile, bytes.as_flattened_mut(), Depth::Eight), Ok(Managed::Converted));
        for (i, found) in bytes.iter().enumerate() {
            let right = (exact(i as f64 / 255.0) * 255.0).round() as u8;
            assert_eq!(*found, [right, right, right, 255 - i as u8]);
        }
        let mut words: Vec<_> = (0..=65535_u16).map(|i| [i, i, i, 9].map(u16::to_le_bytes)).collect();
        let pixels = words.as_flattened_mut().as_flattened_mut();
        assert_eq!(converter.to_srgb(&profile, pixels, Depth::Sixteen), Ok(Managed::Converted));
        for (i, found) in words.iter().enumerate() {
            let [r, g, b, a] = found.map(u16::from_le_bytes);
            assert!((f64::from(r) - exact(i as f64 / 65535.0) * 65535.0).abs() < 0.52 && r == g && r == b && a == 9);
        }
        let mut colors = pixels_of_colors();
        let managed = converter.to_srgb(&profile, colors.as_flattened_mut(), Depth::Eight);
        assert!(matches!(managed, Ok(Managed::Ignored(_))) && colors == pixels_of_colors());
    }
    let as_srgb = profile(4, b"GRAY", b"XYZ ", &[(b"kTRC", &Curve::Power(SRGB_CURVE).bytes())]);
    let managed = Converter::default().to_srgb(&as_srgb, &mut [9, 9, 9, 0], Depth::Eight);
    assert_eq!(managed, Ok(Managed::Same));
}

fn pixels_of_colors() -> Vec<[u8; 4]> {
    vec![[9, 9, 9, 9], [9, 9, 10, 9]]
}

#[test]
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

#[test]
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

#[test]
fn the_colorimetric_table_goes_first_and_a_table_before_the_matrix() {
    let [lut, other] = [3, 2].map(|side| Lut::random(3, side, 2, b"Lab "));
    let (lut_bytes, other_bytes, curve) = (lut.bytes(), other.bytes(), para(0, &[1.0]));
    let tags: [(&[u8; 4], &[u8]); 8] = [
        (b"A2B0", &other_bytes),
        (b"A2B1", &lut_bytes),
        (b"rXYZ", &xyz(SRGB[0])),
        (b"gXYZ", &xyz(SRGB[1])),
        (b"bXYZ", &xyz(SRGB[2])),
        (b"rTRC", &curve),
        (b"gTRC", &curve),
        (b"bTRC", &curve),
    ];
    compare("both", &profile(2, b"RGB ", b"Lab ", &tags), STEP, |levels| lut.levels(&levels));
    compare("one", &profile(2, b"RGB ", b"Lab ", &[tags[0], tags[2]]), STEP, |levels| other.levels(&levels));
    // One that is not read here is passed over.
    let unknown = b"mpet\0\0\0\0".as_slice();
    let tags = [(b"A2B0", unknown), tags[2], tags[3], tags[4], tags[5], tags[6], tags[7]];
    let passed = profile(4, b"RGB ", b"XYZ ", &tags);
    compare("passed over", &passed, STEP, |levels| levels_of_xyz(in_profile(SRGB, levels)));
}

#[test]
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

#[test]
fn inks_without_a_profile_of_theirs() {
    let curve = para(0, &[1.5]);
    let of_colors = matrix_profile(4, ADOBE_RGB, [&curve, &curve, &curve]);
    for profile in [&of_colors[..], &[]] {
        let mut inks = [[0, 0, 0, 0], [255, 0, 0, 0], [0, 0, 0, 255], [10, 20, 30, 40]];
        let managed = Converter::default().inks_to_srgb(profile, inks.as_flattened_mut());
        assert!(matches!(managed, Ok(Managed::Ignored(_))));
        assert_eq!(inks, [[255, 255, 255, 255], [0, 255, 255, 255], [0, 0, 0, 255], [207, 198, 190, 255]]);
    }
}

#[test]
fn what_was_kept_of_a_profile_is_for_that_profile_alone() {
    let lut = Lut::random(4, 2, 1, b"Lab ").bytes();
    let curve = para(0, &[1.5]);
    let profiles = [
        matrix_profile(4, ADOBE_RGB, [&curve, &curve, &curve]),
        matrix_profile(4, DISPLAY_P3, [&curve, &curve, &curve]),
        profile(2, b"CMYK", b"Lab ", &[(b"A2B0", &lut)]),
        Vec::new(),
    ];
    let convert = |converter: &mut Converter, profile: &[u8], kind: usize| {
        let mut pixels = pixels();
        let managed = match kind {
            0 => converter.to_srgb(profile, pixels.as_flattened_mut(), Depth::Eight),
            1 => converter.to_srgb(profile, pixels.as_flattened_mut(), Depth::Sixteen),
            _ => converter.inks_to_srgb(profile, pixels.as_flattened_mut()),
        };
        (managed, pixels)
    };
    let mut below = xorshift();
    let mut used = Converter::default();
    for _ in 0..60 {
        let (profile, kind) = (&profiles[below(profiles.len())], below(3));
        assert!(convert(&mut used, profile, kind) == convert(&mut Converter::default(), profile, kind));
    }
}
