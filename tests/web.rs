//! The crate in a real browser, in the build with threads (on an isolated page) and in the plain one (on another). Threads
//! themselves are tested from a page, by www/test: they cannot be started inside this runner.
#![cfg(target_arch = "wasm32")]

#[path = "common/faulty.rs"]
mod faulty;
#[path = "common/golden.rs"]
mod golden;
#[path = "common/json.rs"]
mod json;
#[path = "common/kernels.rs"]
mod kernels;

use pixelpool::batch::{Data, Engine, Shape};
use pixelpool::filters::REGISTRY;
use pixelpool::pipeline::Step;
use pixelpool::pool::{Host, Pool};
use std::sync::Arc;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(thread_local_v2, js_name = crossOriginIsolated)]
    static CROSS_ORIGIN_ISOLATED: JsValue;
}

fn inline() -> Arc<Pool> {
    Pool::inline(Host { now: js_sys::Date::now, sleep: |_| () })
}

#[wasm_bindgen_test]
fn the_page_is_isolated_exactly_where_the_build_has_threads() {
    assert_eq!(CROSS_ORIGIN_ISOLATED.with(JsValue::is_truthy), cfg!(feature = "threads"));
}

#[wasm_bindgen_test]
fn every_filter_gives_the_bytes_that_it_gives_natively() {
    let mut engine = Engine::new(inline(), REGISTRY, |_| (), 1 << 20);
    let mut rows = 0;
    for (number, row) in include_str!("golden.txt").lines().enumerate() {
        let number = number as u32;
        let (kind, rest) = row.split_once(' ').expect("a filter");
        let (rest, hash) = rest.rsplit_once(' ').expect("a hash");
        let (parameters, input) = rest.rsplit_once(' ').expect("an input");
        let parameters: serde_json::Value = serde_json::from_str(parameters).expect("an object");
        let given = json::given(parameters.as_object().expect("an object"), &[]);
        let &(_, width, height) = golden::INPUTS.iter().find(|(name, ..)| *name == input).expect("a known input");
        engine.open(number, vec![Step { kind: kind.into(), given }]).expect("known parameters");
        engine.prepare(number, number, Shape::Pixels { width, height }).expect("it fits");
        let Some(Data::Pixels(buffers)) = engine.data_mut(number) else { panic!("it was prepared as pixels") };
        buffers.pixels.copy_from_slice(&golden::input(input, width, height));
        engine.start(number, None);
        match engine.finished().take().remove(0).result {
            Ok(Data::Pixels(buffers)) => assert_eq!(format!("{:016x}", golden::hash(&buffers.pixels)), hash, "{row}"),
            other => panic!("{row}: {other:?}"),
        }
        rows += 1;
    }
    assert!(rows >= 2 * REGISTRY.len(), "the table has {rows} rows for {} filters", REGISTRY.len());
}

/// The vectors of WebAssembly stand for the loops that run natively.
#[wasm_bindgen_test]
fn kernels_are_their_definition() {
    kernels::medians_are_their_definition();
    kernels::means_are_their_definition();
    kernels::lumas_and_gradients_are_their_definition();
}

#[wasm_bindgen_test]
fn a_panic_costs_its_own_image_and_nothing_else() {
    let mut engine = Engine::new(inline(), faulty::REGISTRY, |_| (), 1 << 20);
    engine.open(1, vec![Step { kind: "faulty".into(), given: Vec::new() }]).expect("a known filter");
    for job in 0..1000_u32 {
        let value = (job % 20) as u8;
        faulty::start(&mut engine, job, 1, value);
        let ended = engine.finished().take();
        let want = if value == faulty::UNLUCKY { Err("filter-panicked") } else { Ok(value + 1) };
        assert_eq!(ended.iter().map(faulty::outcome).collect::<Vec<_>>(), [want], "job {job}");
    }
}
