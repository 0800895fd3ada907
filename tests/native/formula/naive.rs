//! Formulas worked out from their text in double precision, another way: a text is split at its weakest operator, and the
//! parts again, for each pixel anew.

use crate::common::golden::Random;
use crate::numbers::Numbers;
use pixelpool::image::{Border, Sample};
use std::cell::RefCell;

/// What a formula sees.
pub(super) struct Scene<'a> {
    pub(super) image: &'a Numbers,
    pub(super) border: Border,
    pub(super) intensity: f64,
    pub(super) shared: &'a str,
    /// Where there is one, each result is off by about so much of it as single precision is.
    pub(super) nudges: Option<RefCell<Random>>,
}

/// A pixel, and the channel that the formula is for.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) x: isize,
    pub(super) y: isize,
    pub(super) channel: usize,
}

type Names<'a> = Vec<(&'a str, f64)>;

impl Scene<'_> {
    /// What a formula makes of a channel of a pixel, 1 being full scale.
    pub(super) fn at(&self, formula: &str, place: Place) -> f64 {
        let mut names = Vec::new();
        let all = format!("{};{formula}", self.shared);
        let mut parts: Vec<&str> = all.split(';').map(str::trim).collect();
        let last = parts.pop().expect("a formula");
        for part in parts.into_iter().filter(|part| !part.is_empty()) {
            let (name, value) = part.trim_start_matches("let ").split_once('=').expect("a name");
            let value = self.value(value, &names, place);
            names.push((name.trim(), value));
        }
        let value = self.value(last, &names, place);
        if value.is_nan() { 0.0 } else { value }
    }

    fn nudged(&self, value: f64) -> f64 {
        let Some(random) = &self.nudges else { return value };
        value * (1.0 + [-4e-7, 0.0, 4e-7][random.borrow_mut().below(3)])
    }

    fn value(&self, text: &str, names: &Names<'_>, place: Place) -> f64 {
        let text = text.trim();
        let value = self.exact(text, names, place);
        // Numbers, names and places are exact.
        let is_exact = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._".contains(&byte));
        if is_exact && !["r", "g", "b", "a", "luma", "u", "v"].contains(&text) { value } else { self.nudged(value) }
    }

    fn exact(&self, text: &str, names: &Names<'_>, place: Place) -> f64 {
        let of = |text: &str| self.value(text, names, place);
        let test = |is: bool| if is { 1.0 } else { 0.0 };
        if let Some(mark) = find(text, &["?"], false) {
            let colon = colon(text, mark.0 + 1);
            return if of(&text[..mark.0]) != 0.0 { of(&text[mark.0 + 1..colon]) } else { of(&text[colon + 1..]) };
        }
        let levels: [&[&str]; 5] =
            [&["||"], &["&&"], &["==", "!=", "<=", ">=", "<", ">"], &["+", "-"], &["*", "/", "%"]];
        for level in levels {
            let Some((at, operator)) = find(text, level, true) else { continue };
            let (a, b) = (of(&text[..at]), of(&text[at + operator.len()..]));
            return match operator {
                "||" => test(a != 0.0 || b != 0.0),
                "&&" => test(a != 0.0 && b != 0.0),
                "==" => test(a == b),
                "!=" => test(a != b),
                "<=" => test(a <= b),
                ">=" => test(a >= b),
                "<" => test(a < b),
                ">" => test(a > b),
                "+" => a + b,
                "-" => a - b,
                "*" => a * b,
                "/" => a / b,
                _ => a - b * (a / b).floor(),
            };
        }
        if let Some(rest) = text.strip_prefix('-') {
            return -of(rest);
        }
        if let Some(rest) = text.strip_prefix('!') {
            return test(of(rest) == 0.0);
        }
        if let Some((at, _)) = find(text, &["^"], false) {
            return of(&text[..at]).powf(of(&text[at + 1..]));
        }
        if let Some(inner) = text.strip_prefix('(') {
            return of(inner.strip_suffix(')').expect("a parenthesis"));
        }
        if let Some((name, rest)) = text.split_once('(') {
            let args = commas(rest.strip_suffix(')').expect("a parenthesis"));
            let args: Vec<f64> = args.into_iter().map(of).collect();
            return self.call(name.trim(), &args, place);
        }
        if text.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
            return text.parse().expect("a number");
        }
        if let Some((_, value)) = names.iter().find(|(name, _)| *name == text) {
            return *value;
        }
        let (width, height) = (self.image.width as f64, self.image.height as f64);
        match text {
            "x" => place.x as f64,
            "y" => place.y as f64,
            "u" => (place.x as f64 + 0.5) / width,
            "v" => (place.y as f64 + 0.5) / height,
            "width" => width,
            "height" => height,
            "intensity" => self.intensity,
            "pi" => std::f64::consts::PI,
            "e" => std::f64::consts::E,
            name => self.channel(name, place, [0, 0]),
        }
    }

    fn channel(&self, name: &str, place: Place, [dx, dy]: [isize; 2]) -> f64 {
        let (x, y) = (place.x + dx, place.y + dy);
        let full = f64::from(self.image.sample.full());
        let colors = self.image.colors();
        let of = |channel: usize| match channel {
            3 if self.image.channels > colors => self.image.at(x, y, colors, self.border) / full,
            3 => {
                let sees = |axis, length| self.border.index(axis, length).is_some();
                if sees(x, self.image.width) && sees(y, self.image.height) { 1.0 } else { 0.0 }
            }
            channel => self.image.at(x, y, channel.min(colors - 1), self.border) / full,
        };
        match name {
            "r" => of(0),
            "g" => of(1),
            "b" => of(2),
            "a" => of(3),
            "at" => of(place.channel),
            // Grey to the last bit, too.
            "luma" if of(0) == of(1) && of(1) == of(2) => of(0),
            "luma" => (19595.0 * of(0) + 38470.0 * of(1) + 7471.0 * of(2)) / 65536.0,
            other => panic!("there is no {other}"),
        }
    }

    fn call(&self, name: &str, args: &[f64], place: Place) -> f64 {
        match (name, args) {
            ("sin", [t]) => t.sin(),
            ("cos", [t]) => t.cos(),
            ("tan", [t]) => t.tan(),
            ("asin", [t]) => t.asin(),
            ("acos", [t]) => t.acos(),
            ("atan", [t]) => t.atan(),
            // Zero has no sign.
            ("atan2", [y, x]) => (y + 0.0).atan2(x + 0.0),
            ("sqrt", [t]) => t.sqrt(),
            ("exp", [t]) => t.exp(),
            ("log", [t]) => t.ln(),
            ("log2", [t]) => t.log2(),
            ("pow", [t, power]) => t.powf(*power),
            ("abs", [t]) => t.abs(),
            ("sign", [t]) => {
                if *t > 0.0 {
                    1.0
                } else if *t < 0.0 {
                    -1.0
                } else {
                    0.0
                }
            }
            ("floor", [t]) => t.floor(),
            ("ceil", [t]) => t.ceil(),
            ("round", [t]) => (t + 0.5).floor(),
            ("fract", [t]) => t - t.floor(),
            ("min", [first, others @ ..]) => others.iter().fold(*first, |least, t| smaller(least, *t)),
            ("max", [first, others @ ..]) => others.iter().fold(*first, |most, t| -smaller(-most, -*t)),
            ("clamp", [t, low, high]) => smaller(-smaller(-t, -low), *high),
            ("mix", [p, q, t]) => (1.0 - t) * p + t * q,
            ("step", [edge, t]) => f64::from(u8::from(t >= edge)),
            ("smoothstep", [p, q, t]) => {
                let s = smaller(-smaller(-(t - p) / (q - p), -0.0), 1.0);
                s * s * (3.0 - 2.0 * s)
            }
            ("mod", [p, q]) => p - q * (p / q).floor(),
            ("hypot", [p, q]) => p.hypot(*q),
            (_, [dx, dy]) => self.channel(name, place, [*dx, *dy].map(|by| by.round() as isize)),
            _ => panic!("there is no {name} of {}", args.len()),
        }
    }

    /// What a formula makes of a pixel as it is stored, and how far off that may be in single precision; nothing where that
    /// cannot be told.
    pub(super) fn stored(&mut self, formula: &str, place: Place) -> Option<(f64, f64)> {
        self.nudges = None;
        let value = self.at(formula, place);
        let mut off = 0.0_f64;
        for seed in 0..3 {
            self.nudges = Some(RefCell::new(Random::new(17 * seed + 1)));
            off = off.max((self.at(formula, place) - value).abs());
        }
        self.nudges = None;
        let sample = self.image.sample;
        let full = f64::from(sample.full());
        let rounding = match sample {
            Sample::U8 => 0.5 + 1e-4,
            Sample::U16 => 0.55,
            Sample::F32 => 1e-6,
        };
        let near = full * 4.0 * off + rounding;
        let value = full * value;
        let value = if sample == Sample::F32 { value } else { value.clamp(0.0, full) };
        (value.is_finite() && near.is_finite() && near < 0.2 * full.max(value.abs())).then_some((value, near))
    }
}

