// Written by `UPDATE=1 cargo test --test generated`; do not edit.
import type { FilterInfo } from "../types.js";

/**
 * Multiplies by a factor: the three colour channels of a picture, clamped, or every number of a flat list, unclamped.
 */
export interface Multiply {
  kind: "multiply";
  /** The factor. A finite number; default: 1. */
  factor?: number;
}

/** Sleeps on the thread that runs the image and changes nothing: shows how a pool shares its work. */
export interface Delay {
  kind: "delay";
  /** How long. A finite number from 0 to 60000 ms; default: 100. */
  milliseconds?: number;
}

/** Scales the colour channels, as CSS `brightness()` (Filter Effects Module Level 1). Alpha is copied. */
export interface Brightness {
  kind: "brightness";
  /** Factor; 0 is black, 1 changes nothing. A finite number of at least 0; default: 1. */
  amount?: number;
}

/** Moves colours away from middle grey, as CSS `contrast()` (Filter Effects Module Level 1). Alpha is copied. */
export interface Contrast {
  kind: "contrast";
  /** Factor; 0 is grey, 1 changes nothing. A finite number of at least 0; default: 1. */
  amount?: number;
}

/**
 * Moves colours away from grey of the same brightness, as CSS `saturate()` (Filter Effects Module Level 1). Alpha is
 * copied.
 */
export interface Saturate {
  kind: "saturate";
  /** Factor; 0 is grey, 1 changes nothing. A finite number of at least 0; default: 1. */
  amount?: number;
}

/** Turns the hue of colours, as CSS `hue-rotate()` (Filter Effects Module Level 1). Alpha is copied. */
export interface HueRotate {
  kind: "hueRotate";
  /** Angle; any multiple of 360 changes nothing. A finite number; default: 0. */
  degrees?: number;
}

/** Blends with grey of the same brightness, as CSS `grayscale()` (Filter Effects Module Level 1). Alpha is copied. */
export interface Grayscale {
  kind: "grayscale";
  /** Share of grey; 0 changes nothing, more than 1 is the same as 1. A finite number of at least 0; default: 1. */
  amount?: number;
}

/** Blends with brown, as CSS `sepia()` (Filter Effects Module Level 1). Alpha is copied. */
export interface Sepia {
  kind: "sepia";
  /** Share of brown; 0 changes nothing, more than 1 is the same as 1. A finite number of at least 0; default: 1. */
  amount?: number;
}

/** Blends with the negative, as CSS `invert()` (Filter Effects Module Level 1). Alpha is copied. */
export interface Invert {
  kind: "invert";
  /**
   * Share of the negative; 0 changes nothing, more than 1 is the same as 1. A finite number of at least 0; default: 1.
   */
  amount?: number;
}

/** Scales alpha, as CSS `opacity()` (Filter Effects Module Level 1). Colours are copied. */
export interface Opacity {
  kind: "opacity";
  /** Factor; 0 is invisible, 1 changes nothing, and so does more. A finite number of at least 0; default: 1. */
  amount?: number;
}

/** Multiplies red, green, blue, alpha and 1 with a matrix, as SVG's `feColorMatrix` (straight values, as stored). */
export interface ColorMatrix {
  kind: "colorMatrix";
  /**
   * Four rows of five numbers: for red, green, blue and alpha, the factors of the same and a constant, where 1 is full
   * scale. 20 numbers.
   */
  m: readonly number[] | Uint8Array | Float32Array | Float64Array;
}

/** Raises colours to a power, `255·(v/255)^(1/gamma)`: brightens or darkens the middle tones. Alpha is copied. */
export interface Gamma {
  kind: "gamma";
  /** More than 1 brightens, less darkens, 1 changes nothing. A finite number above 0 and at most 100; default: 1. */
  gamma?: number;
}

/** Looks each channel up in a table of its own. */
export interface Lut1d {
  kind: "lut1d";
  /** What becomes of each level of red. 256 whole numbers from 0 to 255. */
  r: readonly number[] | Uint8Array | Float32Array | Float64Array;
  /** What becomes of each level of green. 256 whole numbers from 0 to 255. */
  g: readonly number[] | Uint8Array | Float32Array | Float64Array;
  /** What becomes of each level of blue. 256 whole numbers from 0 to 255. */
  b: readonly number[] | Uint8Array | Float32Array | Float64Array;
  /** What becomes of each level of alpha; left out, alpha is copied. 256 whole numbers from 0 to 255. */
  a?: readonly number[] | Uint8Array | Float32Array | Float64Array;
}

