//! What other libraries have of our filters, each by the fastest way that it has.
//!
//! What a function wants in another form, luma or planes, is prepared beforehand and does not count. Where a library
//! allows it, the result goes into the same buffer in every run, as ours does.

use crate::contestant::{Making, Named, Rewriting};
use fast_image_resize::images::{Image as FastImage, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::{DynamicImage, GrayImage, ImageBuffer, Luma, Rgba, RgbaImage, imageops};
use imageproc::kernel::Kernel;
use libblur::{
    AnisotropicRadius, BlurError, BlurImage, BlurImageMut, BoxBlurParameters, CLTParameters, ConvolutionMode, EdgeMode,
    FastBlurChannels, GaussianBlurParams, KernelShape, Scalar, ThreadingPolicy,
};
use pixelpool::color::luma;

pub fn invert(photo: &RgbaImage) -> Vec<Named<'_>> {
    vec![image_in_place("invert", photo, |image| imageops::invert(image))]
}

/// `image` takes a percentage, which it squares.
pub fn contrast(photo: &RgbaImage, amount: f32) -> Vec<Named<'_>> {
    let percentage = amount.sqrt() * 100.0 - 100.0;
    vec![image_in_place("contrast_in_place", photo, move |image| {
        imageops::colorops::contrast_in_place(image, percentage);
    })]
}

pub fn hue_rotate(photo: &RgbaImage, degrees: i32) -> Vec<Named<'_>> {
    vec![image_in_place("huerotate_in_place", photo, move |image| {
        imageops::colorops::huerotate_in_place(image, degrees);
    })]
}

/// `imageproc` gets our kernel, since its own ends at two standard deviations; that of `image` ends nearly where ours does.
pub fn gaussian(photo: &RgbaImage, sigma: f32) -> Vec<Named<'_>> {
    let radius = (3.0 * sigma).ceil();
    let side = 2 * radius as u32 + 1;
    let weights = (0..side).map(|i| (-(i as f32 - radius).powi(2) / (2.0 * sigma * sigma)).exp()).collect::<Vec<_>>();
    let sum: f32 = weights.iter().sum();
    let kernel: Vec<f32> = weights.iter().map(|weight| weight / sum).collect();
    let image = DynamicImage::from(photo.clone());
    let modes = [("exact", ConvolutionMode::Exact), ("fixed point", ConvolutionMode::FixedPoint)];
    let parameters = GaussianBlurParams::new(side, sigma.into());
    let mut peers: Vec<_> = modes
        .into_iter()
        .map(|(mode, hint)| {
            libblur(&format!("gaussian_blur, {mode}"), photo, move |source, out| {
                libblur::gaussian_blur(source, out, parameters, EdgeMode::Clamp.as_2d(), ThreadingPolicy::Single, hint)
            })
        })
        .collect();
    peers.push(made("image DynamicImage::blur", move || image.blur(sigma).into_rgba8()));
    peers.push(made("imageproc separable_filter_equal", move || {
        imageproc::filter::separable_filter_equal(photo, &kernel)
    }));
    peers
}

/// Approximations; the radius of the stack blur is that of a triangle with the same variance.
pub fn fast_gaussian(photo: &RgbaImage, sigma: f32) -> Vec<Named<'_>> {
    let radius = AnisotropicRadius::new(((6.0 * sigma * sigma + 1.0).sqrt() - 1.0).round() as u32);
    let (width, height) = photo.dimensions();
    let stack_blur = Rewriting::in_place(photo.as_raw(), move |pixels| {
        let mut image = BlurImageMut::borrow(pixels, width, height, FastBlurChannels::Channels4);
        libblur::stack_blur(&mut image, radius, ThreadingPolicy::Single).expect("the sizes agree");
    });
    vec![
        ("libblur stack_blur".into(), Box::new(stack_blur)),
        libblur("gaussian_box_blur", photo, move |source, out| {
            libblur::gaussian_box_blur(source, out, CLTParameters::new(sigma), ThreadingPolicy::Single)
        }),
        made("image fast_blur", move || imageops::fast_blur(photo, sigma)),
    ]
}

/// `imageproc` takes luma only: each colour by itself.
pub fn box_blur(photo: &RgbaImage, radius: u32) -> Vec<Named<'_>> {
    let (width, height) = photo.dimensions();
    let plane = |channel| GrayImage::from_fn(width, height, |x, y| Luma([photo.get_pixel(x, y)[channel]]));
    let planes = [0, 1, 2].map(plane);
    let by_planes = Making::new(
        move || planes.each_ref().map(|plane| imageproc::filter::box_filter(plane, radius, radius)),
        |[red, green, blue]: &[GrayImage; 3]| {
            red.iter().zip(green.iter()).zip(blue.iter()).flat_map(|((r, g), b)| [*r, *g, *b, 255]).collect()
        },
    );
    vec![
        libblur("box_blur", photo, move |source, out| {
            libblur::box_blur(source, out, BoxBlurParameters::new(2 * radius + 1), ThreadingPolicy::Single)
        }),
        ("imageproc box_filter, 3 planes".into(), Box::new(by_planes)),
    ]
}

