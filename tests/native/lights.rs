//! Light, shadows, colours of edges and tones of other pictures, of all formats, against naive versions of their definitions.

use crate::cases;
use crate::numbers::{Numbers, SAMPLES, each, number};
use pixelpool::image::{Border, Image, Layout, Sample};
use pixelpool::params::{Given, Value};
use std::sync::Arc;

/// Alpha of a pixel as a share of full scale; 0 outside.
fn alpha(image: &Numbers, x: isize, y: isize) -> f64 {
    let inside = (0..image.width.cast_signed()).contains(&x) && (0..image.height.cast_signed()).contains(&y);
    match (inside, image.channels == image.colors()) {
        (false, _) => 0.0,
        (true, true) => 1.0,
        _ => image.at(x, y, image.channels - 1, Border::Clamp) / f64::from(image.sample.full()),
    }
}

/// A Gaussian mean around a place, of the weights that `gaussianBlur` has.
fn blurred(sigma: f64, x: isize, y: isize, at: impl Fn(isize, isize) -> f64) -> f64 {
    let reach = (3.0 * sigma).ceil() as isize;
    let weight = |d: isize| if reach == 0 { 1.0 } else { (-((d * d) as f64) / (2.0 * sigma * sigma)).exp() };
    let total: f64 = (-reach..=reach).map(weight).sum();
    let places = (-reach..=reach).flat_map(|dy| (-reach..=reach).map(move |dx| (dx, dy)));
    places.map(|(dx, dy)| weight(dx) * weight(dy) / (total * total) * at(x + dx, y + dy)).sum()
}

#[test]
fn shadows_are_their_definition() {
    for [dx, dy, sigma, opacity] in
        [[6.0, 6.0, 1.3, 0.6], [-3.0, 2.0, 0.0, 1.0], [2.0, -5.0, 0.6, 0.3], [-40.0, -1.0, 0.8, 1.0]]
    {
        let color = [200.0, 30.0, 90.0];
        let given: Given = vec![
            number("dx", dx),
            number("dy", dy),
            number("sigma", sigma),
            number("opacity", opacity),
            ("color".into(), Value::from(color.to_vec())),
        ];
        each(9, |image, ways| {
            let (got, _) = image.run("dropShadow", &given, ways);
            if image.channels == image.colors() {
                assert_eq!(got, *image);
                return;
            }
            let (full, colors) = (f64::from(image.sample.full()), image.colors());
            let near = if image.sample == Sample::F32 { 2e-6 } else { 1.02 / full };
            let luma = (19595.0 * color[0] + 38470.0 * color[1] + 7471.0 * color[2]) / 65536.0;
            // Colours times alpha, and alpha.
            let make = |i: usize| {
                let (x, y) = ((i % image.width).cast_signed(), (i / image.width).cast_signed());
                let a = alpha(image, x, y);
                let s = opacity * blurred(sigma, x - dx as isize, y - dy as isize, |x, y| alpha(image, x, y));
                let mix = |channel: usize| {
                    let shadow = if colors == 1 { luma } else { color[channel] } / 255.0;
                    image.at(x, y, channel.min(colors - 1), Border::Clamp) / full * a + shadow * s * (1.0 - a)
                };
                ([0, 1, 2].map(mix), a + s * (1.0 - a))
            };
            cases::note(image, true, |i| {
                let (sums, both) = make(i);
                let [r, g, b] = sums.map(|sum| if both > 0.0 { 255.0 * sum / both } else { 0.0 });
                [r, g, b, 255.0 * both]
            });
            for (i, pixel) in got.values.chunks_exact(image.channels).enumerate() {
                let (sums, both) = make(i);
                let stored = f64::from(pixel[colors]) / full;
                assert!((stored - both).abs() <= near, "{given:?} {:?}: {stored}, not {both}", image.layout());
                if stored == 0.0 {
                    assert!(pixel.iter().all(|value| *value == 0.0), "what is invisible is nothing");
                }
                for (channel, want) in sums.into_iter().enumerate().take(colors) {
                    let got = f64::from(pixel[channel]) / full * stored;
                    assert!((got - want).abs() <= 1.5 * near, "{given:?} {:?}: {got}, not {want}", image.layout());
                }
            }
        });
    }
}