/** White where luma (BT.601) is above a threshold, else black. Alpha is copied. */
export interface Threshold {
  kind: "threshold";
  /** The highest luma that becomes black. A finite number from 0 to 255; default: 128. */
  t?: number;
}

/**
 * Blurs with a true Gaussian kernel that ends at three standard deviations. Colour is weighted with alpha, so invisible
 * pixels do not bleed.
 */
export interface GaussianBlur {
  kind: "gaussianBlur";
  /** Standard deviation of the kernel; 0 changes nothing. A finite number from 0 to 250 px; default: 2. */
  sigma?: number;
  /** What is seen outside the image. Default: "clamp". */
  border?: "clamp" | "reflect101" | "reflect" | "wrap" | "transparent";
  /** Whether colours are mixed as stored or as linear light, where bright spots keep their weight. Default: "srgb". */
  space?: "srgb" | "linear";
  /** Whether a wide blur may be approximated: by less than an eye sees, several times as fast. Default: "exact". */
  quality?: "exact" | "fast";
}

/** Replaces each pixel by the mean of a square around it, exactly. Colour is weighted with alpha. */
export interface BoxBlur {
  kind: "boxBlur";
  /**
   * Half the side of the square, which is 2 × radius + 1 wide; 0 changes nothing. A whole number from 0 to 500 px;
   * default: 2.
   */
  radius?: number;
  /** What is seen outside the image. Default: "clamp". */
  border?: "clamp" | "reflect101" | "reflect" | "wrap" | "transparent";
}

/**
 * Replaces each colour by the middle value of a square around it: takes specks away and keeps edges. Alpha is copied.
 */
export interface Median {
  kind: "median";
  /**
   * Half the side of the square, which is 2 × radius + 1 wide; 0 changes nothing. A whole number from 0 to 50 px;
   * default: 1.
   */
  radius?: number;
  /** What is seen outside the image. Default: "clamp". */
  border?: "clamp" | "reflect101" | "reflect" | "wrap" | "transparent";
}

/** Sharpens: adds a share of the difference to a Gaussian blur, `v + amount·(v − blur)`. Alpha is copied. */
export interface UnsharpMask {
  kind: "unsharpMask";
  /** Standard deviation of the blur; 0 changes nothing. A finite number from 0 to 250 px; default: 1.5. */
  sigma?: number;
  /** Share of the difference; 0 changes nothing. A finite number of at least 0; default: 1. */
  amount?: number;
  /**
   * Differences up to this many levels are left alone, so that noise is not sharpened. A finite number from 0 to 255;
   * default: 0.
   */
  threshold?: number;
  /** What is seen outside the image. Default: "clamp". */
  border?: "clamp" | "reflect101" | "reflect" | "wrap" | "transparent";
}

/** Replaces each pixel by a weighted sum of its neighbourhood: a correlation, the kernel is not turned. */
export interface Convolve {
  kind: "convolve";
  /** Columns of the kernel. An odd whole number from 1 to 31; default: 3. */
  width?: number;
  /** Rows of the kernel. An odd whole number from 1 to 31; default: 3. */
  height?: number;
  /** The weights, row by row. `width` × `height` numbers. */
  kernel: readonly number[] | Uint8Array | Float32Array | Float64Array;
  /**
   * What the sum is divided by; left out, the sum of the kernel, or 1 where that is 0. A finite number and not 0;
   * default: worked out from the others.
   */
  divisor?: number;
  /** Levels added to each colour. A finite number; default: 0. */
  bias?: number;
  /** What is seen outside the image. Default: "clamp". */
  border?: "clamp" | "reflect101" | "reflect" | "wrap" | "transparent";
  /**
   * Copies alpha and takes colours as they are; otherwise alpha is filtered too, and colours weighted with it. Default:
   * true.
   */
  preserveAlpha?: boolean;
}

