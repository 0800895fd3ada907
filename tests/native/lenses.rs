//! What lenses and cameras do, and distances, of all formats, against naive versions of their definitions in double precision.

use crate::cases;
use crate::numbers::{Numbers, each, number, word};
use pixelpool::image::{Border, Sample};
use pixelpool::params::Choice;

/// Colours times alpha, and alpha, as shares of full scale; of grey three times the same, and alpha is full where there is none.
fn pixel(image: &Numbers, x: isize, y: isize, border: Border) -> [f64; 4] {
    if border.index(x, image.width).is_none() || border.index(y, image.height).is_none() {
        return [0.0; 4];
    }
    let full = f64::from(image.sample.full());
    let value = |channel: usize| image.at(x, y, channel, border) / full;
    let alpha = if image.channels.is_multiple_of(2) { value(image.channels - 1) } else { 1.0 };
    let [r, g, b] = [0, 1, 2].map(|color: usize| value(color.min(image.colors() - 1)) * alpha);
    [r, g, b, alpha]
}

/// Compares a result with colours times alpha, and alpha; colours count as far as they can be seen.
fn check(image: &Numbers, got: &Numbers, what: &str, make: impl Fn(isize, isize) -> [f64; 4]) {
    cases::note(image, true, |pixel| {
        let [r, g, b, alpha] = make((pixel % image.width).cast_signed(), (pixel / image.width).cast_signed());
        let color = |sum: f64| if alpha * 255.0 < 0.5 { 0.0 } else { 255.0 * sum / alpha };
        [color(r), color(g), color(b), 255.0 * alpha]
    });
    let full = f64::from(image.sample.full());
    let near = match image.sample {
        Sample::U8 => 0.502 / 255.0,
        Sample::U16 => 0.6 / 65_535.0,
        Sample::F32 => 3e-6,
    };
    for (i, stored) in got.values.chunks_exact(image.channels).enumerate() {
        let (x, y) = ((i % image.width).cast_signed(), (i / image.width).cast_signed());
        let want = make(x, y);
        let stored: Vec<f64> = stored.iter().map(|value| f64::from(*value) / full).collect();
        let said = || format!("{what}, {:?}, at {x}, {y}: {stored:?}, not {want:?}", image.layout());
        let alpha = if image.channels.is_multiple_of(2) { stored[image.channels - 1] } else { want[3] };
        assert!((alpha - want[3]).abs() <= near, "{}", said());
        if alpha <= near {
            continue;
        }
        for (stored, want) in stored.iter().zip(want).take(image.colors()) {
            let slack = near + 3e-6 / alpha;
            assert!((stored - want / alpha.max(near)).abs() * alpha <= slack + near, "{}", said());
        }
    }
}

#[test]
fn what_is_out_of_focus_is_a_mean_of_disks() {
    for (i, radius) in [0.8, 1.0, 2.5, 4.0, 7.3].into_iter().enumerate() {
        let border = Border::ALL[i];
        let given = vec![number("radius", radius), word("border", Border::NAMES[i])];
        each(60, |image, ways| {
            if radius > 3.0 && image.width * image.height > 200 {
                return;
            }
            let (got, _) = image.run("lensBlur", &given, ways);
            check(image, &got, &format!("{given:?}"), |x, y| {
                let (mut sums, mut weights) = ([0.0; 4], 0.0);
                let reach = radius.ceil() as isize + 1;
                for (dy, dx) in (-reach..=reach).flat_map(|dy| (-reach..=reach).map(move |dx| (dy, dx))) {
                    let weight = (radius + 0.5 - f64::hypot(dx as f64, dy as f64)).clamp(0.0, 1.0);
                    let values = pixel(image, x + dx, y + dy, border);
                    sums = [0, 1, 2, 3].map(|i| sums[i] + weight * values[i]);
                    weights += weight;
                }
                sums.map(|sum| sum / weights)
            });
        });
    }
}

#[test]
fn light_is_blurred_as_light() {
    let decoded = |u: f64| if u > 0.04045 { ((u + 0.055) / 1.055).powf(2.4) } else { u / 12.92 };
    let encoded = |l: f64| if l > 0.0031308 { 1.055 * l.powf(1.0 / 2.4) - 0.055 } else { 12.92 * l };
    each(60, |image, ways| {
        if image.channels.is_multiple_of(2) {
            return;
        }
        let (got, _) = image.run("lensBlur", &vec![number("radius", 1.0), word("space", "linear")], ways);
        let (full, near) = (f64::from(image.sample.full()), if image.sample == Sample::F32 { 4e-6 } else { 0.51 });
        image.check(&got, near, "lensBlur of light", |x, y, channel| {
            let light = |x: isize, y: isize| decoded(image.at(x, y, channel, Border::Clamp) / full);
            let beside = [(-1, 0), (1, 0), (0, -1), (0, 1)].map(|(dx, dy)| light(x + dx, y + dy));
            let corners = [(-1, -1), (1, -1), (-1, 1), (1, 1)].map(|(dx, dy)| light(x + dx, y + dy));
            let (side, corner) = (0.5, 1.5 - 2.0_f64.sqrt());
            let sum = light(x, y) + side * beside.iter().sum::<f64>() + corner * corners.iter().sum::<f64>();
            full * encoded(sum / (1.0 + 4.0 * side + 4.0 * corner))
        });
    });
}

