//! The registry: one line per filter, in the order people see them. It is the only list of filters; everything that
//! needs one (types, documentation, controls, tests, benchmarks) is derived from it.

use crate::filter::Definition;

macro_rules! registry {
    ($($module:ident::$Filter:ident,)+) => {
        $(
            mod $module;
            pub use $module::$Filter;
        )+

        /// Every filter.
        pub static REGISTRY: &[Definition] = &[$(Definition::of::<$Filter>(),)+];
    };
}

/// The registry, and after it filters of another crate's; see [`engine!`](crate::engine).
///
/// # Panics
/// Where two have one name, or there are not `N`.
#[must_use]
pub const fn with<const N: usize>(own: &[Definition]) -> [Definition; N] {
    let mut all = [REGISTRY[0]; N];
    assert!(REGISTRY.len() + own.len() == N, "it has room for all");
    let mut count = 0;
    while count < N {
        let next = if count < REGISTRY.len() { REGISTRY[count] } else { own[count - REGISTRY.len()] };
        let mut other = if count < REGISTRY.len() { count } else { 0 };
        while other < count {
            assert!(!is_same(all[other].info.name, next.info.name), "there is a filter of this name already");
            other += 1;
        }
        all[count] = next;
        count += 1;
    }
    all
}

/// `==`, where the compiler works it out.
const fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut at = 0;
    while at < one.len() && at < other.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len() && at == other.len()
}

registry! {
    multiply::Multiply,
    delay::Delay,
    brightness::Brightness,
    contrast::Contrast,
    sigmoidal_contrast::SigmoidalContrast,
    auto_contrast::AutoContrast,
    shadows_highlights::ShadowsHighlights,
    dehaze::Dehaze,
    saturate::Saturate,
    vibrance::Vibrance,
    hue_rotate::HueRotate,
    hsl_adjust::HslAdjust,
    temperature::Temperature,
    tint::Tint,
    auto_white_balance::AutoWhiteBalance,
    grayscale::Grayscale,
    sepia::Sepia,
    colorize::Colorize,
    gradient_map::GradientMap,
    match_histogram::MatchHistogram,
    invert::Invert,
    opacity::Opacity,
    flatten::Flatten,
    color_to_alpha::ColorToAlpha,
    color_matrix::ColorMatrix,
    channel_mixer::ChannelMixer,
    gamma::Gamma,
    levels::Levels,
    curves::Curves,
    exposure::Exposure,
    posterize::Posterize,
    solarize::Solarize,
    dither::Dither,
    quantize::Quantize,
    lut1d::Lut1d,
    gray::Gray,
    threshold::Threshold,
    otsu::Otsu,
    adaptive_threshold::AdaptiveThreshold,
    equalize::Equalize,
    clahe::Clahe,
    gaussian_blur::GaussianBlur,
    box_blur::BoxBlur,
    lens_blur::LensBlur,
    motion_blur::MotionBlur,
    zoom_blur::ZoomBlur,
    spin_blur::SpinBlur,
    tilt_shift::TiltShift,
    median::Median,
    rank_filter::RankFilter,
    bilateral::Bilateral,
    nlm::Nlm,
    guided_filter::GuidedFilter,
    tv_denoise::TvDenoise,
    kuwahara::Kuwahara,
    morphology::Morphology,
    unsharp_mask::UnsharpMask,
    high_pass::HighPass,
    clarity::Clarity,
    deconvolve::Deconvolve,
    convolve::Convolve,
    sobel::Sobel,
    scharr::Scharr,
    prewitt::Prewitt,
    laplacian::Laplacian,
    difference_of_gaussians::DifferenceOfGaussians,
    emboss::Emboss,
    canny::Canny,
    distance_transform::DistanceTransform,
    resize::Resize,
    crop::Crop,
    pad::Pad,
    trim::Trim,
    orient::Orient,
    flip_h::FlipH,
    flip_v::FlipV,
    rotate90::Rotate90,
    rotate180::Rotate180,
    rotate270::Rotate270,
    transpose::Transpose,
    rotate::Rotate,
    warp::Warp,
    perspective::Perspective,
    lens_distortion::LensDistortion,
    swirl::Swirl,
    bulge::Bulge,
    polar::Polar,
    displace::Displace,
    lut3d::Lut3d,
    blend::Blend,
    oil_paint::OilPaint,
    vignette::Vignette,
    glow::Glow,
    chromatic_aberration::ChromaticAberration,
    drop_shadow::DropShadow,
    pixelate::Pixelate,
    halftone::Halftone,
    grain::Grain,
    noise::Noise,
    formula::Formula,
}
