//! Promises that hold for every filter of the registry, whatever an image is stored as: the same picture in another format
//! gives the same result.

use crate::common::{formats, inline, of_format, plans, run, run_in, run_one, samples, step, variants_for, with};
use pixelpool::filter::{Floats, Info};
use pixelpool::filters::REGISTRY;
use pixelpool::image::{Channels, Format, Image, Layout, Sample};
use pixelpool::params::{Given, Kind, Value};
use pixelpool::plan::Ways;
use pixelpool::planes::luma_of;

const SIZE: (usize, usize) = (23, 19);
const SAMPLES: [Sample; 3] = [Sample::U8, Sample::U16, Sample::F32];

/// Every filter with every set of parameters worth running on images of a layout.
fn each(layout: Layout, mut test: impl FnMut(&'static str, &Given)) {
    for info in REGISTRY.iter().map(|definition| definition.info) {
        variants_for(info, layout).iter().for_each(|given| test(info.name, given));
    }
}

fn noise(sample: Sample, channels: Channels) -> Image {
    of_format(SIZE.0, SIZE.1, 31, Format { sample, channels })
}

/// The numbers of every pixel.
fn pixels(image: &Image) -> Vec<Vec<f64>> {
    let (width, height) = (image.layout().width(), image.layout().height());
    (0..width * height).map(|i| samples(image, i % width, i / width)).collect()
}

/// An image of other channels, made pixel by pixel.
fn made(image: &Image, format: Format, make: impl Fn(&[f64]) -> Vec<f64>) -> Image {
    let layout = Layout::new(image.layout().size(), format).expect("it can be addressed");
    let mut data = vec![0; layout.bytes()];
    for (bytes, pixel) in data.chunks_exact_mut(format.bytes()).zip(pixels(image)) {
        for (bytes, value) in bytes.chunks_exact_mut(format.sample.bytes()).zip(make(&pixel)) {
            format.sample.put(value as f32, bytes);
        }
    }
    Image::of(layout, data).expect("as many bytes")
}

#[test]
fn an_image_of_bytes_and_its_twin_of_16_bits_agree() {
    for channels in [Channels::Gray, Channels::Rgba] {
        let bytes = noise(Sample::U8, channels);
        let twin = made(&bytes, Format { sample: Sample::U16, channels }, |pixel| {
            pixel.iter().map(|value| 257.0 * value).collect()
        });
        each(bytes.layout(), |name, given| {
            let (got, want) = (run_one(name, given, &twin), run_one(name, given, &bytes));
            let pairs: Vec<_> = pixels(&got).into_iter().flatten().zip(pixels(&want).into_iter().flatten()).collect();
            // Rounding to bytes is half a level; what bytes are worked out with may be one more.
            let off = pairs.iter().filter(|(got, want)| (got / 257.0 - want).abs() > 1.51).count();
            // Luma of bytes is rounded to a level, that of 16 bits is not: where colours differ, edges and thresholds do.
            // Straight colours of what is hardly visible are quotients of small numbers.
            let most = if channels == Channels::Gray { 0.01 } else { 0.3 };
            assert!(off as f64 <= most * pairs.len() as f64, "{name} {given:?}: {off} of {} differ", pairs.len());
        });
    }
}

#[test]
fn a_grey_image_gives_the_luma_of_its_twin_in_colour() {
    for sample in SAMPLES {
        for (gray, color) in [(Channels::Gray, Channels::Rgb), (Channels::GrayAlpha, Channels::Rgba)] {
            let image = noise(sample, gray);
            let twin = made(&image, Format { sample, channels: color }, |pixel| {
                [vec![pixel[0]; 3], pixel[1..].to_vec()].concat()
            });
            each(image.layout(), |name, given| {
                let (got, want) = (run_one(name, given, &image), run_one(name, given, &twin));
                assert_eq!(got.layout().size(), want.layout().size(), "{name} {given:?}");
                for (got, want) in pixels(&got).iter().zip(pixels(&want)) {
                    let luma = f64::from(luma_of(sample, [want[0], want[1], want[2]].map(|value| value as f32)));
                    let same = got[0] == luma || got[0].is_nan() && luma.is_nan();
                    assert!(same && got[1..] == want[3..], "{name} {given:?}, {sample:?}: {got:?} of {want:?}");
                }
            });
        }
    }
}

#[test]
fn an_opaque_image_gives_the_colours_of_its_twin_without_alpha() {
    for sample in SAMPLES {
        for (with, without) in [(Channels::Rgba, Channels::Rgb), (Channels::GrayAlpha, Channels::Gray)] {
            let image = noise(sample, without);
            let full = f64::from(sample.full());
            let twin = made(&image, Format { sample, channels: with }, |pixel| [pixel, &[full]].concat());
            each(image.layout(), |name, given| {
                let (got, want) = (run_one(name, given, &image), run_one(name, given, &twin));
                for (got, want) in pixels(&got).iter().zip(pixels(&want)) {
                    let same = got.iter().zip(&want).all(|(a, b)| a == b || a.is_nan() && b.is_nan());
                    assert!(same, "{name} {given:?}, {sample:?}: {got:?} of {want:?}");
                }
            });
        }
    }
}

#[test]
fn one_transparent_pixel_is_found_in_every_format() {
    for format in formats().filter(|format| format.channels.stores_alpha()) {
        let full = f64::from(format.sample.full());
        for place in 0..40 {
            let opaque = of_format(8, 5, place, format);
            let count = std::cell::Cell::new(0);
            let image = made(&opaque, format, |pixel| {
                let is_there = count.replace(count.get() + 1) == place;
                [&pixel[..pixel.len() - 1], &[if is_there { full / 5.0 } else { full }]].concat()
            });
            let given = vec![("sigma".to_string(), Value::Number(1.0))];
            let least =
                pixels(&run_one("gaussianBlur", &given, &image)).iter().map(|p| p[p.len() - 1]).fold(full, f64::min);
            assert!(least < full, "{format:?}, pixel {place}");
        }
    }
}

#[test]
fn floats_beyond_full_scale_survive() {
    for channels in [Channels::Gray, Channels::Rgb] {
        let format = Format { sample: Sample::F32, channels };
        let image =
            made(&noise(Sample::F32, channels), format, |pixel| pixel.iter().map(|v| 40.0 * v - 20.0).collect());
        for info in REGISTRY.iter().map(|definition| definition.info) {
            let mut all = variants_for(info, image.layout());
            if info.name == "warp" {
                // Its example shows none of so small an image.
                let same = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0].to_vec();
                all = all.iter().map(|given| with(given, "matrix", Value::from(same.clone()))).collect();
            }
            let survives = all.iter().any(|given| {
                let values: Vec<f64> = pixels(&run_one(info.name, given, &image)).into_iter().flatten().collect();
                let is_below = info.floats == Floats::Positive || values.iter().any(|value| *value < -2.0);
                values.iter().any(|value| *value > 2.0) && is_below
            });
            assert!(survives || info.floats == Floats::Bounded, "{}", info.name);
        }
    }
}

