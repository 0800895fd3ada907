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

use golden::Random;
use pixelpool::error::{Class, Error};
use pixelpool::filter::{Definition, Filter, Info, ResultSize};
use pixelpool::filters::REGISTRY;
use pixelpool::image::{CHANNELS, Channels, Format, Image, Layout, Rows, Sample, Size};
use pixelpool::params::{Given, Kind, Length, Number, Value, find};
use pixelpool::pipeline::{Chain, Plans, Step, Work, run_band};
use pixelpool::plan::Ways;
use pixelpool::pool::{Bands, Buffers, Host, Outcome, Pool, Ticket, run_image};
use pixelpool::scratch::Scratch;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::channel;

/// One step of a chain.
pub fn step(kind: &str, given: &Given) -> Step {
    Step { kind: kind.into(), given: given.clone() }
}

/// Sides of results, where a filter changes the size: smaller than its example, since thousands are made.
const SIDES: [f64; 2] = [1.0, 40.0];

fn is_side(info: &Info, name: &str) -> bool {
    match info.result {
        ResultSize::Parameters(width, height) | ResultSize::Fitted { width, height, .. } => {
            [width, height].contains(&name)
        }
        _ => false,
    }
}

/// The parameters that a filter cannot do without, with their example values.
pub fn required(info: &Info) -> Given {
    completed(info, bare(info)).unwrap_or_else(|| panic!("{}: its examples are allowed", info.name))
}

/// Adds examples of what may be left out by itself, but not with everything else; `None` where that does not help.
fn completed(info: &Info, mut given: Given) -> Option<Given> {
    let Some(definition) = REGISTRY.iter().find(|definition| definition.info.name == info.name) else {
        return Some(given);
    };
    while let Err(error) = definition.build(&given) {
        let missing =
            error.parameter.clone().filter(|name| error.class == Class::Type && find(&given, name).is_none())?;
        let parameter = info.parameters.iter().find(|parameter| parameter.name == missing)?;
        let example = match parameter.spec.kind {
            Kind::Numbers { example, .. } => Value::from(example.to_vec()),
            Kind::Text { example, .. } => Value::from(example),
            Kind::Number(_) if is_side(info, &missing) => Value::Number(SIDES[1] - 1.0),
            Kind::Number(number) => Value::Number(number.minimum),
            Kind::Boolean { .. } | Kind::Choice { .. } | Kind::Image => return None,
        };
        given = fit(info, with(&given, &missing, example));
    }
    Some(given)
}

/// The parameters that must always be given.
fn bare(info: &Info) -> Given {
    let given = info.parameters.iter().filter_map(|parameter| match parameter.spec.kind {
        Kind::Numbers { required: true, example, .. } => {
            Some((parameter.name.to_string(), Value::from(example.to_vec())))
        }
        Kind::Text { required: true, example, .. } => Some((parameter.name.to_string(), Value::from(example))),
        Kind::Image => Some((parameter.name.to_string(), Value::Image(Arc::new(noise(9, 7, 77, false))))),
        Kind::Number(Number { example: Some(example), .. }) => {
            let value = if is_side(info, parameter.name) { SIDES[1] - 1.0 } else { example };
            Some((parameter.name.to_string(), Value::Number(value)))
        }
        _ => None,
    });
    given.collect()
}

/// The same parameters with one of them set.
pub fn with(given: &Given, name: &str, value: Value) -> Given {
    let others = given.iter().filter(|(other, _)| other != name).cloned();
    others.chain([(name.to_string(), value)]).collect()
}

/// Parameters worth running: what must be given alone, then with each other parameter in turn at its ends (those of the
/// slider, where the allowed ones are far out), at each of its words, and switched.
pub fn variants(info: &Info) -> Vec<Given> {
    let base = required(info);
    let mut variants = vec![base.clone()];
    for parameter in info.parameters {
        let values: Vec<Value> = match parameter.spec.kind {
            Kind::Number(_) if is_side(info, parameter.name) => SIDES.map(Value::Number).to_vec(),
            Kind::Number(number) if is_side_of_table(info, parameter.name) => {
                [number.minimum, number.minimum + 1.0].map(Value::Number).to_vec()
            }
            Kind::Number(number) => ends(info, parameter.name, &number).into_iter().map(Value::Number).collect(),
            Kind::Boolean { default } => vec![Value::Boolean(!default)],
            Kind::Choice { choices, .. } => choices[1..].iter().map(|word| Value::from(*word)).collect(),
            Kind::Numbers { required: false, example, .. } => vec![Value::from(example.to_vec())],
            Kind::Text { required: false, example, .. } => vec![Value::from(example)],
            Kind::Numbers { .. } | Kind::Text { .. } | Kind::Image => Vec::new(),
        };
        variants.extend(values.into_iter().filter_map(|value| setting(info, &base, parameter.name, &value)));
    }
    variants
}

