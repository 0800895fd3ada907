//! Pictures bent and displaced, of all formats, against naive versions of their definitions.

use crate::cases;
use crate::common::{formats, of_format, run_one, samples};
use crate::places::{Around, INTERPOLATIONS, check_places, inverted, numbers};
use pixelpool::error::Class;
use pixelpool::filters::REGISTRY;
use pixelpool::image::{Border, Format, Image};
use pixelpool::params::{Given, Value};
use std::f64::consts::TAU;
use std::sync::Arc;

const BORDERS: [(&str, Border); 5] = [
    ("clamp", Border::Clamp),
    ("reflect101", Border::Reflect101),
    ("reflect", Border::Reflect),
    ("wrap", Border::Wrap),
    ("transparent", Border::Transparent),
];
const GROUNDS: [[f64; 4]; 3] = [[0.0; 4], [10.0, 200.0, 60.0, 255.0], [250.0, 9.0, 90.0, 64.0]];

fn sides(image: &Image) -> [f64; 2] {
    [image.layout().width(), image.layout().height()].map(|side| side as f64)
}

fn style(interp: &str, name: &str, value: Value) -> Given {
    vec![("interp".into(), Value::from(interp)), (name.into(), value)]
}

/// Notes what an image becomes, where all of its pixels can be told.
fn note(kind: &str, given: &Given, [image, result]: [&Image; 2], told: &[Vec<f64>]) {
    let layout = image.layout();
    let pixels = result.layout().width() * result.layout().height();
    if layout.format() != Format::RGBA8 || told.len() < pixels {
        return;
    }
    cases::begin(kind, given);
    let levels = told.iter().flat_map(|sums| {
        let alpha = sums[3].clamp(0.0, 1.0);
        let color = |sum: f64| if alpha * 255.0 < 0.5 { 0.0 } else { 255.0 * sum / sums[3] };
        [color(sums[0]), color(sums[1]), color(sums[2]), 255.0 * alpha]
    });
    cases::note_bytes((layout.width(), layout.height()), image.data(), levels);
}

/// Checks a filter that has a border, over all formats; each interpolation meets each border in some of them.
fn check_bordered(kind: &str, given: &Given, place: impl Fn([f64; 2], f64, f64) -> (f64, f64)) {
    for (i, format) in formats().enumerate() {
        let image = of_format(23, 17, 5, format);
        for (j, (name, border)) in BORDERS.into_iter().enumerate() {
            let interp = INTERPOLATIONS[(i + j) % 3];
            let given = given.iter().cloned().chain(style(interp, "border", Value::from(name))).collect();
            let around = Around { background: [0.0; 4], borders: Some([border; 2]) };
            let result = run_one(kind, &given, &image);
            let told = check_places(&image, &result, interp, around, |x, y| Some(place(sides(&image), x, y)));
            note(kind, &given, [&image, &result], &told);
        }
    }
}

/// Checks a filter that has a background, over all formats.
fn check_grounded(kind: &str, given: &Given, place: impl Fn([f64; 2], f64, f64) -> Option<(f64, f64)>) {
    check_around(kind, given, None, place);
}

fn check_around(
    kind: &str,
    given: &Given,
    borders: Option<[Border; 2]>,
    place: impl Fn([f64; 2], f64, f64) -> Option<(f64, f64)>,
) {
    for (i, format) in formats().enumerate() {
        let image = of_format(23, 17, 5, format);
        for (j, background) in GROUNDS.into_iter().enumerate() {
            let interp = INTERPOLATIONS[(i + j) % 3];
            let ground = style(interp, "background", Value::from(background.to_vec()));
            let given = given.iter().cloned().chain(ground).collect();
            let result = run_one(kind, &given, &image);
            let around = Around { background, borders };
            let told = check_places(&image, &result, interp, around, |x, y| place(sides(&image), x, y));
            note(kind, &given, [&image, &result], &told);
        }
    }
}

#[test]
fn swirls_are_their_definition() {
    for (degrees, radius, cx, cy) in [(120.0, 1.0, 0.5, 0.5), (-700.0, 0.6, 0.1, 0.8), (45.0, 3.0, 1.0, 0.0)] {
        let given = numbers(&[("degrees", degrees), ("radius", radius), ("centerX", cx), ("centerY", cy)]);
        check_bordered("swirl", &given, |[width, height], x, y| {
            let (x, y) = (x - cx * width, y - cy * height);
            let share = 1.0 - x.hypot(y) / (radius * width.min(height) / 2.0);
            // What is turned clockwise is read counterclockwise.
            let from = y.atan2(x) - if share > 0.0 { degrees.to_radians() * share.powi(2) } else { 0.0 };
            (cx * width + x.hypot(y) * from.cos(), cy * height + x.hypot(y) * from.sin())
        });
    }
}

