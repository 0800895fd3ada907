//! Colours looked up in a table of three dimensions.

use crate::error::{Class, Error};
use crate::filter::{Filter, Refusal};
use crate::kernels::cube::{self, Blend, Cube, Entries, Fault};
use crate::params::{BYTES_A_CHARACTER, BYTES_A_NUMBER, Choice, FromParameter, Length, Reader, Value, choice, filter, integer, numbers, text};
use crate::plan::{Node, Plan};
use crate::planes::Sees;

impl Choice for Blend {
    const NAMES: &'static [&'static str] = &["trilinear", "tetrahedral"];
    const ALL: &'static [Self] = &[Self::Trilinear, Self::Tetrahedral];
}

filter! {
    /// Looks colours up in a table of three dimensions, as grading tools write it: the text of a `.cube` file, or its
    /// numbers. Alpha is copied.
    ///
    /// With `n` entries along a side, each channel has the place `f = clamp((v − min)/(max − min), 0, 1)·(n − 1)`,
    /// where `v` is a share of full scale and `min` and `max` are 0 and 1, or what the file's `DOMAIN_MIN` and
    /// `DOMAIN_MAX` say. With `i = min(floor(f), n − 2)` and `d = f − i`, the colour lies in the cell of the eight
    /// entries at `i` and `i + 1`. `trilinear` blends all eight. `tetrahedral` goes from the first to the last of them,
    /// one channel at a time, that with the largest `d` first; with these sorted, `d1 ≥ d2 ≥ d3`, the four entries on
    /// the way have the weights `1 − d1`, `d1 − d2`, `d2 − d3` and `d3`. Entries may lie outside 0 to 1. A table is
    /// kept in single precision.
    ///
    /// A `.cube` text has lines that end in LF or CRLF, with fields parted by spaces or tabs; empty lines and those
    /// that begin with `#` are left out, and so is a byte-order mark. `LUT_3D_SIZE`, which must be there, `TITLE` in
    /// quotes, `DOMAIN_MIN` and `DOMAIN_MAX` may each be there once, before the table. Then come exactly `n³` rows of
    /// three finite decimal numbers. Anything else is an error that names the line; a table of one dimension is, too.
    ///
    /// Class R. References: colour-science's `LUT3D.apply` (both interpolations), Pillow's `Color3DLUT` (trilinear, one
    /// level off).
    pub struct Lut3d = "lut3d", "Colour table", Color {
        /// The text of a `.cube` file; or else `size` and `table`.
        cube: Option<Parsed> = text(CUBE).optional(),
        /// Entries along each side of the table.
        size: Option<usize> = integer(2.0).range(2.0, 129.0).soft(2.0, 65.0).optional(),
        /// Red, green and blue of each entry, where 1 is full scale; the index of red is the fastest.
        table: Option<Table> = numbers(Length::Triples("size"), TABLE).optional(),
        /// What is made of the entries around a colour: all eight of them, or four, which keeps grey grey.
        interp: Blend = choice::<Blend>(),
    }
    alpha: Copied,
    identity: Never,
    floats: Bounded,
    check: Self::check,
}

/// A warm look: a table of two entries along each side.
const TABLE: &[f64] = &[
    0.05, 0.02, 0.1, 1.0, 0.1, 0.05, 0.1, 0.85, 0.1, 1.0, 0.9, 0.2, 0.0, 0.05, 0.8, 0.9, 0.1, 0.75, 0.05, 0.85, 0.85, 1.0,
    0.95, 0.85,
];
const CUBE: &str = "TITLE \"warm\"\nLUT_3D_SIZE 2\n.05 .02 .1\n1 .1 .05\n.1 .85 .1\n1 .9 .2\n0 .05 .8\n.9 .1 .75\n.05 .85 .85\n1 .95 .85\n";

/// What a text has been found to be, once for all that is made of it.
type Parsed = Result<Cube, Fault>;

impl FromParameter for Option<Parsed> {
    fn make(reader: &mut Reader<'_>) -> Self {
        let (_, given) = reader.read();
        match given {
            Some(Value::Text(text)) => Some(cube::parse(text)),
            _ => None,
        }
    }
}

// What is kept of a row, or of three numbers, is not more than the page counts.
const _: () = assert!(cube::SHORTEST_ROW + cube::ENTRY_BYTES <= cube::SHORTEST_ROW * BYTES_A_CHARACTER);
const _: () = assert!(3 * size_of::<f64>() + cube::ENTRY_BYTES <= 3 * BYTES_A_NUMBER);

/// The entries of a list, once for all that is made of them.
type Table = Result<Entries, Fault>;

impl FromParameter for Option<Table> {
    fn make(reader: &mut Reader<'_>) -> Self {
        let (_, given) = reader.read();
        match given {
            Some(Value::Numbers(list)) => Some(Entries::new(list)),
            _ => None,
        }
    }
}

impl Lut3d {
    fn check(&self) -> Result<(), Refusal> {
        let refuse = |parameter, rule: &str| Err((parameter, Class::Type, rule.to_string()));
        match (&self.cube, self.size, &self.table) {
            (Some(Err((class, rule))), None, None) => Err(("cube", *class, rule.clone())),
            (None, Some(_), Some(Err((class, rule)))) => Err(("table", *class, rule.clone())),
            (Some(Ok(_)), None, None) | (None, Some(_), Some(Ok(_))) => Ok(()),
            (Some(_), _, Some(_)) => refuse("table", "must not be given beside cube"),
            (Some(_), Some(_), None) => refuse("size", "must not be given beside cube, which says it"),
            (None, Some(_), None) => refuse("table", "is required where size is given: a list of numbers"),
            (None, None, Some(_)) => refuse("size", "is required where table is given: a whole number from 2 to 129"),
            (None, None, None) => refuse("cube", "is required: the text of a .cube file; or else size and table"),
        }
    }
}

impl Filter for Lut3d {
    fn plan(&self, plan: &mut Plan) -> Result<Node, Error> {
        let cube = match (&self.cube, self.size, &self.table) {
            (Some(Ok(cube)), ..) => cube.clone(),
            (_, Some(size), Some(Ok(entries))) => Cube::new(size, entries.clone()),
            _ => unreachable!("it has been checked"),
        };
        let blend = self.interp;
        let source = plan.source();
        if plan.is_bytes(source) {
            return Ok(plan.pixels(source, cube.of_bytes(blend), true));
        }
        let full = plan.layout(source).format().sample.full();
        let planes = plan.planes(source, Sees::Rgb);
        let looked_up = plan.point(&[planes], 3, move |_, planes| {
            let [r, g, b] = planes else { unreachable!("there are three planes") };
            for ((r, g), b) in r.iter_mut().zip(g.iter_mut()).zip(b.iter_mut()) {
                [*r, *g, *b] = cube.at(blend, [*r, *g, *b].map(|value| value / full)).map(|value| full * value);
            }
        });
        Ok(plan.store(looked_up, source))
    }
}
