//! Colours become sRGB by the profile of a file, and nothing in a profile makes the converter panic.

mod broken;

use crate::common::color::profiles::*;
use crate::common::color::reference::{Curve, Lut, in_profile, level_of_lightness, levels_of_light, levels_of_xyz};
use crate::common::color::{STEP, colors_are_those_of_the_definitions, compare, pixels};
use pixelpool_codecs::Depth;
use pixelpool_codecs::color::{Converter, Managed};

#[test]
fn colors_are_as_defined() {
    colors_are_those_of_the_definitions();
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
