//! Functions of one channel and of luma, of all formats, against naive versions of their definitions in double precision.

use crate::common::refusal;
use crate::numbers::{Numbers, each, number};
use pixelpool::error::Class;
use pixelpool::filters::REGISTRY;
use pixelpool::image::Sample;
use pixelpool::params::{Given, Value};

/// How far a stored value may be from the exact one: half of a step, and for floats what single precision is off.
fn near(sample: Sample) -> f64 {
    if sample == Sample::F32 { 1e-6 } else { 0.51 }
}

fn list(name: &str, values: &[f64]) -> (String, Value) {
    (name.into(), Value::from(values.to_vec()))
}

/// Checks filters that make of each colour, in levels, what a function does, and of grey what it makes of all three.
fn check_curve(kind: &str, given: &Given, curve: impl Fn(f64, usize) -> f64) {
    each(200, |image, ways| {
        let (got, _) = image.run(kind, given, ways);
        let (sample, level) = (image.sample, f64::from(image.sample.level()));
        let stored = |x: isize, y: isize, channel: usize, color: usize| {
            let value = level * curve(image.at(x, y, channel, pixelpool::image::Border::Clamp) / level, color);
            if sample == Sample::F32 { value } else { value.clamp(0.0, f64::from(sample.full())) }
        };
        let what = format!("{kind} {given:?}");
        if image.colors() == 3 {
            image.check(&got, near(sample), &what, |x, y, channel| stored(x, y, channel, channel));
        } else {
            // Of grey, luma of the three colours is stored, each of them rounded.
            let rounded = |value: f64| if sample == Sample::F32 { value } else { (value + 0.5).floor() };
            let slack = if sample == Sample::F32 { 0.0 } else { 1.0 };
            image.check(&got, near(sample) + slack, &what, |x, y, _| {
                let [r, g, b] = [0, 1, 2].map(|color| rounded(stored(x, y, 0, color)));
                (19595.0 * r + 38470.0 * g + 7471.0 * b) / 65536.0
            });
        }
    });
}

#[test]
fn levels_are_their_definition() {
    let cases = [[0.0, 255.0, 1.0, 0.0, 255.0], [20.0, 200.5, 2.2, 0.0, 255.0], [60.0, 61.0, 0.4, 250.0, 3.0]];
    for [black, white, gamma, low, high] in cases {
        let names = ["inBlack", "inWhite", "gamma", "outBlack", "outWhite"];
        let given = names.iter().zip([black, white, gamma, low, high]).map(|(name, value)| number(name, value));
        check_curve("levels", &given.collect(), |v, _| {
            let share = (v.clamp(black, white) - black) / (white - black);
            low * (1.0 - share.powf(gamma.recip())) + high * share.powf(gamma.recip())
        });
    }
}

#[test]
fn black_must_be_below_white() {
    let levels = REGISTRY.iter().find(|definition| definition.info.name == "levels").expect("it is there");
    for (black, white) in [(10.0, 10.0), (255.0, 0.0)] {
        let error = levels.build(&vec![number("inBlack", black), number("inWhite", white)]).expect_err("reversed");
        assert_eq!((error.class, error.parameter.as_deref()), (Class::Range, Some("inWhite")), "{error}");
    }
}

#[test]
fn posterized_and_solarized_tones_are_their_definitions() {
    for tones in [2.0, 3.0, 7.0, 32.0] {
        check_curve("posterize", &vec![number("levels", tones)], |v, _| {
            // The tone whose part of the range the value lies in, counted.
            let above = (1..tones as usize).filter(|tone| v >= 256.0 * *tone as f64 / tones).count();
            255.0 * above as f64 / (tones - 1.0)
        });
    }
    for threshold in [0.0, 99.5, 128.0, 256.0] {
        let given = vec![number("threshold", threshold)];
        check_curve("solarize", &given, |v, _| if v >= threshold { 255.0 - v } else { v });
    }
}

#[test]
fn colours_are_multiplied() {
    for factor in [-0.5, 0.0, 1.7] {
        check_curve("multiply", &vec![number("factor", factor)], |v, _| factor * v);
    }
}

#[test]
fn exposure_multiplies_light() {
    for ev in [-16.0, -1.3, 0.0, 0.5, 3.0] {
        check_curve("exposure", &vec![number("ev", ev)], |v, _| {
            let u = v / 255.0;
            let light = if u > 0.04045 { ((u + 0.055) / 1.055).powf(2.4) } else { u / 12.92 };
            let light = light * 2_f64.powf(ev);
            255.0 * if light > 0.0031308 { 1.055 * light.powf(1.0 / 2.4) - 0.055 } else { 12.92 * light }
        });
    }
}

