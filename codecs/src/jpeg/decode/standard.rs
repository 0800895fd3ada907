//! The Huffman tables of T.81, annex K.3, which frames of Motion JPEG leave out.

use super::huffman::Specification;
use super::markers::Markers;
use crate::jpeg::tables::{CHROMA_AC, CHROMA_DC, HuffmanTable, LUMA_AC, LUMA_DC};

/// Fills the first two slots of either kind, where they are empty.
pub(super) fn fill_in(markers: &mut Markers) {
    for (i, (dc, ac)) in [(LUMA_DC, LUMA_AC), (CHROMA_DC, CHROMA_AC)].iter().enumerate() {
        markers.dc[i].get_or_insert_with(|| specification(dc));
        markers.ac[i].get_or_insert_with(|| specification(ac));
    }
}

fn specification(table: &HuffmanTable) -> Specification {
    let mut symbols = [0; 256];
    symbols.iter_mut().zip(table.symbols).for_each(|(to, symbol)| *to = *symbol);
    Specification { counts: table.counts, symbols }
}
