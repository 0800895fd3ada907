//! Blend modes against a naive version of their definition (Compositing and Blending Level 1): double precision, one pixel
//! at a time, of pictures of all formats.

use crate::cases;
use crate::common::{assert_same, formats, noise, of_format, run_one, samples};
use pixelpool::error::Class;
use pixelpool::filters::REGISTRY;
use pixelpool::image::{Format, Image, Sample};
use pixelpool::params::{Given, Kind, Value};
use std::sync::Arc;

type Rgb = [f64; 3];

/// Every mode that the filter has.
fn modes() -> &'static [&'static str] {
    let info = REGISTRY.iter().map(|definition| definition.info).find(|info| info.name == "blend").expect("a filter");
    let mode = info.parameters.iter().find(|parameter| parameter.name == "mode").expect("a parameter");
    let Kind::Choice { choices, .. } = mode.spec.kind else { panic!("modes are words") };
    assert_eq!(choices.len(), 16, "those of the specification");
    choices
}

fn lum(c: Rgb) -> f64 {
    0.3 * c[0] + 0.59 * c[1] + 0.11 * c[2]
}

fn clip_color(mut c: Rgb) -> Rgb {
    let (l, n, x) = (lum(c), c[0].min(c[1]).min(c[2]), c[0].max(c[1]).max(c[2]));
    if n < 0.0 {
        c = c.map(|c| l + (c - l) * l / (l - n));
    }
    if x > 1.0 {
        c = c.map(|c| l + (c - l) * (1.0 - l) / (x - l));
    }
    c
}

fn set_lum(c: Rgb, l: f64) -> Rgb {
    let d = l - lum(c);
    clip_color(c.map(|c| c + d))
}

fn sat(c: Rgb) -> f64 {
    c[0].max(c[1]).max(c[2]) - c[0].min(c[1]).min(c[2])
}

fn set_sat(c: Rgb, s: f64) -> Rgb {
    let mut order = [0, 1, 2];
    order.sort_by(|a, b| c[*a].total_cmp(&c[*b]));
    let [min, mid, max] = order;
    let mut result = [0.0; 3];
    if c[max] > c[min] {
        result[mid] = (c[mid] - c[min]) * s / (c[max] - c[min]);
        result[max] = s;
    }
    result
}

fn separable(mode: &str, b: f64, s: f64) -> f64 {
    match mode {
        "normal" => s,
        "multiply" => b * s,
        "screen" => b + s - b * s,
        "overlay" => separable("hard-light", s, b),
        "darken" => b.min(s),
        "lighten" => b.max(s),
        "color-dodge" if b == 0.0 => 0.0,
        "color-dodge" if s == 1.0 => 1.0,
        "color-dodge" => (b / (1.0 - s)).min(1.0),
        "color-burn" if b == 1.0 => 1.0,
        "color-burn" if s == 0.0 => 0.0,
        "color-burn" => 1.0 - ((1.0 - b) / s).min(1.0),
        "hard-light" if s <= 0.5 => separable("multiply", b, 2.0 * s),
        "hard-light" => separable("screen", b, 2.0 * s - 1.0),
        "soft-light" if s <= 0.5 => b - (1.0 - 2.0 * s) * b * (1.0 - b),
        "soft-light" => {
            let d = if b <= 0.25 { ((16.0 * b - 12.0) * b + 4.0) * b } else { b.sqrt() };
            b + (2.0 * s - 1.0) * (d - b)
        }
        "difference" => (b - s).abs(),
        "exclusion" => b + s - 2.0 * b * s,
        _ => panic!("{mode}"),
    }
}

fn mixed(mode: &str, b: Rgb, s: Rgb) -> Rgb {
    match mode {
        "hue" => set_lum(set_sat(s, sat(b)), lum(b)),
        "saturation" => set_lum(set_sat(b, sat(s)), lum(b)),
        "color" => set_lum(s, lum(b)),
        "luminosity" => set_lum(b, lum(s)),
        _ => [0, 1, 2].map(|i| separable(mode, b[i], s[i])),
    }
}

