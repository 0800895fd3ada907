//! Pictures in few colours and in dots, of all formats, against naive versions of their definitions.

use crate::cases;
use crate::numbers::{Numbers, each, number, word};
use pixelpool::error::Class;
use pixelpool::filters::REGISTRY;
use pixelpool::image::{Border, Sample};
use pixelpool::params::{Given, Value};
use std::f64::consts::PI;

const MOST: i64 = 65_535;

/// Red, green and blue of a pixel in steps; of grey three times the same.
fn steps(image: &Numbers, pixel: usize) -> [i64; 3] {
    let scale = 65_535.0 / f64::from(image.sample.full());
    [0, 1, 2].map(|channel: usize| {
        let value = image.values[pixel * image.channels + channel.min(image.colors() - 1)];
        (f64::from(value) * scale).round() as i64
    })
}

fn is_visible(image: &Numbers, pixel: usize) -> bool {
    image.channels == image.colors() || image.values[(pixel + 1) * image.channels - 1] > 0.0
}

/// Tones of each channel, or a palette: each colour in steps and in levels.
enum Targets {
    Tones(i64),
    Palette(Vec<([i64; 3], [f64; 3])>),
}

fn in_steps(level: f64) -> i64 {
    (level * MOST as f64 / 255.0 + 0.5).floor() as i64
}

impl Targets {
    fn palette(colors: &[[f64; 3]]) -> Self {
        Self::Palette(colors.iter().map(|levels| (levels.map(in_steps), *levels)).collect())
    }

    /// The nearest to a colour in sixteenths of steps, in steps, and in levels exactly.
    fn nearest(&self, color: [i64; 3]) -> ([i64; 3], [f64; 3]) {
        match self {
            Self::Tones(count) => {
                // In whole numbers: twice the value, by twice what lies between two tones.
                let tone = |value: i64| (2 * value * (count - 1) + 16 * MOST).div_euclid(32 * MOST);
                let levels = color.map(|value| 255.0 * tone(value) as f64 / (count - 1) as f64);
                (levels.map(in_steps), levels)
            }
            Self::Palette(colors) => {
                let away = |(steps, _): &&([i64; 3], [f64; 3])| -> i64 {
                    steps.iter().zip(color).map(|(step, value)| (16 * step - value).pow(2)).sum()
                };
                *colors.iter().min_by_key(away).expect("there are colours")
            }
        }
    }
}

/// What is stored of a colour in levels: of grey, luma of three.
fn stored(image: &Numbers, levels: [f64; 3]) -> Vec<f64> {
    let level = f64::from(image.sample.level());
    let whole = |value: f64| if image.sample == Sample::F32 { value } else { (value + 0.5).floor() };
    let values = levels.map(|value| whole(value * level));
    let luma = (19595.0 * values[0] + 38470.0 * values[1] + 7471.0 * values[2]) / 65536.0;
    if image.colors() == 1 { vec![whole(luma)] } else { values.to_vec() }
}

/// Compares with what each pixel becomes, in levels; `None` stays.
fn compare(image: &Numbers, got: &Numbers, what: &str, want: &[Option<[f64; 3]>]) {
    cases::note(image, false, |pixel| {
        let own = &image.values[pixel * image.channels..][..image.channels];
        let own: Vec<f64> = own.iter().map(|value| f64::from(*value)).collect();
        let [r, g, b] = want[pixel].unwrap_or([own[0], own[1], own[2]]);
        [r, g, b, own.get(3).copied().unwrap_or(255.0)]
    });
    let near = if image.sample == Sample::F32 { 1e-6 } else { 0.0 };
    for (i, want) in want.iter().enumerate() {
        let pixel = &got.values[i * got.channels..][..got.channels];
        let own = &image.values[i * got.channels..][..got.channels];
        let Some(levels) = want else {
            assert_eq!(pixel, own, "{what}: pixel {i} stays");
            continue;
        };
        let want = stored(image, *levels);
        for (got, want) in pixel.iter().zip(&want) {
            assert!((f64::from(*got) - want).abs() <= near, "{what}, {:?}: {got}, not {want}, at {i}", image.layout());
        }
        assert_eq!(pixel[want.len()..], own[want.len()..], "alpha is copied");
    }
}

