// Draws the page's icons from its logo, with the Chromium of the tests: node build/icons.js. They are kept in www/icons.

import { readFile } from "node:fs/promises";
import { chromium } from "playwright-core";

const LOGO = await readFile("www/logo.svg", "utf8");
/** The logo's own, which reaches the edge where a system cuts the icon to its own shape. */
const BACKGROUND = "#23395b";

const ICONS = [
  { name: "192", side: 192, margin: 0, background: "transparent" },
  { name: "512", side: 512, margin: 0, background: "transparent" },
  { name: "maskable", side: 512, margin: 64, background: BACKGROUND },
];

const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
for (const { name, side, margin, background } of ICONS) {
  const page = await browser.newPage({ viewport: { width: side, height: side } });
  const inner = side - 2 * margin;
  await page.setContent(`<style>
    body { margin: ${margin}px; background: ${background} }
    svg { display: block; width: ${inner}px; height: ${inner}px }
  </style>${LOGO}`);
  await page.screenshot({ path: `www/icons/${name}.png`, omitBackground: true });
}
await browser.close();
