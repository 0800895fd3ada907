/** The shared memory of a coordinator, how the pool's memory limit is divided, and how memories are looked into. */

const PAGE_BYTES = 65536;
const MEBIBYTE = 1 << 20;
/** Room for the module's own data; it grows from there. */
const INITIAL_BYTES = 4 * MEBIBYTE;
/** The module's data, the stacks of threads, and what lies in between buffers. */
const OVERHEAD_BYTES = 128 * MEBIBYTE;
const LARGEST_BYTES = 4096 * MEBIBYTE;
const SMALLEST_BYTES = 64 * MEBIBYTE;

/**
 * Shares of the limit that may be kept besides, for new images: in old buffers in wasm, which make way when memory is short; in
 * old buffers outside, where all images in flight have one copy of three; and in rooms in wasm, where kept images have that copy.
 */
export const SPARES = 1 / 4;
export const RECYCLED = 1 / 3;
export const ROOMS = 1 / 3;

/** A thread keeps half as much for the windows of a chain, and may have as much again to itself. */
const SCRATCH_BYTES = 4 * MEBIBYTE;

/** What of the limit is left for pixels, beside what so many threads keep while they work. */
export function limitOfPixels(limit: number, threads: number): number {
  return limit - Math.min(threads * SCRATCH_BYTES, Math.floor(limit / 2));
}

export interface Granted {
  memory: WebAssembly.Memory;
  /** Bytes of pixels that may be in flight in a pool with this memory. */
  limit: number;
}

/**
 * A shared memory for `limit` bytes of pixels in flight. Its maximum is reserved at once, and phones refuse a large one:
 * then it is half as large, and so on, and the limit with it.
 */
export function createMemory(limit: number): Granted {
  const wanted = Math.ceil((limit * (1 + ROOMS)) / MEBIBYTE) * MEBIBYTE + OVERHEAD_BYTES;
  let maximum = Math.min(LARGEST_BYTES, wanted);
  for (;;) {
    try {
      const [initial, most] = [INITIAL_BYTES / PAGE_BYTES, Math.floor(maximum / PAGE_BYTES)];
      const memory = new WebAssembly.Memory({ initial, maximum: most, shared: true });
      const granted = Math.max(maximum - OVERHEAD_BYTES, maximum / 2) / (1 + ROOMS);
      return { memory, limit: Math.min(limit, Math.floor(granted)) };
    } catch (refusal) {
      maximum /= 2;
      if (maximum < SMALLEST_BYTES) throw refusal;
    }
  }
}

/** Whether this worker sees a memory as far as `end`. One that others have made grow may be shown as it was, until it is asked to grow by nothing. */
export function reaches(memory: WebAssembly.Memory, end: number): boolean {
  if (end > memory.buffer.byteLength) memory.grow(0);
  return end <= memory.buffer.byteLength;
}

/** Bytes of a memory, good until it grows. */
export function bytesAt(memory: WebAssembly.Memory, address: number, length: number): Uint8Array {
  reaches(memory, address + length);
  return new Uint8Array(memory.buffer, address, length);
}
