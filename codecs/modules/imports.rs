//! What a module imports, under the name `pixels`, from its owner: where pixels go, and where they come from. Each call says by
//! another number than 0 that it has failed; the owner knows why. It must call no export meanwhile.

use pixelpool_codecs::{PixelSink, PixelSource, Problem};

#[link(wasm_import_module = "pixels")]
unsafe extern "C" {
    /// The size of the image whose pixels come next.
    safe fn size(width: usize, height: usize) -> u32;
    /// Takes so many bytes of whole rows, from this row on.
    fn write(address: *const u8, first_row: usize, bytes: usize) -> u32;
    /// Gives so many bytes of the image, from this one on.
    fn read(address: *mut u8, at: usize, bytes: usize) -> u32;
}

/// The owner of the module.
pub(super) struct Owner;

/// What has failed is the owner's; which problem stands for it does not matter.
fn told(failed: u32) -> Result<(), Problem> {
    if failed == 0 { Ok(()) } else { Err(Problem::OutOfMemory) }
}

impl PixelSink for Owner {
    fn size(&mut self, width: usize, height: usize) -> Result<(), Problem> {
        told(size(width, height))
    }

    fn rows(&mut self, first: usize, pixels: &[u8]) -> Result<(), Problem> {
        // SAFETY: the owner reads these bytes while it is called, and writes nothing.
        told(unsafe { write(pixels.as_ptr(), first, pixels.len()) })
    }
}

impl PixelSource for Owner {
    fn read(&mut self, at: usize, pixels: &mut [u8]) -> Result<(), Problem> {
        // SAFETY: the owner writes these bytes while it is called, and no others.
        told(unsafe { read(pixels.as_mut_ptr(), at, pixels.len()) })
    }
}
