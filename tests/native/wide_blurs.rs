//! Wide Gaussian blurs against the definition in double precision. The true one: no sample off by more than 1, 95 of 100
//! equal. `quality: "fast"`: a peak signal-to-noise ratio of at least 48 dB and no sample more than 12 off, and exactly the
//! true one below a standard deviation of 2.

use crate::common::{assert_same, check_splits, noise, oracle, run_one, speck};
use pixelpool::image::{Border, CHANNELS, Image};
use pixelpool::params::{Choice, Given, Value};

fn given(sigma: f64, border: Border, quality: &str) -> Given {
    let at = Border::ALL.iter().position(|other| *other == border).expect("it is one of all");
    let words = [("border", Border::NAMES[at]), ("quality", quality)];
    let words = words.map(|(name, word)| (name.to_string(), Value::from(word)));
    words.into_iter().chain([("sigma".into(), Value::Number(sigma))]).collect()
}

/// Blurs lines of `length` pixels along one axis.
fn blur(source: &[[f64; CHANNELS]], length: usize, weights: &[f64], border: Border) -> Vec<[f64; CHANNELS]> {
    let radius = weights.len().cast_signed() / 2;
    let line = |line: &[[f64; CHANNELS]]| -> Vec<[f64; CHANNELS]> {
        let seen: Vec<_> = (-radius..length.cast_signed() + radius)
            .map(|x| border.index(x, length).map_or([0.0; CHANNELS], |x| line[x]))
            .collect();
        let sum = |window: &[[f64; CHANNELS]]| {
            window.iter().zip(weights).fold([0.0; CHANNELS], |mut sum, (pixel, weight)| {
                (0..CHANNELS).for_each(|lane| sum[lane] += weight * pixel[lane]);
                sum
            })
        };
        seen.windows(weights.len()).map(sum).collect()
    };
    source.chunks_exact(length).flat_map(line).collect()
}

fn turned(source: &[[f64; CHANNELS]], width: usize) -> Vec<[f64; CHANNELS]> {
    (0..width).flat_map(|x| source.iter().skip(x).step_by(width).copied()).collect()
}

/// The definition: premultiplied, not rounded.
fn definition(image: &Image, sigma: f64, border: Border) -> Vec<[f64; CHANNELS]> {
    let (width, height) = (image.layout().width(), image.layout().height());
    let radius = (3.0 * sigma).ceil() as i32;
    let bell: Vec<f64> = (-radius..=radius).map(|i| (-0.5 * (f64::from(i) / sigma).powi(2)).exp()).collect();
    let weights: Vec<f64> = bell.iter().map(|value| value / bell.iter().sum::<f64>()).collect();
    let across = blur(&premultiplied(image), width, &weights, border);
    turned(&blur(&turned(&across, width), height, &weights, border), height)
}

fn premultiplied(image: &Image) -> Vec<[f64; CHANNELS]> {
    let premultiplied = |[r, g, b, a]: &[u8; CHANNELS]| {
        let share = f64::from(*a) / 255.0;
        [f64::from(*r) * share, f64::from(*g) * share, f64::from(*b) * share, f64::from(*a)]
    };
    image.data().as_chunks().0.iter().map(premultiplied).collect()
}

/// The signal-to-noise ratio in dB, the largest difference, and the share of samples that are the rounded values.
fn compare(result: &Image, exact: &[[f64; CHANNELS]]) -> (f64, f64, f64) {
    let samples: Vec<_> = premultiplied(result).into_iter().flatten().zip(exact.iter().flatten()).collect();
    let count = samples.len() as f64;
    let square = samples.iter().map(|(result, exact)| (result - *exact).powi(2)).sum::<f64>() / count;
    let largest = samples.iter().map(|(result, exact)| (result - *exact).abs()).fold(0.0, f64::max);
    let equal = samples.iter().filter(|(result, exact)| *result == (*exact + 0.5).floor()).count();
    (10.0 * (255.0 * 255.0 / square).log10(), largest, equal as f64 / count)
}

