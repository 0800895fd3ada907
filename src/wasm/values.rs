//! Values of JavaScript as Rust's, and errors as data.

use super::in_words;
use crate::batch;
use crate::error::{Class, Error};
use crate::image::{Format, Sample};
use crate::params::{Given, Value};
use crate::pipeline::Step;
use js_sys::{Array, Float64Array, JsString, Object};
use serde::Serializer as _;
use serde_wasm_bindgen::Serializer;
use std::sync::Arc;
use wasm_bindgen::prelude::*;

/// The format of pixels as JavaScript numbers it.
pub(super) fn format_of(number: u32) -> Result<Format, JsValue> {
    let sample = match number / 16 {
        0 => Sample::U8,
        1 => Sample::U16,
        _ => Sample::F32,
    };
    Format::of_count(sample, number as usize % 16).map_err(|error| describe(&error))
}

/// An error as data; `www/src/errors.ts` makes it an error of the right class.
pub(super) fn describe(error: &Error) -> JsValue {
    let class = match error.class {
        Class::Type => "TypeError",
        Class::Range => "RangeError",
        Class::Runtime => "PixelpoolError",
    };
    let message = error.message.clone() + &error.got.map(in_words).unwrap_or_default();
    let entries = [
        ("code", Some(error.code.as_str())),
        ("class", Some(class)),
        ("message", Some(&message)),
        ("filter", error.filter.as_deref()),
        ("parameter", error.parameter.as_deref()),
    ];
    let present = entries.into_iter().filter_map(|(key, value)| Some((key, value?)));
    // Strings alone cannot fail.
    let described = Serializer::json_compatible().collect_map(present).unwrap_or_default();
    if let Some(position) = error.position {
        let _ = js_sys::Reflect::set(&described, &"position".into(), &(position as u32).into());
    }
    described
}

/// One filter of a chain. What has no kind is a filter without a name, which no registry knows.
///
/// This way in is walked by hand: serde's errors of a wrong type print fractions, which alone is 6 kB of wasm.
pub(super) fn step(value: &JsValue, engine: &batch::Engine) -> Step {
    let mut given = parameters(value, engine);
    let kind = given.iter().position(|(name, _)| name == "kind").map(|index| given.swap_remove(index).1);
    Step { kind: if let Some(Value::Text(kind)) = kind { kind.to_string() } else { String::new() }, given }
}

/// The parameters of one filter, as they came. `{ sigma: undefined }` says the same as `{}`.
pub(super) fn parameters(object: &JsValue, engine: &batch::Engine) -> Given {
    let entries = Object::entries(object.unchecked_ref()).into_iter().map(|entry| {
        let entry: Array = entry.unchecked_into();
        (entry.get(0).as_string().unwrap_or_default(), entry.get(1))
    });
    entries.filter(|(_, value)| !value.is_undefined()).map(|(name, given)| (name, value(&given, engine))).collect()
}

/// A text, piece by piece: what has megabytes may find no memory.
fn text_of(text: &JsString) -> Value {
    const PIECE: u32 = 1 << 16;
    let (length, mut whole, mut start) = (text.length(), String::new(), 0);
    if whole.try_reserve_exact(length as usize).is_err() {
        return Value::TooLong(length as usize);
    }
    while start < length {
        let mut end = length.min(start + PIECE);
        // The two halves of a character stay together.
        if end < length && (0xd800..0xdc00).contains(&(text.char_code_at(end - 1) as u16)) {
            end -= 1;
        }
        let piece = String::from(text.slice(start, end));
        if whole.try_reserve(piece.len()).is_err() {
            return Value::TooLong(whole.len() + piece.len());
        }
        whole += &piece;
        start = end;
    }
    Value::Text(Arc::new(whole))
}

fn value(value: &JsValue, engine: &batch::Engine) -> Value {
    if let Some(number) = value.as_f64() {
        Value::Number(number)
    } else if let Some(flag) = value.as_bool() {
        Value::Boolean(flag)
    } else if let Some(text) = value.dyn_ref::<JsString>() {
        text_of(text)
    } else if let Some(list) = value.dyn_ref::<Float64Array>() {
        let mut numbers = Vec::new();
        let length = list.length() as usize;
        if numbers.try_reserve_exact(length).is_err() {
            return Value::TooLong(length * size_of::<f64>());
        }
        numbers.resize(length, 0.0);
        list.copy_to(&mut numbers);
        numbers.into()
    } else {
        let number = js_sys::Reflect::get(value, &"image".into()).ok().and_then(|number| number.as_f64());
        let image = number.and_then(|number| engine.image(number as u32));
        image.map_or(Value::Other("an object"), Value::Image)
    }
}
