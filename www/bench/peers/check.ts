/** How far results are from the definition, in levels of 255. The means are those of red, green and blue. */
import { cut, expected, type Part } from "./reference.js";
import { sizeAfter, type Line, type Picture } from "./work.js";

export interface Distance {
  largest: number;
  mean: number;
}

/** In the middle, so far from the borders that it does not matter what lies beyond them. */
export function partOf({ steps, size }: Pick<Line, "steps" | "size">): Part {
  const [width, height] = sizeAfter(steps, size);
  // Whose definition takes long is looked at in few places.
  const most = steps.some(({ kind }) => kind === "nlm") ? [64, 40] : [480, 300];
  const [partWidth, partHeight] = [Math.min(most[0]!, width >> 1), Math.min(most[1]!, height >> 1)];
  return { left: (width - partWidth) >> 1, top: (height - partHeight) >> 1, width: partWidth, height: partHeight };
}

/** Holds all results of these pictures against the definition. */
export function checker(line: Line, pictures: readonly Picture[]): (results: readonly Picture[]) => Distance {
  const part = partOf(line);
  const wanted = pictures.map((picture) => expected(line.steps, picture, part));
  return (results) => {
    if (results.length !== pictures.length) throw new Error(`${results.length} results of ${pictures.length} pictures`);
    if (results.some(({ data }) => pictures.some((picture) => picture.data.buffer === data.buffer))) {
      throw new Error("a result lies in an input's buffer");
    }
    const distances = results.map((result, index) => distance(cut(result, part), wanted[index]!));
    return {
      largest: Math.max(...distances.map(({ largest }) => largest)),
      mean: distances.reduce((sum, { mean }) => sum + mean, 0) / distances.length,
    };
  };
}

function distance(given: Picture, wanted: Picture): Distance {
  let [largest, sum] = [0, 0];
  wanted.data.forEach((value, index) => {
    const difference = Math.abs(value - given.data[index]!);
    largest = Math.max(largest, difference);
    if (index % 4 !== 3) sum += difference;
  });
  return { largest, mean: sum / ((wanted.data.length / 4) * 3) };
}

/** What tells whether a picture has been written to. */
export function fingerprint({ data }: Picture): number {
  let hash = 2166136261;
  for (const word of new Uint32Array(data.buffer, data.byteOffset, data.byteLength >> 2)) {
    hash = Math.imul(hash ^ word, 16777619);
  }
  return hash >>> 0;
}
