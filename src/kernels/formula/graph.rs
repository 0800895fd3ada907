//! What formulas compute, as a graph: each operation once, with what is constant worked out, in double precision.

/// An operation: what it makes of what the nodes before it have made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Op {
    /// `numbers[0]`.
    Constant,
    /// The column.
    X,
    /// The row.
    Y,
    /// Columns of the image, as long as they are not known.
    Width,
    /// Rows of the image, likewise.
    Height,
    /// A channel of a pixel, see [`Node::load`].
    Load,
    /// `a·numbers[0] + numbers[1]`.
    Line,
    Sqrt,
    Abs,
    Floor,
    Exp,
    Log2,
    Sin,
    Cos,
    Add,
    Sub,
    Mul,
    Div,
    Mod,
    /// The first where it is smaller than the second, else the second.
    Min,
    /// The first where it is larger than the second, else the second.
    Max,
    Greater,
    AtLeast,
    Equal,
    Pow,
    /// The angle of `(b, a)`.
    Atan2,
    /// `b` where `a` is not 0, else `c`.
    Select,
    /// `a + c·(b − a)`.
    Mix,
    /// Of red, green and blue; of grey it is the same to the last bit.
    Luma,
}

impl Op {
    /// How many nodes it is made of.
    pub(super) fn arity(self) -> usize {
        match self {
            Self::Constant | Self::X | Self::Y | Self::Width | Self::Height | Self::Load => 0,
            Self::Line | Self::Sqrt | Self::Abs | Self::Floor | Self::Exp | Self::Log2 | Self::Sin | Self::Cos => 1,
            Self::Select | Self::Mix | Self::Luma => 3,
            _ => 2,
        }
    }

    /// Whether all that it gives is 0 and 1.
    fn is_test(self) -> bool {
        matches!(self, Self::Greater | Self::AtLeast | Self::Equal)
    }
}

/// The place of a node in a graph.
pub(super) type Id = u16;

/// An operation, the nodes that it is made of, and its numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Node {
    pub(super) op: Op,
    pub(super) args: [Id; 3],
    pub(super) numbers: [f64; 2],
}

/// Pixels that may be read on each side, above and below.
pub(super) const REACH: isize = 32;

impl Node {
    /// The channel of a load, and how many columns and rows away the pixel is.
    pub(super) fn load(self) -> (usize, [isize; 2]) {
        let [channel, dx, dy] = self.args.map(usize::from);
        (channel, [dx, dy].map(|by| by.cast_signed() - REACH))
    }
}

/// Weights of luma in 65,536ths, without that of green, which is the rest.
const LUMA: [f64; 2] = [19595.0 / 65536.0, 7471.0 / 65536.0];

/// [`LUMA`] in single precision: exact.
pub(super) const LUMA_SINGLE: [f32; 2] = [LUMA[0] as f32, LUMA[1] as f32];

/// What an operation makes of numbers. It is the definition; [`super::run`] does the same in single precision.
fn value(op: Op, [a, b, c]: [f64; 3], numbers: [f64; 2]) -> f64 {
    let test = |is: bool| if is { 1.0 } else { 0.0 };
    match op {
        Op::Line => a * numbers[0] + numbers[1],
        Op::Sqrt => libm::sqrt(a),
        Op::Abs => a.abs(),
        Op::Floor => libm::floor(a),
        Op::Exp => libm::exp(a),
        Op::Log2 => libm::log2(a),
        Op::Sin => libm::sin(a),
        Op::Cos => libm::cos(a),
        Op::Add => a + b,
        Op::Sub => a - b,
        Op::Mul => a * b,
        Op::Div => a / b,
        Op::Mod => a - b * libm::floor(a / b),
        Op::Min => {
            if a < b {
                a
            } else {
                b
            }
        }
        Op::Max => {
            if a > b {
                a
            } else {
                b
            }
        }
        Op::Greater => test(a > b),
        Op::AtLeast => test(a >= b),
        Op::Equal => test(a == b),
        Op::Pow => libm::pow(a, b),
        Op::Atan2 => libm::atan2(a, b),
        Op::Select => {
            if a == 0.0 {
                c
            } else {
                b
            }
        }
        Op::Mix => a + c * (b - a),
        Op::Luma => b + LUMA[0] * (a - b) + LUMA[1] * (c - b),
        _ => numbers[0],
    }
}

/// Operations, each after those that it is made of.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Graph {
    pub(super) nodes: Vec<Node>,
}

impl Graph {
    /// A node, which may be there already.
    fn node(&mut self, op: Op, args: [Id; 3], numbers: [f64; 2]) -> Id {
        let node = Node { op, args, numbers };
        let known = self.nodes.iter().position(|other| *other == node);
        let place = known.unwrap_or_else(|| {
            self.nodes.push(node);
            self.nodes.len() - 1
        });
        place as Id
    }

    pub(super) fn constant(&mut self, number: f64) -> Id {
        self.node(Op::Constant, [0; 3], [number, 0.0])
    }

