//! What the page knows of filters, as TypeScript: made from what filters say of themselves, as Prettier prints it at 120 columns.

use crate::{Registry, build, plans, required, variants_for};
use pixelpool::filter::{Definition, Info, ResultSize};
use pixelpool::image::{Format, Layout, Sample, Size};
use pixelpool::params::{Kind, Length, Number, Parameter};
use std::fs;
use std::path::Path;

const WIDTH: usize = 120;

/// Makes the page's side of a crate's own filters, `filters.js` and `filters.d.ts`, and writes it into the folder that the variable
/// `PIXELPOOL_OUT` names, where there is one.
///
/// # Panics
/// Where a name is none that TypeScript has, and where the files cannot be written.
pub fn write(registry: Registry) {
    let files = [("filters.js", javascript(registry)), ("filters.d.ts", declarations(registry))];
    let Some(folder) = std::env::var_os("PIXELPOOL_OUT") else { return };
    fs::create_dir_all(&folder).expect("the folder can be made");
    for (name, text) in files {
        fs::write(Path::new(&folder).join(name), text).expect("the file can be written");
    }
}

const HEAD: &str = "// Written by pixelpool's scripts/own.mjs; do not edit.\n";

fn javascript(registry: Registry) -> String {
    let list: String = registry.iter().map(|definition| info(definition, Properties::All, registry)).collect();
    let rising = if list.contains("rising(") { rising(false) } else { String::new() };
    format!(
        "{HEAD}{rising}\n/** The filters of this engine beside the built-in ones: the option `filters` of `createPool`. */\nexport const filters = [\n{list}];\n"
    )
}

fn declarations(registry: Registry) -> String {
    let has_image = registry.iter().any(|filter| filter.info.parameters.iter().any(|p| p.spec.kind == Kind::Image));
    let images = if has_image { "ImageParameter, " } else { "" };
    let mut text = format!("{HEAD}import type {{ {images}OwnFilterInfo }} from \"pixelpool\";\n");
    for Definition { info, .. } in registry {
        let is_word = |name: &str| {
            name.chars().all(|c| c.is_ascii_alphanumeric()) && name.starts_with(|c: char| c.is_ascii_lowercase())
        };
        assert!(is_word(info.name), "{}: names are written as gaussianBlur is", info.name);
        for name in info.parameters.iter().map(|parameter| parameter.name) {
            assert!(is_word(name) && name != "kind", "{}: {name} is no name of a parameter", info.name);
        }
        text += &interface(info);
    }
    let names: Vec<_> = registry.iter().map(|definition| type_name(definition.info.name)).collect();
    text += &format!("\n/** A filter of this engine's, and its parameters. */\n{}\n", union("OwnFilter", &names));
    text += "\n/** The filters of this engine beside the built-in ones: the option `filters` of `createPool`. */\n";
    text + "export declare const filters: readonly OwnFilterInfo<OwnFilter>[];\n"
}

/// The function that long lists are written with, in TypeScript or in JavaScript.
#[must_use]
pub fn rising(typed: bool) -> String {
    let [text, numbers] = if typed { [": string", ": number[]"] } else { [""; 2] };
    let mut text = format!(
        "\n/** Long lists, which would be a kilobyte of the package, as the steps from one value to the next. */\nfunction rising(steps{text}){numbers} {{\n  let value = 0;\n"
    );
    text += "  return Array.from(steps, (step) => (value += Number(step)));\n}\n";
    text
}

/// A documentation comment as one paragraph.
pub fn prose(doc: &str) -> String {
    doc.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a filter does in short: the first paragraph of its comment. The others, its definition, are for `docs/filters.md`.
pub fn short(info: &Info) -> String {
    prose(paragraphs(info.doc).0)
}

/// The first paragraph of a comment, and the others.
pub fn paragraphs(doc: &str) -> (&str, &str) {
    doc.split_once("\n\n").unwrap_or((doc, ""))
}

/// Whether what only people are shown is among the properties of a filter, or only what the pool checks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Properties {
    /// All of them.
    All,
    /// What the pool checks.
    Checked,
}

/// A type that is one of several.
pub fn union(name: &str, of: &[String]) -> String {
    let one_line = format!("export type {name} = {};", of.join(" | "));
    if one_line.len() <= WIDTH { one_line } else { format!("export type {name} =\n  | {};", of.join("\n  | ")) }
}

