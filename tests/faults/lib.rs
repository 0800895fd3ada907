//! The engine with one more filter, which goes wrong on demand. `scripts/package.mjs --faults` makes a package of it, for
//! tests of what the pool does about failures that no real filter has; `www/test/faults.ts` describes it to the page.
#![cfg(target_arch = "wasm32")]

use pixelpool::error::Error;
use pixelpool::filter::{
    Alpha, Category, Define, Definition, Filter, Identity, Info, Neighbourhood, Reach, Scratch, Stage,
};
use pixelpool::filters::REGISTRY;
use pixelpool::image::{Layout, Rows};
use pixelpool::params::{Given, Kind, Parameter, Spec, Value, find, number};
use std::ops::Range;
use wasm_bindgen::prelude::wasm_bindgen;

/// Runs in every thread of an instance.
#[wasm_bindgen(start)]
pub fn use_faulty_filters() {
    let filters = REGISTRY.iter().copied().chain([Definition::of::<Fault>()]).collect::<Vec<_>>();
    pixelpool::wasm::use_filters(filters.leak());
}

/// Copies the image, and goes wrong on the way.
#[derive(Debug)]
struct Fault {
    what: String,
    at: f64,
}

impl Define for Fault {
    const INFO: Info = Info {
        name: "fault",
        title: "Fault",
        doc: "Copies the image, and goes wrong on the way.",
        category: Category::Other,
        alpha: Alpha::Copied,
        identity: Identity::Never,
        intensity: None,
        size: None,
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
            Some(Value::Text(what)) => what.clone(),
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
    fn plan(&self, source: Layout) -> Result<Vec<Stage>, Error> {
        let row = (self.at * (source.height() - 1) as f64) as usize;
        Ok(vec![Stage::Neighbourhood(Box::new(Wrong { what: self.what.clone(), row }))])
    }
}

struct Wrong {
    what: String,
    row: usize,
}

impl Neighbourhood for Wrong {
    fn reach(&self) -> Reach {
        Reach::Rows(1)
    }

    fn write(&self, source: &Rows<'_>, rows: Range<usize>, out: &mut [u8], scratch: &mut Scratch) {
        if rows.contains(&self.row) {
            match self.what.as_str() {
                "panic" => panic!("a fault at row {}", self.row),
                "trap" => core::arch::wasm32::unreachable(),
                "memory" => drop(scratch.floats(usize::MAX / 4)),
                _ => {}
            }
        }
        out.copy_from_slice(source.span(rows));
    }
}
