/** A WebAssembly module as lists of its parts, read and written. What no part of this project has is refused. */
import { list, number, Reader, text } from "./bytes.mjs";

export const KINDS = ["func", "table", "memory", "global", "tag"];
const HEADER = Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);

/** The raw bytes of what `pass` goes over. */
function raw(reader, pass) {
  const { at } = reader;
  pass(reader);
  return reader.bytes.subarray(at, reader.at);
}

const limits = (reader) => {
  const flags = reader.byte();
  reader.skipNumber();
  if (flags & 1) reader.skipNumber();
};
/** What is said of an import or a definition of each kind, as bytes; of functions and tags, the number of a type. */
const DESCRIPTIONS = {
  func: (reader) => reader.number(),
  table: (reader) =>
    raw(reader, () => {
      reader.byte();
      limits(reader);
    }),
  memory: (reader) => raw(reader, limits),
  global: (reader) => raw(reader, () => reader.take(2)),
  tag: (reader) => {
    reader.byte();
    return reader.number();
  },
};

/** An expression that is worked out at the start: one constant or one global. */
const constant = (reader) =>
  raw(reader, () => {
    const opcode = reader.byte();
    if (![0x23, 0x41, 0x42, 0x43, 0x44, 0xd0, 0xd2].includes(opcode)) throw new Error("an unknown constant");
    if (opcode === 0x43 || opcode === 0x44) reader.take(opcode === 0x43 ? 4 : 8);
    else reader.skipNumber();
    if (reader.byte() !== 0x0b) throw new Error("a constant of several instructions");
  });

const functionType = (reader) =>
  raw(reader, () => {
    if (reader.byte() !== 0x60) throw new Error("a type that is not that of a function");
    reader.list(() => reader.byte());
    reader.list(() => reader.byte());
  });

const element = (reader) => {
  const flags = reader.number();
  if (flags !== 0 && flags !== 2) throw new Error(`an element segment of kind ${flags}`);
  const table = flags === 2 ? reader.number() : 0;
  const offset = constant(reader);
  if (flags === 2 && reader.byte() !== 0) throw new Error("elements that are no functions");
  return { table, offset, functions: reader.list(() => reader.number()) };
};

/** What a module has, in the order of its sections; `names` are those of functions, where it tells them. */
export function readModule(bytes) {
  const module = { types: [], imports: [], functions: [], tables: [], memories: [], tags: [], globals: [] };
  Object.assign(module, {
    exports: [],
    start: undefined,
    elements: [],
    dataCount: undefined,
    code: [],
    data: undefined,
  });
  module.names = new Map();
  const sections = {
    0: (reader) => readNames(reader, module.names),
    1: (reader) => (module.types = reader.list(functionType)),
    2: (reader) =>
      (module.imports = reader.list(() => {
        const [from, name, kind] = [reader.text(), reader.text(), KINDS[reader.byte()]];
        return { from, name, kind, description: DESCRIPTIONS[kind](reader) };
      })),
    3: (reader) => (module.functions = reader.list(DESCRIPTIONS.func)),
    4: (reader) => (module.tables = reader.list(DESCRIPTIONS.table)),
    5: (reader) => (module.memories = reader.list(DESCRIPTIONS.memory)),
    6: (reader) =>
      (module.globals = reader.list(() => ({ type: DESCRIPTIONS.global(reader), value: constant(reader) }))),
    7: (reader) =>
      (module.exports = reader.list(() => ({
        name: reader.text(),
        kind: KINDS[reader.byte()],
        index: reader.number(),
      }))),
    8: (reader) => (module.start = reader.number()),
    9: (reader) => (module.elements = reader.list(element)),
    10: (reader) => (module.code = reader.list(() => reader.take(reader.number()))),
    11: (reader) => (module.data = reader.take(reader.end - reader.at)),
    12: (reader) => (module.dataCount = reader.number()),
    13: (reader) => (module.tags = reader.list(DESCRIPTIONS.tag)),
  };
  const whole = new Reader(bytes, HEADER.length);
  while (whole.at < bytes.length) {
    const [id, length] = [whole.byte(), whole.number()];
    if (!sections[id]) throw new Error(`a section of kind ${id}`);
    sections[id](new Reader(bytes, whole.at, whole.at + length));
    whole.take(length);
  }
  return module;
}

/** Which function is in which slot of the table, as far as it is filled at the start. */
export function slotsOf({ elements }) {
  const slots = new Map();
  for (const { table, offset, functions } of elements) {
    if (table !== 0 || offset[0] !== 0x41)
      throw new Error("functions lie in another table, or at a place that is not known");
    const first = new Reader(offset, 1).number();
    for (const [i, index] of functions.entries()) slots.set(first + i, index);
  }
  return slots;
}

function readNames(reader, names) {
  if (reader.text() !== "name") return;
  while (reader.at < reader.end) {
    const [kind, length] = [reader.byte(), reader.number()];
    const { at } = reader;
    if (kind === 1) for (let left = reader.number(); left > 0; left--) names.set(reader.number(), reader.text());
    reader.at = at + length;
  }
}

const described = (kind, description) => {
  if (kind === "func") return number(description);
  return kind === "tag" ? [0, ...number(description)] : [...description];
};

/** The bytes of a module, without its names. */
export function writeModule(module) {
  const { types, imports, functions, tables, memories, tags, globals, exports, start, elements, code } = module;
  const definitions = (kind, all) => all.map((description) => described(kind, description));
  const sections = [
    [1, types],
    [
      2,
      imports.map(({ from, name, kind, description }) => [
        ...[...text(from), ...text(name), KINDS.indexOf(kind)],
        ...described(kind, description),
      ]),
    ],
    [3, definitions("func", functions)],
    [4, definitions("table", tables)],
    [5, definitions("memory", memories)],
    [13, definitions("tag", tags)],
    [6, globals.map(({ type, value }) => Buffer.concat([type, value]))],
    [7, exports.map(({ name, kind, index }) => [...text(name), KINDS.indexOf(kind), ...number(index)])],
    [8, start === undefined ? [] : Buffer.from(number(start))],
    [
      9,
      elements.map(({ table, offset, functions }) =>
        Buffer.concat([
          Buffer.from(table === 0 ? [0] : [2, ...number(table)]),
          offset,
          Buffer.from(table === 0 ? [] : [0]),
          list(functions.map(number)),
        ]),
      ),
    ],
    [12, module.dataCount === undefined ? [] : Buffer.from(number(module.dataCount))],
    [10, code.map((body) => Buffer.concat([Buffer.from(number(body.length)), body]))],
    [11, module.data ?? []],
  ];
  const parts = sections
    .filter(([, content]) => content.length > 0)
    .map(([id, content]) => {
      const bytes = Array.isArray(content) ? list(content) : content;
      return Buffer.concat([Buffer.from([id, ...number(bytes.length)]), bytes]);
    });
  return Buffer.concat([HEADER, ...parts]);
}
