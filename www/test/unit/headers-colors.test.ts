/** What a file says of its colours: profiles, codes, bits and channels. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as files from "./header-files.js";
import { ADOBE, big32, infoOf, P3, PRIMARIES, profile, SRGB, SRGB_CURVE, text, zeros } from "./header-files.js";
import type { Content } from "./header-files.js";

async function colorsOf(bytes: Content) {
  const info = await infoOf(bytes);
  assert.ok(info);
  const { depth, channels, colorSpace, hasProfile, width, height } = info;
  assert.deepEqual({ width, height }, files.SIZE);
  return { depth, channels, colorSpace, hasProfile };
}

async function spaceOf(bytes: Content): Promise<string> {
  const { colorSpace, hasProfile } = await colorsOf(bytes);
  return hasProfile ? colorSpace : `${colorSpace}, no profile`;
}

async function shapeOf(bytes: Content): Promise<[channels: number, depth: number]> {
  const { channels, depth } = await colorsOf(bytes);
  return [channels, depth];
}

const profiled: Readonly<Record<string, (profile: Content) => Content>> = {
  "a JPEG": (profile) => files.jpeg(files.profileSegments(profile).flat()),
  "a JPEG in parts": (profile) => files.jpeg(files.profileSegments(profile, Math.ceil(profile.length / 3)).flat()),
  "a PNG": (profile) => files.png(undefined, { before: files.packedProfile(profile) }),
  "a WebP": (profile) => files.extendedWebp(undefined, { flags: 0x20, chunks: files.riff("ICCP", profile) }),
  "a BMP": (profile) => files.bmp(undefined, { head: 124, profile }),
  "an AVIF": (profile) => files.heif({ properties: [files.ispe(), files.colr("prof", profile)] }),
  "a HEIC": (profile) => files.heif({ brand: "heic", properties: [files.colr("rICC", profile), files.ispe()] }),
};

for (const [name, withProfile] of Object.entries(profiled)) {
  describe(`the profile of ${name}`, () => {
    it("tells the colour space", async () => {
      assert.equal(await spaceOf(withProfile(SRGB)), "srgb");
      assert.equal(await spaceOf(withProfile(P3)), "display-p3");
      assert.equal(await spaceOf(withProfile(ADOBE)), "other");
    });

    it("is there, and says nothing, where it is broken", async () => {
      for (const [why, broken] of Object.entries({
        "no signature": P3.map((byte, at) => (at === 37 ? 0 : byte)),
        "longer than it says it is there": [...big32(P3.length + 1), ...P3.slice(4)],
        "cut in the head": [...big32(40), ...P3.slice(4, 40)],
        "cut in its table": [...big32(140), ...P3.slice(4, 140)],
        "only words": text("this is no profile at all"),
      })) {
        assert.equal(await spaceOf(withProfile(broken)), "srgb", why);
      }
    });

    it("may be long", async () => {
      const long = (padding: number) => profile({ primaries: PRIMARIES.p3, curve: SRGB_CURVE, padding });
      assert.equal(await spaceOf(withProfile(long(15_000))), "display-p3");
      // What lies so far behind is not looked at.
      assert.equal(await spaceOf(withProfile(long(100_000))), "other");
    });
  });
}

describe("the colour space of a profile", () => {
  const { webp } = { webp: profiled["a WebP"]! };
  const space = (is: files.Profile) => spaceOf(webp(profile(is)));

  it("is told by its primaries, whatever it is called", async () => {
    for (const name of ["c2", "sRGB IEC61966-2.1", "Display P3", "Adobe RGB (1998)"]) {
      assert.equal(await space({ name, primaries: PRIMARIES.srgb, curve: SRGB_CURVE }), "srgb", name);
      assert.equal(await space({ name, primaries: PRIMARIES.p3, curve: SRGB_CURVE }), "display-p3", name);
      assert.equal(await space({ name, primaries: PRIMARIES.adobe, curve: SRGB_CURVE }), "other", name);
    }
  });

  it("needs no exact numbers", async () => {
    const near = (by: number) => PRIMARIES.srgb.map((value, index) => value + (index % 2 ? by : -by));
    assert.equal(await space({ primaries: near(0.003), curve: SRGB_CURVE }), "srgb");
    assert.equal(await space({ primaries: near(0.02), curve: SRGB_CURVE }), "other");
  });

  it("is another where the curve is another", async () => {
    const exact = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    const { formula, power, table } = files;
    for (const [curve, expected] of [
      [SRGB_CURVE, "srgb"],
      [formula(4, 2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045, 0, 0), "srgb"],
      [formula(0, 2.2), "srgb"],
      [power(2.2), "srgb"],
      [table(exact), "srgb"],
      [table(exact, 4096), "srgb"],
      [table(exact, 26), "srgb"],
      [power(1), "other"],
      [power(1.8), "other"],
      [formula(0, 1), "other"],
      [formula(1, 1, 1, 0), "other"],
      [table((value) => value), "other"],
      // No curve at all is a straight line.
      [table(() => 0, 0), "other"],
    ] as const) {
      assert.equal(await space({ primaries: PRIMARIES.srgb, curve: [...curve] }), expected);
    }
    assert.equal(await space({ primaries: PRIMARIES.srgb }), "other");
  });

  it("is told by its name where it has no primaries", async () => {
    for (const isOld of [false, true]) {
      for (const [name, expected] of [
        ["sRGB v4 ICC preference perceptual intent beta", "srgb"],
        ["Display P3", "display-p3"],
        ["Linear sRGB", "other"],
        ["GIMP built-in sRGB (linear)", "other"],
        ["e-RGB", "other"],
        ["", "other"],
      ] as const) {
        assert.equal(await space({ name, isOld }), expected, name);
      }
    }
  });

  it("is another for grey and CMYK", async () => {
    for (const space_ of ["GRAY", "CMYK", "Lab "]) {
      const is = { space: space_, name: "sRGB", primaries: PRIMARIES.srgb, curve: SRGB_CURVE };
      assert.equal(await space(is), "other", space_);
    }
  });
});

describe("a profile in parts of a JPEG", () => {
  const [first, second, third] = files.profileSegments(P3, Math.ceil(P3.length / 3)) as [Content, Content, Content];

  it("may come in any order, and behind the frame", async () => {
    for (const parts of [
      [first, second, third],
      [third, first, second],
      [second, third, first],
    ]) {
      assert.equal(await spaceOf(files.jpeg(parts.flat())), "display-p3");
      assert.equal(await spaceOf(files.jpeg([], { after: parts.flat() })), "display-p3");
    }
  });

  it("is broken where parts are missing or do not fit together", async () => {
    const { profilePart } = files;
    for (const [why, parts] of Object.entries({
      "without the first": [second, third],
      "without the last": [first, second],
      "one twice": [first, second, second],
      "one too many": [first, second, third, third],
      "number 0": [profilePart(P3, 0, 1)],
      "number beyond the count": [profilePart(P3, 2, 1)],
      "another count": [first, second, profilePart(P3, 3, 4)],
      "no parts": [profilePart(P3, 1, 0)],
      "no numbers": [files.segment(0xe2, text("ICC_PROFILE\0"))],
    })) {
      assert.equal(await spaceOf(files.jpeg(parts.flat())), "srgb", why);
    }
  });

  it("is none where it is other data of the same kind", async () => {
    for (const payload of ["MPF\0", "ICC_PROFIL", "FPXR\0"]) {
      assert.equal(await spaceOf(files.jpeg(files.segment(0xe2, text(payload)))), "srgb, no profile");
    }
  });
});

describe("a profile of a PNG", () => {
  it("is broken where it cannot be unpacked", async () => {
    const name = [...text("name"), 0, 0];
    for (const payload of [text("no name that ends"), text("name\0"), name, [...name, ...zeros(50)], zeros(100)]) {
      assert.equal(await spaceOf(files.png(undefined, { before: files.chunk("iCCP", payload) })), "srgb");
    }
    const packed = files.packedProfile(P3).slice(8, -4);
    for (const length of [20, 60, packed.length - 5]) {
      const before = files.chunk("iCCP", packed.slice(0, length));
      assert.equal(await spaceOf(files.png(undefined, { before })), "srgb", `${length} bytes`);
    }
  });

  it("is not unpacked to its end where it is a bomb", async () => {
    const bomb = profile({ primaries: PRIMARIES.srgb, curve: SRGB_CURVE });
    const before = files.packedProfile([...bomb, ...zeros(2 << 20)]);
    assert.equal(await spaceOf(files.png(undefined, { before })), "srgb");
  });

  it("is of a space that is not known where there is nothing that unpacks", async (t) => {
    const { DecompressionStream } = globalThis;
    t.after(() => Object.assign(globalThis, { DecompressionStream }));
    Object.assign(globalThis, { DecompressionStream: undefined });
    assert.equal(await spaceOf(files.png(undefined, { before: files.packedProfile(SRGB) })), "other");
    assert.equal(await spaceOf(files.png()), "srgb, no profile");
  });
});

describe("a code of colours", () => {
  /** By ITU-T H.273: 1 and 13 are those of sRGB, 12 is Display P3, 9 Rec. 2020, 16 PQ, 8 linear. */
  const codes = [
    [1, 13, "srgb"],
    [1, 1, "srgb"],
    [2, 2, "srgb"],
    [1, 2, "srgb"],
    [12, 13, "display-p3"],
    [9, 13, "other"],
    [9, 16, "other"],
    [1, 8, "other"],
    [12, 16, "other"],
  ] as const;

  it("tells the colour space of a PNG, and counts more than a profile", async () => {
    for (const [primaries, curve, expected] of codes) {
      const code = files.chunk("cICP", [primaries, curve, 0, 1]);
      assert.equal(await spaceOf(files.png(undefined, { before: code })), `${expected}, no profile`);
      for (const before of [
        [code, files.packedProfile(ADOBE)],
        [files.packedProfile(ADOBE), code],
      ]) {
        assert.equal(await spaceOf(files.png(undefined, { before: before.flat() })), expected);
      }
    }
  });

  it("tells the colour space of an AVIF, and counts less than a profile", async () => {
    for (const [primaries, curve, expected] of codes) {
      const code = files.nclx(primaries, curve);
      assert.equal(await spaceOf(files.heif({ properties: [files.ispe(), code] })), `${expected}, no profile`);
      for (const colors of [
        [code, files.colr("prof", P3)],
        [files.colr("prof", P3), code],
      ]) {
        assert.equal(await spaceOf(files.heif({ properties: [files.ispe(), ...colors] })), "display-p3");
      }
    }
  });
});