/// What is bounded clamps everything, also what is no number.
#[test]
fn bounded_filters_give_floats_between_0_and_1() {
    let wild = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -3.0, 7.0, 1e30, -1e-30];
    for channels in [Channels::Gray, Channels::Rgb] {
        let format = Format { sample: Sample::F32, channels };
        let count = std::cell::Cell::new(0);
        let next = |value: &f64| match count.replace(count.get() + 1) {
            place if place % 3 == 0 => f64::from(wild[place / 3 % wild.len()]),
            _ => *value,
        };
        let image = made(&noise(Sample::F32, channels), format, |pixel| pixel.iter().map(next).collect());
        for info in REGISTRY.iter().map(|definition| definition.info).filter(|info| info.floats == Floats::Bounded) {
            for given in variants_for(info, image.layout()) {
                let wrong = pixels(&run_one(info.name, &given, &image)).into_iter().flatten();
                let wrong: Vec<f64> = wrong.filter(|value| !(-1e-6..=1.0 + 1e-6).contains(value)).collect();
                assert!(wrong.is_empty(), "{} {given:?} {format:?}: {wrong:?}", info.name);
            }
        }
    }
}

/// Images that are wider than any tile, continued by themselves: it makes no difference where they begin.
#[test]
fn images_that_go_round_may_begin_anywhere() {
    let by_border = REGISTRY.iter().map(|definition| definition.info);
    // What depends on places of the image, such as a centre or another picture, does not go round with it.
    let is_placed = |info: &Info| info.parameters.iter().any(|p| p.name == "centerX" || p.spec.kind == Kind::Image);
    let has_border = |info: &Info| info.parameters.iter().any(|p| p.name == "border");
    let by_border: Vec<_> = by_border.filter(|info| has_border(info) && !is_placed(info)).collect();
    assert!(by_border.len() >= 7);
    for (sample, channels) in
        [(Sample::U8, Channels::Rgba), (Sample::U16, Channels::Gray), (Sample::F32, Channels::Rgba)]
    {
        let format = Format { sample, channels };
        for (width, height, shift) in [(5000, 2, 1777), (700, 3, 350)] {
            let image = of_format(width, height, 3, format);
            let turned = |image: &Image| {
                let stride = image.layout().stride();
                let rows = image.data().chunks_exact(stride);
                let turn = |row: &[u8]| [&row[shift * format.bytes()..], &row[..shift * format.bytes()]].concat();
                Image::of(image.layout(), rows.flat_map(turn).collect()).expect("as many bytes")
            };
            for info in &by_border {
                let wide = info.parameters.iter().filter(|p| ["radius", "sigma"].contains(&p.name));
                let given = variants_for(info, image.layout()).swap_remove(0);
                let given = wide.fold(given, |given, parameter| {
                    let Kind::Number(number) = parameter.spec.kind else { return given };
                    with(&given, parameter.name, Value::Number(number.maximum.min(12.0)))
                });
                let given = with(&given, "border", Value::from("wrap"));
                let (got, want) =
                    (run_one(info.name, &given, &turned(&image)), turned(&run_one(info.name, &given, &image)));
                let off = pixels(&got).iter().zip(pixels(&want)).filter(|(got, want)| **got != *want).count();
                assert_eq!(off, 0, "{} {given:?}, {format:?}, {width} columns", info.name);
            }
        }
    }
}

