// Written by `UPDATE=1 cargo test generated`; do not edit.
import type { FilterInfo } from "../filter-info.js";
import type { ImageParameter } from "../types.js";

/**
 * Makes the picture larger or smaller. Kernels are stretched when it shrinks, so that nothing is skipped; colour is
 * weighted with alpha.
 */
export interface Resize {
  kind: "resize";
  /**
   * Columns of the result; left out, the picture keeps its shape. A whole number from 1 to 65535 px; default: worked
   * out from the others.
   */
  width?: number;
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
  /**
   * What is done where the picture has another shape than width and height: it is stretched, made as large as fits or
   * as small as covers them, cut, or put on a ground. Default: "fill".
   */
  fit?: "fill" | "inside" | "outside" | "cover" | "contain";
  /** Whether the picture may become larger than it is. Default: true. */
  enlarge?: boolean;
  /** The ground of `contain`: red, green, blue and alpha. 4 numbers from 0 to 255; default: [0, 0, 0, 0]. */
  background?: readonly number[] | Uint8Array | Float32Array | Float64Array;
}

/** Cuts a rectangle out of the picture. It must lie within it. */
export interface Crop {
  kind: "crop";
  /** Columns to the left of the rectangle. A whole number from 0 to 65535 px; default: 0. */
  x?: number;
  /** Rows above the rectangle. A whole number from 0 to 65535 px; default: 0. */
  y?: number;
  /** Columns of the rectangle. A whole number from 1 to 65535 px. */
  width: number;
  /** Rows of the rectangle. A whole number from 1 to 65535 px. */
  height: number;
}

/** Puts the picture on a larger ground: so many pixels of one colour on each side. */
export interface Pad {
  kind: "pad";
  /** Columns on the left. A whole number from 0 to 65535 px; default: 16. */
  left?: number;
  /** Columns on the right. A whole number from 0 to 65535 px; default: 16. */
  right?: number;
  /** Rows above. A whole number from 0 to 65535 px; default: 16. */
  top?: number;
  /** Rows below. A whole number from 0 to 65535 px; default: 16. */
  bottom?: number;
  /** The ground: red, green, blue and alpha. 4 numbers from 0 to 255; default: [0, 0, 0, 0]. */
  background?: readonly number[] | Uint8Array | Float32Array | Float64Array;
}

/**
 * Takes the border around the picture away, as far as it has one colour, or is transparent. Reports the column and the
 * row where what is left begins, as `x` and `y`. The result is smaller than the image, or as large, and the next filter
 * of a chain works on that.
 */
export interface Trim {
  kind: "trim";
  /** Whether the border is what has the colour of the upper left pixel, or what is invisible. Default: "color". */
  by?: "color" | "alpha";
  /**
   * How far from the colour, or how visible, what belongs to the border may be, in levels. A finite number from 0 to
   * 255; default: 10.
   */
  tolerance?: number;
}

/**
 * Sets a picture upright by the number that a camera has written down (Exif's orientation): mirrors and quarter turns,
 * which change no pixel.
 */
export interface Orient {
  kind: "orient";
  /**
   * 1: as it is. 2: mirrored left to right. 3: by half a turn. 4: mirrored top to bottom. 5: mirrored along the
   * diagonal. 6: by a quarter clockwise. 7: mirrored along the other diagonal. 8: by a quarter counterclockwise. A
   * whole number from 1 to 8.
   */
  orientation: number;
}

/** Mirrors the picture: left and right change places. */
export interface FlipH {
  kind: "flipH";
}

/** Turns the picture upside down as a mirror does: top and bottom change places. */
export interface FlipV {
  kind: "flipV";
}

/** Turns the picture clockwise by a quarter. */
export interface Rotate90 {
  kind: "rotate90";
}

/** Turns the picture by half a turn. */
export interface Rotate180 {
  kind: "rotate180";
}

/** Turns the picture counterclockwise by a quarter. */
export interface Rotate270 {
  kind: "rotate270";
}

/** Mirrors the picture along its diagonal from the upper left corner: rows become columns. */
export interface Transpose {
  kind: "transpose";
}

/**
 * Turns the picture around its centre, clockwise. Quarters of a turn change no pixel. Colour is weighted with alpha.
 */
export interface Rotate {
  kind: "rotate";
  /** The angle, clockwise. A finite number. */
  degrees: number;
  /** Whether the result is large enough for the whole picture; else it has the size of the picture. Default: true. */
  expand?: boolean;
  /**
   * What a pixel is made of: the four pixels around its place, the nearest one, or sixteen, which is sharper. Default:
   * "bilinear".
   */
  interp?: "bilinear" | "nearest" | "bicubic";
  /** What is seen around the picture: red, green, blue and alpha. 4 numbers from 0 to 255; default: [0, 0, 0, 0]. */
  background?: readonly number[] | Uint8Array | Float32Array | Float64Array;
}

/**
 * Takes each place of the picture to another by a matrix: moves, stretches, turns, slants, and perspective. Colour is
 * weighted with alpha; what shrinks is not smoothed.
 */
export interface Warp {
  kind: "warp";
  /**
   * Three rows of three numbers that take x, y and 1 to places of the result, as canvas' `setTransform` does, and with
   * a last row that divides. Both are counted from the upper left corner. 9 numbers.
   */
  matrix: readonly number[] | Uint8Array | Float32Array | Float64Array;
  /** Columns of the result. A whole number from 1 to 65535 px. */
  width: number;
  /** Rows of the result. A whole number from 1 to 65535 px. */
  height: number;
  /**
   * What a pixel is made of: the four pixels around its place, the nearest one, or sixteen, which is sharper. Default:
   * "bilinear".
   */
  interp?: "bilinear" | "nearest" | "bicubic";
  /** What is seen around the picture: red, green, blue and alpha. 4 numbers from 0 to 255; default: [0, 0, 0, 0]. */
  background?: readonly number[] | Uint8Array | Float32Array | Float64Array;
}

/**
 * Draws the picture so that its corners come to lie in four places, or makes what lies between four places the whole
 * picture, such as a page that was photographed from the side. Colour is weighted with alpha; what shrinks is not
 * smoothed.
 */
export interface Perspective {
  kind: "perspective";
  /**
   * Where the corners lie, as shares of width and height: the upper left, upper right, lower right and lower left one,
   * first x, then y of each. 8 numbers from -10 to 10.
   */
  corners: readonly number[] | Uint8Array | Float32Array | Float64Array;
  /**
   * Whether what lies between these places of the picture becomes the whole result; else the picture's corners are
   * drawn there. Default: false.
   */
  rectify?: boolean;
  /**
   * Columns of the result; left out, the picture keeps its shape. A whole number from 1 to 65535 px; default: worked
   * out from the others.
   */
  width?: number;
  /**
   * Rows of the result; left out, the picture keeps its shape. A whole number from 1 to 65535 px; default: worked out
   * from the others.
   */
  height?: number;
  /**
   * What a pixel is made of: the four pixels around its place, the nearest one, or sixteen, which is sharper. Default:
   * "bilinear".
   */
  interp?: "bilinear" | "nearest" | "bicubic";
  /** What is seen around the picture: red, green, blue and alpha. 4 numbers from 0 to 255; default: [0, 0, 0, 0]. */
  background?: readonly number[] | Uint8Array | Float32Array | Float64Array;
}

/**
 * Bends the picture from a centre, as lenses do, or takes that back: numbers below 0 straighten what bulges (barrel),
 * those above what is drawn in (pincushion). Colour is weighted with alpha; what shrinks is not smoothed.
 */
export interface LensDistortion {
  kind: "lensDistortion";
  /**
   * How much places are moved with the square of their distance from the centre. A finite number from -1 to 1; default:
   * -0.2.
   */
  k1?: number;
  /** The same with the fourth power. A finite number from -1 to 1; default: 0. */
  k2?: number;
  /**
   * How large the result is drawn: more than 1 leaves no empty corners. A finite number above 0 and at most 10;
   * default: 1.
   */
  scale?: number;
  /** Where the centre is: 0 at the left, 1 at the right. A finite number from 0 to 1; default: 0.5. */
  centerX?: number;
  /** Where the centre is: 0 at the top, 1 at the bottom. A finite number from 0 to 1; default: 0.5. */
  centerY?: number;
  /**
   * What a pixel is made of: the four pixels around its place, the nearest one, or sixteen, which is sharper. Default:
   * "bilinear".
   */
  interp?: "bilinear" | "nearest" | "bicubic";
  /** What is seen around the picture: red, green, blue and alpha. 4 numbers from 0 to 255; default: [0, 0, 0, 0]. */
  background?: readonly number[] | Uint8Array | Float32Array | Float64Array;
}

/**
 * Turns the picture around a centre: wholly there, less and less towards a circle, and not at all beyond it. Colour is
 * weighted with alpha.
 */
export interface Swirl {
  kind: "swirl";
  /** How far the centre is turned, clockwise; 0 changes nothing. A finite number from -3600 to 3600 °; default: 120. */
  degrees?: number;
  /**
   * The radius of the circle, where 1 reaches the nearest edges from the middle. A finite number above 0 and at most
   * 10; default: 1.
   */
  radius?: number;
  /** Where the centre is: 0 at the left, 1 at the right. A finite number from 0 to 1; default: 0.5. */
  centerX?: number;
  /** Where the centre is: 0 at the top, 1 at the bottom. A finite number from 0 to 1; default: 0.5. */
  centerY?: number;
  /**
   * What a pixel is made of: the four pixels around its place, the nearest one, or sixteen, which is sharper. Default:
   * "bilinear".
   */
  interp?: "bilinear" | "nearest" | "bicubic";
  /** What is seen outside the picture. Default: "clamp". */
  border?: "clamp" | "reflect101" | "reflect" | "wrap" | "transparent";
}

/** Makes the picture swell around a centre, or shrink, within a circle. Colour is weighted with alpha. */
export interface Bulge {
  kind: "bulge";
  /**
   * How strong it is: above 0 the picture swells, below it is pinched, 0 changes nothing. A finite number from -1 to 1;
   * default: 0.5.
   */
  amount?: number;
  /**
   * The radius of the circle, where 1 reaches the nearest edges from the middle. A finite number above 0 and at most
   * 10; default: 1.
   */
  radius?: number;
  /** Where the centre is: 0 at the left, 1 at the right. A finite number from 0 to 1; default: 0.5. */
  centerX?: number;
  /** Where the centre is: 0 at the top, 1 at the bottom. A finite number from 0 to 1; default: 0.5. */
  centerY?: number;
  /**
   * What a pixel is made of: the four pixels around its place, the nearest one, or sixteen, which is sharper. Default:
   * "bilinear".
   */
  interp?: "bilinear" | "nearest" | "bicubic";
  /** What is seen outside the picture. Default: "clamp". */
  border?: "clamp" | "reflect101" | "reflect" | "wrap" | "transparent";
}

/**
 * Bends the picture's rows to circles around a centre, the first of them the innermost, or unrolls circles to rows
 * again. Colour is weighted with alpha; what shrinks is not smoothed.
 */
export interface Polar {
  kind: "polar";
  /** Whether rows become circles, or circles rows. Default: "to". */
  mode?: "to" | "from";
  /**
   * The radius of the largest circle, where 1 reaches the nearest edges from the middle. A finite number above 0 and at
   * most 10; default: 1.
   */
  radius?: number;
  /** Where the first column lies, clockwise from the top. A finite number; default: 0. */
  degrees?: number;
  /** Where the centre is: 0 at the left, 1 at the right. A finite number from 0 to 1; default: 0.5. */
  centerX?: number;
  /** Where the centre is: 0 at the top, 1 at the bottom. A finite number from 0 to 1; default: 0.5. */
  centerY?: number;
  /**
   * What a pixel is made of: the four pixels around its place, the nearest one, or sixteen, which is sharper. Default:
   * "bilinear".
   */
  interp?: "bilinear" | "nearest" | "bicubic";
  /**
   * What is seen where the picture is not: red, green, blue and alpha. 4 numbers from 0 to 255; default: [0, 0, 0, 0].
   */
  background?: readonly number[] | Uint8Array | Float32Array | Float64Array;
}

/**
 * Moves each pixel by what a second picture says there: red moves across, green down, and middle grey nothing, as glass
 * and water do. Colour is weighted with alpha; what shrinks is not smoothed.
 */
