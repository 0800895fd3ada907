//! The text of a `.cube` file: some keywords, then the table.

use super::{Cube, Entries, Entry, Fault, SIDES, entry, room_for};
use crate::error::Class;
use std::sync::Arc;

/// Characters that a row has at least: three digits, two blanks, and the end of the line.
pub const SHORTEST_ROW: usize = 6;

fn fault<T>(class: Class, line: usize, what: &str) -> Result<T, Fault> {
    Err((class, format!("must be the text of a .cube file; line {line}: {what}")))
}

/// Makes a table of a text. Memory is taken for the rows that are there, not for those that the text speaks of.
///
/// # Errors
/// What the first line that is not allowed does wrong, or what is missing at the end.
pub fn parse(text: &str) -> Result<Cube, Fault> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut head = Head::default();
    let mut entries: Vec<Entry> = Vec::new();
    // Of an empty text, there is no line to name but the first.
    let mut last = 1;
    for (number, line) in (1..).zip(text.lines()) {
        last = number;
        let line = line.trim_matches([' ', '\t', '\r']);
        let Some(first) = line.bytes().next().filter(|first| *first != b'#') else { continue };
        if first.is_ascii_alphabetic() {
            if !entries.is_empty() {
                return fault(Class::Type, number, "only rows of three numbers may follow the first of them");
            }
            head.read(number, line).or_else(|(class, what)| fault(class, number, &what))?;
            continue;
        }
        let Some(side) = head.side else {
            return fault(Class::Type, number, "LUT_3D_SIZE must come before the rows of the table");
        };
        let Some(row) = triple(line) else {
            return fault(Class::Type, number, "a row of the table must be three finite numbers");
        };
        let rows = side.pow(3);
        if entries.is_empty() {
            head.check_domain()?;
            entries = room_for(rows.min(text.len() / SHORTEST_ROW + 1))?;
        }
        if entries.len() == rows {
            return fault(Class::Range, number, &format!("there are more than {rows} rows"));
        }
        entries.push(entry(&row));
    }
    let Some(side) = head.side else { return fault(Class::Type, last, "LUT_3D_SIZE is missing") };
    let rows = side.pow(3);
    if entries.len() < rows {
        let what = format!("the table must have {rows} rows, and ends after {}", entries.len());
        return fault(Class::Range, last, &what);
    }
    Ok(Cube { side, entries: Entries(Arc::new(entries)), domain: head.domain() })
}

/// What the keywords say.
#[derive(Default)]
struct Head {
    side: Option<usize>,
    low: Option<[f64; 3]>,
    high: Option<[f64; 3]>,
    /// The line of the last of the two.
    domain_line: usize,
    is_named: bool,
}

impl Head {
    fn domain(&self) -> [[f64; 3]; 2] {
        [self.low.unwrap_or([0.0; 3]), self.high.unwrap_or([1.0; 3])]
    }

    fn check_domain(&self) -> Result<(), Fault> {
        let [low, high] = self.domain();
        match (0..3).any(|channel| low[channel] >= high[channel]) {
            true => fault(Class::Range, self.domain_line, "DOMAIN_MIN must be below DOMAIN_MAX in each channel"),
            false => Ok(()),
        }
    }

    #[inline(never)]
    fn read(&mut self, at: usize, line: &str) -> Result<(), Fault> {
        let (keyword, rest) = line.split_once([' ', '\t']).unwrap_or((line, ""));
        let again = |is_there: bool| match is_there {
            true => Err((Class::Type, format!("{keyword} is there twice"))),
            false => Ok(()),
        };
        let ends = || triple(rest).ok_or_else(|| (Class::Type, format!("{keyword} must be three finite numbers")));
        match keyword {
            "TITLE" => {
                again(self.is_named)?;
                let title = rest.trim_matches([' ', '\t']);
                if title.len() < 2 || !title.starts_with('"') || !title.ends_with('"') {
                    return Err((Class::Type, "TITLE must stand in quotes".into()));
                }
                self.is_named = true;
            }
            "LUT_3D_SIZE" => {
                again(self.side.is_some())?;
                let mut fields = fields(rest);
                let side = match (fields.next().and_then(number), fields.next()) {
                    (Some(side), None) if side.fract() == 0.0 => side as usize,
                    _ => return Err((Class::Type, "LUT_3D_SIZE must be a whole number".into())),
                };
                if !SIDES.contains(&side) {
                    let rule = format!("LUT_3D_SIZE must be from {} to {}", SIDES.start(), SIDES.end());
                    return Err((Class::Range, rule));
                }
                self.side = Some(side);
            }
            "DOMAIN_MIN" => {
                again(self.low.is_some())?;
                (self.low, self.domain_line) = (Some(ends()?), at);
            }
            "DOMAIN_MAX" => {
                again(self.high.is_some())?;
                (self.high, self.domain_line) = (Some(ends()?), at);
            }
            "LUT_1D_SIZE" => {
                return Err((Class::Type, "it is a table of one dimension; this filter takes three".into()));
            }
            _ => return Err((Class::Type, "there is no such keyword, and no number begins like this".into())),
        }
        Ok(())
    }
}

