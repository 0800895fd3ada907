//! What a filter is: a definition, and a plan of stages for an image of a given layout.
//!
//! A stage writes rows and reads rows; its bytes do not depend on how the rows are split. So threads, strips and bands
//! are invisible to filters, and the same bytes come out for any number of threads.

use crate::error::Error;
use crate::image::{CHANNELS, Channels, Layout, Rows, Size};
use crate::params::{Constant, Given, Parameter, check};
use std::fmt::Debug;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Groups filters for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Category {
    /// Colour functions and matrices.
    Color,
    /// Other functions of one pixel.
    Point,
    /// Blurs and smoothing.
    Blur,
    /// Sharpening, edges and free kernels.
    Detail,
    /// Everything else.
    Other,
}

impl Category {
    /// Its name on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Color => "color",
            Self::Point => "point",
            Self::Blur => "blur",
            Self::Detail => "detail",
            Self::Other => "other",
        }
    }
}

/// What a filter does with alpha.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alpha {
    /// Copies it. Colours are taken as they are stored.
    Copied,
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
    /// Always.
    Always,
    /// Where these parameters have these values; the others may have any.
    Where(&'static [(&'static str, Constant)]),
    /// Where one of these parameters has this value; all others may have any.
    WhereAny(&'static [(&'static str, Constant)]),
    /// Where the result has the size of the image.
    SameSize,
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
    /// The parameter that a tuple's third element sets.
    pub intensity: Option<&'static str>,
    /// The parameters that set the width and the height of the result, where the filter changes them.
    pub size: Option<[&'static str; 2]>,
    /// Its parameters, in the order they are written.
    pub parameters: &'static [Parameter],
}

/// What the macro `filter!` of [`crate::params`] writes for each filter.
pub trait Define: Filter + Sized + 'static {
    /// The outward description.
    const INFO: Info;

    /// Makes the filter from parameters that have been checked.
    fn make(given: &Given) -> Self;
}

/// A row of the registry: a description and how to make a filter of it.
#[derive(Debug, Clone, Copy)]
pub struct Definition {
    /// The outward description.
    pub info: &'static Info,
    make: fn(&Given) -> Box<dyn Filter>,
}

impl Definition {
    /// The definition of filter `F`.
    #[must_use]
    pub const fn of<F: Define>() -> Self {
        Self { info: &F::INFO, make: |given| Box::new(F::make(given)) }
    }

    /// Checks what the caller gave and makes the filter.
    ///
    /// # Errors
    /// As [`check`].
    pub fn build(&self, given: &Given) -> Result<Box<dyn Filter>, Error> {
        check(self.info.name, self.info.parameters, given)?;
        Ok((self.make)(given))
    }
}

/// A filter with its parameters.
pub trait Filter: Debug + Send + Sync {
    /// The stages for an image of this layout, in order; none of them is the identity. Tables and kernels are made here,
    /// once for a layout, not in the row loops.
    ///
    /// # Errors
    /// `too-large`, where the result cannot be addressed.
    fn plan(&self, source: Layout) -> Result<Vec<Stage>, Error>;

    /// The same operation on a flat list of numbers, in double precision and unclamped, where it has one.
    fn flat(&self) -> Option<Flat> {
        None
    }
}

/// A step of a plan.
pub enum Stage {
    /// A function of one pixel.
    Point(Box<dyn Point>),
    /// A function of a pixel's neighbourhood.
    Neighbourhood(Box<dyn Neighbourhood>),
    /// Time that passes on the thread that has the image.
    Pause(Duration),
}

impl Stage {
    /// The layout of the result.
    #[must_use]
    pub fn result(&self, source: Layout) -> Layout {
        let result = match self {
            Self::Neighbourhood(neighbourhood) => neighbourhood.result(source),
            Self::Point(_) | Self::Pause(_) => source,
        };
        if self.keeps_opaque() { result } else { result.with_channels(Channels::Rgba) }
    }

    /// Whether the stages that its filter plans for an opaque image are faster: see
    /// [`Neighbourhood::gains_from_opaque`].
    #[must_use]
    pub fn gains_from_opaque(&self) -> bool {
        matches!(self, Self::Neighbourhood(neighbourhood) if neighbourhood.gains_from_opaque())
    }

