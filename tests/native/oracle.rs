//! Expected results from libraries that nobody here wrote (OpenCV, SciPy, Pillow, …), in `tests/oracle/`: `manifest.json`
//! says what each case is and how near a result must be. `tests/oracle/oracle.mjs` compares in the same way in browsers.

use crate::common::oracle::{Oracle, decode, hex, slice};
use crate::common::{json, run, threads};
use pixelpool::image::{CHANNELS, Image};
use pixelpool::params::Value;
use pixelpool::pipeline::Step;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// One bit per sample, the first in the highest bit.
fn mask(oracle: &Oracle, place: &Json) -> Option<Vec<u8>> {
    let mut bits = Vec::new();
    let mut decoder = flate2::read::ZlibDecoder::new(slice(&oracle.expected, place)?);
    std::io::Read::read_to_end(&mut decoder, &mut bits).expect("a mask inflates");
    Some(bits)
}

/// What is wrong with a result; `None` where nothing is.
fn complaint(oracle: &Oracle, case: &Json, got: &[u8]) -> Option<String> {
    if hex(got) == case["sha256"].as_str().expect("a hash") {
        return None;
    }
    let Some(png) = slice(&oracle.expected, &case["png"]) else {
        return Some("differs from a hash-only case".into());
    };
    let expected = decode(png);
    let tolerance = Tolerance::of(case);
    let (free, ties) = (mask(oracle, &case["free"]), mask(oracle, &case["ties"]));
    tolerance.complaint(got, &expected, |i| is_set(free.as_ref(), i), |i| is_set(ties.as_ref(), i))
}

fn is_set(mask: Option<&Vec<u8>>, i: usize) -> bool {
    mask.is_some_and(|bits| bits[i / 8] >> (7 - i % 8) & 1 == 1)
}

struct Tolerance {
    premultiplied: bool,
    /// The largest difference.
    limit: f64,
    /// The smallest share of equal samples.
    least_exact: f64,
    /// The largest share of pixels that differ, where that is all that counts.
    most_different: Option<f64>,
}

impl Tolerance {
    fn of(case: &Json) -> Self {
        let tolerance = &case["tol"];
        let most_different = tolerance["mismatch_max"].as_f64();
        Self {
            premultiplied: tolerance["metric"] == "premul",
            limit: tolerance["max"].as_f64().or(most_different).expect("a limit"),
            least_exact: tolerance["exact_min"].as_f64().unwrap_or(0.0),
            most_different,
        }
    }

    fn complaint(
        &self,
        got: &[u8],
        expected: &Image,
        is_free: impl Fn(usize) -> bool,
        is_tie: impl Fn(usize) -> bool,
    ) -> Option<String> {
        let want = expected.data();
        assert_eq!(got.len(), want.len(), "a result has the size that is expected");
        if let Some(most) = self.most_different {
            let differs = |i: usize| !is_free(i) && self.difference(got, want, i, i / CHANNELS * CHANNELS + 3) > 0.0;
            let different =
                (0..want.len()).step_by(CHANNELS).filter(|pixel| (*pixel..pixel + CHANNELS).any(differs)).count();
            let share = different as f64 / (want.len() / CHANNELS) as f64;
            return (share > most).then(|| format!("{share:.4} of the pixels differ, {most} may"));
        }
        let (mut exact, mut over, mut worst) = (0_usize, 0_usize, (0.0, 0));
        for i in 0..want.len() {
            let alpha = i / CHANNELS * CHANNELS + 3;
            let difference = if is_free(i) { 0.0 } else { self.difference(got, want, i, alpha) };
            let limit = if is_tie(i) { 1.0 } else { self.limit };
            exact += usize::from(difference < if self.premultiplied { 0.5 } else { 1e-9 });
            if difference > limit + 1e-9 {
                over += 1;
                worst = if difference > worst.0 { (difference, i) } else { worst };
            }
        }
        if over > 0 {
            let pixel = worst.1 / CHANNELS;
            let (x, y) = (pixel % expected.layout().width(), pixel / expected.layout().width());
            let bytes = pixel * CHANNELS..(pixel + 1) * CHANNELS;
            return Some(format!(
                "{over} samples past {}, the worst at {x}, {y}: {:?} instead of {:?}",
                self.limit,
                &got[bytes.clone()],
                &want[bytes]
            ));
        }
        let share = exact as f64 / want.len() as f64;
        (want.len() >= 1024 && share < self.least_exact)
            .then(|| format!("only {share:.3} of the samples are exact, {} are needed", self.least_exact))
    }

    fn difference(&self, got: &[u8], want: &[u8], i: usize, alpha: usize) -> f64 {
        let is_color = i != alpha;
        if self.premultiplied && is_color {
            let premultiplied = |data: &[u8]| f64::from(data[i]) * f64::from(data[alpha]);
            return (premultiplied(got) - premultiplied(want)).abs() / 255.0;
        }
        // The colour of what is invisible in both is free, but where all must be exact.
        let invisible = !self.premultiplied && is_color && got[alpha] == 0 && want[alpha] == 0;
        if invisible && self.limit != 0.0 { 0.0 } else { f64::from(got[i].abs_diff(want[i])) }
    }
}

fn steps(oracle: &Oracle, case: &Json) -> Vec<Step> {
    let object = |value: &Json| value.as_object().expect("an object").clone();
    match case["op"].as_str().expect("an operation") {
        "chain" => {
            let steps = case["params"]["steps"].as_array().expect("steps");
            let step = |step: &Json| Step {
                kind: step["op"].as_str().expect("an operation").into(),
                given: json::given(&object(step), &["op"]),
            };
            steps.iter().map(step).collect()
        }
        "lut3d" => {
            let mut given = json::given(&object(&case["params"]), &["lut"]);
            let cube = oracle.cube(case["params"]["lut"].as_str().expect("a table"));
            given.push(("cube".into(), Value::from(cube.as_str())));
            vec![Step { kind: "lut3d".into(), given }]
        }
        op => vec![Step { kind: op.into(), given: json::given(&object(&case["params"]), &[]) }],
    }
}

#[test]
fn every_case_is_within_its_tolerance() {
    let oracle = Oracle::open();
    let pool = threads(2);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut inputs: BTreeMap<&str, Image> = BTreeMap::new();
    let mut complaints = Vec::new();
    for case in oracle.cases() {
        let name = case["input"].as_str().expect("an input");
        let input = inputs.entry(name).or_insert_with(|| oracle.input(name));
        let got = run(&pool, steps(&oracle, case), input);
        if let Some(complaint) = complaint(&oracle, case, got.data()) {
            complaints.push(format!("{}: {complaint}", case["id"]));
        }
        *counts.entry(case["op"].as_str().expect("an operation")).or_default() += 1;
    }
    println!("{counts:#?}");
    assert_eq!(counts.values().sum::<usize>(), CASES, "all cases of the manifest were run");
    assert!(complaints.is_empty(), "{} of {CASES} cases fail:\n{}", complaints.len(), complaints.join("\n"));
}

/// Cases of the manifest: written down, so that a shortened manifest is a failure.
const CASES: usize = 2290;
