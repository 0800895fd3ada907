/** Numbers, names and lists as WebAssembly writes them. */

/** Reads from a place on. */
export class Reader {
  constructor(bytes, at = 0, end = bytes.length) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  byte() {
    return this.bytes[this.at++];
  }

  /** An unsigned number, in seven bits a byte. */
  number() {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes[this.at++];
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  }

  /** Passes over a number, signed or not. */
  skipNumber() {
    while (this.bytes[this.at++] > 127);
  }

  take(length) {
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  text() {
    return Buffer.from(this.take(this.number())).toString("utf8");
  }

  list(read) {
    return Array.from({ length: this.number() }, () => read(this));
  }
}

/** The bytes of an unsigned number. */
export function number(value) {
  const bytes = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
  return [...bytes, value];
}

/** The bytes of a signed number. */
export function signed(value) {
  const bytes = [];
  for (; value < -64 || value > 63; value >>= 7) bytes.push((value & 127) | 128);
  return [...bytes, value & 127];
}

export function text(value) {
  const bytes = Buffer.from(value);
  return [...number(bytes.length), ...bytes];
}

/** A list of things that are bytes already. */
export function list(items) {
  return Buffer.concat([Buffer.from(number(items.length)), ...items.map((item) => Buffer.from(item))]);
}
