//! A registry for tests of what goes wrong: a filter that panics on some images, and one that takes its time. Shared by the
//! native tests and the browser's.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its own part of this")]

use pixelpool::batch::{Completion, Data, Engine, Shape};
use pixelpool::error::Error;
use pixelpool::filter::{Alpha, Category, Define, Definition, Filter, Flat, Identity, Info, ResultSize};
use pixelpool::image::Format;
use pixelpool::params::Given;
use pixelpool::plan::{Node, Plan};
use pixelpool::stage::BytePoint;
use std::time::Duration;

/// The byte that makes the filter panic where an image begins with it.
pub const UNLUCKY: u8 = 13;

/// The filters of these tests.
pub static REGISTRY: &[Definition] = &[Definition::of::<Faulty>(), Definition::of::<Slow>()];

const fn info(name: &'static str) -> Info {
    Info {
        name,
        title: name,
        doc: "",
        category: Category::Technical,
        alpha: Alpha::Changed,
        identity: Identity::Never,
        even: true,
        floats: pixelpool::filter::Floats::Any,
        intensity: None,
        result: ResultSize::Same,
        parameters: &[],
    }
}

/// Adds one to every byte; panics on an unlucky image.
#[derive(Debug)]
pub struct Faulty;

impl Define for Faulty {
    const INFO: Info = info("faulty");
    fn make(_: &Given) -> Self {
        Self
    }
}

impl Filter for Faulty {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let source = plan.source();
        Ok(plan.pixels(source, Box::new(AddOne), false))
    }
}

struct AddOne;

impl BytePoint for AddOne {
    fn apply(&self, pixels: &mut [u8]) {
        assert!(pixels[0] != UNLUCKY, "thirteen at table");
        pixels.iter_mut().for_each(|byte| *byte = byte.wrapping_add(1));
    }
}

/// Takes five milliseconds and changes nothing.
#[derive(Debug)]
pub struct Slow;

impl Slow {
    const TIME: Duration = Duration::from_millis(5);
}

impl Define for Slow {
    const INFO: Info = info("slow");
    fn make(_: &Given) -> Self {
        Self
    }
}

impl Filter for Slow {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        plan.pause(Self::TIME);
        Ok(plan.source())
    }

    fn flat(&self) -> Option<Flat> {
        Some(Flat::Pause(Self::TIME))
    }
}

/// Starts a job on an image of 3 × 2 pixels, all of one value.
pub fn start(engine: &mut Engine, job: u32, batch: u32, value: u8) {
    engine
        .prepare(job, batch, Shape::Pixels { width: 3, height: 2, format: Format::RGBA8 }, None)
        .expect("a small image fits");
    let Some(Data::Pixels(buffers, _)) = engine.data_mut(job) else { panic!("it was prepared as pixels") };
    buffers.pixels.fill(value);
    engine.start(job);
}

/// The first byte of a result, or the code of its failure.
pub fn outcome(completion: &Completion) -> Result<u8, &'static str> {
    match &completion.result {
        Ok(Data::Pixels(buffers, _)) => Ok(buffers.pixels[0]),
        Ok(Data::Numbers(_)) => panic!("an image stays an image"),
        Err(error) => Err(error.code.as_str()),
    }
}
