//! Images to test with, and where two of them differ.

use crate::golden::Random;
use pixelpool::filter::{Info, ResultSize};
use pixelpool::image::{CHANNELS, Channels, Format, Image, Layout, Sample, Size};

/// The layouts that an image has: that of any, and that of an opaque one where it is.
pub fn layouts(image: &Image) -> Vec<Layout> {
    let is_opaque = image.data().iter().skip(3).step_by(CHANNELS).all(|alpha| *alpha == 255);
    let opaque = is_opaque.then(|| image.layout().with_channels(image.layout().format().channels.opaque()));
    [image.layout()].into_iter().chain(opaque).collect()
}

/// Noise in all four channels; where `opaque`, the last is 255.
pub fn noise(width: usize, height: usize, seed: u32, opaque: bool) -> Image {
    let mut random = Random::new(seed);
    let mut data: Vec<u8> = (0..width * height * CHANNELS).map(|_| random.byte()).collect();
    for pixel in data.chunks_exact_mut(CHANNELS) {
        // Invisible and opaque pixels are the interesting ones: as many of each as of all between.
        pixel[3] = match (opaque, pixel[3] % 3) {
            (true, _) | (_, 0) => 255,
            (_, 1) => 0,
            _ => pixel[3],
        };
    }
    Image::new(width, height, data).expect("not empty")
}

/// Small images of every kind: opaque ones, ones with alpha, with one pixel that is not opaque, and of one row and one column.
pub fn odd_images(seed: u32, height: usize) -> Vec<Image> {
    let mut images = vec![noise(13, height, seed, true), noise(13, height, seed, false), speck(13, height, seed)];
    images.extend([(1, 1), (1, 23), (23, 1), (7, 5)].map(|(width, height)| noise(width, height, seed, false)));
    images
}

/// Noise of any format, floats from 0 to 1: every third pixel is invisible, every third one opaque, where there is alpha.
pub fn of_format(width: usize, height: usize, seed: u32, format: Format) -> Image {
    let mut random = Random::new(seed);
    let mut data = Vec::new();
    let channels = format.channels;
    for i in 0..width * height * channels.count() {
        let is_alpha = channels.stores_alpha() && i % channels.count() == channels.colors();
        let share = match (is_alpha, random.below(3)) {
            (true, 0) => 0.0,
            (true, 1) => 1.0,
            _ => f64::from(random.word() >> 16) / 65_535.0,
        };
        match format.sample {
            Sample::U8 => data.push((255.0 * share).round() as u8),
            Sample::U16 => data.extend(((65_535.0 * share).round() as u16).to_le_bytes()),
            Sample::F32 => data.extend((share as f32).to_le_bytes()),
        }
    }
    let layout = Layout::new(Size::new(width, height).expect("not empty"), format).expect("small");
    Image::of(layout, data).expect("as many bytes")
}

/// All formats of 1 to 4 channels.
pub fn formats() -> impl Iterator<Item = Format> {
    let of = |sample| (1..=4).filter_map(Channels::of_count).map(move |channels| Format { sample, channels });
    [Sample::U8, Sample::U16, Sample::F32].into_iter().flat_map(of)
}

/// The numbers of a pixel, as they are stored.
pub fn samples(image: &Image, x: usize, y: usize) -> Vec<f64> {
    let (layout, format) = (image.layout(), image.layout().format());
    let pixel = &image.data()[(y * layout.width() + x) * format.bytes()..][..format.bytes()];
    pixel.chunks_exact(format.sample.bytes()).map(|bytes| f64::from(format.sample.value(bytes))).collect()
}

/// The image, with a border around it where that is what a filter takes away.
pub fn subject(info: &Info, image: &Image) -> Image {
    if info.result != ResultSize::Trimmed {
        return image.clone();
    }
    let [width, height] = [image.layout().width(), image.layout().height()];
    let mut data = vec![0; CHANNELS * (width + 3) * (height + 2)];
    for y in 0..height {
        let row = &image.data()[CHANNELS * width * y..][..CHANNELS * width];
        data[CHANNELS * ((y + 1) * (width + 3) + 1)..][..row.len()].copy_from_slice(row);
    }
    Image::new(width + 3, height + 2, data).expect("not empty")
}

/// Opaque noise with one pixel that is not: what is opaque only in parts must not be taken for opaque.
pub fn speck(width: usize, height: usize, seed: u32) -> Image {
    let mut data = noise(width, height, seed, true).into_data();
    let pixel = Random::new(seed).below(width * height);
    data[pixel * CHANNELS + 3] = 90;
    Image::new(width, height, data).expect("not empty")
}

/// Where two images differ, in words; `None` where they do not.
pub fn difference(got: &Image, want: &Image) -> Option<String> {
    if got.layout() != want.layout() {
        return Some(format!("{:?} instead of {:?}", got.layout(), want.layout()));
    }
    let width = got.layout().width();
    let pixels = got.data().chunks_exact(CHANNELS).zip(want.data().chunks_exact(CHANNELS));
    let wrong: Vec<_> = pixels.enumerate().filter(|(_, (got, want))| got != want).collect();
    wrong.first().map(|(i, (a, b))| {
        let (x, y) = (i % width, i / width);
        let count = got.data().len() / CHANNELS;
        format!("{} of {count} pixels differ, first at {x}, {y}: {a:?} instead of {b:?}", wrong.len())
    })
}

/// Fails with a report where two images differ.
#[track_caller]
pub fn assert_same(got: &Image, want: &Image, what: impl FnOnce() -> String) {
    if let Some(difference) = difference(got, want) {
        panic!("{}: {difference}", what());
    }
}
