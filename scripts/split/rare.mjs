/**
 * Which functions of the engine only rare filters need, told by the names of functions. The filters that are common are listed here and
 * nowhere else; which kernels they need is read from the source.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { inRoot } from "../run.mjs";
import { Reader } from "./bytes.mjs";
import { codeStart, walk } from "./code.mjs";
import { slotsOf } from "./module.mjs";

/** By the names of their files in `src/filters/`: what pages do with most pictures, and what costs next to nothing beside it. */
const COMMON = [
  ...[
    "multiply",
    "delay",
    "brightness",
    "contrast",
    "saturate",
    "hue_rotate",
    "temperature",
    "tint",
    "grayscale",
    "sepia",
  ],
  ...["invert", "opacity", "flatten", "gamma", "levels", "curves", "exposure", "gray", "threshold", "gaussian_blur"],
  ...["unsharp_mask", "resize", "crop", "pad", "orient", "flip_h", "flip_v", "rotate90", "rotate180"],
  ...["rotate270", "transpose", "vignette"],
];

/** The same by the names that pages know. */
export const COMMON_KINDS = COMMON.map((file) => file.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase()));

/** What the way of every image through the engine uses. */
const KERNELS_OF_ALL = ["table", "window"];

/** Files of a module of the crate. */
function filesOf(module) {
  const folder = inRoot("src", module);
  const inFolder = existsSync(folder) ? readdirSync(folder, { recursive: true }) : [];
  return [`${module}.rs`, ...inFolder.filter((file) => file.endsWith(".rs")).map((file) => `${module}/${file}`)];
}

/** The code of a module, without its unit tests. */
function codeOf(module) {
  const files = filesOf(module).map((file) => readFileSync(inRoot("src", file), "utf8"));
  return files.map((code) => code.split("#[cfg(test)]\nmod tests")[0]).join("\n");
}

/** All kernels, with the methods of `Plan` that each adds. */
function allKernels() {
  const names = new Set(readdirSync(inRoot("src/kernels")).map((file) => file.replace(/\.rs$/, "")));
  names.delete("mod");
  return [...names].map((name) => {
    const [, block = ""] = /^impl Plan \{\n(.*?)^\}/ms.exec(codeOf(`kernels/${name}`)) ?? [];
    return { name, methods: [...block.matchAll(/pub fn (\w+)/g)].map(([, method]) => method) };
  });
}

/** Modules that core must have, `filters::crop` and `kernels::frame`: a kernel that a filter or another kernel names, or calls. */
function commonModules() {
  const kernels = allKernels();
  const found = new Set([
    ...COMMON.map((name) => `filters/${name}`),
    ...KERNELS_OF_ALL.map((name) => `kernels/${name}`),
  ]);
  for (const module of found) {
    const code = codeOf(module);
    const named = module.startsWith("kernels/") ? "crate::kernels|super" : "crate::kernels";
    const lists = [...code.matchAll(new RegExp(`\\b(?:${named})::(\\{[^}]*\\}|\\w+)`, "g"))].map(([, list]) => list);
    const words = new Set(lists.flatMap((list) => list.match(/\w+/g)));
    for (const { name, methods } of kernels) {
      if (words.has(name) || methods.some((method) => code.includes(`.${method}(`))) found.add(`kernels/${name}`);
    }
  }
  return new Set([...found].map((module) => module.replace("/", "::")));
}

/** Whether a function is there for a rare filter alone: one that is compiled for each type of several is so for one of those. */
function nameIsRare() {
  const common = commonModules();
  return (name) => {
    const modules = name.matchAll(/\bpixelpool\[[0-9a-f]+\]::((?:filters|kernels)::\w+)/g);
    // What tests add is no filter that pages know.
    return [...modules].some(([, module]) => !common.has(module)) || /\bfaults\[[0-9a-f]+\]::/.test(name);
  };
}

/** A function of the table is worth a stub from so many bytes on. */
const STUB_BYTES = 20;
/** One that is so short and stands in several tables of methods may be there for a common filter, too. */
const SHARED_BYTES = 128;

/** In how many places of the data a number stands; next to itself, it is a method that stands for two. */
function timesInData({ data }) {
  const times = new Map();
  const reader = new Reader(data);
  for (let left = reader.number(); left > 0; left--) {
    // One that is put in its place by code has no address of its own.
    if (reader.number() === 0) {
      reader.byte();
      reader.skipNumber();
      reader.byte();
    }
    const bytes = reader.take(reader.number());
    let last = -1;
    for (let at = 0; at + 4 <= bytes.length; at += 4) {
      const word = bytes.readUInt32LE(at);
      if (word !== last) times.set(word, (times.get(word) ?? 0) + 1);
      last = word;
    }
  }
  return times;
}

/**
 * The functions (by index) that only rare filters need: those whose names say so, and what nobody else calls. Functions that are called
 * through the table, which nobody can tell of, go by their names alone.
 */
export function rareFunctions(module) {
  const imported = module.imports.filter(({ kind }) => kind === "func").length;
  const indices = module.code.map((_, i) => i + imported);
  const slots = slotsOf(module);
  const inTable = new Map([...slots].map(([slot, index]) => [index, slot]));
  const stays = new Set(module.exports.filter(({ kind }) => kind === "func").map(({ index }) => index));
  const callees = new Map(indices.map((index) => [index, new Set()]));
  const callers = new Map(indices.map((index) => [index, new Set()]));
  for (const [i, body] of module.code.entries()) {
    walk(body, codeStart(body), body.length, (kind, index, from, to, opcode) => {
      // The beginning of the memory is core's.
      if (kind === "data" || opcode === 0xd2) stays.add(i + imported);
      if (kind !== "func") return;
      callees.get(i + imported).add(index);
      callers.get(index)?.add(i + imported);
    });
  }
  const isRare = nameIsRare();
  const times = timesInData(module);
  const rare = new Set(indices.filter((index) => !stays.has(index) && isRare(module.names.get(index) ?? "")));
  const each = (change) => {
    for (let before = -1; before !== rare.size;) {
      before = rare.size;
      for (const index of indices) change(index);
    }
  };
  each((index) => {
    const by = [...callers.get(index)];
    if (!inTable.has(index) && !stays.has(index) && by.length > 0 && by.every((caller) => rare.has(caller)))
      rare.add(index);
  });
  each((index) => {
    if (!rare.has(index)) return;
    // The compiler makes one of functions that are alike, and it bears one of their names.
    const isCalled = [...callers.get(index)].some((caller) => !rare.has(caller));
    const isShared = inTable.has(index) && times.get(inTable.get(index)) > 1;
    const isShort =
      inTable.has(index) && module.code[index - imported].length <= (isShared ? SHARED_BYTES : STUB_BYTES);
    if (isCalled || (isShort && ![...callees.get(index)].some((callee) => rare.has(callee)))) rare.delete(index);
  });
  return rare;
}