/// `gaussianBlur` as a type: `GaussianBlur`.
pub fn type_name(kind: &str) -> String {
    let (first, rest) = kind.split_at(1);
    first.to_uppercase() + rest
}

/// A filter as an interface.
pub fn interface(info: &Info) -> String {
    let mut text = format!("\n{}export interface {} {{\n", comment("", &short(info)), type_name(info.name));
    text += &format!("  kind: {};\n", quoted(info.name));
    for parameter in info.parameters {
        let optional = if is_required(parameter) { "" } else { "?" };
        text += &comment("  ", &format!("{} {}", prose(parameter.doc), rule(parameter)));
        text += &format!("  {}{optional}: {};\n", parameter.name, type_of(parameter));
    }
    text + "}\n"
}

/// Whether a parameter must be given.
pub fn is_required(parameter: &Parameter) -> bool {
    match parameter.spec.kind {
        Kind::Number(number) => number.example.is_some(),
        Kind::Numbers { required, .. } | Kind::Text { required, .. } => required,
        Kind::Image => true,
        _ => false,
    }
}

fn type_of(parameter: &Parameter) -> String {
    match parameter.spec.kind {
        Kind::Number(_) => "number".into(),
        Kind::Boolean { .. } => "boolean".into(),
        Kind::Choice { choices, .. } => choices.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" | "),
        Kind::Numbers { length: Length::Groups { .. }, .. } => {
            "readonly (readonly number[])[] | readonly number[] | Uint8Array | Float32Array | Float64Array".into()
        }
        Kind::Numbers { .. } => "readonly number[] | Uint8Array | Float32Array | Float64Array".into(),
        Kind::Text { .. } => "string".into(),
        Kind::Image => "ImageParameter".into(),
    }
}

/// What is allowed and what holds where nothing is given, as a sentence.
fn rule(parameter: &Parameter) -> String {
    let sentence = match parameter.spec.kind {
        Kind::Number(number) => {
            let default = match number {
                Number { default: Some(value), .. } => format!("; default: {value}"),
                Number { example: Some(_), .. } => String::new(),
                _ => "; default: worked out from the others".into(),
            };
            format!("{}{default}.", number.rule(parameter.spec.unit))
        }
        Kind::Boolean { default } => format!("default: {default}."),
        Kind::Choice { default, .. } => format!("default: {}.", quoted(default)),
        Kind::Numbers { default, .. } => {
            let default = if default.is_empty() { String::new() } else { format!("; default: {}", listed(default)) };
            format!("{}{default}.", rule_of_list(&parameter.spec.kind))
        }
        Kind::Text { .. } => "a string.".into(),
        Kind::Image => "pixels, or a picture that can be decoded.".into(),
    };
    let (first, rest) = sentence.split_at(1);
    first.to_uppercase() + rest
}

/// What is allowed of a list of numbers.
pub fn rule_of_list(kind: &Kind) -> String {
    let Kind::Numbers { length, minimum, maximum, integer, .. } = kind else { unreachable!("it is a list") };
    let count = match length {
        Length::Exactly(count) => count.to_string(),
        Length::Product(a, b) => format!("`{a}` × `{b}`"),
        Length::Triples(side) => format!("3 × `{side}`³"),
        Length::Groups { of, least } => format!("at least {least} groups of {of}"),
    };
    let whole = if *integer { "whole " } else { "" };
    let range = if minimum.is_finite() { format!(" from {minimum} to {maximum}") } else { String::new() };
    format!("{count} {whole}numbers{range}")
}

/// A JSDoc comment, on one line where it fits.
fn comment(indent: &str, text: &str) -> String {
    let text = text.replace("*/", "*\\/");
    let one_line = format!("{indent}/** {text} */\n");
    if one_line.chars().count() <= WIDTH + 1 {
        return one_line;
    }
    let prefix = format!("{indent} * ");
    format!("{indent}/**\n{}{indent} */\n", fill(&prefix, text.split(' ')))
}