#[test]
fn bulges_are_their_definition() {
    for (amount, radius, cx, cy) in [(0.5, 1.0, 0.5, 0.5), (-1.0, 0.7, 0.2, 0.9), (1.0, 2.5, 0.0, 1.0)] {
        let given = numbers(&[("amount", amount), ("radius", radius), ("centerX", cx), ("centerY", cy)]);
        check_bordered("bulge", &given, |[width, height], x, y| {
            let (dx, dy) = (x - cx * width, y - cy * height);
            let t = (dx.hypot(dy) / (radius * width.min(height) / 2.0)).min(1.0);
            let factor = 1.0 - amount * (1.0 - t).powi(2) * (1.0 + t).powi(2);
            (cx * width + factor * dx, cy * height + factor * dy)
        });
    }
}

#[test]
fn lenses_are_their_definition() {
    let cases =
        [[-0.2, 0.0, 1.0, 0.5, 0.5], [0.4, -0.3, 0.8, 0.3, 0.6], [1.0, 1.0, 2.0, 0.0, 1.0], [0.0, 0.0, 1.3, 0.5, 0.5]];
    for [k1, k2, scale, cx, cy] in cases {
        let given = numbers(&[("k1", k1), ("k2", k2), ("scale", scale), ("centerX", cx), ("centerY", cy)]);
        check_grounded("lensDistortion", &given, |[width, height], x, y| {
            let (dx, dy) = ((x - cx * width) / scale, (y - cy * height) / scale);
            let r = dx.hypot(dy) / (width / 2.0).hypot(height / 2.0);
            let factor = 1.0 + k1 * r.powi(2) + k2 * r.powi(4);
            Some((cx * width + factor * dx, cy * height + factor * dy))
        });
    }
}

#[test]
fn polar_coordinates_are_their_definition() {
    for [radius, degrees, cx, cy] in [[1.0, 0.0, 0.5, 0.5], [0.7, 100.0, 0.3, 0.6], [2.5, -400.0, 0.51, 0.97]] {
        let given = |mode: &str| {
            let given = numbers(&[("radius", radius), ("degrees", degrees), ("centerX", cx), ("centerY", cy)]);
            given.into_iter().chain([("mode".into(), Value::from(mode))]).collect()
        };
        let borders = Some([Border::Wrap, Border::Clamp]);
        check_around("polar", &given("to"), borders, |[width, height], x, y| {
            let (dx, dy) = (x - cx * width, y - cy * height);
            let away = dx.hypot(dy) / (radius * width.min(height) / 2.0);
            // Of negative zeros the standard library would make half a turn.
            let angle = if away == 0.0 { 0.0 } else { dx.atan2(-dy).to_degrees() };
            let turn = ((angle - degrees) / 360.0).rem_euclid(1.0);
            (away < 1.0).then_some((turn * width, away * height))
        });
        check_grounded("polar", &given("from"), |[width, height], x, y| {
            let (sin, cos) = (degrees.to_radians() + TAU * x / width).sin_cos();
            let away = radius * width.min(height) / 2.0 * y / height;
            Some((cx * width + away * sin, cy * height - away * cos))
        });
    }
}

/// Columns of which more than one block of angles is kept.
#[test]
fn wide_pictures_are_unrolled() {
    let image = of_format(300, 5, 3, Format::RGBA8);
    let result = run_one("polar", &vec![("mode".into(), Value::from("from"))], &image);
    let around = Around { background: [0.0; 4], borders: None };
    check_places(&image, &result, "bilinear", around, |x, y| {
        let (sin, cos) = (TAU * x / 300.0).sin_cos();
        Some((150.0 + y / 2.0 * sin, 2.5 - y / 2.0 * cos))
    });
}

/// Where a corner of the unit square goes by four corners: the matrix by elimination, of eight equations.
fn square(corners: &[f64]) -> [[f64; 3]; 3] {
    let units = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]];
    let mut rows: Vec<Vec<f64>> = Vec::new();
    for (i, [x, y]) in units.into_iter().enumerate() {
        let (u, v) = (corners[2 * i], corners[2 * i + 1]);
        rows.push(vec![x, y, 1.0, 0.0, 0.0, 0.0, -u * x, -u * y, u]);
        rows.push(vec![0.0, 0.0, 0.0, x, y, 1.0, -v * x, -v * y, v]);
    }
    for i in 0..8 {
        let best = (i..8).max_by(|a, b| rows[*a][i].abs().total_cmp(&rows[*b][i].abs())).expect("there are rows");
        rows.swap(i, best);
        let pivot: Vec<f64> = rows[i].iter().map(|value| value / rows[i][i]).collect();
        for (j, row) in rows.iter_mut().enumerate() {
            let by = row[i];
            let reduced = || row.iter().zip(&pivot).map(|(value, pivot)| value - by * pivot).collect();
            *row = if i == j { pivot.clone() } else { reduced() };
        }
    }
    let m: Vec<f64> = rows.iter().map(|row| row[8]).collect();
    [[m[0], m[1], m[2]], [m[3], m[4], m[5]], [m[6], m[7], 1.0]]
}

