//! Files that are written from the registry: `www/src/generated/filters.ts` and `rules.ts`, the table of filters in the README,
//! and `docs/filters.md`.
//!
//! `UPDATE=1 cargo test generated` writes them; without it, the test fails where they are stale. The types are as Prettier
//! prints them at 120 columns.

mod page;
mod rules;

use pixelpool::filter::{Category, Definition};
use pixelpool::filters::REGISTRY;
use pixelpool::params::{Kind, Parameter};
use pixelpool_kit::typescript::{
    Properties, info, interface, is_required, listed, paragraphs, prose, quoted, rising, rule_of_list, short,
    type_name, union,
};
use std::fs;
use std::path::{Path, PathBuf};

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
    text += &rising(true);
    text += "\n/** Every filter, by group, in the order that people work. */\nexport const filters: readonly FilterInfo[] = [\n";
    for definition in catalogue() {
        text += &info(definition, Properties::All, REGISTRY);
    }
    text + "];\n"
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
