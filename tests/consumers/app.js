/**
 * What every consumer does with the package, whoever bundles it and wherever it runs. It is given `createPool`, since some places
 * import it from another entry, and tells what came out as plain values, so that it can be told through any port.
 */

/** 24 × 16 pixels, some of them half transparent. */
const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAABgAAAAQCAYAAAAMJL+VAAAEyklEQVR42hWUXWjVdhjGD+JArB8LdgcVVzyRuTIiSHOROQvTEIu2BrqPsKwwN0gX6k2QbTQ9sI1XFzRI8XTDlSVXgs0+cmM2ypD9nYwKx4IBTTfYxRJnb5YhEruDg+GWPfuPl4fnufvxPBdvo9FoUF+jgSZXi2eJu8Kl8qxzN7ksnh3ubS6P5w73kCviOeHOuLo8Z9xzrpLnHveaq9EQGugTnkBT2EgtYSskoR+KsINUYQC6sAemMEiWsA+OMIS2oJAnDKMjHEYojFAkjCERxsEEg7rCBDLhTeTCJJXCSfQEB7XwLjUaIgeIG6kp9qMlDkASB0kRh6CKw9DFETLFcVjiBBxxktqiA0+cQUc8Q6E4i0icRyJeIibG6IqLyMTrlIvLKMUV9MScavE33kDmE8lb0ZQH0JL3kSQPQ5HHoMoTpMsnYcozsORz5MjzaMsRPHmROvINhPIKInmVEnkNTAa68hbK5KeRyxJK+SD15FHU8uscoPEGWj+a2iC1tGFI2jgUbZJUbQa6NgtTu0SWtghHW0Zby8nT1tDR1iPUtlOkSUi0Q2Daq9TVppBp7yPX5qjUFtDTrqLWUj6RwQHGDmoaQ2gZY5CMSVKMD6Aa89CNK2Qay7CMVTjGY2ob2+AZEjrGEQqNE4gMF4kxR8z4Cl1jCZnxC+XGI5TGZvSMvVQbL/IGNp/IHkDTHkbLniDJnoFiz0O1F0m3V2Daa7DsLeTYEtr2KDx7ijr2WYT2AiJ7iRL7Hpj9L7r2LsrsF5DbJkp7mnr2RdT2Nxzg8gbuHjTdEWq5JyG5s1DcK6S6K9DdP2G628lyD8JxT6DtnibPXUDHvYnQvU+RuxmJux/MfYW67jQyN0DuXqPS/RU9dx1q9xk+kc8B/iA1/XG0/BlI/iVS/GWo/hp0fzuZ/iFY/hQcf47a/lV4/j10/A0U+vsR+SYSn4j5X6Lr30Hm/0W5vxulfxQ9/xTV/me8QcAnCvahGUygFZwjKViEEqxCDbaQHhyEGUzBCj4lJ1hCO3gIL9hFneAYwmAaUXCZkuAOWFCjGzxHWfAa8sBDGXxNveAu6qCPA2LeIB5CM56kVjwPKV6GEj8mNZagxydgxnNkxUtw4kdox3vJi0104vMI42sUxRWSeDdY/DJ1Yw9Z/C3y+Hcq453oxcdRxx/yiRgHMIWazEGLRZBYTgrbBpWNQmenyWRXYbGHcNhearM34LGL6LBbFLJ1iNgBJOwUMfYFuuwuMvYU5ew4SvYReuw7qtkfvEHKJ0qH0Uxn0EoXSUrXoKQS1HSK9HQBZnoPVrqLnNREO70IL71DnXQTwvQootSjJP0BLP0H3fR5ytL3kKcJyvQB9dJB1OkkBxS8QXEYzeIMtYobkIr1UIojpBZnoRc3YRYbyCqOwSnOo13cIq/YhE6hIywuUFTcRlI8CVa8RN3iE2TFj8iLfioLA71iHnXxM5+o4oBqhJrVLFrVCqRqOynVCajVAvTqPpnVfljVNJzqGrWrdfCqo+hUFyisfkJU7URSvUWs+hzd6gGyaojyagZldR29aj3V1Sj+f6jUhzE0MY8WVkmCBAUuVCyRjs0w+Vm4TA4qtHEAHjzq4DZC7ESEtylBAoa/0cUIZfgYOb8Sz1IP76DG9/gPP/BcDh7mUb4AAAAASUVORK5CYII=";

/** FNV-1a, 32 bits, of bytes: not every place has `crypto.subtle`. */
function hashOf(bytes) {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}

function image(seed) {
  const data = new Uint8ClampedArray(256 * 256 * 4).map((_, at) => Math.imul(at + seed, 2654435761) >>> 24);
  return typeof ImageData === "function" ? new ImageData(data, 256, 256) : { data, width: 256, height: 256 };
}

/** Keeps what is said on the console from now on, and says it all the same. */
function listen() {
  const said = [];
  for (const kind of ["log", "info", "warn", "error"]) {
    const say = console[kind];
    console[kind] = (...words) => {
      said.push(`${kind}: ${words.map(String).join(" ")}`);
      say.apply(console, words);
    };
  }
  return said;
}

async function work(createPool, options) {
  const pool = await createPool(options);
  const results = await pool.starmap("multiply", [
    [1, [10, 20, 30], 2],
    [2, [40, 50, 60], 3],
    [3, [70, 80, 90], 4],
  ]);
  const batch = [0, 1, 2].map((id) => [id, image(id), 2]);
  const blurred = [];
  for (const [, { data }] of await pool.starmap("gaussianBlur", batch)) blurred.push(hashOf(data));
  const png = new Blob([Uint8Array.from(atob(PNG), (letter) => letter.charCodeAt(0))], { type: "image/png" });
  const inverted = await pool.apply("invert", png, undefined, { output: "pixels" });
  const jpeg = await pool.apply("invert", png, undefined, { output: { type: "image/jpeg" } });
  // Its code is loaded with its first call.
  const rare = await pool.apply("median", image(3));
  await pool.close();
  const closed = await pool.apply("invert", image(4)).catch(({ code }) => code);
  const hashes = {
    blurred,
    inverted: hashOf(inverted.data),
    jpeg: hashOf(new Uint8Array(await jpeg.arrayBuffer())),
    rare: hashOf(rare.data),
  };
  return { mode: pool.mode, reason: pool.reason, results, hashes, closed };
}

/** What came of it, or the error in its stead. */
export async function tryPackage(createPool, options) {
  const said = listen();
  const begin = performance.now();
  const outcome = await work(createPool, options).catch((error) => ({
    error: `${error.name}${error.code ? ` [${error.code}]` : ""}: ${error.message}`,
  }));
  const milliseconds = Math.round(performance.now() - begin);
  return { isolated: globalThis.crossOriginIsolated === true, milliseconds, said, ...outcome };
}
