//! The JPEG codec as a WebAssembly module. Its owner writes a file, or pixels, where [`input`] says, asks for [`decode`] or
//! [`encode`], and reads the result where [`output`] says; each address is good until the next call. It has no imports. What
//! goes wrong is a number, with words and a place in the file beside it; a trap costs the instance, and that file alone.
#![cfg(target_arch = "wasm32")]

use pixelpool_codecs::jpeg::{self, Chroma, DecodeOptions, EncodeOptions, GrayPolicy, Scale};
use pixelpool_codecs::{Problem, turn_upright, upright_size};
use std::cell::RefCell;

#[derive(Default)]
struct State {
    input: Vec<u8>,
    output: Vec<u8>,
    width: usize,
    height: usize,
    what: &'static str,
    at: usize,
}

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
}

fn with<T>(work: impl FnOnce(&mut State) -> T) -> T {
    STATE.with_borrow_mut(work)
}

/// Makes a buffer at least so long, without clearing what it has. Whether there was memory for it.
fn reach(buffer: &mut Vec<u8>, length: usize) -> Result<(), Problem> {
    if buffer.len() < length {
        // What is in it need not be copied.
        buffer.clear();
        buffer.try_reserve_exact(length).map_err(|_| Problem::OutOfMemory)?;
        buffer.resize(length, 0);
    }
    Ok(())
}

impl State {
    /// 0 where all is well, else which problem it is; its words and place are kept.
    fn tell(&mut self, result: Result<(), Problem>) -> u32 {
        let Err(problem) = result else { return 0 };
        let (code, what, at) = match problem {
            Problem::NotThisFormat => (1, "", 0),
            Problem::Unsupported(what) => (2, what, 0),
            Problem::Damaged { at, what } => (3, what, at),
            Problem::Truncated { at } => (4, "", at),
            Problem::TooLarge => (5, "", 0),
            // Problems that are new to this file are told as such that nothing is known of.
            _ => (6, "", 0),
        };
        (self.what, self.at) = (what, at);
        code
    }

    fn decode(&mut self, length: usize, scale: u32, orientation: u32, most_bytes: usize) -> Result<(), Problem> {
        let Self { input, output, width, height, .. } = self;
        let file = input.get(..length).ok_or(Problem::OutOfMemory)?;
        let header = jpeg::read_header(file)?;
        let scale = match scale {
            2 => Scale::Half,
            4 => Scale::Quarter,
            8 => Scale::Eighth,
            _ => Scale::Full,
        };
        let (stored_width, stored_height) = scale.of(header.width, header.height);
        let bytes = stored_width.checked_mul(stored_height).and_then(|pixels| pixels.checked_mul(4));
        let bytes = bytes.filter(|bytes| *bytes <= most_bytes).ok_or(Problem::TooLarge)?;
        let options =
            DecodeOptions { scale, most_pixels: usize::MAX, most_bytes: most_bytes - bytes, ..Default::default() };
        reach(output, bytes)?;
        if let Some(damage) = jpeg::decode_into(file, &options, &mut output[..bytes])? {
            return Err(damage);
        }
        let orientation = orientation as u8;
        if (2..=8).contains(&orientation) {
            // The file is not needed any more.
            reach(input, bytes)?;
            let (stored, upright) = (output[..bytes].as_chunks().0, input[..bytes].as_chunks_mut().0);
            turn_upright(stored, stored_width, orientation, upright);
            std::mem::swap(input, output);
        }
        (*width, *height) = upright_size(orientation, stored_width, stored_height);
        Ok(())
    }
}

/// The address of a buffer of so many bytes for a file or for pixels, which may hold anything; 0 where there is no memory
/// for it.
#[unsafe(no_mangle)]
pub extern "C" fn input(length: usize) -> *mut u8 {
    with(|state| match reach(&mut state.input, length) {
        Ok(()) => state.input.as_mut_ptr(),
        Err(_) => std::ptr::null_mut(),
    })
}

/// Decodes a file of so many bytes to RGBA, upright for its Exif `orientation`, at 1, 1/2, 1/4 or 1/8 of its size by a `scale`
/// of 1, 2, 4 or 8.
#[unsafe(no_mangle)]
pub extern "C" fn decode(length: usize, scale: u32, orientation: u32, most_bytes: usize) -> u32 {
    with(|state| {
        let result = state.decode(length, scale, orientation, most_bytes);
        state.tell(result)
    })
}

/// Encodes RGBA pixels. Of `flags`, 1 is progressive, 2 optimised, 4 grey where all pixels are, 8 is 4:4:4; `background` is
/// `0xRRGGBB`.
#[unsafe(no_mangle)]
pub extern "C" fn encode(width: u32, height: u32, quality: u32, flags: u32, background: u32) -> u32 {
    with(|state| {
        let [_, red, green, blue] = background.to_be_bytes();
        let has = |flag: u32| flags & flag != 0;
        let options = EncodeOptions {
            quality: quality.min(100) as u8,
            chroma: if has(8) { Chroma::C444 } else { Chroma::C420 },
            progressive: has(1),
            optimize: has(2),
            background: [red, green, blue],
            gray: if has(4) { GrayPolicy::WhenGray } else { GrayPolicy::Never },
            ..Default::default()
        };
        let bytes = (width as usize).saturating_mul(height as usize).saturating_mul(4);
        let result = match state.input.get(..bytes) {
            Some(pixels) => jpeg::encode(pixels, width, height, &options, &[]),
            None => Err(Problem::OutOfMemory),
        };
        let result = result.map(|file| (state.width, state.output) = (file.len(), file));
        state.tell(result)
    })
}

/// The address of the result: pixels, or a file.
#[unsafe(no_mangle)]
pub extern "C" fn output() -> *const u8 {
    with(|state| state.output.as_ptr())
}

/// Pixels of a row; of a file, its bytes.
#[unsafe(no_mangle)]
pub extern "C" fn width() -> usize {
    with(|state| state.width)
}

/// Rows of pixels.
#[unsafe(no_mangle)]
pub extern "C" fn height() -> usize {
    with(|state| state.height)
}

/// Where in the file the last problem is.
#[unsafe(no_mangle)]
pub extern "C" fn at() -> usize {
    with(|state| state.at)
}

/// The address of what the last problem is, in words.
#[unsafe(no_mangle)]
pub extern "C" fn what() -> *const u8 {
    with(|state| state.what.as_ptr())
}

/// The bytes of these words.
#[unsafe(no_mangle)]
pub extern "C" fn what_length() -> usize {
    with(|state| state.what.len())
}
