//! PNG files of every kind are decoded, and written so that the same pixels come back: natively by `tests/native/png.rs`, and with
//! the vectors of WebAssembly by `tests/web.rs`.
#![allow(dead_code, unreachable_pub, reason = "it is a part of two test crates")]

use super::golden::Random;
use pixelpool_codecs::png::Png;
use pixelpool_codecs::{DecodeRequest, Depth, EncodeRequest, Format, Image, OPTIMIZED, Problem};

pub const PALETTE: u8 = 3;
/// Each colour type of the format with its depths.
pub const KINDS: [(u8, &[u8]); 5] =
    [(0, &[1, 2, 4, 8, 16]), (2, &[8, 16]), (PALETTE, &[1, 2, 4, 8]), (4, &[8, 16]), (6, &[8, 16])];

/// A picture in the numbers of a file.
pub struct Picture {
    pub width: usize,
    pub height: usize,
    pub color: u8,
    pub depth: u8,
    /// Of a palette's entries, red, green, blue and alpha.
    pub palette: Vec<[u8; 4]>,
    /// What is transparent of grey, or of red, green and blue.
    pub key: Option<[u16; 3]>,
    pub samples: Vec<u16>,
}

impl Picture {
    /// One of random numbers. A palette has a colour for each of them.
    pub fn random(random: &mut Random, [width, height]: [usize; 2], color: u8, depth: u8, has_key: bool) -> Self {
        let channels = Self::channels_of(color);
        // Few, so that the key occurs.
        let levels: [u16; 3] = std::array::from_fn(|_| (random.word() >> (32 - depth)) as u16);
        let random_sample = |random: &mut Random| match random.below(3) {
            0 => levels[random.below(3)],
            _ => (random.word() >> (32 - depth)) as u16,
        };
        let samples = (0..width * height * channels).map(|_| random_sample(random)).collect::<Vec<_>>();
        let mut alpha = || if has_key { random.byte() } else { 255 };
        let alphas: Vec<u8> = (0..256).map(|_| alpha()).collect();
        let entries = if color == PALETTE { 1 << depth } else { 0 };
        let palette = (0..entries).map(|i| [random.byte(), random.byte(), random.byte(), alphas[i]]).collect();
        let key = match color {
            0 if has_key => Some([samples[0]; 3]),
            2 if has_key => Some([samples[0], samples[1], samples[2]]),
            _ => None,
        };
        Self { width, height, color, depth, palette, key, samples }
    }

    fn channels_of(color: u8) -> usize {
        [1, 0, 3, 1, 2, 0, 4][usize::from(color)]
    }

    fn channels(&self) -> usize {
        Self::channels_of(self.color)
    }

    /// Red, green, blue and alpha of all pixels as they must be decoded, by the definition.
    pub fn pixels(&self, depth: Depth) -> Vec<u8> {
        let most = u32::from(u16::MAX >> (16 - self.depth));
        let mut bytes = Vec::new();
        for pixel in self.samples.chunks(self.channels()) {
            let levels = pixel.iter().map(|sample| match (depth, self.depth) {
                (Depth::Eight, 16) => (f64::from(*sample) * 255.0 / 65_535.0).round() as u16,
                (Depth::Eight, _) => (u32::from(*sample) * 255 / most) as u16,
                (Depth::Sixteen, _) => (u32::from(*sample) * 65_535 / most) as u16,
            });
            let levels: Vec<u16> = levels.collect();
            let full = if depth == Depth::Eight { 255 } else { 65_535 };
            let opaque = |key: [u16; 3]| if self.key == Some(key) { 0 } else { full };
            let rgba = match self.color {
                0 => [levels[0], levels[0], levels[0], opaque([pixel[0]; 3])],
                2 => [levels[0], levels[1], levels[2], opaque([pixel[0], pixel[1], pixel[2]])],
                PALETTE => self.palette[usize::from(pixel[0])].map(|level| u16::from(level) * (full / 255)),
                4 => [levels[0], levels[0], levels[0], levels[1]],
                _ => [levels[0], levels[1], levels[2], levels[3]],
            };
            match depth {
                Depth::Eight => bytes.extend(rgba.map(|level| level as u8)),
                Depth::Sixteen => bytes.extend(rgba.iter().flat_map(|level| level.to_le_bytes())),
            }
        }
        bytes
    }

