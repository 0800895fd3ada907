//! Kernels against plain versions of their definitions, for every small size: natively by `tests/kernels.rs`, and with the
//! vectors of WebAssembly by `tests/web.rs`.
#![allow(unreachable_pub, reason = "it is a part of two test crates")]

use super::golden::Random;
use pixelpool::color::{luma, to_byte_f32};
use pixelpool::filters::REGISTRY;
use pixelpool::image::{Border, CHANNELS, Channels, Layout, Rows};
use pixelpool::kernels::bilateral::Bilateral;
use pixelpool::kernels::matrix::{self, Matrix};
use pixelpool::kernels::sharpen::Rule;
use pixelpool::kernels::table::Tables;
use pixelpool::kernels::{self, gradient, gradient::Magnitude};
use pixelpool::params::{Choice, Given, Value};
use pixelpool::pipeline::{Chain, Step, Work, run_band};
use pixelpool::plan::Ways;
use pixelpool::scratch::Scratch;
use pixelpool::stage::BytePoint;

type Pixel = [u8; CHANNELS];

/// What images are made of: any bytes, opaque ones, few different ones, and mostly nothing.
const KINDS: [fn(&mut Random) -> Pixel; 4] = [
    |random| std::array::from_fn(|_| random.byte()),
    |random| [random.byte(), random.byte(), random.byte(), 255],
    |random| [16 * (random.byte() / 86), 255 * (random.byte() / 128), 100 + random.byte() / 128, 255],
    |random| if random.byte() < 250 { [0; CHANNELS] } else { [255, random.byte(), 1, random.byte() / 64] },
];

fn number(name: &str, value: f64) -> (String, Value) {
    (name.into(), Value::Number(value))
}

/// The parameters of a filter of squares.
fn given(radius: usize, border: Border) -> Given {
    let place = Border::ALL.iter().position(|other| *other == border).expect("a border");
    vec![number("radius", radius as f64), ("border".into(), Value::from(Border::NAMES[place]))]
}

/// What a filter makes of an image of this layout, in two bands: the second begins with what the first has left in the buffers.
fn run(kind: &str, given: &Given, layout: Layout, image: &[u8]) -> Vec<u8> {
    run_in(Ways::Fastest, kind, given, layout, image)
}

fn run_in(ways: Ways, kind: &str, given: &Given, layout: Layout, image: &[u8]) -> Vec<u8> {
    let step = Step { kind: kind.into(), given: given.clone() };
    let chain = Chain::new(vec![step], REGISTRY).unwrap_or_else(|error| panic!("{error}"));
    let plans = chain.plan_in(layout, ways).unwrap_or_else(|error| panic!("{error}"));
    let [pass] = plans.of(layout.is_opaque()).passes() else {
        return image.to_vec();
    };
    let Work::Graph(program) = &pass.work else { panic!("{kind} reads its neighbours") };
    let (stride, height) = (pass.result.stride(), pass.result.height());
    let half = height / 2 / program.band_step() * program.band_step();
    let mut out = vec![7; pass.result.bytes()];
    let (first, second) = out.split_at_mut(half * stride);
    let (source, mut scratch) = (Rows::new(layout, 0, image), Scratch::default());
    run_band(program, &source, 0..half, first, &[], &mut scratch);
    run_band(program, &source, half..height, second, &[], &mut scratch);
    out
}

/// How often a window around `at` sees each of `length` places, and how often the transparent outside.
fn seen(at: usize, radius: usize, border: Border, length: usize) -> (Vec<u64>, u64) {
    let (mut places, mut outside) = (vec![0; length], 0);
    for i in at.cast_signed() - radius.cast_signed()..=at.cast_signed() + radius.cast_signed() {
        match border.index(i, length) {
            Some(place) => places[place] += 1,
            None => outside += 1,
        }
    }
    (places, outside)
}

