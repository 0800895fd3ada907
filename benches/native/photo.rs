//! The photo that everything runs on.

use image::RgbaImage;
use std::path::Path;

/// An opaque photo of the demo's, mirrored until it fills an image of this size: so it has the grain and the edges of a
/// photo at any size, where a stretched one would be smooth.
pub fn photo([width, height]: [u32; 2]) -> RgbaImage {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../www/demo/samples/macaws.jpg");
    let tile = image::open(file).expect("the demo has its photos").into_rgba8();
    let mirrored = |i: u32, n: u32| if (i / n).is_multiple_of(2) { i % n } else { n - 1 - i % n };
    RgbaImage::from_fn(width, height, |x, y| *tile.get_pixel(mirrored(x, tile.width()), mirrored(y, tile.height())))
}