/** Shows edges: the length of Sobel's gradient of luma (BT.601), in grey. Alpha is copied. */
export interface Sobel {
  kind: "sobel";
  /** How the horizontal and the vertical gradient are combined: length, sum, or one of them. Default: "l2". */
  mode?: "l2" | "l1" | "x" | "y";
  /** Factor of the result. A finite number of at least 0; default: 1. */
  scale?: number;
  /** What is seen outside the image. Default: "clamp". */
  border?: "clamp" | "reflect101" | "reflect" | "wrap" | "transparent";
}

/**
 * Makes the picture larger or smaller. Kernels are stretched when it shrinks, so that nothing is skipped; colour is
 * weighted with alpha.
 */
export interface Resize {
  kind: "resize";
  /** Columns of the result. A whole number from 1 to 65535 px. */
  width: number;
  /**
   * Rows of the result; left out, the picture keeps its shape. A whole number from 1 to 65535 px; default: worked out
   * from the others.
   */
  height?: number;
  /** What a pixel of the result is made of. Default: "lanczos3". */
  filter?: "lanczos3" | "bicubic" | "bilinear" | "box" | "nearest";
  /**
   * Whether colours are mixed as stored or as linear light, where fine bright detail keeps its weight. Default: "srgb".
   */
  space?: "srgb" | "linear";
}

/** A filter and its parameters. */
export type FilterSpec =
  | Multiply
  | Delay
  | Brightness
  | Contrast
  | Saturate
  | HueRotate
  | Grayscale
  | Sepia
  | Invert
  | Opacity
  | ColorMatrix
  | Gamma
  | Lut1d
  | Threshold
  | GaussianBlur
  | BoxBlur
  | Median
  | UnsharpMask
  | Convolve
  | Sobel
  | Resize;

/** The name of a filter. */
export type FilterKind = FilterSpec["kind"];

