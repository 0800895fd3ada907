//! Images of any format as numbers, for tests that hold filters against naive versions of their definitions.

use crate::cases;
use crate::common::golden::Random;
use crate::common::inline;
use pixelpool::color::luma;
use pixelpool::filters::REGISTRY;
use pixelpool::image::{Border, Channels, Format, Layout, Sample, Size};
use pixelpool::params::{Given, Value};
use pixelpool::pipeline::{Chain, Step};
use pixelpool::plan::Ways;
use pixelpool::pool::{Buffers, Outcome, Ticket, run_image};
use std::sync::Arc;
use std::sync::mpsc::channel;

/// An image as numbers: of each pixel so many channels.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Numbers {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) channels: usize,
    pub(crate) sample: Sample,
    pub(crate) values: Vec<f32>,
}

pub(crate) const SIZES: &[(usize, usize)] =
    &[(1, 1), (1, 9), (9, 1), (2, 2), (3, 5), (4, 4), (7, 6), (17, 11), (140, 3), (5, 70)];
pub(crate) const SAMPLES: [Sample; 3] = [Sample::U8, Sample::U16, Sample::F32];

impl Numbers {
    /// Noise of `tones` different values, so that some are equal.
    pub(crate) fn noise(
        (width, height): (usize, usize),
        channels: usize,
        sample: Sample,
        tones: usize,
        seed: u32,
    ) -> Self {
        let mut random = Random::new(seed);
        let value = |random: &mut Random| {
            let share = random.below(tones) as f32 / (tones - 1) as f32;
            if sample == Sample::F32 { share } else { (share * sample.full()).round() }
        };
        let values = (0..width * height * channels).map(|_| value(&mut random)).collect();
        Self { width, height, channels, sample, values }
    }

    pub(crate) fn layout(&self) -> Layout {
        let channels = Channels::of_count(self.channels).expect("one to four");
        let size = Size::new(self.width, self.height).expect("not empty");
        Layout::new(size, Format { sample: self.sample, channels }).expect("it can be addressed")
    }

    pub(crate) fn colors(&self) -> usize {
        self.layout().format().channels.colors()
    }

    pub(crate) fn at(&self, x: isize, y: isize, channel: usize, border: Border) -> f64 {
        match (border.index(x, self.width), border.index(y, self.height)) {
            (Some(x), Some(y)) => f64::from(self.values[(y * self.width + x) * self.channels + channel]),
            _ => 0.0,
        }
    }

    /// Runs a filter, and tells what it has reported.
    pub(crate) fn run(&self, kind: &str, given: &Given, ways: Ways) -> (Self, Vec<f64>) {
        cases::begin(kind, given);
        let step = Step { kind: kind.into(), given: given.clone() };
        let chain = Chain::new(vec![step], REGISTRY).unwrap_or_else(|error| panic!("{kind} {given:?}: {error}"));
        let plans = chain.plan_in(self.layout(), ways).unwrap_or_else(|error| panic!("{kind}: {error}"));
        let bytes = self.sample.bytes();
        let mut pixels = vec![0; self.values.len() * bytes];
        pixels.chunks_exact_mut(bytes).zip(&self.values).for_each(|(to, value)| self.sample.put(*value, to));
        let (send, receive) = channel();
        let done = Box::new(move |outcome: Outcome<Buffers>| send.send(outcome).expect("the test waits"));
        let buffers = Buffers { spare: vec![0xa5; pixels.len()], pixels };
        run_image(&inline(), Arc::new(plans), buffers, None, Ticket { job: 0, stop: Arc::default() }, None, done);
        let outcome = receive.recv().expect("every job ends");
        let pixels = outcome.result.unwrap_or_else(|error| panic!("{kind} {given:?}: {error}")).pixels;
        let values = pixels.chunks_exact(bytes).map(|bytes| self.sample.value(bytes)).collect();
        (Self { values, ..self.clone() }, outcome.reports.iter().map(|report| report.value).collect())
    }

    /// Checks every colour against a definition of a pixel's channel, and that alpha is copied.
    pub(crate) fn check(&self, got: &Self, near: f64, what: &str, want: impl Fn(isize, isize, usize) -> f64) {
        cases::note(self, false, |pixel| {
            let (x, y) = ((pixel % self.width).cast_signed(), (pixel / self.width).cast_signed());
            let alpha = if self.channels == 4 { f64::from(self.values[pixel * 4 + 3]) } else { 255.0 };
            [want(x, y, 0), want(x, y, 1), want(x, y, 2), alpha]
        });
        for (i, got) in got.values.iter().enumerate() {
            let (pixel, channel) = (i / self.channels, i % self.channels);
            let (x, y) = ((pixel % self.width).cast_signed(), (pixel / self.width).cast_signed());
            let want = if channel < self.colors() { want(x, y, channel) } else { f64::from(self.values[i]) };
            let layout = self.layout();
            assert!(
                (f64::from(*got) - want).abs() <= near,
                "{what}, {layout:?}: {got}, not {want}, at {x}, {y}, {channel}"
            );
        }
    }

    /// Luma of each pixel, as whole numbers where samples are.
    pub(crate) fn lumas(&self) -> Vec<f64> {
        let of = |pixel: &[f32]| match (self.colors(), self.sample) {
            (1, _) => f64::from(pixel[0]),
            (_, Sample::U8) => f64::from(luma(pixel[0] as u8, pixel[1] as u8, pixel[2] as u8)),
            (_, sample) => {
                let [r, g, b] = [pixel[0], pixel[1], pixel[2]].map(f64::from);
                let luma = (19595.0 * r + 38470.0 * g + 7471.0 * b) / 65536.0;
                if sample == Sample::U16 { (luma + 0.5).floor() } else { luma }
            }
        };
        self.values.chunks_exact(self.channels).map(of).collect()
    }
}

pub(crate) fn number(name: &str, value: f64) -> (String, Value) {
    (name.into(), Value::Number(value))
}

pub(crate) fn word(name: &str, value: &str) -> (String, Value) {
    (name.into(), Value::from(value))
}

/// Every sample, count of channels and small size, with the two ways that there are for bytes.
pub(crate) fn each(tones: usize, mut test: impl FnMut(&Numbers, Ways)) {
    for (i, size) in SIZES.iter().enumerate() {
        for sample in SAMPLES {
            for channels in 1..=4 {
                let image = Numbers::noise(*size, channels, sample, tones, (100 * i + channels) as u32);
                test(&image, Ways::Fastest);
                if sample == Sample::U8 {
                    test(&image, Ways::Planes);
                }
            }
        }
    }
}
