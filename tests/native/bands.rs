//! How the rows of an image are cut into bands makes no difference to chains either, however small the bands are: they give what
//! their filters give one after another. Of single filters: `contract.rs`.

use crate::common::golden::Random;
use crate::common::{
    assert_same, fitted, inline, is_cut, noise, odd_images, of_format, plans, pools_with_small_bands, required, run,
    run_and_count, run_in_tiles, run_one, step, variants_for,
};
use pixelpool::filter::Info;
use pixelpool::filters::REGISTRY;
use pixelpool::image::{CHANNELS, Channels, Format, Image, Sample};
use pixelpool::params::{Given, Value};
use pixelpool::pipeline::Chain;
use pixelpool::pool::Pool;
use std::sync::Arc;

/// So high that the halos of several neighbourhoods are a small part of it: they run in one group, strip by strip.
const HIGH: usize = 150;

#[test]
fn pairs_of_filters_are_the_same_in_narrow_tiles() {
    let (image, filters) = (noise(50, HIGH, 6, false), at_work());
    for (first, second) in pairs(&filters) {
        let steps = || vec![step(first.0, &first.1), step(second.0, &second.1)];
        let want = run(&inline(), steps(), &image);
        assert_same(&run_in_tiles(steps(), &image, 16), &want, || format!("{first:?}, {second:?}"));
    }
}

#[test]
fn a_transparent_pixel_is_found_in_whichever_band_it_lies() {
    let pools = pools_with_small_bands();
    let layout = noise(5, 40, 8, true).layout();
    let fitting = |info: &Info| fitted(info, required(info), layout);
    let gains = |info: &&Info| plans(info.name, &fitting(info), layout).ask_opaque();
    let infos: Vec<_> = REGISTRY.iter().map(|definition| definition.info).filter(gains).collect();
    assert!(!infos.is_empty());
    for y in 0..layout.height() {
        let mut data = noise(5, 40, 8, true).into_data();
        data[y * layout.stride() + y % layout.width() * CHANNELS + 3] = 254;
        let image = Image::new(5, 40, data).expect("not empty");
        for info in &infos {
            let given = fitting(info);
            let want = run_one(info.name, &given, &image);
            for pool in &pools {
                let (got, _) = run_and_count(pool, vec![step(info.name, &given)], &image);
                assert_same(&got, &want, || format!("{}, a transparent pixel in row {y}", info.name));
            }
        }
    }
}

/// Checks that a chain gives what its filters give one after another, and that it is cut into bands.
fn check(pools: &[Arc<Pool>], chain: &[(&str, Given)], image: &Image) {
    let want = chain.iter().fold(image.clone(), |image, (kind, given)| run_one(kind, given, &image));
    let steps: Vec<_> = chain.iter().map(|(kind, given)| step(kind, given)).collect();
    let what = || format!("{chain:?}, {:?}", image.layout());
    for pool in pools {
        let (got, bands) = run_and_count(pool, steps.clone(), image);
        assert_same(&got, &want, what);
        let works = chain.iter().any(|(kind, given)| is_cut(kind, given, image.layout()));
        assert!(
            bands > 1 || !works || want.layout().height().min(image.layout().height()) == 1,
            "{}: {bands} bands",
            what()
        );
    }
}

/// Each filter with the first of its parameters that change something: the defaults of many change nothing. One only waits.
fn at_work() -> Vec<(&'static str, Given)> {
    let image = noise(11, 13, 4, false);
    let infos = REGISTRY.iter().map(|definition| definition.info);
    let changing = infos.map(|info| {
        let changes = |given: &Given| run_one(info.name, given, &image) != image;
        let mut variants = variants_for(info, image.layout());
        let at = variants.iter().position(changes).unwrap_or(0);
        (info.name, variants.swap_remove(at))
    });
    changing.collect()
}

/// Each filter with some four others, before them and behind them: all pairs take minutes, and more with every filter.
fn pairs<T>(filters: &[T]) -> impl Iterator<Item = (&T, &T)> {
    let apart = filters.len().div_ceil(4);
    let others = move |i: usize| filters.iter().enumerate().filter(move |(j, _)| (i + j).is_multiple_of(apart));
    filters.iter().enumerate().flat_map(move |(i, first)| others(i).map(move |(_, second)| (first, second)))
}

