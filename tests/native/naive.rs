//! Neighbourhoods against naive versions of their definitions: double precision, one pixel at a time, written to be read.

use crate::common::{golden::Random, noise, run_one, speck};
use pixelpool::color::luma;
use pixelpool::image::{Border, CHANNELS, Image};
use pixelpool::params::{Choice, Given, Value};
use proptest::prelude::*;

/// Whether nothing transparent is seen, within the image or beyond its edges.
fn stays_opaque(image: &Image, border: Border) -> bool {
    border != Border::Transparent && image.data().iter().skip(3).step_by(CHANNELS).all(|alpha| *alpha == 255)
}

/// Small images, and long ones that are wider or higher than a tile of any kernel.
fn image() -> impl Strategy<Value = Image> {
    let size = prop_oneof![4 => (1..24_usize, 1..24_usize), 1 => (100..450_usize, 1..4_usize), 1 => (1..4_usize, 100..300_usize)];
    let kind = prop::sample::select(&["opaque", "speck", "translucent"]);
    (size, any::<u32>(), kind).prop_map(|((width, height), seed, kind)| match kind {
        "speck" => speck(width, height, seed),
        kind => noise(width, height, seed, kind == "opaque"),
    })
}

fn border() -> impl Strategy<Value = Border> {
    prop::sample::select(Border::ALL)
}

fn given(parameters: &[(&str, f64)], border: Border) -> Given {
    let name =
        Border::ALL.iter().position(|other| *other == border).map(|i| Border::NAMES[i]).expect("it is one of all");
    let numbers = parameters.iter().map(|(name, value)| (name.to_string(), Value::Number(*value)));
    numbers.chain([("border".into(), Value::from(name))]).collect()
}

/// A pixel that may lie outside the image.
fn at(image: &Image, x: isize, y: isize, border: Border) -> [u8; CHANNELS] {
    let (width, height) = (image.layout().width(), image.layout().height());
    match (border.index(x, width), border.index(y, height)) {
        (Some(x), Some(y)) => image.data().as_chunks().0[y * width + x],
        _ => [0; CHANNELS],
    }
}

fn premultiplied([r, g, b, a]: [u8; CHANNELS]) -> [f64; CHANNELS] {
    let share = f64::from(a) / 255.0;
    [f64::from(r) * share, f64::from(g) * share, f64::from(b) * share, f64::from(a)]
}

/// Calls `check` with every pixel's place, result and source.
fn each(source: &Image, result: &Image, mut check: impl FnMut(isize, isize, [u8; CHANNELS], [u8; CHANNELS])) {
    assert_eq!(source.layout(), result.layout());
    let width = source.layout().width();
    let pixels = result.data().as_chunks().0.iter().zip(source.data().as_chunks().0);
    for (i, (result, source)) in pixels.enumerate() {
        check((i % width).cast_signed(), (i / width).cast_signed(), *result, *source);
    }
}

/// A weighted sum over the window of `radius_x` and `radius_y` around a pixel.
fn sum<const N: usize>(
    (radius_x, radius_y): (isize, isize),
    mut term: impl FnMut(isize, isize) -> [f64; N],
) -> [f64; N] {
    let mut sums = [0.0; N];
    for dy in -radius_y..=radius_y {
        for dx in -radius_x..=radius_x {
            sums.iter_mut().zip(term(dx, dy)).for_each(|(sum, term)| *sum += term);
        }
    }
    sums
}

/// Whether a byte is the rounded value, or a neighbour of it where the value is within `tolerance` of a half.
fn is_near(byte: u8, exact: f64, tolerance: f64) -> bool {
    (f64::from(byte) - exact.clamp(0.0, 255.0)).abs() <= 0.5 + tolerance
}

/// Checks a filtered, premultiplied pixel against its bytes.
fn check_premultiplied([r, g, b, a]: [u8; CHANNELS], [pr, pg, pb, alpha]: [f64; CHANNELS], bias: f64, tolerance: f64) {
    assert!(is_near(a, alpha, tolerance), "alpha {a} for {alpha}");
    if a == 0 {
        assert_eq!([r, g, b], [0; 3], "what is invisible is black");
        return;
    }
    for (byte, sum) in [(r, pr), (g, pg), (b, pb)] {
        // An error of the sum grows as alpha shrinks. The quotient is rounded in single precision, however large both are.
        let exact = 255.0 * sum / alpha + bias;
        let near = 2.0 * tolerance * 255.0 / alpha + 1e-4;
        assert!(is_near(byte, exact, near), "{byte} for {exact}, alpha {alpha}");
    }
}