describe("channels and depth", () => {
  it("of a PNG are those of its colours, with alpha where one of them is transparent", async () => {
    const transparent = files.chunk("tRNS", [0, 0]);
    for (const [color, channels, withTransparent] of [
      [0, 1, 2],
      [2, 3, 4],
      [4, 2, 2],
      [6, 4, 4],
    ] as const) {
      for (const depth of [1, 2, 4, 8, 16]) {
        assert.deepEqual(await shapeOf(files.png(undefined, { color, depth })), [channels, depth]);
        const before = transparent;
        assert.deepEqual(await shapeOf(files.png(undefined, { color, depth, before })), [withTransparent, depth]);
      }
    }
  });

  it("of a palette are those of its colours", async () => {
    for (const depth of [1, 2, 4, 8]) {
      const palette = files.chunk("PLTE", zeros(6));
      assert.deepEqual(await shapeOf(files.png(undefined, { color: 3, depth, before: palette })), [3, 8]);
      const before = [...palette, ...files.chunk("tRNS", [0])];
      assert.deepEqual(await shapeOf(files.png(undefined, { color: 3, depth, before })), [4, 8]);
    }
  });

  it("of a JPEG are those of its frame; CMYK is of another colour space", async () => {
    for (const channels of [1, 3, 4]) {
      for (const depth of [8, 12]) {
        assert.deepEqual(await colorsOf(files.jpeg([], { channels, depth })), {
          ...{ channels, depth, hasProfile: false },
          colorSpace: channels === 4 ? "other" : "srgb",
        });
      }
    }
    for (const where of ["before", "after"] as const) {
      const segments = files.profileSegments(SRGB).flat();
      const bytes = files.jpeg(where === "before" ? segments : [], {
        channels: 4,
        after: where === "after" ? segments : [],
      });
      assert.equal(await spaceOf(bytes), "other");
    }
  });

  it("of a GIF are those of its colours, with alpha where the first frame lets something through", async () => {
    const { gif, gifFrame } = files;
    assert.deepEqual(await shapeOf(gif()), [3, 8]);
    assert.deepEqual(await shapeOf(gif(undefined, { frames: [gifFrame({ isTransparent: true })] })), [4, 8]);
    assert.deepEqual(await shapeOf(gif(undefined, { frames: [gifFrame({ width: 299 })] })), [4, 8]);
    assert.deepEqual(await shapeOf(gif(undefined, { frames: [gifFrame({ height: 199, y: 1 })] })), [4, 8]);
    assert.deepEqual(
      await shapeOf(gif(undefined, { frames: [gifFrame(), gifFrame({ isTransparent: true, width: 9 })] })),
      [3, 8],
    );
  });

  it("of a WebP are RGB, or RGBA where it says so", async () => {
    assert.deepEqual(await shapeOf(files.lossyWebp()), [3, 8]);
    assert.deepEqual(await shapeOf(files.losslessWebp()), [3, 8]);
    assert.deepEqual(await shapeOf(files.losslessWebp(undefined, true)), [4, 8]);
    assert.deepEqual(await shapeOf(files.extendedWebp()), [3, 8]);
    assert.deepEqual(await shapeOf(files.extendedWebp(undefined, { flags: 0x10 })), [4, 8]);
  });

  it("of a BMP are told by bits and masks", async () => {
    const { bmp } = files;
    for (const bits of [1, 4, 8, 24, 32]) assert.deepEqual(await shapeOf(bmp(undefined, { bits })), [3, 8], `${bits}`);
    assert.deepEqual(await shapeOf(bmp(undefined, { bits: 16 })), [3, 5]);
    const packed = { bits: 16, packing: 3, masks: [0xf800, 0x7e0, 0x1f] };
    assert.deepEqual(await shapeOf(bmp(undefined, packed)), [3, 6]);
    const wide = { bits: 32, packing: 3, masks: [0x3ff00000, 0xffc00, 0x3ff] };
    assert.deepEqual(await shapeOf(bmp(undefined, wide)), [3, 10]);
    const masks = [0xff0000, 0xff00, 0xff, 0xff000000];
    assert.deepEqual(await shapeOf(bmp(undefined, { bits: 32, packing: 3, masks, head: 108 })), [4, 8]);
    assert.deepEqual(await shapeOf(bmp(undefined, { bits: 32, packing: 6, masks })), [4, 8]);
    assert.deepEqual(
      await shapeOf(bmp(undefined, { bits: 32, packing: 3, masks: [...masks.slice(0, 3), 0], head: 108 })),
      [3, 8],
    );
    assert.deepEqual(await shapeOf(files.oldBmp()), [3, 8]);
  });

  it("of an ICO are RGBA, or those of a PNG in it", async () => {
    const size = { width: 48, height: 32 };
    const infoOfIcon = async (content: Content) => {
      const { channels, depth } = (await infoOf(files.ico({ ...size, content })))!;
      return [channels, depth];
    };
    assert.deepEqual(await infoOfIcon(zeros(50)), [4, 8]);
    assert.deepEqual(await infoOfIcon(files.png(size, { color: 2, depth: 16 })), [3, 16]);
  });

  it("of an AVIF are told by its picture, and by a picture of its alpha", async () => {
    const { auxC, heif, ispe, pixi } = files;
    assert.deepEqual(await shapeOf(heif({ properties: [ispe()] })), [3, 8]);
    assert.deepEqual(await shapeOf(heif({ properties: [ispe(), pixi(10, 10, 10)] })), [3, 10]);
    assert.deepEqual(await shapeOf(heif({ properties: [ispe(), pixi(12)] })), [1, 12]);
    const items = new Map([
      [1, [1, 2]],
      [2, [1, 3, 4]],
    ]);
    for (const [urn, channels] of [
      ["urn:mpeg:mpegB:cicp:systems:auxiliary:alpha", 4],
      ["urn:mpeg:hevc:2015:auxid:1", 4],
      // Depth, as from cameras with two lenses.
      ["urn:mpeg:hevc:2015:auxid:2", 3],
      ["urn:mpeg:hevc:2015:auxid:10", 3],
    ] as const) {
      const properties = [ispe(), pixi(8, 8, 8), pixi(8), auxC(urn)];
      assert.deepEqual(await shapeOf(heif({ properties, primary: 1, items })), [channels, 8], urn);
    }
  });
});
