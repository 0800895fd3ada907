//! Profiles of tables: `lut8Type`, `lut16Type` and `lutAToBType` (ICC.1:2022, 10.10 to 10.12), of three colours or four inks.
//! Each pixel goes the whole way of the profile, as in LittleCMS without its shortcuts: tetrahedra in the grid of three
//! colours, and a straight line between two of them for the first of four inks.

use super::curve::{Curve, Curves, Lookup};
use super::four::Four;
use super::profile::{Connection, Profile, fixed, u16_at, u32_at};
use super::srgb;
use super::{BROKEN, filled};
use crate::Problem;

/// Grids of more nodes are ignored: 32 MiB of them.
const MOST_NODES: usize = 1 << 21;

/// The white of D50, as profiles have it.
const WHITE: [f32; 3] = [0.9642, 1.0, 0.8249];

pub(super) struct Table {
    /// A curve for each colour.
    before: Vec<Lookup>,
    grid: Option<Grid>,
    middle: Option<Middle>,
    after: Curves,
    connection: Connection,
    /// What 1 stands for, of L*, a* and b* in hundreds and 255, or of X, Y and Z.
    full: f32,
    /// From XYZ to sRGB's light, by its columns.
    columns: [Four; 3],
}

/// What stands between the grid and the last curves: curves, a matrix by its columns, and what is added.
struct Middle {
    curves: Curves,
    columns: [Four; 3],
    more: Four,
}

/// Three numbers for each node. The colour that is named first changes most slowly.
struct Grid {
    /// Nodes along each colour, and the nodes from one to the next.
    axes: Vec<(usize, usize)>,
    nodes: Vec<Four>,
}

/// Where a number lies along an axis: the nodes before it, and how far it is to the next one.
type Place = (usize, f32);

impl Table {
    /// Reads the table for the relative colorimetric intent, or the perceptual one's where it has none of its own; nothing where there
    /// is none that is read here.
    pub(super) fn read(profile: &Profile, inputs: usize) -> Result<Option<Self>, Problem> {
        let Some(data) = profile.tag(*b"A2B1").or_else(|| profile.tag(*b"A2B0")) else { return Ok(None) };
        let connection = profile.connection;
        Ok(Some(match data.get(..4) {
            Some(b"mft1") => Self::of_lut(data, inputs, 1, connection)?,
            Some(b"mft2") => Self::of_lut(data, inputs, 2, connection)?,
            Some(b"mAB ") => Self::of_a_to_b(data, inputs, connection)?,
            _ => return Ok(None),
        }))
    }

    fn of_lut(data: &[u8], inputs: usize, width: usize, connection: Connection) -> Result<Self, Problem> {
        let [_, _, _, _, _, _, _, _, found, outputs, side, ..] = data else { return Err(BROKEN) };
        if usize::from(*found) != inputs || *outputs != 3 {
            return Err(BROKEN);
        }
        // The matrix at 12 is for XYZ alone.
        let (lengths, at) =
            if width == 1 { ([256, 256], 48) } else { ([u16_at(data, 48)?, u16_at(data, 50)?].map(usize::from), 52) };
        if lengths.iter().any(|length| *length < 2) {
            return Err(BROKEN);
        }
        let mut rest = data.get(at..).ok_or(BROKEN)?;
        let mut take = |count: usize| {
            let (taken, left) = rest.split_at_checked(count * width).ok_or(BROKEN)?;
            rest = left;
            Ok(taken)
        };
        let curve = |values| {
            let curve = if width == 1 { Curve::table_of_8_bits(values) } else { Curve::table_of_16_bits(values) };
            Lookup::new(&curve?)
        };
        let mut before = Vec::new();
        for _ in 0..inputs {
            before.push(curve(take(lengths[0])?)?);
        }
        let sides = [*side; 4];
        let nodes = nodes(&sides[..inputs])?;
        let grid = Some(Grid::new(&sides[..inputs], take(3 * nodes)?, width)?);
        let mut after = Vec::new();
        for _ in 0..3 {
            after.push(curve(take(lengths[1])?)?);
        }
        let after = Curves::new(after)?;
        // The older encoding of L*, a* and b* in 16 bits has 100, and 127, at 0xFF00.
        let full = match (connection, width) {
            (Connection::Xyz, _) => 1.0 + 32767.0 / 32768.0,
            (Connection::Lab, 1) => 1.0,
            (Connection::Lab, _) => 65535.0 / 65280.0,
        };
        Ok(Self { before, grid, middle: None, after, connection, full, columns: of_xyz() })
    }

