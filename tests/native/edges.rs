//! Edges and what else is made of luma and its neighbours, of all formats, against naive versions of their definitions in double
//! precision.

use crate::numbers::{Numbers, each, number, word};
use pixelpool::error::Class;
use pixelpool::filters::REGISTRY;
use pixelpool::image::{Border, Sample};
use pixelpool::params::{Choice, Given};

/// How far a stored value may be from the exact one: half of a step, and what single precision is off by sums of so many levels.
fn near(sample: Sample, levels: f64) -> f64 {
    match sample {
        Sample::U8 => 0.5 + 1e-6 * levels,
        Sample::U16 => 0.5 + 1e-4 * levels,
        Sample::F32 => 1e-8 * levels + 1e-7,
    }
}

fn clamped(sample: Sample, value: f64) -> f64 {
    if sample == Sample::F32 { value } else { value.clamp(0.0, f64::from(sample.full())) }
}

/// Luma at a place that may lie outside.
fn luma(image: &Numbers, lumas: &[f64], x: isize, y: isize, border: Border) -> f64 {
    match (border.index(x, image.width), border.index(y, image.height)) {
        (Some(x), Some(y)) => lumas[y * image.width + x],
        _ => 0.0,
    }
}

/// Checks a filter that draws in grey what a function makes of luma around a place, for every border.
fn check(kind: &str, given: &Given, levels: f64, make: impl Fn(&Numbers, &dyn Fn(isize, isize) -> f64) -> f64) {
    each(200, |image, ways| {
        let lumas = image.lumas();
        for (border, name) in Border::ALL.iter().zip(Border::NAMES) {
            let given = [&given[..], &[word("border", name)]].concat();
            let (got, _) = image.run(kind, &given, ways);
            image.check(&got, near(image.sample, levels), &format!("{kind} {given:?}"), |x, y, _| {
                clamped(image.sample, make(image, &|dx, dy| luma(image, &lumas, x + dx, y + dy, *border)))
            });
        }
    });
}

/// The horizontal and the vertical gradient with weights for the rows of a square.
fn gradients(weights: [f64; 3], at: &dyn Fn(isize, isize) -> f64) -> [f64; 2] {
    let sum = |to: &dyn Fn(isize, isize) -> f64| (-1..=1).zip(weights).map(|(i, w)| w * (to(1, i) - to(-1, i))).sum();
    [sum(at), sum(&|across, along| at(along, across))]
}

#[test]
fn gradients_are_their_definitions() {
    for (kind, weights) in [("prewitt", [1.0; 3]), ("scharr", [3.0, 10.0, 3.0]), ("sobel", [1.0, 2.0, 1.0])] {
        for (mode, scale) in [("l2", 1.0), ("l1", 0.25), ("x", 0.5), ("y", 0.3)] {
            let given = vec![word("mode", mode), number("scale", scale)];
            check(kind, &given, 4000.0, |_, at| {
                let [gx, gy] = gradients(weights, at);
                scale
                    * match mode {
                        "l2" => gx.hypot(gy),
                        "l1" => gx.abs() + gy.abs(),
                        "x" => gx.abs(),
                        _ => gy.abs(),
                    }
            });
        }
    }
}

#[test]
fn laplacians_are_their_definition() {
    for (neighbours, scale) in [(4.0, 1.0), (8.0, 0.2)] {
        let given = vec![number("neighbours", neighbours), number("scale", scale)];
        check("laplacian", &given, 2000.0, |_, at| {
            let counts = |dx: isize, dy: isize| if dx * dy == 0 || neighbours == 8.0 { 1.0 } else { 0.0 };
            let all = (-1..=1).flat_map(|dy| (-1..=1).map(move |dx| (dx, dy)));
            scale * all.map(|(dx, dy)| counts(dx, dy) * (at(dx, dy) - at(0, 0))).sum::<f64>().abs()
        });
    }
    let laplacian = REGISTRY.iter().find(|definition| definition.info.name == "laplacian").expect("it is there");
    let error = laplacian.build(&vec![number("neighbours", 6.0)]).expect_err("neither 4 nor 8");
    assert_eq!((error.class, error.parameter.as_deref()), (Class::Range, Some("neighbours")), "{error}");
}

#[test]
fn reliefs_are_their_definition() {
    for (degrees, amount) in [(0.0, 1.0), (90.0, -0.5), (-135.0, 2.0), (400.0, 0.0)] {
        let given = vec![number("degrees", degrees), number("amount", amount)];
        check("emboss", &given, 2000.0, |image, at| {
            let [gx, gy] = gradients([1.0, 2.0, 1.0], at);
            let (sin, cos) = degrees.to_radians().sin_cos();
            f64::from(image.sample.full()) / 2.0 + amount / 4.0 * (gx * cos + gy * sin)
        });
    }
}

/// A Gaussian mean of luma, cut after so many pixels.
fn bell(sigma: f64, radius: isize, at: &dyn Fn(isize, isize) -> f64) -> f64 {
    let (mut sum, mut weights) = (0.0, 0.0);
    for (dx, dy) in (-radius..=radius).flat_map(|dy| (-radius..=radius).map(move |dx| (dx, dy))) {
        let weight = if sigma == 0.0 { 1.0 } else { (-((dx * dx + dy * dy) as f64) / (2.0 * sigma * sigma)).exp() };
        sum += weight * at(dx, dy);
        weights += weight;
    }
    sum / weights
}

#[test]
fn differences_of_gaussians_are_their_definition() {
    for (mode, narrow, wide) in [("abs", 0.0_f64, 1.2_f64), ("signed", 1.4, 0.6)] {
        let given = vec![word("mode", mode), number("sigma1", narrow), number("sigma2", wide), number("scale", 2.0)];
        check("differenceOfGaussians", &given, 1000.0, |image, at| {
            let [narrow, wide] = [narrow, wide].map(|sigma| bell(sigma, (3.0 * sigma).ceil() as isize, at));
            let difference = 2.0 * (narrow - wide);
            if mode == "abs" { difference.abs() } else { f64::from(image.sample.full()) / 2.0 + difference }
        });
    }
}

#[test]
fn adaptive_thresholds_are_their_definition() {
    for (method, radius, c) in [("mean", 1, 0.0), ("mean", 7, 10.0), ("gaussian", 1, -3.0), ("gaussian", 4, 0.0)] {
        let given = vec![word("method", method), number("radius", radius as f64), number("c", c)];
        each(9, |image, ways| {
            let (lumas, sample) = (image.lumas(), image.sample);
            let (got, _) = image.run("adaptiveThreshold", &given, ways);
            let sigma = if method == "mean" { 0.0 } else { 0.3 * (radius as f64 - 1.0) + 0.8 };
            let is_white = |x: isize, y: isize, off: f64| {
                let at = |dx: isize, dy: isize| luma(image, &lumas, x + dx, y + dy, Border::Clamp);
                let mean = bell(sigma, radius, &at) + off;
                let mean = if sample == Sample::F32 { mean } else { (mean + 0.5).floor() };
                at(0, 0) > mean - c * f64::from(sample.level())
            };
            // Where the mean is as good as a half, or as good as the threshold, either is right.
            let off = if sample == Sample::F32 {
                1e-5
            } else if method == "mean" {
                1e-9
            } else {
                0.02
            };
            let white = f64::from(sample.full());
            image.check(&got, white / 2.0, &format!("{given:?}"), |x, y, _| {
                match (is_white(x, y, -off), is_white(x, y, off)) {
                    (true, true) => white,
                    (false, false) => 0.0,
                    _ => white / 2.0,
                }
            });
        });
    }
}
