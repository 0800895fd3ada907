//! From a checked parameter to a field: the traits and the macro that declare a filter's parameters once.

use crate::color::Space;
use crate::image::{Border, Image, Interpolation};
use crate::params::{Given, Kind, Parameter, Value, find};
use std::sync::Arc;

/// An enumeration that callers write as a word.
pub trait Choice: Sized + Copy + 'static {
    /// The words, the default first, in the order of [`Choice::ALL`].
    const NAMES: &'static [&'static str];
    /// The values.
    const ALL: &'static [Self];
}

impl Choice for Border {
    const NAMES: &'static [&'static str] = &["clamp", "reflect101", "reflect", "wrap", "transparent"];
    const ALL: &'static [Self] = &[Self::Clamp, Self::Reflect101, Self::Reflect, Self::Wrap, Self::Transparent];
}

impl Choice for Interpolation {
    const NAMES: &'static [&'static str] = &["bilinear", "nearest", "bicubic"];
    const ALL: &'static [Self] = &[Self::Bilinear, Self::Nearest, Self::Bicubic];
}

impl Choice for Space {
    const NAMES: &'static [&'static str] = &["srgb", "linear"];
    const ALL: &'static [Self] = &[Self::Srgb, Self::Linear];
}

/// Implements [`Choice`] beside the enumeration: `choices! { pub enum Mode { Soft = "soft", Hard = "hard", } }`.
#[doc(hidden)]
#[macro_export]
macro_rules! __choices {
    ($(#[$meta:meta])* pub enum $Name:ident { $($(#[$variant_meta:meta])* $Variant:ident = $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $Name { $($(#[$variant_meta])* $Variant,)+ }

        impl $crate::params::Choice for $Name {
            const NAMES: &'static [&'static str] = &[$($word,)+];
            const ALL: &'static [Self] = &[$(Self::$Variant,)+];
        }
    };
}
pub use crate::__choices as choices;

/// Reads what was given for the parameters of a filter, one after another.
#[derive(Debug)]
pub struct Reader<'a> {
    parameters: std::slice::Iter<'static, Parameter>,
    given: &'a Given,
}

impl<'a> Reader<'a> {
    /// From the first of these on.
    #[must_use]
    pub fn new(parameters: &'static [Parameter], given: &'a Given) -> Self {
        Self { parameters: parameters.iter(), given }
    }

    /// The next parameter, and what was given for it.
    ///
    /// # Panics
    /// Where there is none left.
    #[inline(never)]
    pub fn read(&mut self) -> (&'static Kind, Option<&'a Value>) {
        let parameter = self.parameters.next().expect("as many as there are fields");
        (&parameter.spec.kind, find(self.given, parameter.name))
    }

    /// Which of these words was given; the first where none was.
    #[inline(never)]
    fn position(&mut self, names: &[&str]) -> usize {
        match self.read() {
            (_, Some(Value::Text(word))) => names.iter().position(|name| *name == **word).unwrap_or(0),
            _ => 0,
        }
    }
}