fn fields(line: &str) -> impl Iterator<Item = &str> {
    line.split([' ', '\t']).filter(|field| !field.is_empty())
}

fn triple(line: &str) -> Option<[f64; 3]> {
    let mut fields = fields(line);
    let [r, g, b] = std::array::from_fn(|_| fields.next().and_then(number));
    fields.next().is_none().then_some([r?, g?, b?])
}

/// A decimal number that is finite. The standard library's own way also takes words for what is not, and is a tenth of this
/// crate's wasm; to the single precision that a table is kept in, both say the same.
pub(in crate::kernels) fn number(field: &str) -> Option<f64> {
    let (negative, field) = match field.as_bytes() {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let (mut digits, mut exponent, mut count) = (0_u64, 0_i32, 0);
    let mut rest = field;
    let mut after_point = false;
    while let [first, more @ ..] = rest {
        match first {
            b'0'..=b'9' => {
                count += 1;
                // Nineteen digits fit; those after them are far below what is kept.
                let fits = digits < 1_000_000_000_000_000_000;
                if fits {
                    digits = 10 * digits + u64::from(first - b'0');
                }
                exponent += i32::from(!fits) - i32::from(after_point);
            }
            b'.' if !after_point => after_point = true,
            _ => break,
        }
        rest = more;
    }
    if count == 0 {
        return None;
    }
    if let [b'e' | b'E', more @ ..] = rest {
        let (sign, more) = match more {
            [b'-', more @ ..] => (-1, more),
            [b'+', more @ ..] => (1, more),
            more => (1, more),
        };
        if more.is_empty() || !more.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let written =
            more.iter().fold(0, |sum: i32, digit| sum.saturating_mul(10).saturating_add(i32::from(digit - b'0')));
        exponent = exponent.saturating_add(sign * written);
    } else if !rest.is_empty() {
        return None;
    }
    let value = scaled(digits as f64, exponent);
    value.is_finite().then_some(if negative { -value } else { value })
}

/// Powers of ten that are exact.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

/// A number times a power of ten.
fn scaled(value: f64, exponent: i32) -> f64 {
    let (mut value, mut left) = (value, exponent.clamp(-400, 400));
    while left != 0 && value != 0.0 {
        let step = left.clamp(-22, 22);
        let power = POWERS[step.unsigned_abs() as usize];
        if step > 0 {
            value *= power
        } else {
            value /= power
        }
        left -= step;
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_the_standard_library() {
        let all =
            ["0", "1", "-1", "+1.5", ".5", "5.", "1e3", "1E-3", "0.123456789012345678901234567890", "-0.0", "1e-400"];
        let more =
            ["123456789012345678901234567890", "2.2250738585072014e-308", "0.1", "0.7", "1e22", "9.999999e-5", "0e999"];
        for text in all.into_iter().chain(more) {
            let (got, want) = (number(text).expect(text), text.parse::<f64>().expect(text));
            assert!((got - want).abs() <= 4.0 * f64::EPSILON * want.abs(), "{text}: {got} {want}");
        }
        for text in
            ["", "-", ".", "e5", "1e", "1e+", "nan", "inf", "infinity", "1e999", "0x1", "1,5", "1_0", "--1", "1.2.3"]
        {
            assert!(number(text).is_none(), "{text}");
        }
    }
}