/// Checks a kernel against what `pixel` makes of a pixel, the bytes that its square sees, each with how often, and the
/// number of pixels of the square.
fn check(
    kind: &str,
    (width, height): (usize, usize),
    radius: usize,
    pixel: impl Fn(Pixel, &[(Pixel, u64)], u64) -> Pixel,
) {
    let layout = Layout::rgba8(width, height).expect("not empty");
    for &border in Border::ALL {
        for (look, bytes) in KINDS.iter().enumerate() {
            let mut random = Random::new((width * 1000 + height * 10 + look) as u32);
            let image: Vec<Pixel> = (0..width * height).map(|_| bytes(&mut random)).collect();
            let columns: Vec<_> = (0..width).map(|x| seen(x, radius, border, width).0).collect();
            let mut want = Vec::new();
            for y in 0..height {
                let rows = seen(y, radius, border, height).0;
                for (x, columns) in columns.iter().enumerate() {
                    let times = rows.iter().flat_map(|row| columns.iter().map(move |column| row * column));
                    let seen: Vec<_> = image.iter().copied().zip(times).filter(|(_, times)| *times > 0).collect();
                    want.push(pixel(image[y * width + x], &seen, (2 * radius as u64 + 1).pow(2)));
                }
            }
            let is_opaque = image.iter().all(|pixel| pixel[3] == 255);
            let opaque = is_opaque.then(|| layout.with_channels(Channels::RgbOpaque));
            for layout in [layout].into_iter().chain(opaque) {
                let out = run(kind, &given(radius, border), layout, image.as_flattened());
                assert_eq!(out.as_chunks().0, want, "{kind}, {layout:?}, radius {radius}, {border:?}, look {look}");
            }
        }
    }
}

/// Every size up to two vectors and a bit, and some that are higher.
fn sizes() -> impl Iterator<Item = (usize, usize)> {
    (1..=19).flat_map(|width| [1, 2, 3, 4, 5, 8, 13].map(|height| (width, height)))
}

pub fn medians_are_their_definition() {
    let median = |pixel: Pixel, seen: &[(Pixel, u64)], count: u64| {
        let middle = |channel: usize| {
            // What is not seen is transparent black.
            let mut below = count - seen.iter().map(|(_, times)| times).sum::<u64>();
            let mut counts = [0; 256];
            seen.iter().for_each(|(pixel, times)| counts[usize::from(pixel[channel])] += times);
            let reached = |times: &u64| {
                below += times;
                below > count / 2
            };
            counts.iter().position(reached).expect("half of all is reached") as u8
        };
        [middle(0), middle(1), middle(2), pixel[3]]
    };
    for size in sizes() {
        for radius in 1..=4 {
            check("median", size, radius, median);
        }
        check("median", size, 5, median);
        check("median", size, 7, median);
    }
    // The widest window, and images wider than a tile.
    check("median", (23, 9), 50, median);
    check("median", (409, 3), 4, median);
    check("median", (310, 2), 50, median);
}

pub fn means_are_their_definition() {
    let mean = |_: Pixel, seen: &[(Pixel, u64)], count: u64| {
        let sum = |term: fn(Pixel) -> u64| seen.iter().map(|(pixel, times)| term(*pixel) * times).sum::<u64>();
        let colors = [
            sum(|[r, _, _, a]| u64::from(r) * u64::from(a)),
            sum(|[_, g, _, a]| u64::from(g) * u64::from(a)),
            sum(|[_, _, b, a]| u64::from(b) * u64::from(a)),
        ];
        let all = sum(|[.., a]| a.into());
        let alpha = (2 * all + count) / (2 * count);
        if alpha == 0 {
            return [0; CHANNELS];
        }
        let [r, g, b] = colors.map(|sum| ((2 * sum + all) / (2 * all)) as u8);
        [r, g, b, alpha as u8]
    };
    for size in sizes() {
        check("boxBlur", size, 1, mean);
        check("boxBlur", size, 4, mean);
    }
    // The last radius of each way to sum, and the first of the next.
    for radius in [63, 64, 90, 91, 500] {
        check("boxBlur", (17, 6), radius, mean);
        check("boxBlur", (2, 70), radius, mean);
    }
}