/// A Rust type that a checked parameter becomes. Every filter has some: inlined, they would be kilobytes of wasm.
pub trait FromParameter: Sized {
    /// Makes it from what was given for the next parameter, or from the default.
    fn make(reader: &mut Reader<'_>) -> Self;
}

impl FromParameter for Option<f64> {
    #[inline(never)]
    fn make(reader: &mut Reader<'_>) -> Self {
        match reader.read() {
            (_, Some(Value::Number(value))) => Some(*value),
            (Kind::Number(n), _) => n.default,
            _ => None,
        }
    }
}

impl FromParameter for f64 {
    #[inline(never)]
    fn make(reader: &mut Reader<'_>) -> Self {
        Option::<Self>::make(reader).unwrap_or_default()
    }
}

impl FromParameter for usize {
    #[inline(never)]
    fn make(reader: &mut Reader<'_>) -> Self {
        f64::make(reader) as Self
    }
}

impl FromParameter for Option<usize> {
    #[inline(never)]
    fn make(reader: &mut Reader<'_>) -> Self {
        Option::<f64>::make(reader).map(|value| value as usize)
    }
}

impl FromParameter for bool {
    #[inline(never)]
    fn make(reader: &mut Reader<'_>) -> Self {
        match reader.read() {
            (_, Some(Value::Boolean(value))) => *value,
            (Kind::Boolean { default }, _) => *default,
            _ => false,
        }
    }
}

impl FromParameter for Option<Vec<f64>> {
    #[inline(never)]
    fn make(reader: &mut Reader<'_>) -> Self {
        match reader.read() {
            (_, Some(Value::Numbers(list))) => Some(list.to_vec()),
            (Kind::Numbers { default, .. }, None) if !default.is_empty() => Some(default.to_vec()),
            _ => None,
        }
    }
}

impl FromParameter for Option<Arc<Image>> {
    #[inline(never)]
    fn make(reader: &mut Reader<'_>) -> Self {
        match reader.read() {
            (_, Some(Value::Image(image))) => Some(Arc::clone(image)),
            _ => None,
        }
    }
}

impl FromParameter for Option<Arc<String>> {
    #[inline(never)]
    fn make(reader: &mut Reader<'_>) -> Self {
        match reader.read() {
            (_, Some(Value::Text(text))) => Some(Arc::clone(text)),
            _ => None,
        }
    }
}

impl FromParameter for Vec<f64> {
    #[inline(never)]
    fn make(reader: &mut Reader<'_>) -> Self {
        Option::<Self>::make(reader).unwrap_or_default()
    }
}

impl<C: Choice> FromParameter for C {
    fn make(reader: &mut Reader<'_>) -> Self {
        C::ALL[reader.position(C::NAMES)]
    }
}

/// Declares a filter: its struct, its name, its parameters, what it does with alpha ([`Alpha`](crate::filter::Alpha)) and
/// when it changes nothing ([`Identity`](crate::filter::Identity)), each written once.
///
/// ```text
/// filter! {
///     /// What it does.
///     pub struct GaussianBlur = "gaussianBlur", "Gaussian blur", Blur, intensity "sigma" {
///         /// What the parameter is.
///         sigma: f64 = number(2.0).range(0.0, 250.0).unit("px"),
///         preserve_alpha as "preserveAlpha": bool = boolean(true),
///     }
///     alpha: CopiedWhere("preserveAlpha"),
///     identity: Where("sigma" = Number(0.0)),
///     floats: Any,
///     check: Self::check,
/// }
/// ```
///
/// The last two may be left out: `floats` ([`Floats`](crate::filter::Floats)) is `Any` then, and nothing is checked beyond
/// each parameter by itself ([`Define::CHECK`](crate::filter::Define::CHECK)). `even: false` after `floats` says that an image of
/// one colour does not stay so.
#[doc(hidden)]
#[macro_export]
macro_rules! __filter {
    (
        $(#[doc = $doc:literal])+
        pub struct $Name:ident = $wire:literal, $title:literal, $Category:ident
            $(, intensity $intensity:literal)? $(, result $Rule:ident $(($($rule:expr),+))? $({ $($part:ident: $name:expr),+ $(,)? })?)? {
            $(
                $(#[doc = $field_doc:literal])+
                $field:ident $(as $field_wire:literal)?: $Type:ty = $spec:expr,
            )*
        }
        alpha: $Alpha:ident $(($flag:literal))?,
        identity: $Identity:ident $(($($neutral:literal = $Kind:ident($value:expr)),+ $(,)?))?,
        $(floats: $Floats:ident,)?
        $(even: $even:literal,)?
        $(check: $check:expr,)?
        $(position: $position:expr,)?
    ) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, PartialEq)]
        pub struct $Name {
            $($(#[doc = $field_doc])+ pub $field: $Type,)*
        }

        impl $crate::filter::Define for $Name {
            const INFO: $crate::filter::Info = $crate::filter::Info {
                name: $wire,
                title: if $crate::params::FOR_PEOPLE { $title } else { "" },
                doc: if $crate::params::FOR_PEOPLE { concat!($($doc, "\n",)+) } else { "" },
                category: $crate::filter::Category::$Category,
                alpha: $crate::filter::Alpha::$Alpha $(($flag))?,
                identity: if $crate::params::FOR_PEOPLE {
                    $crate::filter::Identity::$Identity
                        $((&[$(($neutral, $crate::params::Constant::$Kind($value)),)+]))?
                } else {
                    $crate::filter::Identity::Never
                },
                floats: $crate::params::filter!(@or $crate::filter::Floats::Any $(, $crate::filter::Floats::$Floats)?),
                even: $crate::params::filter!(@or true $(, $even)?),
                intensity: $crate::params::filter!(@or None $(, Some($intensity))?),
                result: $crate::params::filter!(@or $crate::filter::ResultSize::Same $(, $crate::filter::ResultSize::$Rule $(($($rule),+))? $({ $($part: $name),+ })?)?),
                parameters: &[$($crate::params::Parameter {
                    name: $crate::params::filter!(@or stringify!($field) $(, $field_wire)?),
                    doc: if $crate::params::FOR_PEOPLE { concat!($($field_doc, "\n",)+) } else { "" },
                    spec: $spec,
                },)*],
            };

            $(const CHECK: Option<$crate::filter::Check<Self>> = Some($check);)?
            $(const POSITION: Option<fn(&Self) -> Option<usize>> = Some($position);)?

            fn make(given: &$crate::params::Given) -> Self {
                #[allow(unused_mut, unused_variables, reason = "a filter without parameters takes nothing")]
                let mut reader = $crate::params::Reader::new(Self::INFO.parameters, given);
                Self { $($field: $crate::params::FromParameter::make(&mut reader),)* }
            }
        }
    };
    (@or $default:expr) => { $default };
    (@or $default:expr, $chosen:expr) => { $chosen };
}
pub use crate::__filter as filter;
