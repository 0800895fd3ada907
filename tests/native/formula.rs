//! The filter `formula`: against another evaluator of its texts in double precision.

mod errors;
mod naive;

use crate::cases;
use crate::common::golden::Random;
use crate::numbers::{Numbers, SAMPLES, number, word};
use naive::{Place, Scene};
use pixelpool::filters::REGISTRY;
use pixelpool::image::{Border, Sample};
use pixelpool::params::{Choice, Given};
use pixelpool::plan::Ways;

const CHANNELS: [&str; 4] = ["r", "g", "b", "a"];

/// How many numbers were held against the definition, of how many, and what was said of those that were wrong.
#[derive(Default)]
struct Checked {
    told: usize,
    all: usize,
    wrong: Vec<String>,
}

/// Checks a set of formulas on one image.
fn check(
    image: &Numbers,
    ways: Ways,
    formulas: [Option<&str>; 4],
    shared: &str,
    border: Border,
    checked: &mut Checked,
) {
    let intensity = 0.7;
    let place = Border::ALL.iter().position(|other| *other == border).expect("a border");
    let mut given: Given = vec![number("intensity", intensity), word("border", Border::NAMES[place])];
    given.extend(CHANNELS.iter().zip(formulas).filter_map(|(name, formula)| Some(word(name, formula?))));
    if !shared.is_empty() {
        given.push(word("let", shared));
    }
    let (got, _) = image.run("formula", &given, ways);
    let mut scene = Scene { image, border, intensity, shared, nudges: None };
    let colors = image.colors();
    checked.all += got.values.len();
    let mut told = Vec::new();
    for (i, got) in got.values.iter().enumerate() {
        let (pixel, channel) = (i / image.channels, i % image.channels);
        let (x, y) = ((pixel % image.width).cast_signed(), (pixel / image.width).cast_signed());
        let mut of =
            |channel: usize| scene.stored(formulas[channel].unwrap_or(CHANNELS[channel]), Place { x, y, channel });
        let want = if channel == colors {
            of(3)
        } else if colors == 3 {
            of(channel)
        } else {
            // Luma of the three, each of which is rounded before.
            let [r, g, b] = [0, 1, 2].map(&mut of);
            r.zip(g).zip(b).map(|((r, g), b)| {
                let luma = (19595.0 * r.0 + 38470.0 * g.0 + 7471.0 * b.0) / 65536.0;
                (luma, r.1.max(g.1).max(b.1) + if image.sample == Sample::F32 { 0.0 } else { 0.5 })
            })
        };
        let Some((want, near)) = want else { continue };
        checked.told += 1;
        told.push(want);
        let near = if image.sample == Sample::F32 { near * want.abs().max(1.0) } else { near };
        if (f64::from(*got) - want).abs() > near {
            let at = format!("{got}, not {want}, at {x}, {y}, {channel}; {near} is allowed");
            checked.wrong.push(format!("{given:?}, {:?}: {at}", image.layout()));
        }
    }
    // Alpha of a picture without it is dropped, and told cases have it.
    if told.len() == got.values.len() && (image.channels == 4 || formulas[3].is_none()) {
        cases::note(image, false, |pixel| {
            let pixel = &told[pixel * image.channels..][..image.channels];
            [pixel[0], pixel[1], pixel[2], pixel.get(3).copied().unwrap_or(255.0)]
        });
    }
}

impl Checked {
    /// Most numbers can be told, and all of these are right.
    #[track_caller]
    fn holds(&self, formula: &str) {
        assert_eq!(self.wrong.first(), None, "{formula}");
        assert!(self.told * 10 >= self.all * 8, "{formula}: only {} of {} can be told", self.told, self.all);
    }
}