/// Error diffusion by its definition: what is owed is kept for the whole image.
fn diffused(image: &Numbers, method: &str, targets: &Targets) -> Vec<Option<[f64; 3]>> {
    let (width, height) = (image.width as i64, image.height as i64);
    let mut owed = vec![[0_i64; 3]; image.width * image.height];
    let mut drawn = Vec::new();
    for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))) {
        let at = (y * width + x) as usize;
        if !is_visible(image, at) {
            drawn.push(None);
            continue;
        }
        let values = steps(image, at);
        let color = [0, 1, 2].map(|i| (16 * values[i] + owed[at][i]).clamp(0, 16 * MOST));
        let (tone, levels) = targets.nearest(color);
        drawn.push(Some(levels));
        for i in 0..3 {
            let e = color[i] - 16 * tone[i];
            let part = |share: i64, of: i64| (share * e).div_euclid(of);
            let shares = match method {
                "atkinson" => {
                    [(1, 0), (2, 0), (-1, 1), (0, 1), (1, 1), (0, 2)].map(|place| (place, part(1, 8))).to_vec()
                }
                _ => {
                    let rest = e - part(7, 16) - part(3, 16) - part(5, 16);
                    vec![((1, 0), part(7, 16)), ((-1, 1), part(3, 16)), ((0, 1), part(5, 16)), ((1, 1), rest)]
                }
            };
            for ((right, below), share) in shares {
                if (0..width).contains(&(x + right)) && y + below < height {
                    owed[((y + below) * width + x + right) as usize][i] += share;
                }
            }
        }
    }
    drawn
}

/// Bayer's matrix by its recursion.
fn bayer(rows: usize) -> Vec<Vec<i64>> {
    if rows == 1 {
        return vec![vec![0]];
    }
    let half = bayer(rows / 2);
    let more = [[0, 2], [3, 1]];
    let at = |x: usize, y: usize| 4 * half[y % (rows / 2)][x % (rows / 2)] + more[y / (rows / 2)][x / (rows / 2)];
    (0..rows).map(|y| (0..rows).map(|x| at(x, y)).collect()).collect()
}

fn ordered(image: &Numbers, rows: usize, targets: &Targets) -> Vec<Option<[f64; 3]>> {
    let (matrix, n2) = (bayer(rows), (rows * rows) as i64);
    let drawn = |at: usize| {
        let m = matrix[at / image.width % rows][at % image.width % rows];
        let color = steps(image, at);
        match targets {
            Targets::Tones(count) => color.map(|value| {
                let tone = (2 * n2 * value * (count - 1) + (2 * m + 1) * MOST).div_euclid(2 * n2 * MOST);
                255.0 * tone as f64 / (count - 1) as f64
            }),
            Targets::Palette(colors) => {
                let apart = ((colors.len() as f64).cbrt() - 1.0).max(1.0);
                let spread = (16.0 * MOST as f64 / apart).round() as i64;
                let more = (spread * (2 * m + 1 - n2)).div_euclid(2 * n2);
                targets.nearest(color.map(|value| (16 * value + more).clamp(0, 16 * MOST))).1
            }
        }
    };
    (0..image.width * image.height).map(|at| Some(drawn(at))).collect()
}

#[test]
fn dithering_is_its_definition() {
    let game = [[15.0, 56.0, 15.0], [48.0, 98.0, 48.0], [139.0, 172.0, 15.0], [155.0, 188.0, 15.0]];
    let many: Vec<[f64; 3]> = (0..256_u32).map(|i| [7 * i, 31 * i, 101 * i].map(|v| f64::from(v % 256))).collect();
    let pair = [[0.5, 10.2, 0.0], [255.0, 255.0, 250.7]];
    let all = [
        Targets::Tones(2),
        Targets::Tones(7),
        Targets::Tones(64),
        Targets::palette(&game),
        Targets::palette(&many),
        Targets::palette(&pair),
    ];
    let methods = [("floyd-steinberg", 0), ("atkinson", 0), ("bayer2", 2), ("bayer4", 4), ("bayer8", 8)];
    for (i, targets) in all.iter().enumerate() {
        // Of the longest palette, two are enough.
        for (method, rows) in
            methods.into_iter().filter(|(_, rows)| i != 4 || matches!(rows, 0 | 4)).step_by(if i == 4 { 2 } else { 1 })
        {
            let given = vec![
                word("method", method),
                match targets {
                    Targets::Tones(count) => number("levels", *count as f64),
                    Targets::Palette(colors) => {
                        let levels = colors.iter().flat_map(|(_, levels)| *levels).collect::<Vec<_>>();
                        ("palette".into(), Value::from(levels))
                    }
                },
            ];
            each(40, |image, ways| {
                let (got, _) = image.run("dither", &given, ways);
                let want = if rows == 0 { diffused(image, method, targets) } else { ordered(image, rows, targets) };
                compare(image, &got, &format!("{method} {i}"), &want);
            });
        }
    }
}

