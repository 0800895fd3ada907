//! Pictures cut, turned and warped, of all formats, against naive versions of their definitions.

use crate::common::{formats, noise, of_format, refusal, run_one, samples, with};
use pixelpool::error::{Class, Code};
use pixelpool::filters::REGISTRY;
use pixelpool::image::{Border, Image, Sample};
use pixelpool::params::{Given, Value};

pub(crate) fn numbers(given: &[(&str, f64)]) -> Given {
    given.iter().map(|(name, value)| (name.to_string(), Value::Number(*value))).collect()
}

#[test]
fn a_rectangle_is_copied() {
    for format in formats() {
        let image = of_format(40, 9, 1, format);
        for [x, y, width, height] in [[0, 0, 40, 9], [3, 2, 20, 5], [39, 8, 1, 1], [0, 8, 40, 1], [5, 0, 1, 9]] {
            let given = [("x", x), ("y", y), ("width", width), ("height", height)].map(|(name, n)| (name, n as f64));
            let result = run_one("crop", &numbers(&given), &image);
            assert_eq!((result.layout().width(), result.layout().height()), (width, height));
            for (dx, dy) in (0..height).flat_map(|dy| (0..width).map(move |dx| (dx, dy))) {
                assert_eq!(samples(&result, dx, dy), samples(&image, x + dx, y + dy), "{format:?} {given:?}");
            }
        }
    }
}

#[test]
fn a_rectangle_that_is_not_in_the_picture_is_refused_by_name_and_range() {
    let layout = noise(40, 9, 1, true).layout();
    let wrong = [
        ([40, 0, 1, 1], "x", "from 0 to 39 px"),
        ([0, 9, 1, 1], "y", "from 0 to 8 px"),
        ([0, 0, 41, 1], "width", "from 1 to 40 px"),
        ([30, 0, 11, 9], "width", "from 1 to 10 px"),
        ([0, 5, 40, 5], "height", "from 1 to 4 px"),
        ([0, 0, 65_535, 1], "width", "from 1 to 40 px"),
    ];
    for ([x, y, width, height], name, range) in wrong {
        let given = [("x", x), ("y", y), ("width", width), ("height", height)].map(|(name, n)| (name, f64::from(n)));
        let error = refusal("crop", &numbers(&given), layout).expect("it is outside");
        assert_eq!((error.class, error.code), (Class::Range, Code::InvalidParameter), "{error}");
        assert_eq!((error.filter.as_deref(), error.parameter.as_deref()), (Some("crop"), Some(name)), "{error}");
        assert!(error.message.contains("crop: ") && error.message.contains(range), "{error}");
        let got = given.iter().find(|(other, _)| *other == name).map(|(_, value)| *value);
        assert_eq!(error.got, got, "{error}");
    }
}

#[test]
fn every_orientation_puts_pixels_where_exif_says() {
    for format in formats() {
        for (width, height) in [(37, 21), (1, 18), (18, 1), (33, 16)] {
            let image = of_format(width, height, 2, format);
            for orientation in 1..=8 {
                let result = run_one("orient", &numbers(&[("orientation", f64::from(orientation))]), &image);
                let size = (result.layout().width(), result.layout().height());
                assert_eq!(size, if orientation < 5 { (width, height) } else { (height, width) });
                for (x, y) in (0..size.1).flat_map(|y| (0..size.0).map(move |x| (x, y))) {
                    let (right, bottom) = (width - 1, height - 1);
                    let (from_x, from_y) = match orientation {
                        1 => (x, y),
                        2 => (right - x, y),
                        3 => (right - x, bottom - y),
                        4 => (x, bottom - y),
                        5 => (y, x),
                        6 => (y, bottom - x),
                        7 => (right - y, bottom - x),
                        _ => (right - y, x),
                    };
                    let what = || format!("{format:?} {orientation} {x}, {y}");
                    assert_eq!(samples(&result, x, y), samples(&image, from_x, from_y), "{}", what());
                }
            }
        }
    }
}

/// What lies around a picture: a colour as shares, and what pixels outside stand for, where they are not of this colour.
#[derive(Clone, Copy)]
pub(crate) struct Around {
    pub(crate) background: [f64; 4],
    pub(crate) borders: Option<[Border; 2]>,
}