/// Checks formulas, each for all channels, on images of every kind.
fn check_all(formulas: &[&str]) {
    for (i, formula) in formulas.iter().enumerate() {
        let mut checked = Checked::default();
        for (k, sample) in SAMPLES.into_iter().enumerate() {
            for channels in 1..=4 {
                let size = [(7, 5), (5, 3), (1, 9), (19, 2)][(i + 3 * k + channels) % 4];
                let image = Numbers::noise(size, channels, sample, 100, (i + channels) as u32);
                let ways = if sample == Sample::U8 { &[Ways::Fastest, Ways::Planes][..] } else { &[Ways::Fastest] };
                for ways in ways {
                    check(&image, *ways, [Some(formula); 4], "", Border::Clamp, &mut checked);
                }
            }
        }
        checked.holds(formula);
    }
}

#[test]
fn every_operator_is_its_definition() {
    check_all(&[
        "r + g - 0.25",
        "r - (g - b)",
        "r - g - b",
        "r * g * 1.5",
        "0.3 / (g + 0.1)",
        "r / g / 4",
        "-r + 1",
        "1 - -r",
        "r ^ 2 ^ 0.5",
        "-r ^ 2 + 1",
        "2 ^ -r",
        "r ^ g",
        "r ^ 3 + g ^ 5 - b ^ -1 * 0.1",
        "x % 3 / 4 + y % 2.5 / 8",
        "(0.3 - x) % 4 / 8",
        "x % -4 / 8 + 0.5",
        "r < 0.505",
        "r <= g + 0.003",
        "r > 0.505 && g > 0.3 || !(b > 0.2)",
        "r >= g - 0.003",
        "x == 2 || y != 1",
        "!x",
        "r && g",
        "r > 0.5 ? g : b",
        "r > 0.505 ? g > 0.305 ? 1 : b : r < 0.2 ? 0.5 : g",
        "1 ? r : g",
        "intensity * r + pi / 10 - e / 10",
        "x / width + y / height",
        "u * v",
        "(r + g) * (b - luma)",
        "r*1.2",
        "1e0 * r + .5e-1 + 1.",
        "a * r",
        "luma",
    ]);
}

#[test]
fn every_function_is_its_definition() {
    check_all(&[
        "0.5 + 0.5 * sin(r * 10 - 5)",
        "0.5 + 0.5 * cos(r * 10 - 5)",
        "sin(x * 37) * 0.5 + 0.5",
        "cos(y * 71 + 1) * 0.5 + 0.5",
        "tan(r) / 2",
        "asin(r * 2 - 1) / 4 + 0.5",
        "acos(g * 2 - 1) / 4",
        "atan(r * 9 - 4) / 4 + 0.5",
        "atan2(r - 0.495, g - 0.495) / 7 + 0.5",
        "sqrt(r * g)",
        "exp(r * 4 - 4)",
        "exp(r * -60)",
        "log(r + 0.01) / 5 + 1",
        "log2(g * 100 + 1) / 8",
        "pow(r, 2.2)",
        "pow(r + 0.01, -0.3) / 5",
        "pow(r - 0.505, 3) * 4 + 0.5",
        "pow(r - 0.505, y) * 0.5 + 0.5",
        "abs(r - g)",
        "sign(r - 0.505) * 0.5 + 0.5",
        "floor(r * 4.03) / 4",
        "ceil(r * 4.03) / 5",
        "round(r * 4.03) / 5",
        "fract(r * 4.03)",
        "min(r, g)",
        "min(r, g, b, 0.8)",
        "max(r, g, 0.2)",
        "clamp(r, 0.2, g)",
        "mix(r, g, 0.3)",
        "mix(r, 1 - g, b)",
        "step(0.505, r)",
        "smoothstep(0.2, 0.8, r)",
        "smoothstep(0.8, 0.2, u)",
        "mod(x, 5) / 5",
        "hypot(r, g) / 1.5",
    ]);
}

