/** Saving results: each is made again at full size from its file and the chain of the run. */
import { downloadZip } from "client-zip";
import type { FilterInput, Pool } from "pixelpool";
import { save } from "./dom.js";
import { splitName, type Photo } from "./samples.js";

/** Files stay what they are; what cannot be written becomes a PNG where there is alpha, else a JPEG. */
const OUTPUT = { type: "source", quality: 0.9, metadata: "keep" } as const;

/** Of results: files have the ending of their type where what they are made of has a name. */
function fileOf({ name, blob }: Photo): File {
  return blob instanceof File ? blob : new File([blob], name);
}

function resultName(photo: Photo, result: Blob): string {
  const { name } = result instanceof File ? result : photo;
  const [stem, ending] = splitName(name);
  return `${stem}-filtered${ending}`;
}

export async function saveOne(pool: Pool, chain: FilterInput, photo: Photo): Promise<void> {
  const image = await pool.apply(chain, fileOf(photo), undefined, { output: OUTPUT });
  save(image, resultName(photo, image));
}

/** One ZIP of all results. They stream into it one by one, so only the encoded files are ever held. */
export async function saveAll(
  pool: Pool,
  chain: FilterInput,
  photos: readonly Photo[],
  signal: AbortSignal,
  onDone: (done: number) => void,
): Promise<void> {
  const zip = await downloadZip(encoded(pool, chain, photos, signal, onDone)).blob();
  signal.throwIfAborted();
  save(zip, "pixelpool.zip");
}

async function* encoded(
  pool: Pool,
  chain: FilterInput,
  photos: readonly Photo[],
  signal: AbortSignal,
  onDone: (done: number) => void,
): AsyncGenerator<{ name: string; input: Blob; lastModified: Date }> {
  const lastModified = new Date();
  const taken = new Set<string>();
  let done = 0;
  const items = photos.map((photo) => [photo, fileOf(photo)] as const);
  for await (const outcome of pool.imap(chain, items, { signal, output: OUTPUT })) {
    onDone(++done);
    if (outcome.status === "rejected") continue;
    const name = uniqueName(resultName(outcome.id, outcome.image), taken);
    yield { name, input: outcome.image, lastModified };
  }
}

function uniqueName(name: string, taken: Set<string>): string {
  const [stem, ending] = splitName(name);
  let unique = name;
  for (let n = 2; taken.has(unique); n++) unique = `${stem} (${n})${ending}`;
  taken.add(unique);
  return unique;
}
