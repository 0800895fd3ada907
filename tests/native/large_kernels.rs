//! Kernels that are too large for plain sums, against plain sums in double precision.

use crate::common::golden::Random;
use crate::common::{check_splits, noise, run, run_one, step, threads};
use crate::numbers::{Numbers, each, number, word};
use pixelpool::image::{Border, Sample};
use pixelpool::params::{Choice, Given, Value};
use pixelpool::plan::Ways;

struct Case {
    width: usize,
    height: usize,
    kernel: Vec<f64>,
    divisor: f64,
    bias: f64,
    border: usize,
}

impl Case {
    fn new([width, height]: [usize; 2], is_signed: bool, bias: f64, border: usize) -> Self {
        let mut random = Random::new((width * height) as u32);
        let least = if is_signed { 128.0 } else { 0.0 };
        let kernel: Vec<f64> = (0..width * height).map(|_| f64::from(random.byte()) - least).collect();
        // Signed, as much as one of some thousand weights: most results lie between black and white.
        let divisor = if is_signed { 3000.0 } else { kernel.iter().sum() };
        Self { width, height, kernel, divisor, bias, border }
    }

    fn given(&self, preserve_alpha: bool) -> Given {
        vec![
            number("width", self.width as f64),
            number("height", self.height as f64),
            ("kernel".into(), Value::from(self.kernel.clone())),
            number("divisor", self.divisor),
            number("bias", self.bias),
            word("border", Border::NAMES[self.border]),
            ("preserveAlpha".into(), Value::Boolean(preserve_alpha)),
        ]
    }

    fn sum(&self, [x, y]: [isize; 2], value: impl Fn(isize, isize) -> f64) -> f64 {
        let reach = [self.width, self.height].map(|side| side.cast_signed() / 2);
        let terms = self.kernel.iter().enumerate().map(|(i, weight)| {
            let [column, row] = [i % self.width, i / self.width].map(usize::cast_signed);
            weight * value(x + column - reach[0], y + row - reach[1])
        });
        terms.sum::<f64>() / self.divisor
    }
}

const SIDES: [[usize; 2]; 5] = [[33, 33], [63, 63], [127, 127], [127, 9], [11, 101]];

/// So that plain sums do not take minutes.
const MOST_TERMS: usize = 1 << 20;

fn near(sample: Sample) -> f64 {
    match sample {
        Sample::U8 => 0.500_1,
        Sample::U16 => 0.504,
        Sample::F32 => 1e-6,
    }
}

#[test]
fn straight_colors_are_summed() {
    for (i, sides) in SIDES.into_iter().enumerate() {
        let case = Case::new(sides, i % 2 == 1, [0.0, 20.5, -3.0][i % 3], i);
        let given = case.given(true);
        each(200, |image, ways| {
            if case.kernel.len() * image.width * image.height > MOST_TERMS {
                return;
            }
            let (full, level) = (f64::from(image.sample.full()), f64::from(image.sample.level()));
            let (got, _) = image.run("convolve", &given, ways);
            image.check(&got, near(image.sample), &format!("{sides:?}"), |x, y, channel| {
                let sum = case.sum([x, y], |x, y| image.at(x, y, channel, Border::ALL[case.border]));
                let value = sum + case.bias * level;
                if image.sample == Sample::F32 { value } else { value.clamp(0.0, full) }
            });
        });
    }
}

