/** The files to work on, put together from the demo's photos when the script runs. */
import { mkdirSync } from "node:fs";
import path from "node:path";
import { encode } from "../native.js";
import { collage } from "../photos.js";
import type { Picture } from "../work.js";
import { addressOf, jobs } from "./jobs.js";

/** Discs of what is cut out, with soft rims, in pixels. */
const [DISTANCE, RADIUS, RIM] = [360, 150, 12];

/** Writes the files of a job; returns their paths. */
export async function writeSources(root: string, job: number, photos: readonly Picture[]): Promise<string[]> {
  const { count, size, source } = jobs[job]!;
  const files = Array.from({ length: count }, (_, index) => path.join(root, addressOf(job, index)));
  for (const [seed, file] of files.entries()) {
    mkdirSync(path.dirname(file), { recursive: true });
    const picture = collage(photos, ...size, seed);
    await encode(source === "image/png" ? cutOut(picture) : picture, source, file);
  }
  return files;
}

/** As pictures that were cut out are: opaque, with soft rims, and nothing at all around. */
function cutOut({ data, width, height }: Picture): Picture {
  const cut = data.slice();
  const fromCentre = (at: number) => (at % DISTANCE) - DISTANCE / 2;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const inside = (RADIUS - Math.hypot(fromCentre(x), fromCentre(y))) / RIM;
      const at = (y * width + x) * 4;
      if (inside <= 0) cut.fill(0, at, at + 4);
      else cut[at + 3] = Math.min(1, inside) * 255;
    }
  }
  return { data: cut, width, height };
}
