#![no_main]
use pixelpool_codecs_fuzz::png;
libfuzzer_sys::fuzz_target!(|file: &[u8]| png(file));
