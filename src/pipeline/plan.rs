//! A chain worked out for images of one layout: groups of stages.

use crate::filter::{Neighbourhood, Reach, Stage};
use crate::image::Layout;
use crate::kernels::table::Tables;
use std::time::Duration;

/// A stage, and the filter that it belongs to.
pub struct Placed {
    pub(super) filter: &'static str,
    /// The layout of what it reads.
    pub(super) source: Layout,
    pub(super) stage: Stage,
}

impl Placed {
    /// The layout of what it writes.
    pub(super) fn result(&self) -> Layout {
        self.stage.result(self.source)
    }

    pub(super) fn is_neighbourhood(&self) -> bool {
        matches!(self.stage, Stage::Neighbourhood(_))
    }

    /// Rows that it reads above and below those that it writes, where it does not read the whole image.
    fn halo(&self) -> usize {
        match &self.stage {
            Stage::Neighbourhood(neighbourhood) => match neighbourhood.reach() {
                Reach::Rows(rows) => rows,
                Reach::WholeImage => 0,
            },
            _ => 0,
        }
    }
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

/// Work, and the layouts of what it reads and of what it writes.
pub struct Group {
    /// What is done.
    pub work: Work,
    /// Of what is read.
    pub source: Layout,
    /// Of what is written.
    pub result: Layout,
}

impl Group {
    /// Rows of the source that are read above and below those of a band.
    #[must_use]
    pub fn halo(&self) -> usize {
        match &self.work {
            Work::Strip(stages) => stages.iter().map(Placed::halo).sum(),
            _ => 0,
        }
    }
}

/// A chain worked out for images of one layout.
pub struct Plan {
    source: Layout,
    groups: Vec<Group>,
}

impl Plan {
    pub(super) fn new(source: Layout, stages: Vec<Placed>) -> Self {
        let mut groups: Vec<Group> = Vec::new();
        let mut strip: Vec<Placed> = Vec::new();
        for Placed { filter, source, stage } in stages {
            match stage {
                Stage::Pause(duration) => {
                    close_strip(&mut groups, &mut strip);
                    groups.push(Group { work: Work::Pause(duration), source, result: source });
                }
                Stage::Neighbourhood(whole) if whole.reach() == Reach::WholeImage => {
                    close_strip(&mut groups, &mut strip);
                    let result = whole.result(source);
                    groups.push(Group { work: Work::Whole(filter, whole), source, result });
                }
                stage => {
                    if let (Some(last), Stage::Point(next)) = (strip.last_mut(), &stage)
                        && let Stage::Point(previous) = &last.stage
                        && let (Some(first), Some(then)) = (previous.tables(), next.tables())
                    {
                        last.stage = Stage::Point(Box::new(Tables::both(first, then)));
                        continue;
                    }
                    let stage = Placed { filter, source, stage };
                    let halo = strip.iter().chain([&stage]).map(Placed::halo).sum::<usize>();
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

    /// The layout of the image.
    #[must_use]
    pub fn source(&self) -> Layout {
        self.source
    }

    /// The layout of the result.
    #[must_use]
    pub fn result(&self) -> Layout {
        self.groups.last().map_or(self.source, |group| group.result)
    }

    /// Bytes that the first group needs in a buffer other than the image's own; `None` where none does.
    #[must_use]
    pub fn second_buffer(&self) -> Option<usize> {
        self.groups.iter().find(|group| !group.work.is_in_place()).map(|group| group.result.bytes())
    }

    /// Its groups, in order.
    #[must_use]
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }
}

/// The plans for images of one layout: of two, the pixels of each image decide.
pub struct Plans {
    /// For any image.
    pub(super) general: Plan,
    /// For opaque images, where that is faster.
    pub(super) opaque: Option<Plan>,
}

impl Plans {
    /// The layout of the images.
    #[must_use]
    pub fn source(&self) -> Layout {
        self.general.source
    }

    /// The layout of the results.
    #[must_use]
    pub fn result(&self) -> Layout {
        self.general.result()
    }

    /// Whether an image must be looked through before one of the plans can be taken.
    #[must_use]
    pub fn ask_opaque(&self) -> bool {
        self.opaque.is_some()
    }

    /// The plan for an image, where it is known whether it is opaque; `false` where it is not known.
    #[must_use]
    pub fn of(&self, is_opaque: bool) -> &Plan {
        self.opaque.as_ref().filter(|_| is_opaque).unwrap_or(&self.general)
    }
}

impl Work {
    /// Whether what is written stands where it was read.
    #[must_use]
    pub fn is_in_place(&self) -> bool {
        matches!(self, Self::InPlace(_) | Self::Pause(_))
    }
}

/// A strip group whose halos add up to more than this part of the image would do most of its work twice.
const LEAST_HALOS: usize = 16;

fn close_strip(groups: &mut Vec<Group>, strip: &mut Vec<Placed>) {
    let stages = std::mem::take(strip);
    let (Some(first), Some(last)) = (stages.first(), stages.last()) else { return };
    let (source, result) = (first.source, last.result());
    let is_strip = stages.iter().any(Placed::is_neighbourhood);
    let work = if is_strip { Work::Strip(stages) } else { Work::InPlace(stages) };
    groups.push(Group { work, source, result });
}