#[test]
fn neighbours_are_seen() {
    let formulas = [
        "at(1, 0)",
        "(at(-1, -1) + at(0, -1) + at(1, -1) + at(-1, 0) + at(0, 0) + at(1, 0)) / 6",
        "abs(luma(1, 0) - luma(-1, 0)) + r(0, 2) - a(3, -1)",
        "r(32, -32) + g(-32, 32) * 0.3 + b(2 * 3, 0) * 0.1",
        "a(-1, 0) * at(0, 1)",
    ];
    for (i, formula) in formulas.iter().enumerate() {
        for border in Border::ALL {
            for sample in SAMPLES {
                for channels in 1..=4 {
                    for size in [(5, 3), (13, 4)] {
                        let image = Numbers::noise(size, channels, sample, 200, (10 * i + channels) as u32);
                        let own = [Some(*formula), None, Some("at(0, 1)"), Some("a(1, 0)")];
                        let mut checked = Checked::default();
                        check(&image, Ways::Fastest, own, "", *border, &mut checked);
                        checked.holds(formula);
                    }
                }
            }
        }
    }
}

#[test]
fn names_are_known_to_what_follows() {
    let image = Numbers::noise((17, 11), 4, Sample::U8, 200, 3);
    let formulas =
        [Some("let w = d * 2; let k = w * w; mix(r, k, 0.5)"), Some("d + near"), None, Some("let w = 0.5;\n a * w")];
    let shared = "d = hypot(u - 0.5, v - 0.5); let near = at(1, 0) * 0.3";
    let mut checked = Checked::default();
    check(&image, Ways::Fastest, formulas, shared, Border::Wrap, &mut checked);
    checked.holds(shared);
}

/// A random formula.
fn formula(random: &mut Random, depth: usize) -> String {
    const LEAVES: [&str; 16] = [
        "r",
        "g",
        "b",
        "a",
        "luma",
        "u",
        "v",
        "0.5",
        "2",
        "0.3",
        "intensity",
        "x",
        "y",
        "at(1, 0)",
        "luma(0, -2)",
        "pi",
    ];
    const BINARY: [&str; 18] =
        ["+", "-", "*", "/", "%", "<", "<=", ">", ">=", "==", "!=", "&&", "||", "+", "-", "*", "*", "-"];
    const UNARY: [&str; 16] = [
        "sin", "cos", "tan", "asin", "acos", "atan", "sqrt", "exp", "log", "log2", "abs", "sign", "floor", "ceil",
        "round", "fract",
    ];
    const TWO: [&str; 7] = ["atan2", "pow", "min", "max", "step", "mod", "hypot"];
    const THREE: [&str; 3] = ["clamp", "mix", "smoothstep"];
    if depth == 0 {
        return LEAVES[random.below(LEAVES.len())].into();
    }
    let mut part = || {
        let less = random.below(depth);
        formula(random, less)
    };
    let (a, b, c) = (part(), part(), part());
    let pick = random.below(12);
    match pick {
        0..=4 => {
            let symbol = BINARY[random.below(BINARY.len())];
            // Comparisons beside each other are refused.
            if ["<", "<=", ">", ">=", "==", "!="].contains(&symbol) {
                format!("({a}) {symbol} ({b})")
            } else if random.below(2) == 0 {
                format!("({a}){symbol} {b}").replace("+ -", "+").replace("- -", "-")
            } else {
                format!("({a} {symbol} ({b}))")
            }
        }
        5 => format!("-{a}"),
        6 => format!("!({a})"),
        7 => format!("({a})^{}", ["2", "3", "0.5", "-1", "1.7", "g"][random.below(6)]),
        8 => format!("({a} ? {b} : {c})"),
        9 => format!("{}({a})", UNARY[random.below(UNARY.len())]),
        10 => format!("{}({a}, {b})", TWO[random.below(TWO.len())]),
        _ => format!("{}({a}, {b}, {c})", THREE[random.below(THREE.len())]),
    }
}

const ROUNDS: usize = 300;

