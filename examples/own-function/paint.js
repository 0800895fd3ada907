/** What both pages do: paint three pictures, run a chain with the function in it, show the results side by side. */

const SIDE = 240;

/** `step` names the function; `options` are the pool's. */
export async function paint(createPool, step, options) {
  const batch = [6, 10, 16].map((dots, id) => [id, picture(60 * id), dots]);

  const pool = await createPool(options);
  // The function stands after a filter of the package; the third element of each item is its intensity.
  const results = await pool.starmap([{ kind: "resize", width: SIDE }, step], batch);
  const context = document.querySelector("canvas").getContext("2d");
  for (const [id, image] of results) context.putImageData(image, SIDE * id, 0);
  document.querySelector("output").value = `Done, in mode ${pool.mode}: ${pool.reason}.`;
  await pool.close();
}

/** A square, dark in the middle. */
function picture(hue) {
  const side = 2 * SIDE;
  const context = new OffscreenCanvas(side, side).getContext("2d");
  const colors = context.createRadialGradient(side / 2, side / 2, 0, side / 2, side / 2, 0.7 * side);
  colors.addColorStop(0, `hsl(${200 + hue} 90% 20%)`);
  colors.addColorStop(1, `hsl(${260 + hue} 90% 90%)`);
  context.fillStyle = colors;
  context.fillRect(0, 0, side, side);
  return context.getImageData(0, 0, side, side);
}
