#![no_main]
use pixelpool_codecs_fuzz::webp;
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| webp(bytes));
