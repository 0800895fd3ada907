/**
 * Cuts the engine's module in two: `core`, which every page loads, and `more`, which it loads with the first rare filter.
 *
 * `more` imports the memory, the table, and the functions and globals of core that it uses. Its functions are called through the table
 * alone, whose slots it fills when it is instantiated. Until then, core has a stub in each of these slots: it calls the import `load`,
 * which instantiates `more` on the spot, and then what its slot holds. So every thread gets it when it first needs it, wherever it is.
 */
import { number, Reader, signed } from "./bytes.mjs";
import { codeStart, rename, walk } from "./code.mjs";
import { KINDS, slotsOf, writeModule } from "./module.mjs";
import { ordered } from "./order.mjs";

/** Where core looks for `load`, beside what it imports from its JavaScript side; and where `more` looks for core. */
export const LOAD = { from: "./pixelpool_bg.js", name: "load_more" };
export const CORE = "core";

/** Functions of core that are so short more has for itself: calls from one instance to another take longer. */
const COPIED_BYTES = 350;

/** What more's names for things of core begin with. */
const LETTERS = { func: "f", table: "t", memory: "m", global: "g", tag: "e" };

/** Things of one kind: those that are imported come first. */
function inOrder(module, kind, defined) {
  const imports = module.imports.filter((one) => one.kind === kind);
  return [...imports.map(({ description }) => description), ...defined];
}

/** New numbers for things, in the order in which they are first named. */
class Numbers {
  #numbers = new Map();
  constructor(named = []) {
    for (const old of named) this.of(old);
  }
  of(old) {
    if (!this.#numbers.has(old)) this.#numbers.set(old, this.#numbers.size);
    return this.#numbers.get(old);
  }
  get all() {
    return [...this.#numbers.keys()];
  }
}

/** Gives the types that a module uses new numbers; the others go. */
function withUsedTypes(module) {
  const types = new Numbers();
  const typed = (kind) => kind === "func" || kind === "tag";
  const imports = module.imports.map((one) =>
    typed(one.kind) ? { ...one, description: types.of(one.description) } : one,
  );
  const functions = module.functions.map((type) => types.of(type));
  const tags = module.tags.map((type) => types.of(type));
  const code = module.code.map((body) =>
    rename(body, codeStart(body), (kind, index) => (kind === "type" ? types.of(index) : index)),
  );
  return { ...module, imports, functions, tags, code, types: types.all.map((type) => module.types[type]) };
}

/** How many parameters a function has. */
const parameters = (type) => new Reader(type, 1).list((reader) => reader.byte()).length;

/** Calls `load`, then what is in a slot of the table by then. */
function stub(load, slot, type, count) {
  const given = Array.from({ length: count }, (_, i) => [0x20, ...number(i)]).flat();
  return Buffer.from([0, 0x10, ...number(load), ...given, 0x41, ...signed(slot), 0x11, ...number(type), 0, 0x0b]);
}

/** Runs of neighbouring slots, as element segments. */
function segments(slots) {
  const segments = [];
  let next = -1;
  for (const [slot, index] of [...slots].sort(([a], [b]) => a - b)) {
    if (slot !== next) segments.push({ table: 0, offset: Buffer.from([0x41, ...signed(slot), 0x0b]), functions: [] });
    segments.at(-1).functions.push(index);
    next = slot + 1;
  }
  return segments;
}

/** Both parts of a module, as bytes; `rare` are the functions of `more`, which core calls through the table alone. */
export function split(module, rare) {
  const imported = module.imports.filter(({ kind }) => kind === "func").length;
  const types = inOrder(module, "func", module.functions);
  const isImported = (index) => index < imported;
  const body = (index) => module.code[index - imported];
  const indices = types.map((_, index) => index);
  const slots = slotsOf(module);

  // What more is made of.
  const own = new Set(rare);
  const used = { func: new Set(), global: new Set(), tag: new Set() };
  // What is put to a set while it is gone through, is gone through, too.
  for (const index of own) {
    walk(body(index), codeStart(body(index)), body(index).length, (kind, named) => {
      if (kind !== "func") used[kind]?.add(named);
      else if (!isImported(named) && body(named).length <= COPIED_BYTES) own.add(named);
      else if (!rare.has(named)) used.func.add(named);
    });
  }
  const exports = [...module.exports];
  /** The name by which more finds something of core: that of an export where there is one. */
  const exportedAs = (kind, index) => {
    const known = exports.find((one) => one.kind === kind && one.index === index);
    if (known) return known.name;
    const name = `${LETTERS[kind]}${index.toString(36)}`;
    exports.push({ name, kind, index });
    return name;
  };
  const descriptions = {
    func: types,
    table: inOrder(module, "table", module.tables),
    memory: inOrder(module, "memory", module.memories),
    global: inOrder(
      module,
      "global",
      module.globals.map(({ type }) => type),
    ),
    tag: inOrder(module, "tag", module.tags),
  };
  const ofCore = { ...used, table: new Set([0]), memory: new Set([0]) };
  const imports = KINDS.flatMap((kind) =>
    [...ofCore[kind]].map((index) => ({
      ...{ from: CORE, name: exportedAs(kind, index), kind },
      description: descriptions[kind][index],
    })),
  );
  const inMore = {
    func: new Numbers([...used.func, ...own]),
    global: new Numbers(used.global),
    tag: new Numbers(used.tag),
  };
  const more = withUsedTypes({
    ...{ types: module.types, imports, tables: [], memories: [], tags: [], globals: [], exports: [] },
    functions: [...own].map((index) => types[index]),
    elements: segments(
      [...slots].filter(([, index]) => rare.has(index)).map(([slot, index]) => [slot, inMore.func.of(index)]),
    ),
    code: [...own].map((index) =>
      rename(body(index), codeStart(body(index)), (kind, named) => inMore[kind]?.of(named) ?? named),
    ),
  });

  // Core is the rest, with stubs behind it.
  const rest = indices.filter((index) => !isImported(index) && !rare.has(index));
  const stubbed = [...slots].filter(([, index]) => rare.has(index)).sort(([a], [b]) => a - b);
  const stubOf = new Map(stubbed.map(([slot, index]) => [index, { slot, type: types[index] }]));
  const load = "load";
  const inCore = new Numbers([...indices.filter(isImported), load, ...rest, ...stubOf.keys()]);
  const renamed = (kind, named) => {
    if (kind !== "func") return named;
    if (rare.has(named) && !stubOf.has(named)) throw new Error("core calls what it does not have");
    return inCore.of(named);
  };
  const functionsOf = (segment) => ({ ...segment, functions: segment.functions.map((index) => inCore.of(index)) });
  const plain = module.types.findIndex((type) => type.equals(Buffer.from([0x60, 0, 0])));
  const core = withUsedTypes({
    ...module,
    imports: [...module.imports, { ...LOAD, kind: "func", description: plain }],
    functions: [...rest.map((index) => types[index]), ...[...stubOf.values()].map(({ type }) => type)],
    exports: exports.map((one) => (one.kind === "func" ? { ...one, index: inCore.of(one.index) } : one)),
    start: module.start === undefined ? undefined : inCore.of(module.start),
    elements: module.elements.map(functionsOf),
    code: [
      ...rest.map((index) => rename(body(index), codeStart(body(index)), renamed)),
      ...[...stubOf.values()].map(({ slot, type }) =>
        stub(inCore.of(load), slot, type, parameters(module.types[type])),
      ),
    ],
  });
  return { core: writeModule(ordered(core)), more: writeModule(ordered(more)) };
}
