/**
 * Parameters with which a small photo shows what a filter does, for its picture in a list: those of the definition, and where these
 * change nothing, further ones, until one does. A filter that came yesterday has a picture without a word here.
 */
import type { FilterInfo, FilterSpec, ImageParameter, NumberParameter, ParameterInfo } from "pixelpool";

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Any parameters of any filter: names are those of definitions, which types know one by one. */
type Parameters = Readonly<Record<string, unknown>>;

/** Where the definition's own say little: neutral ones that only several numbers together leave, or what depends on the size. */
const table: Readonly<Record<string, (size: Size) => Parameters>> = {
  resize: ({ width }) => ({ width: Math.round(width * 0.6) }),
  crop: ({ width, height }) => ({
    x: Math.round(width / 4),
    y: Math.round(height / 5),
    width: Math.round(width / 2),
    height: Math.round(height / 2),
  }),
  warp: ({ width, height }) => ({
    matrix: [0.85, -0.2, width * 0.16, 0.12, 0.85, 0, 0.12 / width, 0, 1],
    width,
    height,
  }),
  levels: () => ({ inBlack: 50, inWhite: 190, gamma: 1.2 }),
  hslAdjust: () => ({ hue: [0, 0, 0, 160, 160, 0, 0, 0], saturation: [0.5, -1, -1, 0.3, 0.3, -1, 0, 0] }),
  channelMixer: () => ({ red: [0, 0, 1], blue: [1, 0, 0] }),
  temperature: () => ({ kelvin: 3800 }),
  flatten: () => ({ background: [255, 200, 90] }),
  median: () => ({ radius: 3 }),
  bilateral: () => ({ sigmaColor: 80 }),
  nlm: () => ({ h: 30 }),
  morphology: () => ({ op: "dilate", radius: 2 }),
  shadowsHighlights: () => ({ shadows: 1 }),
  tint: () => ({ amount: 0.8 }),
  halftone: () => ({ size: 5 }),
  laplacian: () => ({ scale: 3 }),
  differenceOfGaussians: () => ({ scale: 12 }),
  unsharpMask: () => ({ amount: 3 }),
  clarity: () => ({ amount: 1.5 }),
};

/** What a filter needs to work on, other than a photo. */
const before: Readonly<Record<string, readonly FilterSpec[]>> = {
  flatten: [{ kind: "colorToAlpha", color: [255, 255, 255] }],
  dropShadow: [{ kind: "pad" }],
};

function exampleOf(parameter: ParameterInfo, picture: ImageParameter): unknown {
  if (parameter.type === "image") return picture;
  if (parameter.type === "numbers" || parameter.type === "text") return parameter.example;
  return parameter.type === "number" ? parameter.example : undefined;
}

/** A value that is well away from the one that is taken anyhow. */
function far(parameter: NumberParameter, share: number): number {
  const { softMinimum, softMaximum, step } = parameter;
  const from = parameter.default ?? softMinimum;
  const to = softMaximum - from >= from - softMinimum ? softMaximum : softMinimum;
  const value = from + (to - from) * share;
  const rounded = parameter.integer ? Math.round(value) : Number((Math.round(value / step) * step).toFixed(6));
  return parameter.odd && rounded % 2 === 0 ? rounded + 1 : rounded;
}

/** Chains to try, the most natural one first. */
export function candidates(info: FilterInfo, size: Size, picture: ImageParameter): FilterSpec[][] {
  const { parameters } = info;
  const required = Object.fromEntries(
    parameters.flatMap((parameter) =>
      "required" in parameter && parameter.required ? [[parameter.name, exampleOf(parameter, picture)]] : [],
    ),
  );
  const allNumbers = parameters.filter((parameter) => parameter.type === "number");
  // Nobody waits for a picture.
  const waits = Object.fromEntries(
    allNumbers.filter(({ unit }) => unit === "ms").map(({ name, minimum = 0 }) => [name, minimum]),
  );
  const numbers = allNumbers.filter(({ unit }) => unit !== "ms");
  const first = numbers.filter(({ name }) => name === info.intensity);
  const away = [...first, ...numbers.filter(({ name }) => name !== info.intensity)];
  // A table and its size are two ways to say the same: an example of one alone.
  const lists = parameters.filter(({ type, name }) => (type === "numbers" || type === "text") && !(name in required));
  const tries: Parameters[] = [
    { ...waits, ...required, ...table[info.name]?.(size) },
    ...lists.map((parameter) => ({ ...required, [parameter.name]: exampleOf(parameter, picture) })),
    ...[0.4, 0.8].flatMap((share) => away.map((one) => ({ ...required, [one.name]: far(one, share) }))),
  ];
  // The definitions say what is allowed, but not to the compiler.
  return tries.map((given) => [...(before[info.name] ?? []), { kind: info.name, ...given } as unknown as FilterSpec]);
}

/** Whether a result can be told from the photo. */
export function isTelling(
  photo: Size & { data: ArrayLike<number> },
  result: Size & { data: ArrayLike<number> },
): boolean {
  if (photo.width !== result.width || photo.height !== result.height) return true;
  let sum = 0;
  for (let i = 0; i < photo.data.length; i++) sum += Math.abs((photo.data[i] ?? 0) - (result.data[i] ?? 0));
  return sum / photo.data.length > 1.5;
}
