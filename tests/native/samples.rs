//! Filters on bytes, 16 bits and floats, of one channel to four, against naive versions of their definitions: in double
//! precision, one pixel at a time, written to be read.

use crate::numbers::{Numbers, SIZES, each, number, word};
use pixelpool::image::{Border, Sample};
use pixelpool::params::{Choice, Given, Value};
use pixelpool::plan::Ways;

#[test]
fn morphology_is_its_definition() {
    let extreme = |image: &Numbers, shape: &str, radius: isize, pick: fn(f32, f32) -> f32| {
        let mut result = image.clone();
        for (i, value) in result.values.iter_mut().enumerate() {
            let (pixel, channel) = (i / image.channels, i % image.channels);
            let (x, y) = ((pixel % image.width).cast_signed(), (pixel / image.width).cast_signed());
            for dy in -radius..=radius {
                for dx in -radius..=radius {
                    let is_part = match shape {
                        "square" => true,
                        "cross" => dx == 0 || dy == 0,
                        _ => dx * dx + dy * dy <= radius * radius,
                    };
                    let inside = (0..image.width.cast_signed()).contains(&(x + dx))
                        && (0..image.height.cast_signed()).contains(&(y + dy));
                    if is_part && inside {
                        *value = pick(*value, image.at(x + dx, y + dy, channel, Border::Clamp) as f32);
                    }
                }
            }
        }
        result
    };
    each(200, |image, ways| {
        for shape in ["square", "cross", "disk"] {
            for radius in [0, 1, 2, 3, 5, 13] {
                let erode = |image: &Numbers| extreme(image, shape, radius, f32::min);
                let dilate = |image: &Numbers| extreme(image, shape, radius, f32::max);
                let less = |mut a: Numbers, b: &Numbers| {
                    a.values.iter_mut().zip(&b.values).for_each(|(a, b)| *a -= b);
                    a
                };
                let (eroded, dilated) = (erode(image), dilate(image));
                let (opened, closed) = (dilate(&eroded), erode(&dilated));
                let cases = [
                    ("gradient", less(dilated.clone(), &eroded)),
                    ("tophat", less(image.clone(), &opened)),
                    ("blackhat", less(closed.clone(), image)),
                    ("erode", eroded),
                    ("dilate", dilated),
                    ("open", opened),
                    ("close", closed),
                ];
                for (op, want) in cases {
                    let given = vec![word("op", op), word("shape", shape), number("radius", radius as f64)];
                    let (got, _) = image.run("morphology", &given, ways);
                    image.check(&got, 0.0, &format!("{given:?}"), |x, y, c| want.at(x, y, c, Border::Clamp));
                }
            }
        }
    });
}

#[test]
fn bilateral_is_its_definition() {
    each(256, |image, ways| {
        let sample = image.sample;
        for (i, border) in Border::ALL.iter().enumerate() {
            let radius = [1, 2, 4][i % 3];
            let (space, color) = ([0.7, 2.0, 3.0][i % 3], [20.0, 60.0, 150.0][(i + image.width) % 3]);
            let given = vec![
                number("radius", radius as f64),
                number("sigmaSpace", space),
                number("sigmaColor", color),
                word("border", Border::NAMES[i]),
            ];
            let (got, _) = image.run("bilateral", &given, ways);
            // Half of a step, and what single precision is off.
            let near = match sample {
                Sample::U8 => 0.502,
                Sample::U16 => 1.0,
                Sample::F32 => 1e-5,
            };
            let rgb = |x: isize, y: isize| [0, 1, 2].map(|c: usize| image.at(x, y, c.min(image.colors() - 1), *border));
            image.check(&got, near, &format!("{given:?}"), |x, y, channel| {
                let centre = rgb(x, y);
                let (mut sum, mut weights) = (0.0, 0.0);
                for dy in -radius..=radius {
                    for dx in -radius..=radius {
                        if dx * dx + dy * dy > radius * radius {
                            continue;
                        }
                        let values = rgb(x + dx, y + dy);
                        let off: f64 = values.iter().zip(&centre).map(|(a, b)| (a - b).abs()).sum();
                        let off = off / f64::from(sample.level());
                        let away = (dx * dx + dy * dy) as f64;
                        let weight = (-away / (2.0 * space * space) - off * off / (2.0 * color * color)).exp();
                        sum += weight * values[channel];
                        weights += weight;
                    }
                }
                sum / weights
            });
        }
    });
}