pub fn lumas_and_gradients_are_their_definition() {
    let mut random = Random::new(5);
    for width in 1..70 {
        let source: Vec<Pixel> = (0..width).map(|_| KINDS[width % 3](&mut random)).collect();
        let mut lumas = vec![0; width];
        kernels::luma::write(&source, &mut lumas);
        let want: Vec<u8> = source.iter().map(|[r, g, b, _]| luma(*r, *g, *b)).collect();
        assert_eq!(lumas, want, "{width} pixels");

        let lines: [Vec<u8>; 3] =
            std::array::from_fn(|_| (0..width + gradient::SPARE).map(|_| random.byte()).collect());
        let at = |line: usize, x: usize| i32::from(lines[line][x]);
        for magnitude in [
            Magnitude::Length,
            Magnitude::Sum { x: true, y: true },
            Magnitude::Sum { x: true, y: false },
            Magnitude::Sum { x: false, y: true },
        ] {
            for scale in [0.0, 0.17, 1.0, 3.0, f32::INFINITY] {
                let mut out = vec![[7; CHANNELS]; width];
                gradient::write(lines.each_ref().map(Vec::as_slice), magnitude, scale, &source, &mut out);
                for (x, (got, source)) in out.iter().zip(&source).enumerate() {
                    let column = |x: usize| at(0, x) + 2 * at(1, x) + at(2, x);
                    let row = |line: usize| at(line, x) + 2 * at(line, x + 1) + at(line, x + 2);
                    let (gx, gy) = (column(x + 2) - column(x), row(2) - row(0));
                    let size = match magnitude {
                        Magnitude::Length => ((gx * gx + gy * gy) as f32).sqrt(),
                        Magnitude::Sum { x: true, y: true } => (gx.abs() + gy.abs()) as f32,
                        Magnitude::Sum { x: true, .. } => gx.abs() as f32,
                        Magnitude::Sum { .. } => gy.abs() as f32,
                    };
                    let grey = to_byte_f32(scale * size);
                    assert_eq!(*got, [grey, grey, grey, source[3]], "{width} pixels, {magnitude:?} × {scale}, at {x}");
                }
            }
        }
    }
}

/// What becomes of a pixel does not depend on those beside it: vectors take several at a time.
pub fn matrices_and_sharpening_are_their_definition() {
    let mut random = Random::new(7);
    let factors: Matrix = std::array::from_fn(|_| std::array::from_fn(|_| f64::from(random.byte()) / 100.0 - 1.0));
    let of_color = matrix::of_color([[0.3, 0.6, 0.2], [-0.5, 1.7, 0.1], [0.0, 0.2, 2.5]]);
    let rule = Rule { amount: 1.3, threshold: 40.0 };
    for count in 0..23 {
        let source: Vec<Pixel> = (0..count).map(|_| KINDS[0](&mut random)).collect();
        for matrix in [&factors, &of_color] {
            let (mut together, mut alone) = (source.clone(), source.clone());
            let (point, _) = matrix::point(matrix);
            point.apply(together.as_flattened_mut());
            alone.iter_mut().for_each(|pixel| point.apply(pixel));
            assert_eq!(together, alone, "{count} pixels times {matrix:?}");
            for (pixel, got) in source.iter().zip(&together) {
                for (row, got) in matrix.iter().zip(got) {
                    let sum: f64 = row.iter().zip(pixel).map(|(factor, value)| factor * f64::from(*value)).sum();
                    let off = (sum + 255.0 * row[4]).clamp(0.0, 255.0) - f64::from(*got);
                    assert!(off.abs() < 0.51, "{pixel:?} times {row:?} is {got}, {off} off");
                }
            }
        }
        let opaque: Vec<Pixel> = source.iter().map(|[r, g, b, _]| [*r, *g, *b, 255]).collect();
        let blurred: Vec<_> = source
            .iter()
            .map(|[a, r, g, b]| [*r, *g, *b].map(|value| f32::from(value) + f32::from(*a) / 256.0))
            .map(|[r, g, b]| [r, g, b, 255.0])
            .collect();
        let mut sharpened = vec![[7; CHANNELS]; count];
        rule.write_opaque(&opaque, &blurred, &mut sharpened);
        for ((pixel, blurred), got) in opaque.iter().zip(&blurred).zip(&sharpened) {
            let want: Pixel = std::array::from_fn(|lane| {
                let difference = f32::from(pixel[lane]) - blurred[lane];
                let added = if difference.abs() > rule.threshold { rule.amount * difference } else { 0.0 };
                to_byte_f32(f32::from(pixel[lane]) + added)
            });
            assert_eq!(*got, want, "{pixel:?}, blurred to {blurred:?}");
        }
    }
}

