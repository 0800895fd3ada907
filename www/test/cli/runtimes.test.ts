/** The command line in the other runtimes that `npm test` brings along: the same bytes, those of the encoder of WebP too. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { runtimes } from "../../../scripts/runtimes.mjs";
import { Place } from "./process.js";

const place = new Place();
const command = (out: string) => [
  ...["run", "resize width=90", "unsharpMask sigma=0.8", "--threads", "2"],
  ...["--type", "webp", "--out", out, "photos/*.jpg"],
];

describe("pixelpool run", () => {
  before(async () => {
    for (const name of ["elephant.jpg", "zebra.jpg"]) place.copy(`www/demo/samples/${name}`, `photos/${name}`);
    assert.equal((await place.run(...command("here"))).code, 0);
  });
  after(() => place.remove());

  for (const { name, program, args, isMade } of runtimes.filter(({ name }) => /newest|Bun|Deno/.test(name))) {
    it(`writes the same bytes in ${name}`, { skip: !isMade && "it is not made for this system" }, async () => {
      // Deno permits one thing at a time.
      const allowed = args.map((arg) => (arg === "--allow-read" ? "--allow-all" : arg));
      const { code, stderr } = await place.runBy(program, allowed, command(name));
      assert.equal(code, 0, stderr);
      assert.match(stderr, /2 files: 2 written/);
      for (const file of place.list("here"))
        assert.ok(place.read(`here/${file}`).equals(place.read(`${name}/${file}`)));
    });
  }
});
