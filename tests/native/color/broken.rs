//! Profiles that are broken, too large, or of something else: they are ignored, whatever is in them.

use super::profiles::*;
use super::reference::{Curve, Lut};
use pixelpool_codecs::Depth;
use pixelpool_codecs::color::{Converter, Managed};

const PIXELS: [[u8; 4]; 6] =
    [[0, 0, 0, 0], [255, 255, 255, 255], [7, 7, 7, 9], [128, 0, 255, 1], [1, 254, 3, 77], [200, 201, 202, 203]];

/// Converts pixels in one of four ways by what may be broken, and says whether it was used.
fn try_to_convert(profile: &[u8], way: usize) -> bool {
    let mut converter = Converter::default();
    let gray = PIXELS.map(|[level, _, _, alpha]| [level, level, level, alpha]);
    let before = if way == 1 { gray } else { PIXELS };
    let mut after = before;
    let managed = match way {
        0 | 1 => converter.to_srgb(profile, after.as_flattened_mut(), Depth::Eight),
        2 => converter.to_srgb(profile, after.as_flattened_mut(), Depth::Sixteen),
        _ => converter.inks_to_srgb(profile, after.as_flattened_mut()),
    };
    match managed {
        Ok(Managed::Same | Managed::Ignored(_)) => assert!(way == 3 || before == after),
        Ok(Managed::Converted) => {}
        Err(problem) => panic!("{problem:?}"),
    }
    match way {
        0 | 1 => assert!(after.iter().zip(before).all(|(after, before)| after[3] == before[3]), "alpha stays"),
        2 => assert!(after.iter().zip(before).skip(1).step_by(2).all(|(after, before)| after[2..] == before[2..])),
        _ => assert!(after.iter().all(|pixel| pixel[3] == 255), "inks are opaque"),
    }
    managed == Ok(Managed::Converted)
}

/// One of each kind that is read, and a way by which it is used.
fn profiles() -> Vec<(Vec<u8>, usize)> {
    let table = Curve::Power(SRGB_CURVE).as_table(20).bytes();
    let curves = [&table[..], &para(4, &SRGB_CURVE), &curv(&[500])];
    vec![
        (matrix_profile(4, DISPLAY_P3, curves), 0),
        (matrix_profile(2, ADOBE_RGB, curves), 2),
        (profile(2, b"GRAY", b"Lab ", &[(b"kTRC", &table)]), 1),
        (profile(2, b"RGB ", b"Lab ", &[(b"A2B0", &Lut::random(3, 2, 1, b"Lab ").bytes())]), 0),
        (profile(2, b"RGB ", b"XYZ ", &[(b"A2B1", &Lut::random(3, 3, 2, b"XYZ ").bytes())]), 2),
        (profile(4, b"RGB ", b"Lab ", &[(b"A2B0", &Lut::random(3, 2, 2, b"Lab ").with_middle().bytes())]), 0),
        (profile(4, b"CMYK", b"Lab ", &[(b"A2B0", &Lut::random(4, 2, 1, b"Lab ").with_middle().bytes())]), 3),
    ]
}

#[test]
fn profiles_may_end_anywhere() {
    for (profile, way) in profiles() {
        assert!(try_to_convert(&profile, way));
        for end in 0..profile.len() {
            assert!(!try_to_convert(&profile[..end], way), "the header states more bytes");
            // The same where the header states what there is.
            let mut cut = profile[..end].to_vec();
            if let Some(size) = cut.first_chunk_mut() {
                *size = (end as u32).to_be_bytes();
            }
            try_to_convert(&cut, way);
        }
    }
}

