//! Colours and effects, of all formats, against naive versions of their definitions in double precision.

use crate::numbers::{Numbers, each, number, word};
use pixelpool::error::Class;
use pixelpool::filters::REGISTRY;
use pixelpool::image::{Border, Sample};
use pixelpool::params::{Given, Value};

fn list(name: &str, values: &[f64]) -> (String, Value) {
    (name.into(), Value::from(values.to_vec()))
}

/// The colours of a pixel in levels; of grey three times the same.
fn colors(image: &Numbers, x: isize, y: isize) -> [f64; 3] {
    let level = f64::from(image.sample.level());
    [0, 1, 2].map(|color: usize| image.at(x, y, color.min(image.colors() - 1), Border::Clamp) / level)
}

fn luma([r, g, b]: [f64; 3]) -> f64 {
    (19595.0 * r + 38470.0 * g + 7471.0 * b) / 65536.0
}

/// Luma in levels, as whole as the samples are.
fn whole_luma(sample: Sample, rgb: [f64; 3]) -> f64 {
    let level = f64::from(sample.level());
    if sample == Sample::F32 { luma(rgb) } else { (level * luma(rgb) + 0.5 + 1e-9).floor() / level }
}

/// Checks a filter that makes of each place three colours in levels; of grey, luma of them is stored.
fn check(kind: &str, given: &Given, tones: usize, make: impl Fn(&Numbers, isize, isize) -> [f64; 3]) {
    each(tones, |image, ways| {
        let (got, _) = image.run(kind, given, ways);
        check_against(image, &got, &format!("{kind} {given:?}"), &make);
    });
}

fn check_against(image: &Numbers, got: &Numbers, what: &str, make: impl Fn(&Numbers, isize, isize) -> [f64; 3]) {
    let (sample, level) = (image.sample, f64::from(image.sample.level()));
    let is_float = sample == Sample::F32;
    let stored = |value: f64| if is_float { value } else { (level * value).clamp(0.0, f64::from(sample.full())) };
    let near = match sample {
        Sample::U8 => 0.51,
        Sample::U16 => 0.6,
        Sample::F32 => 2e-6,
    };
    let is_gray = image.colors() == 1;
    // Of grey, each of the three colours is rounded before their luma is.
    let slack = if is_gray && !is_float { 1.0 } else { 0.0 };
    image.check(got, near + slack, what, |x, y, channel| {
        let rgb = make(image, x, y).map(|value| if is_float { level * value } else { stored(value) });
        if is_gray { luma(rgb) } else { rgb[channel] }
    });
}

#[test]
fn vibrance_is_its_definition() {
    for amount in [-1.0, 0.7, 4.0] {
        check("vibrance", &vec![number("amount", amount)], 200, |image, x, y| {
            let rgb = colors(image, x, y);
            let range = rgb.iter().copied().fold(f64::MIN, f64::max) - rgb.iter().copied().fold(f64::MAX, f64::min);
            let factor = 1.0 + amount * (1.0 - (range / 255.0).min(1.0));
            rgb.map(|value| luma(rgb) + factor * (value - luma(rgb)))
        });
    }
}

fn decoded(u: f64) -> f64 {
    if u > 0.04045 { ((u + 0.055) / 1.055).powf(2.4) } else { u / 12.92 }
}

fn encoded(l: f64) -> f64 {
    if l > 0.0031308 { 1.055 * l.powf(1.0 / 2.4) - 0.055 } else { 12.92 * l }
}

/// Checks that linear light is multiplied with factors that leave the luminance of white alone.
fn check_light(kind: &str, given: &Given, factors: [f64; 3]) {
    let luminance = 0.2126 * factors[0] + 0.7152 * factors[1] + 0.0722 * factors[2];
    check(kind, given, 200, |image, x, y| {
        let rgb = colors(image, x, y);
        [0, 1, 2].map(|i| 255.0 * encoded(factors[i] / luminance * decoded(rgb[i] / 255.0)))
    });
}

