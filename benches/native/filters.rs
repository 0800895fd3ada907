//! Every filter of the registry, and how some of them gain from threads.

use crate::contestant::{Contestant, Named};
use crate::measure;
use crate::pixelpool_runs::Run;
use criterion::Criterion;
use image::RgbaImage;
use pixelpool::filter::Info;
use pixelpool::filters::REGISTRY;
use pixelpool::params::{Given, Kind, Number, Value as Parameter};
use serde_json::{Value, json};

/// Filters whose gain from threads is looked at: bound by memory, by many sums, and by many comparisons.
const SCALED: [&str; 3] = ["brightness", "gaussianBlur", "median"];
/// Images of a batch.
const BATCH: usize = 16;

/// Every filter but the one that only waits, on one thread and on all.
pub fn run(criterion: &mut Criterion, threads: usize, photo: &RgbaImage, large: &RgbaImage) -> Value {
    let filters = REGISTRY.iter().map(|definition| definition.info).filter(|info| info.name != "delay");
    let rows = filters.map(|info| {
        let given = something_to_do(info, photo);
        let mut contestants: [Named<'_>; 3] = [
            ("2 MP, 1 thread".into(), Box::new(Run::inline(info.name, &given, photo))),
            ("12 MP, 1 thread".into(), Box::new(Run::inline(info.name, &given, large))),
            (format!("12 MP, {threads} threads"), Box::new(Run::pooled(threads, 1, info.name, &given, large))),
        ];
        let times = measure(criterion, &format!("filter {}", info.name), &mut contestants);
        json!({ "name": info.name, "given": told(&given), "times": times })
    });
    rows.collect()
}

/// A batch of photos side by side, and a large photo in bands, on 1, 2, 4 … and all threads.
pub fn scale(criterion: &mut Criterion, threads: usize, photo: &RgbaImage, large: &RgbaImage) -> Value {
    let doubled = std::iter::successors(Some(1), |count| Some(count * 2)).take_while(|count| *count < threads);
    let counts: Vec<usize> = doubled.chain([threads]).collect();
    let infos =
        SCALED.into_iter().filter_map(|name| REGISTRY.iter().map(|row| row.info).find(|info| info.name == name));
    let rows = infos.flat_map(|info| {
        let given = something_to_do(info, photo);
        [(BATCH, photo, "16 photos of 2 MP"), (1, large, "one of 12 MP")].map(|(images, photo, what)| {
            let runs = counts.iter().map(|count| {
                let run = Run::pooled(*count, images, info.name, &given, photo);
                (format!("{what}, threads: {count}"), Box::new(run) as Box<dyn Contestant + '_>)
            });
            let times = measure(criterion, &format!("scaling {}", info.name), &mut runs.collect::<Vec<_>>());
            json!({ "name": info.name, "what": what, "threads": counts, "times": times })
        })
    });
    rows.collect()
}

/// Parameters that must be given, by their examples; and half of the slider where the default changes nothing.
fn something_to_do(info: &Info, photo: &RgbaImage) -> Given {
    let required = info.parameters.iter().filter_map(|parameter| match parameter.spec.kind {
        Kind::Numbers { required: true, example, .. } => Some((parameter.name, Parameter::Numbers(example.to_vec()))),
        Kind::Number(Number { default: None, example: Some(example), .. }) => {
            Some((parameter.name, Parameter::Number(example)))
        }
        _ => None,
    });
    let mut given: Given = required.map(|(name, value)| (name.to_string(), value)).collect();
    let mut run = Run::inline(info.name, &given, photo);
    run.run();
    if run.result() == *photo.as_raw() {
        let intensity = info.parameters.iter().find(|parameter| Some(parameter.name) == info.intensity);
        let Some(Kind::Number(number)) = intensity.map(|parameter| parameter.spec.kind) else {
            panic!("{} does nothing, and has no intensity", info.name);
        };
        given.push((info.intensity.unwrap_or_default().into(), Parameter::Number(number.soft_maximum / 2.0)));
    }
    given
}

/// Parameters in words; lists are left out.
pub fn told(given: &Given) -> String {
    let words = given.iter().filter_map(|(name, value)| match value {
        Parameter::Number(number) => Some(format!("{name} {number}")),
        Parameter::Text(text) => Some(format!("{name} {text}")),
        _ => None,
    });
    words.collect::<Vec<_>>().join(", ")
}