/// The same parameters with one of them set, or only this one and what it needs, where it excludes some of the others.
pub fn setting(info: &Info, given: &Given, name: &str, value: &Value) -> Option<Given> {
    let completed = |given: &Given| completed(info, fit(info, with(given, name, value.clone())));
    completed(given).or_else(|| completed(&bare(info)))
}

/// The same for images of a layout: a number that only such an image does not allow is halved until it does.
pub fn variants_for(info: &Info, layout: Layout) -> Vec<Given> {
    let mut fitting: Vec<Given> = Vec::new();
    for given in variants(info) {
        let given = fitted(info, given, layout);
        if !fitting.contains(&given) {
            fitting.push(given);
        }
    }
    fitting
}

/// Parameters as images of a layout allow them.
pub fn fitted(info: &Info, mut given: Given, layout: Layout) -> Given {
    while let Some(error) = refusal(info.name, &given, layout) {
        let name = error.parameter.as_ref().filter(|_| error.class == Class::Range);
        let value = name.and_then(|name| find(&given, name));
        let (Some(name), Some(Value::Number(value))) = (name, value) else {
            panic!("{} {given:?}, {layout:?}: {error}", info.name)
        };
        assert!(*value > 0.0, "{} {given:?}, {layout:?}: {error}", info.name);
        given = with(&given, name, Value::Number((value / 2.0).floor()));
    }
    given
}

/// What is said against a filter for images of a layout.
pub fn refusal(kind: &str, given: &Given, layout: Layout) -> Option<Error> {
    let chain = Chain::new(vec![step(kind, given)], REGISTRY).unwrap_or_else(|error| panic!("{error}"));
    chain.plan(layout).err()
}

/// The parameters that are colours: red, green, blue and alpha, in levels.
pub fn colors(info: &Info) -> impl Iterator<Item = &'static str> {
    let is = |kind| matches!(kind, Kind::Numbers { length: Length::Exactly(4), minimum: 0.0, maximum: 255.0, .. });
    info.parameters.iter().filter(move |parameter| is(parameter.spec.kind)).map(|parameter| parameter.name)
}

/// Whether the number of entries of a table follows from a parameter.
fn is_side_of_table(info: &Info, name: &str) -> bool {
    let is = |kind| matches!(kind, Kind::Numbers { length: Length::Triples(side), .. } if side == name);
    info.parameters.iter().any(|parameter| is(parameter.spec.kind))
}

/// Of a filter's parameter, the largest value that tests can afford where that is not the largest of all: its time grows with the
/// square, and it would take half of the time of all filters together.
const DEAR: [(&str, &str, f64); 1] = [("nlm", "searchRadius", 9.0)];

/// The smallest and the largest value that a test can afford.
fn ends(info: &Info, name: &str, number: &Number) -> Vec<f64> {
    let low = if number.minimum.abs() <= 1000.0 { number.minimum } else { number.soft_minimum };
    let low = if number.exclusive_minimum { low + number.step } else { low };
    let dear = DEAR.iter().find(|(filter, parameter, _)| (*filter, *parameter) == (info.name, name));
    let high = if number.maximum <= 1000.0 { number.maximum } else { number.soft_maximum };
    let high = dear.map_or(high, |(.., most)| *most);
    [low, high].into_iter().filter(|end| !number.non_zero || *end != 0.0).collect()
}

