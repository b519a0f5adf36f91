// A resident at a browser, and what is asked of every page they see.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** Set by `tests/it/browser.rs`. */
const { JIEKOU_TEST_ADDRESS, JIEKOU_TEST_BROWSER, JIEKOU_TEST_NODE_MODULES } = process.env;
const require = createRequire(`${JIEKOU_TEST_NODE_MODULES}/`);
const { chromium } = require("playwright-core");
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const QUIET = ["no-first-run", "disable-background-networking", "disable-component-update", "disable-sync", "disable-quic"];

export const ADDRESS = `http://${JIEKOU_TEST_ADDRESS}`;
/** In 淮河路街道, far from every border. */
export const HUAIHE = { longitude: 113.63, latitude: 34.735, accuracy: 10 };

export function openBrowser() {
  const args = ["headless", "no-sandbox", "disable-gpu", ...QUIET].map((flag) => `--${flag}`);
  return chromium.launch({ executablePath: JIEKOU_TEST_BROWSER, args });
}

/** A page of a resident who was never here before, at `place`, or who keeps their place to themselves. */
export async function arrive(browser, { place, path = "/report", width = 420 } = {}) {
  const where = place ? { geolocation: place, permissions: ["geolocation"] } : {};
  const context = await browser.newContext({ locale: "zh-CN", viewport: { width, height: 900 }, ...where });
  await context.addInitScript({ content: AXE });
  const page = await context.newPage();
  page.failures = [];
  page.on("pageerror", (error) => page.failures.push(error.message));
  page.on("console", (message) => {
    if (message.text().includes("Content Security Policy")) page.failures.push(message.text());
  });
  await page.goto(ADDRESS + path);
  await page.waitForLoadState("networkidle");
  return page;
}

/** Writes what the problem is and takes the place of the device. */
export async function describe(page, words, category = "") {
  await page.fill("#description", words);
  await page.selectOption("#category", category);
  await page.click("#locate");
  await page.getByText("已得到位置").waitFor();
}

/** Nothing that axe finds, no script that failed, and no sideways scrolling. */
export async function sound(page, state) {
  const { violations } = await page.evaluate((values) => window.axe.run(document, { runOnly: values }), RULES);
  const told = violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(" ")}`));
  assert.deepEqual(told, [], `axe: ${state}`);
  assert.deepEqual(page.failures, [], `scripts: ${state}`);
  const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  assert.ok(wide <= room, `${state} is ${wide} px wide in ${room}`);
}

/** Moves by the Tab key alone until the element has the focus. */
export async function tabTo(page, id) {
  for (let presses = 0; presses < 80; presses += 1) {
    await page.keyboard.press("Tab");
    if ((await focused(page)) === id) return;
  }
  assert.fail(`the Tab key does not lead to ${id}`);
}

export function focused(page) {
  return page.evaluate(() => document.activeElement.id);
}

/** How many cases there are, as the district sees them. */
export async function countCases() {
  const { cases } = await (await fetch(`${ADDRESS}/v1/cases`, { headers: await staff("district") })).json();
  return cases.length;
}

/** Releases a photo, so that strangers may see it. */
export async function release(photoId) {
  const answer = await fetch(`${ADDRESS}/v1/photos/${photoId}/release`, {
    method: "POST",
    headers: { ...(await staff("center-410103001")), "Content-Type": "application/json" },
    body: JSON.stringify({ regions: [] }),
  });
  assert.equal(answer.status, 204);
}

/** The center finds a second problem in a report: a case of its own, of this category. */
export async function split(caseNumber, category) {
  const headers = await staff("center-410103001");
  const address = `${ADDRESS}/v1/cases/${caseNumber}`;
  const seen = await fetch(address, { headers });
  const answer = await fetch(`${address}/moves`, {
    method: "POST",
    headers: { ...headers, "Content-Type": "application/json", "If-Match": seen.headers.get("ETag") },
    body: JSON.stringify({ move: "split", reason: "两个问题", category, note: "另一个问题" }),
  });
  assert.equal(answer.status, 200);
}

async function staff(username) {
  const answer = await fetch(`${ADDRESS}/v1/sessions`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ username, password: "jiekou-demo-2026" }),
  });
  return { Authorization: `Bearer ${(await answer.json()).accessToken}` };
}