/// What becomes of a byte does not depend on those beside it: vectors take several at a time.
pub fn tables_are_their_definition() {
    let mut random = Random::new(11);
    let tables = [
        Tables::straight((0.7, 12.3), (0.9, 3.0)),
        Tables::straight((-1.3, 300.0), (1.0, 0.0)),
        Tables::straight((3.0, -255.0), (0.2, 100.0)),
        Tables::of_color(|value| value * value / 255.0),
    ];
    for count in 0..23 {
        let source: Vec<Pixel> = (0..count).map(|_| KINDS[0](&mut random)).collect();
        for tables in &tables {
            let entries = tables.tables().expect("tables are tables");
            let mut got = source.clone();
            tables.apply(got.as_flattened_mut());
            let want = source.iter().map(|pixel| std::array::from_fn(|i| entries[i][usize::from(pixel[i])]));
            assert_eq!(got, want.collect::<Vec<Pixel>>(), "{count} pixels");
        }
    }
}

/// Rows of every length up to a few vectors.
pub fn bilateral_is_its_definition() {
    let mut random = Random::new(13);
    for count in 1..23 {
        for (radius, of_bytes) in [(1, true), (2, false), (2, true), (5, false), (5, true)] {
            let rows = 2 * radius + 1;
            let lines: Vec<[Vec<f32>; 3]> = (0..rows)
                .map(|_| std::array::from_fn(|_| (0..count + 2 * radius).map(|_| f32::from(random.byte())).collect()))
                .collect();
            let slices: Vec<_> = lines.iter().map(|line| line.each_ref().map(Vec::as_slice)).collect();
            let [mut r, mut g, mut b] = [(); 3].map(|()| vec![-1.0; count]);
            let new = if of_bytes { Bilateral::of_bytes } else { Bilateral::new };
            let means = new(radius, 2.0, 90.0);
            means.write(&slices, [&mut r, &mut g, &mut b]);
            for x in 0..count {
                let at = |row: usize, column: usize| [0, 1, 2].map(|plane: usize| f64::from(lines[row][plane][column]));
                let (mut sums, mut weights) = ([0.0; 3], 0.0);
                for (row, column) in (0..rows).flat_map(|row| (0..rows).map(move |column| (row, column))) {
                    let away = row.abs_diff(radius).pow(2) + column.abs_diff(radius).pow(2);
                    if away > radius * radius {
                        continue;
                    }
                    let (values, centre) = (at(row, x + column), at(radius, x + radius));
                    let off: f64 = values.iter().zip(centre).map(|(a, b)| (a - b).abs()).sum();
                    let weight = (-(away as f64) / 8.0 - off * off / (2.0 * 90.0 * 90.0)).exp();
                    weights += weight;
                    sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += weight * value);
                }
                for (got, sum) in [r[x], g[x], b[x]].into_iter().zip(sums) {
                    let off = f64::from(got) - sum / weights;
                    assert!(off.abs() < 2e-3, "{count} pixels, radius {radius}, at {x}: {off} off");
                }
            }
        }
    }
}