#[test]
fn a_chain_of_two_filters_gives_what_they_give_one_after_another() {
    let pools = pools_with_small_bands();
    let images = [noise(11, HIGH, 6, true), noise(11, HIGH, 6, false)];
    for (i, (first, second)) in pairs(&at_work()).enumerate() {
        check(&pools, &[first.clone(), second.clone()], &images[i % 2]);
    }
}

#[test]
fn a_chain_of_any_parameters_gives_what_its_filters_give_one_after_another() {
    let pools = pools_with_small_bands();
    let mut random = Random::new(9);
    for seed in 0..60 {
        let images = odd_images(seed, HIGH);
        let image = &images[random.below(images.len())];
        let mut layout = image.layout();
        let chain: Vec<_> = (0..3 + seed % 3)
            .map(|_| {
                let info = REGISTRY[random.below(REGISTRY.len())].info;
                let mut variants = variants_for(info, layout);
                let given = variants.swap_remove(random.below(variants.len()));
                layout = plans(info.name, &given, layout).result();
                (info.name, given)
            })
            .collect();
        check(&pools, &chain, image);
    }
}

#[test]
fn wide_medians_of_photos_fit_their_tiles() {
    for (width, radius) in [(758, 10.0), (3000, 12.0), (4032, 16.0)] {
        let image = noise(width, 3, 9, false);
        let given = vec![("radius".to_string(), Value::Number(radius))];
        assert_same(
            &run_in_tiles(vec![step("median", &given)], &image, 64),
            &run_one("median", &given, &image),
            || format!("{width} columns, radius {radius}"),
        );
    }
}

#[test]
fn means_of_floats_of_any_scale_do_not_depend_on_tiles() {
    let format = Format { sample: Sample::F32, channels: Channels::Rgba };
    let image = of_format(90, 40, 5, format);
    let data = image.data().as_chunks().0.iter().flat_map(|value| (255.0 * f32::from_le_bytes(*value)).to_le_bytes());
    let image = Image::of(image.layout(), data.collect()).expect("as many bytes");
    let given = vec![("radius".to_string(), Value::Number(120.0))];
    let want = run_one("boxBlur", &given, &image);
    assert_same(&run_in_tiles(vec![step("boxBlur", &given)], &image, 8), &want, || "tiles of 8".into());
}

#[test]
fn a_long_chain_is_not_one_long_graph() {
    let image = of_format(9, 9, 5, Format { sample: Sample::U16, channels: Channels::Gray });
    let gamma = |gamma: f64| step("gamma", &vec![("gamma".into(), Value::Number(gamma))]);
    let steps = || (0..200).map(|i| gamma(if i % 2 == 0 { 1.25 } else { 0.8 })).collect();
    let layout = run(&inline(), steps(), &image).layout();
    assert_eq!(layout, image.layout());
    let chain = Chain::new(steps(), REGISTRY).expect("a chain");
    assert!(chain.plan(image.layout()).expect("a plan").of(false).passes().len() > 3);
}

#[test]
fn wide_medians_go_with_what_comes_after_them() {
    let number = |name: &str, value: f64| vec![(name.to_string(), Value::Number(value))];
    let photo = |width, height| noise(width, height, 9, false);
    let pools = pools_with_small_bands();
    check(&pools, &[("median", number("radius", 5.0)), ("boxBlur", number("radius", 2.0))], &photo(640, 300));
    check(&pools, &[("boxBlur", number("radius", 2.0)), ("median", number("radius", 5.0))], &photo(640, 300));
    check(&pools, &[("median", number("radius", 5.0)), ("resize", number("width", 100.0))], &photo(1200, 300));
    check(&pools, &[("median", number("radius", 10.0)), ("sobel", Vec::new())], &photo(758, 400));
    check(&pools, &[("median", number("radius", 10.0)), ("median", number("radius", 11.0))], &photo(758, 400));
}

/// A thread of a pool in wasm has 1 MiB, and behind it lies what belongs to others.
#[test]
fn a_long_chain_takes_no_more_of_a_stack_than_a_short_one() {
    let run_long = || {
        let image = noise(9, 7, 5, false);
        for kind in ["otsu", "quantize", "rotate180", "dither"] {
            run(&inline(), vec![step(kind, &Given::default()); 1000], &image);
        }
    };
    let thread = std::thread::Builder::new().stack_size(1 << 19).spawn(run_long).expect("a thread can be had");
    thread.join().expect("it has ended well");
}
