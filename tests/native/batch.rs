//! Jobs: each is told once, a panic costs one image, a cancelled batch costs no other, lists are numbers.

use crate::common::faulty::{self, UNLUCKY, outcome, start};
use crate::common::{inline, stamp::Stamp};
use pixelpool::batch::{Completion, Data, Engine, Shape, Shared};
use pixelpool::error::{Class, Code};
use pixelpool::filter::Definition;
use pixelpool::filters::REGISTRY;
use pixelpool::image::{Channels, Format, Layout, Sample};
use pixelpool::params::Value;
use pixelpool::pipeline::{Override, Step};
use pixelpool::pool::{Host, Pool};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

fn engines(registry: &'static [Definition]) -> Vec<Engine> {
    let pools = [Pool::inline(Host::native())];
    let threaded = [1, 2, 8].map(|threads| Pool::with_threads(threads, Host::native()));
    let engine = |pool: Pool| Engine::new(Shared::new(Arc::new(pool), registry, |_| (), 1 << 20));
    pools.into_iter().chain(threaded).map(engine).collect()
}

fn steps(kind: &str) -> Vec<Step> {
    vec![Step { kind: kind.into(), given: Vec::new() }]
}

/// Waits until so many jobs have ended.
fn wait(engine: &Engine, count: usize) -> Vec<Completion> {
    let mut ended = Vec::new();
    while ended.len() < count {
        ended.extend(engine.finished().take());
        std::thread::sleep(Duration::from_millis(1));
    }
    std::thread::sleep(Duration::from_millis(5));
    ended.extend(engine.finished().take());
    ended
}

#[test]
fn a_panic_costs_its_own_image_and_nothing_else() {
    for mut engine in engines(faulty::REGISTRY) {
        engine.open(1, steps("faulty")).expect("a known filter");
        for round in 0..2 {
            for job in 0..200_u32 {
                start(&mut engine, round * 1000 + job, 1, (job % 20) as u8);
            }
            let ended = wait(&engine, 200);
            assert_eq!(ended.len(), 200, "each job is told once");
            let by_job: BTreeMap<_, _> = ended.iter().map(|completion| (completion.job, completion)).collect();
            for job in 0..200_u32 {
                let value = (job % 20) as u8;
                let want = if value == UNLUCKY { Err("filter-panicked") } else { Ok(value + 1) };
                assert_eq!(outcome(by_job[&(round * 1000 + job)]), want, "job {job}");
            }
            let unlucky = by_job[&(round * 1000 + u32::from(UNLUCKY))].result.as_ref().expect_err("it panicked");
            assert_eq!(unlucky.filter.as_deref(), Some("faulty"));
            assert!(unlucky.message.contains("thirteen at table"), "{}", unlucky.message);
            for completion in ended {
                completion.result.into_iter().for_each(|data| engine.release(data));
            }
        }
    }
}

#[test]
fn a_closed_batch_ends_its_jobs_and_no_others() {
    for threads in [1, 2, 4] {
        let pool = Arc::new(Pool::with_threads(threads, Host::native()));
        let mut engine = Engine::new(Shared::new(pool, faulty::REGISTRY, |_| (), 1 << 20));
        engine.open(1, steps("slow")).expect("a known filter");
        engine.open(2, steps("slow")).expect("a known filter");
        for job in 0..100 {
            start(&mut engine, job, 1 + job % 2, 0);
        }
        engine.close(1);
        let ended = wait(&engine, 100);
        assert_eq!(ended.len(), 100);
        let stopped = ended.iter().filter(|completion| outcome(completion) == Err("cancelled")).count();
        assert!(ended.iter().all(|completion| completion.job % 2 == 0 || outcome(completion) == Ok(0)));
        assert!(stopped >= 50 - 2 * threads, "{stopped} of 50 jobs were stopped by {threads} threads");
        start(&mut engine, 1000, 1, 0);
        assert_eq!(outcome(&wait(&engine, 1)[0]), Err("cancelled"), "a closed batch takes no more");
    }
}

