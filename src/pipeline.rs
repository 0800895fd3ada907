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
use crate::kernels::table::Tables;
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
    ///
    /// # Errors
    /// As [`Filter::size`].
    pub fn plan(&self, source: Size) -> Result<Plan, Error> {
        let (mut size, mut opaque, mut stages) = (source, true, Vec::new());
        for (definition, filter) in self.definitions.iter().zip(&self.filters) {
            let name = definition.info.name;
            let of_result = filter.size(size).map_err(|error| error.of_filter(name))?;
            for stage in filter.plan(size) {
                let placed = Placed { filter: name, source: size, opaque, stage };
                size = placed.size();
                opaque &= placed.stage.keeps_opaque();
                stages.push(placed);
            }
            debug_assert_eq!(size, of_result, "the stages of {name} make what it says");
        }
        Ok(Plan::new(source, stages))
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
    /// The size of what it reads.
    source: Size,
    /// Whether what it reads is opaque where the image was.
    opaque: bool,
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
    /// Looks whether any pixel is transparent, for stages that go another way where none is.
    Look,
    /// Stages of limited reach, strip by strip.
    Strip(Vec<Placed>),
    /// Pixel functions alone: rows are rewritten where they lie.
    InPlace(Vec<Placed>),
    /// A neighbourhood that reads the whole image, and its filter.
    Whole(&'static str, Box<dyn Neighbourhood>),
    /// Time that passes, once for the image.
    Pause(Duration),
}

/// Work, and the sizes of what it reads and of what it writes.
pub struct Group {
    /// What is done.
    pub work: Work,
    /// Whether what is read is opaque where the image was.
    pub opaque: bool,
    /// Of what is read.
    pub source: Size,
    /// Of what is written.
    pub size: Size,
}

/// A chain worked out for one image size.
pub struct Plan {
    source: Size,
    groups: Vec<Group>,
}

impl Plan {
    fn new(source: Size, stages: Vec<Placed>) -> Self {
        let mut groups: Vec<Group> = Vec::new();
        let mut strip: Vec<Placed> = Vec::new();
        if stages.iter().any(Placed::asks_opaque) {
            groups.push(Group { work: Work::Look, opaque: true, source, size: source });
        }
        for Placed { filter, source, opaque, stage } in stages {
            match stage {
                Stage::Pause(duration) => {
                    close_strip(&mut groups, &mut strip);
                    groups.push(Group { work: Work::Pause(duration), opaque, source, size: source });
                }
                Stage::Neighbourhood(whole) if whole.reach() == Reach::WholeImage => {
                    close_strip(&mut groups, &mut strip);
                    let size = whole.size(source);
                    groups.push(Group { work: Work::Whole(filter, whole), opaque, source, size });
                }
                stage => {
                    if let (Some(last), Stage::Point(next)) = (strip.last_mut(), &stage)
                        && let Stage::Point(previous) = &last.stage
                        && let (Some(first), Some(then)) = (previous.tables(), next.tables())
                    {
                        last.stage = Stage::Point(Box::new(Tables::both(first, then)));
                        continue;
                    }
                    let stage = Placed { filter, source, opaque, stage };
                    let halo = strip.iter().chain([&stage]).map(rows_of_halo).sum::<usize>();
                    if stage.is_neighbourhood() && halo > source.height() / LEAST_HALOS {
                        close_strip(&mut groups, &mut strip);
                    }
                    strip.push(stage);
                }
            }
        }
        close_strip(&mut groups, &mut strip);
        Self { source, groups }
    }

    /// The size of the image.
    #[must_use]
    pub fn source(&self) -> Size {
        self.source
    }

    /// The size of the result.
    #[must_use]
    pub fn size(&self) -> Size {
        self.groups.last().map_or(self.source, |group| group.size)
    }

    /// Bytes that the first group needs in a buffer other than the image's own; `None` where none does.
    #[must_use]
    pub fn second_buffer(&self) -> Option<usize> {
        self.groups.iter().find(|group| !group.work.is_in_place()).map(|group| group.size.bytes())
    }

    /// Its groups, in order.
    #[must_use]
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }
}

impl Work {
    /// Whether what is written stands where it was read.
    #[must_use]
    pub fn is_in_place(&self) -> bool {
        matches!(self, Self::InPlace(_) | Self::Pause(_) | Self::Look)
    }
}

/// A strip group whose halos add up to more than this part of the image would do most of its work twice.
const LEAST_HALOS: usize = 16;

fn close_strip(groups: &mut Vec<Group>, strip: &mut Vec<Placed>) {
    let stages = std::mem::take(strip);
    let (Some(first), Some(last)) = (stages.first(), stages.last()) else { return };
    let (source, opaque, size) = (first.source, first.opaque, last.size());
    let is_strip = stages.iter().any(Placed::is_neighbourhood);
    let work = if is_strip { Work::Strip(stages) } else { Work::InPlace(stages) };
    groups.push(Group { work, opaque, source, size });
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
        Stage::Point(point) => Point::apply(point.as_ref(), pixels),
        Stage::Neighbourhood(_) | Stage::Pause(_) => unreachable!("these are groups of their own"),
    }
}

/// Writes rows of a strip group's result.
pub fn run_strip(stages: &[Placed], source: &Rows<'_>, rows: Range<usize>, out: &mut [u8], scratch: &mut Scratch) {
    let last = stages.iter().rposition(Placed::is_neighbourhood).unwrap_or(0);
    let (before, after) = stages.split_at(last);
    let Some((placed, after)) = after.split_first() else { unreachable!("a strip group has stages") };
    let Placed { filter, source: size, opaque, stage: Stage::Neighbourhood(neighbourhood) } = placed else {
        unreachable!("a strip group has a neighbourhood")
    };
    if before.is_empty() {
        AT_WORK.set(Some(filter));
        neighbourhood.write(source, rows, out, scratch);
    } else {
        let needed = neighbourhood.reads(&rows, *size);
        let mut strip = scratch.bytes(needed.len() * size.stride());
        if before.iter().any(Placed::is_neighbourhood) {
            run_strip(before, source, needed.clone(), &mut strip, scratch);
        } else {
            strip.copy_from_slice(source.span(needed.clone()));
            run_in_place(before, &mut strip);
        }
        AT_WORK.set(Some(filter));
        let strip_of_source = Rows::new(*size, needed.start, &strip).known_opaque(source.is_opaque() && *opaque);
        neighbourhood.write(&strip_of_source, rows, out, scratch);
        scratch.give_bytes(strip);
    }
    run_in_place(after, out);
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
    /// The size of what it writes.
    fn size(&self) -> Size {
        match &self.stage {
            Stage::Neighbourhood(neighbourhood) => neighbourhood.size(self.source),
            _ => self.source,
        }
    }

    fn is_neighbourhood(&self) -> bool {
        matches!(self.stage, Stage::Neighbourhood(_))
    }

    /// Whether it matters to it that what it reads is opaque, and may be so.
    fn asks_opaque(&self) -> bool {
        self.opaque && matches!(&self.stage, Stage::Neighbourhood(neighbourhood) if neighbourhood.asks_opaque())
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
