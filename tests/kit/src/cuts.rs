//! How an image is stored, and how it is cut for the threads, makes no difference to any filter.

use crate::{
    Registry, assert_same, band_step, formats, is_cut, noise, odd_images, of_format, pools_with_small_bands, run,
    run_and_count, run_in_tiles, run_one, step, variants_for,
};
use pixelpool::image::Format;

/// Every filter is the same in bands of single rows.
pub fn every_filter_is_the_same_in_bands_of_single_rows(registry: Registry) {
    let pools = pools_with_small_bands();
    for image in odd_images(5, 24) {
        for info in registry.iter().map(|definition| definition.info) {
            for given in variants_for(info, image.layout(), registry) {
                let want = run_one(info.name, &given, &image, registry);
                // A band writes at least a row, and reads at least one.
                let rows = band_step(info.name, &given, image.layout(), registry);
                let most = want.layout().height().min(image.layout().height()).div_ceil(rows);
                for (pool, wanted) in pools.iter().zip([most, most.min(6)]) {
                    let (got, bands) = run_and_count(pool, vec![step(info.name, &given)], &image, registry);
                    let what = || format!("{} {given:?}, {:?}", info.name, image.layout());
                    assert_same(&got, &want, what);
                    let least = if is_cut(info.name, &given, image.layout(), registry) { wanted } else { 0 };
                    assert!(bands >= least, "{}: {bands} bands, {least} expected", what());
                }
            }
        }
    }
}

/// Every filter is the same in narrow tiles.
pub fn every_filter_is_the_same_in_narrow_tiles(registry: Registry) {
    for image in [noise(45, 9, 7, true), noise(45, 9, 7, false), noise(61, 4, 7, false)] {
        for info in registry.iter().map(|definition| definition.info) {
            for given in variants_for(info, image.layout(), registry) {
                let want = run_one(info.name, &given, &image, registry);
                for most in [8, 13] {
                    let got = run_in_tiles(vec![step(info.name, &given)], &image, most, registry);
                    assert_same(&got, &want, || format!("{} {given:?}, tiles of {most}", info.name));
                }
            }
        }
    }
}

/// Every filter takes every format, gives the same one back, and is the same in bands of it.
pub fn every_filter_takes_every_format(registry: Registry) {
    let [_, pool] = pools_with_small_bands();
    for (turn, image) in formats().map(|format| of_format(23, 19, 5, format)).enumerate() {
        for info in registry.iter().map(|definition| definition.info) {
            for (i, given) in variants_for(info, image.layout(), registry).into_iter().enumerate() {
                let result = run_one(info.name, &given, &image, registry);
                let what = || format!("{} {given:?}, {:?}", info.name, image.layout());
                let (Format { sample, channels }, wanted) = (result.layout().format(), image.layout().format());
                assert_eq!((sample, channels.count()), (wanted.sample, wanted.channels.count()), "{}", what());
                // The first in all of them, the others in a fourth: most of the time is that of waking threads up.
                if i > 0 && !(i + turn).is_multiple_of(4) {
                    continue;
                }
                let in_bands = run(&pool, vec![step(info.name, &given)], &image, registry);
                assert!(in_bands == result, "{}: other bytes in bands", what());
            }
        }
    }
}
