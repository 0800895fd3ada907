/** What a file of a picture says of itself, as a public type. */

/** What {@link inspect} tells of a file, and `source` of an outcome. */
export interface SourceInfo {
  /** The kind of file, told by its first bytes: its name and the type that it was sent with do not matter. */
  type:
    | "image/jpeg"
    | "image/png"
    | "image/gif"
    | "image/webp"
    | "image/bmp"
    | "image/x-icon"
    | "image/avif"
    | "image/heic";
  /** Length of the file in bytes. */
  bytes: number;
  /**
   * Width in pixels as the file stores it, at least 1: before it is turned by its `orientation`. Of a GIF or an animation it is the
   * width of the whole canvas, of an ICO that of its largest picture.
   */
  width: number;
  /** Height in pixels as the file stores it, at least 1. */
  height: number;
  /**
   * How the stored picture must be turned to be upright: 1 to 8, with the meanings of Exif. 1: not at all, 3: by 180°, 6: by 90°
   * clockwise, 8: by 90° counterclockwise; 2, 4, 5 and 7 mirror it, too. From 5 on, width and height change places. It is 1
   * where the file says nothing, or nothing that makes sense.
   */
  orientation: number;
  /** Bits of one number of a pixel: 1 to 16. Colours of a palette have 8; of several lengths it is the longest. */
  depth: number;
  /**
   * Numbers of a pixel. 1: grey, 2: grey and alpha, 3: RGB, 4: RGBA, or CMYK in a JPEG. A palette counts as the colours that it
   * stands for, and a colour that is marked as transparent counts as alpha.
   */
  channels: number;
  /**
   * What the colours are of: `"srgb"` also where the file says nothing, or where its profile is broken; `"other"` for everything
   * else, such as Adobe RGB, CMYK or linear light.
   */
  colorSpace: "srgb" | "display-p3" | "other";
  /** Whether there is an ICC profile in it, of whatever colour space. */
  hasProfile: boolean;
  /**
   * Pictures of an animation, 1 for a still. A picture that a PNG keeps for viewers without animations does not count unless
   * it is part of the animation. A GIF or WebP may have more pictures than this says where it has more than 64 MiB, or more than 10,000 of
   * them: the search ends some time.
   */
  frames: number;
}