#[test]
fn lists_are_numbers_in_double_precision_and_only_for_filters_that_know_them() {
    for mut engine in engines(REGISTRY) {
        engine.open(1, steps("multiply")).expect("a known filter");
        engine.prepare(7, 1, Shape::Numbers(3), Some(Override::Intensity(3.0))).expect("three numbers fit");
        let Some(Data::Numbers(numbers)) = engine.data_mut(7) else { panic!("it was prepared as numbers") };
        numbers.copy_from_slice(&[0.1, -20.0, 1e300]);
        engine.start(7);
        match &wait(&engine, 1)[0].result {
            Ok(Data::Numbers(numbers)) => assert_eq!(numbers, &[0.1 * 3.0, -60.0, 3e300]),
            other => panic!("{other:?}"),
        }
        engine.open(2, steps("sobel")).expect("a known filter");
        let error = engine.prepare(8, 2, Shape::Numbers(3), None).expect_err("sobel needs an image");
        assert_eq!((error.code, error.filter.as_deref()), (Code::Unsupported, Some("sobel")));
    }
}

#[test]
fn mistakes_are_told_before_a_pixel_is_touched() {
    let mut engine = Engine::new(Shared::new(inline(), REGISTRY, |_| (), 1 << 20));
    let unknown = engine.open(1, steps("sharpenn")).expect_err("no such filter");
    assert_eq!((unknown.code, unknown.class), (Code::UnknownFilter, Class::Type));
    assert!(unknown.message.contains("sharpenn") && unknown.message.contains("gaussianBlur"), "{}", unknown.message);
    engine.open(1, steps("sobel")).expect("a known filter");
    let pixels = |width, height| Shape::Pixels { width, height, format: Format::RGBA8 };
    assert_eq!(engine.prepare(1, 1, pixels(0, 4), None).unwrap_err().code, Code::InvalidImage);
    let size = 1 << 20;
    assert_eq!(engine.prepare(1, 1, pixels(size, size), None).unwrap_err().code, Code::TooLarge);

    engine.open(2, steps("gaussianBlur")).expect("a known filter");
    let error = engine.prepare(2, 2, pixels(2, 2), Some(Override::Intensity(f64::NAN))).expect_err("not a sigma");
    assert_eq!((error.code, error.class), (Code::InvalidParameter, Class::Range));
    assert_eq!((error.filter.as_deref(), error.parameter.as_deref()), (Some("gaussianBlur"), Some("sigma")));

    let rectangle = ["width", "height"].map(|name| (name.to_string(), Value::Number(3.0)));
    engine.open(4, vec![Step { kind: "crop".into(), given: rectangle.to_vec() }]).expect("known parameters");
    let error = engine.prepare(4, 4, pixels(2, 9), None).expect_err("it reaches out of the picture");
    assert_eq!((error.code, error.class), (Code::InvalidParameter, Class::Range));
    assert_eq!((error.filter.as_deref(), error.parameter.as_deref()), (Some("crop"), Some("width")));
    assert!(engine.data_mut(4).is_none(), "there is no room for its pixels");
}

#[test]
fn a_result_that_is_too_large_names_the_parameter_that_makes_it_so() {
    type Numbers = &'static [(&'static str, f64)];
    let numbers = |given: Numbers| -> Vec<_> {
        given.iter().map(|(name, value)| (name.to_string(), Value::Number(*value))).collect()
    };
    let cases: [(&str, Numbers, Numbers, &str); 5] = [
        ("resize", &[("width", 65_535.0)], &[], "width"),
        ("resize", &[("width", 20_000.0), ("height", 30_000.0)], &[], "height"),
        ("resize", &[("width", 20_000.0), ("height", 2.0)], &[("height", 30_000.0)], "height"),
        ("resize", &[("width", 2.0), ("height", 2.0)], &[("width", 65_535.0), ("height", 60_000.0)], "width"),
        ("rotate", &[("degrees", 45.0)], &[], "degrees"),
    ];
    let mut engine = Engine::new(Shared::new(inline(), REGISTRY, |_| (), 1 << 20));
    for (job, (kind, given, changed, parameter)) in (0..).zip(cases) {
        engine.open(job, vec![Step { kind: kind.into(), given: numbers(given) }]).expect("known parameters");
        // As large as it may be, where it is turned; what is refused takes no memory.
        let side = if kind == "rotate" { 1 << 14 } else { 2 };
        let shape = Shape::Pixels { width: side, height: side, format: Format::RGBA8 };
        let change = (!changed.is_empty()).then(|| Override::Parameters(numbers(changed)));
        let error = engine.prepare(job, job, shape, change).expect_err("the result does not fit");
        assert_eq!((error.code, error.class), (Code::TooLarge, Class::Runtime));
        assert_eq!((error.filter.as_deref(), error.parameter.as_deref()), (Some(kind), Some(parameter)));
        assert!(engine.data_mut(job).is_none(), "there is no room for its pixels");
    }
}

