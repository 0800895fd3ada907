//! What every filter promises, from what it says of itself: no filter is named here.

use crate::{
    Registry, assert_same, check_splits, inline, layouts, noise, plans, required, run, run_one, setting, speck, step,
    subject, threads, variants_for, with, works,
};
use pixelpool::batch::{Engine, Shape, Shared};
use pixelpool::error::{Class, Code};
use pixelpool::filter::{Definition, Info, ResultSize};
use pixelpool::image::{Format, Layout, Size};
use pixelpool::params::{Given, Kind, Length, Number, Parameter, Value};
use std::collections::HashSet;

/// One pixel, one column, one row, odd sides, and a row longer than a tile of any kernel.
const SIZES: &[(usize, usize)] = &[(1, 1), (1, 23), (23, 1), (7, 5), (65, 63), (301, 3)];

/// Every filter with every set of parameters worth running on images of a layout.
fn each(registry: Registry, layout: Layout, mut test: impl FnMut(&'static Info, &Given)) {
    for Definition { info, .. } in registry {
        variants_for(info, layout, registry).iter().for_each(|given| test(info, given));
    }
}

/// Names, titles and comments are there, and what names parameters names some.
pub fn names_are_unique_and_documented(registry: Registry) {
    let mut names = HashSet::new();
    for Definition { info, .. } in registry {
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

/// Defaults and examples are allowed.
pub fn defaults_and_examples_are_allowed(registry: Registry) {
    for definition in registry {
        let mut given = required(definition.info, registry);
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
            given = setting(definition.info, &given, parameter.name, &value, registry)
                .unwrap_or_else(|| panic!("{}: {} {value:?}", definition.info.name, parameter.name));
        }
    }
}

/// Bytes do not depend on threads.
pub fn bytes_do_not_depend_on_threads(registry: Registry) {
    for (seed, &(width, height)) in (1..).zip(SIZES) {
        for opaque in [true, false] {
            let image = noise(width, height, seed, opaque);
            let mut wanted = Vec::new();
            each(registry, image.layout(), |info, given| {
                wanted.push((info.name, given.clone(), run_one(info.name, given, &image, registry)))
            });
            // Side by side: most of the time is that of waking threads up. Of each size and each count, one image is enough.
            std::thread::scope(|scope| {
                for count in if opaque { [1, 3] } else { [2, 8] } {
                    let (image, wanted) = (&image, &wanted);
                    scope.spawn(move || {
                        let pool = threads(count);
                        for (name, given, want) in wanted {
                            let got = run(&pool, vec![step(name, given)], image, registry);
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

/// Bytes do not depend on how rows are split.
pub fn bytes_do_not_depend_on_how_rows_are_split(registry: Registry) {
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
        each(registry, image.layout(), |info, given| check_splits(info.name, given, image, registry, splits));
    }
}

/// Opaque images stay opaque where stages say so.
pub fn opaque_images_stay_opaque_where_stages_say_so(registry: Registry) {
    let image = noise(33, 31, 11, true);
    each(registry, image.layout(), |info, given| {
        let [_, opaque] = layouts(&image)[..] else { panic!("the image is opaque") };
        if plans(info.name, given, opaque, registry).result().is_opaque() {
            let result = run_one(info.name, given, &image, registry);
            assert_eq!(layouts(&result).len(), 2, "{} {given:?}: the result is opaque too", info.name);
        }
    });
}

/// Every filter changes noise with some parameters.
pub fn every_filter_changes_noise_with_some_parameters(registry: Registry) {
    let image = noise(33, 31, 12, false);
    for Definition { info, .. } in registry {
        let image = subject(info, &image);
        let only_waits = |given| !works(info.name, given, image.layout(), registry);
        let variants = variants_for(info, image.layout(), registry);
        let changes = variants.iter().any(|given| run_one(info.name, given, &image, registry) != image);
        assert!(changes || variants.iter().all(only_waits), "{}", info.name);
    }
}

/// Empty images are refused.
pub fn empty_images_are_refused(registry: Registry) {
    for definition in registry {
        let mut engine = Engine::new(Shared::new(inline(), registry, |_| {}, 1 << 20));
        let given = required(definition.info, registry);
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

/// Unknown and missing parameters are type errors.
pub fn unknown_and_missing_parameters_are_type_errors(registry: Registry) {
    for definition in registry {
        let given = required(definition.info, registry);
        refuse(definition, "nonsense", Class::Type, &with(&given, "nonsense", Value::Number(1.0)));
        for (name, _) in &given {
            let without: Given = given.iter().filter(|(other, _)| other != name).cloned().collect();
            refuse(definition, name, Class::Type, &without);
        }
    }
}

/// Values of a wrong type are type errors.
pub fn values_of_a_wrong_type_are_type_errors(registry: Registry) {
    let values = [
        Value::Number(1.0),
        Value::Boolean(true),
        Value::from("nonsense"),
        Value::from(vec![1.0]),
        Value::Other("null"),
    ];
    for definition in registry {
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
                let given = with(&required(definition.info, registry), parameter.name, value.clone());
                refuse(definition, parameter.name, Class::Type, &given);
            }
        }
    }
}

/// Numbers that are not allowed are range errors.
pub fn numbers_that_are_not_allowed_are_range_errors(registry: Registry) {
    for definition in registry {
        for parameter in definition.info.parameters {
            let mut right = required(definition.info, registry);
            if let Kind::Numbers { example, .. } = parameter.spec.kind {
                // Beside a list, others may be wanted, or not allowed.
                let example = Value::from(example.to_vec());
                right =
                    setting(definition.info, &right, parameter.name, &example, registry).expect("examples are allowed");
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