export interface Displace {
  kind: "displace";
  /** The map. Pixels, or a picture that can be decoded. */
  image: ImageParameter;
  /**
   * How far to the right of a pixel it is read where red is full, and how far to the left where it is none. A finite
   * number from -65535 to 65535 px; default: 20.
   */
  x?: number;
  /**
   * How far below a pixel it is read where green is full, and how far above where it is none. A finite number from
   * -65535 to 65535 px; default: 20.
   */
  y?: number;
  /**
   * What a pixel is made of: the four pixels around its place, the nearest one, or sixteen, which is sharper. Default:
   * "bilinear".
   */
  interp?: "bilinear" | "nearest" | "bicubic";
  /** What is seen outside the picture. Default: "clamp". */
  border?: "clamp" | "reflect101" | "reflect" | "wrap" | "transparent";
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
 * Raises contrast in the middle and keeps black and white as they are, along an S; or lowers it, along the same turned
 * round. Alpha is copied.
 */
export interface SigmoidalContrast {
  kind: "sigmoidalContrast";
  /** How steep the S is; less than 0 lowers contrast, 0 changes nothing. A finite number from -20 to 20; default: 5. */
  contrast?: number;
  /** The level where it is steepest. A finite number from 0 to 255; default: 127.5. */
  midpoint?: number;
}

/** Spreads tones so that the darkest become black and the brightest white, but for a few of each. Alpha is copied. */
export interface AutoContrast {
  kind: "autoContrast";
  /** Whether black and white are found in luma, or in each channel by itself. Default: "luma". */
  mode?: "luma" | "rgb";
  /** Pixels that may become darker than black. A finite number from 0 to 50 %; default: 0.5. */
  low?: number;
  /** Pixels that may become brighter than white. A finite number from 0 to 50 %; default: 0.5. */
  high?: number;
}

/** Brightens dark regions and darkens bright ones, and keeps the contrast within them. Alpha is copied. */
export interface ShadowsHighlights {
  kind: "shadowsHighlights";
  /** How much dark regions are brightened; less than 0 darkens them. A finite number from -1 to 1; default: 0.5. */
  shadows?: number;
  /** How much bright regions are darkened; less than 0 brightens them. A finite number from -1 to 1; default: 0. */
  highlights?: number;
  /** Standard deviation of the blur that finds the regions. A finite number from 0 to 250 px; default: 16. */
  sigma?: number;
}

/**
 * Takes haze away: finds its colour, and how much of it lies before each place, by the darkest colours around (dark
 * channel prior). Alpha is copied.
 */
export interface Dehaze {
  kind: "dehaze";
  /** How much of the haze is taken away; 0 changes nothing. A finite number from 0 to 1; default: 0.95. */
  strength?: number;
  /**
   * How far dark colours are looked for: larger than what is bright and near. A whole number from 1 to 15 px; default:
   * 7.
   */
  radius?: number;
}

/** Raises colours to a power, `255·(v/255)^(1/gamma)`: brightens or darkens the middle tones. Alpha is copied. */
export interface Gamma {
  kind: "gamma";
  /** More than 1 brightens, less darkens, 1 changes nothing. A finite number above 0 and at most 100; default: 1. */
  gamma?: number;
}

/**
 * Sets which tones become black and white, how bright those between are, and what black and white are drawn as. Alpha
 * is copied.
 */
export interface Levels {
  kind: "levels";
  /**
   * This level and darker ones become `outBlack`. It must be less than `inWhite`. A finite number from 0 to 255;
   * default: 0.
   */
  inBlack?: number;
  /** This level and brighter ones become `outWhite`. A finite number from 0 to 255; default: 255. */
  inWhite?: number;
  /** More than 1 brightens what lies between, less darkens. A finite number above 0; default: 1. */
  gamma?: number;
  /**
   * What black is drawn as. Where it is more than `outWhite`, the picture becomes its negative. A finite number from 0
   * to 255; default: 0.
   */
  outBlack?: number;
  /** What white is drawn as. A finite number from 0 to 255; default: 255. */
  outWhite?: number;
}

/**
 * Draws tones along smooth curves through points, `[level, what it becomes]`: one for all colours, and one for each.
 * Alpha is copied.
 */
export interface Curves {
  kind: "curves";
  /**
   * Points of the curve for red, green and blue alike, in levels; `x` rises from each to the next. At least 2 groups of
   * 2 numbers from 0 to 255.
   */
  rgb?: readonly (readonly number[])[] | readonly number[] | Uint8Array | Float32Array | Float64Array;
  /** Points of the curve for red alone. At least 2 groups of 2 numbers from 0 to 255. */
  r?: readonly (readonly number[])[] | readonly number[] | Uint8Array | Float32Array | Float64Array;
  /** Points of the curve for green alone. At least 2 groups of 2 numbers from 0 to 255. */
  g?: readonly (readonly number[])[] | readonly number[] | Uint8Array | Float32Array | Float64Array;
  /** Points of the curve for blue alone. At least 2 groups of 2 numbers from 0 to 255. */
  b?: readonly (readonly number[])[] | readonly number[] | Uint8Array | Float32Array | Float64Array;
}

/** Multiplies the light, as a longer or shorter exposure does: by two for each stop. Alpha is copied. */
export interface Exposure {
  kind: "exposure";
  /** Stops: 1 doubles the light, −1 halves it, 0 changes nothing. A finite number from -16 to 16 EV; default: 0. */
  ev?: number;
}

/**
 * Spreads tones so that each range of them has about as many pixels, for the most contrast overall. Alpha is copied.
 */
export interface Equalize {
  kind: "equalize";
  /** What is spread: luma (BT.601), where colours keep their hue, or each colour channel by itself. Default: "luma". */
  mode?: "luma" | "rgb";
}

/**
 * Brings out contrast everywhere, in dark corners as in bright skies: equalises tile by tile, and limits how much
 * (CLAHE). Alpha is copied.
 */
export interface Clahe {
  kind: "clahe";
  /**
   * How much contrast may be raised: counts are cut at so many times their mean; 0 does not limit it. A finite number
   * of at least 0; default: 2.
   */
  clipLimit?: number;
  /** Tiles side by side. A whole number from 1 to 64; default: 8. */
  tilesX?: number;
  /** Tiles one above another. A whole number from 1 to 64; default: 8. */
  tilesY?: number;
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

/** Makes dull colours more vivid, and vivid ones hardly: they do not run into each other. Alpha is copied. */
export interface Vibrance {
  kind: "vibrance";
  /**
   * More than 0 makes colours more vivid, less makes them duller: −1 makes those grey that are nearly so. 0 changes
   * nothing. A finite number from -1 to 4; default: 0.
   */
  amount?: number;
}

/** Turns the hue of colours, as CSS `hue-rotate()` (Filter Effects Module Level 1). Alpha is copied. */
export interface HueRotate {
  kind: "hueRotate";
  /** Angle; any multiple of 360 changes nothing. A finite number; default: 0. */
  degrees?: number;
}

/**
 * Changes hue, saturation and lightness of some hues and leaves the others: greener greens, a darker sky. Alpha is
 * copied.
 */
export interface HslAdjust {
  kind: "hslAdjust";
  /** Degrees that each hue is turned by. 8 numbers from -180 to 180; default: [0, 0, 0, 0, 0, 0, 0, 0]. */
  hue?: readonly number[] | Uint8Array | Float32Array | Float64Array;
  /**
   * How much more vivid each hue becomes: −1 makes it grey, 1 twice as vivid. 8 numbers from -1 to 1; default: [0, 0,
   * 0, 0, 0, 0, 0, 0].
   */
  saturation?: readonly number[] | Uint8Array | Float32Array | Float64Array;
  /**
   * How much lighter each hue becomes: −1 makes it black where it is vivid, 1 white. 8 numbers from -1 to 1; default:
   * [0, 0, 0, 0, 0, 0, 0, 0].
   */
  lightness?: readonly number[] | Uint8Array | Float32Array | Float64Array;
}

/** Makes the picture look lit by a warmer or a cooler light. Alpha is copied. */
export interface Temperature {
  kind: "temperature";
  /**
   * The light that the picture shall look lit by: less than 6500 is warmer, more is cooler, 6500 changes nothing. A
   * finite number from 2000 to 15000 K; default: 6500.
   */
  kelvin?: number;
}

/** Makes the picture greener or more magenta, as light of lamps does. Alpha is copied. */
export interface Tint {
  kind: "tint";
  /**
   * More than 0 is more magenta, less is greener: 1 halves the light of green beside the others, 0 changes nothing. A
   * finite number from -4 to 4; default: 0.
   */
  amount?: number;
}

/**
 * Takes a cast of colour away, on the guess that the mean of the picture is grey, or that its brightest spots are
 * white. Alpha is copied.
 */
export interface AutoWhiteBalance {
  kind: "autoWhiteBalance";
  /** What is taken to be without colour: the mean, or the brightest values. Default: "gray". */
  method?: "gray" | "white";
  /** Of `white`: how many of the pixels are not brighter than white. A finite number from 0 to 100 %; default: 99. */
  percentile?: number;
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

/** Draws the whole picture in one hue, as a toned print. Alpha is copied. */
export interface Colorize {
  kind: "colorize";
  /** The hue: 0 is red, 120 green, 240 blue. A finite number; default: 30. */
  hue?: number;
  /** How vivid it is; 0 is grey. A finite number from 0 to 1; default: 0.5. */
  saturation?: number;
  /** More than 0 moves tones towards white, less towards black. A finite number from -1 to 1; default: 0. */
  lightness?: number;
}

/** Draws each tone in a colour of a gradient: a duotone of two colours, or a scale of many. Alpha is copied. */
export interface GradientMap {
  kind: "gradientMap";
  /**
   * The stops: the level of luma, and the red, green and blue that it is drawn in. The level rises from each to the
   * next. At least 2 groups of 4 numbers from 0 to 255; default: [0, 24, 22, 72, 255, 255, 226, 172].
   */
  stops?: readonly (readonly number[])[] | readonly number[] | Uint8Array | Float32Array | Float64Array;
}

/**
 * Gives the picture the tones and the colours of another one: each channel is spread as it is there. Alpha is copied.
 */
export interface MatchHistogram {
  kind: "matchHistogram";
  /** The picture whose tones are wanted. Pixels, or a picture that can be decoded. */
  image: ImageParameter;
  /** How much of the difference is made; 0 changes nothing. A finite number from 0 to 1; default: 1. */
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

/** Multiplies red, green, blue, alpha and 1 with a matrix, as SVG's `feColorMatrix` (straight values, as stored). */
export interface ColorMatrix {
  kind: "colorMatrix";
  /**
   * Four rows of five numbers: for red, green, blue and alpha, the factors of the same and a constant, where 1 is full
   * scale. 20 numbers.
   */
  m: readonly number[] | Uint8Array | Float32Array | Float64Array;
}

/** Makes each colour channel anew from all three. Alpha is copied. */
export interface ChannelMixer {
  kind: "channelMixer";
  /** Factors of red, green and blue for the new red. 3 numbers; default: [1, 0, 0]. */
  red?: readonly number[] | Uint8Array | Float32Array | Float64Array;
  /** Factors of red, green and blue for the new green. 3 numbers; default: [0, 1, 0]. */
  green?: readonly number[] | Uint8Array | Float32Array | Float64Array;
  /** Factors of red, green and blue for the new blue. 3 numbers; default: [0, 0, 1]. */
  blue?: readonly number[] | Uint8Array | Float32Array | Float64Array;
}

/**
 * Looks colours up in a table of three dimensions, as grading tools write it: the text of a `.cube` file, or its
 * numbers. Alpha is copied.
 */
export interface Lut3d {
  kind: "lut3d";
  /** The text of a `.cube` file; or else `size` and `table`. A string. */
  cube?: string;
  /** Entries along each side of the table. A whole number from 2 to 129; default: worked out from the others. */
  size?: number;
  /** Red, green and blue of each entry, where 1 is full scale; the index of red is the fastest. 3 × `size`³ numbers. */
  table?: readonly number[] | Uint8Array | Float32Array | Float64Array;
  /**
   * What is made of the entries around a colour: all eight of them, or four, which keeps grey grey. Default:
   * "trilinear".
   */
  interp?: "trilinear" | "tetrahedral";
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
 * Blurs as a lens does that is out of focus: each pixel becomes the mean of a disk, so bright spots become disks too.
 * Colour is weighted with alpha.
 */
export interface LensBlur {
  kind: "lensBlur";
  /**
   * Radius of the disk; 0 changes nothing. The time that it takes grows with it. A finite number from 0 to 50 px;
   * default: 5.
   */
  radius?: number;
  /** What is seen outside the image. Default: "clamp". */
  border?: "clamp" | "reflect101" | "reflect" | "wrap" | "transparent";
  /** Whether colours are mixed as stored or as linear light, where bright spots keep their weight. Default: "srgb". */
  space?: "srgb" | "linear";
}

/** Blurs along a line, as a camera does that moves. Colour is weighted with alpha. */
export interface MotionBlur {
  kind: "motionBlur";
  /** Points on the line; 1 changes nothing. A whole number from 1 to 255 px; default: 15. */
  length?: number;
  /**
   * Where the line goes: 0 is horizontal, 45 from the upper left to the lower right, 90 vertical. A finite number;
   * default: 0.
   */
  degrees?: number;
  /** What is seen outside the image. Default: "clamp". */
  border?: "clamp" | "reflect101" | "reflect" | "wrap" | "transparent";
}

/** Blurs along lines from a centre, as a camera does that zooms. Colour is weighted with alpha. */
export interface ZoomBlur {
  kind: "zoomBlur";
  /**
   * How far the picture zooms meanwhile; 0 changes nothing. The time that it takes grows with it. A finite number from
   * 0 to 1; default: 0.1.
   */
  amount?: number;
  /** Where it zooms to: 0 at the left, 1 at the right. A finite number from 0 to 1; default: 0.5. */
  centerX?: number;
  /** The same from top to bottom. A finite number from 0 to 1; default: 0.5. */
  centerY?: number;
}

/** Blurs along arcs around a centre, as a camera does that turns. Colour is weighted with alpha. */
export interface SpinBlur {
  kind: "spinBlur";
  /**
   * How far the picture turns meanwhile; 0 changes nothing. The time that it takes grows with it. A finite number from
   * 0 to 180 °; default: 10.
   */
  degrees?: number;
  /** What it turns around: 0 at the left, 1 at the right. A finite number from 0 to 1; default: 0.5. */
  centerX?: number;
  /** The same from top to bottom. A finite number from 0 to 1; default: 0.5. */
  centerY?: number;
}

/** Blurs what lies away from a band, as the picture of a model looks from near by. Colour is weighted with alpha. */
export interface TiltShift {
  kind: "tiltShift";
  /** Standard deviation of the blur; 0 changes nothing. A finite number from 0 to 250 px; default: 6. */
  sigma?: number;
  /** Where the middle of the band is: 0 at the top, 1 at the bottom. A finite number from 0 to 1; default: 0.5. */
  center?: number;
  /** How much of the height is sharp. A finite number from 0 to 1; default: 0.2. */
  size?: number;
  /**
   * How much of the height it takes from there to the full blur. A finite number above 0 and at most 2; default: 0.3.
   */
  feather?: number;
  /** How the band is turned, clockwise. A finite number; default: 0. */
  degrees?: number;
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

/**
 * Leaves fine detail on grey, and takes away what is larger: for sharpening by `blend` with `overlay`, or to even out
 * light. Alpha is copied.
 */
export interface HighPass {
  kind: "highPass";
  /**
   * Standard deviation of the blur: larger detail is taken away; with 0 all is. A finite number from 0 to 250 px;
   * default: 4.
   */
  sigma?: number;
  /** Factor of what is left. A finite number of at least 0; default: 1. */
  amount?: number;
  /** What is seen outside the image. Default: "clamp". */
  border?: "clamp" | "reflect101" | "reflect" | "wrap" | "transparent";
}

/** Raises the contrast of regions in the middle tones, and leaves black, white and colours alone. Alpha is copied. */
export interface Clarity {
  kind: "clarity";
  /**
   * Share of the difference to the region; less than 0 softens, 0 changes nothing. A finite number from -1 to 4;
   * default: 0.5.
   */
  amount?: number;
  /**
   * Standard deviation of the blur that finds the regions; 0 changes nothing. A finite number from 0 to 250 px;
   * default: 16.
   */
  sigma?: number;
}

/**
 * Takes a blur back, a Gaussian one or that of a lens that was out of focus: sharpens what is soft, and shows its noise
 * (Richardson and Lucy). Alpha is copied.
 */
export interface Deconvolve {
  kind: "deconvolve";
  /**
   * What the blur has made of a point: a bell (`gaussian`), or a disk, as a lens does that is out of focus (`disk`).
   * Default: "gaussian".
   */
  shape?: "gaussian" | "disk";
  /** Standard deviation of the bell; 0 changes nothing. A finite number from 0 to 10 px; default: 1. */
  sigma?: number;
  /** Radius of the disk. The time that it takes grows with its square. A finite number from 0 to 10 px; default: 2. */
  radius?: number;
  /**
   * How many times the estimate is made better: more is sharper, and noisier. The time that it takes grows with it. A
   * whole number from 1 to 16; default: 10.
   */
  iterations?: number;
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

/**
 * Replaces each colour by the value of a rank in a square around it: the least, the largest, the median or any between.
 * Alpha is copied.
 */
export interface RankFilter {
  kind: "rankFilter";
  /**
   * Half the side of the square, which is 2 × radius + 1 wide; 0 changes nothing. A whole number from 0 to 50 px;
   * default: 2.
   */
  radius?: number;
  /**
   * How many of the values come before it: 0 is the least, 50 the median, 100 the largest. A finite number from 0 to
   * 100 %; default: 50.
   */
  percentile?: number;
  /** What is seen outside the image. Default: "clamp". */
  border?: "clamp" | "reflect101" | "reflect" | "wrap" | "transparent";
}

/**
 * Smooths and keeps edges: replaces each pixel by the mean of a disk around it, where pixels count the less the farther
 * away and the less like it they are. Alpha is copied.
 */
export interface Bilateral {
  kind: "bilateral";
  /** How far the disk reaches from its centre. A whole number from 1 to 30 px; default: 4. */
  radius?: number;
  /** Standard deviation of the weights by distance. A finite number above 0 px; default: 3. */
  sigmaSpace?: number;
  /**
   * Standard deviation of the weights by difference, in levels: red, green and blue add up. A finite number above 0;
   * default: 30.
   */
  sigmaColor?: number;
  /** What is seen outside the image. Default: "clamp". */
  border?: "clamp" | "reflect101" | "reflect" | "wrap" | "transparent";
}

/**
 * Takes noise away and keeps texture: replaces each pixel by the mean of those around it, where pixels count the more
 * the more alike the patches around them are (non-local means). Alpha is copied.
 */
export interface Nlm {
  kind: "nlm";
  /**
   * Half the side of the patches that are compared, which are 2 × patchRadius + 1 wide. A whole number from 1 to 5 px;
   * default: 2.
   */
  patchRadius?: number;
  /**
   * How far away patches are looked for. The time that it takes grows with its square. A whole number from 1 to 20 px;
   * default: 7.
   */
  searchRadius?: number;
  /**
   * How much patches may differ, in levels: about the standard deviation of the noise. A finite number above 0;
   * default: 10.
   */
  h?: number;
}

/**
 * Smooths and keeps edges, with no halos beside them and at the same cost for every radius: the guided filter, with the
 * picture as its own guide. Alpha is copied.
 */
export interface GuidedFilter {
  kind: "guidedFilter";
  /**
   * Half the side of the square, which is 2 × radius + 1 wide; 0 changes nothing. A whole number from 0 to 60 px;
   * default: 8.
   */
  radius?: number;
  /**
   * The variance, in squares of full scale, that counts as an edge: the square of a contrast, 0.01 for a tenth. 0
   * changes nothing. A finite number from 0 to 1; default: 0.01.
   */
  epsilon?: number;
}

/**
 * Takes noise away and leaves flat regions with sharp edges: the picture with the least total variation that is still
 * near (Rudin, Osher and Fatemi), by Chambolle's method. Alpha is copied.
 */
export interface TvDenoise {
  kind: "tvDenoise";
  /**
   * How much is taken away, as a share of full scale: about the contrast of what vanishes. 0 changes nothing. A finite
   * number from 0 to 10; default: 0.1.
   */
  weight?: number;
  /**
   * How many times the fields are made better; at 1 nothing changes. The time that it takes grows with it. A whole
   * number from 1 to 50; default: 30.
   */
  iterations?: number;
}

/**
 * Smooths and keeps edges, like strokes of a brush: each pixel becomes the mean of the most even of the four squares
 * that it is a corner of. Colour is weighted with alpha.
 */
export interface Kuwahara {
  kind: "kuwahara";
  /** How far the squares reach from the pixel; 0 changes nothing. A whole number from 0 to 50 px; default: 3. */
  radius?: number;
  /** What is seen outside the image. Default: "clamp". */
  border?: "clamp" | "reflect101" | "reflect" | "wrap" | "transparent";
}

/** White where luma (BT.601) is above a threshold, else black. Alpha is copied. */
export interface Threshold {
  kind: "threshold";
  /** The highest luma that becomes black. A finite number from 0 to 255; default: 128. */
  t?: number;
}

/**
 * White where luma (BT.601) is above the threshold that Otsu's method finds in the image, else black: the one that
 * parts lumas into two groups as far from each other as can be. Reports it as `threshold`, in levels. Alpha is copied.
 */
export interface Otsu {
  kind: "otsu";
}

/**
 * White where luma (BT.601) is above the mean around it, less a few levels, else black: for writing in uneven light.
 * Alpha is copied.
 */
export interface AdaptiveThreshold {
  kind: "adaptiveThreshold";
  /** How the mean is taken. Default: "mean". */
  method?: "mean" | "gaussian";
  /** Half the side of the square, which is 2 × radius + 1 wide. A whole number from 1 to 200 px; default: 5. */
  radius?: number;
  /** Levels that are taken from the mean: more makes more white. A whole number from -255 to 255; default: 5. */
  c?: number;
}

/**
 * Takes the least or the largest value around each pixel, for each colour by itself, or combines the two: erodes or
 * dilates what is bright, takes away specks (open) or fills holes (close), or shows edges, specks or holes alone. What
 * lies outside the image does not take part. Alpha is copied.
 */
export interface Morphology {
  kind: "morphology";
  /**
   * What is done: the least (`erode`), the largest (`dilate`), the largest of the least (`open`), the least of the
   * largest (`close`), the difference of the largest and the least (`gradient`), what `open` takes away (`tophat`) or
   * what `close` adds (`blackhat`). Default: "erode".
   */
  op?: "erode" | "dilate" | "open" | "close" | "gradient" | "tophat" | "blackhat";
  /** The shape of the neighbourhood. Default: "square". */
  shape?: "square" | "cross" | "disk";
  /** How far the neighbourhood reaches from its centre. A whole number from 0 to 50 px; default: 1. */
  radius?: number;
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

/** Shows edges by the gradient of luma (BT.601) that depends least on their direction, in grey. Alpha is copied. */
export interface Scharr {
  kind: "scharr";
  /** How the horizontal and the vertical gradient are combined: length, sum, or one of them. Default: "l2". */
  mode?: "l2" | "l1" | "x" | "y";
  /** Factor of the result. A finite number of at least 0; default: 0.25. */
  scale?: number;
  /** What is seen outside the image. Default: "clamp". */
  border?: "clamp" | "reflect101" | "reflect" | "wrap" | "transparent";
}

/** Shows edges by the gradient of luma (BT.601) in which all neighbours count the same, in grey. Alpha is copied. */
export interface Prewitt {
  kind: "prewitt";
  /** How the horizontal and the vertical gradient are combined: length, sum, or one of them. Default: "l2". */
  mode?: "l2" | "l1" | "x" | "y";
  /** Factor of the result. A finite number of at least 0; default: 1. */
  scale?: number;
  /** What is seen outside the image. Default: "clamp". */
  border?: "clamp" | "reflect101" | "reflect" | "wrap" | "transparent";
}

/**
 * Shows edges and fine detail of any direction: how much luma (BT.601) differs from its neighbours', in grey. Alpha is
 * copied.
 */
export interface Laplacian {
  kind: "laplacian";
  /** How many neighbours count: 4 or 8. A whole number from 4 to 8; default: 4. */
  neighbours?: number;
  /** Factor of the result. A finite number of at least 0; default: 1. */
  scale?: number;
  /** What is seen outside the image. Default: "clamp". */
  border?: "clamp" | "reflect101" | "reflect" | "wrap" | "transparent";
}

/**
 * Shows edges and detail of one size: the difference of two Gaussian blurs of luma (BT.601), in grey. Alpha is copied.
 */
export interface DifferenceOfGaussians {
  kind: "differenceOfGaussians";
  /**
   * Standard deviation of the narrow blur: smaller detail is left out; 0 leaves it as it is. A finite number from 0 to
   * 250 px; default: 1.
   */
  sigma1?: number;
  /** Standard deviation of the wide blur: larger detail is left out. A finite number from 0 to 250 px; default: 2. */
  sigma2?: number;
  /** Factor of the difference. A finite number of at least 0; default: 4. */
  scale?: number;
  /** Whether its size is drawn, or grey that is brighter where the narrow blur is. Default: "abs". */
  mode?: "abs" | "signed";
  /** What is seen outside the image. Default: "clamp". */
  border?: "clamp" | "reflect101" | "reflect" | "wrap" | "transparent";
}

/**
 * Draws edges as white lines of one pixel, on black: where Sobel's gradient of luma (BT.601) is largest across the edge
 * and above a threshold. Weaker parts of a line stay where it is strong somewhere. Alpha is copied.
 */
export interface Canny {
  kind: "canny";
  /**
   * Gradients above this many levels may be part of a line. Where it is above `high`, the two change places. A finite
   * number of at least 0; default: 50.
   */
  low?: number;
  /** Gradients above this many levels make a line. A finite number of at least 0; default: 100. */
  high?: number;
  /** Takes the length of the gradient, `√(gx² + gy²)`, and not `|gx| + |gy|`. Default: false. */
  l2?: boolean;
  /**
   * Standard deviation of a Gaussian blur that goes first, against noise; 0 leaves it out. A finite number from 0 to
   * 250 px; default: 0.
   */
  sigma?: number;
}

/**
 * Draws how far each bright pixel is from the nearest dark one, in grey: 0 where it is dark, brighter inwards. Alpha is
 * copied.
 */
export interface DistanceTransform {
  kind: "distanceTransform";
  /** Luma up to this many levels is dark. A finite number from 0 to 255; default: 127. */
  threshold?: number;
  /** Levels for each pixel of distance. A finite number above 0 and at most 255; default: 4. */
  scale?: number;
}

/** Leaves so many tones of each colour channel, evenly spread from black to white. Alpha is copied. */
export interface Posterize {
  kind: "posterize";
  /** Tones that are left; 256 changes no byte. A whole number from 2 to 256; default: 6. */
  levels?: number;
}

/** Reverses the tones from a level on, as film does that has seen light too early. Alpha is copied. */
export interface Solarize {
  kind: "solarize";
  /** The lowest level that is reversed; 0 reverses all, 256 none. A finite number from 0 to 256; default: 128. */
  threshold?: number;
}

/**
 * Draws the picture in few tones of each channel, or in the colours of a palette, so that from afar it looks as before.
 * Alpha is copied.
 */
export interface Dither {
  kind: "dither";
  /**
   * How tones between are made: by making good what is wrong at the pixels that come next, or by a matrix of
   * thresholds. Default: "floyd-steinberg".
   */
  method?: "floyd-steinberg" | "atkinson" | "bayer2" | "bayer4" | "bayer8";
  /** Tones of each channel, evenly spread from black to white. A whole number from 2 to 64; default: 2. */
  levels?: number;
  /**
   * Colours that are used instead, at most 256: red, green and blue of each. At least 2 groups of 3 numbers from 0 to
   * 255.
   */
  palette?: readonly (readonly number[])[] | readonly number[] | Uint8Array | Float32Array | Float64Array;
}

/**
 * Draws the picture in few colours, which are chosen to suit it (Wu). Reports how many there are as `colors`. Alpha is
 * copied.
 */
export interface Quantize {
  kind: "quantize";
  /** The most colours that there may be. A whole number from 2 to 256; default: 16. */
  colors?: number;
  /**
   * How colours between are made: by making good what is wrong at the pixels that come next, or not at all. Default:
   * "floyd-steinberg".
   */
  dither?: "floyd-steinberg" | "atkinson" | "none";
}

/** Makes a grey relief: what is bright stands out, and is lit from one side. Alpha is copied. */
export interface Emboss {
  kind: "emboss";
  /**
   * Where the light goes: 0 from left to right, 45 from the upper left to the lower right, 90 downwards. A finite
   * number; default: 45.
   */
  degrees?: number;
  /** How deep the relief is; 0 is flat, and less turns it inside out. A finite number; default: 1. */
  amount?: number;
  /** What is seen outside the image. Default: "clamp". */
  border?: "clamp" | "reflect101" | "reflect" | "wrap" | "transparent";
}

/**
 * Paints in strokes of oil: each pixel becomes the mean of those in the disk around it that share the commonest
 * brightness. Alpha is copied.
 */
export interface OilPaint {
  kind: "oilPaint";
  /** Radius of the disk; 0 changes nothing. A whole number from 0 to 50 px; default: 4. */
  radius?: number;
  /** Parts of the scale of brightness: fewer make larger strokes. A whole number from 2 to 256; default: 20. */
  levels?: number;
  /** What is seen outside the image. Default: "clamp". */
  border?: "clamp" | "reflect101" | "reflect" | "wrap" | "transparent";
}

/** Darkens the picture towards its corners, as old lenses do. Alpha is copied. */
export interface Vignette {
  kind: "vignette";
  /**
   * How dark the corners become; 1 is black, less than 0 brightens them, 0 changes nothing. A finite number from -1 to
   * 1; default: 0.5.
   */
  amount?: number;
  /**
   * Where it begins: 0 in the centre, 1 at the corners, where it changes nothing. A finite number from 0 to 1; default:
   * 0.4.
   */
  radius?: number;
}

/** Lets bright parts shine: their light is blurred and laid over the picture. Alpha is copied. */
export interface Glow {
  kind: "glow";
  /** How strong the light is; 0 changes nothing. A finite number from 0 to 4; default: 0.7. */
  amount?: number;
  /** Standard deviation of the blur. A finite number from 0 to 250 px; default: 12. */
  sigma?: number;
  /** What is no brighter than this level does not shine. A finite number from 0 to 254; default: 128. */
  threshold?: number;
}

/**
 * Draws red larger than green and blue smaller, so that edges get colours towards the corners, as simple lenses do, or
 * takes that back. Alpha is copied.
 */
export interface ChromaticAberration {
  kind: "chromaticAberration";
  /**
   * How far red and blue are moved in the corners, away from each other; less than 0 the other way, 0 changes nothing.
   * A finite number from -100 to 100 px; default: 4.
   */
  amount?: number;
  /** Where the centre is: 0 at the left, 1 at the right. A finite number from 0 to 1; default: 0.5. */
  centerX?: number;
  /** Where the centre is: 0 at the top, 1 at the bottom. A finite number from 0 to 1; default: 0.5. */
  centerY?: number;
}

/** Draws the picture in large pixels, each the mean of the square that it covers; colour is weighted with alpha. */
export interface Pixelate {
  kind: "pixelate";
  /** Columns and rows of a large pixel; 1 changes nothing. A whole number from 1 to 1000 px; default: 8. */
  size?: number;
}

/** Draws the picture in round dots, the larger the darker it is, as newspapers are printed. Alpha is copied. */
export interface Halftone {
  kind: "halftone";
  /** How far it is from dot to dot. A finite number from 2 to 500 px; default: 8. */
  size?: number;
  /** How rows of dots are turned, clockwise. A finite number; default: 45. */
  degrees?: number;
  /** Whether dots are black, or of three colours. Default: "gray". */
  mode?: "gray" | "color";
}

/**
 * Adds grain as film has it: soft specks of a size, strongest in the middle tones, the same for the same seed. Alpha is
 * copied.
 */
export interface Grain {
  kind: "grain";
  /**
   * Standard deviation of the grain in the middle tones, in levels; 0 changes nothing. A finite number from 0 to 255;
   * default: 16.
   */
  amount?: number;
  /**
   * Standard deviation of the blur that makes specks of points; 0 leaves points. A finite number from 0 to 20 px;
   * default: 0.7.
   */
  size?: number;
  /** Another number gives other grain. A whole number from 0 to 4294967295; default: 0. */
  seed?: number;
}

/** Adds noise to every colour, the same for the same seed. Alpha is copied. */
export interface Noise {
  kind: "noise";
  /** Standard deviation of the noise, in levels; 0 changes nothing. A finite number from 0 to 255; default: 20. */
  amount?: number;
  /** How the noise is spread. Default: "normal". */
  distribution?: "normal" | "uniform";
  /** Whether red, green and blue get the same. Default: false. */
  monochrome?: boolean;
  /** Another number gives other noise. A whole number from 0 to 4294967295; default: 0. */
  seed?: number;
}

/** Scales alpha, as CSS `opacity()` (Filter Effects Module Level 1). Colours are copied. */
export interface Opacity {
  kind: "opacity";
  /** Factor; 0 is invisible, 1 changes nothing, and so does more. A finite number of at least 0; default: 1. */
  amount?: number;
}

/** Lays the picture on a ground of one colour: nothing of it is transparent any more. */
export interface Flatten {
  kind: "flatten";
  /** The ground: red, green and blue. 3 numbers from 0 to 255; default: [255, 255, 255]. */
  background?: readonly number[] | Uint8Array | Float32Array | Float64Array;
}

/**
 * Makes a colour transparent, and what is mixed with it as transparent as it can be: laid on that colour, the result
 * looks as the picture did.
 */
export interface ColorToAlpha {
  kind: "colorToAlpha";
  /** The colour that becomes transparent: red, green and blue. 3 numbers from 0 to 255; default: [255, 255, 255]. */
  color?: readonly number[] | Uint8Array | Float32Array | Float64Array;
}

/**
 * Lays a second picture over the first, such as a watermark, by a blend mode of Compositing and Blending Level 1 (W3C).
 * Where the second does not reach, nothing changes.
 */
export interface Blend {
  kind: "blend";
  /** The second picture. Pixels, or a picture that can be decoded. */
  image: ImageParameter;
  /** How its colours are mixed with those below, as CSS `mix-blend-mode`. Default: "normal". */
  mode?: "normal" | "multiply" | "screen" | "overlay" | "darken" | "lighten" | "color-dodge" | "color-burn" | "hard-light" | "soft-light" | "difference" | "exclusion" | "hue" | "saturation" | "color" | "luminosity";
  /** Factor of its alpha; 0 changes nothing. A finite number from 0 to 1; default: 1. */
  opacity?: number;
  /** The column where its left edge lies; it may lie outside. A whole number from -65535 to 65535 px; default: 0. */
  x?: number;
  /** The row where its upper edge lies; it may lie outside. A whole number from -65535 to 65535 px; default: 0. */
  y?: number;
}

/**
 * Lays a blurred shadow under what is visible, as of cut-out pictures and letters. The image does not grow: `pad` makes
 * room before.
 */
export interface DropShadow {
  kind: "dropShadow";
  /** How far the shadow lies to the right. A whole number from -1000 to 1000 px; default: 6. */
  dx?: number;
  /** How far it lies below. A whole number from -1000 to 1000 px; default: 6. */
  dy?: number;
  /** Standard deviation of its blur. A finite number from 0 to 250 px; default: 4. */
  sigma?: number;
  /** Its colour: red, green and blue. 3 numbers from 0 to 255; default: [0, 0, 0]. */
  color?: readonly number[] | Uint8Array | Float32Array | Float64Array;
  /** How dense it is; 0 changes nothing. A finite number from 0 to 1; default: 0.6. */
  opacity?: number;
}

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

/**
 * Makes every pixel the grey of its luma (BT.601), as old television saw it. `grayscale` has the weights of CSS, which
 * are others. Alpha is copied.
 */
export interface Gray {
  kind: "gray";
}

/** Replaces each pixel by a weighted sum of its neighbourhood: a correlation, the kernel is not turned. */
export interface Convolve {
  kind: "convolve";
  /** Columns of the kernel. An odd whole number from 1 to 127; default: 3. */
  width?: number;
  /** Rows of the kernel. An odd whole number from 1 to 127; default: 3. */
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

/** A filter of your own: a formula for each channel, such as `mix(g, luma, 0.3)`. What has none stays as it is. */
export interface Formula {
  kind: "formula";
  /** What red becomes. A string. */
  r?: string;
  /** What green becomes. A string. */
  g?: string;
  /** What blue becomes. A string. */
  b?: string;
  /** What alpha becomes; of an image that has none, nothing is made of it. A string. */
  a?: string;
  /** Names that all formulas may use: `name = …;`, one after another. A string. */
  let?: string;
  /** A number that formulas may use, and that each item may set. A finite number; default: 1. */
  intensity?: number;
  /** What `at(dx, dy)` and the like see outside the image. Default: "clamp". */
  border?: "clamp" | "reflect101" | "reflect" | "wrap" | "transparent";
}

/** A group of filters. */
export type FilterCategory =
  | "geometry"
  | "tone"
  | "color"
  | "blur"
  | "sharpen"
  | "noise"
  | "edges"
  | "effects"
  | "layers"
  | "technical";

/** A filter and its parameters. */
export type FilterSpec =
  | Resize
  | Crop
  | Pad
  | Trim
  | Orient
  | FlipH
  | FlipV
  | Rotate90
  | Rotate180
  | Rotate270
  | Transpose
  | Rotate
  | Warp
  | Perspective
  | LensDistortion
  | Swirl
  | Bulge
  | Polar
  | Displace
  | Brightness
  | Contrast
  | SigmoidalContrast
  | AutoContrast
  | ShadowsHighlights
  | Dehaze
  | Gamma
  | Levels
  | Curves
  | Exposure
  | Equalize
  | Clahe
  | Saturate
  | Vibrance
  | HueRotate
  | HslAdjust
  | Temperature
  | Tint
  | AutoWhiteBalance
  | Grayscale
  | Sepia
  | Colorize
  | GradientMap
  | MatchHistogram
  | Invert
  | ColorMatrix
  | ChannelMixer
  | Lut3d
  | GaussianBlur
  | BoxBlur
  | LensBlur
  | MotionBlur
  | ZoomBlur
  | SpinBlur
  | TiltShift
  | UnsharpMask
  | HighPass
  | Clarity
  | Deconvolve
  | Median
  | RankFilter
  | Bilateral
  | Nlm
  | GuidedFilter
  | TvDenoise
  | Kuwahara
  | Threshold
  | Otsu
  | AdaptiveThreshold
  | Morphology
  | Sobel
  | Scharr
  | Prewitt
  | Laplacian
  | DifferenceOfGaussians
  | Canny
  | DistanceTransform
  | Posterize
  | Solarize
  | Dither
  | Quantize
  | Emboss
  | OilPaint
  | Vignette
  | Glow
  | ChromaticAberration
  | Pixelate
  | Halftone
  | Grain
  | Noise
  | Opacity
  | Flatten
  | ColorToAlpha
  | Blend
  | DropShadow
  | Multiply
  | Delay
  | Lut1d
  | Gray
  | Convolve
  | Formula;

/** The name of a filter. */
export type FilterKind = FilterSpec["kind"];

/** Long lists, which would be a kilobyte of the package, as the steps from one value to the next. */
function rising(steps: string): number[] {
  let value = 0;
  return Array.from(steps, (step) => (value += Number(step)));
}

/** Every filter, by group, in the order that people work. */
export const filters: readonly FilterInfo[] = [
  {
    name: "resize",
    title: "Resize",
    doc: "Makes the picture larger or smaller. Kernels are stretched when it shrinks, so that nothing is skipped; colour is weighted with alpha.",
    category: "geometry",
    intensity: null,
    size: { rule: "parameters", width: "width", height: "height", fit: "fit", enlarge: "enlarge" },
    flat: false,
    checkedByEngine: true,
    parameters: [
      {
        name: "width",
        doc: "Columns of the result; left out, the picture keeps its shape.",
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
      {
        name: "fit",
        doc: "What is done where the picture has another shape than width and height: it is stretched, made as large as fits or as small as covers them, cut, or put on a ground.",
        type: "choice",
        default: "fill",
        choices: ["fill", "inside", "outside", "cover", "contain"],
      },
      {
        name: "enlarge",
        doc: "Whether the picture may become larger than it is.",
        type: "boolean",
        default: true,
      },
      {
        name: "background",
        doc: "The ground of `contain`: red, green, blue and alpha.",
        type: "numbers",
        required: false,
        default: [0, 0, 0, 0],
        length: 4,
        minimum: 0,
        maximum: 255,
        example: [0, 0, 0, 0],
      },
    ],
  },
  {
    name: "crop",
    title: "Crop",
    doc: "Cuts a rectangle out of the picture. It must lie within it.",
    category: "geometry",
    intensity: null,
    size: { rule: "parameters", width: "width", height: "height" },
    flat: false,
    parameters: [
      {
        name: "x",
        doc: "Columns to the left of the rectangle.",
        unit: "px",
        type: "number",
        default: 0,
        minimum: 0,
        maximum: 65535,
        integer: true,
        step: 1,
        softMinimum: 0,
        softMaximum: 4096,
      },
      {
        name: "y",
        doc: "Rows above the rectangle.",
        unit: "px",
        type: "number",
        default: 0,
        minimum: 0,
        maximum: 65535,
        integer: true,
        step: 1,
        softMinimum: 0,
        softMaximum: 4096,
      },
      {
        name: "width",
        doc: "Columns of the rectangle.",
        unit: "px",
        type: "number",
        default: null,
        required: true,
        example: 128,
        minimum: 1,
        maximum: 65535,
        integer: true,
        step: 1,
        softMinimum: 1,
        softMaximum: 4096,
      },
      {
        name: "height",
        doc: "Rows of the rectangle.",
        unit: "px",
        type: "number",
        default: null,
        required: true,
        example: 128,
        minimum: 1,
        maximum: 65535,
        integer: true,
        step: 1,
        softMinimum: 1,
        softMaximum: 4096,
      },
    ],
  },
  {
    name: "pad",
    title: "Pad",
    doc: "Puts the picture on a larger ground: so many pixels of one colour on each side.",
    category: "geometry",
    intensity: null,
    size: { rule: "padded", left: "left", right: "right", top: "top", bottom: "bottom" },
    flat: false,
    parameters: [
      {
        name: "left",
        doc: "Columns on the left.",
        unit: "px",
        type: "number",
        default: 16,
        minimum: 0,
        maximum: 65535,
        integer: true,
        step: 1,
        softMinimum: 0,
        softMaximum: 256,
      },
      {
        name: "right",
        doc: "Columns on the right.",
        unit: "px",
        type: "number",
        default: 16,
        minimum: 0,
        maximum: 65535,
        integer: true,
        step: 1,
        softMinimum: 0,
        softMaximum: 256,
      },
      {
        name: "top",
        doc: "Rows above.",
        unit: "px",
        type: "number",
        default: 16,
        minimum: 0,
        maximum: 65535,
        integer: true,
        step: 1,
        softMinimum: 0,
        softMaximum: 256,
      },
      {
        name: "bottom",
        doc: "Rows below.",
        unit: "px",
        type: "number",
        default: 16,
        minimum: 0,
        maximum: 65535,
        integer: true,
        step: 1,
        softMinimum: 0,
        softMaximum: 256,
      },
      {
        name: "background",
        doc: "The ground: red, green, blue and alpha.",
        type: "numbers",
        required: false,
        default: [0, 0, 0, 0],
        length: 4,
        minimum: 0,
        maximum: 255,
        example: [0, 0, 0, 0],
      },
    ],
  },
  {
    name: "trim",
    title: "Trim",
    doc: "Takes the border around the picture away, as far as it has one colour, or is transparent. Reports the column and the row where what is left begins, as `x` and `y`. The result is smaller than the image, or as large, and the next filter of a chain works on that.",
    category: "geometry",
    intensity: null,
    size: { rule: "trimmed" },
    flat: false,
    parameters: [
      {
        name: "by",
        doc: "Whether the border is what has the colour of the upper left pixel, or what is invisible.",
        type: "choice",
        default: "color",
        choices: ["color", "alpha"],
      },
      {
        name: "tolerance",
        doc: "How far from the colour, or how visible, what belongs to the border may be, in levels.",
        type: "number",
        default: 10,
        minimum: 0,
        maximum: 255,
        step: 1,
        softMinimum: 0,
        softMaximum: 64,
      },
    ],
  },
  {
    name: "orient",
    title: "Orientation",
    doc: "Sets a picture upright by the number that a camera has written down (Exif's orientation): mirrors and quarter turns, which change no pixel.",
    category: "geometry",
    intensity: null,
    size: { rule: "swapped", parameter: "orientation", least: 5 },
    flat: false,
    parameters: [
      {
        name: "orientation",
        doc: "1: as it is. 2: mirrored left to right. 3: by half a turn. 4: mirrored top to bottom. 5: mirrored along the diagonal. 6: by a quarter clockwise. 7: mirrored along the other diagonal. 8: by a quarter counterclockwise.",
        type: "number",
        default: null,
        required: true,
        example: 6,
        minimum: 1,
        maximum: 8,
        integer: true,
        step: 1,
        softMinimum: 1,
        softMaximum: 8,
      },
    ],
  },
  {
    name: "flipH",
    title: "Flip horizontally",
    doc: "Mirrors the picture: left and right change places.",
    category: "geometry",
    intensity: null,
    size: null,
    flat: false,
    parameters: [],
  },
  {
    name: "flipV",
    title: "Flip vertically",
    doc: "Turns the picture upside down as a mirror does: top and bottom change places.",
    category: "geometry",
    intensity: null,
    size: null,
    flat: false,
    parameters: [],
  },
  {
    name: "rotate90",
    title: "Rotate 90° clockwise",
    doc: "Turns the picture clockwise by a quarter.",
    category: "geometry",
    intensity: null,
    size: { rule: "swapped" },
    flat: false,
    parameters: [],
  },
  {
    name: "rotate180",
    title: "Rotate 180°",
    doc: "Turns the picture by half a turn.",
    category: "geometry",
    intensity: null,
    size: null,
    flat: false,
    parameters: [],
  },
  {
    name: "rotate270",
    title: "Rotate 90° counterclockwise",
    doc: "Turns the picture counterclockwise by a quarter.",
    category: "geometry",
    intensity: null,
    size: { rule: "swapped" },
    flat: false,
    parameters: [],
  },
  {
    name: "transpose",
    title: "Transpose",
    doc: "Mirrors the picture along its diagonal from the upper left corner: rows become columns.",
    category: "geometry",
    intensity: null,
    size: { rule: "swapped" },
    flat: false,
    parameters: [],
  },
  {
    name: "rotate",
    title: "Rotate",
    doc: "Turns the picture around its centre, clockwise. Quarters of a turn change no pixel. Colour is weighted with alpha.",
    category: "geometry",
    intensity: "degrees",
    size: { rule: "turned", degrees: "degrees", expand: "expand" },
    flat: false,
    keepsRgba: true,
    parameters: [
      {
        name: "degrees",
        doc: "The angle, clockwise.",
        unit: "°",
        type: "number",
        default: null,
        required: true,
        example: 10,
        step: 0.1,
        softMinimum: -180,
        softMaximum: 180,
      },
      {
        name: "expand",
        doc: "Whether the result is large enough for the whole picture; else it has the size of the picture.",
        type: "boolean",
        default: true,
      },
      {
        name: "interp",
        doc: "What a pixel is made of: the four pixels around its place, the nearest one, or sixteen, which is sharper.",
        type: "choice",
        default: "bilinear",
        choices: ["bilinear", "nearest", "bicubic"],
      },
      {
        name: "background",
        doc: "What is seen around the picture: red, green, blue and alpha.",
        type: "numbers",
        required: false,
        default: [0, 0, 0, 0],
        length: 4,
        minimum: 0,
        maximum: 255,
        example: [0, 0, 0, 0],
      },
    ],
  },
  {
    name: "warp",
    title: "Warp",
    doc: "Takes each place of the picture to another by a matrix: moves, stretches, turns, slants, and perspective. Colour is weighted with alpha; what shrinks is not smoothed.",
    category: "geometry",
    intensity: null,
    size: { rule: "parameters", width: "width", height: "height" },
    flat: false,
    keepsRgba: true,
    checkedByEngine: true,
    parameters: [
      {
        name: "matrix",
        doc: "Three rows of three numbers that take x, y and 1 to places of the result, as canvas' `setTransform` does, and with a last row that divides. Both are counted from the upper left corner.",
        type: "numbers",
        required: true,
        length: 9,
        example: [0.9, -0.2, 60, 0.15, 0.9, 0, 0.0002, 0, 1],
      },
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
        doc: "Rows of the result.",
        unit: "px",
        type: "number",
        default: null,
        required: true,
        example: 240,
        minimum: 1,
        maximum: 65535,
        integer: true,
        step: 1,
        softMinimum: 16,
        softMaximum: 4096,
      },
      {
        name: "interp",
        doc: "What a pixel is made of: the four pixels around its place, the nearest one, or sixteen, which is sharper.",
        type: "choice",
        default: "bilinear",
        choices: ["bilinear", "nearest", "bicubic"],
      },
      {
        name: "background",
        doc: "What is seen around the picture: red, green, blue and alpha.",
        type: "numbers",
        required: false,
        default: [0, 0, 0, 0],
        length: 4,
        minimum: 0,
        maximum: 255,
        example: [0, 0, 0, 0],
      },
    ],
  },
  {
    name: "perspective",
    title: "Perspective",
    doc: "Draws the picture so that its corners come to lie in four places, or makes what lies between four places the whole picture, such as a page that was photographed from the side. Colour is weighted with alpha; what shrinks is not smoothed.",
    category: "geometry",
    intensity: null,
    size: { rule: "parameters", width: "width", height: "height" },
    flat: false,
    keepsRgba: true,
    checkedByEngine: true,
    parameters: [
      {
        name: "corners",
        doc: "Where the corners lie, as shares of width and height: the upper left, upper right, lower right and lower left one, first x, then y of each.",
        type: "numbers",
        required: true,
        length: 8,
        minimum: -10,
        maximum: 10,
        example: [0.1, 0.05, 0.85, 0.15, 1, 0.95, 0, 0.8],
      },
      {
        name: "rectify",
        doc: "Whether what lies between these places of the picture becomes the whole result; else the picture's corners are drawn there.",
        type: "boolean",
        default: false,
      },
      {
        name: "width",
        doc: "Columns of the result; left out, the picture keeps its shape.",
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
        name: "interp",
        doc: "What a pixel is made of: the four pixels around its place, the nearest one, or sixteen, which is sharper.",
        type: "choice",
        default: "bilinear",
        choices: ["bilinear", "nearest", "bicubic"],
      },
      {
        name: "background",
        doc: "What is seen around the picture: red, green, blue and alpha.",
        type: "numbers",
        required: false,
        default: [0, 0, 0, 0],
        length: 4,
        minimum: 0,
        maximum: 255,
        example: [0, 0, 0, 0],
      },
    ],
  },
  {
    name: "lensDistortion",
    title: "Lens distortion",
    doc: "Bends the picture from a centre, as lenses do, or takes that back: numbers below 0 straighten what bulges (barrel), those above what is drawn in (pincushion). Colour is weighted with alpha; what shrinks is not smoothed.",
    category: "geometry",
    intensity: "k1",
    size: null,
    flat: false,
    keepsRgba: true,
    parameters: [
      {
        name: "k1",
        doc: "How much places are moved with the square of their distance from the centre.",
        type: "number",
        default: -0.2,
        minimum: -1,
        maximum: 1,
        step: 0.01,
        softMinimum: -1,
        softMaximum: 1,
      },
      {
        name: "k2",
        doc: "The same with the fourth power.",
        type: "number",
        default: 0,
        minimum: -1,
        maximum: 1,
        step: 0.01,
        softMinimum: -1,
        softMaximum: 1,
      },
      {
        name: "scale",
        doc: "How large the result is drawn: more than 1 leaves no empty corners.",
        type: "number",
        default: 1,
        minimum: 0,
        maximum: 10,
        exclusiveMinimum: true,
        step: 0.01,
        softMinimum: 0.5,
        softMaximum: 2,
      },
      {
        name: "centerX",
        doc: "Where the centre is: 0 at the left, 1 at the right.",
        type: "number",
        default: 0.5,
        minimum: 0,
        maximum: 1,
        step: 0.01,
        softMinimum: 0,
        softMaximum: 1,
      },
      {
        name: "centerY",
        doc: "Where the centre is: 0 at the top, 1 at the bottom.",
        type: "number",
        default: 0.5,
        minimum: 0,
        maximum: 1,
        step: 0.01,
        softMinimum: 0,
        softMaximum: 1,
      },
      {
        name: "interp",
        doc: "What a pixel is made of: the four pixels around its place, the nearest one, or sixteen, which is sharper.",
        type: "choice",
        default: "bilinear",
        choices: ["bilinear", "nearest", "bicubic"],
      },
      {
        name: "background",
        doc: "What is seen around the picture: red, green, blue and alpha.",
        type: "numbers",
        required: false,
        default: [0, 0, 0, 0],
        length: 4,
        minimum: 0,
        maximum: 255,
        example: [0, 0, 0, 0],
      },
    ],
  },
  {
    name: "swirl",
    title: "Swirl",
    doc: "Turns the picture around a centre: wholly there, less and less towards a circle, and not at all beyond it. Colour is weighted with alpha.",
    category: "geometry",
    intensity: "degrees",
    size: null,
    flat: false,
    keepsRgba: true,
    parameters: [
      {
        name: "degrees",
        doc: "How far the centre is turned, clockwise; 0 changes nothing.",
        unit: "°",
        type: "number",
        default: 120,
        minimum: -3600,
        maximum: 3600,
        step: 1,
        softMinimum: -720,
        softMaximum: 720,
      },
      {
        name: "radius",
        doc: "The radius of the circle, where 1 reaches the nearest edges from the middle.",
        type: "number",
        default: 1,
        minimum: 0,
        maximum: 10,
        exclusiveMinimum: true,
        step: 0.05,
        softMinimum: 0.05,
        softMaximum: 2,
      },
      {
        name: "centerX",
        doc: "Where the centre is: 0 at the left, 1 at the right.",
        type: "number",
        default: 0.5,
        minimum: 0,
        maximum: 1,
        step: 0.01,
        softMinimum: 0,
        softMaximum: 1,
      },
      {
        name: "centerY",
        doc: "Where the centre is: 0 at the top, 1 at the bottom.",
        type: "number",
        default: 0.5,
        minimum: 0,
        maximum: 1,
        step: 0.01,
        softMinimum: 0,
        softMaximum: 1,
      },
      {
        name: "interp",
        doc: "What a pixel is made of: the four pixels around its place, the nearest one, or sixteen, which is sharper.",
        type: "choice",
        default: "bilinear",
        choices: ["bilinear", "nearest", "bicubic"],
      },
      {
        name: "border",
        doc: "What is seen outside the picture.",
        type: "choice",
        default: "clamp",
        choices: ["clamp", "reflect101", "reflect", "wrap", "transparent"],
      },
    ],
  },
  {
    name: "bulge",
    title: "Bulge and pinch",
    doc: "Makes the picture swell around a centre, or shrink, within a circle. Colour is weighted with alpha.",
    category: "geometry",
    intensity: "amount",
    size: null,
    flat: false,
    keepsRgba: true,
    parameters: [
      {
        name: "amount",
        doc: "How strong it is: above 0 the picture swells, below it is pinched, 0 changes nothing.",
        type: "number",
        default: 0.5,
        minimum: -1,
        maximum: 1,
        step: 0.05,
        softMinimum: -1,
        softMaximum: 1,
      },
      {
        name: "radius",
        doc: "The radius of the circle, where 1 reaches the nearest edges from the middle.",
        type: "number",
        default: 1,
        minimum: 0,
        maximum: 10,
        exclusiveMinimum: true,
        step: 0.05,
        softMinimum: 0.05,
        softMaximum: 2,
      },
      {
        name: "centerX",
        doc: "Where the centre is: 0 at the left, 1 at the right.",
        type: "number",
        default: 0.5,
        minimum: 0,
        maximum: 1,
        step: 0.01,
        softMinimum: 0,
        softMaximum: 1,
      },
      {
        name: "centerY",
        doc: "Where the centre is: 0 at the top, 1 at the bottom.",
        type: "number",
        default: 0.5,
        minimum: 0,
        maximum: 1,
        step: 0.01,
        softMinimum: 0,
        softMaximum: 1,
      },
      {
        name: "interp",
        doc: "What a pixel is made of: the four pixels around its place, the nearest one, or sixteen, which is sharper.",
        type: "choice",
        default: "bilinear",
        choices: ["bilinear", "nearest", "bicubic"],
      },
      {
        name: "border",
        doc: "What is seen outside the picture.",
        type: "choice",
        default: "clamp",
        choices: ["clamp", "reflect101", "reflect", "wrap", "transparent"],
      },
    ],
  },
  {
    name: "polar",
    title: "Polar coordinates",
    doc: "Bends the picture's rows to circles around a centre, the first of them the innermost, or unrolls circles to rows again. Colour is weighted with alpha; what shrinks is not smoothed.",
    category: "geometry",
    intensity: null,
    size: null,
    flat: false,
    keepsRgba: true,
    parameters: [
      {
        name: "mode",
        doc: "Whether rows become circles, or circles rows.",
        type: "choice",
        default: "to",
        choices: ["to", "from"],
      },
      {
        name: "radius",
        doc: "The radius of the largest circle, where 1 reaches the nearest edges from the middle.",
        type: "number",
        default: 1,
        minimum: 0,
        maximum: 10,
        exclusiveMinimum: true,
        step: 0.05,
        softMinimum: 0.1,
        softMaximum: 2,
      },
      {
        name: "degrees",
        doc: "Where the first column lies, clockwise from the top.",
        unit: "°",
        type: "number",
        default: 0,
        step: 1,
        softMinimum: -180,
        softMaximum: 180,
      },
      {
        name: "centerX",
        doc: "Where the centre is: 0 at the left, 1 at the right.",
        type: "number",
        default: 0.5,
        minimum: 0,
        maximum: 1,
        step: 0.01,
        softMinimum: 0,
        softMaximum: 1,
      },
      {
        name: "centerY",
        doc: "Where the centre is: 0 at the top, 1 at the bottom.",
        type: "number",
        default: 0.5,
        minimum: 0,
        maximum: 1,
        step: 0.01,
        softMinimum: 0,
        softMaximum: 1,
      },
      {
        name: "interp",
        doc: "What a pixel is made of: the four pixels around its place, the nearest one, or sixteen, which is sharper.",
        type: "choice",
        default: "bilinear",
        choices: ["bilinear", "nearest", "bicubic"],
      },
      {
        name: "background",
        doc: "What is seen where the picture is not: red, green, blue and alpha.",
        type: "numbers",
        required: false,
        default: [0, 0, 0, 0],
        length: 4,
        minimum: 0,
        maximum: 255,
        example: [0, 0, 0, 0],
      },
    ],
  },
  {
    name: "displace",
    title: "Displace",
    doc: "Moves each pixel by what a second picture says there: red moves across, green down, and middle grey nothing, as glass and water do. Colour is weighted with alpha; what shrinks is not smoothed.",
    category: "geometry",
    intensity: "x",
    size: null,
    flat: false,
    keepsRgba: true,
    parameters: [
      {
        name: "image",
        doc: "The map.",
        type: "image",
        required: true,
      },
      {
        name: "x",
        doc: "How far to the right of a pixel it is read where red is full, and how far to the left where it is none.",
        unit: "px",
        type: "number",
        default: 20,
        minimum: -65535,
        maximum: 65535,
        step: 1,
        softMinimum: -200,
        softMaximum: 200,
      },
      {
        name: "y",
        doc: "How far below a pixel it is read where green is full, and how far above where it is none.",
        unit: "px",
        type: "number",
        default: 20,
        minimum: -65535,
        maximum: 65535,
        step: 1,
        softMinimum: -200,
        softMaximum: 200,
      },
      {
        name: "interp",
        doc: "What a pixel is made of: the four pixels around its place, the nearest one, or sixteen, which is sharper.",
        type: "choice",
        default: "bilinear",
        choices: ["bilinear", "nearest", "bicubic"],
      },
      {
        name: "border",
        doc: "What is seen outside the picture.",
        type: "choice",
        default: "clamp",
        choices: ["clamp", "reflect101", "reflect", "wrap", "transparent"],
      },
    ],
  },
  {
    name: "brightness",
    title: "Brightness",
    doc: "Scales the colour channels, as CSS `brightness()` (Filter Effects Module Level 1). Alpha is copied.",
    category: "tone",
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
    category: "tone",
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
    name: "sigmoidalContrast",
    title: "Contrast (sigmoidal)",
    doc: "Raises contrast in the middle and keeps black and white as they are, along an S; or lowers it, along the same turned round. Alpha is copied.",
    category: "tone",
    intensity: "contrast",
    size: null,
    flat: false,
    parameters: [
      {
        name: "contrast",
        doc: "How steep the S is; less than 0 lowers contrast, 0 changes nothing.",
        type: "number",
        default: 5,
        minimum: -20,
        maximum: 20,
        step: 0.5,
        softMinimum: -10,
        softMaximum: 10,
      },
      {
        name: "midpoint",
        doc: "The level where it is steepest.",
        type: "number",
        default: 127.5,
        minimum: 0,
        maximum: 255,
        step: 1,
        softMinimum: 0,
        softMaximum: 255,
      },
    ],
  },
  {
    name: "autoContrast",
    title: "Auto contrast",
    doc: "Spreads tones so that the darkest become black and the brightest white, but for a few of each. Alpha is copied.",
    category: "tone",
    intensity: null,
    size: null,
    flat: false,
    parameters: [
      {
        name: "mode",
        doc: "Whether black and white are found in luma, or in each channel by itself.",
        type: "choice",
        default: "luma",
        choices: ["luma", "rgb"],
      },
      {
        name: "low",
        doc: "Pixels that may become darker than black.",
        unit: "%",
        type: "number",
        default: 0.5,
        minimum: 0,
        maximum: 50,
        step: 0.1,
        softMinimum: 0,
        softMaximum: 10,
      },
      {
        name: "high",
        doc: "Pixels that may become brighter than white.",
        unit: "%",
        type: "number",
        default: 0.5,
        minimum: 0,
        maximum: 50,
        step: 0.1,
        softMinimum: 0,
        softMaximum: 10,
      },
    ],
  },
  {
    name: "shadowsHighlights",
    title: "Shadows and highlights",
    doc: "Brightens dark regions and darkens bright ones, and keeps the contrast within them. Alpha is copied.",
    category: "tone",
    intensity: "shadows",
    size: null,
    flat: false,
    keepsRgba: true,
    parameters: [
      {
        name: "shadows",
        doc: "How much dark regions are brightened; less than 0 darkens them.",
        type: "number",
        default: 0.5,
        minimum: -1,
        maximum: 1,
        step: 0.05,
        softMinimum: -1,
        softMaximum: 1,
      },
      {
        name: "highlights",
        doc: "How much bright regions are darkened; less than 0 brightens them.",
        type: "number",
        default: 0,
        minimum: -1,
        maximum: 1,
        step: 0.05,
        softMinimum: -1,
        softMaximum: 1,
      },
      {
        name: "sigma",
        doc: "Standard deviation of the blur that finds the regions.",
        unit: "px",
        type: "number",
        default: 16,
        minimum: 0,
        maximum: 250,
        step: 1,
        softMinimum: 0,
        softMaximum: 100,
      },
    ],
  },
  {
    name: "dehaze",
    title: "Dehaze",
    doc: "Takes haze away: finds its colour, and how much of it lies before each place, by the darkest colours around (dark channel prior). Alpha is copied.",
    category: "tone",
    intensity: "strength",
    size: null,
    flat: false,
    keepsRgba: true,
    parameters: [
      {
        name: "strength",
        doc: "How much of the haze is taken away; 0 changes nothing.",
        type: "number",
        default: 0.95,
        minimum: 0,
        maximum: 1,
        step: 0.05,
        softMinimum: 0,
        softMaximum: 1,
      },
      {
        name: "radius",
        doc: "How far dark colours are looked for: larger than what is bright and near.",
        unit: "px",
        type: "number",
        default: 7,
        minimum: 1,
        maximum: 15,
        integer: true,
        step: 1,
        softMinimum: 1,
        softMaximum: 15,
      },
    ],
  },
  {
    name: "gamma",
    title: "Gamma",
    doc: "Raises colours to a power, `255·(v/255)^(1/gamma)`: brightens or darkens the middle tones. Alpha is copied.",
    category: "tone",
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
    name: "levels",
    title: "Levels",
    doc: "Sets which tones become black and white, how bright those between are, and what black and white are drawn as. Alpha is copied.",
    category: "tone",
    intensity: "gamma",
    size: null,
    flat: false,
    checkedByEngine: true,
    parameters: [
      {
        name: "inBlack",
        doc: "This level and darker ones become `outBlack`. It must be less than `inWhite`.",
        type: "number",
        default: 0,
        minimum: 0,
        maximum: 255,
        step: 1,
        softMinimum: 0,
        softMaximum: 255,
      },
      {
        name: "inWhite",
        doc: "This level and brighter ones become `outWhite`.",
        type: "number",
        default: 255,
        minimum: 0,
        maximum: 255,
        step: 1,
        softMinimum: 0,
        softMaximum: 255,
      },
      {
        name: "gamma",
        doc: "More than 1 brightens what lies between, less darkens.",
        type: "number",
        default: 1,
        minimum: 0,
        exclusiveMinimum: true,
        step: 0.05,
        softMinimum: 0.1,
        softMaximum: 4,
      },
      {
        name: "outBlack",
        doc: "What black is drawn as. Where it is more than `outWhite`, the picture becomes its negative.",
        type: "number",
        default: 0,
        minimum: 0,
        maximum: 255,
        step: 1,
        softMinimum: 0,
        softMaximum: 255,
      },
      {
        name: "outWhite",
        doc: "What white is drawn as.",
        type: "number",
        default: 255,
        minimum: 0,
        maximum: 255,
        step: 1,
        softMinimum: 0,
        softMaximum: 255,
      },
    ],
  },
  {
    name: "curves",
    title: "Curves",
    doc: "Draws tones along smooth curves through points, `[level, what it becomes]`: one for all colours, and one for each. Alpha is copied.",
    category: "tone",
    intensity: null,
    size: null,
    flat: false,
    checkedByEngine: true,
    parameters: [
      {
        name: "rgb",
        doc: "Points of the curve for red, green and blue alike, in levels; `x` rises from each to the next.",
        type: "numbers",
        required: false,
        length: { groups: 2, least: 2 },
        minimum: 0,
        maximum: 255,
        example: [0, 0, 64, 48, 192, 212, 255, 255],
      },
      {
        name: "r",
        doc: "Points of the curve for red alone.",
        type: "numbers",
        required: false,
        length: { groups: 2, least: 2 },
        minimum: 0,
        maximum: 255,
        example: [0, 0, 64, 48, 192, 212, 255, 255],
      },
      {
        name: "g",
        doc: "Points of the curve for green alone.",
        type: "numbers",
        required: false,
        length: { groups: 2, least: 2 },
        minimum: 0,
        maximum: 255,
        example: [0, 0, 64, 48, 192, 212, 255, 255],
      },
      {
        name: "b",
        doc: "Points of the curve for blue alone.",
        type: "numbers",
        required: false,
        length: { groups: 2, least: 2 },
        minimum: 0,
        maximum: 255,
        example: [0, 0, 64, 48, 192, 212, 255, 255],
      },
    ],
  },
  {
    name: "exposure",
    title: "Exposure",
    doc: "Multiplies the light, as a longer or shorter exposure does: by two for each stop. Alpha is copied.",
    category: "tone",
    intensity: "ev",
    size: null,
    flat: false,
    parameters: [
      {
        name: "ev",
        doc: "Stops: 1 doubles the light, −1 halves it, 0 changes nothing.",
        unit: "EV",
        type: "number",
        default: 0,
        minimum: -16,
        maximum: 16,
        step: 0.05,
        softMinimum: -4,
        softMaximum: 4,
      },
    ],
  },
  {
    name: "equalize",
    title: "Equalise",
    doc: "Spreads tones so that each range of them has about as many pixels, for the most contrast overall. Alpha is copied.",
    category: "tone",
    intensity: null,
    size: null,
    flat: false,
    parameters: [
      {
        name: "mode",
        doc: "What is spread: luma (BT.601), where colours keep their hue, or each colour channel by itself.",
        type: "choice",
        default: "luma",
        choices: ["luma", "rgb"],
      },
    ],
  },
  {
    name: "clahe",
    title: "Local contrast (CLAHE)",
    doc: "Brings out contrast everywhere, in dark corners as in bright skies: equalises tile by tile, and limits how much (CLAHE). Alpha is copied.",
    category: "tone",
    intensity: "clipLimit",
    size: null,
    flat: false,
    parameters: [
      {
        name: "clipLimit",
        doc: "How much contrast may be raised: counts are cut at so many times their mean; 0 does not limit it.",
        type: "number",
        default: 2,
        minimum: 0,
        step: 0.1,
        softMinimum: 0,
        softMaximum: 10,
      },
      {
        name: "tilesX",
        doc: "Tiles side by side.",
        type: "number",
        default: 8,
        minimum: 1,
        maximum: 64,
        integer: true,
        step: 1,
        softMinimum: 1,
        softMaximum: 16,
      },
      {
        name: "tilesY",
        doc: "Tiles one above another.",
        type: "number",
        default: 8,
        minimum: 1,
        maximum: 64,
        integer: true,
        step: 1,
        softMinimum: 1,
        softMaximum: 16,
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
    name: "vibrance",
    title: "Vibrance",
    doc: "Makes dull colours more vivid, and vivid ones hardly: they do not run into each other. Alpha is copied.",
    category: "color",
    intensity: "amount",
    size: null,
    flat: false,
    parameters: [
      {
        name: "amount",
        doc: "More than 0 makes colours more vivid, less makes them duller: −1 makes those grey that are nearly so. 0 changes nothing.",
        type: "number",
        default: 0,
        minimum: -1,
        maximum: 4,
        step: 0.05,
        softMinimum: -1,
        softMaximum: 2,
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
    name: "hslAdjust",
    title: "Hue by hue",
    doc: "Changes hue, saturation and lightness of some hues and leaves the others: greener greens, a darker sky. Alpha is copied.",
    category: "color",
    intensity: null,
    size: null,
    flat: false,
    parameters: [
      {
        name: "hue",
        doc: "Degrees that each hue is turned by.",
        type: "numbers",
        required: false,
        default: [0, 0, 0, 0, 0, 0, 0, 0],
        length: 8,
        minimum: -180,
        maximum: 180,
        example: [10, 0, 20, 30, 0, 10, 15, 0],
      },
      {
        name: "saturation",
        doc: "How much more vivid each hue becomes: −1 makes it grey, 1 twice as vivid.",
        type: "numbers",
        required: false,
        default: [0, 0, 0, 0, 0, 0, 0, 0],
        length: 8,
        minimum: -1,
        maximum: 1,
        example: [0.3, 0, 0.4, 0.2, 0, 0.5, 1, 0.1],
      },
      {
        name: "lightness",
        doc: "How much lighter each hue becomes: −1 makes it black where it is vivid, 1 white.",
        type: "numbers",
        required: false,
        default: [0, 0, 0, 0, 0, 0, 0, 0],
        length: 8,
        minimum: -1,
        maximum: 1,
        example: [0.3, 0, 0.4, 0.2, 0, 0.5, 1, 0.1],
      },
    ],
  },
  {
    name: "temperature",
    title: "Temperature",
    doc: "Makes the picture look lit by a warmer or a cooler light. Alpha is copied.",
    category: "color",
    intensity: "kelvin",
    size: null,
    flat: false,
    parameters: [
      {
        name: "kelvin",
        doc: "The light that the picture shall look lit by: less than 6500 is warmer, more is cooler, 6500 changes nothing.",
        unit: "K",
        type: "number",
        default: 6500,
        minimum: 2000,
        maximum: 15000,
        step: 50,
        softMinimum: 3000,
        softMaximum: 12000,
      },
    ],
  },
  {
    name: "tint",
    title: "Tint",
    doc: "Makes the picture greener or more magenta, as light of lamps does. Alpha is copied.",
    category: "color",
    intensity: "amount",
    size: null,
    flat: false,
    parameters: [
      {
        name: "amount",
        doc: "More than 0 is more magenta, less is greener: 1 halves the light of green beside the others, 0 changes nothing.",
        type: "number",
        default: 0,
        minimum: -4,
        maximum: 4,
        step: 0.05,
        softMinimum: -1,
        softMaximum: 1,
      },
    ],
  },
  {
    name: "autoWhiteBalance",
    title: "Auto white balance",
    doc: "Takes a cast of colour away, on the guess that the mean of the picture is grey, or that its brightest spots are white. Alpha is copied.",
    category: "color",
    intensity: null,
    size: null,
    flat: false,
    parameters: [
      {
        name: "method",
        doc: "What is taken to be without colour: the mean, or the brightest values.",
        type: "choice",
        default: "gray",
        choices: ["gray", "white"],
      },
      {
        name: "percentile",
        doc: "Of `white`: how many of the pixels are not brighter than white.",
        unit: "%",
        type: "number",
        default: 99,
        minimum: 0,
        maximum: 100,
        step: 0.1,
        softMinimum: 90,
        softMaximum: 100,
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
    name: "colorize",
    title: "Colorise",
    doc: "Draws the whole picture in one hue, as a toned print. Alpha is copied.",
    category: "color",
    intensity: "saturation",
    size: null,
    flat: false,
    parameters: [
      {
        name: "hue",
        doc: "The hue: 0 is red, 120 green, 240 blue.",
        unit: "°",
        type: "number",
        default: 30,
        step: 1,
        softMinimum: 0,
        softMaximum: 360,
      },
      {
        name: "saturation",
        doc: "How vivid it is; 0 is grey.",
        type: "number",
        default: 0.5,
        minimum: 0,
        maximum: 1,
        step: 0.05,
        softMinimum: 0,
        softMaximum: 1,
      },
      {
        name: "lightness",
        doc: "More than 0 moves tones towards white, less towards black.",
        type: "number",
        default: 0,
        minimum: -1,
        maximum: 1,
        step: 0.05,
        softMinimum: -1,
        softMaximum: 1,
      },
    ],
  },
  {
    name: "gradientMap",
    title: "Gradient map",
    doc: "Draws each tone in a colour of a gradient: a duotone of two colours, or a scale of many. Alpha is copied.",
    category: "color",
    intensity: null,
    size: null,
    flat: false,
    checkedByEngine: true,
    parameters: [
      {
        name: "stops",
        doc: "The stops: the level of luma, and the red, green and blue that it is drawn in. The level rises from each to the next.",
        type: "numbers",
        required: false,
        default: [0, 24, 22, 72, 255, 255, 226, 172],
        length: { groups: 4, least: 2 },
        minimum: 0,
        maximum: 255,
        example: [0, 24, 22, 72, 255, 255, 226, 172],
      },
    ],
  },
  {
    name: "matchHistogram",
    title: "Match histogram",
    doc: "Gives the picture the tones and the colours of another one: each channel is spread as it is there. Alpha is copied.",
    category: "color",
    intensity: "amount",
    size: null,
    flat: false,
    parameters: [
      {
        name: "image",
        doc: "The picture whose tones are wanted.",
        type: "image",
        required: true,
      },
      {
        name: "amount",
        doc: "How much of the difference is made; 0 changes nothing.",
        type: "number",
        default: 1,
        minimum: 0,
        maximum: 1,
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
    name: "channelMixer",
    title: "Channel mixer",
    doc: "Makes each colour channel anew from all three. Alpha is copied.",
    category: "color",
    intensity: null,
    size: null,
    flat: false,
    parameters: [
      {
        name: "red",
        doc: "Factors of red, green and blue for the new red.",
        type: "numbers",
        required: false,
        default: [1, 0, 0],
        length: 3,
        example: [0.2, 0.7, 0.1],
      },
      {
        name: "green",
        doc: "Factors of red, green and blue for the new green.",
        type: "numbers",
        required: false,
        default: [0, 1, 0],
        length: 3,
        example: [0.2, 0.7, 0.1],
      },
      {
        name: "blue",
        doc: "Factors of red, green and blue for the new blue.",
        type: "numbers",
        required: false,
        default: [0, 0, 1],
        length: 3,
        example: [0.2, 0.7, 0.1],
      },
    ],
  },
  {
    name: "lut3d",
    title: "Colour table",
    doc: "Looks colours up in a table of three dimensions, as grading tools write it: the text of a `.cube` file, or its numbers. Alpha is copied.",
    category: "color",
    intensity: null,
    size: null,
    flat: false,
    checkedByEngine: true,
    parameters: [
      {
        name: "cube",
        doc: "The text of a `.cube` file; or else `size` and `table`.",
        type: "text",
        required: false,
        example: 'TITLE "warm"\nLUT_3D_SIZE 2\n.05 .02 .1\n1 .1 .05\n.1 .85 .1\n1 .9 .2\n0 .05 .8\n.9 .1 .75\n.05 .85 .85\n1 .95 .85\n',
      },
      {
        name: "size",
        doc: "Entries along each side of the table.",
        type: "number",
        default: null,
        minimum: 2,
        maximum: 129,
        integer: true,
        step: 1,
        softMinimum: 2,
        softMaximum: 65,
      },
      {
        name: "table",
        doc: "Red, green and blue of each entry, where 1 is full scale; the index of red is the fastest.",
        type: "numbers",
        required: false,
        length: { triples: "size" },
        example: [
          0.05, 0.02, 0.1, 1, 0.1, 0.05, 0.1, 0.85, 0.1, 1, 0.9, 0.2, 0, 0.05, 0.8, 0.9, 0.1, 0.75, 0.05, 0.85, 0.85, 1,
          0.95, 0.85,
        ],
      },
      {
        name: "interp",
        doc: "What is made of the entries around a colour: all eight of them, or four, which keeps grey grey.",
        type: "choice",
        default: "trilinear",
        choices: ["trilinear", "tetrahedral"],
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
    keepsRgba: true,
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
    name: "lensBlur",
    title: "Lens blur",
    doc: "Blurs as a lens does that is out of focus: each pixel becomes the mean of a disk, so bright spots become disks too. Colour is weighted with alpha.",
    category: "blur",
    intensity: "radius",
    size: null,
    flat: false,
    parameters: [
      {
        name: "radius",
        doc: "Radius of the disk; 0 changes nothing. The time that it takes grows with it.",
        unit: "px",
        type: "number",
        default: 5,
        minimum: 0,
        maximum: 50,
        step: 0.5,
        softMinimum: 0,
        softMaximum: 30,
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
    ],
  },
  {
    name: "motionBlur",
    title: "Motion blur",
    doc: "Blurs along a line, as a camera does that moves. Colour is weighted with alpha.",
    category: "blur",
    intensity: "length",
    size: null,
    flat: false,
    parameters: [
      {
        name: "length",
        doc: "Points on the line; 1 changes nothing.",
        unit: "px",
        type: "number",
        default: 15,
        minimum: 1,
        maximum: 255,
        integer: true,
        step: 1,
        softMinimum: 1,
        softMaximum: 100,
      },
      {
        name: "degrees",
        doc: "Where the line goes: 0 is horizontal, 45 from the upper left to the lower right, 90 vertical.",
        unit: "°",
        type: "number",
        default: 0,
        step: 1,
        softMinimum: -180,
        softMaximum: 180,
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
    name: "zoomBlur",
    title: "Zoom blur",
    doc: "Blurs along lines from a centre, as a camera does that zooms. Colour is weighted with alpha.",
    category: "blur",
    intensity: "amount",
    size: null,
    flat: false,
    keepsRgba: true,
    parameters: [
      {
        name: "amount",
        doc: "How far the picture zooms meanwhile; 0 changes nothing. The time that it takes grows with it.",
        type: "number",
        default: 0.1,
        minimum: 0,
        maximum: 1,
        step: 0.01,
        softMinimum: 0,
        softMaximum: 1,
      },
      {
        name: "centerX",
        doc: "Where it zooms to: 0 at the left, 1 at the right.",
        type: "number",
        default: 0.5,
        minimum: 0,
        maximum: 1,
        step: 0.05,
        softMinimum: 0,
        softMaximum: 1,
      },
      {
        name: "centerY",
        doc: "The same from top to bottom.",
        type: "number",
        default: 0.5,
        minimum: 0,
        maximum: 1,
        step: 0.05,
        softMinimum: 0,
        softMaximum: 1,
      },
    ],
  },
  {
    name: "spinBlur",
    title: "Spin blur",
    doc: "Blurs along arcs around a centre, as a camera does that turns. Colour is weighted with alpha.",
    category: "blur",
    intensity: "degrees",
    size: null,
    flat: false,
    keepsRgba: true,
    parameters: [
      {
        name: "degrees",
        doc: "How far the picture turns meanwhile; 0 changes nothing. The time that it takes grows with it.",
        unit: "°",
        type: "number",
        default: 10,
        minimum: 0,
        maximum: 180,
        step: 1,
        softMinimum: 0,
        softMaximum: 60,
      },
      {
        name: "centerX",
        doc: "What it turns around: 0 at the left, 1 at the right.",
        type: "number",
        default: 0.5,
        minimum: 0,
        maximum: 1,
        step: 0.05,
        softMinimum: 0,
        softMaximum: 1,
      },
      {
        name: "centerY",
        doc: "The same from top to bottom.",
        type: "number",
        default: 0.5,
        minimum: 0,
        maximum: 1,
        step: 0.05,
        softMinimum: 0,
        softMaximum: 1,
      },
    ],
  },
  {
    name: "tiltShift",
    title: "Tilt shift",
    doc: "Blurs what lies away from a band, as the picture of a model looks from near by. Colour is weighted with alpha.",
    category: "blur",
    intensity: "sigma",
    size: null,
    flat: false,
    keepsRgba: true,
    parameters: [
      {
        name: "sigma",
        doc: "Standard deviation of the blur; 0 changes nothing.",
        unit: "px",
        type: "number",
        default: 6,
        minimum: 0,
        maximum: 250,
        step: 0.5,
        softMinimum: 0,
        softMaximum: 30,
      },
      {
        name: "center",
        doc: "Where the middle of the band is: 0 at the top, 1 at the bottom.",
        type: "number",
        default: 0.5,
        minimum: 0,
        maximum: 1,
        step: 0.05,
        softMinimum: 0,
        softMaximum: 1,
      },
      {
        name: "size",
        doc: "How much of the height is sharp.",
        type: "number",
        default: 0.2,
        minimum: 0,
        maximum: 1,
        step: 0.05,
        softMinimum: 0,
        softMaximum: 1,
      },
      {
        name: "feather",
        doc: "How much of the height it takes from there to the full blur.",
        type: "number",
        default: 0.3,
        minimum: 0,
        maximum: 2,
        exclusiveMinimum: true,
        step: 0.05,
        softMinimum: 0.05,
        softMaximum: 1,
      },
      {
        name: "degrees",
        doc: "How the band is turned, clockwise.",
        unit: "°",
        type: "number",
        default: 0,
        step: 1,
        softMinimum: -90,
        softMaximum: 90,
      },
    ],
  },
  {
    name: "unsharpMask",
    title: "Unsharp mask",
    doc: "Sharpens: adds a share of the difference to a Gaussian blur, `v + amount·(v − blur)`. Alpha is copied.",
    category: "sharpen",
    intensity: "amount",
    size: null,
    flat: false,
    keepsRgba: true,
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
    name: "highPass",
    title: "High pass",
    doc: "Leaves fine detail on grey, and takes away what is larger: for sharpening by `blend` with `overlay`, or to even out light. Alpha is copied.",
    category: "sharpen",
    intensity: "amount",
    size: null,
    flat: false,
    keepsRgba: true,
    parameters: [
      {
        name: "sigma",
        doc: "Standard deviation of the blur: larger detail is taken away; with 0 all is.",
        unit: "px",
        type: "number",
        default: 4,
        minimum: 0,
        maximum: 250,
        step: 0.5,
        softMinimum: 0,
        softMaximum: 50,
      },
      {
        name: "amount",
        doc: "Factor of what is left.",
        type: "number",
        default: 1,
        minimum: 0,
        step: 0.05,
        softMinimum: 0,
        softMaximum: 5,
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
    name: "clarity",
    title: "Clarity",
    doc: "Raises the contrast of regions in the middle tones, and leaves black, white and colours alone. Alpha is copied.",
    category: "sharpen",
    intensity: "amount",
    size: null,
    flat: false,
    keepsRgba: true,
    parameters: [
      {
        name: "amount",
        doc: "Share of the difference to the region; less than 0 softens, 0 changes nothing.",
        type: "number",
        default: 0.5,
        minimum: -1,
        maximum: 4,
        step: 0.05,
        softMinimum: -1,
        softMaximum: 2,
      },
      {
        name: "sigma",
        doc: "Standard deviation of the blur that finds the regions; 0 changes nothing.",
        unit: "px",
        type: "number",
        default: 16,
        minimum: 0,
        maximum: 250,
        step: 1,
        softMinimum: 0,
        softMaximum: 100,
      },
    ],
  },
  {
    name: "deconvolve",
    title: "Deconvolve",
    doc: "Takes a blur back, a Gaussian one or that of a lens that was out of focus: sharpens what is soft, and shows its noise (Richardson and Lucy). Alpha is copied.",
    category: "sharpen",
    intensity: "sigma",
    size: null,
    flat: false,
    keepsRgba: true,
    checkedByEngine: true,
    parameters: [
      {
        name: "shape",
        doc: "What the blur has made of a point: a bell (`gaussian`), or a disk, as a lens does that is out of focus (`disk`).",
        type: "choice",
        default: "gaussian",
        choices: ["gaussian", "disk"],
      },
      {
        name: "sigma",
        doc: "Standard deviation of the bell; 0 changes nothing.",
        unit: "px",
        type: "number",
        default: 1,
        minimum: 0,
        maximum: 10,
        step: 0.1,
        softMinimum: 0,
        softMaximum: 1.6,
      },
      {
        name: "radius",
        doc: "Radius of the disk. The time that it takes grows with its square.",
        unit: "px",
        type: "number",
        default: 2,
        minimum: 0,
        maximum: 10,
        step: 0.5,
        softMinimum: 0,
        softMaximum: 5,
      },
      {
        name: "iterations",
        doc: "How many times the estimate is made better: more is sharper, and noisier. The time that it takes grows with it.",
        type: "number",
        default: 10,
        minimum: 1,
        maximum: 16,
        integer: true,
        step: 1,
        softMinimum: 1,
        softMaximum: 16,
      },
    ],
  },
  {
    name: "median",
    title: "Median",
    doc: "Replaces each colour by the middle value of a square around it: takes specks away and keeps edges. Alpha is copied.",
    category: "noise",
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
    name: "rankFilter",
    title: "Rank filter",
    doc: "Replaces each colour by the value of a rank in a square around it: the least, the largest, the median or any between. Alpha is copied.",
    category: "noise",
    intensity: "percentile",
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
        maximum: 50,
        integer: true,
        step: 1,
        softMinimum: 0,
        softMaximum: 20,
      },
      {
        name: "percentile",
        doc: "How many of the values come before it: 0 is the least, 50 the median, 100 the largest.",
        unit: "%",
        type: "number",
        default: 50,
        minimum: 0,
        maximum: 100,
        step: 1,
        softMinimum: 0,
        softMaximum: 100,
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
    name: "bilateral",
    title: "Bilateral",
    doc: "Smooths and keeps edges: replaces each pixel by the mean of a disk around it, where pixels count the less the farther away and the less like it they are. Alpha is copied.",
    category: "noise",
    intensity: "sigmaColor",
    size: null,
    flat: false,
    parameters: [
      {
        name: "radius",
        doc: "How far the disk reaches from its centre.",
        unit: "px",
        type: "number",
        default: 4,
        minimum: 1,
        maximum: 30,
        integer: true,
        step: 1,
        softMinimum: 1,
        softMaximum: 12,
      },
      {
        name: "sigmaSpace",
        doc: "Standard deviation of the weights by distance.",
        unit: "px",
        type: "number",
        default: 3,
        minimum: 0,
        exclusiveMinimum: true,
        step: 0.5,
        softMinimum: 0.5,
        softMaximum: 20,
      },
      {
        name: "sigmaColor",
        doc: "Standard deviation of the weights by difference, in levels: red, green and blue add up.",
        type: "number",
        default: 30,
        minimum: 0,
        exclusiveMinimum: true,
        step: 5,
        softMinimum: 5,
        softMaximum: 200,
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
    name: "nlm",
    title: "Denoise (non-local means)",
    doc: "Takes noise away and keeps texture: replaces each pixel by the mean of those around it, where pixels count the more the more alike the patches around them are (non-local means). Alpha is copied.",
    category: "noise",
    intensity: "h",
    size: null,
    flat: false,
    parameters: [
      {
        name: "patchRadius",
        doc: "Half the side of the patches that are compared, which are 2 × patchRadius + 1 wide.",
        unit: "px",
        type: "number",
        default: 2,
        minimum: 1,
        maximum: 5,
        integer: true,
        step: 1,
        softMinimum: 1,
        softMaximum: 5,
      },
      {
        name: "searchRadius",
        doc: "How far away patches are looked for. The time that it takes grows with its square.",
        unit: "px",
        type: "number",
        default: 7,
        minimum: 1,
        maximum: 20,
        integer: true,
        step: 1,
        softMinimum: 1,
        softMaximum: 20,
      },
      {
        name: "h",
        doc: "How much patches may differ, in levels: about the standard deviation of the noise.",
        type: "number",
        default: 10,
        minimum: 0,
        exclusiveMinimum: true,
        step: 1,
        softMinimum: 1,
        softMaximum: 50,
      },
    ],
  },
  {
    name: "guidedFilter",
    title: "Guided filter",
    doc: "Smooths and keeps edges, with no halos beside them and at the same cost for every radius: the guided filter, with the picture as its own guide. Alpha is copied.",
    category: "noise",
    intensity: "epsilon",
    size: null,
    flat: false,
    keepsRgba: true,
    parameters: [
      {
        name: "radius",
        doc: "Half the side of the square, which is 2 × radius + 1 wide; 0 changes nothing.",
        unit: "px",
        type: "number",
        default: 8,
        minimum: 0,
        maximum: 60,
        integer: true,
        step: 1,
        softMinimum: 0,
        softMaximum: 40,
      },
      {
        name: "epsilon",
        doc: "The variance, in squares of full scale, that counts as an edge: the square of a contrast, 0.01 for a tenth. 0 changes nothing.",
        type: "number",
        default: 0.01,
        minimum: 0,
        maximum: 1,
        step: 0.001,
        softMinimum: 0,
        softMaximum: 0.1,
      },
    ],
  },
  {
    name: "tvDenoise",
    title: "Denoise (total variation)",
    doc: "Takes noise away and leaves flat regions with sharp edges: the picture with the least total variation that is still near (Rudin, Osher and Fatemi), by Chambolle's method. Alpha is copied.",
    category: "noise",
    intensity: "weight",
    size: null,
    flat: false,
    parameters: [
      {
        name: "weight",
        doc: "How much is taken away, as a share of full scale: about the contrast of what vanishes. 0 changes nothing.",
        type: "number",
        default: 0.1,
        minimum: 0,
        maximum: 10,
        step: 0.01,
        softMinimum: 0,
        softMaximum: 0.5,
      },
      {
        name: "iterations",
        doc: "How many times the fields are made better; at 1 nothing changes. The time that it takes grows with it.",
        type: "number",
        default: 30,
        minimum: 1,
        maximum: 50,
        integer: true,
        step: 1,
        softMinimum: 1,
        softMaximum: 50,
      },
    ],
  },
  {
    name: "kuwahara",
    title: "Kuwahara",
    doc: "Smooths and keeps edges, like strokes of a brush: each pixel becomes the mean of the most even of the four squares that it is a corner of. Colour is weighted with alpha.",
    category: "noise",
    intensity: "radius",
    size: null,
    flat: false,
    parameters: [
      {
        name: "radius",
        doc: "How far the squares reach from the pixel; 0 changes nothing.",
        unit: "px",
        type: "number",
        default: 3,
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
    name: "threshold",
    title: "Threshold",
    doc: "White where luma (BT.601) is above a threshold, else black. Alpha is copied.",
    category: "edges",
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
    name: "otsu",
    title: "Threshold (Otsu)",
    doc: "White where luma (BT.601) is above the threshold that Otsu's method finds in the image, else black: the one that parts lumas into two groups as far from each other as can be. Reports it as `threshold`, in levels. Alpha is copied.",
    category: "edges",
    intensity: null,
    size: null,
    flat: false,
    parameters: [],
  },
  {
    name: "adaptiveThreshold",
    title: "Threshold (adaptive)",
    doc: "White where luma (BT.601) is above the mean around it, less a few levels, else black: for writing in uneven light. Alpha is copied.",
    category: "edges",
    intensity: "c",
    size: null,
    flat: false,
    parameters: [
      {
        name: "method",
        doc: "How the mean is taken.",
        type: "choice",
        default: "mean",
        choices: ["mean", "gaussian"],
      },
      {
        name: "radius",
        doc: "Half the side of the square, which is 2 × radius + 1 wide.",
        unit: "px",
        type: "number",
        default: 5,
        minimum: 1,
        maximum: 200,
        integer: true,
        step: 1,
        softMinimum: 1,
        softMaximum: 50,
      },
      {
        name: "c",
        doc: "Levels that are taken from the mean: more makes more white.",
        type: "number",
        default: 5,
        minimum: -255,
        maximum: 255,
        integer: true,
        step: 1,
        softMinimum: -50,
        softMaximum: 50,
      },
    ],
  },
  {
    name: "morphology",
    title: "Morphology",
    doc: "Takes the least or the largest value around each pixel, for each colour by itself, or combines the two: erodes or dilates what is bright, takes away specks (open) or fills holes (close), or shows edges, specks or holes alone. What lies outside the image does not take part. Alpha is copied.",
    category: "edges",
    intensity: "radius",
    size: null,
    flat: false,
    parameters: [
      {
        name: "op",
        doc: "What is done: the least (`erode`), the largest (`dilate`), the largest of the least (`open`), the least of the largest (`close`), the difference of the largest and the least (`gradient`), what `open` takes away (`tophat`) or what `close` adds (`blackhat`).",
        type: "choice",
        default: "erode",
        choices: ["erode", "dilate", "open", "close", "gradient", "tophat", "blackhat"],
      },
      {
        name: "shape",
        doc: "The shape of the neighbourhood.",
        type: "choice",
        default: "square",
        choices: ["square", "cross", "disk"],
      },
      {
        name: "radius",
        doc: "How far the neighbourhood reaches from its centre.",
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
    ],
  },
  {
    name: "sobel",
    title: "Edges (Sobel)",
    doc: "Shows edges: the length of Sobel's gradient of luma (BT.601), in grey. Alpha is copied.",
    category: "edges",
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
    name: "scharr",
    title: "Edges (Scharr)",
    doc: "Shows edges by the gradient of luma (BT.601) that depends least on their direction, in grey. Alpha is copied.",
    category: "edges",
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
        default: 0.25,
        minimum: 0,
        step: 0.05,
        softMinimum: 0,
        softMaximum: 1,
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
    name: "prewitt",
    title: "Edges (Prewitt)",
    doc: "Shows edges by the gradient of luma (BT.601) in which all neighbours count the same, in grey. Alpha is copied.",
    category: "edges",
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
    name: "laplacian",
    title: "Edges (Laplace)",
    doc: "Shows edges and fine detail of any direction: how much luma (BT.601) differs from its neighbours', in grey. Alpha is copied.",
    category: "edges",
    intensity: "scale",
    size: null,
    flat: false,
    checkedByEngine: true,
    parameters: [
      {
        name: "neighbours",
        doc: "How many neighbours count: 4 or 8.",
        type: "number",
        default: 4,
        minimum: 4,
        maximum: 8,
        integer: true,
        step: 4,
        softMinimum: 4,
        softMaximum: 8,
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
    name: "differenceOfGaussians",
    title: "Difference of Gaussians",
    doc: "Shows edges and detail of one size: the difference of two Gaussian blurs of luma (BT.601), in grey. Alpha is copied.",
    category: "edges",
    intensity: "scale",
    size: null,
    flat: false,
    keepsRgba: true,
    parameters: [
      {
        name: "sigma1",
        doc: "Standard deviation of the narrow blur: smaller detail is left out; 0 leaves it as it is.",
        unit: "px",
        type: "number",
        default: 1,
        minimum: 0,
        maximum: 250,
        step: 0.1,
        softMinimum: 0,
        softMaximum: 20,
      },
      {
        name: "sigma2",
        doc: "Standard deviation of the wide blur: larger detail is left out.",
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
        name: "scale",
        doc: "Factor of the difference.",
        type: "number",
        default: 4,
        minimum: 0,
        step: 0.1,
        softMinimum: 0,
        softMaximum: 20,
      },
      {
        name: "mode",
        doc: "Whether its size is drawn, or grey that is brighter where the narrow blur is.",
        type: "choice",
        default: "abs",
        choices: ["abs", "signed"],
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
    name: "canny",
    title: "Edges (Canny)",
    doc: "Draws edges as white lines of one pixel, on black: where Sobel's gradient of luma (BT.601) is largest across the edge and above a threshold. Weaker parts of a line stay where it is strong somewhere. Alpha is copied.",
    category: "edges",
    intensity: "high",
    size: null,
    flat: false,
    keepsRgba: true,
    parameters: [
      {
        name: "low",
        doc: "Gradients above this many levels may be part of a line. Where it is above `high`, the two change places.",
        type: "number",
        default: 50,
        minimum: 0,
        step: 1,
        softMinimum: 0,
        softMaximum: 500,
      },
      {
        name: "high",
        doc: "Gradients above this many levels make a line.",
        type: "number",
        default: 100,
        minimum: 0,
        step: 1,
        softMinimum: 0,
        softMaximum: 500,
      },
      {
        name: "l2",
        doc: "Takes the length of the gradient, `√(gx² + gy²)`, and not `|gx| + |gy|`.",
        type: "boolean",
        default: false,
      },
      {
        name: "sigma",
        doc: "Standard deviation of a Gaussian blur that goes first, against noise; 0 leaves it out.",
        unit: "px",
        type: "number",
        default: 0,
        minimum: 0,
        maximum: 250,
        step: 0.1,
        softMinimum: 0,
        softMaximum: 10,
      },
    ],
  },
  {
    name: "distanceTransform",
    title: "Distance",
    doc: "Draws how far each bright pixel is from the nearest dark one, in grey: 0 where it is dark, brighter inwards. Alpha is copied.",
    category: "edges",
    intensity: "scale",
    size: null,
    flat: false,
    keepsRgba: true,
    parameters: [
      {
        name: "threshold",
        doc: "Luma up to this many levels is dark.",
        type: "number",
        default: 127,
        minimum: 0,
        maximum: 255,
        step: 1,
        softMinimum: 0,
        softMaximum: 255,
      },
      {
        name: "scale",
        doc: "Levels for each pixel of distance.",
        type: "number",
        default: 4,
        minimum: 0,
        maximum: 255,
        exclusiveMinimum: true,
        step: 0.25,
        softMinimum: 0.25,
        softMaximum: 32,
      },
    ],
  },
  {
    name: "posterize",
    title: "Posterise",
    doc: "Leaves so many tones of each colour channel, evenly spread from black to white. Alpha is copied.",
    category: "effects",
    intensity: "levels",
    size: null,
    flat: false,
    parameters: [
      {
        name: "levels",
        doc: "Tones that are left; 256 changes no byte.",
        type: "number",
        default: 6,
        minimum: 2,
        maximum: 256,
        integer: true,
        step: 1,
        softMinimum: 2,
        softMaximum: 32,
      },
    ],
  },
  {
    name: "solarize",
    title: "Solarise",
    doc: "Reverses the tones from a level on, as film does that has seen light too early. Alpha is copied.",
    category: "effects",
    intensity: "threshold",
    size: null,
    flat: false,
    parameters: [
      {
        name: "threshold",
        doc: "The lowest level that is reversed; 0 reverses all, 256 none.",
        type: "number",
        default: 128,
        minimum: 0,
        maximum: 256,
        step: 1,
        softMinimum: 0,
        softMaximum: 256,
      },
    ],
  },
  {
    name: "dither",
    title: "Dither",
    doc: "Draws the picture in few tones of each channel, or in the colours of a palette, so that from afar it looks as before. Alpha is copied.",
    category: "effects",
    intensity: "levels",
    size: null,
    flat: false,
    keepsRgba: true,
    checkedByEngine: true,
    parameters: [
      {
        name: "method",
        doc: "How tones between are made: by making good what is wrong at the pixels that come next, or by a matrix of thresholds.",
        type: "choice",
        default: "floyd-steinberg",
        choices: ["floyd-steinberg", "atkinson", "bayer2", "bayer4", "bayer8"],
      },
      {
        name: "levels",
        doc: "Tones of each channel, evenly spread from black to white.",
        type: "number",
        default: 2,
        minimum: 2,
        maximum: 64,
        integer: true,
        step: 1,
        softMinimum: 2,
        softMaximum: 16,
      },
      {
        name: "palette",
        doc: "Colours that are used instead, at most 256: red, green and blue of each.",
        type: "numbers",
        required: false,
        length: { groups: 3, least: 2 },
        minimum: 0,
        maximum: 255,
        example: [15, 56, 15, 48, 98, 48, 139, 172, 15, 155, 188, 15],
      },
    ],
  },
  {
    name: "quantize",
    title: "Few colours",
    doc: "Draws the picture in few colours, which are chosen to suit it (Wu). Reports how many there are as `colors`. Alpha is copied.",
    category: "effects",
    intensity: "colors",
    size: null,
    flat: false,
    keepsRgba: true,
    parameters: [
      {
        name: "colors",
        doc: "The most colours that there may be.",
        type: "number",
        default: 16,
        minimum: 2,
        maximum: 256,
        integer: true,
        step: 1,
        softMinimum: 2,
        softMaximum: 256,
      },
      {
        name: "dither",
        doc: "How colours between are made: by making good what is wrong at the pixels that come next, or not at all.",
        type: "choice",
        default: "floyd-steinberg",
        choices: ["floyd-steinberg", "atkinson", "none"],
      },
    ],
  },
  {
    name: "emboss",
    title: "Emboss",
    doc: "Makes a grey relief: what is bright stands out, and is lit from one side. Alpha is copied.",
    category: "effects",
    intensity: "amount",
    size: null,
    flat: false,
    parameters: [
      {
        name: "degrees",
        doc: "Where the light goes: 0 from left to right, 45 from the upper left to the lower right, 90 downwards.",
        unit: "°",
        type: "number",
        default: 45,
        step: 1,
        softMinimum: -180,
        softMaximum: 180,
      },
      {
        name: "amount",
        doc: "How deep the relief is; 0 is flat, and less turns it inside out.",
        type: "number",
        default: 1,
        step: 0.05,
        softMinimum: -4,
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
    name: "oilPaint",
    title: "Oil paint",
    doc: "Paints in strokes of oil: each pixel becomes the mean of those in the disk around it that share the commonest brightness. Alpha is copied.",
    category: "effects",
    intensity: "radius",
    size: null,
    flat: false,
    parameters: [
      {
        name: "radius",
        doc: "Radius of the disk; 0 changes nothing.",
        unit: "px",
        type: "number",
        default: 4,
        minimum: 0,
        maximum: 50,
        integer: true,
        step: 1,
        softMinimum: 0,
        softMaximum: 20,
      },
      {
        name: "levels",
        doc: "Parts of the scale of brightness: fewer make larger strokes.",
        type: "number",
        default: 20,
        minimum: 2,
        maximum: 256,
        integer: true,
        step: 1,
        softMinimum: 2,
        softMaximum: 64,
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
    name: "vignette",
    title: "Vignette",
    doc: "Darkens the picture towards its corners, as old lenses do. Alpha is copied.",
    category: "effects",
    intensity: "amount",
    size: null,
    flat: false,
    parameters: [
      {
        name: "amount",
        doc: "How dark the corners become; 1 is black, less than 0 brightens them, 0 changes nothing.",
        type: "number",
        default: 0.5,
        minimum: -1,
        maximum: 1,
        step: 0.05,
        softMinimum: -1,
        softMaximum: 1,
      },
      {
        name: "radius",
        doc: "Where it begins: 0 in the centre, 1 at the corners, where it changes nothing.",
        type: "number",
        default: 0.4,
        minimum: 0,
        maximum: 1,
        step: 0.05,
        softMinimum: 0,
        softMaximum: 1,
      },
    ],
  },
  {
    name: "glow",
    title: "Glow",
    doc: "Lets bright parts shine: their light is blurred and laid over the picture. Alpha is copied.",
    category: "effects",
    intensity: "amount",
    size: null,
    flat: false,
    keepsRgba: true,
    parameters: [
      {
        name: "amount",
        doc: "How strong the light is; 0 changes nothing.",
        type: "number",
        default: 0.7,
        minimum: 0,
        maximum: 4,
        step: 0.05,
        softMinimum: 0,
        softMaximum: 4,
      },
      {
        name: "sigma",
        doc: "Standard deviation of the blur.",
        unit: "px",
        type: "number",
        default: 12,
        minimum: 0,
        maximum: 250,
        step: 0.5,
        softMinimum: 0,
        softMaximum: 60,
      },
      {
        name: "threshold",
        doc: "What is no brighter than this level does not shine.",
        type: "number",
        default: 128,
        minimum: 0,
        maximum: 254,
        step: 1,
        softMinimum: 0,
        softMaximum: 254,
      },
    ],
  },
  {
    name: "chromaticAberration",
    title: "Chromatic aberration",
    doc: "Draws red larger than green and blue smaller, so that edges get colours towards the corners, as simple lenses do, or takes that back. Alpha is copied.",
    category: "effects",
    intensity: "amount",
    size: null,
    flat: false,
    keepsRgba: true,
    parameters: [
      {
        name: "amount",
        doc: "How far red and blue are moved in the corners, away from each other; less than 0 the other way, 0 changes nothing.",
        unit: "px",
        type: "number",
        default: 4,
        minimum: -100,
        maximum: 100,
        step: 0.1,
        softMinimum: -20,
        softMaximum: 20,
      },
      {
        name: "centerX",
        doc: "Where the centre is: 0 at the left, 1 at the right.",
        type: "number",
        default: 0.5,
        minimum: 0,
        maximum: 1,
        step: 0.01,
        softMinimum: 0,
        softMaximum: 1,
      },
      {
        name: "centerY",
        doc: "Where the centre is: 0 at the top, 1 at the bottom.",
        type: "number",
        default: 0.5,
        minimum: 0,
        maximum: 1,
        step: 0.01,
        softMinimum: 0,
        softMaximum: 1,
      },
    ],
  },
  {
    name: "pixelate",
    title: "Pixelate",
    doc: "Draws the picture in large pixels, each the mean of the square that it covers; colour is weighted with alpha.",
    category: "effects",
    intensity: "size",
    size: null,
    flat: false,
    parameters: [
      {
        name: "size",
        doc: "Columns and rows of a large pixel; 1 changes nothing.",
        unit: "px",
        type: "number",
        default: 8,
        minimum: 1,
        maximum: 1000,
        integer: true,
        step: 1,
        softMinimum: 1,
        softMaximum: 64,
      },
    ],
  },
  {
    name: "halftone",
    title: "Halftone",
    doc: "Draws the picture in round dots, the larger the darker it is, as newspapers are printed. Alpha is copied.",
    category: "effects",
    intensity: "size",
    size: null,
    flat: false,
    parameters: [
      {
        name: "size",
        doc: "How far it is from dot to dot.",
        unit: "px",
        type: "number",
        default: 8,
        minimum: 2,
        maximum: 500,
        step: 0.5,
        softMinimum: 2,
        softMaximum: 40,
      },
      {
        name: "degrees",
        doc: "How rows of dots are turned, clockwise.",
        unit: "°",
        type: "number",
        default: 45,
        step: 1,
        softMinimum: -90,
        softMaximum: 90,
      },
      {
        name: "mode",
        doc: "Whether dots are black, or of three colours.",
        type: "choice",
        default: "gray",
        choices: ["gray", "color"],
      },
    ],
  },
  {
    name: "grain",
    title: "Film grain",
    doc: "Adds grain as film has it: soft specks of a size, strongest in the middle tones, the same for the same seed. Alpha is copied.",
    category: "effects",
    intensity: "amount",
    size: null,
    flat: false,
    parameters: [
      {
        name: "amount",
        doc: "Standard deviation of the grain in the middle tones, in levels; 0 changes nothing.",
        type: "number",
        default: 16,
        minimum: 0,
        maximum: 255,
        step: 1,
        softMinimum: 0,
        softMaximum: 64,
      },
      {
        name: "size",
        doc: "Standard deviation of the blur that makes specks of points; 0 leaves points.",
        unit: "px",
        type: "number",
        default: 0.7,
        minimum: 0,
        maximum: 20,
        step: 0.1,
        softMinimum: 0,
        softMaximum: 4,
      },
      {
        name: "seed",
        doc: "Another number gives other grain.",
        type: "number",
        default: 0,
        minimum: 0,
        maximum: 4294967295,
        integer: true,
        step: 1,
        softMinimum: 0,
        softMaximum: 100,
      },
    ],
  },
  {
    name: "noise",
    title: "Noise",
    doc: "Adds noise to every colour, the same for the same seed. Alpha is copied.",
    category: "effects",
    intensity: "amount",
    size: null,
    flat: false,
    parameters: [
      {
        name: "amount",
        doc: "Standard deviation of the noise, in levels; 0 changes nothing.",
        type: "number",
        default: 20,
        minimum: 0,
        maximum: 255,
        step: 1,
        softMinimum: 0,
        softMaximum: 100,
      },
      {
        name: "distribution",
        doc: "How the noise is spread.",
        type: "choice",
        default: "normal",
        choices: ["normal", "uniform"],
      },
      {
        name: "monochrome",
        doc: "Whether red, green and blue get the same.",
        type: "boolean",
        default: false,
      },
      {
        name: "seed",
        doc: "Another number gives other noise.",
        type: "number",
        default: 0,
        minimum: 0,
        maximum: 4294967295,
        integer: true,
        step: 1,
        softMinimum: 0,
        softMaximum: 100,
      },
    ],
  },
  {
    name: "opacity",
    title: "Opacity",
    doc: "Scales alpha, as CSS `opacity()` (Filter Effects Module Level 1). Colours are copied.",
    category: "layers",
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
    name: "flatten",
    title: "Flatten",
    doc: "Lays the picture on a ground of one colour: nothing of it is transparent any more.",
    category: "layers",
    intensity: null,
    size: null,
    flat: false,
    parameters: [
      {
        name: "background",
        doc: "The ground: red, green and blue.",
        type: "numbers",
        required: false,
        default: [255, 255, 255],
        length: 3,
        minimum: 0,
        maximum: 255,
        example: [255, 255, 255],
      },
    ],
  },
  {
    name: "colorToAlpha",
    title: "Colour to alpha",
    doc: "Makes a colour transparent, and what is mixed with it as transparent as it can be: laid on that colour, the result looks as the picture did.",
    category: "layers",
    intensity: null,
    size: null,
    flat: false,
    parameters: [
      {
        name: "color",
        doc: "The colour that becomes transparent: red, green and blue.",
        type: "numbers",
        required: false,
        default: [255, 255, 255],
        length: 3,
        minimum: 0,
        maximum: 255,
        example: [255, 255, 255],
      },
    ],
  },
  {
    name: "blend",
    title: "Blend",
    doc: "Lays a second picture over the first, such as a watermark, by a blend mode of Compositing and Blending Level 1 (W3C). Where the second does not reach, nothing changes.",
    category: "layers",
    intensity: "opacity",
    size: null,
    flat: false,
    parameters: [
      {
        name: "image",
        doc: "The second picture.",
        type: "image",
        required: true,
      },
      {
        name: "mode",
        doc: "How its colours are mixed with those below, as CSS `mix-blend-mode`.",
        type: "choice",
        default: "normal",
        choices: [
          "normal",
          "multiply",
          "screen",
          "overlay",
          "darken",
          "lighten",
          "color-dodge",
          "color-burn",
          "hard-light",
          "soft-light",
          "difference",
          "exclusion",
          "hue",
          "saturation",
          "color",
          "luminosity",
        ],
      },
      {
        name: "opacity",
        doc: "Factor of its alpha; 0 changes nothing.",
        type: "number",
        default: 1,
        minimum: 0,
        maximum: 1,
        step: 0.01,
        softMinimum: 0,
        softMaximum: 1,
      },
      {
        name: "x",
        doc: "The column where its left edge lies; it may lie outside.",
        unit: "px",
        type: "number",
        default: 0,
        minimum: -65535,
        maximum: 65535,
        integer: true,
        step: 1,
        softMinimum: -2048,
        softMaximum: 2048,
      },
      {
        name: "y",
        doc: "The row where its upper edge lies; it may lie outside.",
        unit: "px",
        type: "number",
        default: 0,
        minimum: -65535,
        maximum: 65535,
        integer: true,
        step: 1,
        softMinimum: -2048,
        softMaximum: 2048,
      },
    ],
  },
  {
    name: "dropShadow",
    title: "Drop shadow",
    doc: "Lays a blurred shadow under what is visible, as of cut-out pictures and letters. The image does not grow: `pad` makes room before.",
    category: "layers",
    intensity: "opacity",
    size: null,
    flat: false,
    parameters: [
      {
        name: "dx",
        doc: "How far the shadow lies to the right.",
        unit: "px",
        type: "number",
        default: 6,
        minimum: -1000,
        maximum: 1000,
        integer: true,
        step: 1,
        softMinimum: -50,
        softMaximum: 50,
      },
      {
        name: "dy",
        doc: "How far it lies below.",
        unit: "px",
        type: "number",
        default: 6,
        minimum: -1000,
        maximum: 1000,
        integer: true,
        step: 1,
        softMinimum: -50,
        softMaximum: 50,
      },
      {
        name: "sigma",
        doc: "Standard deviation of its blur.",
        unit: "px",
        type: "number",
        default: 4,
        minimum: 0,
        maximum: 250,
        step: 0.5,
        softMinimum: 0,
        softMaximum: 30,
      },
      {
        name: "color",
        doc: "Its colour: red, green and blue.",
        type: "numbers",
        required: false,
        default: [0, 0, 0],
        length: 3,
        minimum: 0,
        maximum: 255,
        example: [0, 0, 0],
      },
      {
        name: "opacity",
        doc: "How dense it is; 0 changes nothing.",
        type: "number",
        default: 0.6,
        minimum: 0,
        maximum: 1,
        step: 0.01,
        softMinimum: 0,
        softMaximum: 1,
      },
    ],
  },
  {
    name: "multiply",
    title: "Multiply",
    doc: "Multiplies by a factor: the three colour channels of a picture, clamped, or every number of a flat list, unclamped.",
    category: "technical",
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
    category: "technical",
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
    name: "lut1d",
    title: "Tables",
    doc: "Looks each channel up in a table of its own.",
    category: "technical",
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
        example: rising("0000000100001001001001010101101011011101110111111111011112111111111211112111121121112112121121121211212121211212121212121212121212121212121212121212112121212112121121121211211121121111211112111111111211110111111111011101110110101101010100100100100001000000"),
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
        example: rising("0010101010101011010110110111011101111101111111101111111111111121111111112111111211111211121111211121112111211211121121112112112111211211211121121112112111211121112111121112111112111111211111111121111111111111101111111101111101110111011011010110101010101010"),
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
        example: rising("0212121212121211212112112111211121111121111111121111111111111101111111110111111011111011101111011101110111011011101101110110110111011011011101101110110111011101110111101110111110111111011111111101111111111111121111111121111121112111211211212112121212121212"),
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
        example: rising("0111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111"),
      },
    ],
  },
  {
    name: "gray",
    title: "Grey (luma)",
    doc: "Makes every pixel the grey of its luma (BT.601), as old television saw it. `grayscale` has the weights of CSS, which are others. Alpha is copied.",
    category: "technical",
    intensity: null,
    size: null,
    flat: false,
    parameters: [],
  },
  {
    name: "convolve",
    title: "Convolve",
    doc: "Replaces each pixel by a weighted sum of its neighbourhood: a correlation, the kernel is not turned.",
    category: "technical",
    intensity: null,
    size: null,
    flat: false,
    keepsRgba: true,
    parameters: [
      {
        name: "width",
        doc: "Columns of the kernel.",
        type: "number",
        default: 3,
        minimum: 1,
        maximum: 127,
        integer: true,
        odd: true,
        step: 2,
        softMinimum: 1,
        softMaximum: 127,
      },
      {
        name: "height",
        doc: "Rows of the kernel.",
        type: "number",
        default: 3,
        minimum: 1,
        maximum: 127,
        integer: true,
        odd: true,
        step: 2,
        softMinimum: 1,
        softMaximum: 127,
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
    name: "formula",
    title: "Formula",
    doc: "A filter of your own: a formula for each channel, such as `mix(g, luma, 0.3)`. What has none stays as it is.",
    category: "technical",
    intensity: "intensity",
    size: null,
    flat: false,
    checkedByEngine: true,
    parameters: [
      {
        name: "r",
        doc: "What red becomes.",
        type: "text",
        required: false,
        example: "r * 1.2",
        code: true,
      },
      {
        name: "g",
        doc: "What green becomes.",
        type: "text",
        required: false,
        example: "mix(g, luma, 0.3)",
        code: true,
      },
      {
        name: "b",
        doc: "What blue becomes.",
        type: "text",
        required: false,
        example: "b + 0.1 * sin(x / 20)",
        code: true,
      },
      {
        name: "a",
        doc: "What alpha becomes; of an image that has none, nothing is made of it.",
        type: "text",
        required: false,
        example: "a * smoothstep(0.9, 0.4, hypot(u - 0.5, v - 0.5))",
        code: true,
      },
      {
        name: "let",
        doc: "Names that all formulas may use: `name = …;`, one after another.",
        type: "text",
        required: false,
        example: "d = hypot(u - 0.5, v - 0.5);",
        code: true,
      },
      {
        name: "intensity",
        doc: "A number that formulas may use, and that each item may set.",
        type: "number",
        default: 1,
        step: 0.01,
        softMinimum: 0,
        softMaximum: 2,
      },
      {
        name: "border",
        doc: "What `at(dx, dy)` and the like see outside the image.",
        type: "choice",
        default: "clamp",
        choices: ["clamp", "reflect101", "reflect", "wrap", "transparent"],
      },
    ],
  },
];
