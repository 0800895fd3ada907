//! The text of a formula: precedence climbing over its characters, straight into a graph.

use super::graph::{Graph, Id, Op};
use super::names::{self, About, Wrong};
use crate::error::Class;
use crate::kernels::cube;

/// The most characters of a text.
pub(super) const MOST_CHARACTERS: usize = 4096;
/// The most operations of a filter, those that stand several times counted once.
pub(super) const MOST_OPERATIONS: usize = 1024;
/// How deep parentheses, signs, powers and choices may be nested.
const MOST_LEVELS: usize = 64;

/// Operators between two operands, and how strongly they bind. Where one begins with another, it comes first.
const OPERATORS: [(&str, u8); 13] = [
    ("||", 1),
    ("&&", 2),
    ("==", COMPARES),
    ("!=", COMPARES),
    ("<=", COMPARES),
    (">=", COMPARES),
    ("<", COMPARES),
    (">", COMPARES),
    ("+", 4),
    ("-", 4),
    ("*", 5),
    ("/", 5),
    ("%", 5),
];
const COMPARES: u8 = 3;

/// What reads a text.
pub(super) struct Parser<'a> {
    pub(super) graph: &'a mut Graph,
    pub(super) about: &'a About,
    /// The channel that the formula is for.
    pub(super) channel: usize,
    /// Names that have been given, and what they stand for.
    pub(super) names: Vec<(&'a str, Id)>,
    text: &'a str,
    at: usize,
    levels: usize,
}

type Parsed<T> = Result<T, Wrong>;

impl<'a> Parser<'a> {
    pub(super) fn new(graph: &'a mut Graph, about: &'a About, channel: usize) -> Self {
        Self { graph, about, channel, names: Vec::new(), text: "", at: 0, levels: 0 }
    }

    /// Reads names and then a formula.
    pub(super) fn formula(&mut self, text: &'a str) -> Parsed<Id> {
        self.begin(text)?;
        while self.word() == "let" {
            self.definition()?;
            if !self.eats(";") {
                return self.expected("an operator or \";\"");
            }
        }
        let id = self.expression()?;
        if self.at < self.text.len() {
            return self.expected("an operator or the end");
        }
        Ok(id)
    }

    /// Reads names alone.
    pub(super) fn definitions(&mut self, text: &'a str) -> Parsed<()> {
        self.begin(text)?;
        while self.at < self.text.len() {
            self.definition()?;
            if !self.eats(";") && self.at < self.text.len() {
                return self.expected("an operator, \";\" or the end");
            }
        }
        Ok(())
    }

    fn begin(&mut self, text: &'a str) -> Parsed<()> {
        (self.text, self.at) = (text, 0);
        if text.len() > MOST_CHARACTERS && text.chars().count() > MOST_CHARACTERS {
            return self.wrong(
                Class::Range,
                MOST_CHARACTERS,
                &format!("it has more than {MOST_CHARACTERS} characters"),
            );
        }
        self.skip();
        Ok(())
    }

    #[cold]
    fn wrong<T>(&self, class: Class, at: usize, what: &str) -> Parsed<T> {
        Err(Wrong::new(class, self.text, at, what))
    }

    #[cold]
    fn expected<T>(&self, what: &str) -> Parsed<T> {
        let got = match self.text[self.at..].chars().next() {
            None => "the end".into(),
            Some(first) => match self.word() {
                "" => format!("\"{first}\""),
                word => format!("\"{word}\""),
            },
        };
        self.wrong(Class::Type, self.at, &format!("expected {what}, got {got}"))
    }

    /// Goes on to the next character that counts.
    fn skip(&mut self) {
        let rest = self.text[self.at..].trim_start_matches([' ', '\t', '\n', '\r']);
        self.at = self.text.len() - rest.len();
    }

    fn eats(&mut self, symbol: &str) -> bool {
        let eats = self.text[self.at..].starts_with(symbol);
        if eats {
            self.at += symbol.len();
            self.skip();
        }
        eats
    }

