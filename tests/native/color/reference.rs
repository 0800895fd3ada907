//! What profiles mean, in double precision, as the standards say it.

use super::profiles::{curv, fixed, para, xorshift};

/// A curve: values at even distances, or (a·x + b)^g + e from d on and c·x + f before, of g, a, b, c, d, e, f.
#[derive(Clone)]
pub(super) enum Curve {
    Table(Vec<f64>),
    Power([f64; 7]),
}

impl Curve {
    pub(super) fn at(&self, x: f64) -> f64 {
        let x = x.clamp(0.0, 1.0);
        match self {
            Self::Table(values) => {
                let place = x * (values.len() - 1) as f64;
                let (low, high) = (values[place.floor() as usize], values[place.ceil() as usize]);
                low + (high - low) * place.fract()
            }
            Self::Power(numbers) => {
                let [g, a, b, c, d, e, f] = numbers.map(stored);
                (if x >= d { (a * x + b).powf(g) + e } else { c * x + f }).clamp(0.0, 1.0)
            }
        }
    }

    /// Its bytes as a number of each width, without a header; what it then is by these bytes.
    fn random(count: usize, width: usize, below: &mut impl FnMut(usize) -> usize) -> (Self, Vec<u8>) {
        let most = if width == 1 { 255 } else { 65535 };
        // It rises, but not evenly.
        let value = |i: usize| (i * most / (count - 1) + below(most / 16)).min(most);
        let values: Vec<usize> = (0..count).map(value).collect();
        let bytes = values.iter().flat_map(|value| number(*value, width)).collect();
        (Self::Table(values.iter().map(|value| *value as f64 / most as f64).collect()), bytes)
    }
}

fn number(value: usize, width: usize) -> Vec<u8> {
    (value as u16).to_be_bytes()[2 - width..].to_vec()
}

/// A number as profiles store it.
fn stored(number: f64) -> f64 {
    (number * 65536.0).round() / 65536.0
}

/// The product of a matrix that is stored in a profile, given by its columns, and a vector.
pub(super) fn in_profile(columns: [[f64; 3]; 3], vector: [f64; 3]) -> [f64; 3] {
    product(columns.map(|column| column.map(stored)), vector)
}

fn product(columns: [[f64; 3]; 3], vector: [f64; 3]) -> [f64; 3] {
    [0, 1, 2].map(|row| (0..3).map(|column| columns[column][row] * vector[column]).sum())
}

/// The level of sRGB for light (IEC 61966-2-1).
pub(super) fn levels_of_light(light: f64) -> f64 {
    let light = light.clamp(0.0, 1.0);
    if light <= 0.0031308 { 12.92 * light } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 }
}

/// The grey of a lightness in hundredths.
pub(super) fn level_of_lightness(lightness: f64) -> f64 {
    levels_of_light(lightness_to_y(100.0 * lightness))
}

fn lightness_to_y(lightness: f64) -> f64 {
    if lightness > 8.0 { ((lightness + 16.0) / 116.0).powi(3) } else { lightness * (27.0 / 24389.0) }
}

/// Levels of X, Y and Z of D50.
pub(super) fn levels_of_xyz(xyz: [f64; 3]) -> [f64; 3] {
    // The inverse of the matrix of the ICC's sRGB profile, to ten digits.
    let columns = [
        [3.1341121514, -0.9787872939, 0.0719830425],
        [-1.6173924597, 1.9162795855, -0.2289858493],
        [-0.4906334036, 0.0334547140, 1.4053851325],
    ];
    product(columns, xyz).map(levels_of_light)
}

/// A table of a profile: curves, a grid, perhaps curves and a matrix, curves.
pub(super) struct Lut {
    inputs: usize,
    side: usize,
    width: usize,
    connection: [u8; 4],
    before: Vec<(Curve, Vec<u8>)>,
    nodes: Vec<[f64; 3]>,
    node_bytes: Vec<u8>,
    middle: Option<(Vec<(Curve, Vec<u8>)>, [[f64; 3]; 3], [f64; 3])>,
    has_grid: bool,
    after: Vec<(Curve, Vec<u8>)>,
}

