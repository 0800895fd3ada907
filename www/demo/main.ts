/** The demo page: wires its parts together. Everything it does goes through the package's public interface. */
import { filters, type FilterInput, type RunReport } from "pixelpool";
import { runBatch } from "./batch.js";
import { Breakdown } from "./breakdown.js";
import { ChainBuilder } from "./chain.js";
import { ChainCode } from "./code.js";
import { Compare } from "./compare.js";
import { announce, bringIntoView, find, messageOf } from "./dom.js";
import { saveAll, saveOne } from "./download.js";
import { PoolHolder } from "./pool-holder.js";
import { count } from "./format.js";
import { FilterPictures } from "./filter-pictures.js";
import { FrameLoop } from "./frames.js";
import { Gallery } from "./gallery.js";
import { setUpPhotoInput } from "./photo-input.js";
import { setUpPicker } from "./picker.js";
import { samplePhoto, samplePhotos, type Photo } from "./samples.js";
import { readSettings } from "./settings.js";
import { SpeedUp } from "./speedup.js";
import { Stats } from "./stats.js";
import { TaskRunner } from "./task.js";
import { setUpTheme } from "./theme.js";
import { ThreadSwitch } from "./thread-switch.js";
import { Thumbnails } from "./thumbnails.js";
import { Timeline } from "./timeline.js";

type State = "starting" | "idle" | "running" | "done";

const settings = readSettings(location.search);
const holder = new PoolHolder(settings.threads, settings.mode);

const runButton = find("#run", HTMLButtonElement);
const runLabel = find("#run-label", HTMLElement);
const cancelButton = find("#cancel", HTMLButtonElement);
const measureButton = find("#measure", HTMLButtonElement);
const saveButton = find("#download-all", HTMLButtonElement);
const saveLabel = find("#download-label", HTMLElement);
const loadButton = find("#load-samples", HTMLButtonElement);
const sampleCount = find("#sample-count", HTMLSelectElement);
const includeBroken = find("#include-broken", HTMLInputElement);
const stage = find("#stage", HTMLElement);
const problem = find("#problem", HTMLElement);

let photos: readonly Photo[] = [];
let fromSamples = false;
/** What the tiles show, so that comparing and saving give the same even after the chain was edited. */
let shown: { photos: readonly Photo[]; chain: FilterInput } | undefined;

const timeline = new Timeline();
const breakdown = new Breakdown();
const stats = new Stats();
const speedUp = new SpeedUp();
const code = new ChainCode();
const chain = new ChainBuilder(
  find("#chain", HTMLOListElement),
  find("#chain-error", HTMLElement),
  () => {
    code.show(chain.peek());
    showSpeedUp();
  },
  askPool,
);
const thumbnails = new Thumbnails();
const gallery = new Gallery(find("#tiles", HTMLElement), thumbnails, {
  open: (index) => compare.open(index),
  save: (index) => void saveResult(index),
});
const compare = new Compare({
  source: () => shown && { ...shown, pool: holder.pool, hasResult: (index) => gallery.state(index) === "done" },
  save: (index) => void saveResult(index),
  closed: (index) => gallery.focus(index),
});
const pictures = new FilterPictures({
  pool: () => (holder.ready && !task.busy ? holder.pool : undefined),
  photo: () => (photos[0] && !fromSamples ? Promise.resolve(photos[0].blob) : samplePhoto()),
  scaled: (photo, width, height) => thumbnails.make(photo, width, height),
});
const threadSwitch = new ThreadSwitch(holder, (threads) => void openPool(threads));
const task = new TaskRunner(cancelButton, refresh, showProblem);
const frames = new FrameLoop((now) => {
  stats.frame(now);
  timeline.frame();
});

function setState(next: State): void {
  document.body.dataset["state"] = next;
  refresh();
}

/** Which buttons can be used, and what they say. */
function refresh(): void {
  const free = !task.busy && holder.ready;
  runButton.disabled = !free || photos.length === 0;
  runLabel.textContent = photos.length > 0 ? `Run on ${count(photos.length, "photo")}` : "Run";
  cancelButton.disabled = !task.busy;
  loadButton.disabled = sampleCount.disabled = includeBroken.disabled = task.busy;
  measureButton.disabled = !free || photos.length === 0 || holder.maxThreads < 2;
  threadSwitch.enable(free);
  saveButton.disabled = !free || !photos.some((_, index) => gallery.state(index) === "done");
  document.body.classList.toggle("has-photos", photos.length > 0);
  if (free) pictures.resume();
}

function showProblem(error: unknown): void {
  problem.hidden = error === undefined;
  problem.textContent = error === undefined ? "" : messageOf(error);
}

/** Mistakes in the chain are shown where they can be corrected; anything else goes on to {@link showProblem}. */
function reportError(error: unknown): void {
  if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
  chain.report(error);
}

