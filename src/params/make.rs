//! From a checked parameter to a field: the traits and the macro that declare a filter's parameters once.

use crate::color::Space;
use crate::image::{Border, Image, Interpolation};
use crate::params::{Kind, Value};
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

/// Implements [`Choice`] beside the enumeration.
macro_rules! choices {
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
pub(crate) use choices;

/// A Rust type that a checked parameter becomes.
pub trait FromParameter: Sized {
    /// Makes it from what was given, or from the default.
    fn make(kind: &Kind, given: Option<&Value>) -> Self;
}

impl FromParameter for Option<f64> {
    fn make(kind: &Kind, given: Option<&Value>) -> Self {
        match (given, kind) {
            (Some(Value::Number(value)), _) => Some(*value),
            (_, Kind::Number(n)) => n.default,
            _ => None,
        }
    }
}

// Every filter has some of these: inlined, they would be kilobytes of wasm.
impl FromParameter for f64 {
    #[inline(never)]
    fn make(kind: &Kind, given: Option<&Value>) -> Self {
        Option::<Self>::make(kind, given).unwrap_or_default()
    }
}

impl FromParameter for usize {
    #[inline(never)]
    fn make(kind: &Kind, given: Option<&Value>) -> Self {
        f64::make(kind, given) as Self
    }
}

impl FromParameter for Option<usize> {
    fn make(kind: &Kind, given: Option<&Value>) -> Self {
        Option::<f64>::make(kind, given).map(|value| value as usize)
    }
}

impl FromParameter for bool {
    #[inline(never)]
    fn make(kind: &Kind, given: Option<&Value>) -> Self {
        match (given, kind) {
            (Some(Value::Boolean(value)), _) => *value,
            (_, Kind::Boolean { default }) => *default,
            _ => false,
        }
    }
}

impl FromParameter for Option<Vec<f64>> {
    fn make(kind: &Kind, given: Option<&Value>) -> Self {
        match (given, kind) {
            (Some(Value::Numbers(list)), _) => Some(list.to_vec()),
            (None, Kind::Numbers { default, .. }) if !default.is_empty() => Some(default.to_vec()),
            _ => None,
        }
    }
}

impl FromParameter for Option<Arc<Image>> {
    fn make(_: &Kind, given: Option<&Value>) -> Self {
        match given {
            Some(Value::Image(image)) => Some(Arc::clone(image)),
            _ => None,
        }
    }
}

impl FromParameter for Option<Arc<String>> {
    fn make(_: &Kind, given: Option<&Value>) -> Self {
        match given {
            Some(Value::Text(text)) => Some(Arc::clone(text)),
            _ => None,
        }
    }
}

impl FromParameter for Vec<f64> {
    #[inline(never)]
    fn make(kind: &Kind, given: Option<&Value>) -> Self {
        Option::<Self>::make(kind, given).unwrap_or_default()
    }
}

impl<C: Choice> FromParameter for C {
    fn make(_: &Kind, given: Option<&Value>) -> Self {
        let position = match given {
            Some(Value::Text(word)) => C::NAMES.iter().position(|name| *name == **word),
            _ => None,
        };
        C::ALL[position.unwrap_or(0)]
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
macro_rules! filter {
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
                let mut parameters = Self::INFO.parameters.iter();
                let _ = given;
                Self {
                    $($field: {
                        let parameter = parameters.next().expect("as many as there are fields");
                        let value = $crate::params::find(given, parameter.name);
                        $crate::params::FromParameter::make(&parameter.spec.kind, value)
                    },)*
                }
            }
        }
    };
    (@or $default:expr) => { $default };
    (@or $default:expr, $chosen:expr) => { $chosen };
}
pub(crate) use filter;