/// Colour and alpha of a pixel as shares of full scale, colours times alpha; `around` where it lies outside.
fn premultiplied(image: &Image, x: f64, y: f64, around: &[f64], borders: Option<[Border; 2]>) -> Vec<f64> {
    let (layout, channels) = (image.layout(), image.layout().format().channels);
    let seen = |at: f64, side: usize, border: Border| border.index(at as isize, side);
    let [across, down] = borders.unwrap_or([Border::Transparent; 2]);
    let inside = seen(x, layout.width(), across).zip(seen(y, layout.height(), down));
    let full = f64::from(layout.format().sample.full());
    let straight = match inside {
        None => around.to_vec(),
        Some((x, y)) => {
            let mut values: Vec<_> = samples(image, x, y).into_iter().map(|value| value / full).collect();
            values.resize(channels.colors() + 1, 1.0);
            // Grey bytes are red, green and blue until the end.
            let gray = vec![values[0]; around.len() - values.len()];
            gray.into_iter().chain(values).collect()
        }
    };
    let alpha = *straight.last().expect("alpha is last");
    let colors = straight[..straight.len() - 1].iter().map(|value| value * alpha);
    colors.chain([alpha]).collect()
}

fn cubic(x: f64) -> f64 {
    let x = x.abs();
    match x {
        ..1.0 => (1.5 * x - 2.5) * x * x + 1.0,
        ..2.0 => ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0,
        _ => 0.0,
    }
}

/// Checks what a picture becomes by the inverse of a matrix.
fn check(image: &Image, result: &Image, inverse: [[f64; 3]; 3], interp: &str, background: [f64; 4]) {
    check_places(image, result, interp, Around { background, borders: None }, |x, y| {
        let [u, v, w] = inverse.map(|[a, b, c]| a * x + b * y + c);
        (w > 0.0).then_some((u / w, v / w))
    });
}

/// Checks what a picture becomes where each place of the result, counted from the corner, is read at another; `None` is background.
/// Returns sums of colour times alpha, and of alpha, of those pixels that can be told.
pub(crate) fn check_places(
    image: &Image,
    result: &Image,
    interp: &str,
    Around { background, borders }: Around,
    place: impl Fn(f64, f64) -> Option<(f64, f64)>,
) -> Vec<Vec<f64>> {
    let mut told = Vec::new();
    let format = image.layout().format();
    let colors = format.channels.colors();
    let [r, g, b, a] = background.map(|level| level / 255.0);
    let luma = (19595.0 * r + 38470.0 * g + 7471.0 * b) / 65536.0;
    let is_gray_bytes = colors == 1 && format.sample == Sample::U8;
    let around = if colors == 1 && !is_gray_bytes { vec![luma, a] } else { vec![r, g, b, a] };
    let last = around.len() - 1;
    for (x, y) in (0..result.layout().height()).flat_map(|y| (0..result.layout().width()).map(move |x| (x, y))) {
        let mut sums = vec![0.0; last + 1];
        let mut add = |weight: f64, pixel: Vec<f64>| sums.iter_mut().zip(pixel).for_each(|(s, p)| *s += weight * p);
        let Some((u, v)) = place(x as f64 + 0.5, y as f64 + 0.5) else {
            add(1.0, premultiplied(image, -1.0, -1.0, &around, None));
            check_pixel(image, result, (x, y), interp, &sums);
            told.push(sums);
            continue;
        };
        if interp == "nearest" {
            let is_near_edge = |at: f64| (at - at.round()).abs() < 1e-3;
            if is_near_edge(u) || is_near_edge(v) {
                continue;
            }
            add(1.0, premultiplied(image, u.floor(), v.floor(), &around, borders));
        } else {
            let (first_x, first_y) = ((u - 0.5).floor(), (v - 0.5).floor());
            let kernel = if interp == "bicubic" { cubic } else { |x: f64| (1.0 - x.abs()).max(0.0) };
            for (dx, dy) in (-1..=2).flat_map(|dy| (-1..=2).map(move |dx| (f64::from(dx), f64::from(dy)))) {
                let (x, y) = (first_x + dx, first_y + dy);
                let weight = kernel(x - (u - 0.5)) * kernel(y - (v - 0.5));
                add(weight, premultiplied(image, x, y, &around, borders));
            }
        }
        check_pixel(image, result, (x, y), interp, &sums);
        told.push(sums);
    }
    told
}

