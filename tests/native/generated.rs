//! Files that are written from the registry: `www/src/generated/filters.ts` and `rules.ts`, the table of filters in the README,
//! and `docs/filters.md`.
//!
//! `UPDATE=1 cargo test generated` writes them; without it, the test fails where they are stale. The types are as Prettier
//! prints them at 120 columns.

mod page;
mod rules;

use crate::common::{build, plans, required, variants_for};
use pixelpool::filter::{Category, Definition, Info, ResultSize};
use pixelpool::filters::REGISTRY;
use pixelpool::image::{Format, Layout, Sample, Size};
use pixelpool::params::{Kind, Length, Number, Parameter};
use std::fs;
use std::path::{Path, PathBuf};

const WIDTH: usize = 120;

fn path(relative: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(relative)
}

/// Compares a file with what it should be, or writes it.
fn settle(relative: &str, want: &str) {
    let path = path(relative);
    if std::env::var_os("UPDATE").is_some() {
        fs::create_dir_all(path.parent().expect("a folder")).expect("the folder can be made");
        fs::write(&path, want).expect("the file can be written");
        return;
    }
    let got = fs::read_to_string(&path).unwrap_or_default();
    let line =
        got.lines().zip(want.lines()).position(|(a, b)| a != b).map_or("the end".into(), |i| format!("line {}", i + 1));
    assert!(got == want, "{relative} is stale from {line} on; run UPDATE=1 cargo test generated");
}

#[test]
fn typescript_is_what_the_registry_says() {
    settle("www/src/generated/filters.ts", &typescript());
}

#[test]
fn readme_table_is_what_the_registry_says() {
    let readme = fs::read_to_string(path("README.md")).expect("README.md");
    let (begin, end) = ("<!-- filters:begin -->\n", "<!-- filters:end -->");
    let (before, rest) = readme.split_once(begin).expect("README.md: filters:begin");
    // Prettier would pad the columns, and so change every row with each new filter.
    let ignore = "<!-- prettier-ignore";
    let (_, after) = rest.split_once(end).expect("README.md: filters:begin has its end");
    settle("README.md", &format!("{before}{begin}{ignore}-start -->\n\n{}\n{ignore}-end -->\n{end}{after}", table()));
}

/// Every filter in the order that people see: by group, and within one as the registry has them.
fn catalogue() -> Vec<&'static Definition> {
    let mut all: Vec<_> = REGISTRY.iter().collect();
    all.sort_by_key(|definition| definition.info.category);
    all
}

/// The groups that have filters, in their order.
fn categories() -> Vec<Category> {
    let mut all: Vec<_> = catalogue().iter().map(|definition| definition.info.category).collect();
    all.dedup();
    all
}

/// A documentation comment as one paragraph.
fn prose(doc: &str) -> String {
    doc.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a filter does in short: the first paragraph of its comment. The others, its definition, are for `docs/filters.md`.
fn short(info: &Info) -> String {
    prose(paragraphs(info.doc).0)
}

/// The first paragraph of a comment, and the others.
fn paragraphs(doc: &str) -> (&str, &str) {
    doc.split_once("\n\n").unwrap_or((doc, ""))
}

/// Whether what only people are shown is among the properties of a filter, or only what the pool checks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Properties {
    All,
    Checked,
}

fn typescript() -> String {
    let mut text = String::from(
        "// Written by `UPDATE=1 cargo test generated`; do not edit.\nimport type { FilterInfo } from \"../filter-info.js\";\nimport type { ImageParameter } from \"../types.js\";\n",
    );
    for definition in catalogue() {
        text += &interface(definition.info);
    }
    let names: Vec<_> = catalogue().iter().map(|definition| type_name(definition.info.name)).collect();
    let spec = union("FilterSpec", &names);
    let categories: Vec<_> = categories().into_iter().map(|category| quoted(category.as_str())).collect();
    text += &format!("\n/** A group of filters. */\n{}\n", union("FilterCategory", &categories));
    text += &format!("\n/** A filter and its parameters. */\n{spec}\n");
    text += "\n/** The name of a filter. */\nexport type FilterKind = FilterSpec[\"kind\"];\n";
    text += "\n/** Long lists, which would be a kilobyte of the package, as the steps from one value to the next. */\n";
    text += "function rising(steps: string): number[] {\n  let value = 0;\n";
    text += "  return Array.from(steps, (step) => (value += Number(step)));\n}\n";
    text += "\n/** Every filter, by group, in the order that people work. */\nexport const filters: readonly FilterInfo[] = [\n";
    for definition in catalogue() {
        text += &info(definition, Properties::All);
    }
    text + "];\n"
}

/// A type that is one of several.
fn union(name: &str, of: &[String]) -> String {
    let one_line = format!("export type {name} = {};", of.join(" | "));
    if one_line.len() <= WIDTH { one_line } else { format!("export type {name} =\n  | {};", of.join("\n  | ")) }
}

/// `gaussianBlur` as a type: `GaussianBlur`.
fn type_name(kind: &str) -> String {
    let (first, rest) = kind.split_at(1);
    first.to_uppercase() + rest
}

fn interface(info: &Info) -> String {
    let mut text = format!("\n{}export interface {} {{\n", comment("", &short(info)), type_name(info.name));
    text += &format!("  kind: {};\n", quoted(info.name));
    for parameter in info.parameters {
        let optional = if is_required(parameter) { "" } else { "?" };
        text += &comment("  ", &format!("{} {}", prose(parameter.doc), rule(parameter)));
        text += &format!("  {}{optional}: {};\n", parameter.name, type_of(parameter));
    }
    text + "}\n"
}

fn is_required(parameter: &Parameter) -> bool {
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
fn rule_of_list(kind: &Kind) -> String {
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
fn quoted(text: &str) -> String {
    let quote = if text.matches('"').count() > text.matches('\'').count() { '\'' } else { '"' };
    let escaped = text.replace('\\', "\\\\").replace('\n', "\\n").replace(quote, &format!("\\{quote}"));
    format!("{quote}{escaped}{quote}")
}

fn info(definition: &Definition, properties: Properties) -> String {
    let info = definition.info;
    let flat = build(info.name, &required(info)).flat().is_some();
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
    if keeps_rgba(info) {
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
fn keeps_rgba(info: &Info) -> bool {
    let format = Format::of_count(Sample::U8, 1).expect("grey");
    let layout = Size::new(6000, 4000).and_then(|size| Layout::new(size, format)).expect("it fits");
    variants_for(info, layout).iter().any(|given| {
        let plans = plans(info.name, given, layout);
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

fn listed(example: &[f64]) -> String {
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

fn table() -> String {
    let mut text = String::from("| `kind` | what it does | parameters (default) |\n| --- | --- | --- |\n");
    for definition in catalogue() {
        let info = definition.info;
        let parameters: Vec<_> = info.parameters.iter().map(described).collect();
        text += &format!("| `{}` | {} | {} |\n", info.name, short(info).replace('|', "\\|"), parameters.join(", "));
    }
    text
}

fn described(parameter: &Parameter) -> String {
    let default = match parameter.spec.kind {
        Kind::Number(number) => number.default.map(|value| value.to_string()),
        Kind::Boolean { default } => Some(default.to_string()),
        Kind::Choice { default, .. } => Some(format!("`\"{default}\"`")),
        Kind::Numbers { default, .. } => (!default.is_empty()).then(|| listed(default)),
        Kind::Text { .. } | Kind::Image => None,
    };
    let default = default.map_or(String::new(), |default| format!(" ({default})"));
    format!("`{}`{default}", parameter.name)
}
