//! What a filter is: a definition, and a plan for images of a given layout.

use crate::error::{Class, Error};
use crate::params::{Constant, Given, Parameter, check};
use crate::plan::{Node, Plan};
use std::fmt::Debug;
use std::time::Duration;

/// Groups filters for people, in the order that people work; lists of filters are in this order, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Category {
    /// Size, place and shape.
    Geometry,
    /// Brightness and contrast.
    Tone,
    /// Colours.
    Color,
    /// Blurs.
    Blur,
    /// Sharpening.
    Sharpen,
    /// Smoothing that takes noise away and keeps edges.
    Noise,
    /// Edges, shapes, and black and white.
    Edges,
    /// What makes a photo look like something else.
    Effects,
    /// Transparency, and pictures on top of each other.
    Layers,
    /// Tables, kernels and measures that are given as numbers.
    Technical,
}

impl Category {
    /// Its name on the wire, which is a word for people too.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Geometry => "geometry",
            Self::Tone => "tone",
            Self::Color => "color",
            Self::Blur => "blur",
            Self::Sharpen => "sharpen",
            Self::Noise => "noise",
            Self::Edges => "edges",
            Self::Effects => "effects",
            Self::Layers => "layers",
            Self::Technical => "technical",
        }
    }
}

/// What a filter does with alpha.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alpha {
    /// Copies it. Colours are taken as they are stored.
    Copied,
    /// Moves it with its colour: each pixel of the result is one of the image.
    Moved,
    /// Changes it by itself or like a fourth colour. Colours are taken as they are stored.
    Changed,
    /// Filters it, and weights colours with it: what becomes invisible is transparent black.
    Weights,
    /// Copies it where this flag is set; weights colours with it where it is not.
    CopiedWhere(&'static str),
}

/// When a filter returns the bytes that it was given, whatever they are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Identity {
    /// Never for all images.
    Never,
    /// Where an image needs nothing, whatever the parameters.
    Needless,
    /// Always.
    Always,
    /// Where these parameters have these values; the others may have any.
    Where(&'static [(&'static str, Constant)]),
    /// Where one of these parameters has this value; all others may have any.
    WhereAny(&'static [(&'static str, Constant)]),
    /// Where the result has the size of the image.
    SameSize,
}

/// What a filter makes of floats that lie outside 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Floats {
    /// It takes and gives any.
    Any,
    /// It takes any, and gives none below 0.
    Positive,
    /// It takes what lies outside for 0 and 1, and NaN for 0; unless a table says otherwise, its results lie within them.
    Bounded,
}

/// How large a filter's result is, as data: so that memory can be counted for it before there is a plan.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ResultSize {
    /// As large as the image.
    Same,
    /// Parameters set width and height; one that is left out follows from the shape.
    Parameters(&'static str, &'static str),
    /// Parameters set width and height as above, a third how the picture is fitted into them, and a flag whether it may become
    /// larger: see `resize`.
    Fitted {
        /// Its width.
        width: &'static str,
        /// Its height.
        height: &'static str,
        /// The word that says how.
        fit: &'static str,
        /// The flag.
        enlarge: &'static str,
    },
    /// Parameters say how many pixels more there are on each side.
    Padded {
        /// On the left.
        left: &'static str,
        /// On the right.
        right: &'static str,
        /// Above.
        top: &'static str,
        /// Below.
        bottom: &'static str,
    },
    /// Width and height change places.
    Swapped,
    /// The same where this parameter has at least this value.
    SwappedFrom(&'static str, f64),
    /// At most as large as the image: its pixels decide.
    Trimmed,
    /// The box around the image turned by the first parameter, in degrees, where the second, a flag, is set; else the same.
    Turned(&'static str, &'static str),
}

/// The outward description of a filter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Info {
    /// Its `kind` on the wire.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// Its documentation, as written in the source.
    pub doc: &'static str,
    /// Its group.
    pub category: Category,
    /// What it does with alpha.
    pub alpha: Alpha,
    /// When it changes nothing; in wasm, where only tests would read it, always [`Identity::Never`].
    pub identity: Identity,
    /// What it makes of floats beyond full scale.
    pub floats: Floats,
    /// Whether an image of one colour stays so.
    pub even: bool,
    /// The parameter that a tuple's third element sets.
    pub intensity: Option<&'static str>,
    /// How large the result is.
    pub result: ResultSize,
    /// Its parameters, in the order they are written.
    pub parameters: &'static [Parameter],
}

/// What is wrong with a parameter: its name, the class of the error, and a rule that goes on after it, such as `must be …`.
pub type Refusal = (&'static str, Class, String);

/// Tells what is wrong with the parameters of a filter together, or with the contents of one. Each by itself has been checked.
pub type Check<F> = fn(&F) -> Result<(), Refusal>;

/// What the macro `filter!` of [`crate::params`] writes for each filter.
pub trait Define: Filter + Sized + 'static {
    /// The outward description.
    const INFO: Info;

    /// What more there is to check than each parameter by itself. A page cannot tell it, and asks the engine.
    const CHECK: Option<Check<Self>> = None;

    /// Of a text that is refused, the character that is wrong, counted from 1 on.
    const POSITION: Option<fn(&Self) -> Option<usize>> = None;

    /// Makes the filter from parameters that have been checked.
    fn make(given: &Given) -> Self;
}

/// A filter, or what is wrong, and the character of a text where it is.
type Made = Result<Box<dyn Filter>, (Refusal, Option<usize>)>;

/// A row of the registry: a description and how to make a filter of it.
#[derive(Debug, Clone, Copy)]
pub struct Definition {
    /// The outward description.
    pub info: &'static Info,
    /// Whether there is more to check than each parameter by itself.
    pub has_check: bool,
    make: fn(&Given) -> Made,
}

impl Definition {
    /// The definition of filter `F`.
    #[must_use]
    pub const fn of<F: Define>() -> Self {
        let make = |given: &Given| {
            let filter = F::make(given);
            let checked = F::CHECK.map_or(Ok(()), |check| check(&filter));
            checked.map_err(|refusal| (refusal, F::POSITION.and_then(|position| position(&filter))))?;
            Ok(Box::new(filter) as _)
        };
        Self { info: &F::INFO, has_check: F::CHECK.is_some(), make }
    }

    /// Checks what the caller gave and makes the filter.
    ///
    /// # Errors
    /// As [`check`].
    pub fn build(&self, given: &Given) -> Result<Box<dyn Filter>, Error> {
        check(self.info.name, self.info.parameters, given)?;
        (self.make)(given).map_err(|((parameter, class, rule), position)| {
            let mut error = Error::parameter(class, self.info.name, parameter, &rule);
            error.position = position;
            error
        })
    }
}

/// A filter with its parameters.
pub trait Filter: Debug + Send + Sync {
    /// What is done to an image: nodes of a graph, built from [`Plan::source`] on; the one that is returned is the result.
    /// Where that is the source itself, nothing is done. Tables and kernels are made here, once for a layout, not in the
    /// row loops.
    ///
    /// # Errors
    /// `too-large`, where the result cannot be addressed, and what can be told of a parameter only with the image at hand.
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error>;

    /// The same operation on a flat list of numbers, in double precision and unclamped, where it has one.
    fn flat(&self) -> Option<Flat> {
        None
    }
}

/// A function that rewrites a list of numbers in place.
pub type Map = dyn Fn(&mut [f64]) + Send + Sync;

/// What a filter does to a flat list.
pub enum Flat {
    /// Rewrites the numbers in place.
    Map(Box<Map>),
    /// Time that passes on the thread that has the list.
    Pause(Duration),
}
