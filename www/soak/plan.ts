/** What a round does, made from its seed and nothing else, so that a round can be repeated. Pure. */
import type { Mode, Output } from "../src/types.js";
import type { FilterInfo } from "../src/filter-info.js";
import { Chance } from "./chance.js";
import { randomIntensity, randomStep, type Step } from "./parameters.js";

/** What the plan of a round hangs on beside its seed. */
export interface World {
  filters: readonly FilterInfo[];
  /** Whether the page is cross-origin isolated. */
  isolated: boolean;
}

export type Material =
  | { kind: "pixels"; width: number; height: number; style: "noise" | "opaque" | "clear" }
  | { kind: "numbers"; length: number }
  | { kind: "file"; name: (typeof FILES)[number] };

/** How a material is given to the pool. */
export type Shape =
  | "imageData"
  | "plain"
  | "clamped"
  | "view"
  | "shared"
  | "bitmap"
  | "canvas"
  | "list"
  | "float64"
  | "float32"
  | "uint8"
  | "int16"
  | "blob"
  | "arrayBuffer"
  | "response";

/** What is wrong with an item, and the code that it must be rejected with. */
export const FLAWS = {
  rejects: "invalid-image",
  tuple: "invalid-item",
  intensity: "invalid-parameter",
  size: "invalid-image",
  noImage: "invalid-image",
} as const;
export type Flaw = keyof typeof FLAWS;

/** What the filter of the fault build can do, and the code that the item must be rejected with. */
export const FAULTS = { panic: "filter-panicked", memory: "out-of-memory", trap: "worker-lost" } as const;
export type Fault = keyof typeof FAULTS;

export interface ItemPlan {
  material: Material;
  shape: Shape;
  /** Given as a promise that takes its time. */
  late: boolean;
  intensity: unknown;
  flaw?: Flaw;
  fault?: Fault;
}

export interface ReaderPlan {
  /** `burst`: many reads at once. `stands`: reads no more, and never leaves. */
  kind: "eager" | "slow" | "burst" | "breaks" | "throws" | "stands";
  /** After so many outcomes. */
  after: number;
}

export interface CallPlan {
  method: "starmap" | "imap" | "imapUnordered" | "apply";
  chain: readonly Step[];
  /** A function of one's own that changes nothing comes after so many filters. */
  callsAfter?: number;
  items: readonly ItemPlan[];
  ids: "numbers" | "texts" | "objects" | "same";
  supply: "array" | "set" | "generator" | "asyncGenerator" | "endless";
  /** The batch itself throws after so many items. */
  throwsAfter?: number;
  reader: ReaderPlan;
  /** Milliseconds into the round. */
  startsAfter: number;
  /** Aborted so many milliseconds into the round. */
  abortsAfter?: number;
  transfer: boolean;
  output: Output;
  recycles: boolean;
}

export interface RoundPlan {
  seed: number;
  mode: Mode;
  threads: number;
  memoryLimit: number;
  calls: readonly CallPlan[];
  /** Workers that die, milliseconds into the round. */
  kills: readonly number[];
  /** The pool ends in the middle, milliseconds into the round; else when all calls have ended. */
  endsAfter?: number;
  /** `signal`: the pool's own signal is aborted. `drop`: nobody ends it. */
  ending: "close" | "terminate" | "dispose" | "signal" | "drop";
}

