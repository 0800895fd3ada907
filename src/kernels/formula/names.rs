//! What names and operators of a formula stand for, and what is said of those that stand for nothing.

use super::graph::{Graph, Id, Op, REACH};
use crate::error::Class;
use std::f64::consts::{E, LN_2, PI};

/// What is known of the images before there is one.
#[derive(Debug, Clone, Copy, Default)]
pub struct About {
    /// Columns and rows.
    pub size: Option<[usize; 2]>,
    /// The filter's intensity.
    pub intensity: f64,
    /// Red, green and blue are the same.
    pub is_gray: bool,
    /// Alpha is full everywhere, see `is_clear_outside`.
    pub is_opaque: bool,
    /// What lies outside is transparent.
    pub is_clear_outside: bool,
}

/// What is wrong with a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Wrong {
    /// Of the error.
    pub class: Class,
    /// What goes on after the parameter's name.
    pub rule: String,
    /// The character, counted from 1 on.
    pub position: usize,
}

impl Wrong {
    pub(super) fn new(class: Class, text: &str, at: usize, what: &str) -> Self {
        // What comes before is ASCII, or is not told apart.
        let before = text.get(..at).unwrap_or(text);
        let position = 1 + before.chars().count();
        let line = before.rfind('\n');
        let place = match line {
            None if !text.contains('\n') => format!("character {position}"),
            _ => {
                let start = line.map_or(0, |line| line + 1);
                let number = 1 + before.matches('\n').count();
                format!("line {number}, character {}", 1 + before[start..].chars().count())
            }
        };
        Self { class, rule: format!("must be a formula; {place}: {what}"), position }
    }
}

/// Channels that may be read of other pixels: `at` is that of the formula.
const CHANNELS: [&str; 6] = ["r", "g", "b", "a", "luma", "at"];
const LUMA: usize = 4;

/// Names that stand for a number.
const VARIABLES: [&str; 14] =
    ["r", "g", "b", "a", "luma", "x", "y", "u", "v", "width", "height", "intensity", "pi", "e"];

/// Functions, and how many values they take: at least and at most.
const FUNCTIONS: [(&str, usize, usize); 29] = [
    ("sin", 1, 1),
    ("cos", 1, 1),
    ("tan", 1, 1),
    ("asin", 1, 1),
    ("acos", 1, 1),
    ("atan", 1, 1),
    ("atan2", 2, 2),
    ("sqrt", 1, 1),
    ("exp", 1, 1),
    ("log", 1, 1),
    ("log2", 1, 1),
    ("pow", 2, 2),
    ("abs", 1, 1),
    ("sign", 1, 1),
    ("floor", 1, 1),
    ("ceil", 1, 1),
    ("round", 1, 1),
    ("fract", 1, 1),
    ("min", 2, usize::MAX),
    ("max", 2, usize::MAX),
    ("clamp", 3, 3),
    ("mix", 3, 3),
    ("step", 2, 2),
    ("smoothstep", 3, 3),
    ("mod", 2, 2),
    ("hypot", 2, 2),
    // No functions, and no names to choose.
    ("let", 0, 0),
    ("true", 0, 0),
    ("false", 0, 0),
];

/// Whether a name has a meaning of its own.
pub(super) fn is_known(name: &str) -> bool {
    VARIABLES.contains(&name) || CHANNELS.contains(&name) || FUNCTIONS.iter().any(|(other, ..)| *other == name)
}

/// How many values a function takes.
pub(super) fn arity(name: &str) -> Option<(usize, usize)> {
    if CHANNELS.contains(&name) {
        return Some((2, 2));
    }
    let found = FUNCTIONS.iter().find(|(other, ..)| *other == name);
    found.map(|(_, least, most)| (*least, *most)).filter(|(least, _)| *least > 0)
}

/// The channel that a function reads, or 4 for luma, in the formula of a channel.
pub(super) fn channel(name: &str, own: usize) -> Option<usize> {
    CHANNELS.iter().position(|other| *other == name).map(|place| if place > LUMA { own } else { place })
}