    fn of_a_to_b(data: &[u8], inputs: usize, connection: Connection) -> Result<Self, Problem> {
        let [_, _, _, _, _, _, _, _, found, outputs, ..] = data else { return Err(BROKEN) };
        if usize::from(*found) != inputs || *outputs != 3 {
            return Err(BROKEN);
        }
        let mut parts = [None; 5];
        for (i, part) in parts.iter_mut().enumerate() {
            *part = match u32_at(data, 12 + 4 * i)? as usize {
                0 => None,
                at => Some(data.get(at..).ok_or(BROKEN)?),
            };
        }
        let [b, matrix_at, m, grid_at, a] = parts;
        let after = Curves::new(curves(b.ok_or(BROKEN)?, 3)?)?;
        let middle = match (m, matrix_at) {
            (Some(m), Some(matrix)) => {
                let mut numbers = [0.0; 12];
                for (i, number) in numbers.iter_mut().enumerate() {
                    *number = fixed(matrix, 4 * i)?;
                }
                let columns = [0, 1, 2].map(|column| Four::new([0, 3, 6].map(|row| numbers[row + column] as f32)));
                let more = Four::new([9, 10, 11].map(|i: usize| numbers[i] as f32));
                Some(Middle { curves: Curves::new(curves(m, 3)?)?, columns, more })
            }
            _ => None,
        };
        let (before, grid) = match (a, grid_at) {
            (Some(a), Some(grid)) => {
                let sides = grid.get(..inputs).ok_or(BROKEN)?;
                let width = usize::from(*grid.get(16).ok_or(BROKEN)?);
                let values = grid.get(20..).ok_or(BROKEN)?;
                if !matches!(width, 1 | 2) {
                    return Err(BROKEN);
                }
                let values = values.get(..3 * width * nodes(sides)?).ok_or(BROKEN)?;
                (curves(a, inputs)?, Some(Grid::new(sides, values, width)?))
            }
            _ if inputs == 3 => (Vec::new(), None),
            _ => return Err(BROKEN),
        };
        let full = if connection == Connection::Xyz { 1.0 + 32767.0 / 32768.0 } else { 1.0 };
        Ok(Self { before, grid, middle, after, connection, full, columns: of_xyz() })
    }

    /// Where each of the 256 levels of a colour lies along its axis.
    pub(super) fn places(&self, input: usize) -> Result<Vec<Place>, Problem> {
        filled(256, |level| self.place(input, level as f32 / 255.0))
    }

    /// Where a number of a colour lies along its axis; without a grid, the number itself.
    pub(super) fn place(&self, input: usize, number: f32) -> Place {
        let number = self.before.get(input).map_or(number, |curve| curve.at(number));
        match self.grid.as_ref().and_then(|grid| grid.axes.get(input)) {
            None => (0, number),
            Some((side, step)) => {
                let place = number * (side - 1) as f32;
                let node = (place as usize).min(side - 2);
                (node * step, place - node as f32)
            }
        }
    }

    /// sRGB's light of a pixel, by where its colours lie along their axes.
    #[inline(always)]
    pub(super) fn light(&self, places: &[Place]) -> Four {
        let mut numbers = match (&self.grid, places) {
            (None, [r, g, b, ..]) => Four::new([r.1, g.1, b.1]),
            (Some(grid), [r, g, b]) => grid.tetrahedron(r.0 + g.0 + b.0, 0, [r.1, g.1, b.1]),
            (Some(grid), [c, m, y, k]) => {
                let (at, parts) = (c.0 + m.0 + y.0 + k.0, [m.1, y.1, k.1]);
                let near = grid.tetrahedron(at, 1, parts);
                let far = grid.tetrahedron(at + grid.axes.first().map_or(0, |axis| axis.1), 1, parts);
                near + (far - near) * c.1
            }
            _ => Four::default(),
        };
        if let Some(Middle { curves, columns, more }) = &self.middle {
            numbers = Four::product(columns, curves.at(numbers)) + *more;
        }
        let [x, y, z] = self.after.at(numbers).map(|number| number * self.full);
        let xyz = match self.connection {
            Connection::Xyz => [x, y, z],
            Connection::Lab => xyz_of_lab([x * 100.0, y * 255.0 - 128.0, z * 255.0 - 128.0]),
        };
        Four::product(&self.columns, xyz)
    }
}

