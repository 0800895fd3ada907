//! `www/src/generated/rules.ts`: what the pool checks, without a word that only people read.

use super::{Properties, catalogue, info, settle};
use pixelpool::image::Layout;
use pixelpool::params;

#[test]
fn rules_are_what_the_registry_says() {
    settle("www/src/generated/rules.ts", &typescript());
}

fn typescript() -> String {
    let mut text = String::from(
        "// Written by `UPDATE=1 cargo test generated`; do not edit.\nimport type { FilterRule } from \"../filter-rule.js\";\n",
    );
    text += "\n/** The most bytes that one image may have. */\n";
    text += &format!("export const MOST_IMAGE_BYTES = {};\n", Layout::MAX_BYTES);
    text += "\n/** Bytes that an engine may keep for each character of a text, and for each number of a list. */\n";
    text += &format!("export const BYTES_A_CHARACTER = {};\n", params::BYTES_A_CHARACTER);
    text += &format!("export const BYTES_A_NUMBER = {};\n", params::BYTES_A_NUMBER);
    text += "\n/** Every filter, by group, in the order that people work. */\nexport const rules: readonly FilterRule[] = [\n";
    catalogue()
        .into_iter()
        .for_each(|definition| text += &info(definition, Properties::Checked, pixelpool::filters::REGISTRY));
    text + "];\n"
}
