//! How a crate becomes an engine for pages: one line that says which filters it has.

/// Says which filters of its own a crate adds to the built-in ones, in the crate's root:
///
/// ```text
/// pixelpool::engine!(PosterizeHue, Bloom);
/// ```
///
/// They become `FILTERS`, the list that tests and the types for TypeScript are made from. Compiled to WebAssembly, the crate is an
/// engine that `createPool` takes for `wasm`: `scripts/own.mjs` builds it. A name that a built-in filter has already is refused by
/// the compiler. Filters must not ask JavaScript for anything: the worker of the package knows the engine, and nothing more.
#[macro_export]
macro_rules! engine {
    ($($Filter:ty),* $(,)?) => {
        /// The filters of this crate's own.
        pub static FILTERS: &[$crate::filter::Definition] = &[$($crate::filter::Definition::of::<$Filter>(),)*];

        const _: () = {
            static ALL: [$crate::filter::Definition; $crate::filters::REGISTRY.len() + FILTERS.len()] =
                $crate::filters::with(FILTERS);

            #[cfg(target_arch = "wasm32")]
            use $crate::wasm::{Engine, wasm_bindgen};

            /// Makes the engine of an instance; see `pixelpool::wasm::Engine::new`.
            #[cfg(target_arch = "wasm32")]
            #[wasm_bindgen::prelude::wasm_bindgen(js_name = createEngine, wasm_bindgen = $crate::wasm::wasm_bindgen)]
            pub fn create_engine(most_spare_bytes: u32) -> Engine {
                Engine::new(&ALL, most_spare_bytes)
            }

            // Elsewhere it is only looked whether the names differ.
            #[cfg(not(target_arch = "wasm32"))]
            let _ = &ALL;
        };
    };
}