/** Every filter, in the order people see them. */
export const filters: readonly FilterInfo[] = [
  {
    name: "multiply",
    title: "Multiply",
    doc: "Multiplies by a factor: the three colour channels of a picture, clamped, or every number of a flat list, unclamped.",
    category: "point",
    intensity: "factor",
    size: null,
    flat: true,
    parameters: [
      {
        name: "factor",
        doc: "The factor.",
        type: "number",
        default: 1,
        step: 0.05,
        softMinimum: 0,
        softMaximum: 4,
      },
    ],
  },
  {
    name: "delay",
    title: "Delay",
    doc: "Sleeps on the thread that runs the image and changes nothing: shows how a pool shares its work.",
    category: "other",
    intensity: "milliseconds",
    size: null,
    flat: true,
    parameters: [
      {
        name: "milliseconds",
        doc: "How long.",
        unit: "ms",
        type: "number",
        default: 100,
        minimum: 0,
        maximum: 60000,
        step: 10,
        softMinimum: 0,
        softMaximum: 1000,
      },
    ],
  },
  {
    name: "brightness",
    title: "Brightness",
    doc: "Scales the colour channels, as CSS `brightness()` (Filter Effects Module Level 1). Alpha is copied.",
    category: "color",
    intensity: "amount",
    size: null,
    flat: false,
    parameters: [
      {
        name: "amount",
        doc: "Factor; 0 is black, 1 changes nothing.",
        type: "number",
        default: 1,
        minimum: 0,
        step: 0.05,
        softMinimum: 0,
        softMaximum: 3,
      },
    ],
  },
  {
    name: "contrast",
    title: "Contrast",
    doc: "Moves colours away from middle grey, as CSS `contrast()` (Filter Effects Module Level 1). Alpha is copied.",
    category: "color",
    intensity: "amount",
    size: null,
    flat: false,
    parameters: [
      {
        name: "amount",
        doc: "Factor; 0 is grey, 1 changes nothing.",
        type: "number",
        default: 1,
        minimum: 0,
        step: 0.05,
        softMinimum: 0,
        softMaximum: 3,
      },
    ],
  },
  {
    name: "saturate",
    title: "Saturate",
    doc: "Moves colours away from grey of the same brightness, as CSS `saturate()` (Filter Effects Module Level 1). Alpha is copied.",
    category: "color",
    intensity: "amount",
    size: null,
    flat: false,
    parameters: [
      {
        name: "amount",
        doc: "Factor; 0 is grey, 1 changes nothing.",
        type: "number",
        default: 1,
        minimum: 0,
        step: 0.05,
        softMinimum: 0,
        softMaximum: 3,
      },
    ],
  },
  {
    name: "hueRotate",
    title: "Rotate hue",
    doc: "Turns the hue of colours, as CSS `hue-rotate()` (Filter Effects Module Level 1). Alpha is copied.",
    category: "color",
    intensity: "degrees",
    size: null,
    flat: false,
    parameters: [
      {
        name: "degrees",
        doc: "Angle; any multiple of 360 changes nothing.",
        unit: "°",
        type: "number",
        default: 0,
        step: 1,
        softMinimum: -180,
        softMaximum: 180,
      },
    ],
  },
  {
    name: "grayscale",
    title: "Grayscale",
    doc: "Blends with grey of the same brightness, as CSS `grayscale()` (Filter Effects Module Level 1). Alpha is copied.",
    category: "color",
    intensity: "amount",
    size: null,
    flat: false,
    parameters: [
      {
        name: "amount",
        doc: "Share of grey; 0 changes nothing, more than 1 is the same as 1.",
        type: "number",
        default: 1,
        minimum: 0,
        step: 0.01,
        softMinimum: 0,
        softMaximum: 1,
      },
    ],
  },
  {
    name: "sepia",
    title: "Sepia",
    doc: "Blends with brown, as CSS `sepia()` (Filter Effects Module Level 1). Alpha is copied.",
    category: "color",
    intensity: "amount",
    size: null,
    flat: false,
    parameters: [
      {
        name: "amount",
        doc: "Share of brown; 0 changes nothing, more than 1 is the same as 1.",
        type: "number",
        default: 1,
        minimum: 0,
        step: 0.01,
        softMinimum: 0,
        softMaximum: 1,
      },
    ],
  },
  {
    name: "invert",
    title: "Invert",
    doc: "Blends with the negative, as CSS `invert()` (Filter Effects Module Level 1). Alpha is copied.",
    category: "color",
    intensity: "amount",
    size: null,
    flat: false,
    parameters: [
      {
        name: "amount",
        doc: "Share of the negative; 0 changes nothing, more than 1 is the same as 1.",
        type: "number",
        default: 1,
        minimum: 0,
        step: 0.01,
        softMinimum: 0,
        softMaximum: 1,
      },
    ],
  },
  {
    name: "opacity",
    title: "Opacity",
    doc: "Scales alpha, as CSS `opacity()` (Filter Effects Module Level 1). Colours are copied.",
    category: "color",
    intensity: "amount",
    size: null,
    flat: false,
    parameters: [
      {
        name: "amount",
        doc: "Factor; 0 is invisible, 1 changes nothing, and so does more.",
        type: "number",
        default: 1,
        minimum: 0,
        step: 0.01,
        softMinimum: 0,
        softMaximum: 1,
      },
    ],
  },
  {
    name: "colorMatrix",
    title: "Colour matrix",
    doc: "Multiplies red, green, blue, alpha and 1 with a matrix, as SVG's `feColorMatrix` (straight values, as stored).",
    category: "color",
    intensity: null,
    size: null,
    flat: false,
    parameters: [
      {
        name: "m",
        doc: "Four rows of five numbers: for red, green, blue and alpha, the factors of the same and a constant, where 1 is full scale.",
        type: "numbers",
        required: true,
        length: 20,
        example: [1.1, 0.1, 0, 0, 0.02, 0, 1, 0.05, 0, 0.01, 0, 0.1, 0.75, 0, 0, 0, 0, 0, 1, 0],
      },
    ],
  },
  {
    name: "gamma",
    title: "Gamma",
    doc: "Raises colours to a power, `255·(v/255)^(1/gamma)`: brightens or darkens the middle tones. Alpha is copied.",
    category: "point",
    intensity: "gamma",
    size: null,
    flat: false,
    parameters: [
      {
        name: "gamma",
        doc: "More than 1 brightens, less darkens, 1 changes nothing.",
        type: "number",
        default: 1,
        minimum: 0,
        maximum: 100,
        exclusiveMinimum: true,
        step: 0.05,
        softMinimum: 0.1,
        softMaximum: 4,
      },
    ],
  },
  {
    name: "lut1d",
    title: "Tables",
    doc: "Looks each channel up in a table of its own.",
    category: "point",
    intensity: null,
    size: null,
    flat: false,
    parameters: [
      {
        name: "r",
        doc: "What becomes of each level of red.",
        type: "numbers",
        required: true,
        length: 256,
        minimum: 0,
        maximum: 255,
        integer: true,
        example: [
          0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 9, 10, 10, 11, 12, 12,
          13, 14, 15, 15, 16, 17, 18, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 27, 28, 29, 30, 31, 33, 34, 35, 36, 37,
          38, 39, 40, 41, 42, 44, 45, 46, 47, 48, 50, 51, 52, 53, 54, 56, 57, 58, 60, 61, 62, 63, 65, 66, 67, 69, 70,
          72, 73, 74, 76, 77, 78, 80, 81, 83, 84, 85, 87, 88, 90, 91, 93, 94, 96, 97, 98, 100, 101, 103, 104, 106, 107,
          109, 110, 112, 113, 115, 116, 118, 119, 121, 122, 124, 125, 127, 128, 130, 131, 133, 134, 136, 137, 139, 140,
          142, 143, 145, 146, 148, 149, 151, 152, 154, 155, 157, 158, 159, 161, 162, 164, 165, 167, 168, 170, 171, 172,
          174, 175, 177, 178, 179, 181, 182, 183, 185, 186, 188, 189, 190, 192, 193, 194, 195, 197, 198, 199, 201, 202,
          203, 204, 205, 207, 208, 209, 210, 211, 213, 214, 215, 216, 217, 218, 219, 220, 221, 222, 224, 225, 226, 227,
          228, 228, 229, 230, 231, 232, 233, 234, 235, 236, 237, 237, 238, 239, 240, 240, 241, 242, 243, 243, 244, 245,
          245, 246, 246, 247, 248, 248, 249, 249, 250, 250, 251, 251, 251, 252, 252, 252, 253, 253, 253, 254, 254, 254,
          254, 254, 255, 255, 255, 255, 255, 255, 255,
        ],
      },
      {
        name: "g",
        doc: "What becomes of each level of green.",
        type: "numbers",
        required: true,
        length: 256,
        minimum: 0,
        maximum: 255,
        integer: true,
        example: [
          0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 8, 8, 9, 9, 10, 11, 11, 12, 13, 13, 14, 15, 16, 16, 17, 18, 19,
          19, 20, 21, 22, 23, 24, 24, 25, 26, 27, 28, 29, 30, 31, 32, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43,
          44, 45, 46, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 59, 60, 61, 62, 63, 64, 65, 67, 68, 69, 70, 71, 72, 74,
          75, 76, 77, 79, 80, 81, 82, 83, 85, 86, 87, 88, 90, 91, 92, 93, 95, 96, 97, 98, 100, 101, 102, 104, 105, 106,
          107, 109, 110, 111, 113, 114, 115, 116, 118, 119, 120, 122, 123, 124, 126, 127, 128, 129, 131, 132, 133, 135,
          136, 137, 139, 140, 141, 142, 144, 145, 146, 148, 149, 150, 151, 153, 154, 155, 157, 158, 159, 160, 162, 163,
          164, 165, 167, 168, 169, 170, 172, 173, 174, 175, 176, 178, 179, 180, 181, 183, 184, 185, 186, 187, 188, 190,
          191, 192, 193, 194, 195, 196, 198, 199, 200, 201, 202, 203, 204, 205, 206, 207, 209, 210, 211, 212, 213, 214,
          215, 216, 217, 218, 219, 220, 221, 222, 223, 223, 224, 225, 226, 227, 228, 229, 230, 231, 231, 232, 233, 234,
          235, 236, 236, 237, 238, 239, 239, 240, 241, 242, 242, 243, 244, 244, 245, 246, 246, 247, 247, 248, 249, 249,
          250, 250, 251, 251, 252, 252, 253, 253, 254, 254, 255, 255,
        ],
      },
      {
        name: "b",
        doc: "What becomes of each level of blue.",
        type: "numbers",
        required: true,
        length: 256,
        minimum: 0,
        maximum: 255,
        integer: true,
        example: [
          0, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18, 20, 21, 22, 24, 25, 27, 28, 29, 31, 32, 33, 35, 36, 37, 38, 40,
          41, 42, 43, 45, 46, 47, 48, 49, 50, 52, 53, 54, 55, 56, 57, 58, 59, 60, 62, 63, 64, 65, 66, 67, 68, 69, 70,
          71, 72, 73, 74, 75, 76, 76, 77, 78, 79, 80, 81, 82, 83, 84, 85, 85, 86, 87, 88, 89, 90, 91, 91, 92, 93, 94,
          95, 96, 96, 97, 98, 99, 99, 100, 101, 102, 103, 103, 104, 105, 106, 106, 107, 108, 109, 109, 110, 111, 112,
          112, 113, 114, 114, 115, 116, 117, 117, 118, 119, 119, 120, 121, 122, 122, 123, 124, 124, 125, 126, 126, 127,
          128, 129, 129, 130, 131, 131, 132, 133, 133, 134, 135, 136, 136, 137, 138, 138, 139, 140, 141, 141, 142, 143,
          143, 144, 145, 146, 146, 147, 148, 149, 149, 150, 151, 152, 152, 153, 154, 155, 156, 156, 157, 158, 159, 159,
          160, 161, 162, 163, 164, 164, 165, 166, 167, 168, 169, 170, 170, 171, 172, 173, 174, 175, 176, 177, 178, 179,
          179, 180, 181, 182, 183, 184, 185, 186, 187, 188, 189, 190, 191, 192, 193, 195, 196, 197, 198, 199, 200, 201,
          202, 203, 205, 206, 207, 208, 209, 210, 212, 213, 214, 215, 217, 218, 219, 220, 222, 223, 224, 226, 227, 228,
          230, 231, 233, 234, 235, 237, 238, 240, 241, 243, 244, 246, 247, 249, 250, 252, 253, 255,
        ],
      },
      {
        name: "a",
        doc: "What becomes of each level of alpha; left out, alpha is copied.",
        type: "numbers",
        required: false,
        length: 256,
        minimum: 0,
        maximum: 255,
        integer: true,
        example: [
          0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29,
          30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56,
          57, 58, 59, 60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 80, 81, 82, 83,
          84, 85, 86, 87, 88, 89, 90, 91, 92, 93, 94, 95, 96, 97, 98, 99, 100, 101, 102, 103, 104, 105, 106, 107, 108,
          109, 110, 111, 112, 113, 114, 115, 116, 117, 118, 119, 120, 121, 122, 123, 124, 125, 126, 127, 128, 129, 130,
          131, 132, 133, 134, 135, 136, 137, 138, 139, 140, 141, 142, 143, 144, 145, 146, 147, 148, 149, 150, 151, 152,
          153, 154, 155, 156, 157, 158, 159, 160, 161, 162, 163, 164, 165, 166, 167, 168, 169, 170, 171, 172, 173, 174,
          175, 176, 177, 178, 179, 180, 181, 182, 183, 184, 185, 186, 187, 188, 189, 190, 191, 192, 193, 194, 195, 196,
          197, 198, 199, 200, 201, 202, 203, 204, 205, 206, 207, 208, 209, 210, 211, 212, 213, 214, 215, 216, 217, 218,
          219, 220, 221, 222, 223, 224, 225, 226, 227, 228, 229, 230, 231, 232, 233, 234, 235, 236, 237, 238, 239, 240,
          241, 242, 243, 244, 245, 246, 247, 248, 249, 250, 251, 252, 253, 254, 255,
        ],
      },
    ],
  },
  {
    name: "threshold",
    title: "Threshold",
    doc: "White where luma (BT.601) is above a threshold, else black. Alpha is copied.",
    category: "point",
    intensity: "t",
    size: null,
    flat: false,
    parameters: [
      {
        name: "t",
        doc: "The highest luma that becomes black.",
        type: "number",
        default: 128,
        minimum: 0,
        maximum: 255,
        step: 1,
        softMinimum: 0,
        softMaximum: 255,
      },
    ],
  },
  {
    name: "gaussianBlur",
    title: "Gaussian blur",
    doc: "Blurs with a true Gaussian kernel that ends at three standard deviations. Colour is weighted with alpha, so invisible pixels do not bleed.",
    category: "blur",
    intensity: "sigma",
    size: null,
    flat: false,
    parameters: [
      {
        name: "sigma",
        doc: "Standard deviation of the kernel; 0 changes nothing.",
        unit: "px",
        type: "number",
        default: 2,
        minimum: 0,
        maximum: 250,
        step: 0.1,
        softMinimum: 0,
        softMaximum: 20,
      },
      {
        name: "border",
        doc: "What is seen outside the image.",
        type: "choice",
        default: "clamp",
        choices: ["clamp", "reflect101", "reflect", "wrap", "transparent"],
      },
      {
        name: "space",
        doc: "Whether colours are mixed as stored or as linear light, where bright spots keep their weight.",
        type: "choice",
        default: "srgb",
        choices: ["srgb", "linear"],
      },
      {
        name: "quality",
        doc: "Whether a wide blur may be approximated: by less than an eye sees, several times as fast.",
        type: "choice",
        default: "exact",
        choices: ["exact", "fast"],
      },
    ],
  },
  {
    name: "boxBlur",
    title: "Box blur",
    doc: "Replaces each pixel by the mean of a square around it, exactly. Colour is weighted with alpha.",
    category: "blur",
    intensity: "radius",
    size: null,
    flat: false,
    parameters: [
      {
        name: "radius",
        doc: "Half the side of the square, which is 2 × radius + 1 wide; 0 changes nothing.",
        unit: "px",
        type: "number",
        default: 2,
        minimum: 0,
        maximum: 500,
        integer: true,
        step: 1,
        softMinimum: 0,
        softMaximum: 50,
      },
      {
        name: "border",
        doc: "What is seen outside the image.",
        type: "choice",
        default: "clamp",
        choices: ["clamp", "reflect101", "reflect", "wrap", "transparent"],
      },
    ],
  },
  {
    name: "median",
    title: "Median",
    doc: "Replaces each colour by the middle value of a square around it: takes specks away and keeps edges. Alpha is copied.",
    category: "blur",
    intensity: "radius",
    size: null,
    flat: false,
    parameters: [
      {
        name: "radius",
        doc: "Half the side of the square, which is 2 × radius + 1 wide; 0 changes nothing.",
        unit: "px",
        type: "number",
        default: 1,
        minimum: 0,
        maximum: 50,
        integer: true,
        step: 1,
        softMinimum: 0,
        softMaximum: 20,
      },
      {
        name: "border",
        doc: "What is seen outside the image.",
        type: "choice",
        default: "clamp",
        choices: ["clamp", "reflect101", "reflect", "wrap", "transparent"],
      },
    ],
  },
  {
    name: "unsharpMask",
    title: "Unsharp mask",
    doc: "Sharpens: adds a share of the difference to a Gaussian blur, `v + amount·(v − blur)`. Alpha is copied.",
    category: "detail",
    intensity: "amount",
    size: null,
    flat: false,
    parameters: [
      {
        name: "sigma",
        doc: "Standard deviation of the blur; 0 changes nothing.",
        unit: "px",
        type: "number",
        default: 1.5,
        minimum: 0,
        maximum: 250,
        step: 0.1,
        softMinimum: 0,
        softMaximum: 20,
      },
      {
        name: "amount",
        doc: "Share of the difference; 0 changes nothing.",
        type: "number",
        default: 1,
        minimum: 0,
        step: 0.05,
        softMinimum: 0,
        softMaximum: 5,
      },
      {
        name: "threshold",
        doc: "Differences up to this many levels are left alone, so that noise is not sharpened.",
        type: "number",
        default: 0,
        minimum: 0,
        maximum: 255,
        step: 1,
        softMinimum: 0,
        softMaximum: 50,
      },
      {
        name: "border",
        doc: "What is seen outside the image.",
        type: "choice",
        default: "clamp",
        choices: ["clamp", "reflect101", "reflect", "wrap", "transparent"],
      },
    ],
  },
  {
    name: "convolve",
    title: "Convolve",
    doc: "Replaces each pixel by a weighted sum of its neighbourhood: a correlation, the kernel is not turned.",
    category: "detail",
    intensity: null,
    size: null,
    flat: false,
    parameters: [
      {
        name: "width",
        doc: "Columns of the kernel.",
        type: "number",
        default: 3,
        minimum: 1,
        maximum: 31,
        integer: true,
        odd: true,
        step: 2,
        softMinimum: 1,
        softMaximum: 31,
      },
      {
        name: "height",
        doc: "Rows of the kernel.",
        type: "number",
        default: 3,
        minimum: 1,
        maximum: 31,
        integer: true,
        odd: true,
        step: 2,
        softMinimum: 1,
        softMaximum: 31,
      },
      {
        name: "kernel",
        doc: "The weights, row by row.",
        type: "numbers",
        required: true,
        length: ["width", "height"],
        example: [0, -1, 0, -1, 5, -1, 0, -1, 0],
      },
      {
        name: "divisor",
        doc: "What the sum is divided by; left out, the sum of the kernel, or 1 where that is 0.",
        type: "number",
        default: null,
        nonZero: true,
        step: 0.5,
        softMinimum: -16,
        softMaximum: 16,
      },
      {
        name: "bias",
        doc: "Levels added to each colour.",
        type: "number",
        default: 0,
        step: 1,
        softMinimum: -255,
        softMaximum: 255,
      },
      {
        name: "border",
        doc: "What is seen outside the image.",
        type: "choice",
        default: "clamp",
        choices: ["clamp", "reflect101", "reflect", "wrap", "transparent"],
      },
      {
        name: "preserveAlpha",
        doc: "Copies alpha and takes colours as they are; otherwise alpha is filtered too, and colours weighted with it.",
        type: "boolean",
        default: true,
      },
    ],
  },
  {
    name: "sobel",
    title: "Edges (Sobel)",
    doc: "Shows edges: the length of Sobel's gradient of luma (BT.601), in grey. Alpha is copied.",
    category: "detail",
    intensity: "scale",
    size: null,
    flat: false,
    parameters: [
      {
        name: "mode",
        doc: "How the horizontal and the vertical gradient are combined: length, sum, or one of them.",
        type: "choice",
        default: "l2",
        choices: ["l2", "l1", "x", "y"],
      },
      {
        name: "scale",
        doc: "Factor of the result.",
        type: "number",
        default: 1,
        minimum: 0,
        step: 0.05,
        softMinimum: 0,
        softMaximum: 4,
      },
      {
        name: "border",
        doc: "What is seen outside the image.",
        type: "choice",
        default: "clamp",
        choices: ["clamp", "reflect101", "reflect", "wrap", "transparent"],
      },
    ],
  },
  {
    name: "resize",
    title: "Resize",
    doc: "Makes the picture larger or smaller. Kernels are stretched when it shrinks, so that nothing is skipped; colour is weighted with alpha.",
    category: "other",
    intensity: null,
    size: ["width", "height"],
    flat: false,
    parameters: [
      {
        name: "width",
        doc: "Columns of the result.",
        unit: "px",
        type: "number",
        default: null,
        required: true,
        example: 320,
        minimum: 1,
        maximum: 65535,
        integer: true,
        step: 1,
        softMinimum: 16,
        softMaximum: 4096,
      },
      {
        name: "height",
        doc: "Rows of the result; left out, the picture keeps its shape.",
        unit: "px",
        type: "number",
        default: null,
        minimum: 1,
        maximum: 65535,
        integer: true,
        step: 1,
        softMinimum: 16,
        softMaximum: 4096,
      },
      {
        name: "filter",
        doc: "What a pixel of the result is made of.",
        type: "choice",
        default: "lanczos3",
        choices: ["lanczos3", "bicubic", "bilinear", "box", "nearest"],
      },
      {
        name: "space",
        doc: "Whether colours are mixed as stored or as linear light, where fine bright detail keeps its weight.",
        type: "choice",
        default: "srgb",
        choices: ["srgb", "linear"],
      },
    ],
  },
];
