/** What has ended is read from one list of numbers. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { endedJobs, FAILED, PIXELS } from "../../src/ended-jobs.js";

describe("endedJobs", () => {
  it("reads jobs with as many spans as each has", () => {
    const list = [
      ...[7, PIXELS, 4096, 3, 2, 1, 2, 0, 10, 11, 1, 12, 13.5],
      ...[8, FAILED, 0, 0, 0, 0, 0],
      ...[9, 2, 128, 5, 1, 0, 1, 3, 20, 21],
    ];
    assert.deepEqual(
      [...endedJobs(Float64Array.from(list))],
      [
        {
          ...{ job: 7, kind: PIXELS, address: 4096, width: 3, height: 2, reports: 1 },
          spans: [
            [0, 10, 11],
            [1, 12, 13.5],
          ],
        },
        { job: 8, kind: FAILED, address: 0, width: 0, height: 0, reports: 0, spans: [] },
        { job: 9, kind: 2, address: 128, width: 5, height: 1, reports: 0, spans: [[3, 20, 21]] },
      ],
    );
  });

  it("reads nothing of an empty list", () => {
    assert.deepEqual([...endedJobs(new Float64Array())], []);
  });
});