/// Lines of words, each as long as fits.
fn fill<'a>(prefix: &str, words: impl Iterator<Item = &'a str>) -> String {
    let (mut text, mut line) = (String::new(), String::new());
    for word in words {
        let length = prefix.chars().count() + line.chars().count() + 1 + word.chars().count();
        if !line.is_empty() && length > WIDTH {
            text += &format!("{prefix}{line}\n");
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line += word;
    }
    text + &format!("{prefix}{line}\n")
}

/// A string with the quotes that need fewer escapes, as Prettier prefers.
pub fn quoted(text: &str) -> String {
    let quote = if text.matches('"').count() > text.matches('\'').count() { '\'' } else { '"' };
    let escaped = text.replace('\\', "\\\\").replace('\n', "\\n").replace(quote, &format!("\\{quote}"));
    format!("{quote}{escaped}{quote}")
}

/// A filter as a `FilterInfo`, or as the part of one that is checked.
pub fn info(definition: &Definition, properties: Properties, registry: Registry) -> String {
    let info = definition.info;
    let flat = build(info.name, &required(info, registry), registry).flat().is_some();
    let mut text = "  {\n".to_string();
    let mut field = |name: &str, value: String| {
        let is_shown = ["title", "doc", "category", "flat"].contains(&name);
        if properties == Properties::All || !is_shown {
            text += &property("    ", name, &value);
        }
    };
    field("name", quoted(info.name));
    field("title", quoted(info.title));
    field("doc", quoted(&short(info)));
    field("category", quoted(info.category.as_str()));
    field("intensity", info.intensity.map_or("null".into(), quoted));
    field(
        "size",
        match info.result {
            ResultSize::Same => "null".into(),
            ResultSize::Parameters(width, height) => {
                format!("{{ rule: \"parameters\", width: {}, height: {} }}", quoted(width), quoted(height))
            }
            ResultSize::Fitted { width, height, fit, enlarge } => {
                let [width, height, fit, enlarge] = [width, height, fit, enlarge].map(quoted);
                format!("{{ rule: \"parameters\", width: {width}, height: {height}, fit: {fit}, enlarge: {enlarge} }}")
            }
            ResultSize::Padded { left, right, top, bottom } => {
                let [left, right, top, bottom] = [left, right, top, bottom].map(quoted);
                format!("{{ rule: \"padded\", left: {left}, right: {right}, top: {top}, bottom: {bottom} }}")
            }
            ResultSize::Trimmed => "{ rule: \"trimmed\" }".into(),
            ResultSize::Swapped => "{ rule: \"swapped\" }".into(),
            ResultSize::SwappedFrom(name, least) => {
                format!("{{ rule: \"swapped\", parameter: {}, least: {least} }}", quoted(name))
            }
            ResultSize::Turned(degrees, expand) => {
                format!("{{ rule: \"turned\", degrees: {}, expand: {} }}", quoted(degrees), quoted(expand))
            }
        },
    );
    field("flat", flat.to_string());
    if keeps_rgba(info, registry) {
        field("keepsRgba", "true".into());
    }
    if definition.has_check {
        field("checkedByEngine", "true".into());
    }
    if info.parameters.is_empty() {
        return text + "    parameters: [],\n  },\n";
    }
    text += "    parameters: [\n";
    for parameter in info.parameters {
        text += "      {\n";
        for (name, value) in fields(parameter) {
            let is_shown = ["doc", "step", "softMinimum", "softMaximum", "example"].contains(&name);
            if properties == Properties::All || !is_shown {
                text += &property("        ", name, &value);
            }
        }
        text += "      },\n";
    }
    text + "    ],\n  },\n"
}

/// Whether an image of grey bytes is kept whole as RGBA between passes, with any parameters.
fn keeps_rgba(info: &Info, registry: Registry) -> bool {
    let format = Format::of_count(Sample::U8, 1).expect("grey");
    let layout = Size::new(6000, 4000).and_then(|size| Layout::new(size, format)).expect("it fits");
    variants_for(info, layout, registry).iter().any(|given| {
        let plans = plans(info.name, given, layout, registry);
        plans.of(false).passes().iter().any(|pass| pass.result.format().channels.count() == 4)
    })
}

/// A property of an object, broken as Prettier breaks it: long lists inside their brackets, long strings not at all.
fn property(indent: &str, name: &str, value: &str) -> String {
    let one_line = format!("{indent}{name}: {value},\n");
    if one_line.chars().count() <= WIDTH + 1 {
        return one_line;
    }
    match value.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(list) if !list.contains('"') => {
            let list = format!("{list},");
            format!("{indent}{name}: [\n{}{indent}],\n", fill(&format!("{indent}  "), list.split(' ')))
        }
        Some(list) => {
            format!("{indent}{name}: [\n{indent}  {},\n{indent}],\n", list.replace(", ", &format!(",\n{indent}  ")))
        }
        None => one_line,
    }
}