impl Lut {
    /// A `lut8Type` or `lut16Type`, by the bytes of a number.
    pub(super) fn random(inputs: usize, side: usize, width: usize, connection: &[u8; 4]) -> Self {
        let mut below = xorshift();
        let most = if width == 1 { 255 } else { 65535 };
        let [first, last] = if width == 1 { [256, 256] } else { [17, 33] };
        let before = (0..inputs).map(|_| Curve::random(first, width, &mut below)).collect();
        let after = (0..3).map(|_| Curve::random(last, width, &mut below)).collect();
        // Colours that sRGB has: X, Y and Z to 0.8 of 2, or a* and b* near 0.
        let is_lab = connection == b"Lab ";
        let mut component = |i: usize| match (is_lab, i) {
            (true, 0) => below(most),
            (true, _) => most * 3 / 8 + below(most / 4),
            _ => below(most * 2 / 5),
        };
        let nodes: Vec<_> = (0..side.pow(inputs as u32)).map(|_| [0, 1, 2].map(&mut component)).collect();
        Self {
            inputs,
            side,
            width,
            connection: *connection,
            before,
            node_bytes: nodes.iter().flatten().flat_map(|value| number(*value, width)).collect(),
            nodes: nodes.iter().map(|node| node.map(|value| value as f64 / most as f64)).collect(),
            middle: None,
            has_grid: true,
            after,
        }
    }

    /// The same as a `lutAToBType`, with parametric curves and a matrix behind the grid.
    pub(super) fn with_middle(mut self) -> Self {
        let curve = |g: f64| (Curve::Power([g, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0]), para(0, &[g]));
        let columns = [[0.875, 0.0625, 0.0], [-0.125, 0.9375, 0.125], [0.0, 0.03125, 0.75]];
        self.middle = Some(([1.5, 0.75, 1.0].map(curve).to_vec(), columns, [0.0625, -0.03125, 0.125]));
        let mut below = xorshift();
        for curves in [&mut self.before, &mut self.after] {
            for curve in curves.iter_mut() {
                let (table, bytes) = Curve::random(9, 2, &mut below);
                let values: Vec<_> = bytes.as_chunks().0.iter().map(|value| u16::from_be_bytes(*value)).collect();
                *curve = (table, curv(&values));
            }
        }
        self
    }

