//! The engine with two more filters: one that goes wrong on demand, and one with an image for a parameter. `scripts/package.mjs --faults` makes a package of it, for
//! tests of what the pool does about failures that no real filter has; `www/test/faults.ts` describes it to the page.
#![cfg(target_arch = "wasm32")]

#[path = "../common/stamp.rs"]
mod stamp;

use pixelpool::error::Error;
use pixelpool::filter::{Alpha, Category, Define, Filter, Identity, Info, ResultSize};
use pixelpool::image::Border;
use pixelpool::params::{Given, Kind, Parameter, Spec, Value, find, number};
use pixelpool::plan::{Edge, Node, Plan};
use pixelpool::stage::{Place, RowStage, RowsMut, Shape, Window, Work};
use std::ops::Range;

pixelpool::engine!(Fault, stamp::Stamp);

/// Copies the image, and goes wrong on the way.
#[derive(Debug)]
pub struct Fault {
    what: String,
    at: f64,
}

impl Define for Fault {
    const INFO: Info = Info {
        name: "fault",
        title: "Fault",
        doc: "Copies the image, and goes wrong on the way.",
        category: Category::Technical,
        alpha: Alpha::Copied,
        identity: Identity::Never,
        even: true,
        floats: pixelpool::filter::Floats::Any,
        intensity: None,
        result: ResultSize::Same,
        parameters: &[
            Parameter {
                name: "what",
                doc: "What goes wrong.",
                spec: Spec {
                    kind: Kind::Choice { default: "none", choices: &["none", "panic", "trap", "memory"] },
                    unit: "",
                },
            },
            Parameter { name: "at", doc: "The part of the rows that lies above.", spec: number(0.5).range(0.0, 1.0) },
        ],
    };

    fn make(given: &Given) -> Self {
        let what = match find(given, "what") {
            Some(Value::Text(what)) => what.to_string(),
            _ => "none".into(),
        };
        let at = match find(given, "at") {
            Some(Value::Number(at)) => *at,
            _ => 0.5,
        };
        Self { what, at }
    }
}

impl Filter for Fault {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        let layout = plan.layout(source);
        let row = (self.at * (layout.height() - 1) as f64) as isize;
        let wrong = Wrong { what: self.what.clone(), row, bytes: layout.format().bytes() };
        Ok(plan.image(&[(source, Edge::Border(Border::Clamp))], layout, wrong))
    }
}

struct Wrong {
    what: String,
    row: isize,
    bytes: usize,
}

impl RowStage for Wrong {
    fn shape(&self) -> Shape {
        Shape::pixels(self.bytes)
    }

    /// As one that reads its neighbours.
    fn reads(&self, _: usize, rows: Range<isize>) -> Range<isize> {
        rows.start - 1..rows.end + 1
    }

    fn write(&self, place: &Place, inputs: &[Window<'_>], out: &mut RowsMut<'_>, work: &mut Work<'_>) {
        if place.rows.contains(&self.row) {
            match self.what.as_str() {
                "panic" => panic!("a fault at row {}", self.row),
                "trap" => core::arch::wasm32::unreachable(),
                "memory" => drop(work.scratch.floats(usize::MAX / 4)),
                _ => {}
            }
        }
        let held = inputs[0].columns().start;
        let to = out.bytes(0);
        to.copy_from_slice(&inputs[0].bytes(1)[(place.columns.start - held) * self.bytes..][..to.len()]);
    }
}
