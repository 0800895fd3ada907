//! What several tests need: chains as steps, runs with any number of threads, test images, a report of differences.
#![allow(unreachable_pub, reason = "it is a part of a test program")]

pub mod color;
pub mod faulty;
pub mod files;
pub mod formulas;
pub mod golden;
pub mod jpeg_encode;
pub mod json;
pub mod kernels;
pub mod oracle;
pub mod png;
pub mod stamp;

use pixelpool::error::Error;
use pixelpool::filter::{Filter, Info};
use pixelpool::filters::REGISTRY;
use pixelpool::image::{Image, Layout};
use pixelpool::params::{Given, Kind, Length};
use pixelpool::pipeline::{Plans, Step};
use pixelpool::plan::Ways;
use pixelpool::pool::Pool;
use std::ops::Range;
use std::sync::Arc;

pub use pixelpool_kit::{
    assert_same, formats, inline, noise, odd_images, of_format, pools_with_small_bands, samples, speck, step, subject,
    threads, with,
};

/// [`pixelpool_kit::required`] of the registry.
pub fn required(info: &Info) -> Given {
    pixelpool_kit::required(info, REGISTRY)
}

/// [`pixelpool_kit::variants_for`] of the registry.
pub fn variants_for(info: &Info, layout: Layout) -> Vec<Given> {
    pixelpool_kit::variants_for(info, layout, REGISTRY)
}

/// [`pixelpool_kit::fitted`] of the registry.
pub fn fitted(info: &Info, given: Given, layout: Layout) -> Given {
    pixelpool_kit::fitted(info, given, layout, REGISTRY)
}

/// [`pixelpool_kit::refusal`] of the registry.
pub fn refusal(kind: &str, given: &Given, layout: Layout) -> Option<Error> {
    pixelpool_kit::refusal(kind, given, layout, REGISTRY)
}

/// [`pixelpool_kit::build`] of the registry.
pub fn build(kind: &str, given: &Given) -> Box<dyn Filter> {
    pixelpool_kit::build(kind, given, REGISTRY)
}

/// [`pixelpool_kit::plans`] of the registry.
pub fn plans(kind: &str, given: &Given, layout: Layout) -> Plans {
    pixelpool_kit::plans(kind, given, layout, REGISTRY)
}

/// [`pixelpool_kit::is_cut`] of the registry.
pub fn is_cut(kind: &str, given: &Given, layout: Layout) -> bool {
    pixelpool_kit::is_cut(kind, given, layout, REGISTRY)
}

/// [`pixelpool_kit::check_splits`] of the registry.
pub fn check_splits(kind: &str, given: &Given, image: &Image, splits: impl Fn(usize) -> Vec<Range<usize>>) {
    pixelpool_kit::check_splits(kind, given, image, REGISTRY, splits)
}

/// [`pixelpool_kit::run`] of the registry.
pub fn run(pool: &Arc<Pool>, steps: Vec<Step>, image: &Image) -> Image {
    pixelpool_kit::run(pool, steps, image, REGISTRY)
}

/// [`pixelpool_kit::run_and_count`] of the registry.
pub fn run_and_count(pool: &Arc<Pool>, steps: Vec<Step>, image: &Image) -> (Image, usize) {
    pixelpool_kit::run_and_count(pool, steps, image, REGISTRY)
}

/// [`pixelpool_kit::run_in`] of the registry.
pub fn run_in(pool: &Arc<Pool>, steps: Vec<Step>, image: &Image, ways: Ways) -> Image {
    pixelpool_kit::run_in(pool, steps, image, ways, REGISTRY)
}

/// [`pixelpool_kit::run_in_tiles`] of the registry.
pub fn run_in_tiles(steps: Vec<Step>, image: &Image, most: usize) -> Image {
    pixelpool_kit::run_in_tiles(steps, image, most, REGISTRY)
}

/// [`pixelpool_kit::run_one`] of the registry.
pub fn run_one(kind: &str, given: &Given, image: &Image) -> Image {
    pixelpool_kit::run_one(kind, given, image, REGISTRY)
}

/// The parameters that are colours: red, green, blue and alpha, in levels.
pub fn colors(info: &Info) -> impl Iterator<Item = &'static str> {
    let is = |kind| matches!(kind, Kind::Numbers { length: Length::Exactly(4), minimum: 0.0, maximum: 255.0, .. });
    info.parameters.iter().filter(move |parameter| is(parameter.spec.kind)).map(|parameter| parameter.name)
}