/// Repeats lists whose length depends on other parameters until they are as long as these ask.
fn fit(info: &Info, mut given: Given) -> Given {
    let number = |name: &str| match find(&given, name) {
        Some(Value::Number(value)) => *value,
        _ => match info.parameters.iter().find(|parameter| parameter.name == name).map(|p| p.spec.kind) {
            Some(Kind::Number(number)) => number.default.unwrap_or(0.0),
            _ => panic!("{name} is a number"),
        },
    };
    for parameter in info.parameters {
        let (length, example) = match parameter.spec.kind {
            Kind::Numbers { length: Length::Product(a, b), example, .. } => (number(a) * number(b), example),
            Kind::Numbers { length: Length::Triples(side), example, .. }
                if find(&given, parameter.name).and(find(&given, side)).is_some() =>
            {
                (3.0 * number(side).powi(3), example)
            }
            _ => continue,
        };
        let list = example.iter().copied().cycle().take(length as usize).collect::<Vec<_>>();
        given = with(&given, parameter.name, Value::from(list));
        break;
    }
    given
}

/// A filter of the registry, made; the test fails where it is refused.
pub fn build(kind: &str, given: &Given) -> Box<dyn Filter> {
    definition(kind).build(given).unwrap_or_else(|error| panic!("{kind} {given:?}: {error}"))
}

/// The layouts that an image has: that of any, and that of an opaque one where it is.
pub fn layouts(image: &Image) -> Vec<Layout> {
    let is_opaque = image.data().iter().skip(3).step_by(CHANNELS).all(|alpha| *alpha == 255);
    let opaque = is_opaque.then(|| image.layout().with_channels(image.layout().format().channels.opaque()));
    [image.layout()].into_iter().chain(opaque).collect()
}

/// The plans of a filter of the registry, for images of a layout.
pub fn plans(kind: &str, given: &Given, layout: Layout) -> Plans {
    let chain =
        Chain::new(vec![step(kind, given)], REGISTRY).unwrap_or_else(|error| panic!("{kind} {given:?}: {error}"));
    chain.plan(layout).unwrap_or_else(|error| panic!("{kind} {given:?}: {error}"))
}

/// Whether a filter has anything to do with the pixels of images of a layout.
pub fn works(kind: &str, given: &Given, layout: Layout) -> bool {
    !plans(kind, given, layout).of(false).passes().iter().all(|pass| matches!(pass.work, Work::Pause(_)))
}

/// Whether anything that a filter does to images of a layout is done in bands.
pub fn is_cut(kind: &str, given: &Given, layout: Layout) -> bool {
    let in_bands = |work: &Work| !matches!(work, Work::Pause(_) | Work::Whole(..));
    plans(kind, given, layout).of(false).passes().iter().any(|pass| in_bands(&pass.work))
}

/// A band of a filter begins at a multiple of so many rows.
pub fn band_step(kind: &str, given: &Given, layout: Layout) -> usize {
    let plans = plans(kind, given, layout);
    let steps = [false, true].map(|is_opaque| {
        let step = |work: &Work| if let Work::Graph(program) = work { program.band_step() } else { 1 };
        plans.of(is_opaque).passes().iter().map(|pass| step(&pass.work)).max().unwrap_or(1)
    });
    steps[0].max(steps[1])
}

/// Runs the first pass of a plan over some of the rows of an image, and compares them with those of the whole. Rows begin
/// where a band may; `splits` names them by the height.
pub fn check_splits(kind: &str, given: &Given, image: &Image, splits: impl Fn(usize) -> Vec<Range<usize>>) {
    for layout in layouts(image) {
        let plans = plans(kind, given, layout);
        let Some(pass) = plans.of(layout.is_opaque()).passes().first() else { continue };
        let Work::Graph(program) = &pass.work else { continue };
        let mut scratch = Scratch::default();
        let source = Rows::new(pass.source, 0, image.data());
        let stride = pass.result.stride();
        let mut write = |rows: Range<usize>| {
            let mut out = vec![0xa5; rows.len() * stride];
            run_band(program, &source, rows, &mut out, &[], &mut scratch);
            out
        };
        let whole = write(0..pass.result.height());
        for rows in splits(pass.result.height()) {
            let rows = rows.start - rows.start % program.band_step()..rows.end;
            let same = write(rows.clone()) == whole[rows.start * stride..rows.end * stride];
            assert!(same, "{kind} {given:?}: rows {rows:?} of {layout:?}");
        }
    }
}