/// Checks a pixel of a result against sums of colour times alpha, and of alpha, as shares.
fn check_pixel(image: &Image, result: &Image, (x, y): (usize, usize), interp: &str, sums: &[f64]) {
    let (layout, format) = (image.layout(), image.layout().format());
    let (colors, full, last) = (format.channels.colors(), f64::from(format.sample.full()), sums.len() - 1);
    let is_gray_bytes = colors == 1 && format.sample == Sample::U8;
    let got = samples(result, x, y);
    let alpha = sums[last].clamp(0.0, if format.sample == Sample::F32 { f64::INFINITY } else { 1.0 });
    let what = || format!("{interp} {layout:?} {x}, {y}: {got:?} for {sums:?}, times {full}");
    // A share of full scale that rounding may cost, and errors of single precision.
    let rounding = match format.sample {
        Sample::U8 => 0.51 / 255.0,
        // Weights of single precision cost part of a level of so many.
        Sample::U16 => 1.0 / 65_535.0,
        Sample::F32 => 4e-6,
    };
    if format.channels.stores_alpha() {
        assert!((got[colors] / full - alpha).abs() <= rounding, "{}", what());
        if got[colors] == 0.0 {
            assert!(got.iter().all(|value| *value == 0.0), "{}", what());
            return;
        }
    }
    if alpha * 255.0 < 0.51 {
        return;
    }
    let clamped = |value: f64| if format.sample == Sample::F32 { value } else { value.clamp(0.0, 1.0) };
    let mut want: Vec<_> = sums[..last].iter().map(|sum| clamped(sum / sums[last])).collect();
    if is_gray_bytes {
        want = vec![(19595.0 * want[0] + 38470.0 * want[1] + 7471.0 * want[2]) / 65536.0];
    }
    // Of grey bytes, red, green and blue are rounded, and luma is.
    let slack = if is_gray_bytes { rounding } else { 0.0 };
    for (got, want) in got.iter().zip(want) {
        let single = 4e-6 / alpha * want.abs().max(1.0);
        assert!((got / full - want).abs() <= rounding + slack + single, "{}", what());
    }
}

pub(crate) const INTERPOLATIONS: [&str; 3] = ["nearest", "bilinear", "bicubic"];

#[test]
fn pictures_of_all_formats_are_warped_and_turned() {
    let affine = [[0.8, 0.3, -4.0], [-0.25, 1.1, 2.5], [0.0, 0.0, 1.0]];
    let perspective = [[0.7, 0.2, -3.0], [-0.1, 0.9, 1.0], [0.01, -0.03, 0.8]];
    let behind = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, -1.0]];
    for format in formats() {
        let image = of_format(23, 17, 5, format);
        for (interp, background) in INTERPOLATIONS.into_iter().flat_map(|interp| {
            [(interp, [0.0; 4]), (interp, [10.0, 200.0, 60.0, 255.0]), (interp, [250.0, 9.0, 90.0, 64.0])]
        }) {
            let style = [
                ("interp".to_string(), Value::from(interp)),
                ("background".to_string(), Value::from(background.to_vec())),
            ];
            for inverse in [affine, perspective, behind] {
                let matrix = inverted(inverse).into_iter().flatten().collect::<Vec<_>>();
                let size = numbers(&[("width", 31.0), ("height", 26.0)]);
                let given = size.into_iter().chain(style.clone()).chain([("matrix".into(), Value::from(matrix))]);
                check(&image, &run_one("warp", &given.collect(), &image), inverse, interp, background);
            }
            let given: Given = numbers(&[("degrees", 33.0)]).into_iter().chain(style).collect();
            let result = run_one("rotate", &given, &image);
            let (sin, cos) = 33_f64.to_radians().sin_cos();
            let center =
                |image: &Image| [image.layout().width(), image.layout().height()].map(|side| side as f64 / 2.0);
            let ([cx, cy], [x, y]) = (center(&image), center(&result));
            let inverse = [[cos, sin, cx - cos * x - sin * y], [-sin, cos, cy + sin * x - cos * y], [0.0, 0.0, 1.0]];
            check(&image, &result, inverse, interp, background);
        }
    }
}

/// The inverse of a matrix, by its definition.
pub(crate) fn inverted([[a, b, c], [d, e, f], [g, h, i]]: [[f64; 3]; 3]) -> [[f64; 3]; 3] {
    let determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
    let adjugate = [
        [e * i - f * h, c * h - b * i, b * f - c * e],
        [f * g - d * i, a * i - c * g, c * d - a * f],
        [d * h - e * g, b * g - a * h, a * e - b * d],
    ];
    adjugate.map(|row| row.map(|value| value / determinant))
}

