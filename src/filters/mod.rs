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

registry! {
    multiply::Multiply,
    delay::Delay,
    brightness::Brightness,
    contrast::Contrast,
    sigmoidal_contrast::SigmoidalContrast,
    auto_contrast::AutoContrast,
    shadows_highlights::ShadowsHighlights,
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
    lut1d::Lut1d,
    gray::Gray,
    threshold::Threshold,
    otsu::Otsu,
    adaptive_threshold::AdaptiveThreshold,
    equalize::Equalize,
    clahe::Clahe,
    gaussian_blur::GaussianBlur,
    box_blur::BoxBlur,
    motion_blur::MotionBlur,
    tilt_shift::TiltShift,
    median::Median,
    bilateral::Bilateral,
    nlm::Nlm,
    morphology::Morphology,
    unsharp_mask::UnsharpMask,
    high_pass::HighPass,
    clarity::Clarity,
    convolve::Convolve,
    sobel::Sobel,
    scharr::Scharr,
    prewitt::Prewitt,
    laplacian::Laplacian,
    difference_of_gaussians::DifferenceOfGaussians,
    emboss::Emboss,
    canny::Canny,
    resize::Resize,
    crop::Crop,
    pad::Pad,
    orient::Orient,
    flip_h::FlipH,
    flip_v::FlipV,
    rotate90::Rotate90,
    rotate180::Rotate180,
    rotate270::Rotate270,
    transpose::Transpose,
    rotate::Rotate,
    warp::Warp,
    lut3d::Lut3d,
    blend::Blend,
    vignette::Vignette,
    pixelate::Pixelate,
    grain::Grain,
    noise::Noise,
    formula::Formula,
}
