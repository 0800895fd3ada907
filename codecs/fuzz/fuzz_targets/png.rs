#![no_main]
use pixelpool_codecs::png::Png;
libfuzzer_sys::fuzz_target!(|file: &[u8]| pixelpool_codecs_fuzz::decodes::<Png>(file));