/// The fast way of bytes is the same filter as its definition in planes.
#[test]
fn bytes_are_worked_out_as_planes_are() {
    for channels in [Channels::RgbOpaque, Channels::Rgba] {
        let mut image = noise(Sample::U8, Channels::Rgba);
        if channels.is_opaque() {
            image = made(&image, image.layout().format(), |pixel| [&pixel[..3], &[255.0]].concat());
        }
        each(image.layout(), |name, given| {
            let [fast, planes] = [Ways::Fastest, Ways::Planes]
                .map(|ways| pixels(&run_in(&inline(), vec![step(name, given)], &image, ways)));
            // Of fixed point, alpha and colour may each be off by one; a fast blur is not the exact one.
            let is_fast = format!("{given:?}").contains("\"fast\"");
            let premultiplied = |pixel: &[f64], i: usize| if i == 3 { pixel[3] } else { pixel[i] * pixel[3] / 255.0 };
            for (fast, planes) in fast.iter().zip(&planes) {
                for i in 0..4 {
                    let off = (premultiplied(fast, i) - premultiplied(planes, i)).abs();
                    assert!(off <= if is_fast { 12.0 } else { 1.01 }, "{name} {given:?}: {fast:?}, {planes:?}");
                }
            }
        });
    }
}

/// Alpha of every pixel of an opaque image is full scale, to the last bit: in every format, of every filter that says so.
#[test]
fn results_that_are_called_opaque_are() {
    for format in formats().filter(|format| format.channels.stores_alpha()) {
        let full = f64::from(format.sample.full());
        let image =
            made(&of_format(SIZE.0, SIZE.1, 7, format), format, |pixel| [&pixel[..pixel.len() - 1], &[full]].concat());
        let opaque = image.layout().with_channels(format.channels.opaque());
        each(image.layout(), |name, given| {
            if plans(name, given, opaque).result().is_opaque() {
                let alphas = pixels(&run_one(name, given, &image)).into_iter().map(|pixel| pixel[pixel.len() - 1]);
                alphas.for_each(|alpha| assert_eq!(alpha, full, "{name} {given:?}, {format:?}"));
            }
        });
    }
}

/// An alpha that only bytes would round to full is not full.
#[test]
fn a_chain_gives_what_its_filters_give_where_alpha_is_nearly_full() {
    for sample in SAMPLES {
        let format = Format { sample, channels: Channels::Rgba };
        let full = f64::from(sample.full());
        let image = made(&noise(sample, Channels::Rgba), format, |pixel| [&pixel[..3], &[full]].concat());
        let number = |name: &str, value| vec![(name.to_string(), Value::Number(value))];
        let (faint, blur) = (number("amount", 0.999), number("sigma", 1.0));
        let want = run_one("gaussianBlur", &blur, &run_one("opacity", &faint, &image));
        let got = run(&inline(), vec![step("opacity", &faint), step("gaussianBlur", &blur)], &image);
        assert_eq!(pixels(&got), pixels(&want), "{sample:?}");
        let alpha = pixels(&got)[0][3];
        assert_eq!(alpha < full, sample != Sample::U8, "{sample:?}: {alpha}");
    }
}
