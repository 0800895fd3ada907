//! One definition of a parameter: type, default, range, unit, documentation.
//!
//! A filter lists its parameters once, with the macro `filter!`; from that list come its Rust fields, the check of what a
//! caller gave, the TypeScript types, the documentation and the controls of the demo. The check is one function over that
//! list, so that every error reads the same and names filter, parameter and allowed range.

use crate::error::{Class, Error, no_memory};
use crate::image::Image;
use std::sync::Arc;

mod make;
mod spec;

pub use make::{Choice, FromParameter, Reader, choices, filter};

/// Whether descriptions carry what only people and tests read: documentation, titles, examples. The files that are written
/// from the registry have all of it; in wasm it would be 4 % of the bytes, with no reader.
pub const FOR_PEOPLE: bool = !cfg!(target_arch = "wasm32");
pub use spec::{Spec, boolean, choice, code, image, integer, number, numbers, text};

/// Bytes that an engine may keep for each character of a text: itself, and what a filter makes of it. A page counts them in its
/// limit of memory.
pub const BYTES_A_CHARACTER: usize = 4;

/// The same for each number of a list.
pub const BYTES_A_NUMBER: usize = 16;

/// What a caller may give for a parameter.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A number.
    Number(f64),
    /// A flag.
    Boolean(bool),
    /// One of several words, or a text, which may be long and is shared.
    Text(Arc<String>),
    /// A list of numbers, which may be long and is shared.
    Numbers(Arc<Vec<f64>>),
    /// An image.
    Image(Arc<Image>),
    /// A text or a list that there is no memory for; how many bytes it needs.
    TooLong(usize),
    /// Anything else; its JavaScript type, for the message.
    Other(&'static str),
}

/// A value of a parameter that is part of a filter's description.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Constant {
    /// A number.
    Number(f64),
    /// A flag.
    Boolean(bool),
    /// One of several words.
    Text(&'static str),
    /// A list of numbers.
    Numbers(&'static [f64]),
}

impl From<Constant> for Value {
    fn from(constant: Constant) -> Self {
        match constant {
            Constant::Number(number) => Self::Number(number),
            Constant::Boolean(flag) => Self::Boolean(flag),
            Constant::Text(word) => word.into(),
            Constant::Numbers(list) => list.to_vec().into(),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(Arc::new(text.into()))
    }
}

impl From<Vec<f64>> for Value {
    fn from(list: Vec<f64>) -> Self {
        Self::Numbers(Arc::new(list))
    }
}

impl Value {
    fn type_name(&self) -> &'static str {
        match self {
            Self::Number(_) => "a number",
            Self::Boolean(_) => "a boolean",
            Self::Text(_) => "a string",
            Self::Numbers(_) => "a list of numbers",
            Self::Image(_) => "an image",
            Self::TooLong(_) => "more than there is memory for",
            Self::Other(name) => name,
        }
    }
}

/// How many numbers a list must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// Always as many.
    Exactly(usize),
    /// The product of two other parameters.
    Product(&'static str, &'static str),
    /// Three times the cube of another parameter.
    Triples(&'static str),
    /// Any number of groups, such as points: `of` numbers each, and at least so many.
    Groups {
        /// Numbers of a group.
        of: usize,
        /// The fewest groups.
        least: usize,
    },
}

/// Type, default and limits of a parameter. Limits are inclusive; NaN and infinities are never allowed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// A number.
    Number(Number),
    /// A flag.
    Boolean {
        /// Where it is left out.
        default: bool,
    },
    /// One of several words.
    Choice {
        /// Where it is left out.
        default: &'static str,
        /// The words.
        choices: &'static [&'static str],
    },
    /// A list of numbers.
    Numbers {
        /// Whether it must be given.
        required: bool,
        /// Where it is left out; empty: it does not apply then.
        default: &'static [f64],
        /// How many.
        length: Length,
        /// Limits of each.
        minimum: f64,
        /// Limits of each.
        maximum: f64,
        /// Whole numbers only.
        integer: bool,
        /// A good start for a control, and what tests run; empty in wasm.
        example: &'static [f64],
    },
    /// A text, such as that of a file. It has no default.
    Text {
        /// Whether it must be given.
        required: bool,
        /// A good start for a control, and what tests run; empty in wasm.
        example: &'static str,
        /// It is short, and in a language of its own.
        code: bool,
    },
    /// An image, which must be given.
    Image,
}

