//! A chain of filters: checked once, planned once per image size, run in bands of rows.
//!
//! A plan is a list of groups. Within a group every stage has a limited reach, so a band of the result needs only a
//! strip of the source: the stages run one after another over that strip, and nothing waits.
//! Between groups the whole image must be finished. Every operation still reads and writes 8-bit RGBA, as if called alone.
//!
//! Knows no filter by name, no threads, no JavaScript.

use crate::error::{Class, Code, Error};
use crate::filter::{Definition, Filter, Flat, Neighbourhood, Point, Reach, Scratch, Stage};
use crate::image::{CHANNELS, Rows, Size};
use crate::params::{Given, Value, find};
use std::cell::Cell;
use std::ops::Range;
use std::time::Duration;

/// One filter of a chain, as a caller writes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The filter's name.
    pub kind: String,
    /// Its parameters.
    pub given: Given,
}

/// What a tuple's third element changes for one image.
#[derive(Debug, Clone, PartialEq)]
pub enum Override {
    /// The intensity of the first filter that has one.
    Intensity(f64),
    /// Parameters of that filter, or of the first filter where none has an intensity.
    Parameters(Given),
}

/// Filters that have been checked, to be applied left to right. An empty chain is the identity.
#[derive(Debug)]
pub struct Chain {
    steps: Vec<Step>,
    definitions: Vec<&'static Definition>,
    filters: Vec<Box<dyn Filter>>,
}

impl Chain {
    /// Checks a list of steps and makes the filters.
    ///
    /// # Errors
    /// `unknown-filter`, and those of [`crate::params::check`].
    pub fn new(steps: Vec<Step>, registry: &'static [Definition]) -> Result<Self, Error> {
        let definitions =
            steps.iter().map(|step| find_definition(&step.kind, registry)).collect::<Result<Vec<_>, _>>()?;
        let filters = definitions.iter().zip(&steps).map(|(definition, step)| definition.build(&step.given));
        Ok(Self { filters: filters.collect::<Result<_, _>>()?, definitions, steps })
    }

    /// The same chain with one filter's parameters changed.
    ///
    /// # Errors
    /// As [`Chain::new`], and `invalid-parameter` where no filter can take an intensity.
    pub fn with(&self, change: &Override) -> Result<Self, Error> {
        let principal = self.definitions.iter().position(|definition| definition.info.intensity.is_some());
        let (index, changes) = match (change, principal) {
            (Override::Intensity(value), Some(index)) => {
                let name = self.definitions[index].info.intensity.unwrap_or_default();
                (index, vec![(name.to_string(), Value::Number(*value))])
            }
            (Override::Parameters(given), Some(index)) => (index, given.clone()),
            (Override::Parameters(given), None) if !self.steps.is_empty() => (0, given.clone()),
            (Override::Parameters(_), None) => {
                let message = "parameters were given, but the chain is empty";
                return Err(Error::new(Code::InvalidParameter, Class::Type, message));
            }
            (Override::Intensity(_), None) => {
                let message = "an intensity was given, but no filter of this chain has one";
                return Err(Error::new(Code::InvalidParameter, Class::Type, message));
            }
        };
        let mut steps = self.steps.clone();
        let given = &mut steps[index].given;
        given.retain(|(name, _)| find(&changes, name).is_none());
        given.extend(changes);
        let filters = self.definitions.iter().zip(&steps).map(|(definition, step)| definition.build(&step.given));
        Ok(Self { filters: filters.collect::<Result<_, _>>()?, definitions: self.definitions.clone(), steps })
    }

    /// What the chain does to an image of this size.
    #[must_use]
    pub fn plan(&self, size: Size) -> Plan {
        let stages = self.definitions.iter().zip(&self.filters).flat_map(|(definition, filter)| {
            filter.plan(size).into_iter().map(|stage| Placed { filter: definition.info.name, stage })
        });
        Plan::new(size, stages)
    }

