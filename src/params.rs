//! One definition of a parameter: type, default, range, unit, documentation.
//!
//! A filter lists its parameters once, in [`filter!`](crate::params::filter); from that list come its Rust fields, the
//! check of what a caller gave, the TypeScript types, the documentation and the controls of the demo. The check is one
//! function over that list, so that every error reads the same and names filter, parameter and allowed range.

use crate::error::{Class, Error};

mod make;

pub use make::{Choice, FromParameter};
pub(crate) use make::{choices, filter};

/// What a caller may give for a parameter.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A number.
    Number(f64),
    /// A flag.
    Boolean(bool),
    /// One of several words.
    Text(String),
    /// A list of numbers.
    Numbers(Vec<f64>),
    /// Anything else; its JavaScript type, for the message.
    Other(&'static str),
}

impl Value {
    fn type_name(&self) -> &'static str {
        match self {
            Self::Number(_) => "a number",
            Self::Boolean(_) => "a boolean",
            Self::Text(_) => "a string",
            Self::Numbers(_) => "a list of numbers",
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
    /// A list of numbers. It has no default.
    Numbers {
        /// Whether it must be given.
        required: bool,
        /// How many.
        length: Length,
        /// Limits of each.
        minimum: f64,
        /// Limits of each.
        maximum: f64,
        /// Whole numbers only.
        integer: bool,
        /// A good start for a control, and what tests run.
        example: &'static [f64],
    },
}

/// Limits of a number, and the useful range of a slider for it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Number {
    /// Where it is left out; `None`: worked out from the other parameters.
    pub default: Option<f64>,
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
    /// Step of a slider.
    pub step: f64,
    /// Left end of a slider.
    pub soft_minimum: f64,
    /// Right end of a slider.
    pub soft_maximum: f64,
}

/// Everything about a parameter but its name and documentation; written with the builders below.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spec {
    /// Type, default and limits.
    pub kind: Kind,
    /// `"px"`, `"°"`, `"ms"`; empty for plain numbers.
    pub unit: &'static str,
}

/// A number with a default and, for now, no limits.
#[must_use]
pub const fn number(default: f64) -> Spec {
    Spec::of(Kind::Number(Number {
        default: Some(default),
        minimum: f64::NEG_INFINITY,
        maximum: f64::INFINITY,
        exclusive_minimum: false,
        integer: false,
        odd: false,
        non_zero: false,
        step: 0.01,
        soft_minimum: 0.0,
        soft_maximum: 1.0,
    }))
}

/// A whole number with a default.
#[must_use]
pub const fn integer(default: f64) -> Spec {
    let mut spec = number(default).step(1.0);
    if let Kind::Number(n) = &mut spec.kind {
        n.integer = true;
    }
    spec
}

/// A flag.
#[must_use]
pub const fn boolean(default: bool) -> Spec {
    Spec::of(Kind::Boolean { default })
}

/// One of the words of `C`; the first is the default.
#[must_use]
pub const fn choice<C: Choice>() -> Spec {
    Spec::of(Kind::Choice { default: C::NAMES[0], choices: C::NAMES })
}

/// A list of numbers that must be given.
#[must_use]
pub const fn numbers(length: Length, example: &'static [f64]) -> Spec {
    Spec::of(Kind::Numbers {
        required: true,
        length,
        minimum: f64::NEG_INFINITY,
        maximum: f64::INFINITY,
        integer: false,
        example,
    })
}

impl Spec {
    const fn of(kind: Kind) -> Self {
        Self { kind, unit: "" }
    }

    /// From `low` to `high`, both allowed; a slider covers the same until [`Spec::soft`] narrows it.
    #[must_use]
    pub const fn range(mut self, low: f64, high: f64) -> Self {
        match &mut self.kind {
            Kind::Number(n) => {
                (n.minimum, n.maximum) = (low, high);
                (n.soft_minimum, n.soft_maximum) = (low, high);
            }
            Kind::Numbers { minimum, maximum, .. } => (*minimum, *maximum) = (low, high),
            Kind::Boolean { .. } | Kind::Choice { .. } => panic!("only numbers have a range"),
        }
        self
    }

    /// More than `low`, which itself is not allowed, up to `high`.
    #[must_use]
    pub const fn above(self, low: f64, high: f64) -> Self {
        let mut spec = self.range(low, high);
        if let Kind::Number(n) = &mut spec.kind {
            n.exclusive_minimum = true;
        }
        spec
    }

    /// The ends of a slider, where the allowed range is too wide to be useful.
    #[must_use]
    pub const fn soft(mut self, low: f64, high: f64) -> Self {
        if let Kind::Number(n) = &mut self.kind {
            (n.soft_minimum, n.soft_maximum) = (low, high);
        }
        self
    }

    /// The step of a slider.
    #[must_use]
    pub const fn step(mut self, step: f64) -> Self {
        if let Kind::Number(n) = &mut self.kind {
            n.step = step;
        }
        self
    }

