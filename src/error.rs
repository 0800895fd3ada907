//! What can go wrong, each with a stable code and the place it belongs to.
//!
//! Knows nothing above it: no filter, no thread, no JavaScript.

use std::fmt;
use std::ops::{Deref, DerefMut};

/// The stable name of a kind of failure; the same string reaches JavaScript as `error.code`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Code {
    /// No filter has this name.
    UnknownFilter,
    /// A parameter is missing, unknown, of the wrong type, or out of range.
    InvalidParameter,
    /// The image's data and its size do not fit together, or it is empty.
    InvalidImage,
    /// This filter cannot do this to this kind of image.
    Unsupported,
    /// The image is larger than anything that can be held.
    TooLarge,
    /// Memory for it could not be had.
    OutOfMemory,
    /// The filter panicked; only this image is lost.
    FilterPanicked,
    /// The batch was cancelled before this image was finished.
    Cancelled,
}

impl Code {
    /// The code as JavaScript sees it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UnknownFilter => "unknown-filter",
            Self::InvalidParameter => "invalid-parameter",
            Self::InvalidImage => "invalid-image",
            Self::Unsupported => "unsupported",
            Self::TooLarge => "too-large",
            Self::OutOfMemory => "out-of-memory",
            Self::FilterPanicked => "filter-panicked",
            Self::Cancelled => "cancelled",
        }
    }
}

/// Which of JavaScript's error classes says it best.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// The caller gave the wrong kind of thing: `TypeError`.
    Type,
    /// The caller gave a number outside what is allowed: `RangeError`.
    Range,
    /// It failed while it ran: `PixelpoolError`.
    Runtime,
}

/// A failure. A pointer: results are handed on through most of the crate, and next to none of them is one.
#[derive(Debug, Clone, PartialEq)]
pub struct Error(Box<Failure>);

impl Deref for Error {
    type Target = Failure;

    fn deref(&self) -> &Failure {
        &self.0
    }
}

impl DerefMut for Error {
    fn deref_mut(&mut self) -> &mut Failure {
        &mut self.0
    }
}

/// What is known of a failure, with the filter and the parameter it belongs to where there is one.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    /// Its stable code.
    pub code: Code,
    /// Its class in JavaScript.
    pub class: Class,
    /// The filter's wire name.
    pub filter: Option<String>,
    /// The parameter's wire name.
    pub parameter: Option<String>,
    /// A sentence a user can act on.
    pub message: String,
    /// The number that was given, where it is what is wrong: the message's last word, left to the host to write, since
    /// Rust's own way of writing fractions is 6 kB of wasm.
    pub got: Option<f64>,
    /// Of a parameter that is a text: the character that is wrong, counted from 1 on.
    pub position: Option<usize>,
}

impl Error {
    /// A failure that belongs to no filter.
    #[cold]
    pub fn new(code: Code, class: Class, message: impl Into<String>) -> Self {
        Self::boxed(code, class, message.into())
    }

    #[cold]
    #[inline(never)]
    fn boxed(code: Code, class: Class, message: String) -> Self {
        Self(Box::new(Failure { code, class, filter: None, parameter: None, message, got: None, position: None }))
    }

    /// A failure while running.
    #[cold]
    pub fn runtime(code: Code, message: impl Into<String>) -> Self {
        Self::new(code, Class::Runtime, message)
    }

    /// A wrong parameter, or one that there is no memory for; the message is completed with both names.
    #[cold]
    pub fn parameter(class: Class, filter: &str, parameter: &str, rule: &str) -> Self {
        let code = if class == Class::Runtime { Code::OutOfMemory } else { Code::InvalidParameter };
        let mut error = Self::boxed(code, class, format!("{filter}: {parameter} {rule}"));
        error.filter = Some(filter.into());
        error.parameter = Some(parameter.into());
        error
    }

    /// The same failure, said of `filter` where it does not say of which filter it is.
    #[must_use]
    pub fn of_filter(mut self, filter: &str) -> Self {
        if self.filter.is_some() {
            return self;
        }
        self.message = format!("{filter}: {}", self.message);
        self.filter = Some(filter.into());
        self
    }
}

/// What is said of a parameter that there is no memory for, after its name.
#[cold]
#[must_use]
pub fn no_memory(bytes: usize) -> String {
    format!("needs {bytes} bytes, and there is no memory for them")
}

/// What `unreachable!` does in wasm.
///
/// # Panics
/// Always.
#[cfg(target_arch = "wasm32")]
#[cold]
#[inline(never)]
pub(crate) const fn never() -> ! {
    panic!("internal error")
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match self.got {
            None => Ok(()),
            // As JavaScript prints it.
            Some(got) if got.is_infinite() => f.write_str(if got > 0.0 { "Infinity" } else { "-Infinity" }),
            Some(got) => write!(f, "{got}"),
        }
    }
}

impl std::error::Error for Error {}
