/**
 * What chains with functions of a user's own do, wherever they run: the same program in browsers and in runtimes. Returns what
 * `expected.ts` says.
 */

const outcomeOf = (promise) =>
  promise.then(
    (value) => value,
    ({ name, code, message, filter, cause }) => ({
      ...{ name, code, message, filter },
      ...(cause !== undefined && { cause: [cause.name, cause.message, /heavy\.mjs/.test(cause.stack), cause.code] }),
    }),
  );

const WIDTH = 320;
const HEIGHT = 240;

// Once: within another realm, what is global is slow.
const { imul } = Math;
const pixels = new Uint8ClampedArray(WIDTH * HEIGHT * 4).map((_, at) => imul(at, 2654435761) >>> 24);
const photo = () => ({ data: pixels.slice(), width: WIDTH, height: HEIGHT });

const isSame = (one, other) =>
  one.width === other.width &&
  one.data.length === other.data.length &&
  one.data.every((value, at) => value === other.data[at]);

/** `folder`: the address of this one. `makeWorker` makes the worker of served.mjs. */
export async function work(createPool, { mode, makeWorker, folder }) {
  const module = new URL("heavy.mjs", folder);
  const call = (name, rest) => ({ module, name, ...rest });
  const pool = await createPool({ mode, threads: 2, functions: makeWorker });
  const told = {};

  told.exercise = await pool.starmap(call("applyHeavyFilter"), [
    [1, [10, 20, 30], 2],
    [2, [40, 50, 60], 3],
  ]);
  told.empty = await pool.starmap(call("applyHeavyFilter"), []);
  told.served = await pool.starmap({ function: "applyHeavyFilter" }, [["a", [1, 2], 5]]);
  told.notServed = await outcomeOf(pool.apply({ function: "applyHeavyFilters" }, [1]));

  // In a chain, in place or anew, given away or kept, its results are those of the built-in filter.
  const blur = { kind: "gaussianBlur", sigma: 2 };
  const small = { kind: "resize", width: 100 };
  const [inverted, chained] = [await pool.apply("invert", photo()), await pool.apply([blur, "invert", small], photo())];
  told.sameAlone = [];
  for (const transfer of [false, true]) {
    for (const name of ["default", "invertLater", "replaces"]) {
      const images = [0, 1, 2, 3, 4].map((id) => [id, photo()]);
      const alone = await pool.starmap(call(name), images, { transfer });
      told.sameAlone.push(alone.every(([, image]) => isSame(image, inverted)));
      const more = [0, 1, 2, 3, 4].map((id) => [id, photo()]);
      const among = await pool.starmap([blur, call(name), small], more, { transfer });
      told.sameAlone.push(among.every(([, image]) => isSame(image, chained)));
    }
  }
  const kept = photo();
  await pool.apply(call("default"), kept);
  told.isKept = isSame(kept, photo());
  const twice = await pool.apply([call("default"), call("invertLater"), { function: "shade" }], photo(), 1);
  told.twice = isSame(twice, photo());
  const large = Array.from({ length: 6 }, (_, id) => [id, photo(), { sigma: 1 + id }]);
  const [own, builtIn] = [
    await pool.starmap([blur, call("default")], large),
    await pool.starmap([blur, "invert"], large),
  ];
  told.intensities = own.every(([id, image], i) => id === builtIn[i][0] && isSame(image, builtIn[i][1]));

  told.told = await pool.apply(call("tell", { strength: 3, list: [1, 2] }), photo(), 7);
  // Where it comes first, that is as there is room.
  delete told.told.isShared;
  const { isShared } = await pool.apply(["invert", call("tell")], photo());
  told.isShared = isShared;
  told.ids = (
    await pool.starmap(call("tell"), [
      [{ deep: [1] }, photo()],
      [() => 1, photo()],
    ])
  ).map(([, { id, index }]) => [id ?? "none", index]);
  const kinds = [
    null,
    5,
    "text",
    new Map(),
    [1, "two"],
    { a: 1 },
    new Uint16Array(3),
    new ArrayBuffer(8),
    new Blob(["hello"]),
  ];
  told.kinds = (
    await pool.starmap(
      call("kindOf"),
      kinds.map((data, id) => [id, data]),
    )
  ).map(([, kind]) => kind);
  const deep = { data: new Uint16Array(12).fill(9), width: 2, height: 2 };
  const gray = { data: new Float32Array(4).fill(9), width: 2, height: 2 };
  told.formats = [];
  for (const image of [deep, gray]) {
    const { type, channels } = await pool.apply(call("tell"), image);
    told.formats.push([type, channels]);
  }

  // What a function makes may have another format and size, and goes on as that.
  const half = await pool.apply(call("grayHalf"), photo());
  const halfOn = await pool.apply(["invert", call("grayHalf"), { kind: "resize", width: 10 }], photo());
  told.half = [half, halfOn].map(({ data, width, height, channels }) => [
    data.constructor.name,
    data[0],
    width,
    height,
    channels,
  ]);
  const row = await pool.apply(["invert", call("part")], photo());
  told.part = [row.width, row.height, isSame(row, { ...row, data: inverted.data.subarray(0, row.data.length) })];
  const file = await pool.apply([call("default"), "invert"], photo(), undefined, { output: { type: "image/png" } });
  const read = await pool.apply(call("default"), file, undefined, { output: "pixels" });
  told.files = [file.type, read.width, read.data[4] === 255 - pixels[4] || pixels[7] < 255];

  // Failures are one item's alone.
  const failures = [
    "throws",
    "throwsItsOwn",
    "throwsOddly",
    "endsItsWorker",
    "word",
    "uncloneable",
    "wrongLength",
    "noFunction",
    "missing",
  ];
  told.failures = {};
  for (const name of failures) {
    const chain = name === "word" ? [call(name), "invert"] : call(name);
    told.failures[name] = await outcomeOf(pool.apply(chain, photo()));
  }
  told.noImage = await outcomeOf(pool.apply([call("word"), "invert"], [1, 2, 3]));
  told.noFile = await outcomeOf(pool.apply(call("word"), photo(), undefined, { output: { type: "image/png" } }));
  told.noModule = await outcomeOf(pool.apply({ module: new URL("nowhere.mjs", folder) }, photo()));
  // Browsers and runtimes have words of their own for these.
  const { message: whyNoModule, cause, ...noModule } = told.noModule;
  const { message: whyNotSent, ...notSent } = told.failures.uncloneable;
  if (!/ could not be loaded: /.test(whyNoModule) || !/ has given back cannot be sent: /.test(whyNotSent))
    told.words = [whyNoModule, whyNotSent];
  // Its line is in what was thrown, where the platform tells it.
  noModule.says = whyNoModule.endsWith(`: ${cause?.[1]}`);
  Object.assign(told, { noModule });
  told.failures.uncloneable = notSent;
  let taken = 0;
  const counted = (function* () {
    for (; taken < 5; taken++) yield [taken, photo()];
  })();
  await outcomeOf(pool.starmap(call("missing"), counted));
  told.readBefore = taken;
  const mixed = [call("endsItsWorker"), call("throws"), call("default")].map(async (chain) => {
    const settled = [];
    for await (const { status } of pool.imap(
      chain,
      [1, 2, 3].map((id) => [id, photo()]),
    ))
      settled.push(status);
    return settled.join();
  });
  told.neighbours = await Promise.all(mixed);

  const ending = ["endsItForTwo", "endsItAndReturns"].flatMap((name) =>
    [call(name), ["invert", call(name), "invert"]].map(async (chain) => {
      const settled = [];
      for await (const { id, status, reason } of pool.imap(
        chain,
        [0, 1, 2, 3, 4, 5].map((id) => [id, photo()]),
      ))
        if (status === "rejected") settled.push(id, reason.code);
      return settled;
    }),
  );
  told.ending = await Promise.all(ending);
  const several = await pool.apply(call("throwsSeveral"), photo()).catch(({ cause }) => cause);
  told.several = [several instanceof AggregateError, several.errors[0].code, several.cause === several.errors[0]];
  // Ended while it imports a module, with others' calls beside that.
  const beside = pool
    .starmap(
      call("invertLater"),
      Array.from({ length: 12 }, (_, id) => [id, photo()]),
    )
    .then(
      (images) => images.length,
      ({ results }) => results.filter(({ status }) => status === "fulfilled").length,
    );
  const { code: atImport } = await outcomeOf(pool.apply({ module: new URL("ends.mjs", folder) }, photo()));
  // Two workers are tried.
  told.besideAtImport = [atImport, (await beside) >= 10];
  told.unsent = await outcomeOf(pool.apply(call("applyHeavyFilter"), [1], () => 1));
  const { message: whyUnsent, ...unsent } = told.unsent;
  Object.assign(told, {
    unsent: { ...unsent, says: whyUnsent.startsWith("the intensity cannot be sent to a worker: ") },
  });
  const odd = await createPool({ mode, functions: () => ({}) });
  told.noWorker = await outcomeOf(odd.apply({ function: "applyHeavyFilter" }, [1], 2));
  await odd.close();
  told.atImport = (await outcomeOf(pool.apply({ module: new URL("ends.mjs", folder) }, photo()))).message;

  // What never ends is ended, and what hears of it ends by itself; nobody else is held up.
  told.cancelled = [];
  for (const name of ["never", "waits"]) {
    // An engine in place is the page itself.
    if (mode === "in place" && name === "never") continue;
    const controller = new AbortController();
    const cancelled = pool.starmap(
      call(name),
      [0, 1, 2].map((id) => [id, photo()]),
      { signal: controller.signal },
    );
    setTimeout(() => controller.abort(new Error("enough")), 100);
    told.cancelled.push((await outcomeOf(cancelled)).message);
    told.cancelled.push(isSame(await pool.apply(call("default"), photo()), inverted));
  }
  let report;
  const spans = [];
  const options = { onReport: (given) => (report = given), onSpan: (span) => spans.push(span) };
  await pool.starmap(
    [blur, call("invertLater")],
    [1, 2, 3, 4].map((id) => [id, photo()]),
    options,
  );
  told.report = [
    report.items,
    report.failed,
    report.stages.filtering > 0,
    new Set(spans.map(({ index }) => index)).size,
  ];

  const closing = pool.starmap(call("invertLater"), [[1, photo()]]);
  await pool.close();
  told.closed = isSame((await closing)[0][1], inverted);
  const second = await createPool({ mode, threads: 1 });
  const running = outcomeOf(second.apply(call("waits"), photo()));
  await new Promise((resolve) => setTimeout(resolve, 50));
  await second.terminate();
  told.terminated = (await running).code;
  return told;
}
