//! Formulas: functions of a pixel, of its place and of its neighbours, given as text. A text becomes a graph in which each
//! operation stands once (`graph.rs`), the graph a list of steps over a few rows of numbers (`program.rs`), and each step a
//! loop over some hundred columns (`run.rs`): which step it is is asked once for all of these.

mod functions;
mod graph;
mod names;
mod parse;
mod program;
mod run;

use graph::{Graph, Id, Op};
use parse::Parser;

pub use names::{About, Wrong};
pub use run::Formulas;

/// Names that all formulas share, and a formula for each channel that has one.
#[derive(Debug, Clone, Copy, Default)]
pub struct Texts<'a> {
    /// Names.
    pub shared: Option<&'a str>,
    /// Formulas for red, green, blue and alpha.
    pub channels: [Option<&'a str>; 4],
}

/// What formulas compute: a node for each channel.
#[derive(Debug, Clone)]
pub struct Compiled {
    graph: Graph,
    roots: [Id; 4],
}

/// How deep it is looked for where the result may be multiplied for nothing.
const LEVELS: usize = 8;

/// Reads texts.
///
/// # Errors
/// What is wrong with the first that is, and which it is: its channel, or 4 where it is the names.
pub fn compile(texts: &Texts<'_>, about: &About) -> Result<Compiled, (usize, Wrong)> {
    let mut graph = Graph::default();
    let mut roots = [0; 4];
    for (channel, root) in roots.iter_mut().enumerate() {
        let mut parser = Parser::new(&mut graph, about, channel);
        if let Some(shared) = texts.shared {
            parser.definitions(shared).map_err(|wrong| (4, wrong))?;
        }
        *root = match texts.channels[channel] {
            Some(text) => parser.formula(text).map_err(|wrong| (channel, wrong))?,
            None => names::pixel(&mut graph, about, channel, [0, 0]),
        };
        *root = graph.times(*root, about.full, LEVELS);
    }
    Ok(Compiled { graph, roots })
}

impl Compiled {
    /// Whether a channel stays as it is.
    #[must_use]
    pub fn keeps(&self, channel: usize, about: &About) -> bool {
        let root = self.roots[channel];
        if channel == 3 && about.is_opaque {
            return self.graph.number(root) == Some(about.full);
        }
        let node = self.graph.nodes[usize::from(root)];
        let own = if about.is_gray && channel < 3 { 0 } else { channel };
        node.op == Op::Load && node.load() == (own, [0, 0])
    }

    /// Whether a channel is a function of itself, and of nothing else.
    #[must_use]
    pub fn is_curve(&self, channel: usize) -> bool {
        self.graph.is_curve(self.roots[channel], channel)
    }

    /// What becomes of a channel that is a function of itself, in the scale of the pixels, in double precision.
    #[must_use]
    pub fn at(&self, channel: usize, input: f64) -> f64 {
        self.graph.at(self.roots[channel], input)
    }

    /// The formulas of the colours, and of alpha where it is wanted, for planes of so many colours; only
    /// floats can hold what is no number.
    #[must_use]
    pub fn formulas(&self, has_alpha: bool, colors: usize, is_float: bool) -> Formulas {
        let [r, g, b, a] = self.roots;
        let mut outputs = if (g, b) == (r, r) { vec![r] } else { vec![r, g, b] };
        outputs.extend(has_alpha.then_some(a));
        Formulas::new(&self.graph, &outputs, colors, is_float)
    }
}
