/** What `work.mjs` tells in every mode, browser and runtime. */

/** `base`: the address of the folder of `heavy.mjs`. `isShared`: images between filters lie in shared memory. */
export function expected(base: string, isShared: boolean) {
  const heavy = `${base}heavy.mjs`;
  const exports =
    "applyHeavyFilter, default, endsItAndReturns, endsItForTwo, endsItsWorker, grayHalf, invertLater, kindOf, never, part, replaces, tell, throws, throwsItsOwn, throwsOddly, throwsSeveral, uncloneable, waits, word, wrongLength";
  const missing = (name: string) => ({
    ...{ name: "PixelpoolError", code: "unknown-filter", filter: name },
    message: `${heavy} exports no function "${name}"; there are ${exports}`,
  });
  const noImage = {
    ...{ name: "TypeError", code: "invalid-image" },
    message: "only an image can go on from here, and what word has given back is a string",
  };
  return {
    exercise: [
      [1, [20, 40, 60]],
      [2, [120, 150, 180]],
    ],
    empty: [],
    served: [["a", [5, 10]]],
    notServed: {
      ...{ name: "PixelpoolError", code: "unknown-filter", filter: "applyHeavyFilters" },
      message: 'the worker serves no function "applyHeavyFilters"; did you mean applyHeavyFilter?',
    },
    sameAlone: Array<boolean>(12).fill(true),
    ...{ isKept: true, twice: true, intensities: true, isShared },
    told: {
      ...{ type: "Uint8ClampedArray", width: 320, height: 240, channels: 4, colorSpace: "srgb" },
      ...{ intensity: 7, index: 0, parameters: { strength: 3, list: [1, 2] }, aborted: false },
    },
    ids: [
      [{ deep: [1] }, 0],
      ["none", 1],
    ],
    kinds: ["Null", "Number", "String", "Map", "Array", "Object", "Uint16Array", "ArrayBuffer", "Blob"].map(
      (kind) => `[object ${kind}]`,
    ),
    formats: [
      ["Uint16Array", 3],
      ["Float32Array", 1],
    ],
    half: [
      ["Float32Array", 0.25, 160, 120, 1],
      ["Float32Array", Math.fround(0.25 * (1 - 2 ** -24)), 10, 8, 1],
    ],
    part: [320, 1, true],
    files: ["image/png", 320, true],
    failures: {
      throws: {
        ...{ name: "PixelpoolError", code: "function-failed", filter: "throws" },
        message: "throws: this one is no good",
        cause: ["RangeError", "this one is no good", true, null],
      },
      throwsItsOwn: {
        ...{ name: "PixelpoolError", code: "function-failed", filter: "throwsItsOwn" },
        message: "throwsItsOwn: the model is not there yet",
        cause: ["ModelError", "the model is not there yet", true, "not-ready"],
      },
      throwsOddly: {
        ...{ name: "PixelpoolError", code: "function-failed", filter: "throwsOddly" },
        message: "throwsOddly: a value without words was thrown",
        cause: [null, null, false, null],
      },
      endsItsWorker: {
        ...{ name: "PixelpoolError", code: "worker-lost", filter: "endsItsWorker" },
        message: "a worker was lost: it has ended, by a function's doing or from outside",
      },
      word: noImage,
      uncloneable: { name: "PixelpoolError", code: "function-failed", filter: "uncloneable" },
      wrongLength: {
        ...{ name: "RangeError", code: "invalid-image", filter: "wrongLength" },
        message: "wrongLength: 2 × 2 pixels need 4, 8, 12 or 16 numbers (1 to 4 channels), got 3",
      },
      noFunction: missing("noFunction"),
      missing: missing("missing"),
    },
    noImage,
    noFile: noImage,
    noModule: { name: "PixelpoolError", code: "unsupported", filter: "nowhere.mjs", says: true },
    readBefore: 0,
    neighbours: ["rejected,rejected,rejected", "rejected,rejected,rejected", "fulfilled,fulfilled,fulfilled"],
    ending: Array<unknown>(4).fill([2, "worker-lost"]),
    several: [true, "E_ONE", true],
    besideAtImport: ["worker-lost", true],
    unsent: { name: "TypeError", code: "invalid-item", says: true },
    noWorker: {
      ...{ name: "TypeError", code: "invalid-option" },
      message: "the option functions must return a Worker, got an object",
    },
    atImport: `a worker was lost while it loaded ${base}ends.mjs: it has ended, by a function's doing or from outside`,
    cancelled: ["enough", true, "enough", true],
    report: [4, 0, true, 4],
    ...{ closed: true, terminated: "closed" },
  };
}
