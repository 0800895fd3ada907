/** Steps as text: every parameter of every filter can be given so, and becomes what its definition wants. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, describe, it } from "node:test";
import { readChain, stepsOf } from "../../cli/chain.js";
import { filters } from "../../src/generated/filters.js";
import type { FilterInfo, ParameterInfo } from "../../src/filter-info.js";
import { checkChain } from "../../src/validate.js";
import * as headers from "./header-files.js";

const folder = mkdtempSync(path.join(tmpdir(), "pixelpool-cli-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const inFolder = (name: string) => path.join(folder, name);
const PICTURE = inFolder("a picture.png");
writeFileSync(PICTURE, new Uint8Array(await headers.fileOf(headers.png()).arrayBuffer()));

/** Texts of a parameter, with the value that each becomes. */
function textsOf(parameter: ParameterInfo): [text: string, value: unknown][] {
  switch (parameter.type) {
    case "number": {
      const value = parameter.example ?? parameter.default ?? parameter.softMaximum;
      return [[String(value), value]];
    }
    case "boolean":
      return [
        ["true", true],
        ["false", false],
      ];
    case "choice":
      return parameter.choices.map((choice) => [choice, choice]);
    case "numbers": {
      const { example } = parameter;
      const file = inFolder(`${parameter.name}.txt`);
      writeFileSync(file, example.join("\n"));
      const forms = [example.join(","), `"${example.join(" ")}"`, JSON.stringify(example), `@${file}`];
      return forms.map((text) => [text, [...example]]);
    }
    case "text":
      return [[`'${parameter.example}'`, parameter.example]];
    case "image":
      return [[`"${PICTURE}"`, File]];
  }
}

/** A step with the parameters that the filter must have, but for one. */
function others({ parameters }: FilterInfo, name: string): string {
  const required = parameters.filter((other) => "required" in other && other.required && other.name !== name);
  return required.map((other) => ` ${other.name}=${textsOf(other)[0]?.[0] ?? ""}`).join("");
}

describe("a parameter as text", () => {
  for (const filter of filters) {
    it(`is what ${filter.name} wants`, async () => {
      const [alone] = await stepsOf(`${filter.name}${others(filter, "")}`);
      assert.equal(alone?.kind, filter.name);
      for (const parameter of filter.parameters) {
        const { name } = parameter;
        for (const [text, value] of textsOf(parameter)) {
          const [step] = await stepsOf(`${filter.name} ${name}=${text}${others(filter, name)}`);
          if (value === File) assert.ok(step?.[name] instanceof File);
          else assert.deepEqual(step?.[name], value);
          assert.equal(checkChain([step])[0]?.kind, filter.name);
        }
      }
    });
  }

  it("is refused with the rule that it breaks", async () => {
    for (const filter of filters) {
      for (const { name, type } of filter.parameters) {
        if (type === "text") continue;
        const step = `${filter.name} ${name}=@nowhere`;
        await assert.rejects(stepsOf(step), (error: Error) => {
          assert.equal(error.name, "Usage");
          return error.message.startsWith(`${filter.name}: ${name} `);
        });
      }
    }
    await assert.rejects(stepsOf("gaussianBlur sigma=2px"), {
      message: 'gaussianBlur: sigma must be a finite number from 0 to 250 px, got "2px"',
    });
    await assert.rejects(stepsOf("resize fit=insid"), {
      message: 'resize: fit cannot be "insid"; did you mean inside?',
    });
  });

  it("is a colour wherever levels are", async () => {
    const [pad] = await stepsOf("pad background=#f80");
    assert.deepEqual(pad?.background, [255, 136, 0, 255]);
    const [clear] = await stepsOf("pad background=#ff880040");
    assert.deepEqual(clear?.background, [255, 136, 0, 64]);
    const [flat] = await stepsOf("flatten background=#102030");
    assert.deepEqual(flat?.background, [16, 32, 48]);
    const [map] = await stepsOf('gradientMap stops="0 #181648, 255 #ffe2ac"');
    assert.deepEqual(map?.stops, [0, 24, 22, 72, 255, 255, 226, 172]);
    await assert.rejects(
      stepsOf("channelMixer red=#fff"),
      /^Usage: channelMixer: red must be numbers, such as 0.2,0.7,0.1/,
    );
  });

  it("is a flag where it is a name alone, and nothing else is", async () => {
    assert.deepEqual(await stepsOf("resize width=9 enlarge"), [{ kind: "resize", width: 9, enlarge: true }]);
    await assert.rejects(stepsOf("resize width"), { message: "resize: width needs a value: write width=…" });
  });
});

