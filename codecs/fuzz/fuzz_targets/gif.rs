#![no_main]
use pixelpool_codecs::gif::Gif;
libfuzzer_sys::fuzz_target!(|file: &[u8]| pixelpool_codecs_fuzz::decodes::<Gif>(file));