const QUADS: [[f64; 8]; 4] = [
    [0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0],
    [0.1, 0.05, 0.85, 0.15, 1.0, 0.95, 0.0, 0.8],
    // Gone round the other way, and reaching out.
    [1.2, 0.1, -0.1, -0.2, 0.3, 1.3, 0.9, 0.7],
    [0.3, 0.2, 0.4, 0.21, 0.41, 0.6, 0.28, 0.5],
];

#[test]
fn pictures_are_drawn_into_four_corners() {
    for corners in QUADS {
        for (rectify, size) in [(false, None), (true, None), (false, Some((31, 26))), (true, Some((9, 30)))] {
            let mut given: Given = vec![("corners".into(), Value::from(corners.to_vec()))];
            given.push(("rectify".into(), Value::Boolean(rectify)));
            given.extend(
                size.map_or(Vec::new(), |(w, h)| numbers(&[("width", f64::from(w)), ("height", f64::from(h))])),
            );
            let (wide, high) = size.map_or((23.0, 17.0), |(w, h)| (f64::from(w), f64::from(h)));
            let matrix = if rectify { square(&corners) } else { inverted(square(&corners)) };
            check_grounded("perspective", &given, |[width, height], x, y| {
                let [u, v, w] = matrix.map(|[a, b, c]| a * x / wide + b * y / high + c);
                (w > 0.0).then_some((u / w * width, v / w * height))
            });
        }
    }
}

#[test]
fn a_side_that_is_left_out_follows_from_the_shape() {
    let image = of_format(40, 10, 1, Format::RGBA8);
    for (side, size) in [("width", (20, 5)), ("height", (80, 20))] {
        let given = numbers(&[(side, 20.0)]).into_iter().chain([("corners".into(), Value::from(QUADS[1].to_vec()))]);
        let layout = run_one("perspective", &given.collect(), &image).layout();
        assert_eq!((layout.width(), layout.height()), size);
    }
}

#[test]
fn corners_of_no_convex_quadrilateral_are_refused() {
    let perspective = REGISTRY.iter().find(|definition| definition.info.name == "perspective").expect("it is there");
    let wrong = [
        [0.0; 8],
        [0.0, 0.0, 1.0, 0.0, 0.5, 0.0, 0.0, 1.0],
        // Crossed, and with a corner inside the triangle of the others.
        [0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 0.0, 1.0],
        [0.0, 0.0, 1.0, 0.0, 0.2, 0.2, 0.0, 1.0],
    ];
    for corners in wrong {
        let given = vec![("corners".into(), Value::from(corners.to_vec()))];
        let error = perspective.build(&given).map(|_| ()).expect_err("it is none");
        assert_eq!((error.class, error.parameter.as_deref()), (Class::Range, Some("corners")), "{error}");
        assert_eq!(error.message, "perspective: corners must be those of a convex quadrilateral, one after another");
    }
}

#[test]
fn maps_of_all_formats_displace() {
    // The map has another size and every format in turn.
    for (format, (wide, high)) in formats().zip([(9, 7), (1, 1), (23, 17), (46, 5)].into_iter().cycle()) {
        let map = of_format(wide, high, 8, format);
        let full = f64::from(format.sample.full());
        let channels = format.channels;
        let shares = move |x: f64, y: f64| {
            let inside = |at: f64, side: usize| at.clamp(0.0, side as f64 - 1.0) as usize;
            let pixel: Vec<_> =
                samples(&map, inside(x, wide), inside(y, high)).into_iter().map(|value| value / full).collect();
            let alpha = if channels.stores_alpha() { pixel[channels.colors()] } else { 1.0 };
            [pixel[0], pixel[usize::from(channels.colors() > 1)], alpha]
        };
        let map = of_format(wide, high, 8, format);
        let given: Given = numbers(&[("x", 6.0), ("y", -11.0)])
            .into_iter()
            .chain([("image".into(), Value::Image(Arc::new(map)))])
            .collect();
        check_bordered("displace", &given, |[width, height], x, y| {
            let (u, v) = (x / width * wide as f64 - 0.5, y / height * high as f64 - 0.5);
            let mut sums = [0.0; 3];
            for (dx, dy) in [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)] {
                let (x, y) = (u.floor() + dx, v.floor() + dy);
                let weight = (1.0 - (x - u).abs()) * (1.0 - (y - v).abs());
                sums.iter_mut().zip(shares(x, y)).for_each(|(sum, share)| *sum += weight * share);
            }
            let [r, g, a] = sums;
            (x + 6.0 * a * (2.0 * r - 1.0), y - 11.0 * a * (2.0 * g - 1.0))
        });
    }
}
