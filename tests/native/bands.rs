//! How the rows of an image are cut into bands makes no difference, however small the bands are: for every filter, and for
//! chains, which give what their filters give one after another.

use crate::common::golden::Random;
use crate::common::{
    assert_same, band_step, noise, plans, pools_with_small_bands, required, run_and_count, run_one, speck, step,
    variants, works,
};
use pixelpool::filter::Info;
use pixelpool::filters::REGISTRY;
use pixelpool::image::{CHANNELS, Image};
use pixelpool::params::Given;

/// So high that the halos of several neighbourhoods are a small part of it: they run in one group, strip by strip.
const HIGH: usize = 150;

fn images(seed: u32) -> Vec<Image> {
    let mut images = vec![noise(13, HIGH, seed, true), noise(13, HIGH, seed, false), speck(13, HIGH, seed)];
    images.extend([(1, 1), (1, 23), (23, 1), (7, 5)].map(|(width, height)| noise(width, height, seed, false)));
    images
}

#[test]
fn every_filter_is_the_same_in_bands_of_single_rows() {
    let pools = pools_with_small_bands();
    for image in images(5) {
        for info in REGISTRY.iter().map(|definition| definition.info) {
            for given in variants(info) {
                let want = run_one(info.name, &given, &image);
                // A band writes at least a row, and reads at least one.
                let rows = band_step(info.name, &given, image.layout());
                let most = want.layout().height().min(image.layout().height()).div_ceil(rows);
                for (pool, wanted) in pools.iter().zip([most, most.min(6)]) {
                    let (got, bands) = run_and_count(pool, vec![step(info.name, &given)], &image);
                    let what = || format!("{} {given:?}, {:?}", info.name, image.layout());
                    assert_same(&got, &want, what);
                    let least = if works(info.name, &given, image.layout()) { wanted } else { 0 };
                    assert!(bands >= least, "{}: {bands} bands, {least} expected", what());
                }
            }
        }
    }
}

#[test]
fn a_transparent_pixel_is_found_in_whichever_band_it_lies() {
    let pools = pools_with_small_bands();
    let layout = noise(5, 40, 8, true).layout();
    let gains = |info: &&Info| plans(info.name, &required(info), layout).ask_opaque();
    let infos: Vec<_> = REGISTRY.iter().map(|definition| definition.info).filter(gains).collect();
    assert!(!infos.is_empty());
    for y in 0..layout.height() {
        let mut data = noise(5, 40, 8, true).into_data();
        data[y * layout.stride() + y % layout.width() * CHANNELS + 3] = 254;
        let image = Image::new(5, 40, data).expect("not empty");
        for info in &infos {
            let given = required(info);
            let want = run_one(info.name, &given, &image);
            for pool in &pools {
                let (got, _) = run_and_count(pool, vec![step(info.name, &given)], &image);
                assert_same(&got, &want, || format!("{}, a transparent pixel in row {y}", info.name));
            }
        }
    }
}

/// Checks that a chain gives what its filters give one after another, and that it is cut into bands.
fn check(chain: &[(&str, Given)], image: &Image) {
    let want = chain.iter().fold(image.clone(), |image, (kind, given)| run_one(kind, given, &image));
    let steps: Vec<_> = chain.iter().map(|(kind, given)| step(kind, given)).collect();
    let what = || format!("{chain:?}, {:?}", image.layout());
    for pool in &pools_with_small_bands() {
        let (got, bands) = run_and_count(pool, steps.clone(), image);
        assert_same(&got, &want, what);
        let works = chain.iter().any(|(kind, given)| works(kind, given, image.layout()));
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
        (info.name, variants(info).into_iter().find(changes).unwrap_or_else(|| required(info)))
    });
    changing.collect()
}

#[test]
fn a_chain_of_any_two_filters_gives_what_they_give_one_after_another() {
    let images = [noise(11, HIGH, 6, true), noise(11, HIGH, 6, false)];
    let filters = at_work();
    for first in &filters {
        for second in &filters {
            images.iter().for_each(|image| check(&[first.clone(), second.clone()], image));
        }
    }
}

#[test]
fn a_chain_of_any_parameters_gives_what_its_filters_give_one_after_another() {
    let mut random = Random::new(9);
    for seed in 0..60 {
        let images = images(seed);
        let image = &images[random.below(images.len())];
        let chain: Vec<_> = (0..3 + seed % 3)
            .map(|_| {
                let info = REGISTRY[random.below(REGISTRY.len())].info;
                let mut variants = variants(info);
                (info.name, variants.swap_remove(random.below(variants.len())))
            })
            .collect();
        check(&chain, image);
    }
}