#[test]
fn profiles_may_be_broken_anyhow() {
    let (profiles, mut below) = (profiles(), xorshift());
    let mut used = 0;
    for turn in 0..8000 {
        let (mut profile, way) = profiles[below(profiles.len())].clone();
        for _ in 0..1 + below(4) {
            // Rather in the header, the list of tags and the beginning of the first one.
            let end = if below(2) == 0 { 320.min(profile.len()) } else { profile.len() };
            let at = below(end);
            match below(5) {
                0 => profile[at] = 0xFF,
                1 => profile[at] = 0,
                2 => profile[at] ^= 1 << below(8),
                3 => {
                    let from = below(profile.len());
                    let part = profile[from..(from + below(16)).min(profile.len())].to_vec();
                    let end = (at + part.len()).min(profile.len());
                    profile[at..end].copy_from_slice(&part[..end - at]);
                }
                _ => profile[at] = below(256) as u8,
            }
        }
        used += usize::from(try_to_convert(&profile, if turn % 8 == 0 { below(4) } else { way }));
    }
    assert!((1000..7000).contains(&used), "{used} of them could be used");
    for turn in 0..1000 {
        let mut profile: Vec<u8> = (0..below(600)).map(|_| below(256) as u8).collect();
        if let Some(size) = profile.first_chunk_mut() {
            *size = [0, 0, 0, 140];
        }
        try_to_convert(&profile, turn % 4);
    }
}

#[test]
fn what_cannot_be_used_is_told() {
    let curve = para(0, &[2.0]);
    let good = matrix_profile(4, DISPLAY_P3, [&curve, &curve, &curve]);
    let why = |profile: &[u8]| {
        let mut pixels = PIXELS;
        match Converter::default().to_srgb(profile, pixels.as_flattened_mut(), Depth::Eight) {
            Ok(Managed::Ignored(what)) => what,
            other => panic!("{other:?}"),
        }
    };
    let changed = |at: usize, bytes: &[u8]| {
        let mut profile = good.clone();
        profile[at..at + bytes.len()].copy_from_slice(bytes);
        profile
    };
    assert_eq!(why(&[]), "the profile is broken");
    assert_eq!(why(&changed(36, b"ascp")), "the profile is broken");
    assert_eq!(why(&changed(0, &[0xFF; 4])), "the profile is broken");
    assert_eq!(why(&changed(8, &[5])), "the profile is of a version that is not known here");
    assert_eq!(why(&changed(12, b"link")), "the profile does not say what the picture's colours are");
    assert_eq!(why(&changed(16, b"HSV ")), "the profile is of colours that no picture here has");
    assert_eq!(why(&changed(20, b"RGB ")), "the profile is broken");
    let mut long = good.clone();
    long.resize((16 << 20) + 1, 0);
    assert_eq!(why(&long), "the profile is too large");
    // Colours that all lie in one plane.
    let flat = [DISPLAY_P3[0], DISPLAY_P3[0], DISPLAY_P3[2]];
    assert_eq!(why(&matrix_profile(4, flat, [&curve, &curve, &curve])), "the profile is broken");
    // A grid that is far larger than the profile, and one that would take too much memory.
    let mut lut = Lut::random(3, 2, 2, b"Lab ").bytes();
    lut[10] = 255;
    assert_eq!(why(&profile(2, b"RGB ", b"Lab ", &[(b"A2B0", &lut)])), "the profile's table is too large");
    lut[10] = 100;
    assert_eq!(why(&profile(2, b"RGB ", b"Lab ", &[(b"A2B0", &lut)])), "the profile is broken");
    lut[10] = 1;
    assert_eq!(why(&profile(2, b"RGB ", b"Lab ", &[(b"A2B0", &lut)])), "the profile is broken");
    let inks = profile(2, b"CMYK", b"Lab ", &[(b"A2B0", &Lut::random(4, 2, 2, b"Lab ").bytes())]);
    assert_eq!(why(&inks), "the profile is of other colours than the picture's");
    let colors = profile(2, b"GRAY", b"XYZ ", &[(b"kTRC", &curve)]);
    assert_eq!(why(&colors), "the profile is of grey, and the picture has colours");
}

#[test]
fn bytes_behind_the_last_pixel_stay() {
    let curve = para(0, &[2.0]);
    let profile = matrix_profile(4, DISPLAY_P3, [&curve, &curve, &curve]);
    for depth in [Depth::Eight, Depth::Sixteen] {
        for more in 0..depth.pixel_bytes() {
            let mut pixels = vec![100; 3 * depth.pixel_bytes() + more];
            let managed = Converter::default().to_srgb(&profile, &mut pixels, depth);
            assert_eq!(managed, Ok(Managed::Converted));
            assert!(pixels[0] != 100 && pixels[3 * depth.pixel_bytes()..].iter().all(|byte| *byte == 100));
        }
    }
}
