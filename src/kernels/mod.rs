//! Inner loops that several filters share. They know neither parameters nor threads; the scalar form is the definition.
//!
//! Loops run over slices of equal length and pixels of four equal lanes, which is what the compiler turns into vector
//! instructions, natively and in wasm. There it is asked not to do so with whole loops, since for each loop that is worth it
//! there are ten that only grow: those that are go through [`blocks`].

pub mod angle;
pub mod bilateral;
pub mod blocks;
pub mod box_sums;
pub mod correlate;
pub mod cube;
pub mod curve;
pub mod dither;
pub mod edges;
pub mod extremes;
pub mod formula;
pub mod fourier;
pub mod frame;
pub mod gaussian;
pub mod gradient;
pub mod guided;
pub mod histogram;
pub mod light;
pub mod luma;
pub mod luma_map;
pub mod matrix;
pub mod mean;
pub mod mean_of_planes;
pub mod median_histogram;
pub mod median_network;
pub mod median_of_planes;
pub mod mixing;
pub mod random;
pub mod remap;
pub mod resample;
pub mod sharpen;
pub mod smear;
pub mod table;
pub mod turns;
pub mod weighted_area;
pub mod weighted_sums;
pub mod window;
