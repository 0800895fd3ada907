/** What came out of files, held against the definition. Decoded by libvips, which is nobody's codec here but wasm-vips'. */
import { partOf, type Distance } from "../check.js";
import { decode, typeOf } from "../native.js";
import { cut, expected } from "../reference.js";
import type { Picture } from "../work.js";
import type { Job } from "./jobs.js";
import type { Made } from "./page.js";

export interface Look extends Distance {
  /** Mean length of a file. */
  bytes: number;
}

/** Holds the files that were made of the first sources against what the definition makes of them. Throws where they are no such files. */
export async function fileChecker(
  job: Job,
  sources: readonly string[],
): Promise<(made: readonly Made[]) => Promise<Look>> {
  const part = partOf({ steps: [job.step], size: job.size });
  const wanted = await Promise.all(
    sources.map(async (file) => premultiplied(expected([job.step], await decode(file), part))),
  );
  const [width, height] = job.step.kind === "resize" ? [job.step.width, job.step.height] : job.size;
  const look = async ({ type, base64 }: Made, index: number): Promise<Look> => {
    const file = Buffer.from(base64, "base64");
    const picture = await decode(file);
    const facts = `${type}, ${await typeOf(file)}, ${picture.width} × ${picture.height}`;
    const wish = `${job.output.type}, ${job.output.type}, ${width} × ${height}`;
    if (facts !== wish) throw new Error(`${facts} came, not ${wish}`);
    return { ...distance(premultiplied(cut(picture, part)), wanted[index]!), bytes: file.length };
  };
  return async (made) => {
    if (made.length !== sources.length) throw new Error(`${made.length} files of ${sources.length}`);
    const looks = await Promise.all(made.map(look));
    const mean = (of: (look: Look) => number) => looks.reduce((sum, look) => sum + of(look), 0) / looks.length;
    return {
      largest: Math.max(...looks.map(({ largest }) => largest)),
      mean: mean((look) => look.mean),
      bytes: mean(({ bytes }) => bytes),
    };
  };
}

/** Colours as they are seen: what nothing shows of has none. */
function premultiplied({ data, width, height }: Picture): Picture {
  const seen = data.map((value, at) => (at % 4 === 3 ? value : (value * data[at - (at % 4) + 3]!) / 255));
  return { data: seen, width, height };
}

/** The mean is that of the colours, or of alpha where that is further off. */
function distance(given: Picture, wanted: Picture): Distance {
  let [largest, colours, alpha] = [0, 0, 0];
  wanted.data.forEach((value, at) => {
    const difference = Math.abs(value - given.data[at]!);
    largest = Math.max(largest, difference);
    if (at % 4 === 3) alpha += difference;
    else colours += difference / 3;
  });
  return { largest, mean: Math.max(colours, alpha) / (wanted.data.length / 4) };
}
