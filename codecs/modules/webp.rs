//! The WebP codec as a WebAssembly module: see `exports`.
#![cfg(target_arch = "wasm32")]

mod exports;
mod imports;

use pixelpool_webp::WebP as File;