#[test]
fn palettes_have_at_most_256_colours() {
    let dither = REGISTRY.iter().find(|definition| definition.info.name == "dither").expect("it is there");
    assert!(dither.build(&vec![("palette".into(), Value::from(vec![1.0; 3 * 256]))]).is_ok());
    let error =
        dither.build(&vec![("palette".into(), Value::from(vec![1.0; 3 * 257]))]).map(|_| ()).expect_err("too many");
    assert_eq!((error.class, error.parameter.as_deref()), (Class::Range, Some("palette")), "{error}");
}

/// The square of a sum's length, by how many were added.
fn weight(pixels: &[[u64; 3]]) -> f64 {
    let sum = |channel: usize| pixels.iter().map(|pixel| pixel[channel]).sum::<u64>() as f64;
    (sum(0) * sum(0) + sum(1) * sum(1) + sum(2) * sum(2)) / pixels.len() as f64
}

/// The best cut of some pixels: axis and cell.
fn best_cut(pixels: &[[u64; 3]]) -> Option<(usize, u64)> {
    let mut best: Option<(f64, usize, u64)> = None;
    for (axis, at) in (0..3).flat_map(|axis| (1..32).map(move |at| (axis, at))) {
        let (below, above): (Vec<_>, Vec<_>) = pixels.iter().partition(|pixel| pixel[axis] / 8 < at);
        if !below.is_empty() && !above.is_empty() {
            let gain = weight(&below) + weight(&above);
            if best.is_none_or(|(most, ..)| gain > most) {
                best = Some((gain, axis, at));
            }
        }
    }
    best.map(|(_, axis, at)| (axis, at))
}

/// Colours by the definition, pixel by pixel.
fn suited(image: &Numbers, most: usize) -> Vec<[f64; 3]> {
    let full = f64::from(image.sample.full());
    let all: Vec<[u64; 3]> = (0..image.width * image.height)
        .filter(|at| is_visible(image, *at))
        .map(|at| {
            let value = |channel: usize| f64::from(image.values[at * image.channels + channel.min(image.colors() - 1)]);
            [0, 1, 2].map(|channel| (255.0 * value(channel) / full).round() as u64)
        })
        .collect();
    let mut boxes = vec![all];
    while boxes.len() < most {
        let mut widest: Option<(f64, usize)> = None;
        for (i, pixels) in boxes.iter().enumerate().filter(|(_, pixels)| best_cut(pixels).is_some()) {
            let squares: u64 = pixels.iter().flatten().map(|value| value * value).sum();
            let spread = squares as f64 - weight(pixels);
            if widest.is_none_or(|(most, _)| spread > most) {
                widest = Some((spread, i));
            }
        }
        let Some((_, i)) = widest else { break };
        let (axis, at) = best_cut(&boxes[i]).expect("it can be cut");
        let (below, above) = boxes[i].iter().partition(|pixel| pixel[axis] / 8 < at);
        boxes[i] = below;
        boxes.push(above);
    }
    let mean = |pixels: &Vec<[u64; 3]>| {
        let n = pixels.len() as u64;
        [0, 1, 2].map(|c| ((2 * pixels.iter().map(|pixel| pixel[c]).sum::<u64>() + n) / (2 * n.max(1))) as f64)
    };
    boxes.iter().map(mean).collect()
}

