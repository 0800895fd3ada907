/** The jobs that the engine tells of when it is asked what has ended: one list of numbers, see `Engine::drain` of the crate. Pure. */
import type { SpanData } from "./protocol.js";

/** What an ended job is: failed, an image, or a list of numbers. */
export const [FAILED, PIXELS] = [0, 1];

export interface EndedJob {
  job: number;
  kind: number;
  /** Where its result lies in wasm memory. */
  address: number;
  /** Of an image; a list is as wide as it is long, and 1 high. */
  width: number;
  height: number;
  /** How many things filters have found out about it. */
  reports: number;
  /** Which thread worked on it when. */
  spans: SpanData[];
}

const HEAD = 7;
const SPAN = 3;

/** The jobs of such a list, one after another. */
export function* endedJobs(list: Float64Array): Generator<EndedJob> {
  for (let at = 0; at < list.length;) {
    const [job = 0, kind = 0, address = 0, width = 0, height = 0, reports = 0, count = 0] = list.subarray(
      at,
      at + HEAD,
    );
    at += HEAD;
    const spans: SpanData[] = [];
    for (let i = 0; i < count; i++, at += SPAN) {
      const [thread = 0, start = 0, end = 0] = list.subarray(at, at + SPAN);
      spans.push([thread, start, end]);
    }
    yield { job, kind, address, width, height, reports, spans };
  }
}
