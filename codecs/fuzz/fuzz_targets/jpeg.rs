#![no_main]
use pixelpool_codecs::jpeg::Jpeg;
libfuzzer_sys::fuzz_target!(|file: &[u8]| pixelpool_codecs_fuzz::decodes::<Jpeg>(file));
