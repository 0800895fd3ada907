//! Colours by a file's profile as a WebAssembly module. Its owner writes pixels where [`input`] says and the profile where [`profile`]
//! says, and calls [`convert`], which leaves the result where the pixels were; each address is good until the next call. There are no
//! imports.
#![cfg(target_arch = "wasm32")]

use pixelpool_codecs::color::{Converter, Managed};
use pixelpool_codecs::{Depth, Problem, reach};
use std::cell::RefCell;

#[derive(Default)]
struct State {
    pixels: Vec<u8>,
    profile: Vec<u8>,
    converter: Converter,
    what: &'static str,
}

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
}

/// The address of a buffer of so many bytes for pixels, which may hold anything; 0 where there is no memory for it.
#[unsafe(no_mangle)]
pub extern "C" fn input(length: usize) -> *mut u8 {
    STATE.with_borrow_mut(|state| reach(&mut state.pixels, length).map_or(std::ptr::null_mut(), <[u8]>::as_mut_ptr))
}

/// The same for a profile.
#[unsafe(no_mangle)]
pub extern "C" fn profile(length: usize) -> *mut u8 {
    STATE.with_borrow_mut(|state| reach(&mut state.profile, length).map_or(std::ptr::null_mut(), <[u8]>::as_mut_ptr))
}

/// Converts so many bytes of pixels to sRGB, in place: straight RGBA of 8 or 16 bits or, where `inks` is not 0, four inks of 8 bits,
/// which become opaque RGBA. 0 where all is well, and where the profile is sRGB's; 2 where the profile was ignored, with words; 6 where
/// there is no memory.
#[unsafe(no_mangle)]
pub extern "C" fn convert(pixels_length: usize, profile_length: usize, bits: u32, inks: u32) -> u32 {
    STATE.with_borrow_mut(|state| {
        let State { pixels, profile, converter, what } = state;
        let result = match (pixels.get_mut(..pixels_length), profile.get(..profile_length)) {
            (Some(inks_to_convert), Some(profile)) if inks != 0 => converter.inks_to_srgb(profile, inks_to_convert),
            (Some(pixels), Some(profile)) => {
                converter.to_srgb(profile, pixels, if bits == 16 { Depth::Sixteen } else { Depth::Eight })
            }
            _ => Err(Problem::OutOfMemory),
        };
        match result {
            Ok(Managed::Converted | Managed::Same) => 0,
            Ok(Managed::Ignored(why)) => {
                *what = why;
                2
            }
            Err(_) => 6,
        }
    })
}

/// The address of why the last profile was ignored, in words.
#[unsafe(no_mangle)]
pub extern "C" fn what() -> *const u8 {
    STATE.with_borrow(|state| state.what.as_ptr())
}

/// The bytes of these words.
#[unsafe(no_mangle)]
pub extern "C" fn what_length() -> usize {
    STATE.with_borrow(|state| state.what.len())
}
