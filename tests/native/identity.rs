//! Parameters that change nothing return the input's bytes, the colour of invisible pixels included; flat images stay
//! flat. Which parameters these are, each filter says itself.

use crate::common::{assert_same, colors, noise, refusal, required, run_one, variants_for, with};
use pixelpool::filter::{Identity, Info, ResultSize};
use pixelpool::filters::REGISTRY;
use pixelpool::image::{CHANNELS, Image};
use pixelpool::params::{Constant, Given, Value};

/// The sets of parameters with which a filter is said to change nothing, for an image.
fn identities(info: &Info, image: &Image) -> Vec<Given> {
    let set = |given: &Given, constants: &[(&str, Constant)]| {
        constants.iter().fold(given.clone(), |given, (name, constant)| with(&given, name, (*constant).into()))
    };
    let all = variants_for(info, image.layout());
    match info.identity {
        Identity::Never | Identity::Needless => Vec::new(),
        Identity::Always => all,
        Identity::Where(constants) => all.iter().map(|given| set(given, constants)).collect(),
        Identity::WhereAny(constants) => {
            all.iter().flat_map(|given| constants.iter().map(|constant| set(given, &[*constant]))).collect()
        }
        Identity::SameSize => {
            let (ResultSize::Parameters(width, height) | ResultSize::Fitted { width, height, .. }) = info.result else {
                panic!("it may keep the size, by parameters")
            };
            let sides = [image.layout().width(), image.layout().height()].map(|side| Constant::Number(side as f64));
            let same = [(width, sides[0]), (height, sides[1])];
            let all = all.iter().map(|given| set(given, &same));
            all.filter(|given| refusal(info.name, given, image.layout()).is_none()).collect()
        }
    }
}

#[test]
fn identities_return_the_same_bytes() {
    let image = noise(19, 17, 21, false);
    for info in REGISTRY.iter().map(|definition| definition.info) {
        let identities = identities(info, &image);
        let has_none = matches!(info.identity, Identity::Never | Identity::Needless);
        assert_eq!(identities.is_empty(), has_none, "{}", info.name);
        for given in identities {
            assert_same(&run_one(info.name, &given, &image), &image, || format!("{} {given:?}", info.name));
        }
    }
}

#[test]
fn filters_without_an_identity_always_change_noise() {
    let image = noise(19, 17, 21, false);
    for info in REGISTRY.iter().map(|definition| definition.info).filter(|info| info.identity == Identity::Never) {
        for given in variants_for(info, image.layout()) {
            assert!(run_one(info.name, &given, &image) != image, "{} {given:?}", info.name);
        }
    }
}

/// What the documentation says beyond the identities.
#[test]
fn whole_turns_and_more_than_opaque_change_nothing() {
    let image = noise(19, 17, 21, false);
    for (kind, name, value) in [("hueRotate", "degrees", -720.0), ("opacity", "amount", 7.0)] {
        let given = vec![(name.to_string(), Value::Number(value))];
        assert_same(&run_one(kind, &given, &image), &image, || format!("{kind} {given:?}"));
    }
}

#[test]
fn flat_images_stay_flat() {
    let first = |image: &Image| image.data().first_chunk::<CHANNELS>().copied();
    for color in [[0; CHANNELS], [255; CHANNELS], [1, 128, 254, 255], [200, 100, 3, 1]] {
        let image = Image::new(140, 9, color.repeat(140 * 9)).expect("not empty");
        for definition in REGISTRY.iter().filter(|definition| definition.info.even) {
            // Only a transparent outside is not as flat as the image, nor is another picture.
            let shows_more = |(_, value): &(String, Value)| match value {
                Value::Text(word) => **word == "transparent",
                other => matches!(other, Value::Image(_)),
            };
            let mut variants = variants_for(definition.info, image.layout());
            variants.retain(|given| !given.iter().any(shows_more));
            for given in &variants {
                // What lies around the picture may have its colour.
                let color = Value::from(color.map(f64::from).to_vec());
                let given =
                    &colors(definition.info).fold(given.clone(), |given, name| with(&given, name, color.clone()));
                let result = run_one(definition.info.name, given, &image);
                let same = result
                    .data()
                    .chunks_exact(CHANNELS)
                    .all(|pixel| Some(pixel) == first(&result).as_ref().map(|p| &p[..]));
                assert!(same, "{} {given:?} of {color:?}", definition.info.name);
            }
        }
    }
}

/// A description that names a parameter by a wrong name would test nothing.
#[test]
fn identities_are_parameters() {
    for info in REGISTRY.iter().map(|definition| definition.info) {
        if let Identity::Where(constants) | Identity::WhereAny(constants) = info.identity {
            for (name, constant) in constants {
                let given = with(&required(info), name, (*constant).into());
                assert!(info.parameters.iter().any(|parameter| parameter.name == *name), "{}: {name}", info.name);
                assert!(!given.is_empty() && !constants.is_empty(), "{}", info.name);
            }
        }
    }
}
