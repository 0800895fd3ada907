/** What the instructions of a function name: other functions, types, globals, tags. Knows how long each instruction is. */
import { number, Reader, signed } from "./bytes.mjs";

/** What follows an instruction's code: memory access; a number; nothing is what is not listed. */
const NUMBERS = { 0x0c: 1, 0x0d: 1, 0x09: 1, 0x18: 1, 0x20: 1, 0x21: 1, 0x22: 1, 0x25: 1, 0x26: 1, 0x41: 1, 0x42: 1 };
/** `memory.size` and what follows it name a memory, of which there is one. */
Object.assign(NUMBERS, { 0x3f: 1, 0x40: 1, 0xd0: 1 });
const BYTES = { 0x43: 4, 0x44: 8 };
const NAMES = { 0x07: "tag", 0x08: "tag", 0x10: "func", 0x23: "global", 0x24: "global", 0xd2: "func" };
const PLAIN = [
  ...[0x00, 0x01, 0x05, 0x0b, 0x0f, 0x19, 0x1a, 0x1b, 0xd1],
  ...Array.from({ length: 0xc4 - 0x45 + 1 }, (_, i) => 0x45 + i),
];
const isPlain = new Set(PLAIN);

/**
 * Calls `visit(kind, index, from, to, opcode)` for each index that the instructions from `at` to `end` name: a `func`, `type`,
 * `global`, `tag` or `data`, whose number stands in the bytes from `from` to `to`.
 */
export function walk(bytes, at, end, visit) {
  const reader = new Reader(bytes, at, end);
  const name = (kind, opcode) => {
    const from = reader.at;
    visit(kind, reader.number(), from, reader.at, opcode);
  };
  const access = () => {
    reader.skipNumber();
    reader.skipNumber();
  };
  while (reader.at < end) {
    const opcode = reader.byte();
    if (isPlain.has(opcode)) continue;
    if (NAMES[opcode]) name(NAMES[opcode], opcode);
    else if (opcode === 0x02 || opcode === 0x03 || opcode === 0x04 || opcode === 0x06) {
      // Most blocks have one value or none, which is written as a negative number.
      if ((bytes[reader.at] & 0xc0) === 0x40) reader.byte();
      else name("type", opcode);
    } else if (opcode === 0x0e) {
      for (let left = reader.number(); left >= 0; left--) reader.skipNumber();
    } else if (opcode === 0x11) {
      name("type", opcode);
      reader.skipNumber();
    } else if (opcode === 0x1c) reader.list((types) => types.byte());
    else if (opcode >= 0x28 && opcode <= 0x3e) access();
    else if (NUMBERS[opcode]) reader.skipNumber();
    else if (BYTES[opcode]) reader.take(BYTES[opcode]);
    else if (opcode === 0xfc) {
      const counts = [0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2, 1, 2, 1, 2, 1, 1, 1];
      const code = reader.number();
      // What begins memory, or gives up what it begins with.
      if (code === 8 || code === 9) name("data", opcode);
      for (let left = counts[code] - (code === 8 || code === 9 ? 1 : 0); left > 0; left--) reader.skipNumber();
    } else if (opcode === 0xfd) skipVector(reader, access);
    else if (opcode === 0xfe) {
      if (reader.number() === 3) reader.byte();
      else access();
    } else throw new Error(`the instruction 0x${opcode.toString(16)} is not known to scripts/split/code.mjs`);
  }
  if (reader.at !== end) throw new Error("the code of a function does not end where it should");
}

function skipVector(reader, access) {
  const code = reader.number();
  if (code <= 11 || code === 92 || code === 93) access();
  else if (code === 12 || code === 13) reader.take(16);
  else if (code >= 21 && code <= 34) reader.byte();
  else if (code >= 84 && code <= 91) {
    access();
    reader.byte();
  }
}

/** Where the instructions of a body begin: its local variables come first. */
export function codeStart(body) {
  const reader = new Reader(body);
  reader.list(() => {
    reader.skipNumber();
    reader.byte();
  });
  return reader.at;
}

/**
 * The same code with other indices. `renamed(kind, index, opcode)` is the new one, or the bytes that stand in place of the whole
 * instruction.
 */
export function rename(bytes, start, renamed) {
  const parts = [];
  let done = 0;
  walk(bytes, start, bytes.length, (kind, index, from, to, opcode) => {
    const given = renamed(kind, index, opcode);
    const isWhole = typeof given !== "number";
    // The type of a block may also be negative.
    const write = kind === "type" && opcode !== 0x11 ? signed : number;
    parts.push(bytes.subarray(done, isWhole ? from - 1 : from), Buffer.from(isWhole ? given : write(given)));
    done = to;
  });
  return Buffer.concat([...parts, bytes.subarray(done)]);
}