/// The properties of a `ParameterInfo`.
fn fields(parameter: &Parameter) -> Vec<(&'static str, String)> {
    let mut fields = vec![("name", quoted(parameter.name)), ("doc", quoted(&prose(parameter.doc)))];
    if !parameter.spec.unit.is_empty() {
        fields.push(("unit", quoted(parameter.spec.unit)));
    }
    match parameter.spec.kind {
        Kind::Number(number) => fields.extend(number_fields(&number)),
        Kind::Boolean { default } => fields.extend([("type", quoted("boolean")), ("default", default.to_string())]),
        Kind::Choice { default, choices } => {
            let choices: Vec<_> = choices.iter().map(|word| quoted(word)).collect();
            fields.push(("type", quoted("choice")));
            fields.push(("default", quoted(default)));
            fields.push(("choices", format!("[{}]", choices.join(", "))));
        }
        Kind::Numbers { required, default, length, minimum, maximum, integer, example } => {
            let length = match length {
                Length::Exactly(count) => count.to_string(),
                Length::Product(a, b) => format!("[{}, {}]", quoted(a), quoted(b)),
                Length::Triples(side) => format!("{{ triples: {} }}", quoted(side)),
                Length::Groups { of, least } => format!("{{ groups: {of}, least: {least} }}"),
            };
            fields.push(("type", quoted("numbers")));
            fields.push(("required", required.to_string()));
            fields.extend((!default.is_empty()).then(|| ("default", listed(default))));
            fields.push(("length", length));
            fields.extend(limits(minimum, maximum));
            fields.extend(integer.then(|| ("integer", "true".into())));
            fields.push(("example", steps(example).unwrap_or_else(|| listed(example))));
        }
        Kind::Text { required, example, code } => {
            fields.extend([("type", quoted("text")), ("required", required.to_string()), ("example", quoted(example))]);
            fields.extend(code.then(|| ("code", "true".into())));
        }
        Kind::Image => fields.extend([("type", quoted("image")), ("required", "true".into())]),
    }
    fields
}

/// Numbers as a list.
pub fn listed(example: &[f64]) -> String {
    format!("[{}]", example.iter().map(f64::to_string).collect::<Vec<_>>().join(", "))
}

/// A long list that rises from 0 in steps of one digit, as these digits.
fn steps(example: &[f64]) -> Option<String> {
    let before = [0.0].iter().chain(example);
    let digits = example.iter().zip(before).map(|(value, before)| {
        let step = value - before;
        (step.fract() == 0.0).then(|| char::from_digit(step as u32, 10)).flatten().filter(|_| step >= 0.0)
    });
    let digits: String = digits.collect::<Option<_>>()?;
    (digits.len() > 64).then(|| format!("rising(\"{digits}\")"))
}

fn number_fields(number: &Number) -> Vec<(&'static str, String)> {
    assert!(number.soft_minimum.is_finite() && number.soft_maximum.is_finite(), "a slider has two ends: use soft()");
    let mut fields = vec![("type", quoted("number"))];
    fields.push(("default", number.default.map_or("null".into(), |value| value.to_string())));
    if let Some(example) = number.example {
        fields.extend([("required", "true".into()), ("example", example.to_string())]);
    }
    fields.extend(limits(number.minimum, number.maximum));
    let flags = [
        ("exclusiveMinimum", number.exclusive_minimum),
        ("integer", number.integer),
        ("odd", number.odd),
        ("nonZero", number.non_zero),
    ];
    fields.extend(flags.into_iter().filter(|(_, set)| *set).map(|(name, _)| (name, "true".into())));
    fields.push(("step", number.step.to_string()));
    fields.push(("softMinimum", number.soft_minimum.to_string()));
    fields.push(("softMaximum", number.soft_maximum.to_string()));
    fields
}

fn limits(minimum: f64, maximum: f64) -> impl Iterator<Item = (&'static str, String)> {
    let limits = [("minimum", minimum), ("maximum", maximum)].into_iter();
    limits.filter(|(_, limit)| limit.is_finite()).map(|(name, limit)| (name, limit.to_string()))
}