const PICTURES = [
  "png",
  "deepPng",
  "jpeg",
  "progressiveJpeg",
  "largeJpeg",
  "tallJpeg",
  "cmykJpeg",
  "displayP3Jpeg",
  "webp",
  "alphaWebp",
  "losslessWebp",
  "gif",
  "bmp",
] as const;
/** Files that are no pictures, or none that can be had, and the code that they must be rejected with. */
export const NO_PICTURES = {
  garbage: "decode-failed",
  page: "decode-failed",
  empty: "invalid-image",
  truncatedJpeg: "decode-failed",
  truncatedPng: "decode-failed",
  truncatedGif: "decode-failed",
  truncatedWebp: "decode-failed",
  damagedPng: "decode-failed",
  damagedWebp: "decode-failed",
  hugePng: "too-large",
} as const;
export const FILES = [...PICTURES, ...(Object.keys(NO_PICTURES) as (keyof typeof NO_PICTURES)[])] as const;
const SIZES: readonly (readonly [number, number])[] = [
  [1, 1],
  [2, 3],
  [7, 5],
  [16, 16],
  [33, 17],
  [64, 48],
  [257, 3],
  [3, 200],
  [120, 90],
];
const LARGE: readonly (readonly [number, number])[] = [
  [320, 240],
  [641, 480],
];
const MEMORY_LIMITS = [1, 20_000, 300_000, 4 << 20, 64 << 20, 512 << 20, 512 << 20] as const;
const PIXEL_SHAPES = ["imageData", "imageData", "plain", "clamped", "view", "bitmap", "canvas"] as const;
const OUTPUTS: readonly Output[] = [
  "imageData",
  "bitmap",
  "pixels",
  { type: "source" },
  { type: "image/png" },
  { type: "image/png", metadata: "keep" },
  { type: "image/jpeg", quality: 0.7 },
  { type: "image/jpeg", progressive: true, chroma: "4:4:4", background: "#f80" },
  { type: "image/jpeg", notLarger: true },
  // The first fits nothing, the second some.
  { type: "image/jpeg", maxBytes: 100 },
  { type: "image/jpeg", maxBytes: 3000 },
  { type: "image/webp", quality: 0.9 },
  { type: "image/webp", lossless: true },
];
const FAULT = "fault";

export function hasFaults(world: World): boolean {
  return world.filters.some(({ name }) => name === (FAULT as string));
}

export function makePlan(seed: number, world: World): RoundPlan {
  const chance = new Chance(seed);
  const modes: Mode[] = world.isolated ? ["shared", "shared", "shared", "workers", "single"] : ["workers", "single"];
  const mode = chance.pick(modes);
  const plan: RoundPlan = {
    seed,
    mode,
    threads: chance.between(1, 6),
    memoryLimit: chance.pick(MEMORY_LIMITS),
    calls: Array.from({ length: chance.between(1, 4) }, () => makeCall(chance, world)),
    kills: chance.oneIn(6) ? Array.from({ length: chance.between(1, 2) }, () => moment(chance)) : [],
    ending: chance.pick(["close", "close", "close", "dispose", "terminate", "terminate", "signal"]),
  };
  // An image that is a parameter takes memory of its own, in each instance: with less than that, its call would be refused.
  const isImage = (value: unknown) => typeof value === "object" && value !== null && "data" in value;
  const takesImage = (step: Step) => Object.values(step).some(isImage);
  if (plan.calls.some(({ chain }) => chain.some(takesImage))) plan.memoryLimit = Math.max(plan.memoryLimit, 10_000);
  if (chance.oneIn(5)) plan.endsAfter = moment(chance);
  // Of a pool that nobody ends, a worker that is being replaced would come up in a later round.
  else if (chance.oneIn(30) && !losesWorkers(plan)) plan.ending = "drop";
  return plan;
}

/** Whether an item may be lost with the worker that had it. */
export function losesWorkers({ kills, calls }: RoundPlan): boolean {
  return kills.length > 0 || calls.some(({ items }) => items.some(({ fault }) => fault === "trap"));
}

/** Milliseconds into a round; at its very start oftener than chance would have it. */
function moment(chance: Chance): number {
  return chance.oneIn(4) ? 0 : chance.between(1, chance.oneIn(2) ? 20 : 120);
}

function makeCall(chance: Chance, world: World): CallPlan {
  const method = chance.pick(["starmap", "imap", "imap", "imapUnordered", "imapUnordered", "apply"] as const);
  const isFaulty = hasFaults(world) && chance.oneIn(5);
  const chain = isFaulty ? faultyChain(chance, world) : makeChain(chance, world);
  const count = method === "apply" ? 1 : chance.pick([0, 1, 2, 3, 5, 8, 13, 21, 34, 60]);
  const transfer = chance.oneIn(3);
  const kinds = Array.from({ length: chance.between(1, 6) }, () =>
    makeItem(chance, world, chain, { isFaulty, isApply: method === "apply", isMany: count > 8 }),
  );
  const items = Array.from({ length: count }, () => chance.pick(kinds));
  const call: CallPlan = {
    method,
    chain,
    items,
    ids: chance.pick(["numbers", "texts", "objects", "same"]),
    supply: chance.pick(["array", "array", "set", "generator", "asyncGenerator"]),
    reader: { kind: "eager", after: 0 },
    startsAfter: chance.oneIn(2) ? 0 : chance.between(1, 30),
    transfer,
    output: chance.oneIn(3) ? chance.pick(OUTPUTS) : "same",
    recycles: chance.oneIn(2),
  };
  const principal = chain.findIndex(({ kind }) => world.filters.find(({ name }) => name === kind)?.intensity != null);
  // Before that filter, the function would have the items' intensities.
  if (!isFaulty && principal >= 0 && chance.oneIn(3)) call.callsAfter = chance.between(principal + 1, chain.length);
  if (method === "imap" || method === "imapUnordered") call.reader = makeReader(chance, count);
  const isLazy = call.supply === "generator" || call.supply === "asyncGenerator";
  if (isLazy && method !== "apply" && chance.oneIn(6)) call.throwsAfter = chance.between(0, count);
  const leaves = call.reader.kind === "breaks" || call.reader.kind === "throws";
  if (leaves && count > 0 && call.throwsAfter === undefined && chance.oneIn(4)) {
    call.supply = "endless";
    call.transfer = false;
  }
  if (chance.oneIn(5)) call.abortsAfter = moment(chance);
  return call;
}

