//! An engine of pixelpool with two filters of its own: one that looks at a pixel, and one that looks around it.

mod edge_glow;
mod posterize_hue;

pub use edge_glow::EdgeGlow;
pub use posterize_hue::PosterizeHue;

pixelpool::engine!(PosterizeHue, EdgeGlow);
