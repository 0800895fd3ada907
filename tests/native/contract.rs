//! What every filter promises, from the registry: no filter is named here.

use crate::common::{
    assert_same, check_splits, inline, layouts, noise, plans, required, run, run_one, setting, speck, step, subject,
    threads, variants_for, with, works,
};
use pixelpool::batch::{Engine, Shape, Shared};
use pixelpool::error::{Class, Code};
use pixelpool::filter::{Definition, Info, ResultSize};
use pixelpool::filters::REGISTRY;
use pixelpool::image::{Format, Layout, Sample, Size};
use pixelpool::params::{Given, Kind, Length, Number, Parameter, Value};
use pixelpool::pipeline::Chain;
use std::collections::HashSet;

/// One pixel, one column, one row, odd sides, and a row longer than a tile of any kernel.
const SIZES: &[(usize, usize)] = &[(1, 1), (1, 23), (23, 1), (7, 5), (65, 63), (301, 3)];

/// Every filter with every set of parameters worth running on images of a layout.
fn each(layout: Layout, mut test: impl FnMut(&'static Info, &Given)) {
    for Definition { info, .. } in REGISTRY {
        variants_for(info, layout).iter().for_each(|given| test(info, given));
    }
}

#[test]
fn names_are_unique_and_documented() {
    let mut names = HashSet::new();
    for Definition { info, .. } in REGISTRY {
        assert!(names.insert(info.name), "{} is there twice", info.name);
        assert!(!info.doc.trim().is_empty() && !info.title.is_empty(), "{}", info.name);
        let mut parameters = HashSet::new();
        for parameter in info.parameters {
            assert!(parameters.insert(parameter.name), "{}: {} is there twice", info.name, parameter.name);
            assert!(!parameter.doc.trim().is_empty(), "{}: {}", info.name, parameter.name);
        }
        let is_number =
            |name: &str| info.parameters.iter().any(|p| p.name == name && matches!(p.spec.kind, Kind::Number(_)));
        assert!(info.intensity.is_none_or(is_number), "{}: the intensity is one of its numbers", info.name);
        let named = match info.result {
            ResultSize::Parameters(width, height) | ResultSize::Fitted { width, height, .. } => vec![width, height],
            ResultSize::Padded { left, right, top, bottom } => vec![left, right, top, bottom],
            ResultSize::SwappedFrom(name, _) | ResultSize::Turned(name, _) => vec![name],
            ResultSize::Same | ResultSize::Trimmed | ResultSize::Swapped => Vec::new(),
        };
        assert!(named.into_iter().all(is_number), "{}: sizes are numbers", info.name);
    }
}

#[test]
fn defaults_and_examples_are_allowed() {
    for definition in REGISTRY {
        let mut given = required(definition.info);
        for parameter in definition.info.parameters {
            let value = match parameter.spec.kind {
                Kind::Number(number) => number.default.or(number.example).map(Value::Number),
                Kind::Boolean { default } => Some(Value::Boolean(default)),
                Kind::Choice { default, .. } => Some(Value::from(default)),
                Kind::Numbers { example, .. } => Some(Value::from(example.to_vec())),
                Kind::Text { example, .. } => Some(Value::from(example)),
                Kind::Image => None,
            };
            let Some(value) = value else { continue };
            given = setting(definition.info, &given, parameter.name, &value)
                .unwrap_or_else(|| panic!("{}: {} {value:?}", definition.info.name, parameter.name));
        }
    }
}

#[test]
fn bytes_do_not_depend_on_threads() {
    for (seed, &(width, height)) in (1..).zip(SIZES) {
        for opaque in [true, false] {
            let image = noise(width, height, seed, opaque);
            let mut wanted = Vec::new();
            each(image.layout(), |info, given| {
                wanted.push((info.name, given.clone(), run_one(info.name, given, &image)))
            });
            // Side by side: most of the time is that of waking threads up. Of each size and each count, one image is enough.
            std::thread::scope(|scope| {
                for count in if opaque { [1, 3] } else { [2, 8] } {
                    let (image, wanted) = (&image, &wanted);
                    scope.spawn(move || {
                        let pool = threads(count);
                        for (name, given, want) in wanted {
                            let got = run(&pool, vec![step(name, given)], image);
                            assert_same(&got, want, || {
                                format!("{name} {given:?}, {width} × {height}, {count} threads")
                            });
                        }
                    });
                }
            });
        }
    }
}

#[test]
fn bytes_do_not_depend_on_how_rows_are_split() {
    let images =
        [noise(5, 7, 3, false), noise(9, 6, 3, true), speck(6, 14, 3), noise(131, 3, 3, false), noise(1, 9, 3, false)];
    for image in &images {
        // Short bands, odd and even in turn, and all the rest: bands of every length take too long.
        let splits = |height: usize| {
            let ends = |start: usize| {
                let [short, long] = if (start / 2).is_multiple_of(2) { [1, 6] } else { [2, 3] };
                [start + short, start + long, height].map(|end| start..end.min(height))
            };
            (0..height).flat_map(ends).collect()
        };
        each(image.layout(), |info, given| check_splits(info.name, given, image, splits));
    }
}

#[test]
fn opaque_images_stay_opaque_where_stages_say_so() {
    let image = noise(33, 31, 11, true);
    each(image.layout(), |info, given| {
        let [_, opaque] = layouts(&image)[..] else { panic!("the image is opaque") };
        if plans(info.name, given, opaque).result().is_opaque() {
            let result = run_one(info.name, given, &image);
            assert_eq!(layouts(&result).len(), 2, "{} {given:?}: the result is opaque too", info.name);
        }
    });
}

/// The page sets this much aside for each thread, see `memoryLimit`.
const KEPT_BYTES: usize = 4 << 20;

#[test]
fn what_a_thread_keeps_is_bounded_by_the_plan() {
    let blurs = || (0..6).map(|i| step("gaussianBlur", &vec![("sigma".into(), Value::Number(2.0 + f64::from(i)))]));
    let formats = [Sample::U8, Sample::U16, Sample::F32].map(|sample| [1, 2, 3, 4].map(|channels| (sample, channels)));
    for (sample, channels) in formats.into_iter().flatten() {
        let format = Format::of_count(sample, channels).expect("up to four channels");
        let layout = Size::new(4000, 3000).and_then(|size| Layout::new(size, format)).expect("it fits");
        let six = Chain::new(blurs().collect(), REGISTRY).and_then(|chain| chain.plan(layout)).expect("a plan");
        assert!(six.scratch_bytes() <= KEPT_BYTES, "six blurs keep {} bytes", six.scratch_bytes());
        let mut most = (0, String::new());
        each(layout, |info, given| {
            let bytes = plans(info.name, given, layout).scratch_bytes();
            most = if bytes > most.0 { (bytes, format!("{} {given:?}", info.name)) } else { most.clone() };
        });
        assert!(most.0 <= KEPT_BYTES, "{format:?}: {most:?}");
    }
}

#[test]
fn every_filter_changes_noise_with_some_parameters() {
    let image = noise(33, 31, 12, false);
    for Definition { info, .. } in REGISTRY {
        let image = subject(info, &image);
        let only_waits = |given| !works(info.name, given, image.layout());
        let variants = variants_for(info, image.layout());
        let changes = variants.iter().any(|given| run_one(info.name, given, &image) != image);
        assert!(changes || variants.iter().all(only_waits), "{}", info.name);
    }
}

#[test]
fn empty_images_are_refused() {
    for definition in REGISTRY {
        let mut engine = Engine::new(Shared::new(inline(), REGISTRY, |_| {}, 1 << 20));
        let given = required(definition.info);
        engine.open(1, vec![step(definition.info.name, &given)]).expect("its examples are allowed");
        for (width, height) in [(0, 0), (0, 3), (3, 0)] {
            let error = engine
                .prepare(1, 1, Shape::Pixels { width, height, format: Format::RGBA8 }, None)
                .expect_err("it is empty");
            assert_eq!((error.code, error.class), (Code::InvalidImage, Class::Range), "{width} × {height}");
        }
    }
    assert!(Size::new(0, 1).is_err());
}

/// Builds and expects an error that names the filter and the parameter.
#[track_caller]
fn refuse(definition: &Definition, parameter: &str, class: Class, given: &Given) {
    let kind = definition.info.name;
    let error = definition.build(given).map(|_| ()).expect_err(&format!("{kind} takes {given:?}"));
    assert_eq!((error.code, error.class), (Code::InvalidParameter, class), "{kind} {given:?}: {error}");
    assert_eq!((error.filter.as_deref(), error.parameter.as_deref()), (Some(kind), Some(parameter)), "{error}");
    assert!(error.message.contains(kind) && error.message.contains(parameter), "{error}");
}

#[test]
fn unknown_and_missing_parameters_are_type_errors() {
    for definition in REGISTRY {
        let given = required(definition.info);
        refuse(definition, "nonsense", Class::Type, &with(&given, "nonsense", Value::Number(1.0)));
        for (name, _) in &given {
            let without: Given = given.iter().filter(|(other, _)| other != name).cloned().collect();
            refuse(definition, name, Class::Type, &without);
        }
    }
}

#[test]
fn values_of_a_wrong_type_are_type_errors() {
    let values = [
        Value::Number(1.0),
        Value::Boolean(true),
        Value::from("nonsense"),
        Value::from(vec![1.0]),
        Value::Other("null"),
    ];
    for definition in REGISTRY {
        for parameter in definition.info.parameters {
            let right = match parameter.spec.kind {
                Kind::Number(_) => 0,
                Kind::Boolean { .. } => 1,
                // No word of a choice is "nonsense".
                Kind::Choice { .. } => usize::MAX,
                Kind::Numbers { .. } => 3,
                Kind::Text { .. } => 2,
                Kind::Image => usize::MAX,
            };
            for (_, value) in values.iter().enumerate().filter(|(i, _)| *i != right) {
                let given = with(&required(definition.info), parameter.name, value.clone());
                refuse(definition, parameter.name, Class::Type, &given);
            }
        }
    }
}

#[test]
fn numbers_that_are_not_allowed_are_range_errors() {
    for definition in REGISTRY {
        for parameter in definition.info.parameters {
            let mut right = required(definition.info);
            if let Kind::Numbers { example, .. } = parameter.spec.kind {
                // Beside a list, others may be wanted, or not allowed.
                let example = Value::from(example.to_vec());
                right = setting(definition.info, &right, parameter.name, &example).expect("examples are allowed");
            }
            for value in not_allowed(parameter) {
                let given = with(&right, parameter.name, value);
                refuse(definition, parameter.name, Class::Range, &given);
            }
        }
    }
}

/// Values just outside what a parameter allows.
fn not_allowed(parameter: &Parameter) -> Vec<Value> {
    match parameter.spec.kind {
        Kind::Number(number) => outside(&number).into_iter().map(Value::Number).collect(),
        Kind::Numbers { length, minimum, maximum, integer, example, .. } => {
            let number = Number { minimum, maximum, integer, ..any_number() };
            let with_last = |value: f64| {
                let mut list = example.to_vec();
                *list.last_mut().expect("examples are not empty") = value;
                list
            };
            let mut lists: Vec<_> = outside(&number).into_iter().map(with_last).collect();
            lists.push(example[1..].to_vec());
            if matches!(length, Length::Exactly(_)) {
                lists.push(Vec::new());
            }
            lists.into_iter().map(Value::from).collect()
        }
        Kind::Boolean { .. } | Kind::Choice { .. } | Kind::Text { .. } | Kind::Image => Vec::new(),
    }
}

fn any_number() -> Number {
    let Kind::Number(number) = pixelpool::params::number(0.0).kind else { unreachable!("it is a number") };
    number
}

fn outside(number: &Number) -> Vec<f64> {
    let mut values = vec![f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
    if number.minimum.is_finite() {
        values.push(if number.exclusive_minimum { number.minimum } else { number.minimum.next_down() });
        values.push(number.minimum - 1.0);
    }
    if number.maximum.is_finite() {
        values.extend([number.maximum.next_up(), number.maximum + 1.0]);
    }
    values.extend(number.integer.then_some(number.minimum.max(0.0) + 0.5));
    values.extend(number.odd.then_some(2.0));
    values.extend(number.non_zero.then_some(0.0));
    values
}