function makeReader(chance: Chance, count: number): ReaderPlan {
  const kind = chance.pick(["eager", "eager", "eager", "slow", "burst", "breaks", "throws", "stands"] as const);
  return { kind, after: chance.between(0, count) };
}

function makeChain(chance: Chance, world: World): Step[] {
  const all = world.filters.filter(({ name }) => name !== (FAULT as string));
  const usable = chance.oneIn(4) ? all.filter(({ flat }) => flat) : all;
  return Array.from({ length: chance.pick([0, 1, 1, 1, 2, 2, 3]) }, () => randomStep(chance.pick(usable), chance));
}

/** The fault comes first and takes the third elements, since no filter after it has an intensity. */
function faultyChain(chance: Chance, world: World): Step[] {
  const silent = world.filters.filter(({ name, intensity }) => name !== (FAULT as string) && intensity === null);
  const rest = Array.from({ length: chance.between(0, 2) }, () => randomStep(chance.pick(silent), chance));
  return [{ kind: FAULT, what: "none", at: chance.below(9) / 8 }, ...rest];
}

interface Circumstances {
  isFaulty: boolean;
  isApply: boolean;
  isMany: boolean;
}

function makeItem(chance: Chance, world: World, chain: readonly Step[], circumstances: Circumstances): ItemPlan {
  const { isFaulty, isApply, isMany } = circumstances;
  const isFlat = chain.every(({ kind }) => world.filters.find(({ name }) => name === kind)?.flat);
  const material = makeMaterial(chance, isFlat, isMany);
  const item: ItemPlan = {
    material,
    shape: makeShape(chance, world, material),
    late: !isApply && chance.oneIn(5),
    intensity: isFaulty ? undefined : randomIntensity(chain, world.filters, chance),
  };
  if (isFaulty && material.kind === "pixels" && chance.oneIn(2)) {
    // Each trap costs a worker, and the time that another needs to start.
    item.fault = chance.pick(isMany ? ["panic", "memory"] : ["panic", "memory", "trap"]);
    item.intensity = { what: item.fault, at: chance.below(9) / 8 };
  } else if (chance.oneIn(8)) {
    item.flaw = chance.pick(isApply ? (["intensity", "size", "noImage"] as const) : (Object.keys(FLAWS) as Flaw[]));
  }
  return item;
}

function makeMaterial(chance: Chance, isFlat: boolean, isMany: boolean): Material {
  // Now and then a list where the chain takes none.
  if (chance.oneIn(isFlat ? 2 : 20)) return { kind: "numbers", length: chance.pick([0, 1, 5, 1000]) };
  if (chance.oneIn(4)) return { kind: "file", name: chance.pick(FILES) };
  const [width, height] = chance.pick(!isMany && chance.oneIn(3) ? LARGE : SIZES);
  return { kind: "pixels", width, height, style: chance.pick(["noise", "noise", "opaque", "clear"]) };
}

function makeShape(chance: Chance, world: World, material: Material): Shape {
  switch (material.kind) {
    case "pixels":
      return world.isolated && chance.oneIn(8) ? "shared" : chance.pick(PIXEL_SHAPES);
    case "numbers":
      return chance.pick(["list", "list", "float64", "float32", "uint8", "int16"]);
    case "file":
      return chance.pick(["blob", "blob", "arrayBuffer", "response"]);
  }
}