#[test]
fn light_is_tinted() {
    for amount in [-1.0, 0.4, 4.0_f64] {
        check_light("tint", &vec![number("amount", amount)], [1.0, 0.5_f64.powf(amount), 1.0]);
    }
    // Linear sRGB of black bodies of 2,000, 3,000, 6,500 and 12,000 K, worked out from Krystek's formula by hand.
    let light = |kelvin: f64| {
        let (t, tt) = (kelvin, kelvin * kelvin);
        let u = (0.860117757 + 1.54118254e-4 * t + 1.28641212e-7 * tt) / (1.0 + 8.42420235e-4 * t + 7.08145163e-7 * tt);
        let v = (0.317398726 + 4.22806245e-5 * t + 4.20481691e-8 * tt) / (1.0 - 2.89741816e-5 * t + 1.61456053e-7 * tt);
        let (x, y) = (3.0 * u / (2.0 * u - 8.0 * v + 4.0), 2.0 * v / (2.0 * u - 8.0 * v + 4.0));
        let (x, z) = (x / y, (1.0 - x - y) / y);
        [3.2406 * x - 1.5372 - 0.4986 * z, -0.9689 * x + 1.8758 + 0.0415 * z, 0.0557 * x - 0.2040 + 1.0570 * z]
    };
    for kelvin in [2000.0, 3000.0, 12_000.0] {
        let (light, neutral) = (light(kelvin), light(6500.0));
        check_light("temperature", &vec![number("kelvin", kelvin)], [0, 1, 2].map(|i| light[i] / neutral[i]));
    }
    // A black body of 6,500 K has about the colour of daylight, (0.3135, 0.3237).
    assert!(light(6500.0).iter().all(|value| (value - 1.0).abs() < 0.05), "{:?}", light(6500.0));
}

#[test]
fn sigmoidal_contrast_is_its_definition() {
    for (contrast, midpoint) in [(5.0, 127.5), (20.0, 30.0), (-6.0, 200.0)] {
        let given = vec![number("contrast", contrast), number("midpoint", midpoint)];
        let s =
            |u: f64| (contrast / 2.0 * (u - midpoint / 255.0)).abs().tanh().copysign(contrast * (u - midpoint / 255.0));
        let bend = |u: f64| {
            let s = |u: f64| 0.5 + 0.5 * s(u) * contrast.signum();
            (s(u) - s(0.0)) / (s(1.0) - s(0.0))
        };
        check("sigmoidalContrast", &given, 100, |image, x, y| {
            colors(image, x, y).map(|value| {
                if contrast > 0.0 {
                    return 255.0 * bend(value / 255.0);
                }
                // The inverse, found by halving.
                let (mut low, mut high) = (0.0, 1.0);
                for _ in 0..60 {
                    let middle = (low + high) / 2.0;
                    if bend(middle) < value / 255.0 { low = middle } else { high = middle }
                }
                255.0 * low
            })
        });
    }
}

#[test]
fn tones_are_drawn_in_colours() {
    let stops =
        [[20.0, 0.0, 10.0, 200.0], [100.0, 255.0, 0.0, 30.0], [140.0, 9.0, 255.0, 30.0], [240.0, 200.0, 190.0, 180.0]];
    check("gradientMap", &vec![list("stops", stops.as_flattened())], 200, |image, x, y| {
        let luma = whole_luma(image.sample, colors(image, x, y)).clamp(20.0, 240.0);
        let pair = stops.windows(2).find(|pair| luma <= pair[1][0]).expect("it lies between two");
        let share = (luma - pair[0][0]) / (pair[1][0] - pair[0][0]);
        [1, 2, 3].map(|i| (1.0 - share) * pair[0][i] + share * pair[1][i])
    });
    let map = REGISTRY.iter().find(|definition| definition.info.name == "gradientMap").expect("it is there");
    let error =
        map.build(&vec![list("stops", &[9.0, 0.0, 0.0, 0.0, 9.0, 1.0, 1.0, 1.0])]).expect_err("levels do not rise");
    assert_eq!((error.class, error.parameter.as_deref()), (Class::Range, Some("stops")), "{error}");
}

#[test]
fn channels_are_mixed() {
    let rows = [[0.2, 0.7, 0.1], [-0.5, 1.0, 0.5], [0.0, 0.0, 0.0]];
    let given = vec![list("red", &rows[0]), list("green", &rows[1]), list("blue", &rows[2])];
    check("channelMixer", &given, 200, |image, x, y| {
        let rgb = colors(image, x, y);
        rows.map(|row| row.iter().zip(rgb).map(|(factor, value)| factor * value).sum())
    });
}

/// Red, green and blue of a hue in degrees, by the sixths of the circle.
fn of_hsl(hue: f64, saturation: f64, lightness: f64) -> [f64; 3] {
    let chroma = (1.0 - (2.0 * lightness - 1.0).abs()) * saturation;
    let sixth = hue.rem_euclid(360.0) / 60.0;
    let second = chroma * (1.0 - (sixth % 2.0 - 1.0).abs());
    let [r, g, b] = match sixth as usize {
        0 => [chroma, second, 0.0],
        1 => [second, chroma, 0.0],
        2 => [0.0, chroma, second],
        3 => [0.0, second, chroma],
        4 => [second, 0.0, chroma],
        _ => [chroma, 0.0, second],
    };
    [r, g, b].map(|value| value + lightness - chroma / 2.0)
}

