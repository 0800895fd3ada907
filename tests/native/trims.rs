//! Borders taken away: what is left, of all formats, and what comes after it in a chain.

use crate::cases;
use crate::common::{formats, inline, of_format, pools_with_small_bands, run, run_one, samples, step, threads};
use crate::places::numbers;
use pixelpool::batch::{Completion, Data, Engine, Shape, Shared};
use pixelpool::error::{Class, Code};
use pixelpool::filters::REGISTRY;
use pixelpool::image::{Channels, Format, Image, Layout, Sample, Size};
use pixelpool::params::{Given, Value};
use pixelpool::pipeline::Step;

/// A picture on a ground that is as its first pixel, but for noise of at most so many levels.
fn framed(format: Format, [left, top, right, bottom]: [usize; 4], levels: f64) -> Image {
    let (wide, high) = (left + 9 + right, top + 6 + bottom);
    let inner = of_format(9, 6, 4, format);
    let size = format.bytes();
    let step = format.sample.bytes();
    let mut data = Vec::new();
    for (x, y) in (0..high).flat_map(|y| (0..wide).map(move |x| (x, y))) {
        let inside = (left..left + 9).contains(&x) && (top..top + 6).contains(&y);
        if inside {
            data.extend(&inner.data()[((y - top) * 9 + x - left) * size..][..size]);
            continue;
        }
        // Half of full scale, and more of it at some places.
        let more = if (x + y) % 3 == 1 { levels } else { 0.0 };
        let value = 0.5 * f64::from(format.sample.full()) + more * f64::from(format.sample.level());
        let mut pixel = vec![0; size];
        pixel.chunks_exact_mut(step).for_each(|bytes| format.sample.put(value.floor() as f32, bytes));
        if format.sample == Sample::F32 {
            pixel.chunks_exact_mut(step).for_each(|bytes| format.sample.put(value as f32, bytes));
        }
        data.extend(pixel);
    }
    let layout = Layout::new(Size::new(wide, high).expect("not empty"), format).expect("small");
    Image::of(layout, data).expect("as many bytes")
}

/// The smallest rectangle that has all pixels that are no border: column, row, end of columns, end of rows.
fn rectangle(image: &Image, by: &str, tolerance: f64) -> Option<[usize; 4]> {
    let (layout, format) = (image.layout(), image.layout().format());
    let full = f64::from(format.sample.full());
    let levels = |x: usize, y: usize| {
        let mut values: Vec<f64> = samples(image, x, y).into_iter().map(|value| 255.0 * value / full).collect();
        let alpha = if format.channels.stores_alpha() { values.pop().expect("alpha") } else { 255.0 };
        let weighted = values.iter().map(|value| value * alpha / 255.0);
        weighted.chain([alpha]).collect::<Vec<_>>()
    };
    let first = levels(0, 0);
    let is_more = |x: usize, y: usize| match by {
        "alpha" => levels(x, y).pop().expect("alpha") > tolerance + 1e-6,
        _ => levels(x, y).iter().zip(&first).any(|(value, first)| (value - first).abs() > tolerance + 1e-6),
    };
    let pixels = (0..layout.height()).flat_map(|y| (0..layout.width()).map(move |x| (x, y)));
    let more: Vec<_> = pixels.filter(|(x, y)| is_more(*x, *y)).collect();
    let ends = |of: fn(&(usize, usize)) -> usize| Some([more.iter().map(of).min()?, more.iter().map(of).max()? + 1]);
    let ([left, right], [top, bottom]) = (ends(|at| at.0)?, ends(|at| at.1)?);
    Some([left, top, right, bottom])
}

fn given(by: &str, tolerance: f64) -> Given {
    let words = [("by".to_string(), Value::from(by))];
    numbers(&[("tolerance", tolerance)]).into_iter().chain(words).collect()
}

#[test]
fn what_is_left_is_all_that_is_no_border() {
    let mut trimmed = 0;
    for format in formats() {
        for sides in [[0; 4], [3, 2, 5, 4], [0, 1, 0, 0], [7, 0, 0, 30]] {
            let image = framed(format, sides, 4.0);
            for (by, tolerance) in
                [("color", 0.0), ("color", 4.0), ("color", 10.0), ("color", 255.0), ("alpha", 0.0), ("alpha", 200.0)]
            {
                let result = run_one("trim", &given(by, tolerance), &image);
                let all = [0, 0, image.layout().width(), image.layout().height()];
                let [left, top, right, bottom] = rectangle(&image, by, tolerance).unwrap_or(all);
                let what = format!("{format:?} {sides:?} {by} {tolerance}");
                assert_eq!((result.layout().width(), result.layout().height()), (right - left, bottom - top), "{what}");
                for (x, y) in (top..bottom).flat_map(|y| (left..right).map(move |x| (x, y))) {
                    assert_eq!(samples(&result, x - left, y - top), samples(&image, x, y), "{what}: {x}, {y}");
                }
                if format == Format::RGBA8 {
                    cases::begin("trim", &given(by, tolerance));
                    let all = (top..bottom).flat_map(|y| (left..right).map(move |x| (x, y)));
                    let all = all.flat_map(|(x, y)| samples(&image, x, y));
                    cases::note_bytes((image.layout().width(), image.layout().height()), image.data(), all);
                }
                trimmed += usize::from(result.layout() != image.layout());
            }
        }
    }
    assert!(trimmed > 50, "{trimmed}");
}

