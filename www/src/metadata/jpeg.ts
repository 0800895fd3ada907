/** Metadata of JPEG files (ISO/IEC 10918-1, B.2.4.6): segments before the first scan, each with a name before its payload. */
import { hasText } from "../formats.js";
import { joined, type Bytes } from "../headers/bytes.js";
import { EXIF_NAME } from "../headers/exif.js";
import { EXIF, PROFILE, PROFILE_NAME, ProfileParts, segmentsIn, type Segment } from "../headers/jpeg.js";
import { copyOf, latinBytes } from "./parts.js";
import { iptcIn, resourceOf } from "./photoshop.js";
import { MOST_BYTES, NO_EDITS, type Edit, type Edits, type Kind, type Metadata, type Part } from "./types.js";

const [JFIF, PHOTOSHOP] = [0xe0, 0xed] as const;
/** XMP that is too long for one segment goes on in others, which have another name: they hold depth maps and the like. */
const XMP_NAME = "http://ns.adobe.com/xap/1.0/\0";
const MORE_XMP_NAME = "http://ns.adobe.com/xmp/extension/\0";
const PHOTOSHOP_NAME = "Photoshop 3.0\0";
/** The most that a segment holds, its name included. */
const SEGMENT_BYTES = 65_533;
/** The parts of a profile are counted in one byte. */
const MOST_PARTS = 255;

export async function readJpeg(file: Bytes, found: Metadata): Promise<void> {
  const profile = new ProfileParts();
  const resources: Uint8Array[] = [];
  let room = MOST_BYTES;
  try {
    for await (const segment of segmentsIn(file)) {
      const { start, end } = segment;
      const payload = (name: string) => copyOf(file, [start + name.length, end - start - name.length]);
      if (has(segment, EXIF, EXIF_NAME)) {
        found.exif ??= await payload(EXIF_NAME);
      } else if (has(segment, EXIF, XMP_NAME)) {
        found.xmp ??= await payload(XMP_NAME);
      } else if (has(segment, PROFILE, PROFILE_NAME)) {
        const places = profile.add(segment);
        found.profile = places && (await copyOf(file, ...places));
      } else if (has(segment, PHOTOSHOP, PHOTOSHOP_NAME) && room > 0) {
        const part = await payload(PHOTOSHOP_NAME);
        if (part) resources.push(part);
        room -= end - start;
      }
    }
  } finally {
    // A resource may begin in one segment and end in the next.
    found.iptc = iptcIn(joined(resources));
  }
}

function has({ marker, data, start, end }: Segment, wanted: number, name: string): boolean {
  return marker === wanted && start + name.length <= end && hasText(data, 4, name);
}

/** Which kind of metadata a segment belongs to. */
function kindOf(segment: Segment): Kind | undefined {
  if (has(segment, EXIF, EXIF_NAME)) return "exif";
  if (has(segment, EXIF, XMP_NAME) || has(segment, EXIF, MORE_XMP_NAME)) return "xmp";
  if (has(segment, PROFILE, PROFILE_NAME)) return "profile";
  return has(segment, PHOTOSHOP, PHOTOSHOP_NAME) ? "iptc" : undefined;
}

/** New segments stand before all others, but behind those of JFIF, which must be the first. */
export async function editsOfJpeg(file: Bytes, metadata: Metadata): Promise<Edits> {
  if (!hasText(await file.at(0, 2), 0, "\xff\xd8")) return NO_EDITS;
  const [segments, written] = newSegments(metadata);
  const added = { from: 2, to: 2, parts: segments };
  const edits: Edit[] = [added];
  for await (const segment of segmentsIn(file)) {
    const { marker, at, end } = segment;
    if (marker === JFIF && at === added.to) added.from = added.to = end;
    const kind = kindOf(segment);
    if (kind && written.includes(kind)) edits.push({ from: at, to: end });
  }
  return { edits, written };
}

function newSegments({ profile, exif, xmp, iptc }: Metadata): [segments: Part[], written: Kind[]] {
  const segments: Part[] = [];
  const written: Kind[] = [];
  const add = (kind: Kind, marker: number, name: string, payload: Uint8Array<ArrayBuffer>) => {
    const length = name.length + payload.length;
    if (length > SEGMENT_BYTES) return;
    segments.push(Uint8Array.of(0xff, marker, (length + 2) >> 8, length + 2), latinBytes(name), payload);
    if (!written.includes(kind)) written.push(kind);
  };
  if (exif) add("exif", EXIF, EXIF_NAME, exif);
  if (xmp) add("xmp", EXIF, XMP_NAME, xmp);
  if (profile) {
    const room = SEGMENT_BYTES - PROFILE_NAME.length - 2;
    const count = Math.ceil(profile.length / room);
    for (let part = 1; part <= count && count <= MOST_PARTS; part++) {
      const bytes = profile.subarray((part - 1) * room, part * room);
      add("profile", PROFILE, PROFILE_NAME, joined([Uint8Array.of(part, count), bytes]));
    }
  }
  if (iptc) add("iptc", PHOTOSHOP, PHOTOSHOP_NAME, resourceOf(iptc));
  return [segments, written];
}