/// Red, green, blue and alpha as shares of full scale.
fn pixel(image: &Image, x: usize, y: usize) -> [f64; 4] {
    let channels = image.layout().format().channels;
    let full = f64::from(image.layout().format().sample.full());
    let values: Vec<f64> = samples(image, x, y).into_iter().map(|value| value / full).collect();
    let color = |i: usize| values[i.min(channels.colors() - 1)];
    let alpha = if channels.stores_alpha() { values[channels.colors()] } else { 1.0 };
    [color(0), color(1), color(2), alpha]
}

/// What a pixel becomes.
fn composed(mode: &str, [br, bg, bb, ab]: [f64; 4], [sr, sg, sb, a]: [f64; 4], opacity: f64) -> [f64; 4] {
    let alpha = a * opacity;
    let (b, s) = ([br, bg, bb], [sr, sg, sb]);
    let blended = mixed(mode, b, s);
    let total = alpha + ab * (1.0 - alpha);
    let color = [0, 1, 2].map(|i| {
        let source = (1.0 - ab) * s[i] + ab * blended[i];
        (alpha * source + ab * b[i] * (1.0 - alpha)) / total
    });
    if total == 0.0 { [0.0; 4] } else { [color[0], color[1], color[2], total] }
}

fn given(image: &Image, mode: &str, opacity: f64, [x, y]: [f64; 2]) -> Given {
    vec![
        ("image".into(), Value::Image(Arc::new(image.clone()))),
        ("mode".into(), Value::from(mode)),
        ("opacity".into(), Value::Number(opacity)),
        ("x".into(), Value::Number(x)),
        ("y".into(), Value::Number(y)),
    ]
}

/// Checks every pixel of a result.
fn check(base: &Image, above: &Image, mode: &str, opacity: f64, at: [f64; 2]) {
    let result = run_one("blend", &given(above, mode, opacity, at), base);
    let layout = base.layout();
    let (sample, channels) = (layout.format().sample, layout.format().channels);
    let full = f64::from(sample.full());
    if layout.format() == Format::RGBA8 && above.layout().format() == Format::RGBA8 {
        cases::begin("blend", &given(above, mode, opacity, at));
        let composed = |i: usize| {
            let (x, y) = (i % layout.width(), i / layout.width());
            let (left, top) = (x as f64 - at[0], y as f64 - at[1]);
            let is_inside = (0.0..above.layout().width() as f64).contains(&left)
                && (0.0..above.layout().height() as f64).contains(&top);
            let below = pixel(base, x, y);
            if is_inside { composed(mode, below, pixel(above, left as usize, top as usize), opacity) } else { below }
        };
        let want = (0..layout.width() * layout.height()).flat_map(composed).map(|share| 255.0 * share);
        cases::note_bytes((layout.width(), layout.height()), base.data(), want);
    }
    // Of grey, luma is rounded after red, green and blue have been.
    let gray = if channels.colors() == 1 && sample != Sample::F32 { 0.6 } else { 0.0 };
    let tolerance = gray
        + match sample {
            Sample::U8 => 0.51,
            Sample::U16 => 0.6,
            Sample::F32 => 3e-6,
        };
    for y in 0..layout.height() {
        for x in 0..layout.width() {
            let what = || format!("{mode} {opacity} {at:?}, {layout:?} under {:?}, {x}, {y}", above.layout());
            let (below, got) = (samples(base, x, y), samples(&result, x, y));
            let (left, top) = (x as f64 - at[0], y as f64 - at[1]);
            let is_inside = (0.0..above.layout().width() as f64).contains(&left)
                && (0.0..above.layout().height() as f64).contains(&top);
            if !is_inside {
                assert_eq!(got, below, "{}: it is not covered", what());
                continue;
            }
            let over = pixel(above, left as usize, top as usize);
            let [r, g, b, alpha] = composed(mode, pixel(base, x, y), over, opacity);
            let luma = (19595.0 * r + 38470.0 * g + 7471.0 * b) / 65536.0;
            let mut want = if channels.colors() == 1 { vec![luma] } else { vec![r, g, b] };
            want.extend(channels.stores_alpha().then_some(alpha));
            for (got, want) in got.iter().zip(&want) {
                let want = want * full;
                assert!((got - want).abs() <= tolerance, "{}: {got} instead of {want}", what());
            }
        }
    }
}