    /// What has no operands.
    pub(super) fn leaf(&mut self, op: Op) -> Id {
        self.node(op, [0; 3], [0.0; 2])
    }

    pub(super) fn load(&mut self, channel: usize, away: [isize; 2]) -> Id {
        let [dx, dy] = away.map(|by| (by + REACH) as Id);
        self.node(Op::Load, [channel as Id, dx, dy], [0.0; 2])
    }

    /// The number that a node always is.
    pub(super) fn number(&self, id: Id) -> Option<f64> {
        let node = &self.nodes[usize::from(id)];
        (node.op == Op::Constant).then_some(node.numbers[0])
    }

    fn numbers(&self, args: [Id; 3], count: usize) -> Option<[f64; 3]> {
        let mut numbers = [0.0; 3];
        for (number, id) in numbers.iter_mut().zip(args).take(count) {
            *number = self.number(id)?;
        }
        Some(numbers)
    }

    /// `id·factor + more`; two such are one.
    pub(super) fn line(&mut self, id: Id, factor: f64, more: f64) -> Id {
        let inner = self.nodes[usize::from(id)];
        // What has been divided and multiplied by the same.
        let factor = if (factor - 1.0).abs() < 1e-14 { 1.0 } else { factor };
        match inner.op {
            Op::Constant => self.constant(inner.numbers[0] * factor + more),
            _ if (factor, more) == (1.0, 0.0) => id,
            Op::Line => {
                let [inner_factor, inner_more] = inner.numbers;
                self.line(inner.args[0], inner_factor * factor, inner_more * factor + more)
            }
            _ => self.node(Op::Line, [id, 0, 0], [factor, more]),
        }
    }

    /// A node as another one times a number: numbers are taken out of operations, where they meet others.
    fn factor(&self, id: Id) -> (Id, f64) {
        let node = &self.nodes[usize::from(id)];
        let is_factor = node.op == Op::Line && node.numbers[1] == 0.0 && node.numbers[0] != 0.0;
        if is_factor { (node.args[0], node.numbers[0]) } else { (id, 1.0) }
    }

    /// A node times a number, where that costs the least.
    pub(super) fn times(&mut self, id: Id, number: f64, levels: usize) -> Id {
        let Node { op, args: [a, b, c], .. } = self.nodes[usize::from(id)];
        let takes = |id: Id| matches!(self.nodes[usize::from(id)].op, Op::Line | Op::Constant);
        let (first, second) = if op == Op::Select { (b, c) } else { (a, b) };
        let is_shared = matches!(op, Op::Add | Op::Sub | Op::Min | Op::Max | Op::Mix | Op::Select);
        if number == 1.0 || levels == 0 || !is_shared || !(takes(first) || takes(second)) {
            return self.line(id, number, 0.0);
        }
        let [first, second] = [first, second].map(|id| self.times(id, number, levels - 1));
        match op {
            Op::Select => self.three(op, [a, first, second]),
            Op::Mix => self.three(op, [first, second, c]),
            _ => self.two(op, first, second),
        }
    }

    pub(super) fn one(&mut self, op: Op, a: Id) -> Id {
        let (inner, factor) = self.factor(a);
        match op {
            Op::Sqrt if factor > 0.0 && factor != 1.0 => {
                let root = self.push(op, [inner, 0, 0]);
                self.line(root, libm::sqrt(factor), 0.0)
            }
            Op::Abs if factor != 1.0 => {
                let size = self.push(op, [inner, 0, 0]);
                self.line(size, factor.abs(), 0.0)
            }
            _ => self.push(op, [a, 0, 0]),
        }
    }

    pub(super) fn two(&mut self, op: Op, a: Id, b: Id) -> Id {
        let (of_a, of_b) = (self.number(a), self.number(b));
        match (op, of_a, of_b) {
            (_, Some(_), Some(_)) => {}
            (Op::Add, Some(number), None) => return self.line(b, 1.0, number),
            (Op::Add, None, Some(number)) => return self.line(a, 1.0, number),
            (Op::Sub, Some(number), None) => return self.line(b, -1.0, number),
            (Op::Sub, None, Some(number)) => return self.line(a, 1.0, -number),
            (Op::Mul, Some(number), None) => return self.line(b, number, 0.0),
            (Op::Mul, None, Some(number)) => return self.line(a, number, 0.0),
            // The reciprocal of a power of two is exact, and of no other number.
            (Op::Div, None, Some(number)) if is_power_of_two(number) => return self.line(a, 1.0 / number, 0.0),
            (Op::Pow, None, Some(number)) => {
                if let Some(made) = self.power(a, number) {
                    return made;
                }
            }
            _ => {}
        }
        let ((inner_a, factor_a), (inner_b, factor_b)) = (self.factor(a), self.factor(b));
        if factor_a != 1.0 || factor_b != 1.0 {
            if matches!(op, Op::Mul | Op::Div) {
                let inner = self.two(op, inner_a, inner_b);
                let factor = if op == Op::Mul { factor_a * factor_b } else { factor_a / factor_b };
                return self.line(inner, factor, 0.0);
            }
            let both = match (of_a, of_b) {
                (None, Some(number)) => Some((inner_a, self.constant(number / factor_a), factor_a)),
                (Some(number), None) => Some((self.constant(number / factor_b), inner_b, factor_b)),
                _ => (factor_a == factor_b).then_some((inner_a, inner_b, factor_a)),
            };
            match (op, both) {
                (Op::Add | Op::Sub, Some((a, b, factor))) => {
                    let inner = self.two(op, a, b);
                    return self.line(inner, factor, 0.0);
                }
                (Op::Min | Op::Max, Some((a, b, factor))) if factor > 0.0 => {
                    let inner = self.two(op, a, b);
                    return self.line(inner, factor, 0.0);
                }
                (Op::Greater | Op::AtLeast | Op::Equal, Some((a, b, factor))) if factor > 0.0 => {
                    return self.two(op, a, b);
                }
                _ => {}
            }
        }
        let is_either_way = matches!(op, Op::Add | Op::Mul | Op::Equal);
        self.push(op, if is_either_way { [a.min(b), a.max(b), 0] } else { [a, b, 0] })
    }