/// A chain, whatever comes before and after, and however bands are cut, is its filters one after another.
#[test]
fn a_chain_goes_on_with_what_is_left() {
    let trim = || step("trim", &given("color", 10.0));
    let blur = || step("gaussianBlur", &numbers(&[("sigma", 1.5)]));
    let resize = || step("resize", &numbers(&[("width", 20.0)]));
    let flip = || step("flipH", &Given::new());
    let pad = || step("pad", &numbers(&[("left", 5.0), ("right", 0.0), ("top", 2.0), ("bottom", 3.0)]));
    let equalize = || step("equalize", &Given::new());
    let flatten = || step("flatten", &Given::new());
    let chains = [
        vec![trim(), blur()],
        vec![flip(), trim(), resize(), equalize()],
        vec![pad(), trim(), trim(), blur(), pad(), trim()],
        vec![trim(), flatten(), blur(), trim(), flip()],
    ];
    for format in formats() {
        let image = framed(format, [3, 2, 5, 4], 4.0);
        for chain in &chains {
            let one_by_one = chain.iter().fold(image.clone(), |image, step| run(&inline(), vec![step.clone()], &image));
            let pools = [inline(), threads(3)].into_iter().chain(pools_with_small_bands());
            for pool in pools {
                assert_eq!(run(&pool, chain.clone(), &image), one_by_one, "{format:?} {chain:?}");
            }
        }
    }
}

/// What an engine makes of an image; its pixels are filled in, or lie in a room that is lent.
fn through_engine(steps: Vec<Step>, image: &Image, lent: bool) -> Completion {
    let mut engine = Engine::new(Shared::new(inline(), REGISTRY, |_| {}, 1 << 20));
    engine.open(1, steps).expect("the chain is right");
    let layout = image.layout();
    if lent {
        let room = engine.lend(layout.bytes()).expect("memory");
        engine.prepare_lent(1, 1, room, layout, None).expect("a job");
    } else {
        let shape = Shape::Pixels { width: layout.width(), height: layout.height(), format: layout.format() };
        engine.prepare(1, 1, shape, None).expect("a job");
        let Some(Data::Pixels(buffers, _)) = engine.data_mut(1) else { panic!("pixels") };
        buffers.pixels.copy_from_slice(image.data());
    }
    engine.start(1);
    engine.finished().take().pop().expect("it has ended")
}

#[test]
fn an_engine_tells_the_size_and_where_it_began() {
    let image = framed(Format::RGBA8, [3, 2, 5, 4], 4.0);
    let completion = through_engine(vec![step("trim", &Given::new()), step("invert", &Given::new())], &image, false);
    let Ok(Data::Pixels(buffers, layout)) = completion.result else { panic!("pixels") };
    assert_eq!((layout.width(), layout.height(), buffers.pixels.len()), (9, 6, 4 * 9 * 6));
    let reports: Vec<_> = completion.reports.iter().map(|report| (report.filter, report.name, report.value)).collect();
    assert_eq!(reports, [("trim", "x", 3.0), ("trim", "y", 2.0)]);
    // A room that is lent is all zeros: there is nothing but border.
    let completion = through_engine(vec![step("trim", &Given::new())], &image, true);
    let Ok(Data::Pixels(_, layout)) = completion.result else { panic!("pixels") };
    assert_eq!(layout, image.layout());
}

#[test]
fn what_comes_after_may_be_refused_when_the_size_is_known() {
    let image = framed(Format::RGBA8, [30, 2, 50, 4], 4.0);
    let crop = step("crop", &numbers(&[("width", 20.0), ("height", 2.0)]));
    let error = through_engine(vec![step("trim", &Given::new()), crop], &image, false).result.expect_err("too wide");
    assert_eq!((error.class, error.code, error.got), (Class::Range, Code::InvalidParameter, Some(20.0)), "{error}");
    assert_eq!((error.filter.as_deref(), error.parameter.as_deref()), (Some("crop"), Some("width")), "{error}");
    // A result that is too large.
    let layout = Layout::rgba8(1, 60_000).expect("it fits");
    let mut data = vec![9; layout.bytes()];
    data[4 * 100..4 * 50_000].fill(200);
    let image = Image::of(layout, data).expect("as many bytes");
    let resize = step("resize", &numbers(&[("width", 60_000.0)]));
    let steps = vec![step("trim", &Given::new()), resize];
    let error = through_engine(steps, &image, false).result.expect_err("too large");
    assert_eq!((error.code, error.parameter.as_deref()), (Code::TooLarge, Some("width")), "{error}");
}

/// Grey and alpha of one pixel, and images that are all border.
#[test]
fn an_image_that_is_nothing_but_border_stays() {
    for format in [Format::RGBA8, Format { sample: Sample::U16, channels: Channels::GrayAlpha }] {
        for (width, height) in [(1, 1), (7, 1), (1, 5), (6, 4)] {
            let layout = Layout::new(Size::new(width, height).expect("not empty"), format).expect("small");
            let image = Image::of(layout, vec![0; layout.bytes()]).expect("as many bytes");
            for by in ["color", "alpha"] {
                assert_eq!(run_one("trim", &given(by, 0.0), &image), image);
            }
        }
    }
}
