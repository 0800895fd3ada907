//! A filter with an image for a parameter, that reports what it has counted. Shared by the native tests and the package that
//! the browser's tests use.
#![allow(unreachable_pub, reason = "each test file uses it in its own way")]

use pixelpool::error::Error;
use pixelpool::filter::{Alpha, Category, Define, Filter, Identity, Info, ResultSize};
use pixelpool::image::Image;
use pixelpool::params::{Given, Parameter, Value, find, image};
use pixelpool::plan::{Node, Plan};
use pixelpool::planes::Sees;
use pixelpool::stage::{BytePoint, Measure, Report, Tally};
use std::sync::Arc;

/// Adds the first byte of an image to every byte, and reports how many pixels there are.
#[derive(Debug)]
pub struct Stamp(Arc<Image>);

impl Define for Stamp {
    const INFO: Info = Info {
        name: "stamp",
        title: "Stamp",
        doc: "Adds the first byte of an image to every byte, and reports how many pixels there are.",
        category: Category::Technical,
        alpha: Alpha::Changed,
        identity: Identity::Never,
        even: true,
        floats: pixelpool::filter::Floats::Any,
        intensity: None,
        result: ResultSize::Same,
        parameters: &[Parameter { name: "image", doc: "The image.", spec: image() }],
    };

    fn make(given: &Given) -> Self {
        match find(given, "image") {
            Some(Value::Image(image)) => Self(Arc::clone(image)),
            _ => unreachable!("it has been checked"),
        }
    }
}

impl Filter for Stamp {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        plan.measure(Count);
        let source = plan.source();
        Ok(plan.pixels(source, Box::new(Add(self.0.data()[0])), false))
    }
}

struct Add(u8);

impl BytePoint for Add {
    fn apply(&self, pixels: &mut [u8]) {
        pixels.iter_mut().for_each(|byte| *byte = byte.wrapping_add(self.0));
    }
}

struct Count;

impl Measure for Count {
    fn sees(&self) -> Sees {
        Sees::Luma
    }

    fn begin(&self) -> Tally {
        Box::new(0_usize)
    }

    fn row(&self, _: usize, _: &[f32], pixels: usize, tally: &mut Tally) {
        *count(tally) += pixels;
    }

    fn join(&self, tally: &mut Tally, mut other: Tally) {
        *count(tally) += *count(&mut other);
    }

    fn finish(&self, mut tally: Tally) -> (Tally, Option<Report>) {
        let pixels = *count(&mut tally) as f64;
        (tally, Some(("pixels", pixels)))
    }
}

fn count(tally: &mut Tally) -> &mut usize {
    tally.downcast_mut().unwrap_or_else(|| unreachable!("it is what `begin` has made"))
}
