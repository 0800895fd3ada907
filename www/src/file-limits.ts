/** What types of files can hold. Pure. */
import { PixelpoolError } from "./errors.js";

/** Sides in pixels. What is larger, Chromium cuts off without a word. */
const LONGEST_SIDES: Readonly<Partial<Record<string, number>>> = { "image/webp": 16_383, "image/jpeg": 65_500 };

/** Throws where an image is too large for a type. */
export function checkSidesOf(
  type: string,
  { width, height }: { width: number; height: number },
  name = "the image",
): void {
  const longest = LONGEST_SIDES[type] ?? Infinity;
  if (Math.max(width, height) <= longest) return;
  const message = `${type} holds sides of at most ${longest} px, the result of ${name} has ${width} × ${height}`;
  throw new PixelpoolError(message, { code: "encode-failed" });
}