    /// The letters, digits and underscores that come next, where they begin with no digit.
    fn word(&self) -> &'a str {
        let rest = &self.text[self.at..];
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        let length = rest.bytes().position(|byte| !is_part(byte)).unwrap_or(rest.len());
        if rest.starts_with(|first: char| first.is_ascii_digit()) { "" } else { &rest[..length] }
    }

    fn definition(&mut self) -> Parsed<()> {
        if self.word() == "let" {
            self.eats("let");
        }
        let (name, at) = (self.word(), self.at);
        if name.is_empty() {
            return self.expected("a name");
        }
        let is_given = self.names.iter().any(|(other, _)| *other == name);
        if is_given || names::is_known(name) {
            return self.wrong(Class::Type, at, &format!("\"{name}\" has a meaning already: choose another name"));
        }
        self.eats(name);
        if self.text[self.at..].starts_with("==") || !self.eats("=") {
            return self.expected("\"=\"");
        }
        let id = self.expression()?;
        self.names.push((name, id));
        Ok(())
    }

    /// Does something one level deeper.
    fn deeper(&mut self, read: impl FnOnce(&mut Self) -> Parsed<Id>) -> Parsed<Id> {
        if self.levels == MOST_LEVELS {
            return self.wrong(Class::Range, self.at, &format!("it is nested more than {MOST_LEVELS} levels deep"));
        }
        // Of an image there are more, as its scale makes some: what is too much has been told before there is one.
        if self.about.size.is_none() && self.graph.nodes.len() > MOST_OPERATIONS {
            return self.wrong(Class::Range, self.at, &format!("it has more than {MOST_OPERATIONS} operations"));
        }
        self.levels += 1;
        let id = read(self)?;
        self.levels -= 1;
        Ok(id)
    }

    fn expression(&mut self) -> Parsed<Id> {
        let condition = self.operation(0)?;
        if !self.eats("?") {
            return Ok(condition);
        }
        let first = self.deeper(Self::expression)?;
        if !self.eats(":") {
            return self.expected("an operator or \":\"");
        }
        let second = self.deeper(Self::expression)?;
        Ok(self.graph.three(Op::Select, [condition, first, second]))
    }

    fn operator(&self) -> Option<(&'static str, u8)> {
        OPERATORS.into_iter().find(|(symbol, _)| self.text[self.at..].starts_with(symbol))
    }

    /// Operands and operators that bind at least so strongly.
    fn operation(&mut self, least: u8) -> Parsed<Id> {
        let mut left = self.operand()?;
        while let Some((symbol, strength)) = self.operator().filter(|(_, strength)| *strength >= least) {
            self.eats(symbol);
            let right = self.operation(strength + 1)?;
            left = names::operate(self.graph, symbol, left, right);
            if strength == COMPARES && self.operator().is_some_and(|(_, next)| next == COMPARES) {
                return self.wrong(Class::Type, self.at, "comparisons do not follow each other: join them by \"&&\"");
            }
        }
        Ok(left)
    }

    /// What stands beside an operator: with its signs, and what it is raised to.
    fn operand(&mut self) -> Parsed<Id> {
        self.deeper(|parser| {
            if parser.eats("-") {
                let id = parser.operand()?;
                return Ok(parser.graph.line(id, -1.0, 0.0));
            }
            if !parser.text[parser.at..].starts_with("!=") && parser.eats("!") {
                let id = parser.operand()?;
                return Ok(parser.graph.not(id));
            }
            let base = parser.primary()?;
            if !parser.eats("^") {
                return Ok(base);
            }
            let exponent = parser.operand()?;
            Ok(parser.graph.two(Op::Pow, base, exponent))
        })
    }

    fn primary(&mut self) -> Parsed<Id> {
        if self.eats("(") {
            let id = self.expression()?;
            return if self.eats(")") { Ok(id) } else { self.expected("an operator or \")\"") };
        }
        let word = self.word();
        if !word.is_empty() {
            return self.named(word);
        }
        let length = number_length(&self.text.as_bytes()[self.at..]);
        let Some(number) = cube::number(&self.text[self.at..self.at + length]) else {
            return self.expected("a number, a name or \"(\"");
        };
        self.at += length;
        self.skip();
        Ok(self.graph.constant(number))
    }

    fn named(&mut self, name: &'a str) -> Parsed<Id> {
        let at = self.at;
        self.eats(name);
        let given = self.names.iter().find(|(other, _)| *other == name);
        let variable = given.map(|(_, id)| *id).or_else(|| names::variable(self.graph, self.about, name));
        let arity = names::arity(name);
        if self.text[self.at..].starts_with('(') && (variable.is_none() || arity.is_some()) {
            let Some(arity) = arity else { return self.unknown(at, name) };
            return self.call(at, name, arity);
        }
        match (variable, arity) {
            (Some(id), _) => Ok(id),
            (None, Some(_)) => self.expected(&format!("\"(\" after \"{name}\"")),
            (None, None) => self.unknown(at, name),
        }
    }

    #[cold]
    fn unknown<T>(&self, at: usize, name: &str) -> Parsed<T> {
        let own = self.names.iter().map(|(name, _)| *name);
        let said = match names::nearest(name, own) {
            Some(other) => format!("there is no \"{name}\"; did you mean \"{other}\"?"),
            None => format!("there is no \"{name}\""),
        };
        self.wrong(Class::Type, at, &said)
    }

    fn call(&mut self, at: usize, name: &str, (least, most): (usize, usize)) -> Parsed<Id> {
        self.eats("(");
        let mut args: Vec<Id> = Vec::new();
        let mut starts = Vec::new();
        while !self.eats(")") {
            if !args.is_empty() && !self.eats(",") {
                return self.expected("an operator, \",\" or \")\"");
            }
            starts.push(self.at);
            args.push(self.expression()?);
        }
        if args.len() < least || args.len() > most {
            let more = if most > least { " or more" } else { "" };
            let values = if least == 1 { "value" } else { "values" };
            let said = format!("\"{name}\" takes {least}{more} {values}, got {}", args.len());
            return self.wrong(Class::Type, at, &said);
        }
        if let Some(channel) = names::channel(name, self.channel) {
            let mut away = [0; 2];
            for ((by, arg), start) in away.iter_mut().zip(args).zip(starts) {
                *by = match names::offset(self.graph, arg) {
                    Ok(by) => by,
                    Err((class, said)) => return self.wrong(class, start, &said),
                };
            }
            return Ok(names::pixel(self.graph, self.about, channel, away));
        }
        Ok(names::call(self.graph, name, &args))
    }
}

/// Characters of a number.
fn number_length(text: &[u8]) -> usize {
    let digits = |from: usize| text[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut length = digits(0);
    if text.get(length) == Some(&b'.') {
        length += 1 + digits(length + 1);
    }
    if matches!(text.get(length), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(text.get(length + 1), Some(b'+' | b'-')));
        let start = length + 1 + sign;
        let count = if start <= text.len() { digits(start) } else { 0 };
        if count > 0 {
            length = start + count;
        }
    }
    length
}