/// A row of the registry.
pub fn definition(kind: &str) -> &'static Definition {
    REGISTRY.iter().find(|definition| definition.info.name == kind).expect("a filter of the registry")
}

/// A clock that a sleep puts forward instead of waiting.
fn host() -> Host {
    static SLEPT: AtomicU64 = AtomicU64::new(0);
    Host {
        now: || (Host::native().now)() + SLEPT.load(Relaxed) as f64 / 1000.0,
        sleep: |duration| {
            SLEPT.fetch_add(duration.as_micros() as u64 + 1, Relaxed);
        },
    }
}

/// A pool with no threads.
pub fn inline() -> Arc<Pool> {
    Arc::new(Pool::inline(host()))
}

/// A pool of `threads` threads.
pub fn threads(threads: usize) -> Arc<Pool> {
    Arc::new(Pool::with_threads(threads, host()))
}

/// Pools that cut every image into bands, however small it is: into single rows, and, with threads, into a few bands that
/// all of them take at once.
pub fn pools_with_small_bands() -> [Arc<Pool>; 2] {
    let rows = Bands { least_bytes: 1, per_thread: usize::MAX, per_thread_of_whole: usize::MAX, rows_per_halo_row: 0 };
    let few = Bands { per_thread: 2, per_thread_of_whole: 2, ..rows };
    let pools = [Pool::inline(host()).with_bands(rows), Pool::with_threads(3, host()).with_bands(few)];
    pools.map(Arc::new)
}

/// Runs a chain on an image and waits for it. The second buffer starts dirty, as one that has been used before.
pub fn run(pool: &Arc<Pool>, steps: Vec<Step>, image: &Image) -> Image {
    run_and_count(pool, steps, image).0
}

/// The same, and into how many bands it was cut, over all the groups of its plan.
pub fn run_and_count(pool: &Arc<Pool>, steps: Vec<Step>, image: &Image) -> (Image, usize) {
    run_and_count_in(pool, steps, image, Ways::Fastest, usize::MAX)
}

/// Runs a chain in one of two ways.
pub fn run_in(pool: &Arc<Pool>, steps: Vec<Step>, image: &Image, ways: Ways) -> Image {
    run_and_count_in(pool, steps, image, ways, usize::MAX).0
}

/// Runs a chain in tiles of at most so many columns.
pub fn run_in_tiles(steps: Vec<Step>, image: &Image, most: usize) -> Image {
    run_and_count_in(&inline(), steps, image, Ways::Fastest, most).0
}

fn run_and_count_in(
    pool: &Arc<Pool>,
    steps: Vec<Step>,
    image: &Image,
    ways: Ways,
    most_columns: usize,
) -> (Image, usize) {
    let names: Vec<_> = steps.iter().map(|step| step.kind.clone()).collect();
    let chain = Chain::new(steps, REGISTRY).unwrap_or_else(|error| panic!("{error}"));
    let plans = chain.plan_in(image.layout(), ways).unwrap_or_else(|error| panic!("{names:?}: {error}"));
    let plans = plans.in_tiles(most_columns);
    let buffers = Buffers { pixels: image.data().to_vec(), spare: vec![0xa5; image.layout().bytes()] };
    let (send, receive) = channel();
    let done = Box::new(move |outcome: Outcome<Buffers>| send.send(outcome).expect("the test waits"));
    run_image(pool, Arc::new(plans), buffers, None, Ticket { job: 0, stop: Arc::default() }, None, done);
    let Outcome { result, spans, layout, .. } = receive.recv().expect("every job ends");
    let pixels = result.unwrap_or_else(|error| panic!("{names:?}: {error}")).pixels;
    let layout = layout.expect("an image has one");
    let image = match layout.format().sample {
        Sample::U8 if layout.format().channels.count() == CHANNELS => {
            Image::new(layout.width(), layout.height(), pixels)
        }
        _ => Image::of(layout, pixels),
    };
    (image.expect("a result has the size of its plan"), spans.len())
}

/// Runs one filter without threads.
pub fn run_one(kind: &str, given: &Given, image: &Image) -> Image {
    run(&inline(), vec![step(kind, given)], image)
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
