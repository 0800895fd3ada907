/** Resources of Photoshop, as JPEG files hold them ("Adobe Photoshop File Formats Specification", image resources). */
import { hasText, viewOf } from "../formats.js";
import { joined } from "../headers/bytes.js";
import { latinBytes } from "./parts.js";

/** Before each resource; then come its number, a name with its length before it, and the resource with its length. */
const SIGNATURE = "8BIM";
const IPTC = 0x0404;
/** Of a resource without a name. */
const HEAD_BYTES = 12;

/** The records of IPTC among resources. */
export function iptcIn(resources: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | undefined {
  const view = viewOf(resources);
  for (let at = 0; at + HEAD_BYTES <= resources.length;) {
    // The name with its length, and the resource, have even lengths.
    const start = at + 6 + evenly(view.getUint8(at + 6) + 1) + 4;
    if (start > resources.length) return undefined;
    const end = start + view.getUint32(start - 4);
    if (hasText(view, at, SIGNATURE) && view.getUint16(at + 4) === IPTC) {
      return end > start && end <= resources.length ? resources.slice(start, end) : undefined;
    }
    at = start + evenly(end - start);
  }
  return undefined;
}

/** Records of IPTC as the only resource. */
export function resourceOf(iptc: Uint8Array): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(HEAD_BYTES);
  head.set(latinBytes(SIGNATURE));
  viewOf(head).setUint16(4, IPTC);
  viewOf(head).setUint32(8, iptc.length);
  return joined([head, iptc, new Uint8Array(iptc.length % 2)]);
}

function evenly(length: number): number {
  return length + (length % 2);
}
