//! What is said of formulas that are wrong, and where.

use crate::common::golden::Random;
use crate::numbers::{Numbers, word};
use pixelpool::error::{Class, Error};
use pixelpool::filters::REGISTRY;
use pixelpool::image::Sample;
use pixelpool::plan::Ways;

fn refusal(name: &str, text: &str) -> Error {
    let definition = REGISTRY.iter().find(|definition| definition.info.name == "formula").expect("it is there");
    let error = definition.build(&vec![word(name, text)]).map(|_| ()).expect_err(text);
    assert_eq!((error.filter.as_deref(), error.parameter.as_deref()), (Some("formula"), Some(name)), "{error}");
    error
}

#[test]
fn errors_name_the_character() {
    let cases = [
        ("", 1, "expected a number, a name or \"(\", got the end"),
        ("r *", 4, "expected a number, a name or \"(\", got the end"),
        ("r * * 2", 5, "expected a number, a name or \"(\", got \"*\""),
        ("(r + 1", 7, "expected an operator or \")\", got the end"),
        ("r + 1)", 6, "expected an operator or the end, got \")\""),
        ("2r", 2, "expected an operator or the end, got \"r\""),
        ("r + lumma", 5, "there is no \"lumma\"; did you mean \"luma\"?"),
        ("sine(x)", 1, "there is no \"sine\"; did you mean \"sin\"?"),
        ("smothstep(0, 1, r)", 1, "there is no \"smothstep\"; did you mean \"smoothstep\"?"),
        ("let dist = u; dits", 15, "there is no \"dits\"; did you mean \"dist\"?"),
        ("brightness", 1, "there is no \"brightness\""),
        ("R", 1, "there is no \"R\"; did you mean \"r\"?"),
        ("x(1)", 2, "expected an operator or the end, got \"(\""),
        ("sin", 4, "expected \"(\" after \"sin\", got the end"),
        ("clamp(r, 1)", 1, "\"clamp\" takes 3 values, got 2"),
        ("min(r)", 1, "\"min\" takes 2 or more values, got 1"),
        ("sin(r, g)", 1, "\"sin\" takes 1 value, got 2"),
        ("sin()", 1, "\"sin\" takes 1 value, got 0"),
        ("1 + at(r, 0)", 8, "expected a constant: how many pixels away is the same everywhere"),
        ("at(0, width)", 7, "expected a constant: how many pixels away is the same everywhere"),
        ("at(33, 0)", 4, "expected a whole number from -32 to 32"),
        ("at(0, 0.5)", 7, "expected a whole number from -32 to 32"),
        ("0 < r < 1", 7, "comparisons do not follow each other: join them by \"&&\""),
        ("r ? 1", 6, "expected an operator or \":\", got the end"),
        ("r = 1", 3, "expected an operator or the end, got \"=\""),
        ("let r = 1; r", 5, "\"r\" has a meaning already: choose another name"),
        ("let k = 1; let k = 2; k", 16, "\"k\" has a meaning already: choose another name"),
        ("let k 1; k", 7, "expected \"=\", got \"1\""),
        ("let 1 = 1; r", 5, "expected a name, got \"1\""),
        ("let k = 1 k", 11, "expected an operator or \";\", got \"k\""),
        ("let k = 1;", 11, "expected a number, a name or \"(\", got the end"),
        ("r · 2", 3, "expected an operator or the end, got \"·\""),
        ("r $ 2", 3, "expected an operator or the end, got \"$\""),
        ("1.2.3", 4, "expected an operator or the end, got \".\""),
        ("r & g", 3, "expected an operator or the end, got \"&\""),
    ];
    for (text, position, what) in cases {
        let error = refusal("g", text);
        assert_eq!(error.position, Some(position), "{text}: {error}");
        assert_eq!(error.message, format!("formula: g must be a formula; character {position}: {what}"), "{text}");
    }
    let error = refusal("b", "let k = 1;\n\nb * kk");
    assert_eq!(error.position, Some(17), "{error}");
    let place = "line 3, character 5: there is no \"kk\"; did you mean \"k\"?";
    assert_eq!(error.message, format!("formula: b must be a formula; {place}"));
    let error = refusal("let", "k = 1; m = k +");
    assert_eq!(error.position, Some(15), "{error}");
}

