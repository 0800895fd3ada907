//! Filters that make, take or weigh alpha, of all formats, against naive versions of their definitions in double precision.

use crate::cases;
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
    cases::note(image, true, |pixel| {
        let ([r, g, b], alpha) = make((pixel % image.width).cast_signed(), (pixel / image.width).cast_signed());
        [255.0 * r, 255.0 * g, 255.0 * b, 255.0 * alpha]
    });
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

/// Colours times alpha, and alpha, as shares of full scale.
fn premultiplied(image: &Numbers, x: isize, y: isize) -> [f64; 4] {
    let ([r, g, b], alpha) = pixel(image, x, y);
    [r * alpha, g * alpha, b * alpha, alpha]
}

fn straight([r, g, b, alpha]: [f64; 4]) -> ([f64; 3], f64) {
    (if alpha > 1e-9 { [r / alpha, g / alpha, b / alpha] } else { [0.0; 3] }, alpha)
}

/// The mean of pixels with weights that sum to 1, where the nearest pixel of the edge is seen outside.
fn mean(image: &Numbers, taps: impl Iterator<Item = (isize, isize, f64)>) -> [f64; 4] {
    taps.fold([0.0; 4], |sums, (x, y, weight)| {
        let inside = |place: isize, side: usize| place.clamp(0, side.cast_signed() - 1);
        let pixel = premultiplied(image, inside(x, image.width), inside(y, image.height));
        [0, 1, 2, 3].map(|i| sums[i] + weight * pixel[i])
    })
}

#[test]
fn motion_is_a_mean_along_a_line() {
    for (length, degrees) in [(2_u8, 0.0_f64), (5, 90.0), (7, 33.0), (12, -120.0)] {
        each(40, |image, ways| {
            let given = vec![number("length", f64::from(length)), number("degrees", degrees)];
            let (got, _) = image.run("motionBlur", &given, ways);
            let (sin, cos) = degrees.to_radians().sin_cos();
            check(image, &got, &format!("{given:?}"), 2e-6, |x, y| {
                let points = (0..length).map(|i| f64::from(i) - (f64::from(length) - 1.0) / 2.0);
                let taps = points.flat_map(|t| {
                    let (u, v) = (x as f64 + t * cos, y as f64 + t * sin);
                    let corners = [(0, 0), (1, 0), (0, 1), (1, 1)];
                    corners.map(|(dx, dy)| {
                        let (x, y) = (u.floor() as isize + dx, v.floor() as isize + dy);
                        let weight = (1.0 - (x as f64 - u).abs()) * (1.0 - (y as f64 - v).abs());
                        (x, y, weight / f64::from(length))
                    })
                });
                straight(mean(image, taps))
            });
        });
    }
}

#[test]
fn what_is_off_a_band_is_blurred() {
    let cases = [(1.1_f64, 0.5, 0.2, 0.3, 0.0_f64), (0.8, 0.1, 0.0, 2.0, 40.0)];
    for (sigma, center, size, feather, degrees) in cases {
        let names = ["sigma", "center", "size", "feather", "degrees"];
        let given = names.into_iter().zip([sigma, center, size, feather, degrees]).map(|(name, v)| number(name, v));
        let given: Given = given.collect();
        let reach = (3.0 * sigma).ceil() as isize;
        let square = (-reach..=reach).flat_map(|dy| (-reach..=reach).map(move |dx| (dx, dy)));
        let bell = square.map(|(dx, dy)| (dx, dy, (-((dx * dx + dy * dy) as f64) / (2.0 * sigma * sigma)).exp()));
        let bell: Vec<_> = bell.collect();
        let sum: f64 = bell.iter().map(|(_, _, weight)| weight).sum();
        each(40, |image, ways| {
            let (got, _) = image.run("tiltShift", &given, ways);
            let (sin, cos) = degrees.to_radians().sin_cos();
            let [width, height] = [image.width as f64, image.height as f64];
            check(image, &got, &format!("{given:?}"), 2e-6, |x, y| {
                let (u, v) = (x as f64 + 0.5 - width / 2.0, y as f64 + 0.5 - center * height);
                let t = (((v * cos - u * sin).abs() / height - size / 2.0) / feather).clamp(0.0, 1.0);
                let share = t * t * (3.0 - 2.0 * t);
                let blurred = mean(image, bell.iter().map(|(dx, dy, weight)| (x + dx, y + dy, weight / sum)));
                let sharp = premultiplied(image, x, y);
                straight([0, 1, 2, 3].map(|i| (1.0 - share) * sharp[i] + share * blurred[i]))
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