#[test]
fn random_formulas_are_their_definition() {
    let mut random = Random::new(77);
    let (mut checked, mut taken) = (Checked::default(), 0);
    for round in 0..ROUNDS {
        let formulas: Vec<String> = (0..4).map(|_| formula(&mut random, 1 + round % 6)).collect();
        let [r, g, b, a] = &formulas[..] else { unreachable!("there are four") };
        let sample = SAMPLES[round % 3];
        let image = Numbers::noise([(9, 3), (5, 4), (33, 1)][round % 3], 1 + round % 4, sample, 90, round as u32);
        let given = CHANNELS.iter().zip(&formulas).map(|(name, formula)| word(name, formula)).collect();
        let definition = REGISTRY.iter().find(|definition| definition.info.name == "formula").expect("it is there");
        if definition.build(&given).is_err() {
            continue;
        }
        taken += 1;
        let formulas = [Some(r.as_str()), Some(g), Some(b), Some(a)];
        check(&image, Ways::Fastest, formulas, "", Border::ALL[round % 5], &mut checked);
    }
    assert!(taken * 10 > ROUNDS * 8, "{taken} are taken");
    assert!(checked.told * 2 > checked.all, "{} of {} can be told", checked.told, checked.all);
    // Where a remainder is nothing in one precision and not in the other, no nudge may show it.
    assert!(
        checked.wrong.len() * 500 <= checked.told,
        "{} of {}: {:#?}",
        checked.wrong.len(),
        checked.told,
        checked.wrong
    );
}

#[test]
fn what_is_no_number_is_nothing() {
    let image = Numbers { width: 3, height: 1, channels: 1, sample: Sample::F32, values: vec![-1.0, 0.0, f32::NAN] };
    for (formula, want) in [
        ("sqrt(r)", [0.0, 0.0, 0.0]),
        ("0 / 0 + r", [0.0, 0.0, 0.0]),
        ("log(r)", [0.0, f32::NEG_INFINITY, 0.0]),
        ("r / 0", [f32::NEG_INFINITY, 0.0, 0.0]),
        ("max(r, 0.5)", [0.5, 0.5, 0.5]),
        ("clamp(r, 0, 1)", [0.0, 0.0, 0.0]),
        ("pow(r, 0.3)", [0.0, 0.0, 0.0]),
        ("sin(r / 0)", [0.0, 0.0, 0.0]),
    ] {
        let given = CHANNELS[..3].iter().map(|name| word(name, formula)).collect();
        assert_eq!(image.run("formula", &given, Ways::Fastest).0.values, want, "{formula}");
    }
}

#[test]
fn recipes_of_the_documentation_are_their_definition() {
    let page = include_str!("../../docs/formula.md");
    let recipes: Vec<&str> = page.split("```").filter(|block| block.starts_with("js\n{")).collect();
    assert_eq!(recipes.len(), 10);
    for recipe in recipes {
        // Its strings, and what is before each of them.
        let parts: Vec<&str> = recipe.split('"').collect();
        let texts: Vec<(&str, &str)> = parts
            .chunks_exact(2)
            .map(|pair| (pair[0].trim_matches(|c: char| !c.is_ascii_alphabetic()), pair[1]))
            .map(|(name, text)| (name.rsplit('\n').next().unwrap_or(name).trim(), text))
            .collect();
        let of = |wanted: &str| texts.iter().find(|(name, _)| *name == wanted).map(|(_, text)| *text);
        assert_eq!(texts.first().map(|(_, kind)| *kind), Some("formula"), "{recipe}");
        let border = of("border").map_or(Border::Clamp, |_| Border::Reflect101);
        for (sample, channels) in [(Sample::U8, 4), (Sample::U16, 3), (Sample::F32, 4), (Sample::U8, 1)] {
            let image = Numbers::noise((17, 11), channels, sample, 211, 8);
            let mut checked = Checked::default();
            check(&image, Ways::Fastest, CHANNELS.map(of), of("let").unwrap_or_default(), border, &mut checked);
            checked.holds(recipe);
        }
    }
}
