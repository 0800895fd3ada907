//! Filters that look for what is alike, and local contrast, of all formats, against naive versions of their definitions in double
//! precision.

use crate::numbers::{Numbers, each, number};
use pixelpool::image::{Border, Sample};

#[test]
fn non_local_means_are_their_definition() {
    for (patch, search, h) in [(1, 2, 30.0), (2, 3, 60.0)] {
        let given = vec![number("patchRadius", patch as f64), number("searchRadius", search as f64), number("h", h)];
        each(40, |image, ways| {
            if image.width * image.height > 200 {
                return;
            }
            let level = f64::from(image.sample.level());
            let (got, _) = image.run("nlm", &given, ways);
            let at = |x: isize, y: isize, color: usize| image.at(x, y, color, Border::Reflect101);
            let square = |reach: isize| (-reach..=reach).flat_map(move |dy| (-reach..=reach).map(move |dx| (dx, dy)));
            let near = match image.sample {
                Sample::U8 => 0.51,
                Sample::U16 => 1.5,
                Sample::F32 => 2e-5,
            };
            image.check(&got, near, &format!("{given:?}"), |x, y, channel| {
                let (mut sum, mut weights) = (0.0, 0.0);
                for (dx, dy) in square(search) {
                    let squares = square(patch).flat_map(|(u, v)| (0..image.colors()).map(move |color| (u, v, color)));
                    let differences = squares
                        .map(|(u, v, color)| (at(x + u, y + v, color) - at(x + dx + u, y + dy + v, color)) / level);
                    let count = image.colors() as f64 * ((2 * patch + 1) * (2 * patch + 1)) as f64;
                    let distance = differences.map(|difference| difference * difference).sum::<f64>() / count;
                    let weight = (-distance / (h * h)).exp();
                    sum += weight * at(x + dx, y + dy, channel);
                    weights += weight;
                }
                sum / weights
            });
        });
    }
}

/// The table of a tile of lumas in whole levels.
fn table(levels: &[usize], clip_limit: f64) -> Vec<f64> {
    let area = levels.len() as f64;
    let mut counts: Vec<f64> = (0..256).map(|v| levels.iter().filter(|level| **level == v).count() as f64).collect();
    if clip_limit > 0.0 {
        let limit = (clip_limit * area / 256.0).floor().max(1.0);
        let cut: f64 = counts.iter().map(|count| (count - limit).max(0.0)).sum();
        let left = cut % 256.0;
        for (v, count) in counts.iter_mut().enumerate() {
            let step = if left > 0.0 { (256.0 / left).floor().max(1.0) } else { f64::INFINITY };
            let has_one = left > 0.0 && v as f64 % step == 0.0 && (v as f64 / step) < left;
            *count = count.min(limit) + (cut / 256.0).floor() + if has_one { 1.0 } else { 0.0 };
        }
    }
    (0..256).map(|v| (255.0 * counts[..=v].iter().sum::<f64>() / area + 0.5).floor()).collect()
}

/// The new lumas of an image, in levels, of those in levels.
fn equalized(image: &Numbers, lumas: &[f64], clip_limit: f64, tiles: [usize; 2]) -> Vec<f64> {
    let size = [image.width, image.height];
    let is_even = size[0].is_multiple_of(tiles[0]) && size[1].is_multiple_of(tiles[1]);
    let whole = [0, 1].map(|axis| size[axis] + if is_even { 0 } else { tiles[axis] - size[axis] % tiles[axis] });
    let tile = [whole[0] / tiles[0], whole[1] / tiles[1]];
    let index = |place: usize, side: usize| Border::Reflect101.index(place.cast_signed(), side).expect("mirrored");
    let tables: Vec<Vec<f64>> = (0..tiles[0] * tiles[1])
        .map(|i| {
            let (left, top) = (i % tiles[0] * tile[0], i / tiles[0] * tile[1]);
            let places = (top..top + tile[1]).flat_map(|y| (left..left + tile[0]).map(move |x| (x, y)));
            let levels = places.map(|(x, y)| lumas[index(y, size[1]) * size[0] + index(x, size[0])].round() as usize);
            table(&levels.collect::<Vec<_>>(), clip_limit)
        })
        .collect();
    let looked_up = |column: f64, row: f64, luma: f64| {
        let [column, row] = [(column, tiles[0]), (row, tiles[1])].map(|(at, count)| at.clamp(0.0, count as f64 - 1.0));
        let table = &tables[row as usize * tiles[0] + column as usize];
        let (below, share) = (luma.floor(), luma.fract());
        table[below as usize] * (1.0 - share) + table[(below as usize + 1).min(255)] * share
    };
    let places = (0..size[1]).flat_map(|y| (0..size[0]).map(move |x| (x, y)));
    places
        .map(|(x, y)| {
            let [fx, fy] = [x as f64 / tile[0] as f64 - 0.5, y as f64 / tile[1] as f64 - 0.5];
            let (sx, sy) = (fx - fx.floor(), fy - fy.floor());
            let at = |dx: f64, dy: f64| looked_up(fx.floor() + dx, fy.floor() + dy, lumas[y * size[0] + x]);
            (1.0 - sy) * ((1.0 - sx) * at(0.0, 0.0) + sx * at(1.0, 0.0))
                + sy * ((1.0 - sx) * at(0.0, 1.0) + sx * at(1.0, 1.0))
        })
        .collect()
}

#[test]
fn local_contrast_is_its_definition() {
    for (clip_limit, tiles) in [(2.0, [8, 8]), (0.0, [1, 1]), (40.0, [3, 2]), (3.5, [2, 5])] {
        let given =
            vec![number("clipLimit", clip_limit), number("tilesX", tiles[0] as f64), number("tilesY", tiles[1] as f64)];
        each(64, |image, ways| {
            let (sample, level) = (image.sample, f64::from(image.sample.level()));
            let lumas: Vec<f64> = image.lumas().iter().map(|luma| luma / level).collect();
            // A luma half between two levels is counted at either, by what single precision makes of it.
            if lumas.iter().any(|luma| (luma.fract() - 0.5).abs() < 1e-4) {
                return;
            }
            let new = equalized(image, &lumas, clip_limit, tiles);
            let (got, _) = image.run("clahe", &given, ways);
            // Tables are steep where few levels occur: what a level is off by counts 255 times.
            let near = if sample == Sample::F32 { 1e-4 } else { 0.5 + 0.004 * level };
            image.check(&got, near, &format!("{given:?}"), |x, y, channel| {
                let i = y.cast_unsigned() * image.width + x.cast_unsigned();
                let value = image.at(x, y, channel, Border::Clamp) + level * (new[i] - lumas[i]);
                value.clamp(0.0, f64::from(sample.full()))
            });
        });
    }
}