/// The weights of Pillow's `resize` with a triangle as its kernel: for each output, those of all inputs.
fn triangles(from: usize, to: usize) -> Vec<Vec<f64>> {
    let scale = from as f64 / to as f64;
    let weights = |output: usize| {
        let centre = (output as f64 + 0.5) * scale;
        let weight = |input: usize| (1.0 - ((input as f64 + 0.5 - centre) / scale.max(1.0)).abs()).max(0.0);
        let weights: Vec<f64> = (0..from).map(weight).collect();
        let sum: f64 = weights.iter().sum();
        weights.iter().map(|weight| weight / sum).collect()
    };
    if from == to {
        return (0..to).map(|i| (0..from).map(|input| f64::from(u8::from(input == i))).collect()).collect();
    }
    (0..to).map(weights).collect()
}

/// Opaque images, every width of the source and of the result up to two vectors and a bit.
pub fn resampling_is_its_definition() {
    for width in 1..=19 {
        for (height, [to_width, to_height]) in [(3, [width, 5]), (4, [20 - width, 2]), (2, [width + 7, 2])] {
            let [from, to] = [[width, height], [to_width, to_height]]
                .map(|[width, height]| Layout::rgba8(width, height).expect("not empty"));
            let mut random = Random::new((100 * width + to_width) as u32);
            let image: Vec<Pixel> = (0..width * height).map(|_| KINDS[1](&mut random)).collect();
            let sides = [("width", to_width), ("height", to_height)].map(|(name, side)| number(name, side as f64));
            let bilinear = ("filter".to_string(), Value::from("bilinear"));
            let given = sides.into_iter().chain([bilinear]).collect();
            let opaque = from.with_channels(from.format().channels.opaque());
            let out = run("resize", &given, opaque, image.as_flattened());
            assert_eq!(out.len(), to.bytes());
            let (columns, rows) = (triangles(width, to_width), triangles(height, to_height));
            for (i, got) in out.as_chunks::<CHANNELS>().0.iter().enumerate() {
                let (columns, rows) = (&columns[i % to_width], &rows[i / to_width]);
                let sum = |channel: usize| {
                    let value = |(at, pixel): (usize, &Pixel)| {
                        columns[at % width] * rows[at / width] * f64::from(pixel[channel])
                    };
                    image.iter().enumerate().map(value).sum::<f64>()
                };
                for (channel, byte) in got.iter().enumerate() {
                    let off = sum(channel) - f64::from(*byte);
                    assert!(off.abs() < 0.52, "{from:?} to {to:?}, value {i}: {off} off");
                }
            }
        }
    }
}

/// In single precision the channels of a pixel side by side give what planes give, to the last bit.
pub fn resampling_side_by_side_is_that_of_planes() {
    for width in 1..=19 {
        for (look, bytes) in KINDS.iter().enumerate() {
            let mut random = Random::new((100 * width + look) as u32);
            let layout = Layout::rgba8(width, 5).expect("not empty");
            let image: Vec<Pixel> = (0..5 * width).map(|_| bytes(&mut random)).collect();
            let is_opaque = image.iter().all(|pixel| pixel[3] == 255);
            let opaque = is_opaque.then(|| layout.with_channels(Channels::RgbOpaque));
            for layout in [layout].into_iter().chain(opaque) {
                for space in ["srgb", "linear"] {
                    if layout.is_opaque() && space == "srgb" {
                        continue;
                    }
                    for [to_width, to_height] in [[20 - width, 7], [width + 8, 2]] {
                        let sides = [("width", to_width), ("height", to_height)];
                        let sides = sides.map(|(name, side)| number(name, side as f64));
                        let given = sides.into_iter().chain([("space".into(), Value::from(space))]).collect();
                        let [got, want] = [Ways::Fastest, Ways::Planes]
                            .map(|ways| run_in(ways, "resize", &given, layout, image.as_flattened()));
                        assert_eq!(got, want, "{layout:?} to {to_width} × {to_height}, {space}, look {look}");
                    }
                }
            }
        }
    }
}
