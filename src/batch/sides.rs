//! Which parameter makes a result too large: a layout alone knows of no filter, and a filter not what was given for it.

use crate::error::{Code, Error};
use crate::filter::{Definition, ResultSize};
use crate::params::{Value, find};
use crate::pipeline::{Override, Step};

/// A parameter that says how large a filter's result is.
#[derive(Debug)]
pub(super) struct Side {
    filter: &'static str,
    parameter: &'static str,
    given: Option<f64>,
}

/// Those of a chain.
pub(super) fn sides_of(steps: &[Step], registry: &'static [Definition]) -> Vec<Side> {
    let mut sides = Vec::new();
    for Step { kind, given } in steps {
        let Some(definition) = registry.iter().find(|definition| definition.info.name == kind) else { continue };
        let names = match definition.info.result {
            ResultSize::Parameters(width, height) | ResultSize::Fitted { width, height, .. } => vec![width, height],
            ResultSize::Padded { left, right, top, bottom } => vec![left, right, top, bottom],
            ResultSize::Turned(degrees, _) => vec![degrees],
            ResultSize::Same | ResultSize::Trimmed | ResultSize::Swapped | ResultSize::SwappedFrom(..) => Vec::new(),
        };
        let side = |name| Side { filter: definition.info.name, parameter: name, given: number(find(given, name)) };
        sides.extend(names.into_iter().map(side));
    }
    sides
}

/// The same failure, where a result is too large said of the parameter that makes it so: of two, of the larger.
pub(super) fn said_of_side(mut error: Error, sides: &[Side], change: Option<&Override>) -> Error {
    if error.code != Code::TooLarge || error.parameter.is_some() {
        return error;
    }
    let changed = |name: &str| match change {
        Some(Override::Parameters(given)) => number(find(given, name)),
        _ => None,
    };
    let mut largest = None;
    for Side { filter, parameter, given } in sides {
        let value = changed(parameter).or(*given).filter(|_| error.filter.as_deref() == Some(filter));
        if value.is_some_and(|value| largest.is_none_or(|(most, _)| value > most)) {
            largest = value.map(|value| (value, *parameter));
        }
    }
    error.parameter = largest.map(|(_, parameter)| parameter.into());
    error
}

fn number(value: Option<&Value>) -> Option<f64> {
    match value {
        Some(Value::Number(number)) => Some(*number),
        _ => None,
    }
}