fn photo(name: &str) -> Image {
    oracle::Oracle::open().input(name)
}

#[test]
fn fast_blurs_are_near_enough() {
    for name in ["photo640x427", "photo160x107", "photo160x107a", "scene255x257a"] {
        let image = photo(name);
        for sigma in [2.0, 3.0, 4.0, 5.0, 7.9, 8.0, 15.0, 16.0, 30.0, 64.0, 100.0, 250.0] {
            let result = run_one("gaussianBlur", &given(sigma, Border::Clamp, "fast"), &image);
            let (ratio, largest, _) = compare(&result, &definition(&image, sigma, Border::Clamp));
            assert!(ratio >= 48.0 && largest <= 12.0, "{name}, sigma {sigma}: {ratio} dB, {largest} off");
        }
    }
}

/// The upper left corner of an image.
fn corner(image: &Image, width: usize, height: usize) -> Image {
    let rows = image.data().chunks_exact(image.layout().stride()).take(height);
    Image::new(width, height, rows.flat_map(|row| &row[..width * CHANNELS]).copied().collect()).expect("not empty")
}

#[test]
fn fast_blurs_of_small_images_are_near_enough() {
    let photo = photo("photo160x107a");
    for (width, height) in [(1, 1), (1, 23), (24, 1), (7, 5), (65, 33)] {
        let image = corner(&photo, width, height);
        for &border in Border::ALL {
            for sigma in [4.0, 7.0, 8.0, 33.0] {
                let result = run_one("gaussianBlur", &given(sigma, border, "fast"), &image);
                let (ratio, largest, _) = compare(&result, &definition(&image, sigma, border));
                let what = format!("{width} × {height}, {border:?}, sigma {sigma}");
                // A few pixels on a transparent ground are mostly edge, more than any photo.
                let least = if border == Border::Transparent { 0.0 } else { 48.0 };
                assert!(ratio >= least && largest <= 12.0, "{what}: {ratio} dB, {largest} off");
            }
        }
    }
}

#[test]
fn narrow_blurs_are_never_approximated() {
    let image = noise(41, 37, 3, false);
    for sigma in [0.1, 1.0, 1.99, 2.0, 3.99] {
        let [exact, fast] =
            ["exact", "fast"].map(|quality| run_one("gaussianBlur", &given(sigma, Border::Reflect, quality), &image));
        assert_same(&fast, &exact, || format!("sigma {sigma}"));
    }
}

#[test]
fn wide_blurs_are_right() {
    let images = [photo("photo160x107"), noise(120, 90, 3, true), noise(1, 40, 3, true), noise(33, 2, 3, true)];
    for image in &images {
        for &border in Border::ALL {
            for sigma in [8.0, 9.9, 10.0, 12.0, 15.0, 19.0, 33.0, 64.0, 250.0] {
                let result = run_one("gaussianBlur", &given(sigma, border, "exact"), image);
                let (_, largest, equal) = compare(&result, &definition(image, sigma, border));
                // Premultiplied colours of a transparent ground are not those of bytes.
                let opaque = border != Border::Transparent;
                let what = format!("{:?}, {border:?}, sigma {sigma}", image.layout());
                assert!(largest < 1.5 && (equal >= 0.95 || !opaque), "{what}: {largest} off, {equal} equal");
            }
        }
    }
}

#[test]
fn bytes_do_not_depend_on_how_rows_are_split() {
    for image in [noise(45, 37, 3, true), speck(30, 80, 3), noise(3, 19, 3, false)] {
        for (sigma, quality) in [(9.0, "exact"), (12.0, "exact"), (31.0, "exact"), (4.0, "fast"), (9.0, "fast")] {
            for &border in Border::ALL {
                check_splits("gaussianBlur", &given(sigma, border, quality), &image, |height| {
                    vec![0..1, 0..2, 3..4, 1..8, 5..12, height - 3..height, height - 1..height]
                });
            }
        }
    }
}