    /// Odd numbers only.
    #[must_use]
    pub const fn odd(mut self) -> Self {
        if let Kind::Number(n) = &mut self.kind {
            n.odd = true;
            n.step = 2.0;
        }
        self
    }

    /// Anything but zero.
    #[must_use]
    pub const fn non_zero(mut self) -> Self {
        if let Kind::Number(n) = &mut self.kind {
            n.non_zero = true;
        }
        self
    }

    /// Whole numbers only, for lists.
    #[must_use]
    pub const fn whole(mut self) -> Self {
        if let Kind::Numbers { integer, .. } = &mut self.kind {
            *integer = true;
        }
        self
    }

    /// May be left out: a list then does not apply, a number is worked out from the other parameters.
    #[must_use]
    pub const fn optional(mut self) -> Self {
        match &mut self.kind {
            Kind::Number(n) => n.default = None,
            Kind::Numbers { required, .. } => *required = false,
            Kind::Boolean { .. } | Kind::Choice { .. } => panic!("it has a default"),
        }
        self
    }

    /// The unit, as a person reads it.
    #[must_use]
    pub const fn unit(mut self, unit: &'static str) -> Self {
        self.unit = unit;
        self
    }
}

/// A parameter: its name on the wire, what it is for, and its [`Spec`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parameter {
    /// The name callers write.
    pub name: &'static str,
    /// Its documentation, as written in the source.
    pub doc: &'static str,
    /// Everything else.
    pub spec: Spec,
}

/// Parameters as a caller gave them, by name.
pub type Given = Vec<(String, Value)>;

/// Finds what was given for `name`.
#[must_use]
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
            return Err(Error::parameter(
                Class::Type,
                filter,
                name,
                format!("is no parameter of this filter; {known}"),
            ));
        }
    }
    parameters.iter().try_for_each(|parameter| {
        check_one(parameter, parameters, given)
            .map_err(|(class, rule)| Error::parameter(class, filter, parameter.name, rule))
    })
}

type Rule = (Class, String);

fn check_one(parameter: &Parameter, all: &[Parameter], given: &Given) -> Result<(), Rule> {
    let wrong_type = |want: &str, got: &Value| (Class::Type, format!("must be {want}, got {}", got.type_name()));
    match (parameter.spec.kind, find(given, parameter.name)) {
        (Kind::Numbers { required: true, .. }, None) => Err((Class::Type, "is required: a list of numbers".into())),
        (_, None) => Ok(()),
        (Kind::Number(limits), Some(Value::Number(value))) => limits.check(*value, parameter.spec.unit),
        (Kind::Number(_), Some(other)) => Err(wrong_type("a number", other)),
        (Kind::Boolean { .. }, Some(Value::Boolean(_))) => Ok(()),
        (Kind::Boolean { .. }, Some(other)) => Err(wrong_type("true or false", other)),
        (Kind::Choice { choices, .. }, Some(Value::Text(word))) if choices.contains(&word.as_str()) => Ok(()),
        (Kind::Choice { choices, .. }, Some(Value::Text(word))) => {
            Err((Class::Type, format!("must be one of \"{}\", got \"{word}\"", choices.join("\", \""))))
        }
        (Kind::Choice { choices, .. }, Some(other)) => {
            Err(wrong_type(&format!("one of \"{}\"", choices.join("\", \"")), other))
        }
        (Kind::Numbers { length, minimum, maximum, integer, .. }, Some(Value::Numbers(list))) => {
            let want = match length {
                Length::Exactly(n) => n,
                Length::Product(a, b) => product(all, given, a) * product(all, given, b),
            };
            if list.len() != want {
                return Err((Class::Range, format!("must have {want} numbers, got {}", list.len())));
            }
            let limits = Number { default: None, integer, minimum, maximum, ..Number::ANY };
            list.iter().try_for_each(|value| limits.check(*value, parameter.spec.unit))
        }
        (Kind::Numbers { .. }, Some(other)) => Err(wrong_type("a list of numbers", other)),
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
        let odd = !self.odd || value % 2.0 != 0.0;
        if value.is_finite() && low && value <= self.maximum && whole && odd && !(self.non_zero && value == 0.0) {
            return Ok(());
        }
        Err((Class::Range, format!("must be {}, got {}", self.rule(unit), display(value))))
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
        let range = match (self.minimum.is_finite(), self.maximum.is_finite()) {
            (true, true) if self.exclusive_minimum => {
                format!(" above {} and at most {}{unit}", display(self.minimum), display(self.maximum))
            }
            (true, true) => format!(" from {} to {}{unit}", display(self.minimum), display(self.maximum)),
            (true, false) => format!(" of at least {}{unit}", display(self.minimum)),
            _ => String::new(),
        };
        let zero = if self.non_zero { " and not 0" } else { "" };
        format!("{kind}{range}{zero}")
    }
}

/// A number as JavaScript prints it, so that both languages say the same.
fn display(value: f64) -> String {
    if value.is_infinite() { if value > 0.0 { "Infinity" } else { "-Infinity" }.into() } else { format!("{value}") }
}
