/** What has become of a batch, counted and said. */

const MIB = 1024 * 1024;

export class Tally {
  #counts = { written: 0, skipped: 0, failed: 0, bytesRead: 0, bytesWritten: 0, pixels: 0 };
  /** How many failed of what. @type {Record<string, number>} */
  #codes = {};
  #start = performance.now();

  /** @param {import("./run-job.mjs").Done} done */
  add({ skipped, read, written, pixels }) {
    const counts = this.#counts;
    if (skipped) counts.skipped++;
    else counts.written++;
    counts.bytesRead += read;
    counts.bytesWritten += written;
    counts.pixels += pixels;
  }

  /** @param {string} code */
  fail(code) {
    this.#counts.failed++;
    this.#codes[code] = (this.#codes[code] ?? 0) + 1;
  }

  get #seconds() {
    return (performance.now() - this.#start) / 1000;
  }

  /** While the batch runs. @param {number} open Jobs that are sent and have not ended. */
  progress(open) {
    const { written, skipped, failed } = this.#counts;
    const ended = written + skipped + failed;
    return `${ended} images done, ${failed} of them failed, ${open} in Redis, ${(ended / this.#seconds).toFixed(1)} images/s`;
  }

  /** At its end. @param {import("./window.mjs").Window["counts"]} counts */
  summary(counts) {
    return { ...this.#counts, codes: this.#codes, seconds: this.#seconds, ...counts };
  }
}

/** @param {ReturnType<Tally["summary"]> & { folder: string }} summary */
export function inWords({ folder, seconds, pixels, ...counts }) {
  const codes = Object.entries(counts.codes).map(([code, count]) => ` ${code} ${count}`);
  return [
    `${counts.written} images written to ${folder}/, ${counts.skipped} there already, ${counts.failed} failed${codes.length > 0 ? `:${codes}` : ""}`,
    `${(counts.bytesRead / MIB).toFixed(1)} MiB became ${(counts.bytesWritten / MIB).toFixed(1)} MiB`,
    `${seconds.toFixed(1)} s: ${(counts.written / seconds).toFixed(1)} images/s, ${(pixels / 1e6 / seconds).toFixed(1)} megapixels/s`,
    `attempts made again: ${counts.retried}; jobs of lost workers: ${counts.takenOver}; jobs that Redis had lost: ${counts.sentAgain}`,
  ].join("\n");
}