#[test]
fn an_intensity_is_the_first_filters_that_has_one_and_an_object_any_of_its_parameters() {
    let mut engine = Engine::new(Shared::new(inline(), REGISTRY, |_| (), 1 << 20));
    let chain = ["lut1d", "brightness", "multiply"].map(|kind| {
        let identity = Value::from((0..256).map(f64::from).collect::<Vec<_>>());
        let tables = ["r", "g", "b"].map(|name| (name.to_string(), identity.clone()));
        Step { kind: kind.into(), given: if kind == "lut1d" { tables.to_vec() } else { Vec::new() } }
    });
    engine.open(1, chain.to_vec()).expect("known filters");
    let parameters = vec![("amount".to_string(), Value::Number(4.0))];
    for (job, change) in [(1, Override::Intensity(4.0)), (2, Override::Parameters(parameters))] {
        engine
            .prepare(job, 1, Shape::Pixels { width: 1, height: 1, format: Format::RGBA8 }, Some(change))
            .expect("one pixel fits");
        let Some(Data::Pixels(buffers, _)) = engine.data_mut(job) else { panic!("it was prepared as pixels") };
        buffers.pixels.copy_from_slice(&[10, 20, 100, 50]);
        engine.start(job);
        match engine.finished().take().remove(0).result {
            Ok(Data::Pixels(buffers, _)) => assert_eq!(buffers.pixels, [40, 80, 255, 50]),
            other => panic!("{other:?}"),
        }
    }
    engine.open(2, steps("lut1d")).expect_err("its tables are required");
}

#[test]
fn every_image_gets_its_own_intensity_whatever_the_last_one_had() {
    for mut engine in engines(REGISTRY) {
        engine.open(1, steps("brightness")).expect("a known filter");
        let three = || Override::Parameters(vec![("amount".to_string(), Value::Number(3.0))]);
        let changes =
            [Some(Override::Intensity(2.0)), Some(three()), None, Some(three()), Some(Override::Intensity(2.0))];
        for round in 0..2 {
            for (job, change) in (round * 10..).zip(&changes) {
                engine
                    .prepare(job, 1, Shape::Pixels { width: 2, height: 1, format: Format::RGBA8 }, change.clone())
                    .expect("two pixels fit");
                let Some(Data::Pixels(buffers, _)) = engine.data_mut(job) else { panic!("it was prepared as pixels") };
                buffers.pixels.fill(10);
                engine.start(job);
            }
            let mut ended = wait(&engine, changes.len());
            ended.sort_by_key(|completion| completion.job);
            assert_eq!(ended.iter().map(outcome).collect::<Vec<_>>(), [Ok(20), Ok(30), Ok(10), Ok(30), Ok(20)]);
        }
    }
}

#[test]
fn an_image_has_the_format_that_it_is_said_to_have() {
    let mut engine = Engine::new(Shared::new(inline(), REGISTRY, |_| (), 1 << 20));
    engine.open(1, steps("invert")).expect("a known filter");
    let cases: [(Sample, usize, &[u8], &[u8]); 3] = [
        (Sample::U8, 3, &[0, 1, 255], &[255, 254, 0]),
        (Sample::U16, 1, &[1, 0], &[254, 255]),
        (Sample::F32, 2, &[0, 0, 128, 62, 0, 0, 0, 63], &[0, 0, 64, 63, 0, 0, 0, 63]),
    ];
    for (sample, channels, bytes, want) in cases {
        let format = Format::of_count(sample, channels).expect("one to four channels");
        engine.prepare(1, 1, Shape::Pixels { width: 1, height: 1, format }, None).expect("one pixel fits");
        let Some(Data::Pixels(buffers, _)) = engine.data_mut(1) else { panic!("it was prepared as pixels") };
        buffers.pixels.copy_from_slice(bytes);
        engine.start(1);
        match engine.finished().take().remove(0).result {
            Ok(Data::Pixels(buffers, layout)) => {
                assert_eq!((layout.format().sample, layout.format().channels.count()), (sample, channels));
                assert_eq!(buffers.pixels, want, "{format:?}");
            }
            other => panic!("{other:?}"),
        }
    }
    for channels in [0, 5] {
        let error = Format::of_count(Sample::U8, channels).expect_err("one to four channels");
        assert_eq!((error.code, error.class), (Code::InvalidImage, Class::Range));
    }
    let format = Format { sample: Sample::F32, channels: Channels::Gray };
    let side = 1 << 14;
    assert_eq!(side * side * format.bytes(), Layout::MAX_BYTES);
    let too_large = engine.prepare(1, 1, Shape::Pixels { width: side, height: side + 1, format }, None).unwrap_err();
    assert_eq!(too_large.code, Code::TooLarge);
}