#[test]
fn colors_are_weighted_with_alpha() {
    for (i, sides) in SIDES.into_iter().enumerate() {
        let case = Case::new(sides, false, [0.0, 9.0][i % 2], 4 - i);
        let (given, border) = (case.given(false), Border::ALL[case.border]);
        each(40, |image, ways| {
            if case.kernel.len() * image.width * image.height > MOST_TERMS {
                return;
            }
            let (got, _) = image.run("convolve", &given, ways);
            let (full, level) = (f64::from(image.sample.full()), f64::from(image.sample.level()));
            let has_alpha = image.channels.is_multiple_of(2);
            let is_inside = |x, y| border.index(x, image.width).is_some() && border.index(y, image.height).is_some();
            let alpha = |x: isize, y: isize| match has_alpha {
                true => image.at(x, y, image.channels - 1, border) / full,
                false => f64::from(u8::from(is_inside(x, y))),
            };
            for (i, got) in got.values.chunks_exact(image.channels).enumerate() {
                let at = [i % image.width, i / image.width].map(usize::cast_signed);
                let sum = case.sum(at, |x, y| full * alpha(x, y));
                if has_alpha {
                    let got = f64::from(got[image.channels - 1]);
                    assert!((got - sum).abs() <= near(image.sample), "{sides:?}, {:?}: {got}, {sum}", image.layout());
                }
                let most_invisible = if image.sample == Sample::F32 { 0.0 } else { 0.5 };
                for (channel, got) in got.iter().enumerate().take(image.colors()) {
                    if sum < most_invisible + 1e-3 {
                        assert!(sum > most_invisible - 1e-3 || *got == 0.0, "what is invisible is nothing");
                        continue;
                    }
                    let weighted = case.sum(at, |x, y| image.at(x, y, channel, border) * alpha(x, y));
                    let color = full * weighted / sum + case.bias * level;
                    let color = if image.sample == Sample::F32 { color } else { color.clamp(0.0, full) };
                    // Colours are divided in single precision.
                    let near = near(image.sample) + full * 1e-6 * full / sum;
                    assert!((f64::from(*got) - color).abs() <= near, "{sides:?}, {:?}: {got}, {color}", image.layout());
                }
            }
        });
    }
}

#[test]
fn pieces_meet_without_a_seam() {
    for (i, sides) in [[33, 33], [127, 127], [9, 127], [127, 11]].into_iter().enumerate() {
        let case = Case::new(sides, true, 128.0, i + 1);
        for sample in [Sample::U8, Sample::F32] {
            let image = Numbers::noise((300, 270), 3, sample, 100, 5);
            let (got, _) = image.run("convolve", &case.given(true), Ways::Fastest);
            for (i, got) in got.values.iter().enumerate().step_by(311) {
                let at = [i / 3 % 300, i / 900].map(usize::cast_signed);
                let sum = case.sum(at, |x, y| image.at(x, y, i % 3, Border::ALL[case.border]));
                let value = sum + 128.0 * f64::from(sample.level());
                let value = if sample == Sample::U8 { value.clamp(0.0, 255.0) } else { value };
                assert!((f64::from(*got) - value).abs() <= near(sample), "{sides:?}: {got}, {value} at {at:?}");
            }
        }
    }
}

#[test]
fn pieces_lie_where_they_lie() {
    for (i, sides) in [[33, 33], [127, 127], [9, 121]].into_iter().enumerate() {
        let given = Case::new(sides, true, 100.0, i).given(i == 0);
        let image = noise(290, 260, 7, false);
        let ends = |start| [start + 1, start + 7, 260].map(|end: usize| start..end.min(260));
        check_splits("convolve", &given, &image, |height| (0..height).step_by(41).flat_map(ends).collect());
        let want = run_one("convolve", &given, &image);
        for count in [2, 3, 8] {
            assert!(run(&threads(count), vec![step("convolve", &given)], &image) == want, "{count} threads");
        }
    }
}

#[test]
fn what_is_not_finite_is_seen_as_far_as_the_kernel_reaches() {
    let mut image = Numbers::noise((90, 80), 3, Sample::F32, 100, 5);
    image.values[3 * (20 * 90 + 30)] = f32::NAN;
    image.values[3 * (50 * 90 + 70) + 1] = f32::INFINITY;
    let case = Case::new([33, 35], false, 0.0, 0);
    let (got, _) = image.run("convolve", &case.given(true), Ways::Fastest);
    for (i, got) in got.values.iter().enumerate() {
        let [x, y] = [i / 3 % 90, i / 270];
        let sees =
            |channel, column: usize, row: usize| i % 3 == channel && x.abs_diff(column) <= 16 && y.abs_diff(row) <= 17;
        assert_eq!(got.is_nan(), sees(0, 30, 20) || sees(1, 70, 50), "{got} at {x}, {y}, {}", i % 3);
    }
}

#[test]
fn what_sees_nothing_is_nothing() {
    let mut image = Numbers::noise((90, 80), 4, Sample::F32, 100, 5);
    for (i, pixel) in image.values.chunks_exact_mut(4).enumerate() {
        if i % 90 > 20 {
            pixel.copy_from_slice(&[1.0, 0.5, 3.0, 0.0]);
        }
    }
    let (got, _) = image.run("convolve", &Case::new([33, 35], false, 7.0, 0).given(false), Ways::Fastest);
    for (i, pixel) in got.values.chunks_exact(4).enumerate().filter(|(i, _)| i % 90 > 36) {
        assert_eq!(pixel, [0.0; 4], "{i}");
    }
}