fn lightened(lightness: f64, by: f64) -> f64 {
    if by > 0.0 { lightness + by * (1.0 - lightness) } else { lightness + by * lightness }
}

#[test]
fn one_hue_is_drawn_in_its_tones() {
    for (hue, saturation, lightness) in [(30.0, 0.5, 0.0), (-100.0, 1.0, 0.4), (745.0, 0.2, -0.3)] {
        let given = vec![number("hue", hue), number("saturation", saturation), number("lightness", lightness)];
        check("colorize", &given, 200, |image, x, y| {
            let luma = whole_luma(image.sample, colors(image, x, y)) / 255.0;
            of_hsl(hue, saturation, lightened(luma, lightness)).map(|value| 255.0 * value)
        });
    }
}

#[test]
fn hues_are_changed_by_themselves() {
    let hues = [0.0, 30.0, 60.0, 120.0, 180.0, 240.0, 270.0, 300.0, 360.0];
    let lists = [
        [10.0, -20.0, 0.0, 90.0, -180.0, 5.0, 0.0, 40.0],
        [0.5, -1.0, 0.0, 1.0, -0.3, 0.2, 0.0, 0.1],
        [0.0, 0.4, -0.5, 1.0, -1.0, 0.0, 0.2, 0.0],
    ];
    let given = vec![list("hue", &lists[0]), list("saturation", &lists[1]), list("lightness", &lists[2])];
    check("hslAdjust", &given, 60, |image, x, y| {
        let rgb = colors(image, x, y).map(|value| value / 255.0);
        let (most, least) = (rgb.iter().copied().fold(0.0, f64::max), rgb.iter().copied().fold(1.0, f64::min));
        let (chroma, lightness) = (most - least, (most + least) / 2.0);
        if chroma < 1e-9 {
            return rgb.map(|value| 255.0 * value);
        }
        let [r, g, b] = rgb;
        // The angle of the hexagon that HSL's circle really is.
        let hue = match most {
            _ if most == r => 60.0 * (g - b) / chroma,
            _ if most == g => 60.0 * (b - r) / chroma + 120.0,
            _ => 60.0 * (r - g) / chroma + 240.0,
        };
        let hue = hue.rem_euclid(360.0);
        let saturation = chroma / (1.0 - (2.0 * lightness - 1.0).abs());
        let after = hues.iter().position(|other| hue < *other).expect("it is below a whole turn");
        let share = (hue - hues[after - 1]) / (hues[after] - hues[after - 1]);
        let [dh, ds, dl] = lists.map(|list| (1.0 - share) * list[after - 1] + share * list[after % 8]);
        let new = of_hsl(hue + dh, (saturation * (1.0 + ds)).clamp(0.0, 1.0), lightened(lightness, saturation * dl));
        new.map(|value| 255.0 * value)
    });
}

/// The values that are counted of a float, and those of whole samples, in levels.
fn counted(sample: Sample, level: f64) -> f64 {
    if sample == Sample::F32 { (level / 255.0 * 65_535.0).round() / 65_535.0 * 255.0 } else { level }
}

fn places(image: &Numbers) -> Vec<(isize, isize)> {
    let size = [image.width.cast_signed(), image.height.cast_signed()];
    (0..size[1]).flat_map(|y| (0..size[0]).map(move |x| (x, y))).collect()
}

#[test]
fn tones_are_spread_to_both_ends() {
    for (mode, low, high) in [("luma", 0.0, 0.0), ("luma", 10.0, 3.0), ("rgb", 0.5, 25.0), ("rgb", 50.0, 50.0)] {
        let given = vec![word("mode", mode), number("low", low), number("high", high)];
        each(30, |image, ways| {
            let (got, _) = image.run("autoContrast", &given, ways);
            let ends = [0, 1, 2].map(|color| {
                let value = |(x, y): (isize, isize)| match mode {
                    "luma" => whole_luma(image.sample, colors(image, x, y)),
                    _ => colors(image, x, y)[color],
                };
                let mut values: Vec<_> = places(image).into_iter().map(|p| counted(image.sample, value(p))).collect();
                values.sort_by(f64::total_cmp);
                let cut = |percent: f64| (values.len() as f64 * percent / 100.0).floor() as usize;
                [values[cut(low).min(values.len() - 1)], values[values.len() - 1 - cut(high)]]
            });
            check_against(image, &got, &format!("{given:?}"), |image, x, y| {
                let rgb = colors(image, x, y);
                [0, 1, 2].map(|i| match ends[i] {
                    [black, white] if white > black + 1e-6 => 255.0 * (rgb[i] - black) / (white - black),
                    _ => rgb[i],
                })
            });
        });
    }
}