    pub(super) fn three(&mut self, op: Op, args: [Id; 3]) -> Id {
        if op == Op::Select
            && let Some(number) = self.number(args[0])
        {
            return if number == 0.0 { args[2] } else { args[1] };
        }
        // Those whose common factor is one of the result.
        let scaled = match op {
            Op::Select => 1..3,
            Op::Mix => 0..2,
            _ => 0..3,
        };
        let factor = self.factor(args[scaled.start]).1;
        if factor != 1.0 && args[scaled.clone()].iter().all(|arg| self.factor(*arg).1 == factor) {
            let mut inner = args;
            inner[scaled].iter_mut().for_each(|arg| *arg = self.factor(*arg).0);
            let made = self.three(op, inner);
            return self.line(made, factor, 0.0);
        }
        self.push(op, args)
    }

    fn push(&mut self, op: Op, args: [Id; 3]) -> Id {
        match self.numbers(args, op.arity()) {
            Some(numbers) => self.constant(value(op, numbers, [0.0; 2])),
            None => self.node(op, args, [0.0; 2]),
        }
    }

    /// Powers that are made of multiplications or of a square root.
    fn power(&mut self, id: Id, exponent: f64) -> Option<Id> {
        if exponent == 0.5 {
            return Some(self.one(Op::Sqrt, id));
        }
        if exponent.abs() > 16.0 || libm::floor(exponent) != exponent {
            return None;
        }
        let mut result = self.constant(1.0);
        for bit in [16, 8, 4, 2, 1] {
            result = self.two(Op::Mul, result, result);
            if exponent.abs() as i32 & bit != 0 {
                result = self.two(Op::Mul, result, id);
            }
        }
        if exponent < 0.0 {
            let one = self.constant(1.0);
            result = self.two(Op::Div, one, result);
        }
        Some(result)
    }

    /// One where a node is not 0, else 0.
    pub(super) fn truth(&mut self, id: Id) -> Id {
        if self.nodes[usize::from(id)].op.is_test() {
            return id;
        }
        let inverse = self.not(id);
        self.not(inverse)
    }

    pub(super) fn not(&mut self, id: Id) -> Id {
        let zero = self.constant(0.0);
        self.two(Op::Equal, id, zero)
    }

    /// Calls `see` with each node that some nodes are made of, and these themselves, from the last to the first.
    pub(super) fn each(&self, roots: &[Id], mut see: impl FnMut(Id, &Node)) {
        let mut needed = vec![false; self.nodes.len()];
        roots.iter().for_each(|root| needed[usize::from(*root)] = true);
        for (i, node) in self.nodes.iter().enumerate().rev() {
            if needed[i] {
                see(i as Id, node);
                node.args[..node.op.arity()].iter().for_each(|arg| needed[usize::from(*arg)] = true);
            }
        }
    }

    /// Whether a node is a function of a channel of the same pixel, and of nothing else.
    pub(super) fn is_curve(&self, root: Id, channel: usize) -> bool {
        let mut is = true;
        self.each(&[root], |_, node| match node.op {
            Op::Load => is &= node.load() == (channel, [0, 0]),
            Op::X | Op::Y => is = false,
            _ => {}
        });
        is
    }

    /// What a node that is a curve makes of a number, in double precision.
    pub(super) fn at(&self, root: Id, input: f64) -> f64 {
        let mut values: Vec<f64> = Vec::with_capacity(self.nodes.len());
        for Node { op, args, numbers } in &self.nodes[..=usize::from(root)] {
            let of = |arg: Id| values.get(usize::from(arg)).copied().unwrap_or(0.0);
            let made = if *op == Op::Load { input } else { value(*op, args.map(of), *numbers) };
            values.push(made);
        }
        values.pop().unwrap_or(0.0)
    }
}

fn is_power_of_two(number: f64) -> bool {
    number.is_normal() && number.to_bits() & ((1 << 52) - 1) == 0
}