#[test]
fn quarters_of_a_turn_are_orientations_however_often() {
    let image = noise(21, 13, 4, false);
    for (degrees, orientation) in [(90.0, 6), (180.0, 3), (270.0, 8), (-90.0, 8), (450.0, 6), (-36_000_000_180.0, 3)] {
        for interp in INTERPOLATIONS {
            let given = with(&numbers(&[("degrees", degrees)]), "interp", Value::from(interp));
            let want = run_one("orient", &numbers(&[("orientation", f64::from(orientation))]), &image);
            assert_eq!(run_one("rotate", &given, &image), want, "{degrees} {interp}");
        }
    }
    for degrees in [0.0, -0.0, 360.0, -720.0] {
        for expand in [true, false] {
            let given = with(&numbers(&[("degrees", degrees)]), "expand", Value::Boolean(expand));
            assert_eq!(run_one("rotate", &given, &image), image, "{degrees} {expand}");
        }
    }
}

#[test]
fn angles_may_be_large_and_small() {
    let image = noise(21, 13, 4, false);
    for degrees in [1e300, -1e17 - 10.0, 1e-300, -1e-9, f64::MAX, f64::MIN_POSITIVE] {
        let result = run_one("rotate", &numbers(&[("degrees", degrees)]), &image);
        let same = run_one("rotate", &numbers(&[("degrees", degrees % 360.0)]), &image);
        assert_eq!(result, same, "{degrees}");
    }
}

#[test]
fn an_opaque_picture_on_an_opaque_ground_stays_opaque() {
    let image = noise(33, 21, 4, true);
    for interp in INTERPOLATIONS {
        let given = with(&numbers(&[("degrees", 20.0)]), "interp", Value::from(interp));
        let given = with(&given, "background", Value::from(vec![1.0, 2.0, 3.0, 255.0]));
        let result = run_one("rotate", &given, &image);
        assert!(result.data().iter().skip(3).step_by(4).all(|alpha| *alpha == 255), "{interp}");
        assert_eq!(result.data()[..4], [1, 2, 3, 255]);
    }
}

#[test]
fn matrices_without_an_inverse_are_refused() {
    let warp = REGISTRY.iter().find(|definition| definition.info.name == "warp").expect("it is there");
    let size = numbers(&[("width", 3.0), ("height", 3.0)]);
    let singular =
        [[0.0; 9], [1.0, 2.0, 3.0, 2.0, 4.0, 6.0, 0.0, 0.0, 1.0], [0.1, 0.2, 0.0, 0.3, 0.6, 0.0, 0.0, 0.0, 1.0]];
    for matrix in singular {
        let error = warp.build(&with(&size, "matrix", Value::from(matrix.to_vec()))).map(|_| ()).expect_err("singular");
        assert_eq!((error.class, error.parameter.as_deref()), (Class::Range, Some("matrix")), "{error}");
        assert_eq!(error.message, "warp: matrix must have an inverse: it is singular");
    }
    // Far away, but not singular.
    let far = vec![1.0, 0.0, 1e9, 0.0, 1.0, -1e9, 0.0, 0.0, 1.0];
    let huge = vec![1e300, 0.0, 0.0, 0.0, 1e300, 0.0, 0.0, 0.0, 1e300];
    let image = noise(3, 3, 1, true);
    assert!(run_one("warp", &with(&size, "matrix", Value::from(far)), &image).data().iter().all(|byte| *byte == 0));
    assert_eq!(run_one("warp", &with(&size, "matrix", Value::from(huge)), &image), image);
}

#[test]
fn places_far_from_the_corner_are_found() {
    let image = noise(1_500_000, 2, 3, true);
    let matrix = vec![1.0, 0.0, -1_200_000.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0];
    let given = vec![
        ("matrix".to_string(), Value::from(matrix)),
        ("width".to_string(), Value::Number(50.0)),
        ("height".to_string(), Value::Number(2.0)),
    ];
    let result = run_one("warp", &given, &image);
    for (x, y) in (0..50).flat_map(|x| [(x, 0), (x, 1)]) {
        assert_eq!(samples(&result, x, y), samples(&image, 1_200_000 + x, y), "{x}, {y}");
    }
}
