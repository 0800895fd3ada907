/** What files hold beside their pictures. */

/** What is left out the file does not have, or it is broken, or longer than {@link MOST_BYTES}. */
export interface Metadata {
  /** An ICC profile (ISO 15076-1). */
  profile?: Uint8Array<ArrayBuffer> | undefined;
  /** Exif data (CIPA DC-008): a TIFF, without the name that stands before it in a JPEG. */
  exif?: Uint8Array<ArrayBuffer> | undefined;
  /** An XMP packet (ISO 16684-1): XML in UTF-8. */
  xmp?: Uint8Array<ArrayBuffer> | undefined;
  /** Records of IPTC (IIM 4), without the resource of Photoshop that they stand in. */
  iptc?: Uint8Array<ArrayBuffer> | undefined;
}

export type Kind = keyof Metadata;

/** The longest metadata that are read: of each kind, unpacked. */
export const MOST_BYTES = 4 << 20;

/** What files are made of. */
export type Part = Blob | Uint8Array<ArrayBuffer>;

/** Bytes of a file, from one place to before another, and what comes in their place. */
export interface Edit {
  from: number;
  to: number;
  parts?: readonly Part[];
}

/** How a file is edited to hold metadata in the place of its own, and which of them it can hold. */
export interface Edits {
  /** In the order of their places. */
  edits: readonly Edit[];
  written: readonly Kind[];
}

/** Of what is no file of that type. */
export const NO_EDITS: Edits = { edits: [], written: [] };
