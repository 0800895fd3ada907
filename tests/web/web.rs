//! The crate in a real browser, in the build with threads (on an isolated page) and in the plain one (on another). Threads
//! themselves are tested from a page, by www/test: they cannot be started inside this runner.
#![cfg(target_arch = "wasm32")]

#[path = "../common/color/mod.rs"]
mod color;
#[path = "../common/faulty.rs"]
mod faulty;
#[path = "../common/formulas.rs"]
mod formulas;
#[path = "../common/golden.rs"]
mod golden;
#[path = "../common/jpeg_encode.rs"]
mod jpeg_encode;
#[path = "../common/json.rs"]
mod json;
#[path = "../common/kernels.rs"]
mod kernels;
#[path = "../common/png.rs"]
mod png;

use pixelpool::batch::{Data, Engine, Shape, Shared};
use pixelpool::filters::REGISTRY;
use pixelpool::image::Format;
use pixelpool::kernels::weighted_sums::paired::{Paired, pairs_of_bytes, write_two};
use pixelpool::kernels::weighted_sums::whole::Whole;
use pixelpool::kernels::weighted_sums::{self, Between, Blocks, Finish, Narrow, Store, Sum, Sums, Symmetric};
use pixelpool::pipeline::Step;
use pixelpool::pool::{Host, Pool};
use std::fmt::Debug;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(thread_local_v2, js_name = crossOriginIsolated)]
    static CROSS_ORIGIN_ISOLATED: JsValue;
}

/// No threads, and a clock that only a sleep puts forward.
fn inline() -> Arc<Pool> {
    static SLEPT: AtomicU32 = AtomicU32::new(0);
    Arc::new(Pool::inline(Host {
        now: || f64::from(SLEPT.load(Relaxed)),
        sleep: |duration| {
            SLEPT.fetch_add(duration.as_millis() as u32 + 1, Relaxed);
        },
    }))
}

#[wasm_bindgen_test]
fn the_page_is_isolated_exactly_where_the_build_has_threads() {
    assert_eq!(CROSS_ORIGIN_ISOLATED.with(JsValue::is_truthy), cfg!(feature = "threads"));
}

#[wasm_bindgen_test]
fn colors_are_as_defined() {
    color::colors_are_those_of_the_definitions();
}

#[wasm_bindgen_test]
fn jpeg_files_are_those_of_libjpeg() {
    jpeg_encode::files_are_those_of_libjpeg_turbo(|_, _| ());
}

#[wasm_bindgen_test]
fn png_files_of_every_kind_are_decoded_and_written() {
    png::every_kind_is_decoded();
    png::the_same_pixels_come_back(|_, _, _, _| ());
}

