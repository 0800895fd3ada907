//! The crate's tests as they run natively, in one program: one to link, and its tests run side by side.

#![cfg(not(target_arch = "wasm32"))]

mod alpha;
mod alphas;
mod bands;
mod batch;
mod bends;
mod blend;
mod blurs_taken_back;
mod cases;
mod color;
mod colors_of_a_cube;
#[path = "../common/mod.rs"]
mod common;
mod contract;
mod edges;
mod fits;
mod formats;
mod formula;
mod fuzz;
#[path = "../../codecs/fuzz/src/lib.rs"]
mod fuzz_targets;
mod generated;
mod gif;
mod golden;
mod identity;
mod inks;
mod jpeg_decode;
mod jpeg_encode;
mod kernels;
mod lanes;
mod large_kernels;
mod lenses;
mod lights;
mod local;
mod looks;
mod naive;
mod numbers;
mod oracle;
mod places;
mod png;
mod rooms;
mod samples;
mod smoothing;
mod stripes;
mod tones;
mod trims;
mod webp;
mod wide_blurs;
