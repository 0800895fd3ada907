//! What filters do with alpha is what each says of itself.

use crate::common::{assert_same, colors, golden::input, noise, run_one, subject, variants_for, with};
use pixelpool::filter::{Alpha, Info};
use pixelpool::filters::REGISTRY;
use pixelpool::image::{CHANNELS, Image};
use pixelpool::params::{Given, Kind, Value, find};
use std::collections::HashSet;

/// Every filter with every set of parameters worth running, and what alpha is there.
fn each(image: &Image, mut test: impl FnMut(&'static Info, &Given, Alpha)) {
    for info in REGISTRY.iter().map(|definition| definition.info) {
        for given in variants_for(info, image.layout()) {
            let alpha = match info.alpha {
                Alpha::CopiedWhere(flag) if is_set(info, &given, flag) => Alpha::Copied,
                Alpha::CopiedWhere(_) => Alpha::Weights,
                alpha => alpha,
            };
            test(info, &given, alpha);
        }
    }
}

fn is_set(info: &Info, given: &Given, flag: &str) -> bool {
    let parameter = info.parameters.iter().find(|parameter| parameter.name == flag);
    match (find(given, flag), parameter.map(|parameter| parameter.spec.kind)) {
        (Some(Value::Boolean(set)), _) => *set,
        (None, Some(Kind::Boolean { default })) => default,
        _ => panic!("{}: {flag} is a flag", info.name),
    }
}

fn alphas(image: &Image) -> Vec<u8> {
    image.data().iter().skip(3).step_by(CHANNELS).copied().collect()
}

/// The same image, where what is invisible is black.
fn without_hidden_colors(image: &Image) -> Image {
    let mut data = image.data().to_vec();
    data.as_chunks_mut::<CHANNELS>()
        .0
        .iter_mut()
        .filter(|pixel| pixel[3] == 0)
        .for_each(|pixel| *pixel = [0; CHANNELS]);
    Image::new(image.layout().width(), image.layout().height(), data).expect("not empty")
}

#[test]
fn alpha_is_copied_where_a_filter_says_so() {
    let image = noise(33, 31, 11, false);
    each(&image, |info, given, alpha| {
        if alpha == Alpha::Copied {
            assert_eq!(alphas(&run_one(info.name, given, &image)), alphas(&image), "{} {given:?}", info.name);
        }
    });
}

#[test]
fn pixels_are_those_of_the_image_where_a_filter_says_so() {
    let image = noise(33, 31, 11, false);
    let pixels: HashSet<_> = image.data().as_chunks::<CHANNELS>().0.iter().collect();
    each(&image, |info, given, alpha| {
        if alpha == Alpha::Moved {
            let result = run_one(info.name, given, &image);
            let all = result.data().as_chunks::<CHANNELS>().0.iter().all(|pixel| pixels.contains(pixel));
            assert!(all, "{} {given:?}", info.name);
        }
    });
}

#[test]
fn what_is_invisible_does_not_count_where_colors_are_weighted() {
    let image = noise(33, 31, 11, false);
    let hidden = without_hidden_colors(&image);
    let (mut weigh, mut mix) = (HashSet::new(), HashSet::new());
    each(&image, |info, given, alpha| {
        let result = run_one(info.name, given, &image);
        if alpha == Alpha::Weights {
            let of_hidden = run_one(info.name, given, &hidden);
            let visible = without_hidden_colors(&result);
            assert_same(&without_hidden_colors(&of_hidden), &visible, || format!("{} {given:?}", info.name));
            weigh.insert(info.name);
            // What is picked, not mixed, keeps its hidden colour.
            mix.extend((visible == result).then_some(info.name));
        }
    });
    assert_eq!(mix, weigh, "with some parameters, what becomes invisible is black");
}

/// The same parameters with every list turned round, the examples of lists included.
fn turned(info: &Info, given: &Given) -> Given {
    info.parameters.iter().fold(given.clone(), |given, parameter| match parameter.spec.kind {
        Kind::Numbers { example, .. } => {
            let list = match find(&given, parameter.name) {
                Some(Value::Numbers(list)) => list.to_vec(),
                _ => example.to_vec(),
            };
            with(&given, parameter.name, Value::from(list.into_iter().rev().collect::<Vec<_>>()))
        }
        _ => given,
    })
}

#[test]
fn alpha_changes_where_a_filter_says_so() {
    let image = noise(33, 31, 11, false);
    for info in REGISTRY.iter().map(|definition| definition.info).filter(|info| info.alpha != Alpha::Copied) {
        let image = subject(info, &image);
        let mut all = variants_for(info, image.layout()).into_iter().flat_map(|given| [turned(info, &given), given]);
        assert!(all.any(|given| alphas(&run_one(info.name, &given, &image)) != alphas(&image)), "{}", info.name);
    }
}

#[test]
fn opaque_images_stay_opaque_where_alpha_is_not_changed_by_itself() {
    let mut scene = input("scene", 64, 48);
    scene.iter_mut().skip(3).step_by(CHANNELS).for_each(|alpha| *alpha = 255);
    let image = Image::new(64, 48, scene).expect("not empty");
    let transparent = Value::from("transparent");
    each(&image, |info, given, alpha| {
        let is_transparent = |value: &Value| matches!(value, Value::Numbers(color) if color[3] == 0.0);
        let sees_transparency = alpha == Alpha::Weights
            && (given.iter().any(|(_, value)| *value == transparent)
                || colors(info).any(|name| find(given, name).is_none_or(is_transparent)));
        if alpha != Alpha::Changed && !sees_transparency {
            let result = run_one(info.name, given, &image);
            assert!(alphas(&result).iter().all(|alpha| *alpha == 255), "{} {given:?}", info.name);
        }
    });
}