/// How far a stored value may be from the exact one.
fn near(image: &Numbers) -> f64 {
    match image.sample {
        Sample::U8 => 0.51,
        Sample::U16 => 0.6,
        Sample::F32 => 4e-6,
    }
}

#[test]
fn glows_are_their_definition() {
    for [amount, sigma, threshold] in [[0.7, 1.3, 128.0], [4.0, 0.0, 10.0], [1.0, 0.6, 254.0], [0.3, 0.9, 0.0]] {
        let given = vec![number("amount", amount), number("sigma", sigma), number("threshold", threshold)];
        each(200, |image, ways| {
            let (got, _) = image.run("glow", &given, ways);
            let full = f64::from(image.sample.full());
            image.check(&got, near(image), &format!("{given:?}"), |x, y, channel| {
                let light = blurred(sigma, x, y, |x, y| {
                    let least = threshold / 255.0;
                    let [x, y] =
                        [(x, image.width), (y, image.height)].map(|(at, side)| at.clamp(0, side.cast_signed() - 1));
                    alpha(image, x, y) * (image.at(x, y, channel, Border::Clamp) / full - least).max(0.0)
                        / (1.0 - least)
                });
                let v = image.at(x, y, channel, Border::Clamp) / full;
                let value = full * (v + amount * light * (1.0 - v));
                if image.sample == Sample::F32 { value } else { value.clamp(0.0, full) }
            });
        });
    }
}

#[test]
fn red_and_blue_are_moved_apart() {
    for [amount, cx, cy] in [[4.0, 0.5, 0.5], [-1.3, 0.2, 1.0], [60.0, 0.0, 0.3]] {
        let given = vec![number("amount", amount), number("centerX", cx), number("centerY", cy)];
        each(40, |image, ways| {
            let (got, _) = image.run("chromaticAberration", &given, ways);
            let [width, height] = [image.width as f64, image.height as f64];
            let k = amount / (width / 2.0).hypot(height / 2.0);
            let is_float = image.sample == Sample::F32;
            let moved = |x: isize, y: isize, color: usize| {
                let factor = [1.0 - k, 1.0, 1.0 + k][color];
                let (cx, cy) = (cx * width, cy * height);
                let (u, v) = (cx + factor * (x as f64 + 0.5 - cx) - 0.5, cy + factor * (y as f64 + 0.5 - cy) - 0.5);
                let own = image.at(x, y, color.min(image.colors() - 1), Border::Clamp);
                if color == 1 {
                    return own;
                }
                let (mut sum, mut weights) = (0.0, 0.0);
                for (dx, dy) in [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)] {
                    let (left, top) = (u.floor() + dx, v.floor() + dy);
                    let inside = |at: f64, side: f64| at.clamp(0.0, side - 1.0) as isize;
                    let (x, y) = (inside(left, width), inside(top, height));
                    let weight = (1.0 - (left - u).abs()) * (1.0 - (top - v).abs()) * alpha(image, x, y);
                    sum += weight * image.at(x, y, color.min(image.colors() - 1), Border::Clamp);
                    weights += weight;
                }
                // Alpha that is rounded to nothing, by errors of single precision alone, is left to either side.
                let least = if is_float { 0.0 } else { 0.5 / f64::from(image.sample.full()) };
                if weights > least { sum / weights } else { own }
            };
            let round = |value: f64| if is_float { value } else { (value + 0.5).floor() };
            let slack = if image.colors() == 1 && !is_float { 1.0 } else { 0.0 };
            // Weights of single precision.
            let more = if image.sample == Sample::U16 { 1.0 } else { 0.0 };
            image.check(&got, near(image) + slack + more, &format!("{given:?}"), |x, y, channel| {
                match image.colors() {
                    1 => {
                        let [r, g, b] = [0, 1, 2].map(|color| round(moved(x, y, color)));
                        (19595.0 * r + 38470.0 * g + 7471.0 * b) / 65536.0
                    }
                    _ => moved(x, y, channel),
                }
            });
        });
    }
}

