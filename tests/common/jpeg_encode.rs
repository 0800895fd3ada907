//! JPEG files are those of libjpeg-turbo: natively by `tests/native/jpeg_encode.rs`, and with the vectors of
//! WebAssembly by `tests/web.rs`.
#![allow(dead_code, unreachable_pub, reason = "it is a part of two test crates")]

use super::golden::hash;
use pixelpool_codecs::jpeg::{Chroma, EncodeOptions, GrayPolicy, encode};

/// What `tests/jpeg/encode.c` wrote: width, height, kind of image, quality, chroma, mode, restart interval, the number
/// that the image is made from, the length of the file, and its hashes.
const CASES: &str = include_str!("../jpeg/encode.txt");

/// The random numbers of `encode.c`.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    /// The samples of `encode.c`.
    fn sample(&mut self, kind: u32, x: i32, y: i32, channel: i32) -> u8 {
        let sample = match kind {
            0 => self.below(256) as i32,
            1 => (x * (channel + 2) + y * 3) & 255,
            2 => 255 * ((x / 3 + y / (channel + 1)) % 2),
            3 => ((x * 5 + channel * 40) % 200 - 100).abs() + ((y * 3) % 180 - 90).abs() + self.below(8) as i32,
            4 if self.below(60) > 0 => 40 * channel + 90,
            4 => self.below(256) as i32,
            _ => 255 * self.below(2) as i32,
        };
        sample as u8
    }
}

/// An image of `encode.c`. Where it has one channel, red, green and blue are the same.
pub fn image(kind: u32, width: u32, height: u32, channels: i32, number: u64) -> Vec<u8> {
    let mut numbers = Numbers(number);
    let mut pixels = Vec::new();
    for y in 0..height as i32 {
        for x in 0..width as i32 {
            let mut pixel = [255; 4];
            for channel in 0..3 {
                pixel[channel as usize] =
                    if channel < channels { numbers.sample(kind, x, y, channel) } else { pixel[0] };
            }
            pixels.extend_from_slice(&pixel);
        }
    }
    pixels
}

/// Writes the files of all cases and compares them; `also` is given each file and its SHA-256.
pub fn files_are_those_of_libjpeg_turbo(also: impl Fn(&[u8], &str)) {
    let mut count = 0;
    for line in CASES.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let number = |i: usize| words[i].parse::<u32>().expect("a number");
        let gray = words[4] == "gray";
        let options = EncodeOptions {
            quality: number(3) as u8,
            chroma: match words[4] {
                "4:2:0" => Chroma::C420,
                "4:2:2" => Chroma::C422,
                _ => Chroma::C444,
            },
            progressive: words[5] == "progressive",
            optimize: words[5] == "optimized",
            restart_interval: Some(number(6) as u16),
            gray: if gray { GrayPolicy::WhenGray } else { GrayPolicy::Never },
            ..EncodeOptions::default()
        };
        let (width, height) = (number(0), number(1));
        let pixels = image(number(2), width, height, if gray { 1 } else { 3 }, u64::from(number(7)));
        let file = encode(&pixels, width, height, &options, &[]).expect(line);
        assert_eq!(file.len(), number(8) as usize, "{line}");
        assert_eq!(format!("{:016x}", hash(&file)), words[9], "{line}");
        also(&file, words[10]);
        count += 1;
    }
    assert_eq!(count, 300);
}