    /// What the chain does to a flat list of numbers.
    ///
    /// # Errors
    /// `unsupported` where a filter needs an image.
    pub fn flat(&self) -> Result<Vec<Flat>, Error> {
        let flat = self.filters.iter().zip(&self.steps).map(|(filter, step)| {
            filter.flat().ok_or_else(|| {
                let message = "works on images only, not on a flat list of numbers; give width and height";
                Error::new(Code::Unsupported, Class::Type, message).of_filter(&step.kind)
            })
        });
        flat.collect()
    }

    /// The names of its filters.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.steps.iter().map(|step| step.kind.as_str())
    }
}

fn find_definition(kind: &str, registry: &'static [Definition]) -> Result<&'static Definition, Error> {
    registry.iter().find(|definition| definition.info.name == kind).ok_or_else(|| {
        let known: Vec<_> = registry.iter().map(|definition| definition.info.name).collect();
        let message = format!("there is no filter \"{kind}\"; there are {}", known.join(", "));
        Error { filter: Some(kind.into()), ..Error::new(Code::UnknownFilter, Class::Type, message) }
    })
}

/// A stage, and the filter that it belongs to.
pub struct Placed {
    filter: &'static str,
    stage: Stage,
}

thread_local! {
    static AT_WORK: Cell<Option<&'static str>> = const { Cell::new(None) };
}

/// The filter whose stage the calling thread has begun last: after a panic, the one that panicked.
#[must_use]
pub fn filter_at_work() -> Option<&'static str> {
    AT_WORK.get()
}

/// What a group does.
pub enum Work {
    /// Stages of limited reach, strip by strip.
    Strip(Vec<Placed>),
    /// Pixel functions alone: rows are rewritten where they lie.
    InPlace(Vec<Placed>),
    /// A neighbourhood that reads the whole image, and its filter.
    Whole(&'static str, Box<dyn Neighbourhood>),
    /// Time that passes, once for the image.
    Pause(Duration),
}

/// A chain worked out for one image size.
pub struct Plan {
    size: Size,
    groups: Vec<Work>,
}

impl Plan {
    fn new(size: Size, stages: impl Iterator<Item = Placed>) -> Self {
        let mut groups: Vec<Work> = Vec::new();
        let mut strip: Vec<Placed> = Vec::new();
        for Placed { filter, stage } in stages {
            match stage {
                Stage::Pause(duration) => {
                    close_strip(&mut groups, &mut strip);
                    groups.push(Work::Pause(duration));
                }
                Stage::Neighbourhood(whole) if whole.reach() == Reach::WholeImage => {
                    close_strip(&mut groups, &mut strip);
                    groups.push(Work::Whole(filter, whole));
                }
                // Two lookups are one: exact, since each table already holds bytes.
                Stage::Tables(next) if matches!(strip.last(), Some(Placed { stage: Stage::Tables(_), .. })) => {
                    let Some(Placed { stage: Stage::Tables(previous), .. }) = strip.last_mut() else { unreachable!() };
                    for (table, next) in previous.iter_mut().zip(next.iter()) {
                        for value in table {
                            *value = next[usize::from(*value)];
                        }
                    }
                }
                stage => {
                    let stage = Placed { filter, stage };
                    let halo = strip.iter().chain([&stage]).map(rows_of_halo).sum::<usize>();
                    if matches!(stage.stage, Stage::Neighbourhood(_)) && halo > size.height() / LEAST_HALOS {
                        close_strip(&mut groups, &mut strip);
                    }
                    strip.push(stage);
                }
            }
        }
        close_strip(&mut groups, &mut strip);
        Self { size, groups }
    }

    /// The size of the image.
    #[must_use]
    pub fn size(&self) -> Size {
        self.size
    }

    /// Whether a group writes into another buffer than it reads.
    #[must_use]
    pub fn needs_second_buffer(&self) -> bool {
        self.groups.iter().any(|work| matches!(work, Work::Strip(_) | Work::Whole(..)))
    }