    /// The bytes of a row, of which these columns are there.
    fn row(&self, y: usize, columns: impl Iterator<Item = usize>) -> Vec<u8> {
        let (channels, depth) = (self.channels(), usize::from(self.depth));
        let mut bits = Vec::new();
        for x in columns {
            for sample in &self.samples[(y * self.width + x) * channels..][..channels] {
                bits.extend((0..depth).rev().map(|bit| (sample >> bit & 1) as u8));
            }
        }
        bits.chunks(8).map(|bits| bits.iter().enumerate().fold(0, |byte, (i, bit)| byte | bit << (7 - i))).collect()
    }

    /// The rows with filters that are chosen at random, before they are packed.
    pub fn filtered(&self, is_interlaced: bool, random: &mut Random) -> Vec<u8> {
        let adam7: &[[usize; 4]] =
            &[[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]];
        let across = (self.channels() * usize::from(self.depth)).div_ceil(8);
        let mut bytes = Vec::new();
        for [left, top, right, down] in if is_interlaced { adam7 } else { &[[0, 0, 1, 1]] } {
            let mut above = Vec::new();
            for y in (*top..self.height).step_by(*down) {
                let row = self.row(y, (*left..self.width).step_by(*right));
                if row.is_empty() {
                    continue;
                }
                let filter = random.below(5);
                bytes.push(filter as u8);
                let at = |row: &[u8], i: Option<usize>| i.and_then(|i| row.get(i)).map_or(0, |byte| i32::from(*byte));
                for i in 0..row.len() {
                    let before = i.checked_sub(across);
                    let (a, b, c) = (at(&row, before), at(&above, Some(i)), at(&above, before));
                    let nearest = [a, b, c].into_iter().min_by_key(|byte| (a + b - c - byte).abs());
                    let predicted = [0, a, b, (a + b) / 2, nearest.unwrap_or(0)][filter];
                    bytes.push(row[i].wrapping_sub(predicted as u8));
                }
                above = row;
            }
        }
        bytes
    }

    /// What stands before the image's data.
    pub fn head(&self, is_interlaced: bool) -> Vec<u8> {
        let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
        let sides = [self.width, self.height].map(|side| (side as u32).to_be_bytes()).concat();
        chunk(&mut file, b"IHDR", &[&sides[..], &[self.depth, self.color, 0, 0, u8::from(is_interlaced)]].concat());
        if self.color == PALETTE {
            chunk(&mut file, b"PLTE", &self.palette.iter().flat_map(|entry| entry[..3].to_vec()).collect::<Vec<_>>());
            let opaque = self.palette.iter().rev().take_while(|entry| entry[3] == 255).count();
            let alphas: Vec<u8> = self.palette.iter().map(|entry| entry[3]).collect();
            if opaque < alphas.len() {
                chunk(&mut file, b"tRNS", &alphas[..alphas.len() - opaque]);
            }
        }
        if let Some(key) = self.key {
            let key = key.map(u16::to_be_bytes).concat();
            chunk(&mut file, b"tRNS", if self.color == 0 { &key[..2] } else { &key });
        }
        file
    }

    /// A file whose data is not packed, in chunks of some bytes.
    pub fn file(&self, is_interlaced: bool, random: &mut Random) -> Vec<u8> {
        let mut file = self.head(is_interlaced);
        for part in stored(&self.filtered(is_interlaced, random)).chunks(1 + random.below(2000)) {
            chunk(&mut file, b"IDAT", part);
        }
        chunk(&mut file, b"IEND", &[]);
        file
    }
}

/// A zlib stream that is not packed.
pub fn stored(bytes: &[u8]) -> Vec<u8> {
    let mut stream = vec![0x78, 0x01];
    let mut blocks = bytes.chunks(65_535).peekable();
    while let Some(block) = blocks.next() {
        stream.push(u8::from(blocks.peek().is_none()));
        let length = block.len() as u16;
        stream.extend([length.to_le_bytes(), (!length).to_le_bytes()].concat());
        stream.extend(block);
    }
    let (a, b) = bytes.iter().fold((1_u32, 0_u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    stream.extend((b << 16 | a).to_be_bytes());
    stream
}

pub fn chunk(file: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    file.extend((data.len() as u32).to_be_bytes());
    let start = file.len();
    file.extend(kind);
    file.extend(data);
    file.extend(crc(&file[start..]).to_be_bytes());
}

/// The checksum of a chunk, bit by bit.
pub fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 })
    })
}

