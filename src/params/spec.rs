//! How a filter writes a parameter down: a few words for its type, then its limits one after another.

use super::{Choice, FOR_PEOPLE, Kind, Length, Number};

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
        example: None,
        minimum: f64::NEG_INFINITY,
        maximum: f64::INFINITY,
        exclusive_minimum: false,
        integer: false,
        odd: false,
        non_zero: false,
        step: shown(0.01),
        soft_minimum: 0.0,
        soft_maximum: shown(1.0),
    }))
}

/// A number for sliders, of which there are none in wasm.
const fn shown(value: f64) -> f64 {
    if FOR_PEOPLE { value } else { 0.0 }
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
        default: &[],
        length,
        minimum: f64::NEG_INFINITY,
        maximum: f64::INFINITY,
        integer: false,
        example: if FOR_PEOPLE { example } else { &[] },
    })
}

/// A text that must be given.
#[must_use]
pub const fn text(example: &'static str) -> Spec {
    Spec::of(Kind::Text { required: true, example: if FOR_PEOPLE { example } else { "" }, code: false })
}

/// A short text in a language of its own, such as a formula, which must be given.
#[must_use]
pub const fn code(example: &'static str) -> Spec {
    Spec::of(Kind::Text { required: true, example: if FOR_PEOPLE { example } else { "" }, code: true })
}

/// An image that must be given.
#[must_use]
pub const fn image() -> Spec {
    Spec::of(Kind::Image)
}

impl Spec {
    const fn of(kind: Kind) -> Self {
        Self { kind, unit: "" }
    }

    /// From `low` to `high`, both allowed; a slider covers the same until [`Spec::soft`] narrows it.
    ///
    /// # Panics
    /// Where one is neither whole nor infinite: messages name them as whole numbers, see [`crate::error::Failure::got`].
    #[must_use]
    pub const fn range(mut self, low: f64, high: f64) -> Self {
        assert!(low.is_infinite() || low == low as i64 as f64, "a limit is a whole number");
        assert!(high.is_infinite() || high == high as i64 as f64, "a limit is a whole number");
        match &mut self.kind {
            Kind::Number(n) => {
                (n.minimum, n.maximum) = (low, high);
                (n.soft_minimum, n.soft_maximum) = (shown(low), shown(high));
            }
            Kind::Numbers { minimum, maximum, .. } => (*minimum, *maximum) = (low, high),
            _ => panic!("only numbers have a range"),
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
            (n.soft_minimum, n.soft_maximum) = (shown(low), shown(high));
        }
        self
    }

    /// The step of a slider.
    #[must_use]
    pub const fn step(mut self, step: f64) -> Self {
        if let Kind::Number(n) = &mut self.kind {
            n.step = shown(step);
        }
        self
    }

    /// Odd numbers only.
    #[must_use]
    pub const fn odd(mut self) -> Self {
        if let Kind::Number(n) = &mut self.kind {
            n.odd = true;
            n.step = shown(2.0);
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

    /// Must be given; what would be the default is an example.
    #[must_use]
    pub const fn required(mut self) -> Self {
        if let Kind::Number(n) = &mut self.kind {
            n.example = n.default.take();
        }
        self
    }

    /// May be left out: a list then does not apply, a number is worked out from the other parameters.
    #[must_use]
    pub const fn optional(mut self) -> Self {
        match &mut self.kind {
            Kind::Number(n) => n.default = None,
            Kind::Numbers { required, .. } => *required = false,
            Kind::Text { required, .. } => *required = false,
            _ => panic!("it has a default, or must be given"),
        }
        self
    }

    /// A list of numbers may be left out and is then this.
    #[must_use]
    pub const fn or(mut self, list: &'static [f64]) -> Self {
        if let Kind::Numbers { required, default, .. } = &mut self.kind {
            (*required, *default) = (false, list);
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
