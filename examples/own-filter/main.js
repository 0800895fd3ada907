import { createPool } from "pixelpool";
import { filters } from "./engine/filters.js";

const wasm = {
  threads: new URL("./engine/threads.wasm", import.meta.url),
  plain: new URL("./engine/plain.wasm", import.meta.url),
};
const pool = await createPool({ wasm, filters });

const canvas = document.querySelector("canvas");
const context = canvas.getContext("2d");
const colors = context.createLinearGradient(0, 0, canvas.width, 0);
for (let hue = 0; hue <= 360; hue += 30) colors.addColorStop(hue / 360, `hsl(${hue} 80% 50%)`);
context.fillStyle = colors;
context.fillRect(0, 0, canvas.width, canvas.height);

// Four hues are left, and where they meet it glows.
const chain = [
  { kind: "posterizeHue", hues: 4 },
  { kind: "edgeGlow", amount: 0.5, radius: 2 },
];
const image = await pool.apply(chain, context.getImageData(0, 0, canvas.width, canvas.height));
context.putImageData(image, 0, 0);
document.querySelector("output").value = `Done, in mode ${pool.mode}: ${pool.reason}.`;
await pool.close();
