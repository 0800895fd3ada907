/** No filter, only the copy of as many bytes as a result has: what is cut or turned can hardly cost less. */
import { onPageOrInWorkers, type Rival } from "./contestant.js";
import { sizeAfter } from "./work.js";

export const COPIED = ["crop", "flipH", "flipV", "rotate90", "rotate180"];

export const copy: Rival = {
  name: "a plain copy",
  ways: (steps, threads) => (steps.every(({ kind }) => COPIED.includes(kind)) ? onPageOrInWorkers(threads) : []),
  open: ({ workers }) =>
    Promise.resolve((steps, { data, width, height }) => {
      const [toWidth, toHeight] = sizeAfter(steps, [width, height]);
      const length = toWidth * toHeight * 4;
      // A worker has been given a copy already.
      const copied = workers > 0 && length === data.length ? data : data.slice(0, length);
      return { data: copied, width: toWidth, height: toHeight };
    }),
};
