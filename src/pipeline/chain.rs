//! A list of filters that has been checked, and what may be changed in it for one image.

use super::plan::{Placed, Plan, Plans};
use crate::error::{Class, Code, Error};
use crate::filter::{Definition, Filter, Flat};
use crate::image::{Channels, Layout};
use crate::params::{Given, Value, find};

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

    /// What the chain does to images of this layout.
    ///
    /// # Errors
    /// As [`Filter::plan`].
    pub fn plan(&self, source: Layout) -> Result<Plans, Error> {
        let general = self.stages(source)?;
        let opaque = if gain_from_opaque(&general) {
            let source = source.with_channels(Channels::RgbOpaque);
            Some(Plan::new(source, self.stages(source)?))
        } else {
            None
        };
        Ok(Plans { general: Plan::new(source, general), opaque })
    }

    fn stages(&self, source: Layout) -> Result<Vec<Placed>, Error> {
        let (mut layout, mut stages) = (source, Vec::new());
        for (definition, filter) in self.definitions.iter().zip(&self.filters) {
            let name = definition.info.name;
            for stage in filter.plan(layout).map_err(|error| error.of_filter(name))? {
                let placed = Placed { filter: name, source: layout, stage };
                layout = placed.result();
                stages.push(placed);
            }
        }
        Ok(stages)
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

/// Whether other stages would be faster where an image turns out to be opaque.
fn gain_from_opaque(stages: &[Placed]) -> bool {
    let kept = stages.iter().position(|placed| !placed.stage.keeps_opaque());
    let on_opaque = &stages[..kept.map_or(stages.len(), |last| last + 1)];
    on_opaque.iter().any(|placed| !placed.source.is_opaque() && placed.stage.gains_from_opaque())
}

fn find_definition(kind: &str, registry: &'static [Definition]) -> Result<&'static Definition, Error> {
    registry.iter().find(|definition| definition.info.name == kind).ok_or_else(|| {
        let known: Vec<_> = registry.iter().map(|definition| definition.info.name).collect();
        let message = format!("there is no filter \"{kind}\"; there are {}", known.join(", "));
        Error { filter: Some(kind.into()), ..Error::new(Code::UnknownFilter, Class::Type, message) }
    })
}
