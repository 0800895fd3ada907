/** A mark for filters that need a second picture, until one is chosen. */
import { el } from "./dom.js";

const [WIDTH, HEIGHT] = [320, 96];

/** A watermark to begin with, so that a filter that needs a picture shows at once what it does. */
export function drawMark(): HTMLCanvasElement {
  const canvas = el("canvas", { width: WIDTH, height: HEIGHT, role: "img", "aria-label": "Sample mark" });
  const context = canvas.getContext("2d");
  if (!context) throw new Error("This browser draws no canvas.");
  context.fillStyle = "rgb(8 42 51 / 0.72)";
  context.beginPath();
  context.roundRect(8, 8, WIDTH - 16, HEIGHT - 16, 14);
  context.fill();
  context.fillStyle = "#fff";
  context.font = "600 30px system-ui, sans-serif";
  context.textBaseline = "middle";
  context.fillText("Watermark", 92, HEIGHT / 2 + 2);
  const tiles: readonly (readonly [x: number, y: number, width: number])[] = [
    ...([
      [0, 0, 16],
      [20, 0, 20],
    ] as const),
    ...([
      [0, 14, 24],
      [0, 28, 10],
    ] as const),
    [14, 28, 26],
  ];
  context.fillStyle = "#79e0e4";
  for (const [x, y, width] of tiles) context.fillRect(32 + x, 28 + y, width, 10);
  context.fillStyle = "#ff7a5c";
  context.fillRect(60, 42, 12, 10);
  return canvas;
}