#[test]
fn otsu_is_its_definition() {
    each(12, |image, ways| {
        let (got, reports) = image.run("otsu", &Given::new(), ways);
        let full = f64::from(image.sample.full());
        let last = if image.sample == Sample::U8 { 255.0 } else { 65_535.0 };
        let values: Vec<f64> = image.lumas().iter().map(|luma| (luma / full * last).round()).collect();
        let (n, sum) = (values.len() as f64, values.iter().sum::<f64>());
        let mut candidates = values.clone();
        candidates.sort_by(f64::total_cmp);
        let mut best = (0.0, 0.0);
        for t in candidates {
            let below = values.iter().filter(|value| **value <= t).count() as f64;
            let sum_below = values.iter().filter(|value| **value <= t).sum::<f64>();
            let score = (n * sum_below - below * sum).powi(2) / (below * (n - below));
            // A score of nothing above is not a number.
            if score > best.1 * (1.0 + 1e-12) {
                best = (t, score);
            }
        }
        assert_eq!(reports.len(), 1);
        assert!((reports[0] - best.0 * 255.0 / last).abs() < 1e-9, "{reports:?}, not {} of {last}", best.0);
        image.check(&got, 0.0, "otsu", |x, y, _| {
            let value = values[y.cast_unsigned() * image.width + x.cast_unsigned()];
            if value > best.0 { full } else { 0.0 }
        });
    });
}

#[test]
fn equalize_is_its_definition() {
    each(9, |image, ways| {
        let full = f64::from(image.sample.full());
        let last = if image.sample == Sample::U8 { 255.0 } else { 65_535.0 };
        let equalized = |values: &[f64]| -> Vec<f64> {
            let bins: Vec<f64> = values.iter().map(|value| (value / full * last).round()).collect();
            let lowest = bins.iter().copied().fold(f64::INFINITY, f64::min);
            let above = bins.iter().filter(|bin| **bin > lowest).count() as f64;
            let new = |bin: f64| {
                let rank = bins.iter().filter(|other| **other > lowest && **other <= bin).count() as f64;
                ((2.0 * last * rank + above) / (2.0 * above)).floor() * full / last
            };
            let whole = |value: f64, bin: f64| if above == 0.0 { value.clamp(0.0, full) } else { new(bin) };
            values.iter().zip(&bins).map(|(value, bin)| whole(*value, *bin)).collect()
        };
        let near = if image.sample == Sample::F32 { 1e-6 } else { 0.0 };
        let (lumas, index) = (image.lumas(), |x: isize, y: isize| y.cast_unsigned() * image.width + x.cast_unsigned());
        let new_lumas = equalized(&lumas);
        let (got, _) = image.run("equalize", &vec![word("mode", "luma")], ways);
        image.check(&got, near, "equalize luma", |x, y, channel| {
            let delta = new_lumas[index(x, y)] - lumas[index(x, y)].clamp(0.0, full);
            (image.at(x, y, channel, Border::Clamp) + delta).clamp(0.0, full)
        });
        let of_channel = |channel: usize| -> Vec<f64> {
            equalized(&image.values.chunks_exact(image.channels).map(|p| f64::from(p[channel])).collect::<Vec<_>>())
        };
        let new: Vec<_> = (0..image.colors()).map(of_channel).collect();
        let (got, _) = image.run("equalize", &vec![word("mode", "rgb")], ways);
        image.check(&got, near, "equalize rgb", |x, y, channel| new[channel][index(x, y)]);
    });
}

