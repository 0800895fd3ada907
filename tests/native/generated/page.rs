//! `docs/filters.md`: the definition of every filter. What holds for all of them is written by hand, in
//! `docs/filters-introduction.md`; the rest is what the registry says.

use super::{catalogue, categories, is_required, listed, paragraphs, path, prose, rule_of_list, settle};
use crate::common::{build, required};
use pixelpool::filter::{Alpha, Identity, Info, ResultSize};
use pixelpool::params::{Constant, Kind, Parameter};
use std::fs;

#[test]
fn page_of_definitions_is_what_the_registry_says() {
    settle("docs/filters.md", &page());
}

fn page() -> String {
    let introduction = fs::read_to_string(path("docs/filters-introduction.md")).expect("the introduction");
    let of = |category| catalogue().into_iter().map(|found| found.info).filter(move |info| info.category == category);
    let mut text = format!(
        "<!-- Written by `UPDATE=1 cargo test generated` from src/filters/ and filters-introduction.md; do not edit. -->\n\n\
         {introduction}\n## The filters\n\n"
    );
    for category in categories() {
        let links: Vec<_> = of(category).map(|info| link(info.name)).collect();
        text += &format!("- **[{0}](#filters-{0})**: {1}\n", category.as_str(), links.join(",\n  "));
    }
    for category in categories() {
        let name = category.as_str();
        text += &format!("\n## Filters: {name}\n\n![What each of them does to one photo](contact-sheet/{name}.webp)\n");
        of(category).for_each(|info| text += &section(info));
    }
    text
}

fn link(name: &str) -> String {
    format!("[{name}](#{})", name.to_lowercase())
}

fn section(info: &Info) -> String {
    let (short, definition) = paragraphs(info.doc);
    let mut text = format!("\n### {}\n\n**{}.** {}\n\n{}\n", info.name, info.title, prose(short), lines(definition));
    if !info.parameters.is_empty() {
        text += "\n| parameter | allowed | default | unit | what it is |\n| --- | --- | --- | --- | --- |\n";
        info.parameters.iter().for_each(|parameter| text += &row(parameter));
    }
    let mut facts =
        vec![("Alpha", alpha(info.alpha)), ("Changes nothing", identity(&info.identity)), ("Size", size(info))];
    facts.extend(info.intensity.map(|name| ("Intensity", format!("`{name}`, which a tuple's third element sets."))));
    if build(info.name, &required(info)).flat().is_some() {
        facts.push(("Flat lists", "it takes lists of numbers too.".into()));
    }
    text += "\n";
    facts.iter().for_each(|(name, fact)| text += &format!("- {name}: {fact}\n"));
    text
}

/// The lines of a comment, as they are written: lists stay lists.
fn lines(doc: &str) -> String {
    let lines: Vec<_> = doc.trim_end().lines().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    lines.join("\n")
}

fn row(parameter: &Parameter) -> String {
    let spec = &parameter.spec;
    let (allowed, default) = match spec.kind {
        Kind::Number(number) => (number.rule(""), number.default.map(|value| value.to_string())),
        Kind::Boolean { default } => ("true or false".into(), Some(default.to_string())),
        Kind::Choice { default, choices } => {
            let words: Vec<_> = choices.iter().map(|word| format!("`\"{word}\"`")).collect();
            (words.join(", "), Some(format!("`\"{default}\"`")))
        }
        Kind::Numbers { default, .. } => {
            (rule_of_list(&spec.kind), (!default.is_empty()).then(|| format!("`{}`", listed(default))))
        }
        Kind::Text { .. } => ("a string".into(), None),
        Kind::Image => ("an image, as pixels or encoded".into(), None),
    };
    let without = if is_required(parameter) { "must be given" } else { "may be left out" };
    let default = default.unwrap_or_else(|| without.into());
    let cells = [format!("`{}`", parameter.name), allowed, default, spec.unit.into(), prose(parameter.doc)];
    format!("| {} |\n", cells.map(|cell| cell.replace('|', "\\|")).join(" | "))
}

fn alpha(alpha: Alpha) -> String {
    match alpha {
        Alpha::Copied => "copied.".into(),
        Alpha::Moved => "moved with its colour.".into(),
        Alpha::Changed => "changed.".into(),
        Alpha::Weights => "weighted.".into(),
        Alpha::CopiedWhere(flag) => format!("copied where `{flag}` is set, else weighted."),
    }
}

fn identity(identity: &Identity) -> String {
    let joined = |constants: &[(&str, Constant)], word: &str| {
        let all: Vec<_> = constants.iter().map(|(name, value)| format!("`{name}` is {}", shown(value))).collect();
        format!("where {}.", all.join(word))
    };
    match identity {
        Identity::Never => "there are no parameters that leave every image as it is.".into(),
        Identity::Needless => "where the image needs nothing, whatever the parameters.".into(),
        Identity::Always => "always.".into(),
        Identity::Where(constants) => joined(constants, " and "),
        Identity::WhereAny(constants) => joined(constants, ", or "),
        Identity::SameSize => "where the result is as large as the image.".into(),
    }
}

fn shown(value: &Constant) -> String {
    match value {
        Constant::Number(number) => number.to_string(),
        Constant::Boolean(flag) => flag.to_string(),
        Constant::Text(word) => format!("`\"{word}\"`"),
        Constant::Numbers(list) if list.len() > 20 => {
            format!("`[{}, {}, …, {}]`", list[0], list[1], list[list.len() - 1])
        }
        Constant::Numbers(list) => format!("`{}`", listed(list)),
    }
}

fn size(info: &Info) -> String {
    let may_be_left_out = |name: &str| info.parameters.iter().any(|p| p.name == name && !is_required(p));
    match info.result {
        ResultSize::Same => "that of the image.".into(),
        ResultSize::Parameters(width, height) if may_be_left_out(height) => {
            format!("`{width}` × `{height}`; the second follows from the image's shape where it is left out.")
        }
        ResultSize::Parameters(width, height) => format!("`{width}` × `{height}`."),
        ResultSize::Fitted { width, height, fit, enlarge } => {
            format!(
                "`{width}` × `{height}` as `{fit}` and `{enlarge}` say; one that is left out follows from the image's shape."
            )
        }
        ResultSize::Padded { left, right, top, bottom } => {
            format!("that of the image, with `{left}`, `{right}`, `{top}` and `{bottom}` more on these sides.")
        }
        ResultSize::Trimmed => "at most that of the image.".into(),
        ResultSize::Swapped => "that of the image, width and height in each other's place.".into(),
        ResultSize::SwappedFrom(name, least) => {
            format!("that of the image, width and height in each other's place where `{name}` is {least} or more.")
        }
        ResultSize::Turned(degrees, expand) => {
            format!(
                "that of the box around the image turned by `{degrees}`, where `{expand}` is set; else that of the image."
            )
        }
    }
}