#[test]
fn every_mode_is_its_definition() {
    for (seed, opaque) in [(1, false), (2, true)] {
        let (base, above) = (noise(23, 19, seed, opaque), noise(29, 25, seed + 7, false));
        for &mode in modes() {
            for opacity in [1.0, 0.37] {
                check(&base, &above, mode, opacity, [-3.0, -2.0]);
            }
        }
    }
}

#[test]
fn a_second_picture_may_lie_anywhere() {
    let (base, above) = (noise(300, 5, 3, false), noise(7, 3, 4, false));
    let places =
        [[0.0, 0.0], [-2.0, -1.0], [297.0, 3.0], [150.0, 1.0], [-7.0, 0.0], [300.0, 0.0], [0.0, 5.0], [0.0, -3.0]];
    places.into_iter().for_each(|at| check(&base, &above, "multiply", 0.8, at));
    check(&base, &noise(400, 40, 5, false), "normal", 1.0, [-30.0, -20.0]);
}

#[test]
fn pictures_of_all_formats_are_blended() {
    for below in formats() {
        for over in formats() {
            let (base, above) = (of_format(13, 7, 3, below), of_format(11, 9, 4, over));
            for mode in ["normal", "multiply", "color-dodge", "soft-light", "luminosity"] {
                check(&base, &above, mode, 0.7, [3.0, -2.0]);
            }
        }
    }
}

#[test]
fn what_cannot_be_seen_leaves_the_bytes_alone() {
    let base = noise(17, 11, 5, false);
    let mut hidden = noise(17, 11, 6, false).into_data();
    hidden.iter_mut().skip(3).step_by(4).for_each(|alpha| *alpha = 0);
    let hidden = Image::new(17, 11, hidden).expect("not empty");
    let mut visible = base.data().to_vec();
    // Of what is invisible in both, nothing is left.
    visible.as_chunks_mut::<4>().0.iter_mut().filter(|pixel| pixel[3] == 0).for_each(|pixel| *pixel = [0; 4]);
    let visible = Image::new(17, 11, visible).expect("not empty");
    for &mode in modes() {
        assert_same(&run_one("blend", &given(&hidden, mode, 1.0, [0.0; 2]), &base), &visible, || mode.into());
    }
}

#[test]
fn what_is_wrong_is_told() {
    let definition = REGISTRY.iter().find(|definition| definition.info.name == "blend").expect("it is there");
    let right = given(&noise(3, 3, 1, true), "normal", 1.0, [0.0; 2]);
    let wrong = [
        ("mode", Value::from("plus"), Class::Type),
        ("image", Value::Number(1.0), Class::Type),
        ("opacity", Value::Number(1.5), Class::Range),
        ("x", Value::Number(0.5), Class::Range),
        ("y", Value::Number(70_000.0), Class::Range),
    ];
    for (name, value, class) in wrong {
        let given = crate::common::with(&right, name, value);
        let error = definition.build(&given).map(|_| ()).expect_err(name);
        assert_eq!((error.class, error.parameter.as_deref()), (class, Some(name)), "{error}");
    }
}

#[test]
fn what_becomes_invisible_is_nothing() {
    let base = Image::new(1, 1, vec![0; 4]).expect("not empty");
    let above = Image::new(1, 1, vec![200, 100, 50, 1]).expect("not empty");
    let result = run_one("blend", &given(&above, "normal", 0.3, [0.0; 2]), &base);
    assert_eq!(result.data(), [0; 4], "an alpha of 0.3 is stored as 0");
}
