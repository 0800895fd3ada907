//! Parameters that are worth running, from what a filter says of them.

use crate::{Registry, noise, step};
use pixelpool::error::{Class, Error};
use pixelpool::filter::{Info, ResultSize};
use pixelpool::image::Layout;
use pixelpool::params::{Given, Kind, Length, Number, Value, find};
use pixelpool::pipeline::Chain;
use std::sync::Arc;

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
pub fn required(info: &Info, registry: Registry) -> Given {
    completed(info, bare(info), registry).unwrap_or_else(|| panic!("{}: its examples are allowed", info.name))
}

/// Adds examples of what may be left out by itself, but not with everything else; `None` where that does not help.
fn completed(info: &Info, mut given: Given, registry: Registry) -> Option<Given> {
    let Some(definition) = registry.iter().find(|definition| definition.info.name == info.name) else {
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
pub fn variants(info: &Info, registry: Registry) -> Vec<Given> {
    let base = required(info, registry);
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
        variants.extend(values.into_iter().filter_map(|value| setting(info, &base, parameter.name, &value, registry)));
    }
    variants
}

/// The same parameters with one of them set, or only this one and what it needs, where it excludes some of the others.
pub fn setting(info: &Info, given: &Given, name: &str, value: &Value, registry: Registry) -> Option<Given> {
    let completed = |given: &Given| completed(info, fit(info, with(given, name, value.clone())), registry);
    completed(given).or_else(|| completed(&bare(info)))
}

/// The same for images of a layout: a number that only such an image does not allow is halved until it does.
pub fn variants_for(info: &Info, layout: Layout, registry: Registry) -> Vec<Given> {
    let mut fitting: Vec<Given> = Vec::new();
    for given in variants(info, registry) {
        let given = fitted(info, given, layout, registry);
        if !fitting.contains(&given) {
            fitting.push(given);
        }
    }
    fitting
}

/// Parameters as images of a layout allow them.
pub fn fitted(info: &Info, mut given: Given, layout: Layout, registry: Registry) -> Given {
    while let Some(error) = refusal(info.name, &given, layout, registry) {
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
pub fn refusal(kind: &str, given: &Given, layout: Layout, registry: Registry) -> Option<Error> {
    let chain = Chain::new(vec![step(kind, given)], registry).unwrap_or_else(|error| panic!("{error}"));
    chain.plan(layout).err()
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