#[test]
fn what_is_too_long_or_too_deep_is_refused() {
    let long = format!("r{}", " ".repeat(4096));
    let deep = format!("{}r{}", "(".repeat(70), ")".repeat(70));
    let signs = format!("{}r", "-".repeat(70));
    let choices = "r ? g : ".repeat(70) + "b";
    let powers = "r ^ ".repeat(70) + "r";
    let many: String = (0..700).map(|i| format!("+x%{i}")).collect();
    let cases = [
        (long, 4097, "it has more than 4096 characters"),
        (deep, 65, "it is nested more than 64 levels deep"),
        (signs, 65, "it is nested more than 64 levels deep"),
        (choices, 509, "it is nested more than 64 levels deep"),
        (powers, 257, "it is nested more than 64 levels deep"),
        (format!("r{many}"), 0, "it has more than 1024 operations"),
    ];
    for (text, position, what) in cases {
        let error = refusal("r", &text);
        assert!(error.message.ends_with(what) && error.class == Class::Range, "{error}");
        assert!(error.position == Some(position) || position == 0, "{error}");
    }
    // Just within.
    let text = format!("{}r{}", "(".repeat(63), ")".repeat(63));
    let image = Numbers::noise((5, 4), 4, Sample::U8, 200, 3);
    assert_eq!(image.run("formula", &vec![word("r", &text)], Ways::Fastest).0, image);
}

/// What is allowed runs in every format: the scales of samples make operations of their own.
#[test]
fn what_is_just_not_too_much_runs() {
    let around: Vec<_> = (-5..=5).flat_map(|y| (-5..=5).map(move |x| format!("at({x},{y})"))).collect();
    let mean = format!("({})/121", around.join("+"));
    let given = ["r", "g", "b"].map(|channel| word(channel, &mean));
    for sample in [Sample::U8, Sample::U16, Sample::F32] {
        for channels in [1, 4] {
            let image = Numbers::noise((9, 7), channels, sample, 200, 3);
            assert_ne!(image.run("formula", &given.to_vec(), Ways::Fastest).0, image);
        }
    }
}

#[test]
fn garbage_is_refused_and_nothing_more() {
    let mut random = Random::new(5);
    let definition = REGISTRY.iter().find(|definition| definition.info.name == "formula").expect("it is there");
    const PIECES: [&str; 40] = [
        "r",
        "g",
        "at",
        "luma",
        "sin",
        "min",
        "(",
        ")",
        ",",
        ";",
        "let",
        "=",
        "==",
        "!",
        "!=",
        "<",
        "<=",
        "&&",
        "&",
        "|",
        "?",
        ":",
        "1",
        ".",
        "1e",
        "1e5",
        "0.5",
        "+",
        "-",
        "*",
        "/",
        "%",
        "^",
        " ",
        "\n",
        "ü",
        "\u{1f600}",
        "k",
        "#",
        "(1,0)",
    ];
    let mut taken = 0;
    for _ in 0..20_000 {
        let text: String = (0..random.below(14)).map(|_| PIECES[random.below(PIECES.len())]).collect();
        for name in ["r", "let"] {
            match definition.build(&vec![word(name, &text)]) {
                Ok(_) => taken += 1,
                Err(error) => {
                    let position = error.position.expect("a position");
                    assert!((1..=1 + text.chars().count()).contains(&position), "{text:?}: {error}, {position}");
                    assert_eq!(error.parameter.as_deref(), Some(name));
                }
            }
        }
    }
    assert!(taken > 50, "{taken} are taken");
}