    /// Whether an opaque image stays opaque.
    #[must_use]
    pub fn keeps_opaque(&self) -> bool {
        match self {
            Self::Point(point) => point.keeps_opaque(),
            Self::Neighbourhood(neighbourhood) => neighbourhood.keeps_opaque(),
            Self::Pause(_) => true,
        }
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

/// A function of one pixel.
pub trait Point: Send + Sync {
    /// Rewrites whole pixels (RGBA bytes) in place.
    fn apply(&self, pixels: &mut [u8]);

    /// Whether an opaque pixel stays opaque.
    fn keeps_opaque(&self) -> bool {
        true
    }

    /// What becomes of each byte of each channel, where it is a function of one channel: two of them are one.
    fn tables(&self) -> Option<&[[u8; 256]; CHANNELS]> {
        None
    }
}

/// How many rows around a row are read to write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// So many above and below.
    Rows(usize),
    /// Any row of the image.
    WholeImage,
}

/// A function of a pixel's neighbourhood; the result has the size of the source, unless it says otherwise.
pub trait Neighbourhood: Send + Sync {
    /// How far it reads: above and below the row that is written, or where that row comes from.
    fn reach(&self) -> Reach;

    /// The layout of the result; whether it is opaque is found by [`Neighbourhood::keeps_opaque`].
    fn result(&self, source: Layout) -> Layout {
        source
    }

    /// Whether an opaque image stays opaque.
    fn keeps_opaque(&self) -> bool {
        true
    }

    /// Whether what the filter plans for an opaque image is faster than this: then images are looked through before one of
    /// the two plans is chosen.
    fn gains_from_opaque(&self) -> bool {
        false
    }

    /// The rows of the source that rows of the result are made of.
    fn reads(&self, rows: &Range<usize>, source: Size) -> Range<usize> {
        match self.reach() {
            Reach::Rows(n) => rows.start.saturating_sub(n)..(rows.end + n).min(source.height()),
            Reach::WholeImage => 0..source.height(),
        }
    }

    /// Writes the rows `rows` of the result into `out` (`rows.len()` strides of the result). `source` holds at least the
    /// rows that [`Neighbourhood::reads`] names.
    fn write(&self, source: &Rows<'_>, rows: Range<usize>, out: &mut [u8], scratch: &mut Scratch);
}

/// What a thread panics with when there is no memory for a buffer of so many bytes: the pool makes an error of it, where
/// an allocation that fails would take the whole instance with it.
#[derive(Debug, Clone, Copy)]
pub struct NoMemory(pub usize);

/// Buffers of one thread, kept from one band to the next, so that no row loop allocates; and whether the work is wanted.
#[derive(Debug, Default)]
pub struct Scratch {
    stop: Option<Arc<AtomicBool>>,
    floats: Vec<Vec<f32>>,
    bytes: Vec<Vec<u8>>,
    words: Vec<Vec<u32>>,
    shorts: Vec<Vec<i16>>,
}

macro_rules! lend {
    ($take:ident, $give:ident, $pool:ident, $T:ty) => {
        /// Lends a zeroed buffer of `length`; give it back when done, or it is made anew next time.
        #[inline(never)]
        pub fn $take(&mut self, length: usize) -> Vec<$T> {
            let mut buffer = self.$pool.pop().unwrap_or_default();
            buffer.clear();
            if buffer.try_reserve_exact(length).is_err() {
                std::panic::panic_any(NoMemory(length.saturating_mul(size_of::<$T>())));
            }
            buffer.resize(length, Default::default());
            buffer
        }

        /// Takes a buffer back.
        #[inline(never)]
        pub fn $give(&mut self, buffer: Vec<$T>) {
            if buffer.capacity() <= Self::MOST_KEPT_BYTES / size_of::<$T>() {
                self.$pool.push(buffer);
            }
        }
    };
}

impl Scratch {
    /// Larger buffers, strips of long chains on huge images, are given back to the allocator.
    const MOST_KEPT_BYTES: usize = 16 << 20;

    /// Names the flag that tells when nobody wants the work any more.
    pub fn watch(&mut self, stop: &Arc<AtomicBool>) {
        self.stop = Some(Arc::clone(stop));
    }

    /// Whether nobody wants the work any more. Row loops that may take long leave when it is so: what they have written is
    /// thrown away.
    #[must_use]
    pub fn stopped(&self) -> bool {
        self.stop.as_ref().is_some_and(|stop| stop.load(Ordering::Relaxed))
    }

    lend!(floats, give_floats, floats, f32);
    lend!(bytes, give_bytes, bytes, u8);
    lend!(words, give_words, words, u32);
    lend!(shorts, give_shorts, shorts, i16);
}