#[test]
fn gray_is_luma() {
    each(200, |image, ways| {
        let (got, _) = image.run("gray", &Given::new(), ways);
        let lumas = image.lumas();
        let near = if image.sample == Sample::F32 { 1e-6 } else { 0.0 };
        image.check(&got, near, "gray", |x, y, _| lumas[y.cast_unsigned() * image.width + x.cast_unsigned()]);
    });
}

/// Fritsch and Butland's curve by Hermite's basis, of two points or four that rise evenly or not.
fn smooth(points: &[f64], x: f64) -> f64 {
    let points: Vec<(f64, f64)> = points.chunks_exact(2).map(|point| (point[0], point[1])).collect();
    let n = points.len();
    let h = |k: usize| points[k + 1].0 - points[k].0;
    let d = |k: usize| (points[k + 1].1 - points[k].1) / h(k);
    let end = |near: usize, next: usize| {
        let e = ((2.0 * h(near) + h(next)) * d(near) - h(near) * d(next)) / (h(near) + h(next));
        match (e.signum() == d(near).signum() && d(near) != 0.0 && e != 0.0, d(near) * d(next) <= 0.0) {
            (false, _) => 0.0,
            (true, true) if e.abs() > 3.0 * d(near).abs() => 3.0 * d(near),
            _ => e,
        }
    };
    let tangent = |k: usize| match k {
        _ if n == 2 => d(0),
        0 => end(0, 1),
        _ if k == n - 1 => end(n - 2, n - 3),
        _ if d(k - 1) * d(k) <= 0.0 => 0.0,
        _ => 3.0 * (h(k) + h(k - 1)) / ((2.0 * h(k) + h(k - 1)) / d(k - 1) + (h(k) + 2.0 * h(k - 1)) / d(k)),
    };
    if x <= points[0].0 {
        return points[0].1;
    }
    let Some(k) = (0..n - 1).find(|k| x <= points[k + 1].0) else { return points[n - 1].1 };
    let t = (x - points[k].0) / h(k);
    let from = (1.0 + 2.0 * t) * (1.0 - t).powi(2) * points[k].1 + t * (1.0 - t).powi(2) * h(k) * tangent(k);
    let to = t * t * (3.0 - 2.0 * t) * points[k + 1].1 + t * t * (t - 1.0) * h(k) * tangent(k + 1);
    (from + to).clamp(0.0, 255.0)
}

#[test]
fn curves_are_their_definition() {
    let line = [0.0, 0.0, 255.0, 255.0];
    let steep = [0.0, 10.0, 40.0, 10.0, 41.0, 250.0, 200.0, 30.0, 255.0, 0.0];
    let bend = [20.0, 255.0, 90.0, 128.0, 180.0, 120.5];
    let pair = [100.0, 0.0, 101.0, 255.0];
    for [rgb, r, g, b] in
        [[&line[..], &line, &line, &line], [&bend, &steep, &line, &pair], [&steep, &line, &bend, &bend]]
    {
        let given = vec![list("rgb", rgb), list("r", r), list("g", g), list("b", b)];
        check_curve("curves", &given, |v, color| smooth(rgb, smooth([r, g, b][color], v)));
        check_curve("curves", &vec![list("g", g)], |v, color| if color == 1 { smooth(g, v) } else { v });
    }
}

#[test]
fn points_must_rise_and_are_at_least_two() {
    let curves = REGISTRY.iter().find(|definition| definition.info.name == "curves").expect("it is there");
    let wrong: [&[f64]; 5] =
        [&[], &[0.0, 1.0], &[0.0, 0.0, 255.0], &[9.0, 1.0, 9.0, 2.0], &[9.0, 1.0, 20.0, 2.0, 3.0, 4.0]];
    for points in wrong {
        let error = curves.build(&vec![list("b", points)]).expect_err("no curve");
        assert_eq!((error.class, error.parameter.as_deref()), (Class::Range, Some("b")), "{error}");
    }
    let layout = Numbers::noise((3, 3), 3, Sample::U8, 9, 1).layout();
    assert_eq!(refusal("curves", &vec![list("b", &[9.0, 1.0, 9.001, 2.0])], layout), None);
}
