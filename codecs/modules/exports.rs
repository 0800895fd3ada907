//! The exports of a module, whatever its format: the root names it as `File`. Its owner writes a file where [`input`] says and asks for
//! [`decode`], or asks for [`encode`] and reads the file where [`output`] says; each address is good until the next call. Pixels go
//! by way of the owner's own functions, see `imports`. What goes wrong is a number, with words and a place in the file beside it; a trap costs the instance, and
//! that file alone.

#![allow(unreachable_pub, reason = "they are exported from the module, and called from without")]

use super::File;
use super::imports::Owner;
use pixelpool_codecs::{DecodeRequest, Depth, EncodeRequest, Format, Problem, reach};
use std::cell::RefCell;

#[derive(Default)]
struct State {
    /// What is decoded, or was encoded.
    file: Vec<u8>,
    /// Pixels on their way.
    room: Vec<u8>,
    what: &'static str,
    at: usize,
}

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
}

fn with<T>(work: impl FnOnce(&mut State) -> T) -> T {
    STATE.with_borrow_mut(work)
}

fn depth(bits: u32) -> Depth {
    if bits == 16 { Depth::Sixteen } else { Depth::Eight }
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
}

/// The address of a buffer of so many bytes for a file, which may hold anything; 0 where there is no memory for it.
#[unsafe(no_mangle)]
pub extern "C" fn input(length: usize) -> *mut u8 {
    with(|state| reach(&mut state.file, length).map_or(std::ptr::null_mut(), <[u8]>::as_mut_ptr))
}

/// Decodes a file of so many bytes to RGBA of 8 or 16 bits, as it is stored, at 1, 1/2, 1/4 or 1/8 of its size by a `shrink` of 1, 2, 4
/// or 8. Where `inks` is not 0, four inks stay what they are: see [`DecodeRequest`].
#[unsafe(no_mangle)]
pub extern "C" fn decode(length: usize, shrink: u32, bits: u32, most_bytes: usize, inks: u32) -> u32 {
    with(|state| {
        let State { file, room, .. } = state;
        let request = DecodeRequest { shrink, depth: depth(bits), most_bytes, inks: inks != 0 };
        let result = match file.get(..length) {
            Some(file) => File::decode(file, &request, room, &mut Owner),
            None => Err(Problem::OutOfMemory),
        };
        state.tell(result)
    })
}

/// Encodes RGBA pixels of 8 or 16 bits. `flags` are those of [`EncodeRequest`]; `background` is `0xRRGGBB`.
#[unsafe(no_mangle)]
pub extern "C" fn encode(width: usize, height: usize, bits: u32, quality: u32, flags: u32, background: u32) -> u32 {
    with(|state| {
        let [_, red, green, blue] = background.to_be_bytes();
        let (depth, quality, background) = (depth(bits), quality.clamp(1, 100) as u8, [red, green, blue]);
        let request = EncodeRequest { width, height, depth, quality, flags, background };
        let result = File::encode(&request, &mut Owner, &mut state.room, &mut state.file);
        state.tell(result)
    })
}

/// The address of the file that was encoded.
#[unsafe(no_mangle)]
pub extern "C" fn output() -> *const u8 {
    with(|state| state.file.as_ptr())
}

/// Its bytes.
#[unsafe(no_mangle)]
pub extern "C" fn output_length() -> usize {
    with(|state| state.file.len())
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
