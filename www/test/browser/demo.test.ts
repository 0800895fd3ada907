/** The demo page, built as it is published, as a person uses it. */
import assert from "node:assert/strict";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import type { Browser, Page } from "playwright-core";
import { serve, type Server } from "../serve.js";
import { launch } from "./page.js";

const SAMPLES = path.resolve(import.meta.dirname, "../../demo/samples");
const FOLDER = path.resolve(import.meta.dirname, "../../../target/demo");

let browser: Browser;
let isolated: Server;
let plain: Server;
before(async () => {
  browser = await launch();
  isolated = await serve(FOLDER, { isolated: true });
  plain = await serve(FOLDER, { isolated: false });
});
after(async () => {
  await browser.close();
  await isolated.close();
  await plain.close();
});

const inState = (page: Page, state: string) =>
  page.waitForFunction((state) => document.body.dataset.state === state, state, { timeout: 60_000 });

interface Visit extends AsyncDisposable {
  page: Page;
  complaints: string[];
}

async function visit(url: string, viewport = { width: 1280, height: 900 }): Promise<Visit> {
  const page = await browser.newPage({ viewport });
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  await page.goto(url);
  await inState(page, "idle");
  return { page, complaints, [Symbol.asyncDispose]: () => page.close() };
}

async function loadSamples(page: Page, count: string, broken = false): Promise<void> {
  await page.getByTestId("sample-count").selectOption(count);
  if (broken) await page.getByTestId("include-broken").check();
  await page.getByTestId("load-samples").click();
  const want = Number(count);
  await page.waitForFunction((want) => document.querySelectorAll("[data-testid=tile]").length >= want, want);
}

const tileStates = (page: Page) =>
  page
    .getByTestId("tile")
    .evaluateAll((tiles) =>
      tiles.map((tile) => `${(tile as HTMLElement).dataset.index} ${(tile as HTMLElement).dataset.state}`),
    );

/** The texts of a table's rows, cell by cell. */
const rowsOf = (page: Page, body: string) =>
  page
    .locator(`${body} > tr`)
    .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent)));

const factsOf = (page: Page) => page.locator("#breakdown-facts > li").allTextContents();

/** `"1.4 MB"` in bytes. */
function bytesOf(text: string): number {
  const [, number, unit] = /^([\d.,]+) ([MG])B/.exec(text) ?? [];
  return Number(number?.replaceAll(",", "")) * (unit === "G" ? 2 ** 30 : 2 ** 20);
}

