//! Filters that make, take or weigh alpha, of all formats, against naive versions of their definitions in double precision.

use crate::numbers::{Numbers, each, number};
use pixelpool::image::{Border, Sample};
use pixelpool::params::{Given, Value};

/// Colours and alpha of a pixel as shares of full scale; of grey three times the same, and alpha is full where there is none.
fn pixel(image: &Numbers, x: isize, y: isize) -> ([f64; 3], f64) {
    let full = f64::from(image.sample.full());
    let value = |channel: usize| image.at(x, y, channel, Border::Clamp) / full;
    let alpha = if image.channels.is_multiple_of(2) { value(image.channels - 1) } else { 1.0 };
    ([0, 1, 2].map(|color: usize| value(color.min(image.colors() - 1))), alpha)
}

/// Compares a result with colours and alphas in shares of full scale; colours count as far as they can be seen.
fn check(image: &Numbers, got: &Numbers, what: &str, slack: f64, make: impl Fn(isize, isize) -> ([f64; 3], f64)) {
    let full = f64::from(image.sample.full());
    let near = match image.sample {
        Sample::U8 => 0.51 / 255.0,
        Sample::U16 => 0.6 / 65_535.0,
        Sample::F32 => 2e-6,
    };
    let has_alpha = image.channels.is_multiple_of(2);
    for i in 0..image.width * image.height {
        let (x, y) = (i % image.width, i / image.width);
        let (rgb, alpha) = make(x.cast_signed(), y.cast_signed());
        let stored: Vec<f64> =
            got.values[i * image.channels..][..image.channels].iter().map(|v| f64::from(*v) / full).collect();
        let said = || format!("{what}, {:?}, at {x}, {y}: {stored:?}, not {rgb:?} {alpha}", image.layout());
        let is_seen = !has_alpha || stored[image.channels - 1] > 0.0;
        if has_alpha {
            assert!((stored[image.channels - 1] - alpha).abs() <= near, "{}", said());
        } else if alpha * 255.0 < 0.51 {
            // What would be invisible is black, or next to it.
            continue;
        }
        let clamped = rgb.map(|value| if image.sample == Sample::F32 { value } else { value.clamp(0.0, 1.0) });
        let [r, g, b] = clamped;
        let want =
            if image.colors() == 1 { vec![(19595.0 * r + 38470.0 * g + 7471.0 * b) / 65536.0] } else { vec![r, g, b] };
        for (stored, want) in stored.iter().zip(want) {
            let near = if image.colors() == 1 { 3.0 * near } else { near } + slack / alpha.max(1e-3);
            assert!(if is_seen { (stored - want).abs() <= near } else { *stored == 0.0 }, "{}", said());
        }
    }
}

fn list(name: &str, values: &[f64]) -> Given {
    vec![(name.into(), Value::from(values.to_vec()))]
}

#[test]
fn pictures_are_laid_on_a_ground() {
    for ground in [[255.0; 3], [10.0, 200.0, 60.5]] {
        each(40, |image, ways| {
            let (got, _) = image.run("flatten", &list("background", &ground), ways);
            check(image, &got, &format!("flatten {ground:?}"), 0.0, |x, y| {
                let (rgb, alpha) = pixel(image, x, y);
                ([0, 1, 2].map(|i| rgb[i] * alpha + ground[i] / 255.0 * (1.0 - alpha)), 1.0)
            });
        });
    }
}

#[test]
fn a_colour_becomes_transparent() {
    for key in [[255.0; 3], [0.0; 3], [10.0, 200.0, 60.0]] {
        each(40, |image, ways| {
            let (got, _) = image.run("colorToAlpha", &list("color", &key), ways);
            // Quotients of what is hardly seen are off by what single precision is.
            check(image, &got, &format!("colorToAlpha {key:?}"), 1e-6, |x, y| {
                let (rgb, alpha) = pixel(image, x, y);
                let room = |i: usize| if rgb[i] > key[i] / 255.0 { 1.0 - key[i] / 255.0 } else { key[i] / 255.0 };
                let far = |i: usize| (rgb[i] - key[i] / 255.0).abs() / room(i).max(1e-300);
                let far = far(0).max(far(1)).max(far(2)).min(1.0);
                let lifted = |i: usize| key[i] / 255.0 + (rgb[i] - key[i] / 255.0) / far;
                (if far > 0.0 { [lifted(0), lifted(1), lifted(2)] } else { [0.0; 3] }, far * alpha)
            });
        });
    }
}

#[test]
fn large_pixels_are_means_of_squares() {
    for size in [1_isize, 2, 3, 8, 1000] {
        each(40, |image, ways| {
            let (got, _) = image.run("pixelate", &vec![number("size", size as f64)], ways);
            if size == 1 {
                return assert_eq!(&got, image);
            }
            check(image, &got, &format!("pixelate {size}"), 1e-7, |x, y| {
                let (left, top) = (x / size * size, y / size * size);
                let right = (left + size).min(image.width.cast_signed());
                let bottom = (top + size).min(image.height.cast_signed());
                let square: Vec<_> = (top..bottom)
                    .flat_map(|y| (left..right).map(move |x| (x, y)))
                    .map(|(x, y)| pixel(image, x, y))
                    .collect();
                let alpha: f64 = square.iter().map(|(_, alpha)| alpha).sum();
                let color = |i: usize| square.iter().map(|(rgb, alpha)| rgb[i] * alpha).sum::<f64>() / alpha;
                (if alpha > 0.0 { [color(0), color(1), color(2)] } else { [0.0; 3] }, alpha / square.len() as f64)
            });
        });
    }
}