/// What a variable is.
pub(super) fn variable(graph: &mut Graph, about: &About, name: &str) -> Option<Id> {
    let place = VARIABLES.iter().position(|other| *other == name)?;
    let side = |graph: &mut Graph, axis: usize, op: Op| match about.size {
        Some(size) => graph.constant(size[axis] as f64),
        None => graph.leaf(op),
    };
    Some(match name {
        "x" => graph.leaf(Op::X),
        "y" => graph.leaf(Op::Y),
        "width" => side(graph, 0, Op::Width),
        "height" => side(graph, 1, Op::Height),
        "u" | "v" => {
            let (axis, op, op_of_side) = if name == "u" { (0, Op::X, Op::Width) } else { (1, Op::Y, Op::Height) };
            let index = graph.leaf(op);
            match about.size {
                Some(size) => graph.line(index, 1.0 / size[axis] as f64, 0.5 / size[axis] as f64),
                None => {
                    let (middle, side) = (graph.line(index, 1.0, 0.5), graph.leaf(op_of_side));
                    graph.two(Op::Div, middle, side)
                }
            }
        }
        "intensity" => graph.constant(about.intensity),
        "pi" => graph.constant(PI),
        "e" => graph.constant(E),
        _ => pixel(graph, about, place, [0, 0]),
    })
}

/// A channel of a pixel, or its luma.
pub(super) fn pixel(graph: &mut Graph, about: &About, channel: usize, away: [isize; 2]) -> Id {
    match channel {
        LUMA if about.is_gray => graph.load(0, away),
        LUMA => {
            let rgb = [0, 1, 2].map(|channel| graph.load(channel, away));
            graph.three(Op::Luma, rgb)
        }
        3 if about.is_opaque && (away == [0, 0] || !about.is_clear_outside) => graph.constant(1.0),
        3 => graph.load(3, away),
        channel => graph.load(if about.is_gray { 0 } else { channel }, away),
    }
}

/// How many pixels away: a whole number that is known beforehand.
pub(super) fn offset(graph: &Graph, id: Id) -> Result<isize, (Class, String)> {
    let Some(number) = graph.number(id) else {
        return Err((Class::Type, "expected a constant: how many pixels away is the same everywhere".into()));
    };
    if libm::floor(number) != number || number.abs() > REACH as f64 {
        return Err((Class::Range, format!("expected a whole number from -{REACH} to {REACH}")));
    }
    Ok(number as isize)
}

/// What an operator makes of two operands.
pub(super) fn operate(graph: &mut Graph, symbol: &str, a: Id, b: Id) -> Id {
    match symbol {
        "+" => graph.two(Op::Add, a, b),
        "-" => graph.two(Op::Sub, a, b),
        "*" => graph.two(Op::Mul, a, b),
        "/" => graph.two(Op::Div, a, b),
        "%" => graph.two(Op::Mod, a, b),
        "<" => graph.two(Op::Greater, b, a),
        ">" => graph.two(Op::Greater, a, b),
        "<=" => graph.two(Op::AtLeast, b, a),
        ">=" => graph.two(Op::AtLeast, a, b),
        "==" => graph.two(Op::Equal, a, b),
        "!=" => {
            let equal = graph.two(Op::Equal, a, b);
            graph.not(equal)
        }
        _ => {
            let [a, b] = [a, b].map(|id| graph.truth(id));
            graph.two(if symbol == "&&" { Op::Mul } else { Op::Max }, a, b)
        }
    }
}

