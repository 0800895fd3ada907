//! `deconvolve` of all formats against its definition in double precision.

use crate::common::plans;
use crate::numbers::{each, number, word};
use pixelpool::error::Class;
use pixelpool::filters::REGISTRY;
use pixelpool::image::{Format, Layout, Sample, Size};

/// Taps of a blur: places and weights.
type Taps = Vec<([isize; 2], f64)>;

/// The blur of `deconvolve`: of a bell, or of a disk.
fn taps(shape: &str, size: f64) -> Taps {
    let weight = |dx: isize, dy: isize| match shape {
        "gaussian" if dx.abs().max(dy.abs()) <= (3.0 * size).ceil() as isize => {
            (-((dx * dx + dy * dy) as f64) / (2.0 * size * size)).exp()
        }
        "disk" => (size + 0.5 - (dx as f64).hypot(dy as f64)).clamp(0.0, 1.0),
        _ => 0.0,
    };
    let taps: Taps = (0..61 * 61)
        .map(|i| [i % 61 - 30, i / 61 - 30])
        .map(|[dx, dy]| ([dx, dy], weight(dx, dy)))
        .filter(|tap| tap.1 > 0.0)
        .collect();
    let sum: f64 = taps.iter().map(|(_, weight)| weight).sum();
    taps.into_iter().map(|(place, weight)| (place, weight / sum)).collect()
}

#[test]
fn a_blur_is_taken_back() {
    let cases = [
        ("gaussian", "sigma", 0.5, 3),
        ("gaussian", "sigma", 1.0, 10),
        ("gaussian", "sigma", 2.0, 2),
        ("disk", "radius", 0.75, 5),
        ("disk", "radius", 2.0, 10),
        ("disk", "radius", 5.5, 3),
        ("disk", "radius", 10.0, 1),
    ];
    for (shape, name, size, iterations) in cases {
        let given = vec![word("shape", shape), number(name, size), number("iterations", f64::from(iterations))];
        let taps = taps(shape, size);
        each(100, |image, ways| {
            let (width, height) = (image.width, image.height);
            let full = f64::from(image.sample.full());
            let blur = |values: &[f64]| -> Vec<f64> {
                let at = |i: usize, [dx, dy]: [isize; 2]| {
                    let x = ((i % width).cast_signed() + dx).clamp(0, width.cast_signed() - 1);
                    let y = ((i / width).cast_signed() + dy).clamp(0, height.cast_signed() - 1);
                    values[y.cast_unsigned() * width + x.cast_unsigned()]
                };
                let blurred = |i| taps.iter().map(|(place, weight)| weight * at(i, *place)).sum();
                (0..width * height).map(blurred).collect()
            };
            let channels = (0..image.colors()).map(|channel| {
                let values: Vec<f64> =
                    image.values.chunks_exact(image.channels).map(|pixel| f64::from(pixel[channel])).collect();
                let mut estimate = values.clone();
                for _ in 0..iterations {
                    let blurred = blur(&estimate);
                    let ratios: Vec<_> = values.iter().zip(blurred).map(|(f, b)| f / b.max(1e-6 * full)).collect();
                    estimate.iter_mut().zip(blur(&ratios)).for_each(|(value, factor)| *value *= factor);
                }
                estimate
            });
            let channels: Vec<_> = channels.collect();
            let (got, _) = image.run("deconvolve", &given, ways);
            let near = match image.sample {
                Sample::U8 => 0.51,
                Sample::U16 => 2.0,
                Sample::F32 => 2e-5,
            };
            image.check(&got, near, &format!("{given:?}"), |x, y, channel| {
                let value = channels[channel][y.cast_unsigned() * width + x.cast_unsigned()];
                if image.sample == Sample::F32 { value } else { value.min(full) }
            });
        });
    }
    let filter = REGISTRY.iter().find(|definition| definition.info.name == "deconvolve").expect("it is there");
    let disk = |radius| vec![word("shape", "disk"), number("radius", radius), number("iterations", 10.0)];
    for given in [vec![number("sigma", 2.1), number("iterations", 10.0)], disk(5.6)] {
        let error = filter.build(&given).expect_err("it reaches too far");
        assert_eq!((error.class, error.parameter.as_deref()), (Class::Range, Some("iterations")), "{error}");
    }
    assert!(filter.build(&disk(5.5)).is_ok());
}

#[test]
fn no_blur_that_is_taken_back_keeps_much() {
    let format = Format::of_count(Sample::U16, 4).expect("up to four channels");
    let layout = Size::new(4000, 3000).and_then(|size| Layout::new(size, format)).expect("it fits");
    for (sigma, iterations) in [(0.3, 16.0), (1.0, 16.0), (1.3, 12.0), (1.6, 10.0), (2.0, 8.0), (5.0, 3.0), (8.0, 2.0)]
    {
        let bytes = plans("deconvolve", &vec![number("sigma", sigma), number("iterations", iterations)], layout);
        assert!(bytes.scratch_bytes() <= 4 << 20, "{sigma} {iterations}: {} bytes", bytes.scratch_bytes());
    }
    for (radius, iterations) in [(1.0, 16.0), (3.0, 16.0), (4.5, 12.0), (10.0, 5.0)] {
        let given = vec![word("shape", "disk"), number("radius", radius), number("iterations", iterations)];
        let bytes = plans("deconvolve", &given, layout).scratch_bytes();
        assert!(bytes <= 4 << 20, "{radius} {iterations}: {bytes} bytes");
    }
}