for (const mode of ["shared", "workers"] as const) {
  describe(`the demo, mode ${mode}`, () => {
    const url = () => (mode === "shared" ? isolated.url : plain.url);

    it("filters a hundred photos with a broken one among them, and shows who worked on what", async () => {
      await using visited = await visit(`${url()}/?threads=2`);
      const { page } = visited;
      await loadSamples(page, "100", true);
      await page.getByTestId("run").click();
      await inState(page, "done");
      const states = await tileStates(page);
      assert.equal(states.length, 100);
      assert.deepEqual(
        states.map((state) => Number(state.split(" ")[0])),
        states.map((_, index) => index),
      );
      const failed = states.filter((state) => !state.endsWith("done"));
      assert.equal(failed.length, 1, failed.join("; "));
      assert.match(failed[0] ?? "", / failed$/);
      const broken = page.locator("[data-testid=tile][data-state=failed]");
      assert.match((await broken.textContent()) ?? "", /not a picture/);
      assert.match((await page.getByTestId("mode").textContent()) ?? "", mode === "shared" ? /shared/i : /worker/i);
      assert.ok(await page.getByTestId("timeline").isVisible());
      assert.deepEqual(visited.complaints, []);
    });

    it("can be cancelled half way, and run again", async () => {
      await using visited = await visit(`${url()}/?threads=2`);
      const { page } = visited;
      await loadSamples(page, "100");
      await page.getByTestId("run").click();
      await page.waitForFunction(() => document.querySelectorAll("[data-testid=tile][data-state=done]").length >= 5);
      await page.getByTestId("cancel").click();
      await inState(page, "done");
      const states = await tileStates(page);
      assert.ok(states.some((state) => state.endsWith("cancelled")));
      assert.ok(await page.getByTestId("breakdown").isVisible());
      assert.match((await factsOf(page)).at(-1) ?? "", /^\d+ photos? dropped half way$/);
      await loadSamples(page, "12");
      await page.getByTestId("run").click();
      await inState(page, "done");
      assert.ok((await tileStates(page)).filter((state) => state.endsWith(" done")).length >= 12);
      assert.deepEqual(visited.complaints, []);
    });

    it("shows where the time went, from the pool's report, until the next run begins", async () => {
      await using visited = await visit(`${url()}/?threads=2`);
      const { page } = visited;
      await loadSamples(page, "12");
      const breakdown = page.getByTestId("breakdown");
      assert.ok(await breakdown.isHidden());
      await page.getByTestId("run").click();
      await inState(page, "done");
      await breakdown.waitFor();

      const stages = await rowsOf(page, "#breakdown-rows");
      const titles = stages.map(([title]) => title ?? "");
      const known = ["Reading files", "Decoding", "Filters", "Making bitmaps", "In queues", "Waiting for their turn"];
      for (const title of ["Decoding", "Filters"]) assert.ok(titles.includes(title), titles.join(", "));
      const inOrder = known.filter((title) => titles.includes(title));
      assert.deepEqual(
        titles.filter((title) => known.includes(title)),
        inOrder,
      );
      for (const [title, , time = "", part = ""] of stages) {
        assert.match(time, /^[\d.,]+ m?s$/, title);
        assert.match(part, /^[1-9]\d* %$/, title);
      }
      // Each is rounded by itself.
      const whole = stages.reduce((sum, cells) => sum + parseInt(cells[3] ?? "", 10), 0);
      assert.ok(Math.abs(whole - 100) <= stages.length / 2, `${whole} %`);

      const [how = "", bytes = "", flight = ""] = await factsOf(page);
      const reason = (await page.locator("#mode-reason").textContent()) ?? "";
      assert.ok(how.endsWith(`, 2 threads: ${reason}`), how);
      const pictures = (await readdir(SAMPLES)).filter((name) => !name.endsWith(".md"));
      assert.equal(pictures.length, 12);
      const sizes = await Promise.all(pictures.map(async (name) => (await stat(path.join(SAMPLES, name))).size));
      const files = sizes.reduce((a, b) => a + b);
      assert.ok(Math.abs(bytesOf(bytes) - files) < 0.06 * 2 ** 20, `${bytes}; the files are ${files} bytes`);
      const [peak, limit] = flight.split(" of ").map(bytesOf);
      assert.ok(peak && limit && peak <= limit, flight);

      const threads = await rowsOf(page, "#timeline-rows");
      assert.deepEqual(
        threads.map(([thread]) => thread),
        ["Thread 1", "Thread 2"],
      );
      assert.ok(threads.reduce((sum, [, photos]) => sum + Number(photos), 0) >= 12);
      const parts = threads.map((cells) => parseInt(cells[4] ?? "", 10));
      assert.ok(Math.abs(parts.reduce((a, b) => a + b) - 100) <= 1, parts.join(" + "));
      assert.deepEqual(
        await page.locator(".row-label .share").allTextContents(),
        threads.map((cells) => cells[3]),
      );

      const hidden = await page.evaluate(() => {
        document.querySelector<HTMLButtonElement>("#run")?.click();
        return document.querySelector<HTMLElement>("#breakdown")?.hidden;
      });
      assert.equal(hidden, true);
      await inState(page, "done");
      assert.ok(await breakdown.isVisible());
      assert.deepEqual(visited.complaints, []);
    });

    // Once: what differs between the modes is not the page's, and there are a hundred of them.
    if (mode !== "shared") return;
    it("offers every filter, and runs each with the controls that its definition gives", async () => {
      await using visited = await visit(`${url()}/?threads=2`);
      const { page } = visited;
      // A small one: a hundred filters follow.
      await page.locator("#files").setInputFiles(path.join(SAMPLES, "elephant.jpg"));
      await page.getByTestId("tile").waitFor();
      await page.getByTestId("add-filter").click();
      const names = await page
        .locator(".pick[data-filter]")
        .evaluateAll((picks) => picks.map((pick) => (pick as HTMLElement).dataset.filter ?? ""));
      await page.keyboard.press("Escape");
      assert.ok(names.length >= 20, names.join(", "));
      // In one go: clicked one by one, a hundred of them take as long as ten tests.
      const added = names.filter((name) => name !== "delay");
      await page.evaluate((added) => {
        for (const name of added)
          for (const selector of ["[data-testid=add-filter]", `.pick[data-filter=${name}]`])
            document.querySelector<HTMLElement>(selector)?.click();
      }, added);
      const steps = await page.getByTestId("step").count();
      assert.ok(steps >= names.length - 1);
      const texts = await page.locator("#chain, #picker").allTextContents();
      assert.ok(!texts.some((text) => /`|\*\*/.test(text)), "code and emphasis are drawn, not written");
      assert.ok((await page.locator("[data-testid=step] [data-parameter]").count()) >= names.length);
      await page.getByTestId("run").click();
      await inState(page, "done");
      assert.ok(
        (await tileStates(page)).every((state) => state.endsWith("done")),
        "a filter failed with its defaults",
      );
      assert.deepEqual(visited.complaints, []);
    });
  });
}

describe("the demo", () => {
  it("opens a result before and after, by keyboard, and gives the focus back", async () => {
    await using visited = await visit(`${isolated.url}/`);
    const { page } = visited;
    await loadSamples(page, "12");
    await page.getByTestId("run").click();
    await inState(page, "done");
    const opener = page.locator(".tile-view").first();
    await opener.focus();
    await page.keyboard.press("Enter");
    await page.locator("#compare-frame[data-ready=true]").waitFor();
    assert.ok(await page.getByTestId("compare").isVisible());
    await page.keyboard.press("Escape");
    await page.getByTestId("compare").waitFor({ state: "hidden" });
    assert.ok(await opener.evaluate((element) => element === document.activeElement));
    assert.deepEqual(visited.complaints, []);
  });

  it("lists filters by group with pictures, narrowed by typing, and by keyboard", async () => {
    await using visited = await visit(`${isolated.url}/?threads=2`, { width: 1000, height: 700 });
    const { page } = visited;
    await page.getByTestId("add-filter").click();
    const groups = await page.locator("#picker-groups h3").allTextContents();
    assert.deepEqual(groups.slice(0, 3), ["Geometry", "Tone", "Colour"]);
    assert.deepEqual(await page.locator("#picker-links button").allTextContents(), groups);
    // Those in sight have pictures, which differ; the last one has none until somebody goes there.
    await page.locator(".pick[data-filter=flipH] canvas[data-pictured]").waitFor();
    await page.locator(".pick[data-filter=flipV] canvas[data-pictured]").waitFor();
    const pictureOf = (name: string) =>
      page.locator(`.pick[data-filter=${name}] canvas`).evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
    assert.notEqual(await pictureOf("flipH"), await pictureOf("flipV"));
    const last = page.locator(".pick canvas").last();
    assert.equal(await last.getAttribute("data-pictured"), null);
    await page.locator("#picker-links button").last().click();
    await page.locator("#picker-groups section").last().locator("canvas[data-pictured]").first().waitFor();
    await page.locator("#picker-search").fill("box mean");
    const shown = () =>
      page
        .locator(".pick:not([hidden])")
        .evaluateAll((picks) => picks.map((pick) => (pick as HTMLElement).dataset.filter));
    assert.deepEqual(await shown(), ["boxBlur"]);
    await page.locator("#picker-search").fill("xylophone");
    assert.ok(await page.locator("#picker-nothing").isVisible());
    await page.locator("#picker-search").fill("blur");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowRight");
    const focused = () => page.evaluate(() => (document.activeElement as HTMLElement).dataset["filter"]);
    assert.equal(await focused(), (await shown())[1]);
    await page.keyboard.press("ArrowUp");
    assert.equal(await page.evaluate(() => document.activeElement?.id), "picker-search");
    await page.keyboard.press("Enter");
    assert.equal(await page.getByTestId("step").last().getAttribute("data-filter"), (await shown())[0]);
    assert.deepEqual(visited.complaints, []);
  });

  it("has a sample for a picture that a filter needs, takes a file instead, and says where it is none", async () => {
    await using visited = await visit(`${plain.url}/?threads=2`);
    const { page } = visited;
    await loadSamples(page, "12");
    await page.getByTestId("add-filter").click();
    await page.locator(".pick[data-filter=blend]").click();
    const field = page.locator("[data-parameter=image]");
    const runs = async () => {
      await page.getByTestId("run").click();
      await inState(page, "done");
      assert.ok((await tileStates(page)).every((state) => state.endsWith("done")));
    };
    await runs();
    await field.locator("input[type=file]").setInputFiles(path.join(SAMPLES, "zebra.jpg"));
    await field.locator("img").waitFor();
    assert.match((await field.textContent()) ?? "", /zebra\.jpg/);
    await runs();
    const file = { name: "broken.png", mimeType: "image/png", buffer: Buffer.from("no picture") };
    await field.locator("input[type=file]").setInputFiles(file);
    await field.locator(".field-error").waitFor();
    await page.getByTestId("run").click();
    assert.match((await field.locator(".field-error").textContent()) ?? "", /cannot read/);
    await field.getByRole("button", { name: "Use sample" }).click();
    assert.ok(await field.locator(".field-error").isHidden());
    await runs();
    assert.deepEqual(visited.complaints, []);
  });

  it("shows a mistake that only the filter can find beside its control", async () => {
    await using visited = await visit(`${plain.url}/?threads=2`);
    const { page } = visited;
    await loadSamples(page, "12");
    await page.getByTestId("add-filter").click();
    await page.locator(".pick[data-filter=lut3d]").click();
    const field = page.locator("[data-parameter=cube]");
    await field.locator("textarea").fill("LUT_3D_SIZE 2\n0 0 0\n");
    await page.getByTestId("run").click();
    await inState(page, "done");
    assert.match((await field.locator(".field-error").textContent()) ?? "", /must have 8 rows/);
    const file = {
      name: "dark.cube",
      mimeType: "text/plain",
      buffer: Buffer.from(`LUT_3D_SIZE 2\n${"0 0 0\n".repeat(8)}`),
    };
    await field.locator("input[type=file]").setInputFiles(file);
    await page.waitForFunction(() => document.querySelector("textarea")?.value.includes("0 0 0\n0 0 0\n"));
    assert.ok(await field.locator(".field-error").isHidden());
    await page.getByTestId("run").click();
    await page.waitForFunction(() => document.querySelectorAll("[data-testid=tile][data-state=done]").length === 12);
    assert.deepEqual(visited.complaints, []);
  });

  it("checks a formula while it is typed, underlines what is wrong, and has examples", async () => {
    await using visited = await visit(`${plain.url}/?threads=2`, { width: 390, height: 800 });
    const { page } = visited;
    await loadSamples(page, "12");
    await page.getByTestId("add-filter").click();
    await page.locator(".pick[data-filter=formula]").click();
    const field = page.locator("[data-parameter=g]");
    const area = field.locator("textarea");
    await area.fill("g + lumma * 2");
    await field.locator("mark").waitFor();
    assert.equal(await field.locator("mark").textContent(), "lumma");
    assert.equal(
      await field.locator(".field-error").textContent(),
      'Must be a formula; character 5: there is no "lumma"; did you mean "luma"?',
    );
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(wide <= 0, `${wide} px too wide`);
    // The line is under the word, wherever the text is broken.
    await area.fill("g + 0.000001 * (sin(x / 20) + cos(y / 20) + sin(x / 30) + cos(y / 30)) + lumma");
    await page.waitForFunction(() => document.querySelector(".code-shade mark")?.textContent === "lumma");
    const heights = await field.locator(".code-field > *").evaluateAll((all) => all.map((one) => one.clientHeight));
    assert.equal(heights[0], heights[1]);
    await area.fill("g +");
    await page.waitForFunction(() => document.querySelector(".code-shade mark")?.textContent === "\u00a0");
    await area.fill("g * 0.5");
    await field.locator(".field-error").waitFor({ state: "hidden" });
    assert.equal(await field.locator("mark").count(), 0);

    await page.locator(".preset select").selectOption({ label: "Spotlight" });
    assert.match(await page.locator("[data-parameter=let] textarea").inputValue(), /smoothstep/);
    await page.getByTestId("run").click();
    await inState(page, "done");
    assert.equal(await page.locator("[data-testid=tile][data-state=done]").count(), 12);
    assert.deepEqual(visited.complaints, []);
  });

  it("fits a phone: nothing is wider than the screen", async () => {
    for (const width of [360, 390, 768]) {
      await using visited = await visit(`${plain.url}/?threads=16`, { width, height: 800 });
      await loadSamples(visited.page, "12");
      const wide = await visited.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(wide <= 0, `${wide} px too wide at ${width}`);
      const cut = await visited.page.locator("#mode-chip").evaluate((chip) => chip.scrollWidth - chip.clientWidth);
      assert.ok(cut <= 0, `the mode is cut short by ${cut} px at ${width}`);
      await visited.page.getByTestId("add-filter").click();
      const list = await visited.page.locator("#picker-groups").evaluate((list) => list.scrollWidth - list.clientWidth);
      assert.ok(list <= 0, `the list of filters is ${list} px too wide at ${width}`);
    }
  });
});
