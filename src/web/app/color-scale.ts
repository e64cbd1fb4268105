import { sequentialColor } from "../../plots/color-map.js";
import { element, showNumber } from "./dom.js";

const NUM_STOPS = 16;

const stops = Array.from({ length: NUM_STOPS + 1 }, (_, i) => sequentialColor(i / NUM_STOPS));

/** The colours of the view with the values at their ends. */
export function colorScale(label: string, [low, high]: readonly [number, number]): HTMLElement {
  return element(
    "div",
    { class: "scale", "data-low": low, "data-high": high, "data-label": label },
    element("div", {
      class: "gradient",
      style: `background: linear-gradient(to right, ${stops.join(", ")})`,
    }),
    element("span", {}, showNumber(low, 4)),
    element("span", {}, label),
    element("span", {}, showNumber(high, 4)),
  );
}

/** A picture of the view with its scale below, as a data: URL of a PNG. */
export async function drawWithScale(picture: string, scale: HTMLElement | null): Promise<string> {
  const image = new Image();
  image.src = picture;
  await image.decode();
  const canvas = document.createElement("canvas");
  const margin = 16;
  canvas.width = image.width;
  canvas.height = image.height + (scale === null ? 0 : 64);
  const context = canvas.getContext("2d");
  if (context === null) return picture;
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0);
  if (scale !== null) {
    const width = canvas.width - 2 * margin;
    const gradient = context.createLinearGradient(margin, 0, margin + width, 0);
    stops.forEach((color, i) => {
      gradient.addColorStop(i / NUM_STOPS, color);
    });
    context.fillStyle = gradient;
    context.fillRect(margin, image.height + 8, width, 14);
    context.fillStyle = "#1d2429";
    context.font = "15px Helvetica, Arial, sans-serif";
    const y = image.height + 44;
    const { low = "", high = "", label = "" } = scale.dataset;
    const write = (text: string, x: number, align: CanvasTextAlign): void => {
      context.textAlign = align;
      context.fillText(text, x, y);
    };
    write(showNumber(Number(low), 4), margin, "left");
    write(label, canvas.width / 2, "center");
    write(showNumber(Number(high), 4), canvas.width - margin, "right");
  }
  return canvas.toDataURL("image/png");
}