fn as_image(numbers: &Numbers) -> Arc<Image> {
    let (layout, bytes): (Layout, usize) = (numbers.layout(), numbers.sample.bytes());
    let mut data = vec![0; numbers.values.len() * bytes];
    data.chunks_exact_mut(bytes).zip(&numbers.values).for_each(|(to, value)| numbers.sample.put(*value, to));
    Arc::new(Image::of(layout, data).expect("as many bytes"))
}

/// The values of a channel as shares of full scale, in order; floats as one of 65,536 values.
fn sorted(image: &Numbers, channel: usize) -> Vec<f64> {
    let full = f64::from(image.sample.full());
    let counted = |value: f64| if image.sample == Sample::F32 { (value * 65_535.0).round() / 65_535.0 } else { value };
    let values =
        image.values.chunks_exact(image.channels).map(|pixel| f64::from(pixel[channel.min(image.colors() - 1)]) / full);
    let mut values: Vec<f64> = values.map(counted).collect();
    values.sort_by(f64::total_cmp);
    values
}

/// The part of sorted values that is at most `value`.
fn part(sorted: &[f64], value: f64) -> f64 {
    sorted.iter().filter(|other| **other <= value + 1e-9).count() as f64 / sorted.len() as f64
}

#[test]
fn tones_of_another_picture_are_taken() {
    for (i, sample) in SAMPLES.into_iter().enumerate() {
        for channels in 1..=4 {
            let other = Numbers::noise(if i == 1 { (1, 1) } else { (13, 9) }, channels, sample, 8 + 28 * i, 77);
            let given: Given =
                vec![("image".into(), Value::Image(as_image(&other))), number("amount", 1.0 - 0.3 * i as f64)];
            let amount = 1.0 - 0.3 * i as f64;
            let wanted = [0, 1, 2].map(|channel| sorted(&other, channel));
            each(30, |image, ways| {
                let (got, _) = image.run("matchHistogram", &given, ways);
                let full = f64::from(image.sample.full());
                let own = [0, 1, 2].map(|channel| sorted(image, channel));
                let matched = |x: isize, y: isize, color: usize| {
                    let v = image.at(x, y, color.min(image.colors() - 1), Border::Clamp) / full;
                    let looked_up = if image.sample == Sample::F32 { (v * 65_535.0).round() / 65_535.0 } else { v };
                    let q = part(&own[color], looked_up);
                    let wanted = &wanted[color];
                    let after =
                        *wanted.iter().find(|u| part(wanted, **u) >= q - 1e-12).expect("all are at most the last");
                    let before = wanted.iter().copied().rfind(|u| part(wanted, *u) < q - 1e-12);
                    let m = before.map_or(after, |before| {
                        let [less, more] = [before, after].map(|u| part(wanted, u));
                        before + (after - before) * (q - less) / (more - less)
                    });
                    full * (v + amount * (m - v))
                };
                let is_float = image.sample == Sample::F32;
                let slack = if image.colors() == 1 && !is_float { 1.0 } else { 0.0 };
                image.check(&got, near(image) + slack, &format!("{sample:?} {channels}"), |x, y, channel| match image
                    .colors()
                {
                    1 => {
                        let [r, g, b] = [0, 1, 2].map(|color| matched(x, y, color));
                        (19595.0 * r + 38470.0 * g + 7471.0 * b) / 65536.0
                    }
                    _ => matched(x, y, channel),
                });
            });
        }
    }
}