fn of_xyz() -> [Four; 3] {
    srgb::of_xyz().map(|column| Four::new(column.map(|number| number as f32)))
}

/// So many curves, each from a multiple of four bytes on.
fn curves(mut data: &[u8], count: usize) -> Result<Vec<Lookup>, Problem> {
    let mut curves = Vec::new();
    for _ in 0..count {
        let (curve, bytes) = Curve::read(data)?;
        curves.push(Lookup::new(&curve)?);
        data = data.get(bytes.next_multiple_of(4)..).unwrap_or_default();
    }
    Ok(curves)
}

/// The nodes of a grid with these sides.
fn nodes(sides: &[u8]) -> Result<usize, Problem> {
    if sides.iter().any(|side| *side < 2) {
        return Err(BROKEN);
    }
    // At most 255 to the power of four, which 32 bits hold.
    let nodes = sides.iter().map(|side| usize::from(*side)).product();
    if nodes > MOST_NODES { Err(Problem::Unsupported("the profile's table is too large")) } else { Ok(nodes) }
}

impl Grid {
    /// A grid of these sides, by three numbers of one or two bytes for each node.
    fn new(sides: &[u8], values: &[u8], width: usize) -> Result<Self, Problem> {
        let mut step = 1;
        let mut axes = Vec::new();
        for side in sides.iter().rev() {
            axes.push((usize::from(*side), step));
            step *= usize::from(*side);
        }
        axes.reverse();
        let number = |i: usize| match width {
            1 => f32::from(values[i]) / 255.0,
            _ => f32::from(u16::from_be_bytes([values[2 * i], values[2 * i + 1]])) / 65535.0,
        };
        Ok(Self { axes, nodes: filled(step, |i| Four::new([3 * i, 3 * i + 1, 3 * i + 2].map(number)))? })
    }

    /// The numbers at a point, by three of the axes from `first` on: in the one of six tetrahedra of its cube where it lies,
    /// whose corners are reached from the first node along the axis of the largest part, then of the next, then of the least.
    #[inline(always)]
    fn tetrahedron(&self, at: usize, first: usize, parts: [f32; 3]) -> Four {
        let Some([(_, a), (_, b), (_, c)]) = self.axes.get(first..first + 3) else { return Four::default() };
        let order = |p: (f32, usize), q: (f32, usize)| if p.0 >= q.0 { (p, q) } else { (q, p) };
        let (large, small) = order((parts[0], *a), (parts[1], *b));
        let (large, other) = order(large, (parts[2], *c));
        let (middle, small) = order(small, other);
        let corner = |step: usize| self.nodes.get(at + step).copied().unwrap_or_default();
        corner(0) * (1.0 - large.0)
            + corner(large.1) * (large.0 - middle.0)
            + corner(large.1 + middle.1) * (middle.0 - small.0)
            + corner(a + b + c) * small.0
    }
}

/// X, Y and Z of D50 of L*, a* and b* (CIE 15).
#[inline(always)]
fn xyz_of_lab([l, a, b]: [f32; 3]) -> [f32; 3] {
    let y = (l + 16.0) / 116.0;
    let [x, y, z] = [y + a / 500.0, y, y - b / 200.0];
    [cube_or_line(x) * WHITE[0], cube_or_line(y) * WHITE[1], cube_or_line(z) * WHITE[2]]
}

/// The share of white's X, Y or Z, by the number of it that differences make a* and b*: a cube, and near black a line.
#[inline(always)]
pub(super) fn cube_or_line(t: f32) -> f32 {
    if t > 6.0 / 29.0 { t * t * t } else { (t - 16.0 / 116.0) * (108.0 / 841.0) }
}