    /// The same without a grid, and so without curves before it.
    pub(super) fn without_grid(mut self) -> Self {
        self.has_grid = false;
        self
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        let sizes = [self.inputs as u8, 3];
        let Some((curves, columns, more)) = &self.middle else {
            let identity = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0].map(fixed).concat();
            let kind = if self.width == 1 { b"mft1\0\0\0\0" } else { b"mft2\0\0\0\0" };
            let lengths: &[u8] = if self.width == 1 { &[] } else { &[0, 17, 0, 33] };
            let tables =
                |curves: &[(Curve, Vec<u8>)]| curves.iter().flat_map(|curve| curve.1.clone()).collect::<Vec<_>>();
            let head = [kind, &sizes[..], &[self.side as u8, 0], &identity, lengths].concat();
            return [head, tables(&self.before), self.node_bytes.clone(), tables(&self.after)].concat();
        };
        let padded = |curves: &[(Curve, Vec<u8>)]| {
            let mut bytes = Vec::new();
            for (_, curve) in curves {
                bytes.extend_from_slice(curve);
                bytes.resize(bytes.len().next_multiple_of(4), 0);
            }
            bytes
        };
        let rows = [0, 1, 2].map(|row| [0, 1, 2].map(|column| fixed(columns[column][row])).concat()).concat();
        let matrix = [rows, more.map(fixed).concat()].concat();
        let mut grid = vec![0; 16];
        grid[..self.inputs].fill(self.side as u8);
        grid.extend([self.width as u8, 0, 0, 0]);
        grid.extend(&self.node_bytes);
        grid.resize(grid.len().next_multiple_of(4), 0);
        let parts = [padded(&self.after), matrix, padded(curves), grid, padded(&self.before)];
        let mut bytes = [b"mAB \0\0\0\0", &sizes[..], &[0, 0]].concat();
        let mut at = 32;
        for (i, part) in parts.iter().enumerate() {
            let is_there = i < 3 || self.has_grid;
            bytes.extend((if is_there { at as u32 } else { 0 }).to_be_bytes());
            at += part.len();
        }
        [bytes, parts.concat()].concat()
    }

    /// Levels of sRGB of a colour.
    pub(super) fn levels(&self, color: &[f64]) -> [f64; 3] {
        let mut numbers = [color[0], color[1], color[2]];
        if self.has_grid {
            let color: Vec<f64> = color.iter().zip(&self.before).map(|(number, curve)| curve.0.at(*number)).collect();
            numbers = self.in_grid(&color);
        }
        if let Some((curves, columns, more)) = &self.middle {
            numbers = product(*columns, [0, 1, 2].map(|i| curves[i].0.at(numbers[i])));
            numbers = [0, 1, 2].map(|i| numbers[i] + more[i]);
        }
        let numbers = [0, 1, 2].map(|i| self.after[i].0.at(numbers[i]));
        if self.connection == *b"XYZ " {
            return levels_of_xyz(numbers.map(|number| number * (65535.0 / 32768.0)));
        }
        let numbers = if self.middle.is_none() && self.width == 2 {
            let [l, a, b] = numbers.map(|number| number * 65535.0 / 256.0);
            [l * 100.0 / 255.0, a - 128.0, b - 128.0]
        } else {
            let [l, a, b] = numbers.map(|number| number * 255.0);
            [l * 100.0 / 255.0, a - 128.0, b - 128.0]
        };
        let [l, a, b] = numbers;
        // Y of a lightness is the cube for X and Z too, where the lightness is that of 116·f − 16.
        let y = (l + 16.0) / 116.0;
        let share = |f: f64| lightness_to_y(116.0 * f - 16.0);
        levels_of_xyz([0.9642 * share(y + a / 500.0), share(y), 0.8249 * share(y - b / 200.0)])
    }

    /// Of four numbers, a straight line along the first between two grids of the others. Of three, the sum over the numbers
    /// from the largest part to the least, each going one node on along its axis.
    fn in_grid(&self, color: &[f64]) -> [f64; 3] {
        let places: Vec<f64> = color.iter().map(|number| number * (self.side - 1) as f64).collect();
        if let [c, rest @ ..] = &places[..]
            && rest.len() == 3
        {
            let [low, high] = [c.floor(), c.ceil()].map(|c| self.in_cube(c as usize, rest));
            return [0, 1, 2].map(|i| low[i] + (high[i] - low[i]) * c.fract());
        }
        self.in_cube(0, &places)
    }

    fn in_cube(&self, first: usize, places: &[f64]) -> [f64; 3] {
        let mut corner: Vec<usize> = places.iter().map(|place| place.floor() as usize).collect();
        let node = |corner: &[usize]| self.nodes[corner.iter().fold(first, |at, along| at * self.side + along)];
        let mut axes = [0, 1, 2];
        axes.sort_by(|a, b| places[*b].fract().total_cmp(&places[*a].fract()));
        let mut sum = node(&corner);
        for axis in axes.into_iter().filter(|axis| places[*axis].fract() > 0.0) {
            let before = node(&corner);
            corner[axis] += 1;
            let after = node(&corner);
            sum = [0, 1, 2].map(|i| sum[i] + (after[i] - before[i]) * places[axis].fract());
        }
        sum
    }
}