fn gaussian(image: &Image, sigma: f64, border: Border) -> impl Fn(isize, isize) -> [f64; CHANNELS] {
    let radius = (3.0 * sigma).ceil() as isize;
    let bell: Vec<f64> = (-radius..=radius).map(|i| (-0.5 * (i as f64 / sigma).powi(2)).exp()).collect();
    let total: f64 = bell.iter().sum();
    let weight = move |i: isize| bell[(i + radius).cast_unsigned()] / total;
    move |x, y| {
        sum((radius, radius), |dx, dy| {
            premultiplied(at(image, x + dx, y + dy, border)).map(|value| value * weight(dx) * weight(dy))
        })
    }
}

fn middle<T: Ord + Copy>(mut values: Vec<T>) -> T {
    values.sort_unstable();
    values[values.len() / 2]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn gaussian_blur_is_its_definition(image in image(), border in border(), sigma in prop_oneof![9 => 0.1..3.5_f64, 1 => 3.5..20.0_f64]) {
        let blurred = gaussian(&image, sigma, border);
        let result = run_one("gaussianBlur", &given(&[("sigma", sigma)], border), &image);
        // Opaque images go through fixed point, and from some width on, a bell that is drawn with straight lines.
        let tolerance = match sigma {
            _ if !stays_opaque(&image, border) => 1e-3,
            ..10.0 => 0.03,
            _ => 0.1,
        };
        each(&image, &result, |x, y, got, _| check_premultiplied(got, blurred(x, y), 0.0, tolerance));
    }

    #[test]
    fn unsharp_mask_is_its_definition(
        image in image(),
        border in border(),
        sigma in 0.1..2.5_f64,
        amount in 0.01..4.0_f64,
        threshold in prop_oneof![Just(0.0), 1.0..60.0_f64],
    ) {
        let blurred = gaussian(&image, sigma, border);
        let parameters = given(&[("sigma", sigma), ("amount", amount), ("threshold", threshold)], border);
        let result = run_one("unsharpMask", &parameters, &image);
        each(&image, &result, |x, y, got, source| {
            assert_eq!(got[3], source[3], "alpha is copied");
            if source[3] == 0 {
                assert_eq!(got, source, "what is invisible is copied");
                return;
            }
            let sums = blurred(x, y);
            for channel in 0..3 {
                let value = f64::from(source[channel]);
                let difference = value - 255.0 * sums[channel] / sums[3];
                if (difference.abs() - threshold).abs() < 0.02 && threshold > 0.0 {
                    continue;
                }
                let exact = if difference.abs() > threshold { value + amount * difference } else { value };
                let fixed_point = if stays_opaque(&image, border) { 0.02 * amount } else { 0.0 };
                let tolerance = 1e-3 * (1.0 + amount * 255.0 / sums[3]) + fixed_point;
                assert!(is_near(got[channel], exact, tolerance), "{} for {exact}", got[channel]);
            }
        });
    }

    #[test]
    fn box_blur_is_its_definition(image in image(), border in border(), radius in prop_oneof![9 => 1..9_isize, 1 => 120..150_isize]) {
        let result = run_one("boxBlur", &given(&[("radius", radius as f64)], border), &image);
        let n = ((2 * radius + 1) * (2 * radius + 1)) as u64;
        each(&image, &result, |x, y, got, _| {
            let sums = sum((radius, radius), |dx, dy| {
                let [r, g, b, a] = at(&image, x + dx, y + dy, border).map(f64::from);
                [r * a, g * a, b * a, a]
            });
            let [r, g, b, a] = sums.map(|sum| sum as u64);
            let alpha = (2 * a + n) / (2 * n);
            let color = |sum: u64| if alpha > 0 { (2 * sum + a) / (2 * a) } else { 0 };
            assert_eq!(got.map(u64::from), [color(r), color(g), color(b), alpha]);
        });
    }

    #[test]
    fn median_is_its_definition(image in image(), border in border(), radius in prop_oneof![9 => 1..7_isize, 1 => 7..51_isize]) {
        let result = run_one("median", &given(&[("radius", radius as f64)], border), &image);
        each(&image, &result, |x, y, got, source| {
            assert_eq!(got[3], source[3], "alpha is copied");
            for (channel, byte) in got.into_iter().enumerate().take(3) {
                let window = (-radius..=radius).flat_map(|dy| (-radius..=radius).map(move |dx| (dx, dy)));
                let values = window.map(|(dx, dy)| at(&image, x + dx, y + dy, border)[channel]).collect();
                assert_eq!(byte, middle(values));
            }
        });
    }

    #[test]
    fn convolve_is_its_definition(
        image in image(),
        border in border(),
        (radius_x, radius_y) in (0..4_isize, 0..4_isize),
        seed in any::<u32>(),
        scale in prop_oneof![Just(1.0), Just(100.0), Just(1e4)],
        divisor in prop_oneof![Just(None), (0.5..9.0_f64).prop_map(Some)],
        bias in prop_oneof![Just(0.0), -200.0..200.0_f64],
        preserve_alpha in any::<bool>(),
    ) {
        let (width, height) = (2 * radius_x + 1, 2 * radius_y + 1);
        let mut random = Random::new(seed);
        let kernel: Vec<f64> = (0..width * height).map(|_| scale * (f64::from(random.byte()) - 100.0) / 100.0).collect();
        let total: f64 = kernel.iter().sum();
        let divided_by = divisor.unwrap_or(if total.abs() < 1e-9 { 1.0 } else { total });
        let mut parameters = given(&[("width", width as f64), ("height", height as f64), ("bias", bias)], border);
        parameters.push(("kernel".into(), Value::from(kernel.clone())));
        parameters.push(("preserveAlpha".into(), Value::Boolean(preserve_alpha)));
        parameters.extend(divisor.map(|divisor| ("divisor".into(), Value::Number(divisor))));
        let result = run_one("convolve", &parameters, &image);
        each(&image, &result, |x, y, got, source| {
            let sums = sum((radius_x, radius_y), |dx, dy| {
                let weight = kernel[((dy + radius_y) * width + dx + radius_x).cast_unsigned()] / divided_by;
                let pixel = at(&image, x + dx, y + dy, border);
                let values = if preserve_alpha { pixel.map(f64::from) } else { premultiplied(pixel) };
                values.map(|value| value * weight)
            });
            if !preserve_alpha {
                check_premultiplied(got, sums, bias, 0.01);
                return;
            }
            assert_eq!(got[3], source[3], "alpha is copied");
            for channel in 0..3 {
                assert!(is_near(got[channel], sums[channel] + bias, 0.01), "{} for {}", got[channel], sums[channel]);
            }
        });
    }

    #[test]
    fn sobel_is_its_definition(
        image in image(),
        border in border(),
        mode in prop::sample::select(&["l2", "l1", "x", "y"]),
        scale in prop_oneof![Just(1.0), 0.0..3.0_f64],
    ) {
        let mut parameters = given(&[("scale", scale)], border);
        parameters.push(("mode".into(), Value::from(mode)));
        let result = run_one("sobel", &parameters, &image);
        each(&image, &result, |x, y, got, source| {
            let [gx, gy] = sum((1, 1), |dx, dy| {
                let [r, g, b, _] = at(&image, x + dx, y + dy, border);
                let value = f64::from(luma(r, g, b));
                // 1 2 1 across the direction of the difference.
                [(dx * (2 - dy * dy)) as f64 * value, (dy * (2 - dx * dx)) as f64 * value]
            });
            let exact = scale * match mode {
                "l2" => gx.hypot(gy),
                "l1" => gx.abs() + gy.abs(),
                "x" => gx.abs(),
                _ => gy.abs(),
            };
            assert_eq!([got[0], got[1], got[3]], [got[1], got[2], source[3]], "grey, and alpha is copied");
            assert!(is_near(got[0], exact, if scale == 1.0 { 0.0 } else { 0.01 }), "{} for {exact}", got[0]);
        });
    }
}
