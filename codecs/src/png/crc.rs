//! The checksum of chunks: the CRC of ISO 3309, with the polynomial 0xEDB88320 (annex D of the standard).

use std::sync::LazyLock;

/// Bytes that are taken together.
const LANES: usize = 16;

/// What a byte changes that so many bytes follow. Made when it is first needed: 16 KiB, which the module need not hold.
static TABLES: LazyLock<[[u32; 256]; LANES]> = LazyLock::new(|| {
    let mut tables = [[0; 256]; LANES];
    for byte in 0..256 {
        let mut crc = byte as u32;
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xEDB8_8320 * (crc & 1));
        }
        tables[0][byte] = crc;
    }
    for lane in 1..LANES {
        for byte in 0..256 {
            let before = tables[lane - 1][byte];
            tables[lane][byte] = (before >> 8) ^ tables[0][(before & 255) as usize];
        }
    }
    tables
});

/// The checksum of a chunk's kind and data, one after the other.
pub(super) fn crc(kind: [u8; 4], data: &[u8]) -> u32 {
    let tables = &*TABLES;
    !with(tables, with(tables, !0, &kind), data)
}

fn with(tables: &[[u32; 256]; LANES], mut crc: u32, data: &[u8]) -> u32 {
    let (blocks, rest) = data.as_chunks::<LANES>();
    for block in blocks {
        let mut block = *block;
        block.iter_mut().zip(crc.to_le_bytes()).for_each(|(byte, crc)| *byte ^= crc);
        crc = block.iter().zip(tables.iter().rev()).fold(0, |crc, (byte, table)| crc ^ table[usize::from(*byte)]);
    }
    rest.iter().fold(crc, |crc, byte| (crc >> 8) ^ tables[0][((crc ^ u32::from(*byte)) & 255) as usize])
}
