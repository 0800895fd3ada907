/** How files are read and written, as public types. */

/** Types of files that results can be written as by the package itself, or by the browser. */
export type FileType = "image/png" | "image/jpeg" | "image/webp";

/** Results as files. The result is a `File` with the ending of its type where the image came as a `File`, else a `Blob`. */
export interface FileOutput {
  /**
   * The type of the file; those that are not the package's own need a codec of the user's (see `PoolOptions.codecs`). `"source"`: each
   * file its own type; PNG where there is alpha, else JPEG, for images of other kinds and for files that cannot be written.
   */
  type: FileType | "source" | "image/avif" | "image/jxl" | "image/tiff" | "image/qoi";
  /** 0 to 1. Default: 0.85 for JPEG, 0.8 for others that lose something. PNG and lossless files have none. */
  quality?: number;
  /** Of a WebP: every pixel stays as it is. Default `false`. JPEG cannot be lossless, PNG always is. */
  lossless?: boolean;
  /**
   * What shows through transparent pixels where the type has no alpha, as JPEG: `"#rgb"`, `"#rrggbb"`, or red, green and blue from
   * 0 to 255. Default: white.
   */
  background?: string | readonly [red: number, green: number, blue: number];
  /**
   * Bytes that the file may have at most. Its quality is lowered until it fits, from `quality` downwards; where it does not, or has
   * nothing to lower, it fails with `encode-failed`. It is written some six times for that.
   */
  maxBytes?: number;
  /**
   * Where the file would be longer than the one that the image came as, is of the same type, and holds the same pixels: that file
   * itself, with all that is in it. Default `false`.
   */
  notLarger?: boolean;
  /**
   * What else is in the file. `"color"` (default): a colour profile, where the colours are not sRGB. `"none"`: nothing; colours are
   * converted to sRGB. `"keep"`: also what the image's own file says, as Exif, XMP and IPTC, with the orientation and the size of the result.
   */
  metadata?: "none" | "color" | "keep";
  /**
   * Of a JPEG, the resolution of its colours: a half in both directions (`"4:2:0"`, the default), or that of the image (`"4:4:4"`), for
   * drawings and texts. Other types do not have it.
   */
  chroma?: "4:2:0" | "4:4:4";
  /**
   * Of a JPEG: it shows all of the image early, and then better and better. It is smaller by some percent, and takes three times as
   * long to write. Default `false`. Other types do not have it.
   */
  progressive?: boolean;
}

/** How files are read. */
export interface FileInput {
  /**
   * `"srgb"` (default): colours are converted to sRGB by the profile in their file. `"source"`: numbers stay as they are; a file
   * that is written of them gets the profile.
   */
  colorSpace?: "srgb" | "source";
  /**
   * Bits of a number. `"source"`: 16 where the file has more than 8, and for that `output: "pixels"` or a type of file that holds them,
   * PNG. Default: 8 for pixels; for files `"source"` where their type holds it, else 8.
   */
  depth?: 8 | "source";
  /** What becomes of animations: the first picture (default), or an error. */
  frames?: "first" | "refuse";
  /**
   * `"exact"` (default): all pixels are decoded. `"fast"`: a JPEG that the chain first resizes to less than half is decoded at 1/2, 1/4
   * or 1/8 of its size, at least the size of the result: several times as fast, with less memory, and slightly other pixels.
   */
  shrink?: "exact" | "fast";
}

/**
 * A module of the user's that reads and writes files of a type, as those of jSquash do: it exports one of the functions or both, and is
 * loaded by workers. It gets the bytes of a file, and gives straight RGBA bytes, in sRGB; or gets pixels, and gives the bytes of a
 * file. `quality` is from 0 to 100.
 */
export interface CodecModule {
  decode?: (file: ArrayBuffer) => PromiseLike<CodecPixels> | CodecPixels;
  encode?: (
    pixels: CodecPixels,
    options?: { quality?: number; lossless?: boolean },
  ) => PromiseLike<ArrayBuffer | Uint8Array> | ArrayBuffer | Uint8Array;
}

/** `data.length` is `width × height × 4`. */
export interface CodecPixels {
  data: Uint8Array | Uint8ClampedArray;
  width: number;
  height: number;
}