pub fn decode(file: &[u8], depth: Depth) -> Result<(usize, usize, Vec<u8>), Problem> {
    let mut image = Image::new(depth);
    let request = DecodeRequest { shrink: 1, depth, most_bytes: 1 << 30, inks: false };
    Png::decode(file, &request, &mut Vec::new(), &mut image)?;
    Ok((image.width, image.height, image.pixels))
}

pub fn encode(pixels: &[u8], [width, height]: [usize; 2], depth: Depth, flags: u32) -> Vec<u8> {
    let request = EncodeRequest { width, height, depth, quality: 90, flags, background: [0; 3] };
    let mut file = Vec::new();
    Png::encode(&request, &mut &*pixels, &mut Vec::new(), &mut file).expect("it can be written");
    file
}

pub fn every_kind_is_decoded() {
    let mut random = Random::new(1);
    for (color, depths) in KINDS {
        for depth in depths {
            for [width, height] in
                (1..=90).map(|i| if i > 81 { [i * i % 71 + 9, i % 7 + 1] } else { [(i - 1) % 9 + 1, (i - 1) / 9 + 1] })
            {
                for (has_key, is_interlaced) in [(false, false), (true, false), (false, true), (true, true)] {
                    let picture = Picture::random(&mut random, [width, height], color, *depth, has_key);
                    let file = picture.file(is_interlaced, &mut random);
                    for depth in [Depth::Eight, Depth::Sixteen] {
                        let expected = (width, height, picture.pixels(depth));
                        assert!(
                            decode(&file, depth) == Ok(expected),
                            "type {color}, {} bits, {width} × {height}, to {depth:?}, {is_interlaced}, {has_key}",
                            picture.depth
                        );
                    }
                }
            }
        }
    }
}

/// Pixels of one of [`LOOKS`] kinds.
pub fn pixels(random: &mut Random, [width, height]: [usize; 2], depth: Depth, look: usize) -> Vec<u8> {
    let colors: Vec<[u16; 4]> = (0..2 + look * 7).map(|_| std::array::from_fn(|_| random.word() as u16)).collect();
    let mut bytes = Vec::new();
    for i in 0..width * height {
        let (x, y) = (i % width, i / width);
        let noise: [u16; 4] = std::array::from_fn(|_| random.word() as u16);
        let [a, b, c, d] = noise;
        let smooth = ((x * 3 + y * 5) * 150) as u16;
        let levels = match look {
            0 => noise,
            1 => [a, b, c, u16::MAX],
            2 => [a, a, a, u16::MAX],
            3 => [a, a, a, d],
            4 | 5 => colors[random.below(colors.len())],
            6 => [smooth, smooth / 2 + a % 700, u16::MAX - smooth, u16::MAX],
            7 => [smooth, 7, smooth / 3, smooth / 2 + b % 500],
            8 => colors[(x / 5 + y / 7) % colors.len()],
            _ => colors[0],
        };
        match depth {
            Depth::Eight => bytes.extend(levels.map(|level| (level >> 8) as u8)),
            Depth::Sixteen => bytes.extend(levels.iter().flat_map(|level| level.to_le_bytes())),
        }
    }
    bytes
}

pub const LOOKS: usize = 10;

/// `also` is given the pixels, their size and depth, and the file.
pub fn the_same_pixels_come_back(also: impl Fn(&[u8], [usize; 2], Depth, &[u8])) {
    let mut random = Random::new(2);
    let small = (0..1600).map(|i| [i % 40 + 1, i / 40 + 1]);
    // Several blocks, and rows that are longer than one.
    let large = [[301, 203], [1, 30_000], [30_000, 1], [20_011, 5]].into_iter().flat_map(|size| [size; LOOKS]);
    for (i, size) in small.chain(large).enumerate() {
        let depth = if i / 7 % 2 == 0 { Depth::Eight } else { Depth::Sixteen };
        let pixels = pixels(&mut random, size, depth, i % LOOKS);
        let flags = if i / 3 % 3 == 0 { OPTIMIZED } else { 0 };
        let file = encode(&pixels, size, depth, flags);
        assert!(decode(&file, depth) == Ok((size[0], size[1], pixels.clone())), "{size:?}, {depth:?}, {i}, {flags}");
        also(&pixels, size, depth, &file);
    }
}
