/** How each of them was called, for the report. */
export const calls: readonly { name: string; package?: string; text: string }[] = [
  {
    name: "pixelpool",
    text: "`createPool({ threads: 2 })`, and one `pool.starmap(chain, batch)` for all photos, each as `{ data, width, height }`; for the second column with `transfer: true`, and `pool.recycle(...)` after the time is taken.",
  },
  {
    name: "wasm-vips",
    text: "Built with SIMD and threads. One instance with two threads in a worker, or two workers with an instance of one thread each (on the page itself an instance with two threads was slower in every line); photos go into workers by one copy and a transfer, and results come back by transfer. Images by `newFromMemory`, results by `writeToMemory`; the cache of operations is off, since every photo comes once, and images are deleted. `linear` with `uchar`, `recomb`, `gaussblur` with whole numbers and `min_ampl` so low that the kernel ends where the definition's does (at three standard deviations; the default ends at 1.8 and is up to nine levels off), `conv` with whole numbers, `rank` (its `median` takes another rank than the middle one and is 100 levels off), `resize` with `lanczos3` and `gap: 0`. The unsharp mask is a blur, a subtraction and an addition, since `sharpen` is another thing; Sobel is two convolutions and the root of the sum of squares, since `sobel` is not. Half a level is added where a cast would cut off the fraction.",
  },
  {
    name: "OpenCV.js",
    package: "@techstark/opencv-js",
    text: "The package has neither SIMD nor threads. One instance on the page, or two workers with one each; matrices are kept from photo to photo. `LUT`, `transform`, `filter2D`, `medianBlur`, `bilateralFilter` of RGB; `CLAHE` of Y in YCrCb, `dilate`, `Canny`, `warpAffine` with `INTER_LINEAR`; blurs by `sepFilter2D` with the definition's kernel, which is more than twice as fast there as `GaussianBlur`, the fast one by `stackBlur`; Sobel by `cvtColor`, `Sobel`, `magnitude`. Its Lanczos does not widen when it makes smaller: `INTER_AREA` is what it has for that.",
  },
  {
    name: "photon",
    package: "@silvia-odwyer/photon",
    text: "Neither SIMD nor threads. On the page, or in two workers. `gaussian_blur` (three boxes), `sharpen` and `resize` with Lanczos; it has no brightness by a factor, no colour matrix, no unsharp mask, no length of gradient and no median.",
  },
  {
    name: "pica",
    text: "Resizes, without SIMD. `resizeBuffer` on the page or in two workers, or `resize` between canvases with two workers of its own, as its documentation prefers.",
  },
  {
    name: "canvas",
    text: 'The browser\'s own: `putImageData`, `drawImage` with `ctx.filter`, `getImageData`, between two canvases that are kept; with `willReadFrequently` or without, and in two workers with `OffscreenCanvas` where CSS functions do. The colour matrix, sharpening and the unsharp mask are SVG filters. Blurs are three boxes. Resizing is `drawImage` with `imageSmoothingQuality: "high"`. Turning and warping are `setTransform` and `drawImage`. There is no Sobel and no median.',
  },
  {
    name: "JavaScript",
    text: "Written by hand, in `www/bench/peers/javascript/`: two workers, which get photos by one copy and a transfer, work in that same buffer where it goes, and give it back by transfer; typed arrays that are kept, and opaque photos taken for granted. A table for brightness, fixed point for matrices; blurs by their kernel up to σ 4, by Deriche's recursion of fourth order above, the fast one by three boxes with running sums; the small median by sorted columns, the large one by Huang's sliding histogram; Lanczos by weights that are computed once; non-local means by running sums of squared differences, offset by offset.",
  },
  {
    name: "a plain copy",
    text: "No filter: `slice()` of as many bytes as the result has, on the page, or in two workers the copy and the transfers that a picture takes anyway. What is cut or turned is held against it, which can hardly cost less.",
  },
  {
    name: "sharp",
    text: "libvips natively, in Node: raw pixels in and out, all photos begun at once, `sharp.concurrency(1)` and `UV_THREADPOOL_SIZE=2`, hence two photos at a time with one thread each, and its cache off. `linear`, `recomb`, `blur` with `minAmplitude`, `convolve`, `median`, `resize`. It weights colour with alpha around blurs and convolutions, whether photos are opaque or not, and does the steps of a chain in an order of its own.",
  },
];