#[wasm_bindgen_test]
fn every_filter_gives_the_bytes_that_it_gives_natively() {
    let mut engine = Engine::new(Shared::new(inline(), REGISTRY, |_| (), 1 << 20));
    let mut rows = 0;
    for (number, row) in include_str!("../golden.txt").lines().enumerate() {
        let number = number as u32;
        let (kind, rest) = row.split_once(' ').expect("a filter");
        let (rest, hash) = rest.rsplit_once(' ').expect("a hash");
        let (parameters, input) = rest.rsplit_once(' ').expect("an input");
        let parameters: serde_json::Value = serde_json::from_str(parameters).expect("an object");
        let given = json::given(parameters.as_object().expect("an object"), &[]);
        let &(_, width, height) = golden::INPUTS.iter().find(|(name, ..)| *name == input).expect("a known input");
        engine.open(number, vec![Step { kind: kind.into(), given }]).expect("known parameters");
        engine.prepare(number, number, Shape::Pixels { width, height, format: Format::RGBA8 }, None).expect("it fits");
        let Some(Data::Pixels(buffers, _)) = engine.data_mut(number) else { panic!("it was prepared as pixels") };
        buffers.pixels.copy_from_slice(&golden::input(input, width, height));
        engine.start(number);
        match engine.finished().take().remove(0).result {
            Ok(Data::Pixels(buffers, _)) => {
                assert_eq!(format!("{:016x}", golden::hash(&buffers.pixels)), hash, "{row}")
            }
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
    kernels::matrices_and_sharpening_are_their_definition();
    kernels::tables_are_their_definition();
    kernels::resampling_is_its_definition();
    kernels::resampling_side_by_side_is_that_of_planes();
    kernels::bilateral_is_its_definition();
    formulas::functions_are_as_exact_as_they_say();
}

#[wasm_bindgen_test]
fn vector_sums_are_the_plain_ones() {
    let mut random = golden::Random::new(3);
    let mut pixel = || std::array::from_fn(|_| (random.word() >> 17) as i16 - (1 << 14));
    let lines: Vec<weighted_sums::Pixel> = std::iter::repeat_with(&mut pixel).take(400).collect();
    let pairs: Vec<_> = lines.array_windows().map(|[first, second]| weighted_sums::pair(*first, *second)).collect();
    let weights = [1200, -77, 30000, 5, 0, -16000];
    let start = 1 << 20;
    for length in 0..23 {
        let places: Vec<_> = (0..weights.len() as u32).map(|i| [130 - 19 * i, 130 + 19 * i]).collect();
        let symmetric = Symmetric { lines: &lines, places: &places, weights: &weights, start };
        same_sums(symmetric, length);
        same_sums(Sum { lines: &lines, starts: &[3, 300, 17, 17, 0, 55], weights: &weights, start }, length);
        for bits in 1..5 {
            let weights: Vec<_> = (0..1 << bits).map(|i| [9000 - i, 77 * i]).collect();
            same_sums(Between { pairs: &pairs, weights: &weights, bits, start }, length);
        }
        let weights = &Paired::weights(&weights[..5]);
        let starts: Vec<_> = (0..weights.len() as u32).map(|i| 31 * i).collect();
        let paired = Paired { lines: &pairs, starts: &starts, weights, start };
        let [mut first, mut second] = [(); 2].map(|()| vec![[0; 4]; length]);
        paired.write(Narrow(16), [&mut first, &mut second]);
        let plain = |paired: Paired, x| paired.sums(x).map(|sums| Narrow(16).finish(sums));
        let want: Vec<_> = (0..length).map(|x| plain(paired, x)).collect();
        assert_eq!(first.into_iter().zip(second).map(|(a, b)| [a, b]).collect::<Vec<_>>(), want, "{length} pairs");

        let below = Paired { lines: &pairs[77..], ..paired };
        let mut two = vec![[[[0; 2]; 4]; 2]; length];
        write_two([paired, below], Narrow(16), &mut two);
        let want = (0..length).map(|x| {
            let [upper, lower] = [paired, below].map(|paired| plain(paired, x));
            [0, 1].map(|i| weighted_sums::pair(upper[i], lower[i]))
        });
        assert_eq!(two, want.collect::<Vec<_>>(), "{length} pairs of two rows");

        let row: Vec<[u8; 4]> = lines[..length].iter().map(|pixel| pixel.map(|value| value as u8)).collect();
        let mut neighbours = vec![[[0; 2]; 4]; length / 2];
        pairs_of_bytes(&row, &mut neighbours);
        let want = row.as_chunks().0.iter().map(|[a, b]| weighted_sums::pair(a.map(i16::from), b.map(i16::from)));
        assert_eq!(neighbours, want.collect::<Vec<_>>(), "{length} neighbours");

        let bytes: Vec<_> = lines.iter().map(|pixel| pixel.map(|value| value & 255)).collect();
        let weights = [3, -47, 20, 1, 0, -5];
        let whole = Whole { lines: &bytes, starts: &[3, 300, 17, 17, 0, 55], weights: &weights, start: -900 };
        let (mut written, mut plain) = (vec![[0; 4]; length], vec![[0; 4]; length]);
        whole.write(&mut written);
        whole.write_plain(&mut plain);
        assert_eq!(written, plain, "{length} whole sums");
    }
}

/// Compares what sums are written with their definition, in every form.
fn same_sums<S: Sums + Blocks>(sums: S, length: usize) {
    same(sums, Narrow(16), length);
    same(sums, weighted_sums::Bytes(21), length);
    same(sums, weighted_sums::Floats { drop: 7, keep: 16 }, length);
}

fn same<S: Sums + Blocks, F: Finish<Out: Default + PartialEq + Debug> + Store>(sums: S, finish: F, length: usize) {
    let (mut written, mut plain) = (vec![F::Out::default(); length], vec![F::Out::default(); length]);
    sums.write(finish, &mut written);
    sums.write_plain(finish, 0, &mut plain);
    assert_eq!(written, plain, "{length} pixels");
}

#[wasm_bindgen_test]
fn a_panic_costs_its_own_image_and_nothing_else() {
    let mut engine = Engine::new(Shared::new(inline(), faulty::REGISTRY, |_| (), 1 << 20));
    engine.open(1, vec![Step { kind: "faulty".into(), given: Vec::new() }]).expect("a known filter");
    for job in 0..1000_u32 {
        let value = (job % 20) as u8;
        faulty::start(&mut engine, job, 1, value);
        let ended = engine.finished().take();
        let want = if value == faulty::UNLUCKY { Err("filter-panicked") } else { Ok(value + 1) };
        assert_eq!(ended.iter().map(faulty::outcome).collect::<Vec<_>>(), [want], "job {job}");
    }
}
