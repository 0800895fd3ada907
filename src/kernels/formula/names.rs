//! What names and operators of a formula stand for, and what is said of those that stand for nothing.

use super::graph::{Graph, Id, Op, REACH};
use crate::error::Class;
use std::f64::consts::{E, LN_2, PI};

/// What is known of the images before there is one.
#[derive(Debug, Clone, Copy)]
pub struct About {
    /// Columns and rows.
    pub size: Option<[usize; 2]>,
    /// The filter's intensity.
    pub intensity: f64,
    /// Red, green and blue are the same.
    pub is_gray: bool,
    /// White, in the scale of the pixels.
    pub full: f64,
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

/// Names that stand for a number: those of [`CHANNELS`] first.
const VARIABLES: [&str; 14] =
    ["r", "g", "b", "a", "luma", "x", "y", "u", "v", "width", "height", "intensity", "pi", "e"];

/// What a function does.
#[derive(Clone, Copy)]
enum Does {
    One(Op),
    Two(Op),
    Tan,
    Asin,
    Acos,
    Atan,
    Log,
    Sign,
    Ceil,
    Round,
    Fract,
    Clamp,
    Mix,
    Step,
    Smoothstep,
    Hypot,
}

/// Functions, how many values they take, and what they do. Two of them take more, too.
const FUNCTIONS: [(&str, u8, Does); 26] = [
    ("sin", 1, Does::One(Op::Sin)),
    ("cos", 1, Does::One(Op::Cos)),
    ("sqrt", 1, Does::One(Op::Sqrt)),
    ("exp", 1, Does::One(Op::Exp)),
    ("log2", 1, Does::One(Op::Log2)),
    ("abs", 1, Does::One(Op::Abs)),
    ("floor", 1, Does::One(Op::Floor)),
    ("tan", 1, Does::Tan),
    ("asin", 1, Does::Asin),
    ("acos", 1, Does::Acos),
    ("atan", 1, Does::Atan),
    ("log", 1, Does::Log),
    ("sign", 1, Does::Sign),
    ("ceil", 1, Does::Ceil),
    ("round", 1, Does::Round),
    ("fract", 1, Does::Fract),
    ("min", 2, Does::Two(Op::Min)),
    ("max", 2, Does::Two(Op::Max)),
    ("mod", 2, Does::Two(Op::Mod)),
    ("pow", 2, Does::Two(Op::Pow)),
    ("atan2", 2, Does::Two(Op::Atan2)),
    ("step", 2, Does::Step),
    ("hypot", 2, Does::Hypot),
    ("clamp", 3, Does::Clamp),
    ("mix", 3, Does::Mix),
    ("smoothstep", 3, Does::Smoothstep),
];

fn function(name: &str) -> Option<(u8, Does)> {
    FUNCTIONS.iter().find(|(other, ..)| *other == name).map(|(_, arity, does)| (*arity, *does))
}

/// Whether a name has a meaning of its own.
pub(super) fn is_known(name: &str) -> bool {
    name == "let" || VARIABLES.contains(&name) || arity(name).is_some()
}

/// How many values a function takes: at least and at most.
pub(super) fn arity(name: &str) -> Option<(usize, usize)> {
    if CHANNELS.contains(&name) {
        return Some((2, 2));
    }
    let (arity, does) = function(name)?;
    let most = if matches!(does, Does::Two(Op::Min | Op::Max)) { usize::MAX } else { usize::from(arity) };
    Some((usize::from(arity), most))
}

/// The channel that a function reads, or 4 for luma, in the formula of a channel.
pub(super) fn channel(name: &str, own: usize) -> Option<usize> {
    CHANNELS.iter().position(|other| *other == name).map(|place| if place > LUMA { own } else { place })
}

/// What a variable is.
pub(super) fn variable(graph: &mut Graph, about: &About, name: &str) -> Option<Id> {
    let place = VARIABLES.iter().position(|other| *other == name)?;
    let axis = 1 - place % 2;
    let (op, op_of_side) = if axis == 0 { (Op::X, Op::Width) } else { (Op::Y, Op::Height) };
    Some(match place {
        0..=LUMA => pixel(graph, about, place, [0, 0]),
        5 | 6 => graph.leaf(op),
        7..=10 => {
            let side = match about.size {
                Some(size) => graph.constant(size[axis] as f64),
                None => graph.leaf(op_of_side),
            };
            if place > 8 {
                return Some(side);
            }
            let index = graph.leaf(op);
            if let Some(number) = graph.number(side) {
                return Some(graph.line(index, 1.0 / number, 0.5 / number));
            }
            let middle = graph.line(index, 1.0, 0.5);
            graph.two(Op::Div, middle, side)
        }
        11 => graph.constant(about.intensity),
        12 => graph.constant(PI),
        _ => graph.constant(E),
    })
}

/// A channel of a pixel, or its luma.
pub(super) fn pixel(graph: &mut Graph, about: &About, channel: usize, away: [isize; 2]) -> Id {
    let mut load = |channel: usize| {
        let id = graph.load(channel, away);
        graph.line(id, 1.0 / about.full, 0.0)
    };
    match channel {
        3 if about.is_opaque && (away == [0, 0] || !about.is_clear_outside) => graph.constant(1.0),
        3 => load(3),
        _ if about.is_gray => load(0),
        LUMA => {
            let rgb = [0, 1, 2].map(load);
            graph.three(Op::Luma, rgb)
        }
        channel => load(channel),
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
    let (op, a, b) = match symbol.as_bytes() {
        b"+" => (Op::Add, a, b),
        b"-" => (Op::Sub, a, b),
        b"*" => (Op::Mul, a, b),
        b"/" => (Op::Div, a, b),
        b"%" => (Op::Mod, a, b),
        b"<" => (Op::Greater, b, a),
        b">" => (Op::Greater, a, b),
        b"<=" => (Op::AtLeast, b, a),
        b">=" => (Op::AtLeast, a, b),
        [b'&' | b'|', _] => {
            let op = if symbol == "&&" { Op::Mul } else { Op::Max };
            (op, graph.truth(a), graph.truth(b))
        }
        _ => (Op::Equal, a, b),
    };
    let made = graph.two(op, a, b);
    if symbol == "!=" { graph.not(made) } else { made }
}

/// What a function makes of its values, of which there are as many as it takes.
pub(super) fn call(graph: &mut Graph, name: &str, args: &[Id]) -> Id {
    let get = |i: usize| args.get(i).copied().unwrap_or(0);
    let [a, b, c] = [get(0), get(1), get(2)];
    let [zero, one] = [0.0, 1.0].map(|number| graph.constant(number));
    let Some((_, does)) = function(name) else { unreachable!("it is known") };
    match does {
        Does::One(op) => graph.one(op, a),
        Does::Two(op) => args[1..].iter().fold(a, |made, other| graph.two(op, made, *other)),
        Does::Mix => graph.three(Op::Mix, [a, b, c]),
        Does::Step => graph.two(Op::AtLeast, b, a),
        Does::Atan => graph.two(Op::Atan2, a, one),
        Does::Tan => {
            let [sine, cosine] = [Op::Sin, Op::Cos].map(|op| graph.one(op, a));
            graph.two(Op::Div, sine, cosine)
        }
        Does::Asin | Does::Acos => {
            // (1 − a)·(1 + a), not 1 − a², which loses digits beside 1.
            let (less, more) = (graph.line(a, -1.0, 1.0), graph.line(a, 1.0, 1.0));
            let product = graph.two(Op::Mul, less, more);
            let other = graph.one(Op::Sqrt, product);
            let (up, across) = if matches!(does, Does::Asin) { (a, other) } else { (other, a) };
            graph.two(Op::Atan2, up, across)
        }
        Does::Log => {
            let doublings = graph.one(Op::Log2, a);
            graph.line(doublings, LN_2, 0.0)
        }
        Does::Sign => {
            let (above, below) = (graph.two(Op::Greater, a, zero), graph.two(Op::Greater, zero, a));
            graph.two(Op::Sub, above, below)
        }
        Does::Ceil => {
            let negative = graph.line(a, -1.0, 0.0);
            let floor = graph.one(Op::Floor, negative);
            graph.line(floor, -1.0, 0.0)
        }
        Does::Round => {
            let raised = graph.line(a, 1.0, 0.5);
            graph.one(Op::Floor, raised)
        }
        Does::Fract => {
            let floor = graph.one(Op::Floor, a);
            graph.two(Op::Sub, a, floor)
        }
        Does::Clamp => {
            let raised = graph.two(Op::Max, a, b);
            graph.two(Op::Min, raised, c)
        }
        Does::Smoothstep => {
            let (along, range) = (graph.two(Op::Sub, c, a), graph.two(Op::Sub, b, a));
            let share = graph.two(Op::Div, along, range);
            let raised = graph.two(Op::Max, share, zero);
            let share = graph.two(Op::Min, raised, one);
            let (square, slope) = (graph.two(Op::Mul, share, share), graph.line(share, -2.0, 3.0));
            graph.two(Op::Mul, square, slope)
        }
        Does::Hypot => {
            let [a, b] = [a, b].map(|side| graph.two(Op::Mul, side, side));
            let sum = graph.two(Op::Add, a, b);
            graph.one(Op::Sqrt, sum)
        }
    }
}

/// The name that is the nearest to another, where it is near.
pub(super) fn nearest<'a>(name: &str, own: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let functions = FUNCTIONS.iter().map(|(other, ..)| *other);
    let mut best = (3.min(name.len()), None);
    for other in own.chain(VARIABLES).chain(functions).chain(["at"]) {
        let distance = distance(name.as_bytes(), other.as_bytes());
        if distance < best.0 {
            best = (distance, Some(other));
        }
    }
    best.1
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
