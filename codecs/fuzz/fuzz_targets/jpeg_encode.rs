#![no_main]
use pixelpool_codecs_fuzz::encodes_jpeg;
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| encodes_jpeg(bytes));