/// Limits of a number, and the useful range of a slider for it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Number {
    /// Where it is left out; `None`: it must be given, or is worked out from the others.
    pub default: Option<f64>,
    /// Where it must be given: a good start for a control, and what tests run.
    pub example: Option<f64>,
    /// Smallest allowed value.
    pub minimum: f64,
    /// Largest allowed value.
    pub maximum: f64,
    /// The minimum itself is not allowed.
    pub exclusive_minimum: bool,
    /// Whole numbers only.
    pub integer: bool,
    /// Odd numbers only.
    pub odd: bool,
    /// Anything but zero.
    pub non_zero: bool,
    /// Step of a slider; 0 in wasm.
    pub step: f64,
    /// Left end of a slider; 0 in wasm.
    pub soft_minimum: f64,
    /// Right end of a slider; 0 in wasm.
    pub soft_maximum: f64,
}

/// A parameter: its name on the wire, what it is for, and its [`Spec`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parameter {
    /// The name callers write.
    pub name: &'static str,
    /// Its documentation, as written in the source; empty in wasm.
    pub doc: &'static str,
    /// Everything else.
    pub spec: Spec,
}

/// Parameters as a caller gave them, by name.
pub type Given = Vec<(String, Value)>;

/// Finds what was given for `name`.
#[must_use]
#[inline(never)]
pub fn find<'a>(given: &'a Given, name: &str) -> Option<&'a Value> {
    given.iter().find(|(given, _)| given == name).map(|(_, value)| value)
}

/// Checks everything a caller gave for `filter` against its list of parameters.
///
/// # Errors
/// `invalid-parameter`: unknown, missing or of the wrong type (`TypeError`); NaN, infinite, out of range, even where odd
/// is asked, or a list of the wrong length (`RangeError`).
pub fn check(filter: &str, parameters: &[Parameter], given: &Given) -> Result<(), Error> {
    for (name, _) in given {
        if !parameters.iter().any(|p| p.name == name) {
            let known: Vec<_> = parameters.iter().map(|p| p.name).collect();
            let known = if known.is_empty() { "it has none".into() } else { format!("it has {}", known.join(", ")) };
            let rule = format!("is no parameter of this filter; {known}");
            return Err(Error::parameter(Class::Type, filter, name, &rule));
        }
    }
    parameters.iter().try_for_each(|parameter| {
        check_one(parameter, parameters, given).map_err(|Rule { class, text, got }| {
            let mut error = Error::parameter(class, filter, parameter.name, &text);
            error.got = got;
            error
        })
    })
}

/// A rule that was broken.
struct Rule {
    class: Class,
    text: String,
    /// See [`crate::error::Failure::got`].
    got: Option<f64>,
}

impl Rule {
    fn new(class: Class, text: String) -> Self {
        Self { class, text, got: None }
    }
}