pub fn median(photo: &RgbaImage, radius: u32) -> Vec<Named<'_>> {
    vec![
        libblur("median_blur", photo, move |source, out| {
            libblur::median_blur(source, out, radius, ThreadingPolicy::Single)
        }),
        made("imageproc median_filter", move || imageproc::filter::median_filter(photo, radius, radius)),
    ]
}

pub fn unsharp_mask(photo: &RgbaImage, sigma: f32) -> Vec<Named<'_>> {
    vec![made("image unsharpen", move || imageops::unsharpen(photo, sigma, 0))]
}

/// A kernel of 3 × 3 that sums to 1. `libblur` gets whole numbers: it rounds fractions to 1 as their greatest.
pub fn convolve(photo: &RgbaImage, kernel: [i16; 9]) -> Vec<Named<'_>> {
    let (floats, integers) = (kernel.map(f32::from), kernel.map(i32::from));
    vec![
        libblur("filter_2d_rgba", photo, move |source, out| {
            let (shape, edges) = (KernelShape::new(3, 3), EdgeMode::Clamp.as_2d());
            let outside = Scalar::default();
            libblur::filter_2d_rgba::<u8, i16>(source, out, &kernel, shape, edges, outside, ThreadingPolicy::Single)
        }),
        made("image filter3x3", move || imageops::filter3x3(photo, &floats)),
        made("imageproc filter_clamped", move || {
            imageproc::filter::filter_clamped::<_, i32, u8>(photo, Kernel::new(&integers, 3, 3))
        }),
    ]
}

/// `imageproc` starts from luma, and makes one channel.
pub fn sobel(photo: &RgbaImage) -> Vec<Named<'_>> {
    let gray = GrayImage::from_fn(photo.width(), photo.height(), |x, y| {
        let [r, g, b, _] = photo.get_pixel(x, y).0;
        Luma([luma(r, g, b)])
    });
    let magnitudes = Making::new(
        move || imageproc::gradients::sobel_gradients(&gray),
        |image: &ImageBuffer<Luma<u16>, Vec<u16>>| {
            image.iter().map(|value| (*value).min(255) as u8).flat_map(|value| [value, value, value, 255]).collect()
        },
    );
    vec![("imageproc sobel_gradients, luma only".into(), Box::new(magnitudes))]
}

/// `fast_image_resize` is told whether to heed alpha; ours finds out by itself that all is opaque.
pub fn resize(photo: &RgbaImage, [width, height]: [u32; 2]) -> Vec<Named<'_>> {
    let mut peers: Vec<Named<'_>> = Vec::new();
    for (name, heeds_alpha) in [("alpha ignored", false), ("alpha heeded", true)] {
        let source = ImageRef::new(photo.width(), photo.height(), photo.as_raw(), PixelType::U8x4).expect("RGBA");
        let lanczos = ResizeAlg::Convolution(FilterType::Lanczos3);
        let options = ResizeOptions::new().resize_alg(lanczos).use_alpha(heeds_alpha);
        let mut resizer = Resizer::new();
        let work = Rewriting::into((width * height * 4) as usize, move |pixels| {
            let mut out = FastImage::from_slice_u8(width, height, pixels, PixelType::U8x4).expect("RGBA");
            resizer.resize(&source, &mut out, &options).expect("the types agree");
        });
        peers.push((format!("fast_image_resize, {name}"), Box::new(work)));
    }
    peers.push(made("image resize", move || imageops::resize(photo, width, height, imageops::FilterType::Lanczos3)));
    peers
}

/// A function of `image` that works in place.
fn image_in_place<'a>(
    name: &str,
    photo: &'a RgbaImage,
    mut work: impl FnMut(&mut ImageBuffer<Rgba<u8>, &mut [u8]>) + 'a,
) -> Named<'a> {
    let (width, height) = photo.dimensions();
    let work = Rewriting::in_place(photo.as_raw(), move |pixels| {
        work(&mut ImageBuffer::from_raw(width, height, pixels).expect("the buffer is as long as the photo"));
    });
    (format!("image {name}"), Box::new(work))
}

/// A function that returns a new image.
fn made<'a>(name: &str, work: impl FnMut() -> RgbaImage + 'a) -> Named<'a> {
    (name.into(), Box::new(Making::new(work, |image: &RgbaImage| image.as_raw().clone())))
}

/// A function of `libblur` that writes into another image.
fn libblur<'a>(
    name: &str,
    photo: &'a RgbaImage,
    work: impl Fn(&BlurImage<'_, u8>, &mut BlurImageMut<'_, u8>) -> Result<(), BlurError> + 'a,
) -> Named<'a> {
    let (width, height) = photo.dimensions();
    let source = BlurImage::borrow(photo.as_raw(), width, height, FastBlurChannels::Channels4);
    let work = Rewriting::into(photo.as_raw().len(), move |pixels| {
        let mut out = BlurImageMut::borrow(pixels, width, height, FastBlurChannels::Channels4);
        work(&source, &mut out).expect("the sizes agree");
    });
    (format!("libblur {name}"), Box::new(work))
}