#[test]
fn colours_that_suit_are_their_definition() {
    for (count, dither) in [(2, "none"), (5, "floyd-steinberg"), (16, "atkinson"), (24, "none")] {
        let given: Given = vec![number("colors", count as f64), word("dither", dither)];
        each(60, |image, ways| {
            let (got, reports) = image.run("quantize", &given, ways);
            let palette = suited(image, count);
            assert_eq!(reports, [palette.len() as f64]);
            let targets = Targets::palette(&palette);
            let want = match dither {
                "none" => (0..image.width * image.height)
                    .map(|at| Some(targets.nearest(steps(image, at).map(|value| 16 * value)).1))
                    .collect(),
                _ => diffused(image, dither, &targets),
            };
            compare(image, &got, &format!("{count} {dither}"), &want);
        });
    }
}

/// The part of a cell that is nearer to its middle than `r`, by integrating a quarter of it.
fn nearer(r: f64) -> f64 {
    if r <= 0.5 {
        return PI * r * r;
    }
    let start = (r * r - 0.25).sqrt();
    let integral = |x: f64| 0.5 * (x * (r * r - x * x).max(0.0).sqrt() + r * r * (x / r).min(1.0).asin());
    4.0 * (start / 2.0 + integral(0.5) - integral(start))
}

fn dots(share: f64, x: isize, y: isize, size: f64, degrees: f64) -> f64 {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (x, y) = (x as f64 + 0.5, y as f64 + 0.5);
    let from_middle = |at: f64| at - at.floor() - 0.5;
    let r = from_middle((x * cos + y * sin) / size).hypot(from_middle((y * cos - x * sin) / size));
    let w = 2.0 / size;
    // The tone of which a smooth edge leaves `share`: at the ends a part of the edge is cut off.
    let from_black = |share: f64| if 2.0 * share < w { (2.0 * w * share).sqrt() } else { share + w / 2.0 };
    let tone = if share > 0.5 { 1.0 + w - from_black(1.0 - share) } else { from_black(share) };
    ((tone - (1.0 - nearer(r))) / w).clamp(0.0, 1.0)
}

#[test]
fn halftones_are_their_definition() {
    for (size, degrees) in [(8.0, 45.0), (2.0, 0.0), (31.5, -407.0)] {
        for mode in ["gray", "color"] {
            let given = vec![number("size", size), number("degrees", degrees), word("mode", mode)];
            each(200, |image, ways| {
                let (got, _) = image.run("halftone", &given, ways);
                let full = f64::from(image.sample.full());
                let lumas = image.lumas();
                let is_float = image.sample == Sample::F32;
                let is_gray = image.colors() == 1;
                // Of grey in three colours, each is rounded before luma of them is. What is 1 less single precision is amplified.
                let near = if is_float { 1e-6 * size.max(4.0) } else { 0.51 };
                let near = near + if is_gray && !is_float { 1.0 } else { 0.0 };
                image.check(&got, near, &format!("{given:?}"), |x, y, channel| {
                    let luma = lumas[y.cast_unsigned() * image.width + x.cast_unsigned()] / full;
                    let of = |color: usize| {
                        let share = image.at(x, y, color.min(image.colors() - 1), Border::Clamp) / full;
                        dots(share, x, y, size, degrees + [-30.0, 30.0, -45.0][color])
                    };
                    full * match (mode, is_gray) {
                        ("gray", _) => dots(luma, x, y, size, degrees),
                        (_, false) => of(channel),
                        _ => (19595.0 * of(0) + 38470.0 * of(1) + 7471.0 * of(2)) / 65536.0,
                    }
                });
            });
        }
    }
}

/// Dots cover as much as is dark, over many cells.
#[test]
fn dots_keep_the_tone() {
    for level in [0.0_f32, 20.0, 77.0, 128.0, 200.0, 255.0] {
        let image =
            Numbers { width: 128, height: 128, channels: 3, sample: Sample::U8, values: vec![level; 3 * 128 * 128] };
        let (got, _) =
            image.run("halftone", &vec![number("size", 16.0), number("degrees", 0.0)], pixelpool::plan::Ways::Fastest);
        let mean = got.values.iter().map(|value| f64::from(*value)).sum::<f64>() / got.values.len() as f64;
        assert!((mean - f64::from(level)).abs() < 2.0, "{mean} for {level}");
    }
}