/// The definition in whole numbers.
fn canny(lumas: &[f64], (width, height): (usize, usize), [low, high]: [f64; 2], l2: bool) -> Vec<bool> {
    let (w, h) = (width.cast_signed(), height.cast_signed());
    let luma = |x: isize, y: isize| lumas[(y.clamp(0, h - 1) * w + x.clamp(0, w - 1)).cast_unsigned()] as i64;
    let gradients = |x: isize, y: isize| {
        let [mut gx, mut gy] = [0; 2];
        for d in -1..=1 {
            let weight = if d == 0 { 2 } else { 1 };
            gx += weight * (luma(x + 1, y + d) - luma(x - 1, y + d));
            gy += weight * (luma(x + d, y + 1) - luma(x + d, y - 1));
        }
        (gx, gy)
    };
    let magnitude = |x: isize, y: isize| {
        let (gx, gy) = gradients(x, y);
        match (0..w).contains(&x) && (0..h).contains(&y) {
            false => 0,
            true if l2 => gx * gx + gy * gy,
            true => gx.abs() + gy.abs(),
        }
    };
    let threshold = |value: f64| if l2 { value * value } else { value };
    let is_candidate = |x: isize, y: isize| {
        let ((gx, gy), m) = (gradients(x, y), magnitude(x, y));
        let (across, down) = (gx.abs(), gy.abs() << 15);
        m as f64 > threshold(low)
            && if down < across * 13573 {
                m > magnitude(x - 1, y) && m >= magnitude(x + 1, y)
            } else if down > across * 13573 + (across << 16) {
                m > magnitude(x, y - 1) && m >= magnitude(x, y + 1)
            } else {
                let s = if (gx ^ gy) < 0 { -1 } else { 1 };
                m > magnitude(x - s, y - 1) && m > magnitude(x + s, y + 1)
            }
    };
    let places: Vec<_> = (0..h).flat_map(|y| (0..w).map(move |x| (x, y))).collect();
    let candidates: Vec<bool> = places.iter().map(|(x, y)| is_candidate(*x, *y)).collect();
    let is_strong = |i: usize| candidates[i] && magnitude(places[i].0, places[i].1) as f64 > threshold(high);
    let mut lines: Vec<bool> = (0..places.len()).map(is_strong).collect();
    loop {
        let before = lines.clone();
        for (i, (x, y)) in places.iter().enumerate() {
            let beside = |(j, (u, v)): (usize, &(isize, isize))| before[j] && (x - u).abs() <= 1 && (y - v).abs() <= 1;
            lines[i] |= candidates[i] && places.iter().enumerate().any(beside);
        }
        if lines == before {
            return lines;
        }
    }
}

#[test]
fn canny_is_its_definition() {
    for (i, size) in SIZES.iter().chain(&[(31, 29)]).enumerate() {
        for sample in [Sample::U8, Sample::U16] {
            for (channels, tones) in [(1, 4), (1, 256), (2, 30), (3, 7), (4, 256)] {
                let image = Numbers::noise(*size, channels, sample, tones, (10 * i + channels) as u32);
                // Whole levels, so that squares are exact in 16 bits too.
                let level = f64::from(sample.level());
                let lumas: Vec<f64> = image.lumas().iter().map(|luma| luma / level).collect();
                if lumas.iter().any(|luma| luma.fract() != 0.0) {
                    continue;
                }
                for (l2, low, high) in [(false, 100.0, 300.0), (true, 150.5, 300.0), (true, 500.0, 100.0)] {
                    let given = vec![number("low", low), number("high", high), ("l2".into(), Value::Boolean(l2))];
                    let want = canny(&lumas, *size, [f64::min(low, high), f64::max(low, high)], l2);
                    let (got, _) = image.run("canny", &given, Ways::Fastest);
                    image.check(&got, 0.0, &format!("{given:?}"), |x, y, _| {
                        let is_line = want[y.cast_unsigned() * image.width + x.cast_unsigned()];
                        if is_line { f64::from(sample.full()) } else { 0.0 }
                    });
                }
            }
        }
    }
}