#[test]
fn casts_are_taken_away() {
    for (method, percentile) in [("gray", 99.0), ("white", 90.0), ("white", 0.0)] {
        let given = vec![word("method", method), number("percentile", percentile)];
        each(200, |image, ways| {
            let (got, _) = image.run("autoWhiteBalance", &given, ways);
            let means = [0, 1, 2].map(|color| {
                let value = |(x, y)| counted(image.sample, colors(image, x, y)[color]);
                let mut values: Vec<f64> = places(image).into_iter().map(value).collect();
                values.sort_by(f64::total_cmp);
                let n = values.len() as f64;
                let least = (n * percentile / 100.0).ceil().max(1.0) as usize;
                // With 0 %, black is the least value that there can be.
                let white = if percentile == 0.0 { 0.0 } else { values[least - 1] };
                if method == "gray" { values.iter().sum::<f64>() / n } else { white }
            });
            let target = match method {
                "gray" => means.iter().sum::<f64>() / 3.0,
                _ => means.iter().copied().fold(0.0, f64::max),
            };
            check_against(image, &got, &format!("{given:?}"), |image, x, y| {
                let rgb = colors(image, x, y);
                [0, 1, 2].map(|i| if means[i] > 0.0 { rgb[i] * target / means[i] } else { rgb[i] })
            });
        });
    }
}

/// A Gaussian mean around a place, of the weights that `gaussianBlur` has.
fn blurred(image: &Numbers, x: isize, y: isize, sigma: f64, border: Border, at: impl Fn(isize, isize) -> f64) -> f64 {
    let reach = (3.0 * sigma).ceil() as isize;
    let (mut sum, mut weights) = (0.0, 0.0);
    for (dx, dy) in (-reach..=reach).flat_map(|dy| (-reach..=reach).map(move |dx| (dx, dy))) {
        let [u, v] = [(x + dx, image.width), (y + dy, image.height)]
            .map(|(place, side)| border.index(place, side).expect("it is seen").cast_signed());
        let weight = if reach == 0 { 1.0 } else { (-((dx * dx + dy * dy) as f64) / (2.0 * sigma * sigma)).exp() };
        sum += weight * at(u, v);
        weights += weight;
    }
    sum / weights
}

#[test]
fn shadows_and_highlights_are_their_definition() {
    for (shadows, highlights, sigma) in [(0.5, 0.0, 1.3), (-1.0, 1.0, 0.0), (0.3, -0.8, 0.7)] {
        let given = vec![number("shadows", shadows), number("highlights", highlights), number("sigma", sigma)];
        check("shadowsHighlights", &given, 200, |image, x, y| {
            let luma = |x: isize, y: isize| whole_luma(image.sample, colors(image, x, y)) / 255.0;
            let m = blurred(image, x, y, sigma, Border::Clamp, luma);
            let a = shadows * (1.0 - m) * (1.0 - m) - highlights * m * m;
            colors(image, x, y).map(|value| value + a * value * (1.0 - value / 255.0))
        });
    }
}

#[test]
fn clarity_is_its_definition() {
    for (amount, sigma) in [(0.5, 1.3), (-1.0, 0.7), (4.0, 0.4)] {
        check("clarity", &vec![number("amount", amount), number("sigma", sigma)], 200, |image, x, y| {
            let luma = |x: isize, y: isize| whole_luma(image.sample, colors(image, x, y));
            let (here, tone) = (luma(x, y), luma(x, y) / 255.0);
            let by = amount * 4.0 * tone * (1.0 - tone) * (here - blurred(image, x, y, sigma, Border::Clamp, luma));
            colors(image, x, y).map(|value| value + by)
        });
    }
}

#[test]
fn high_passes_are_their_definition() {
    let borders = [("clamp", Border::Clamp), ("reflect", Border::Reflect), ("wrap", Border::Wrap)];
    for ((sigma, amount), (name, border)) in [(1.2, 1.0), (0.6, 3.0), (0.0, 1.0)].into_iter().zip(borders) {
        let given = vec![number("sigma", sigma), number("amount", amount), word("border", name)];
        check("highPass", &given, 200, |image, x, y| {
            let rgb = colors(image, x, y);
            let blur = |color: usize| blurred(image, x, y, sigma, border, |x, y| colors(image, x, y)[color]);
            [0, 1, 2].map(|i| 127.5 + amount * (rgb[i] - blur(i)))
        });
    }
}

