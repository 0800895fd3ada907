//! What every filter promises, from the registry: no filter is named here.

use crate::common::{plans, step, variants_for};
use pixelpool::filter::Definition;
use pixelpool::filters::REGISTRY;
use pixelpool::image::{Format, Layout, Sample, Size};
use pixelpool::params::Value;
use pixelpool::pipeline::Chain;

pixelpool_kit::contract!(REGISTRY);

/// The page sets this much aside for each thread, see `memoryLimit`.
const KEPT_BYTES: usize = 4 << 20;

#[test]
fn what_a_thread_keeps_is_bounded_by_the_plan() {
    let blurs = || (0..6).map(|i| step("gaussianBlur", &vec![("sigma".into(), Value::Number(2.0 + f64::from(i)))]));
    let formats = [Sample::U8, Sample::U16, Sample::F32].map(|sample| [1, 2, 3, 4].map(|channels| (sample, channels)));
    for (sample, channels) in formats.into_iter().flatten() {
        let format = Format::of_count(sample, channels).expect("up to four channels");
        let layout = Size::new(4000, 3000).and_then(|size| Layout::new(size, format)).expect("it fits");
        let six = Chain::new(blurs().collect(), REGISTRY).and_then(|chain| chain.plan(layout)).expect("a plan");
        assert!(six.scratch_bytes() <= KEPT_BYTES, "six blurs keep {} bytes", six.scratch_bytes());
        let mut most = (0, String::new());
        for Definition { info, .. } in REGISTRY {
            for given in variants_for(info, layout) {
                let bytes = plans(info.name, &given, layout).scratch_bytes();
                most = if bytes > most.0 { (bytes, format!("{} {given:?}", info.name)) } else { most };
            }
        }
        assert!(most.0 <= KEPT_BYTES, "{format:?}: {most:?}");
    }
}