/// The picture at a place that is counted from its corner.
fn bilinear(image: &Numbers, u: f64, v: f64) -> [f64; 4] {
    let (u, v) = (u - 0.5, v - 0.5);
    let (left, top) = (u.floor(), v.floor());
    let mut sums = [0.0; 4];
    for (dx, dy) in [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)] {
        let weight = (1.0 - (left + dx - u).abs()) * (1.0 - (top + dy - v).abs());
        let values = pixel(image, (left + dx) as isize, (top + dy) as isize, Border::Clamp);
        sums = [0, 1, 2, 3].map(|i| sums[i] + weight * values[i]);
    }
    sums
}

/// Checks that each pixel is the mean of a path, whose length and points are told for what lies so far from the centre.
fn check_path(kind: &str, by: (&str, f64), center: [f64; 2], length: f64, point: impl Fn([f64; 2], f64) -> [f64; 2]) {
    let given = vec![number(by.0, by.1), number("centerX", center[0]), number("centerY", center[1])];
    each(60, |image, ways| {
        let (got, _) = image.run(kind, &given, ways);
        let center = [center[0] * image.width as f64, center[1] * image.height as f64];
        check(image, &got, &format!("{kind} {given:?}"), |x, y| {
            let d = [x as f64 + 0.5 - center[0], y as f64 + 0.5 - center[1]];
            let n = (length * f64::sqrt(d[0] * d[0] + d[1] * d[1])).log2().ceil().clamp(0.0, 8.0).exp2();
            let points = (0..=n as usize).map(|i| point(d, i as f64 / n - 0.5));
            let sums = points.fold([0.0; 4], |sums, [dx, dy]| {
                let values = bilinear(image, center[0] + dx, center[1] + dy);
                [0, 1, 2, 3].map(|i| sums[i] + values[i])
            });
            sums.map(|sum| sum / (n + 1.0))
        });
    });
}

#[test]
fn a_zoom_goes_along_lines() {
    for (amount, center) in [(0.3, [0.5, 0.5]), (1.0, [0.25, 1.0]), (0.07, [0.9, 0.1])] {
        check_path("zoomBlur", ("amount", amount), center, amount, |d, t| d.map(|d| d + d * amount * t));
    }
}

#[test]
fn a_spin_goes_along_arcs() {
    for (degrees, center) in [(10.0_f64, [0.5, 0.5]), (180.0, [0.3, 0.8]), (77.0, [0.0, 0.1])] {
        let angle = degrees / 180.0 * std::f64::consts::PI;
        check_path("spinBlur", ("degrees", degrees), center, angle, |[dx, dy], t| {
            let (length, at) = (f64::hypot(dx, dy), f64::atan2(dy, dx) + angle * t);
            [length * at.cos(), length * at.sin()]
        });
    }
}

#[test]
fn distances_are_those_of_the_nearest_dark_pixel() {
    for (threshold, scale) in [(127.0, 4.0), (30.0, 11.5), (0.0, 0.7), (255.0, 1.0), (200.0, 255.0)] {
        let given = vec![number("threshold", threshold), number("scale", scale)];
        // Few tones, so that distances are long, and that there is none at times.
        for tones in [2, 9] {
            each(tones, |image, ways| {
                let (got, _) = image.run("distanceTransform", &given, ways);
                let level = f64::from(image.sample.level());
                let dark: Vec<_> = image.lumas().iter().map(|luma| luma / level <= threshold * (1.0 + 1e-7)).collect();
                let near = if image.sample == Sample::F32 { 1e-6 } else { 0.51 };
                image.check(&got, near, &format!("{given:?}"), |x, y, _| {
                    let places = (0..image.height).flat_map(|v| (0..image.width).map(move |u| (u, v)));
                    let distances = places
                        .filter(|(u, v)| dark[v * image.width + u])
                        .map(|(u, v)| f64::hypot(u as f64 - x as f64, v as f64 - y as f64));
                    (distances.fold(f64::INFINITY, f64::min) * scale).min(255.0) * level
                });
            });
        }
    }
}