#[test]
fn vignettes_are_their_definition() {
    for (amount, radius) in [(0.5, 0.4), (-1.0, 0.0), (1.0, 0.9)] {
        check("vignette", &vec![number("amount", amount), number("radius", radius)], 200, |image, x, y| {
            let from_middle = |place: isize, side: usize| (place as f64 + 0.5) / (side as f64 / 2.0) - 1.0;
            let away = from_middle(x, image.width).hypot(from_middle(y, image.height)) / 2_f64.sqrt();
            let t = ((away - radius) / (1.0 - radius)).clamp(0.0, 1.0);
            colors(image, x, y).map(|value| value * (1.0 - amount * (3.0 * t * t - 2.0 * t * t * t)))
        });
    }
}

/// The bits of a place, as the definition of `noise` has them.
fn bits(seed: u32, c: u32, x: isize, y: isize) -> u32 {
    let mix = |value: u64| {
        let wrap = |value: u64| value & 0xffff_ffff;
        let h = wrap(value);
        let h = wrap((h ^ h >> 16) * 0x7feb_352d);
        let h = wrap((h ^ h >> 15) * 0x846c_a68b);
        h ^ h >> 16
    };
    let start = mix(3 * u64::from(seed) + u64::from(c) + 0x9e37_79b9);
    mix(mix(start + y as u64) + x as u64) as u32
}

fn normal(bits: u32) -> f64 {
    let sum: u32 = bits.to_le_bytes().map(u32::from).iter().sum();
    (f64::from(sum) - 510.0) / (4.0 * (256.0 * 256.0 - 1.0) / 12.0_f64).sqrt()
}

#[test]
fn noise_is_its_definition() {
    for (distribution, monochrome, seed) in [("normal", false, 0), ("uniform", true, 7), ("uniform", false, u32::MAX)] {
        let given = vec![
            number("amount", 30.0),
            word("distribution", distribution),
            ("monochrome".into(), Value::Boolean(monochrome)),
            number("seed", f64::from(seed)),
        ];
        check("noise", &given, 200, |image, x, y| {
            let rgb = colors(image, x, y);
            [0, 1, 2].map(|i| {
                let bits = bits(seed, if monochrome { 0 } else { i as u32 }, x, y);
                let uniform = (f64::from(bits >> 8) - f64::from(1 << 23)) * 12_f64.sqrt() / f64::from(1 << 24);
                rgb[i] + 30.0 * if distribution == "normal" { normal(bits) } else { uniform }
            })
        });
    }
}

/// Over many places, noise has the mean and the deviation that it should have, and no two rows or columns are alike.
#[test]
fn noise_is_as_random_as_it_says() {
    let side = 256_isize;
    for sum_of in [normal as fn(u32) -> f64, |bits| {
        (f64::from(bits >> 8) - f64::from(1 << 23)) * 12_f64.sqrt() / f64::from(1 << 24)
    }] {
        let at = |x: isize, y: isize| sum_of(bits(5, 1, x, y));
        let all: Vec<f64> = (0..side).flat_map(|y| (0..side).map(move |x| (x, y))).map(|(x, y)| at(x, y)).collect();
        let n = all.len() as f64;
        let mean = all.iter().sum::<f64>() / n;
        let square = all.iter().map(|value| value * value).sum::<f64>() / n;
        assert!(mean.abs() < 0.02 && (square - 1.0).abs() < 0.02, "{mean} {square}");
        for apart in [1, 2, 255, 256, 257, 512] {
            let product = all.iter().zip(&all[apart..]).map(|(a, b)| a * b).sum::<f64>() / n;
            assert!(product.abs() < 0.02, "{apart} apart: {product}");
        }
    }
}

#[test]
fn grain_is_its_definition() {
    for (size, seed) in [(0.0, 3), (0.7, 0), (1.5, 9)] {
        let given = vec![number("amount", 25.0), number("size", size), number("seed", f64::from(seed))];
        let reach = (3.0_f64 * size).ceil() as isize;
        let weights: Vec<f64> = (-reach..=reach)
            .map(|i| if size == 0.0 { 1.0 } else { (-((i * i) as f64) / (2.0 * size * size)).exp() })
            .collect();
        let sum: f64 = weights.iter().sum();
        let squares: f64 = weights.iter().map(|weight| weight / sum * (weight / sum)).sum();
        check("grain", &given, 200, |image, x, y| {
            let n = blurred(image, x, y, size, Border::Reflect101, |x, y| normal(bits(seed, 0, x, y))) / squares;
            let tone = whole_luma(image.sample, colors(image, x, y)) / 255.0;
            colors(image, x, y).map(|value| value + 25.0 * 4.0 * tone * (1.0 - tone) * n)
        });
    }
}