fn check_one(parameter: &Parameter, all: &[Parameter], given: &Given) -> Result<(), Rule> {
    let wrong_type =
        |want: &str, got: &Value| Err(Rule::new(Class::Type, format!("must be {want}, got {}", got.type_name())));
    match (parameter.spec.kind, find(given, parameter.name)) {
        (Kind::Numbers { required: true, .. }, None) => {
            Err(Rule::new(Class::Type, "is required: a list of numbers".into()))
        }
        (Kind::Number(limits), None) if limits.example.is_some() => {
            Err(Rule::new(Class::Type, format!("is required: {}", limits.rule(parameter.spec.unit))))
        }
        (Kind::Text { required: true, .. }, None) => Err(Rule::new(Class::Type, "is required: a string".into())),
        (Kind::Image, None) => Err(Rule::new(Class::Type, "is required: an image".into())),
        (_, None) => Ok(()),
        (_, Some(Value::TooLong(bytes))) => Err(Rule::new(Class::Runtime, no_memory(*bytes))),
        (Kind::Number(limits), Some(Value::Number(value))) => limits.check(*value, parameter.spec.unit),
        (Kind::Number(_), Some(other)) => wrong_type("a number", other),
        (Kind::Boolean { .. }, Some(Value::Boolean(_))) => Ok(()),
        (Kind::Boolean { .. }, Some(other)) => wrong_type("true or false", other),
        (Kind::Choice { choices, .. }, Some(Value::Text(word))) if choices.contains(&word.as_str()) => Ok(()),
        (Kind::Choice { choices, .. }, Some(other)) => {
            let want = format!("one of \"{}\"", choices.join("\", \""));
            match other {
                Value::Text(word) => Err(Rule::new(Class::Type, format!("must be {want}, got \"{word}\""))),
                _ => wrong_type(&want, other),
            }
        }
        (Kind::Numbers { length, minimum, maximum, integer, .. }, Some(Value::Numbers(list))) => {
            let want = match length {
                Length::Exactly(n) => n,
                Length::Product(a, b) => product(all, given, a) * product(all, given, b),
                // That the side is missing says the filter, which knows when it may be.
                Length::Triples(side) if find(given, side).is_none() => list.len(),
                Length::Triples(side) => product(all, given, side).saturating_pow(3).saturating_mul(3),
                Length::Groups { of, least } => {
                    if list.len() < least * of || list.len() % of > 0 {
                        let text = format!("must be at least {least} groups of {of} numbers, got {}", list.len());
                        return Err(Rule::new(Class::Range, text));
                    }
                    list.len()
                }
            };
            if list.len() != want {
                return Err(Rule::new(Class::Range, format!("must have {want} numbers, got {}", list.len())));
            }
            let limits = Number { default: None, integer, minimum, maximum, ..Number::ANY };
            list.iter().enumerate().try_for_each(|(at, value)| {
                let said = |rule: Rule| Rule { text: format!("at position {at} {}", rule.text), ..rule };
                limits.check(*value, parameter.spec.unit).map_err(said)
            })
        }
        (Kind::Numbers { .. }, Some(other)) => wrong_type("a list of numbers", other),
        (Kind::Text { .. }, Some(Value::Text(_))) | (Kind::Image, Some(Value::Image(_))) => Ok(()),
        (Kind::Text { .. }, Some(other)) => wrong_type("a string", other),
        (Kind::Image, Some(other)) => wrong_type("an image", other),
    }
}

/// What another whole-number parameter is going to be; a wrong one is told by its own check.
fn product(all: &[Parameter], given: &Given, name: &str) -> usize {
    let default = all.iter().find(|p| p.name == name).and_then(|p| match p.spec.kind {
        Kind::Number(n) => n.default,
        _ => None,
    });
    match find(given, name) {
        Some(Value::Number(value)) => *value as usize,
        _ => default.unwrap_or(0.0) as usize,
    }
}

impl Number {
    const ANY: Self = match number(0.0).kind {
        Kind::Number(n) => n,
        _ => unreachable!(),
    };

    fn check(&self, value: f64, unit: &str) -> Result<(), Rule> {
        let low = if self.exclusive_minimum { value > self.minimum } else { value >= self.minimum };
        let whole = !self.integer || value.fract() == 0.0;
        let odd = !self.odd || (value / 2.0).fract() != 0.0;
        if value.is_finite() && low && value <= self.maximum && whole && odd && !(self.non_zero && value == 0.0) {
            return Ok(());
        }
        let text = format!("must be {}, got ", self.rule(unit));
        Err(Rule { class: Class::Range, text, got: Some(value) })
    }

    /// What is allowed, in words: `a number from 0 to 250 px`.
    #[must_use]
    pub fn rule(&self, unit: &str) -> String {
        let kind = match (self.odd, self.integer) {
            (true, _) => "an odd whole number",
            (_, true) => "a whole number",
            _ => "a finite number",
        };
        let unit = if unit.is_empty() { String::new() } else { format!(" {unit}") };
        let (low, high) = (self.minimum as i64, self.maximum as i64);
        let range = match (self.minimum.is_finite(), self.maximum.is_finite()) {
            (true, true) if self.exclusive_minimum => format!(" above {low} and at most {high}{unit}"),
            (true, true) => format!(" from {low} to {high}{unit}"),
            (true, false) if self.exclusive_minimum => format!(" above {low}{unit}"),
            (true, false) => format!(" of at least {low}{unit}"),
            _ => String::new(),
        };
        let zero = if self.non_zero { " and not 0" } else { "" };
        format!("{kind}{range}{zero}")
    }
}
