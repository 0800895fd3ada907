//! A list of filters that has been checked, and what may be changed in it for one image.

use super::plan::{Plan, Plans};
use crate::error::{Class, Code, Error};
use crate::filter::{Definition, Filter, Flat, ResultSize};
use crate::image::Layout;
use crate::params::{Given, Value, find};
use crate::plan::{Piece, Ways};
use std::ops::Range;
use std::sync::Arc;

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
    steps: Vec<Arc<Step>>,
    definitions: Vec<&'static Definition>,
    filters: Vec<Arc<dyn Filter>>,
}

impl Chain {
    /// Checks a list of steps and makes the filters.
    ///
    /// # Errors
    /// `unknown-filter`, and those of [`crate::params::check`].
    pub fn new(steps: Vec<Step>, registry: &'static [Definition]) -> Result<Self, Error> {
        let definitions =
            steps.iter().map(|step| find_definition(&step.kind, registry)).collect::<Result<Vec<_>, _>>()?;
        let build = |(definition, step): (&&Definition, &Step)| definition.build(&step.given).map(Arc::from);
        let filters = definitions.iter().zip(&steps).map(build).collect::<Result<_, _>>()?;
        Ok(Self { filters, definitions, steps: steps.into_iter().map(Arc::new).collect() })
    }

    /// The same chain with one filter's parameters changed. The others are shared: each image of a batch may have a change of
    /// its own, and a filter may hold a table or a picture.
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
            (_, None) => return Err(self.no_intensity()),
        };
        let Step { kind, given } = &*self.steps[index];
        let kept = given.iter().filter(|(name, _)| find(&changes, name).is_none()).cloned();
        let changed = Step { kind: kind.clone(), given: kept.chain(changes.iter().cloned()).collect() };
        let (mut steps, mut filters) = (self.steps.clone(), self.filters.clone());
        filters[index] = self.definitions[index].build(&changed.given)?.into();
        steps[index] = Arc::new(changed);
        Ok(Self { filters, definitions: self.definitions.clone(), steps })
    }

    #[cold]
    fn no_intensity(&self) -> Error {
        let names: Vec<_> = self.names().collect();
        let who = match *names {
            [] => "the chain is empty".to_string(),
            [name] => format!("{name} has none"),
            _ => format!("none of {} has one", names.join(", ")),
        };
        let message = format!("an intensity was given, but {who}");
        let filter = names.first().map(|name| (*name).to_string());
        let mut error = Error::new(Code::InvalidParameter, Class::Type, message);
        error.filter = filter;
        error
    }

    /// What the chain does to images of this layout.
    ///
    /// # Errors
    /// As [`Filter::plan`].
    pub fn plan(&self, source: Layout) -> Result<Plans, Error> {
        self.plan_in(source, Ways::Fastest)
    }

    /// The same in one of two ways; for tests.
    ///
    /// # Errors
    /// As [`Filter::plan`].
    pub fn plan_in(&self, source: Layout, ways: Ways) -> Result<Plans, Error> {
        let is_trimmed = |definition: &&Definition| definition.info.result == ResultSize::Trimmed;
        let Some(last) = self.definitions.iter().position(is_trimmed) else { return self.plan_all(source, ways) };
        let rest = Rest { chain: self.part(last + 1..self.steps.len()), ways };
        Ok(Plans { rest: Some(Arc::new(rest)), ..self.part(0..last + 1).plan_all(source, ways)? })
    }

    /// Some of its filters.
    fn part(&self, range: Range<usize>) -> Self {
        Self {
            steps: self.steps[range.clone()].to_vec(),
            definitions: self.definitions[range.clone()].to_vec(),
            filters: self.filters[range].to_vec(),
        }
    }

    fn plan_all(&self, source: Layout, ways: Ways) -> Result<Plans, Error> {
        let general = self.pieces(source, ways)?;
        if source.is_opaque() || !general.asked.contains(&true) {
            return Ok(Plans { general: general.plan(source), opaque: None, rest: None });
        }
        let opaque_source = source.with_channels(source.format().channels.opaque());
        let opaque = self.pieces(opaque_source, ways)?;
        // A filter that has asked, of an image that may still be opaque, plans otherwise where it is.
        let gains = general.asked.iter().zip(&opaque.layouts).any(|(asked, layout)| *asked && layout.is_opaque());
        let opaque = gains.then(|| opaque.plan(opaque_source));
        Ok(Plans { general: general.plan(source), opaque, rest: None })
    }

    fn pieces(&self, source: Layout, ways: Ways) -> Result<Pieces, Error> {
        let mut all = Pieces { pieces: Vec::new(), found: 0, asked: Vec::new(), layouts: Vec::new() };
        let mut layout = source;
        for (definition, filter) in self.definitions.iter().zip(&self.filters) {
            let name = definition.info.name;
            let mut plan = crate::plan::Plan::new(name, layout, all.found, ways);
            all.layouts.push(layout);
            let node = filter.plan(&mut plan).map_err(|error| error.of_filter(name))?;
            let (pieces, result, found, asked) = plan.finish(node);
            // Images between passes are larger than what comes in, where that has fewer channels.
            for piece in &pieces {
                let layout = piece.result();
                Layout::new(layout.size(), layout.format()).map_err(|error| error.of_filter(name))?;
            }
            all.pieces.extend(pieces);
            all.asked.push(asked);
            (layout, all.found) = (result, found);
        }
        Ok(all)
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

/// Filters that come after one whose result is as large as its pixels say: what they do is planned when that is known.
#[derive(Debug)]
pub struct Rest {
    chain: Chain,
    ways: Ways,
}

impl Rest {
    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.chain.steps.is_empty()
    }

    /// What they do to images of this layout.
    ///
    /// # Errors
    /// As [`Filter::plan`].
    pub fn plan(&self, source: Layout) -> Result<Plans, Error> {
        self.chain.plan_in(source, self.ways)
    }
}

/// What the filters of a chain do, one after another.
struct Pieces {
    pieces: Vec<Piece>,
    found: usize,
    /// Of each filter, whether it has asked if the image is opaque.
    asked: Vec<bool>,
    /// Of each filter, the layout of what it is given.
    layouts: Vec<Layout>,
}

impl Pieces {
    fn plan(self, source: Layout) -> Plan {
        Plan::new(source, self.pieces, self.found)
    }
}

fn find_definition(kind: &str, registry: &'static [Definition]) -> Result<&'static Definition, Error> {
    registry.iter().find(|definition| definition.info.name == kind).ok_or_else(|| {
        let known: Vec<_> = registry.iter().map(|definition| definition.info.name).collect();
        let message = format!("there is no filter \"{kind}\"; there are {}", known.join(", "));
        let mut error = Error::new(Code::UnknownFilter, Class::Type, message);
        error.filter = Some(kind.into());
        error
    })
}