#[test]
fn a_job_that_is_discarded_gives_its_room_to_the_next_one_and_is_never_told() {
    let mut engine = Engine::new(Shared::new(inline(), REGISTRY, |_| (), 1 << 20));
    engine.open(1, steps("invert")).expect("a known filter");
    let shape = || Shape::Pixels { width: 8, height: 2, format: Format::RGBA8 };
    let address_of = |engine: &mut Engine, job| {
        engine.prepare(job, 1, shape(), None).expect("it fits");
        let Some(Data::Pixels(buffers, _)) = engine.data_mut(job) else { panic!("it was prepared as pixels") };
        buffers.pixels.as_ptr()
    };
    let first = address_of(&mut engine, 1);
    engine.discard(1);
    assert_eq!(address_of(&mut engine, 2), first);
    engine.start(1);
    assert!(engine.finished().take().is_empty(), "the first is forgotten");
    engine.start(2);
    let ended = engine.finished().take();
    assert_eq!(ended.iter().map(|ended| ended.job).collect::<Vec<_>>(), [2]);
    // Of a job that was never prepared there is nothing to forget.
    engine.discard(3);
}

static STAMP: &[Definition] = &[Definition::of::<Stamp>()];

#[test]
fn an_image_may_be_a_parameter_and_what_filters_find_out_is_told() {
    for mut engine in engines(STAMP) {
        let format = Format { sample: Sample::U16, channels: Channels::Gray };
        engine.prepare_image(5, 1, 1, format).expect("one pixel fits");
        engine.image_mut(5).expect("it was prepared").copy_from_slice(&[20, 1]);
        let image = engine.image(5).expect("it was prepared");
        let given = vec![("image".to_string(), Value::Image(image))];
        engine.open(1, vec![Step { kind: "stamp".into(), given }]).expect("it has its image");
        assert_eq!(engine.image_mut(5), None, "a batch has it");
        // The batch keeps it.
        engine.release_image(5);
        assert_eq!(engine.image(5), None);
        start(&mut engine, 1, 1, 7);
        let ended = wait(&engine, 1);
        assert_eq!(outcome(&ended[0]), Ok(27));
        let reports: Vec<_> = ended[0].reports.iter().map(|found| (found.filter, found.name, found.value)).collect();
        assert_eq!(reports, [("stamp", "pixels", 6.0)]);
    }
}

#[test]
fn an_image_that_is_a_parameter_is_checked_before_there_is_memory_for_it() {
    let mut engine = Engine::new(Shared::new(inline(), STAMP, |_| (), 1 << 20));
    assert_eq!(engine.prepare_image(1, 0, 4, Format::RGBA8).unwrap_err().code, Code::InvalidImage);
    assert_eq!(engine.prepare_image(1, 1 << 20, 1 << 20, Format::RGBA8).unwrap_err().code, Code::TooLarge);
    assert_eq!(engine.image(1), None);
    for given in [Vec::new(), vec![("image".to_string(), Value::Other("an object"))]] {
        let error = engine.open(1, vec![Step { kind: "stamp".into(), given }]).expect_err("its image is missing");
        assert_eq!((error.code, error.class), (Code::InvalidParameter, Class::Type));
        assert_eq!((error.filter.as_deref(), error.parameter.as_deref()), (Some("stamp"), Some("image")));
    }
}