    /// Its groups, in order.
    #[must_use]
    pub fn groups(&self) -> &[Work] {
        &self.groups
    }
}

/// A strip group whose halos add up to more than this part of the image would do most of its work twice.
const LEAST_HALOS: usize = 16;

fn close_strip(groups: &mut Vec<Work>, strip: &mut Vec<Placed>) {
    let stages = std::mem::take(strip);
    if stages.iter().any(Placed::is_neighbourhood) {
        groups.push(Work::Strip(stages));
    } else if !stages.is_empty() {
        groups.push(Work::InPlace(stages));
    }
}

/// Pixels that a run of pixel functions takes at a time: few enough to stay in the first cache.
const BLOCK: usize = 4096 * CHANNELS;

/// Rewrites pixels where they lie.
pub fn run_in_place(stages: &[Placed], pixels: &mut [u8]) {
    for block in pixels.chunks_mut(BLOCK) {
        for stage in stages {
            apply_point(stage, block);
        }
    }
}

fn apply_point(placed: &Placed, pixels: &mut [u8]) {
    AT_WORK.set(Some(placed.filter));
    match &placed.stage {
        Stage::Tables(tables) => crate::kernels::table::look_up(tables, pixels),
        Stage::Point(point) => Point::apply(point.as_ref(), pixels),
        Stage::Neighbourhood(_) | Stage::Pause(_) => unreachable!("these are groups of their own"),
    }
}

/// Writes rows of a strip group's result.
pub fn run_strip(stages: &[Placed], source: &Rows<'_>, rows: Range<usize>, out: &mut [u8], scratch: &mut Scratch) {
    let size = source.size();
    let last = stages.iter().rposition(Placed::is_neighbourhood).unwrap_or(0);
    let (before, after) = stages.split_at(last);
    let Some((Placed { filter, stage: Stage::Neighbourhood(neighbourhood) }, after)) = after.split_first() else {
        unreachable!("a strip group has a neighbourhood")
    };
    if before.is_empty() {
        AT_WORK.set(Some(filter));
        neighbourhood.write(source, rows, out, scratch);
    } else {
        let needed = widen(&rows, neighbourhood.reach(), size);
        let mut strip = scratch.bytes(needed.len() * size.stride());
        if before.iter().any(Placed::is_neighbourhood) {
            run_strip(before, source, needed.clone(), &mut strip, scratch);
        } else {
            strip.copy_from_slice(source.span(needed.clone()));
            run_in_place(before, &mut strip);
        }
        AT_WORK.set(Some(filter));
        neighbourhood.write(&Rows::new(size, needed.start, &strip), rows, out, scratch);
        scratch.give_bytes(strip);
    }
    run_in_place(after, out);
}

fn widen(rows: &Range<usize>, reach: Reach, size: Size) -> Range<usize> {
    match reach {
        Reach::Rows(n) => rows.start.saturating_sub(n)..(rows.end + n).min(size.height()),
        Reach::WholeImage => 0..size.height(),
    }
}

/// Writes rows of the result of a neighbourhood that reads the whole image.
pub fn run_whole(
    filter: &'static str,
    neighbourhood: &dyn Neighbourhood,
    source: &Rows<'_>,
    rows: Range<usize>,
    out: &mut [u8],
    scratch: &mut Scratch,
) {
    AT_WORK.set(Some(filter));
    neighbourhood.write(source, rows, out, scratch);
}

impl Placed {
    fn is_neighbourhood(&self) -> bool {
        matches!(self.stage, Stage::Neighbourhood(_))
    }
}

/// Rows of halo that a stage adds above and below a band.
#[must_use]
pub fn rows_of_halo(placed: &Placed) -> usize {
    match &placed.stage {
        Stage::Neighbourhood(neighbourhood) => match neighbourhood.reach() {
            Reach::Rows(rows) => rows,
            Reach::WholeImage => 0,
        },
        _ => 0,
    }
}
