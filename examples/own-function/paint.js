/** What both pages do: paint circles, run a chain with the function in it, show the result. */

/** `step` names the function; `options` are the pool's. */
export async function paint(createPool, step, options) {
  const canvas = document.querySelector("canvas");
  const context = canvas.getContext("2d");
  const { width, height } = canvas;
  const batch = [4, 8, 12].map((dots, id) => {
    const colors = context.createRadialGradient(width / 2, height / 2, 0, width / 2, height / 2, width / 2);
    colors.addColorStop(0, `hsl(${200 + 60 * id} 90% 20%)`);
    colors.addColorStop(1, `hsl(${20 + 60 * id} 90% 80%)`);
    context.fillStyle = colors;
    context.fillRect(0, 0, width, height);
    return [id, context.getImageData(0, 0, width, height), dots];
  });

  const pool = await createPool(options);
  // The function stands between filters of the package; the third element of each item is its intensity.
  const results = await pool.starmap([step, { kind: "resize", width: width / 3 }], batch);
  context.clearRect(0, 0, width, height);
  for (const [id, image] of results) context.putImageData(image, (id * width) / 3, 0);
  document.querySelector("output").value = `Done, in mode ${pool.mode}: ${pool.reason}.`;
  await pool.close();
}