/// The second, unless the first is smaller.
fn smaller(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

/// Where an operator with two operands stands outside of all parentheses: the last, or the first.
fn find<'a>(text: &str, operators: &[&'a str], last: bool) -> Option<(usize, &'a str)> {
    let (mut depth, mut found, mut at) = (0, None, 0);
    while at < text.len() {
        let rest = &text[at..];
        match rest.as_bytes()[0] {
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        let before = text[..at].trim_end().chars().next_back();
        let is_exponent = text[..at].ends_with(['e', 'E']) && text[..at - 1].ends_with(|c: char| c.is_ascii_digit());
        let ends_operand =
            !is_exponent && before.is_some_and(|c| c.is_ascii_alphanumeric() || [')', '.', '_'].contains(&c));
        let all = ["||", "&&", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "^", "?"];
        // The longest that stands here.
        let here = all.into_iter().find(|operator| rest.starts_with(operator)).filter(|_| depth == 0 && ends_operand);
        let length = here.map_or(1, str::len);
        if let Some(operator) = operators.iter().find(|operator| here == Some(**operator))
            && (last || found.is_none())
        {
            found = Some((at, *operator));
        }
        at += length;
    }
    found
}

/// The colon of a choice whose question mark stands before `from`.
fn colon(text: &str, from: usize) -> usize {
    let (mut depth, mut open) = (0, 1);
    for (at, byte) in text.bytes().enumerate().skip(from) {
        match byte {
            b'(' => depth += 1,
            b')' => depth -= 1,
            b'?' if depth == 0 => open += 1,
            b':' if depth == 0 => open -= 1,
            _ => {}
        }
        if open == 0 {
            return at;
        }
    }
    panic!("{text}: a colon")
}

fn commas(text: &str) -> Vec<&str> {
    let (mut depth, mut parts, mut start) = (0, Vec::new(), 0);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => depth -= 1,
            b',' if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}