describe("a step", () => {
  it("has values with spaces in quotes", async () => {
    const [step] = await stepsOf(`formula  r='r * 1.2'  g="mix(g, \\"luma\\", 0.3)" b=b`);
    assert.deepEqual(step, { kind: "formula", r: "r * 1.2", g: 'mix(g, "luma", 0.3)', b: "b" });
  });

  it("names the nearest filter and parameter where it misspells one", async () => {
    await assert.rejects(stepsOf("gausianBlur sigma=1"), {
      message: 'there is no filter "gausianBlur"; did you mean gaussianBlur?',
    });
    await assert.rejects(stepsOf("gaussianBlur sgma=1"), /sgma is no parameter of this filter; did you mean sigma\?$/);
    await assert.rejects(stepsOf("flummox x=1"), {
      message: 'there is no filter "flummox"; `pixelpool filters` lists them all',
    });
    await assert.rejects(stepsOf("grayscale x=1"), /x is no parameter of this filter/);
  });

  it("is refused where it is broken", async () => {
    const broken: [string, RegExp][] = [
      ["gaussianBlur sigma='2", /sigma lacks its closing quote '/],
      ["gaussianBlur sigma='2'3", /sigma goes on behind its closing quote/],
      ["pad background=[1,2", /background lacks a closing bracket/],
      ["pad background=[1,,2]", /background is no list in JSON/],
      ["gaussianBlur sigma=1 sigma=2", /sigma is given twice/],
      ["gaussianBlur =2", /a parameter has no name/],
      ["sigma=2", /a step begins with the name of a filter/],
    ];
    for (const [text, message] of broken) await assert.rejects(stepsOf(text), { name: "Usage", message });
  });
});

describe("a chain as JSON", () => {
  it("is that of the page, with paths in the place of images", async () => {
    const chain = [{ kind: "resize", width: 9 }, "invert", { kind: "blend", image: "a picture.png", opacity: 0.5 }];
    writeFileSync(inFolder("chain.json"), `\uFEFF${JSON.stringify(chain)}`);
    const steps = (await readChain(inFolder("chain.json"), ["sepia"])) as unknown as Record<string, unknown>[];
    assert.deepEqual(steps.slice(0, 2), [{ kind: "resize", width: 9 }, { kind: "invert" }]);
    assert.ok(steps[2]?.image instanceof File);
    assert.deepEqual(steps[3], { kind: "sepia" });
    assert.deepEqual(await stepsOf('{"kind":"invert","amount":1}'), [{ kind: "invert", amount: 1 }]);
  });

  it("is refused where it is none", async () => {
    writeFileSync(inFolder("broken.json"), "[{");
    writeFileSync(inFolder("other.json"), '[{"filter":"invert"}]');
    writeFileSync(inFolder("unknown.json"), '[{"kind":"inverd"}]');
    const refused = (name: string) => readChain(inFolder(name), []);
    await assert.rejects(refused("broken.json"), /broken\.json is no JSON/);
    await assert.rejects(refused("other.json"), /other\.json is no chain: a filter is a name or an object with a kind/);
    await assert.rejects(refused("unknown.json"), /there is no filter "inverd"; did you mean invert\?/);
    await assert.rejects(refused("missing.json"), /missing\.json cannot be read: there is no such file/);
  });
});