/// What a function makes of its values, of which there are as many as it takes.
pub(super) fn call(graph: &mut Graph, name: &str, args: &[Id]) -> Id {
    let get = |i: usize| args.get(i).copied().unwrap_or(0);
    let [a, b, c] = [get(0), get(1), get(2)];
    let one = |graph: &mut Graph| graph.constant(1.0);
    match name {
        "sin" => graph.one(Op::Sin, a),
        "cos" => graph.one(Op::Cos, a),
        "tan" => {
            let [sine, cosine] = [Op::Sin, Op::Cos].map(|op| graph.one(op, a));
            graph.two(Op::Div, sine, cosine)
        }
        "asin" | "acos" => {
            // (1 − a)·(1 + a), not 1 − a², which loses digits beside 1.
            let (less, more) = (graph.line(a, -1.0, 1.0), graph.line(a, 1.0, 1.0));
            let product = graph.two(Op::Mul, less, more);
            let other = graph.one(Op::Sqrt, product);
            if name == "asin" { graph.two(Op::Atan2, a, other) } else { graph.two(Op::Atan2, other, a) }
        }
        "atan" => {
            let one = one(graph);
            graph.two(Op::Atan2, a, one)
        }
        "atan2" => graph.two(Op::Atan2, a, b),
        "sqrt" => graph.one(Op::Sqrt, a),
        "exp" => graph.one(Op::Exp, a),
        "log2" => graph.one(Op::Log2, a),
        "log" => {
            let doublings = graph.one(Op::Log2, a);
            graph.line(doublings, LN_2, 0.0)
        }
        "pow" => graph.two(Op::Pow, a, b),
        "abs" => graph.one(Op::Abs, a),
        "sign" => {
            let zero = graph.constant(0.0);
            let (above, below) = (graph.two(Op::Greater, a, zero), graph.two(Op::Greater, zero, a));
            graph.two(Op::Sub, above, below)
        }
        "floor" => graph.one(Op::Floor, a),
        "ceil" => {
            let negative = graph.line(a, -1.0, 0.0);
            let floor = graph.one(Op::Floor, negative);
            graph.line(floor, -1.0, 0.0)
        }
        "round" => {
            let raised = graph.line(a, 1.0, 0.5);
            graph.one(Op::Floor, raised)
        }
        "fract" => {
            let floor = graph.one(Op::Floor, a);
            graph.two(Op::Sub, a, floor)
        }
        "min" | "max" => {
            let op = if name == "min" { Op::Min } else { Op::Max };
            args[1..].iter().fold(a, |least, other| graph.two(op, least, *other))
        }
        "clamp" => {
            let raised = graph.two(Op::Max, a, b);
            graph.two(Op::Min, raised, c)
        }
        "mix" => graph.three(Op::Mix, [a, b, c]),
        "step" => graph.two(Op::AtLeast, b, a),
        "smoothstep" => {
            let (along, range) = (graph.two(Op::Sub, c, a), graph.two(Op::Sub, b, a));
            let share = graph.two(Op::Div, along, range);
            let (zero, one) = (graph.constant(0.0), one(graph));
            let raised = graph.two(Op::Max, share, zero);
            let share = graph.two(Op::Min, raised, one);
            let (square, slope) = (graph.two(Op::Mul, share, share), graph.line(share, -2.0, 3.0));
            graph.two(Op::Mul, square, slope)
        }
        "mod" => graph.two(Op::Mod, a, b),
        // The last that there is: hypot.
        _ => {
            let [a, b] = [a, b].map(|side| graph.two(Op::Mul, side, side));
            let sum = graph.two(Op::Add, a, b);
            graph.one(Op::Sqrt, sum)
        }
    }
}

/// The name that is the nearest to another, where it is near.
pub(super) fn nearest<'a>(name: &str, own: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let functions = FUNCTIONS.iter().filter(|(_, least, _)| *least > 0).map(|(other, ..)| *other);
    let all = own.chain(VARIABLES).chain(functions).chain(["at"]);
    let near = all.map(|other| (distance(name.as_bytes(), other.as_bytes()), other));
    let (distance, other) = near.min_by_key(|(distance, _)| *distance)?;
    (distance <= 2 && distance < name.len()).then_some(other)
}

/// Letters that are put in, left out or changed to make one word of another.
fn distance(from: &[u8], to: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, b) in to.iter().enumerate() {
            let changed = diagonal + usize::from(!a.eq_ignore_ascii_case(b));
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[to.len()]
}