/** What the pool says against a chain: of no images, nothing else is done. */
async function askPool(filter: FilterInput): Promise<unknown> {
  if (!holder.ready) return undefined;
  try {
    await holder.pool.starmap(filter, []);
    return undefined;
  } catch (error) {
    return error;
  }
}

function showSpeedUp(): void {
  if (holder.ready) speedUp.show(photos, chain.peek(), holder.threads);
}

async function openPool(threads: number): Promise<void> {
  setState("starting");
  showProblem(undefined);
  try {
    threadSwitch.show(await holder.open(threads));
    setState(shown ? "done" : "idle");
    showSpeedUp();
  } catch (error) {
    threadSwitch.showFailure();
    showProblem(error);
    threadSwitch.enable(true); // another number may work
  }
}

async function load(next: readonly Photo[]): Promise<void> {
  if (task.busy) return;
  if (holder.ready) showProblem(undefined);
  photos = next;
  shown = undefined;
  timeline.clear();
  breakdown.clear();
  stats.reset(photos.length);
  setState(holder.ready ? "idle" : "starting");
  showSpeedUp();
  announce(`${count(photos.length, "photo")} loaded.`);
  await gallery.show(photos);
}

async function loadSamples(): Promise<void> {
  fromSamples = true;
  loadButton.setAttribute("aria-busy", "true");
  try {
    await load(await samplePhotos(Number(sampleCount.value), includeBroken.checked));
  } catch (error) {
    showProblem(error);
  } finally {
    loadButton.removeAttribute("aria-busy");
  }
}

async function run(): Promise<void> {
  const filter = chain.read();
  if (filter === undefined || photos.length === 0 || !holder.ready || task.busy) return;
  bringIntoView(stage);
  await task.run(async (signal) => {
    setState("running");
    stats.begin(photos.length);
    breakdown.clear();
    const names = photos.map(({ name }) => name);
    timeline.begin(holder.pool.threads, names);
    frames.start();
    announce(`Running on ${count(photos.length, "photo")}.`);
    const told: { report?: RunReport } = {};
    try {
      const { progress, cancelled, mistake } = await runBatch(holder.pool, filter, photos, signal, {
        gallery,
        onProgress: (now) => stats.note(now),
        onSpan: (span) => timeline.add(span),
        onReport: (report) => void (told.report = report),
      });
      shown = { photos, chain: filter };
      stats.end(cancelled);
      if (mistake) chain.report(mistake);
      if (!cancelled) speedUp.record(photos, filter, holder.threads, progress.elapsed);
      showSpeedUp();
    } catch (error) {
      stats.say("The run stopped.");
      reportError(error);
    } finally {
      frames.stop();
      timeline.finish(told.report);
      if (told.report) breakdown.show(told.report);
    }
  });
  setState("done");
}

async function measure(): Promise<void> {
  const filter = chain.read();
  if (filter === undefined) return;
  const many = holder.threads > 1 ? holder.threads : holder.maxThreads;
  await task.run(async (signal) => {
    try {
      await speedUp.measure(holder, photos, filter, many, signal);
    } catch (error) {
      showSpeedUp();
      if (!signal.aborted) reportError(error);
    }
  });
}

async function saveResult(index: number): Promise<void> {
  const photo = shown?.photos[index];
  if (!shown || !photo) return;
  try {
    await saveOne(holder.pool, shown.chain, photo);
  } catch (error) {
    showProblem(error);
  }
}

async function saveResults(): Promise<void> {
  if (!shown) return;
  const { chain: filter } = shown;
  const good = shown.photos.filter((_, index) => gallery.state(index) === "done");
  await task.run(async (signal) => {
    try {
      await saveAll(holder.pool, filter, good, signal, (done) => {
        saveLabel.textContent = `Packing ${done} of ${good.length}…`;
      });
      announce("The ZIP file is ready.");
    } finally {
      saveLabel.textContent = "Download all";
    }
  });
}

runButton.addEventListener("click", () => void run());
measureButton.addEventListener("click", () => void measure());
saveButton.addEventListener("click", () => void saveResults());
loadButton.addEventListener("click", () => void loadSamples());
find("#quick-start", HTMLButtonElement).addEventListener("click", () => {
  void Promise.all([loadSamples(), opening]).then(run);
});
for (const option of [sampleCount, includeBroken]) {
  option.addEventListener("change", () => {
    if (fromSamples && photos.length > 0) void loadSamples();
  });
}
setUpPhotoInput((next) => {
  fromSamples = false;
  void load(next);
});
setUpTheme(settings.theme, () => timeline.redraw());
setUpPicker(pictures, (info) => {
  chain.add(info);
  chain.revealLast();
});

// A blur is what people expect to see first; which one, the library's own order decides.
const first = filters.find(({ category, intensity }) => category === "blur" && intensity !== null) ?? filters[0];
if (first) chain.add(first);
stats.reset(0);
const opening = openPool(holder.threads);
