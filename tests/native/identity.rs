//! Parameters that change nothing return the input's bytes, the colour of invisible pixels included; flat images stay
//! flat.

use crate::common::{golden::input, noise, run_one, variants};
use pixelpool::filters::REGISTRY;
use pixelpool::image::{CHANNELS, Image};
use pixelpool::params::{Given, Value};

fn numbers(given: &[(&str, f64)]) -> Given {
    given.iter().map(|(name, value)| (name.to_string(), Value::Number(*value))).collect()
}

#[test]
fn identities_return_the_same_bytes() {
    let plain: Vec<f64> = (0..256).map(f64::from).collect();
    let table = |name: &str| (name.to_string(), Value::Numbers(plain.clone()));
    let unit = [1., 0., 0., 0., 0., 0., 1., 0., 0., 0., 0., 0., 1., 0., 0., 0., 0., 0., 1., 0.];
    let cases: Vec<(&str, Given)> = vec![
        ("multiply", numbers(&[("factor", 1.0)])),
        ("delay", numbers(&[("milliseconds", 0.0)])),
        ("brightness", numbers(&[("amount", 1.0)])),
        ("contrast", numbers(&[("amount", 1.0)])),
        ("saturate", numbers(&[("amount", 1.0)])),
        ("hueRotate", numbers(&[("degrees", -720.0)])),
        ("grayscale", numbers(&[("amount", 0.0)])),
        ("sepia", numbers(&[("amount", 0.0)])),
        ("invert", numbers(&[("amount", 0.0)])),
        ("opacity", numbers(&[("amount", 7.0)])),
        ("colorMatrix", vec![("m".into(), Value::Numbers(unit.to_vec()))]),
        ("gamma", numbers(&[("gamma", 1.0)])),
        ("lut1d", vec![table("r"), table("g"), table("b")]),
        ("gaussianBlur", numbers(&[("sigma", 0.0)])),
        ("boxBlur", numbers(&[("radius", 0.0)])),
        ("median", numbers(&[("radius", 0.0)])),
        ("unsharpMask", numbers(&[("sigma", 0.0)])),
        ("unsharpMask", numbers(&[("amount", 0.0)])),
    ];
    let image = noise(19, 17, 21, false);
    for (kind, given) in cases {
        assert!(run_one(kind, &given, &image) == image, "{kind} {given:?}");
    }
}

#[test]
fn flat_images_stay_flat() {
    let first = |image: &Image| image.data().first_chunk::<CHANNELS>().copied();
    for color in [[0; CHANNELS], [255; CHANNELS], [1, 128, 254, 255], [200, 100, 3, 1]] {
        let image = Image::new(140, 9, color.repeat(140 * 9)).expect("not empty");
        for definition in REGISTRY {
            // Only a transparent outside is not as flat as the image.
            let transparent = Value::Text("transparent".into());
            for given in variants(definition.info).iter().filter(|given| given.iter().all(|(_, v)| *v != transparent)) {
                let result = run_one(definition.info.name, given, &image);
                let same = result
                    .data()
                    .chunks_exact(CHANNELS)
                    .all(|pixel| Some(pixel) == first(&result).as_ref().map(|p| &p[..]));
                assert!(same, "{} {given:?} of {color:?}", definition.info.name);
            }
        }
    }
}

#[test]
fn blurs_keep_what_is_opaque() {
    let mut scene = input("scene", 64, 48);
    scene.iter_mut().skip(3).step_by(CHANNELS).for_each(|alpha| *alpha = 255);
    let image = Image::new(64, 48, scene).expect("not empty");
    for (kind, given) in [("gaussianBlur", numbers(&[("sigma", 250.0)])), ("boxBlur", numbers(&[("radius", 500.0)]))] {
        let result = run_one(kind, &given, &image);
        assert!(result.data().iter().skip(3).step_by(CHANNELS).all(|alpha| *alpha == 255), "{kind}");
    }
}
