/** Functions of a user's own, as a module. */

/** The exercise. */
export function applyHeavyFilter(data, intensity) {
  return data.map((value) => value * intensity);
}

/** What the built-in filter does, in place. */
export default function invert(image) {
  const { data } = image;
  for (let at = 0; at < data.length; at += 4) {
    for (let color = 0; color < 3; color++) data[at + color] = 255 - data[at + color];
  }
}

/** The same as a new image, later. */
export async function invertLater(image) {
  await new Promise((resolve) => setTimeout(resolve, 1));
  const { data, width, height } = image;
  return { data: data.map((value, at) => (at % 4 === 3 ? value : 255 - value)), width, height };
}

/** The same as other pixels in the same image. */
export function replaces(image) {
  image.data = image.data.map((value, at) => (at % 4 === 3 ? value : 255 - value));
}

/** What it is told. */
export function tell(image, intensity, { id, index, parameters, signal }) {
  const { data, width, height, channels, colorSpace } = image;
  const isShared = typeof SharedArrayBuffer === "function" && data.buffer instanceof SharedArrayBuffer;
  const described = { type: data.constructor.name, width, height, channels, colorSpace, isShared };
  return { ...described, intensity, id, index, parameters, aborted: signal.aborted };
}

export const kindOf = (data) => Object.prototype.toString.call(data);

/** An image of half the size, in floats of one channel. */
export function grayHalf({ width, height }) {
  const [w, h] = [width >> 1, height >> 1];
  return { data: new Float32Array(w * h).fill(0.25), width: w, height: h };
}

export const part = ({ data, width }) => ({ data: data.subarray(0, width * 4), width, height: 1 });

export const wrongLength = () => ({ data: new Uint8ClampedArray(3), width: 2, height: 2 });

export const word = () => "a word";

export const uncloneable = () => () => 1;

export function throws() {
  throw new RangeError("this one is no good");
}

class ModelError extends Error {
  name = "ModelError";
  code = "not-ready";
  retry = () => undefined;
}

export function throwsItsOwn() {
  throw new ModelError("the model is not there yet");
}

export function throwsSeveral() {
  const own = Object.assign(new RangeError("one of them"), { code: "E_ONE" });
  throw new AggregateError([own], "all of them", { cause: own });
}

export const throwsOddly = () => Promise.reject({ toString: null });

function end() {
  const { process } = globalThis;
  // A runtime's threads end by its own word.
  if (process?.getBuiltinModule && typeof crossOriginIsolated === "undefined") process.exit();
  close();
}

export function endsItsWorker() {
  end();
  return new Promise(() => undefined);
}

/** Ends it for one item, and gives a result all the same. */
export function endsItForTwo(image, _intensity, { id }) {
  if (id === 2) end();
  return invertLater(image);
}

export const endsItAndReturns = (image, _intensity, { id }) => {
  if (id === 2) end();
  return image;
};

export function never() {
  for (;;);
}

/** Ends when it is cancelled. */
export function waits(_data, _intensity, { signal }) {
  return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
}

export const noFunction = 3;
