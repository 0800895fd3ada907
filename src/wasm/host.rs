//! What a browser gives in the place of the standard library's clock and sleep.

use crate::pool::Host;
#[cfg(not(feature = "threads"))]
use js_sys::Object;
use wasm_bindgen::prelude::*;

pub(super) const HOST: Host = Host { now, sleep };

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(thread_local_v2, js_name = performance)]
    static PERFORMANCE: web_sys::Performance;
}

/// Milliseconds since the epoch: each worker's `performance.now()` counts from the worker's own start.
fn now() -> f64 {
    PERFORMANCE.with(|performance| performance.time_origin() + performance.now())
}

/// Sleeps without the standard library, whose way never wakes in Node 20: waits for a word that nobody changes. The build without
/// threads makes a shared memory for it, which is allowed where `SharedArrayBuffer` is not; where even that is refused (on the
/// page's own thread) the time is spent in a loop.
fn sleep(duration: std::time::Duration) {
    let milliseconds = duration.as_secs_f64() * 1000.0;
    let end = now() + milliseconds;
    let wait = |word: &js_sys::Int32Array| js_sys::Atomics::wait_with_timeout(word, 0, 0, milliseconds).is_ok();
    if !WORD.with(|word| word.as_ref().is_some_and(wait)) {
        while now() < end {}
    }
}

thread_local! {
    /// Browsers allow few memories, so one serves for good.
    static WORD: Option<js_sys::Int32Array> = shared_word().ok();
}

#[cfg(feature = "threads")]
fn shared_word() -> Result<js_sys::Int32Array, JsValue> {
    Ok(js_sys::Int32Array::new(&js_sys::SharedArrayBuffer::new(4)))
}

#[cfg(not(feature = "threads"))]
fn shared_word() -> Result<js_sys::Int32Array, JsValue> {
    let descriptor = Object::new();
    for (key, value) in [("initial", 1.into()), ("maximum", 1.into()), ("shared", JsValue::TRUE)] {
        js_sys::Reflect::set(&descriptor, &key.into(), &value)?;
    }
    Ok(js_sys::Int32Array::new(&js_sys::WebAssembly::Memory::new(&descriptor)?.buffer()))
}
