// Sending a report, as residents do it.

import assert from "node:assert/strict";
import { after, test } from "node:test";

import { HUAIHE, arrive, countCases, describe, focused, openBrowser, release, sound, split, tabTo } from "./resident.mjs";

const PHOTO = process.env.JIEKOU_TEST_PHOTO;
const browser = await openBrowser();
after(() => browser.close());

/** A place of its own for each test, so that none is like another's. */
function apart(kilometres) {
  return { ...HUAIHE, longitude: HUAIHE.longitude + kilometres / 91.4 };
}

/** The service answers, but the answer never arrives. */
async function loseOneAnswer(page) {
  const keys = [];
  await page.route("**/v1/reports", async (route) => {
    keys.push(route.request().headers()["idempotency-key"]);
    if (keys.length > 1) return route.continue();
    await route.fetch();
    return route.abort();
  });
  return keys;
}

test("a resident sends a photo, and a neighbour is shown it and joins with one tap", async () => {
  const page = await arrive(browser, { place: HUAIHE });
  await sound(page, "the empty form");
  const uploading = page.waitForResponse("**/v1/photos");
  await page.setInputFiles("#photo-files", PHOTO);
  const { photoId } = await (await uploading).json();
  await page.getByText("✓ 已上传").waitFor();
  await describe(page, "路口的井盖不见了，留下一个大洞", "manhole");
  await page.check("#question-hasBarrier-no");
  await sound(page, "the filled form");
  await page.click("#send");
  await page.locator("#result-title").waitFor();
  assert.equal(await focused(page), "result-title");
  assert.match(await page.innerText("#result-title"), /报料已收到/);
  assert.match(await page.innerText("#result-code"), /^[2-9A-HJ-NP-Z]{4}(-[2-9A-HJ-NP-Z]{4}){2}$/);
  assert.match(await page.innerText("#result-secret"), /^[0-9a-f]{32}$/);
  assert.equal(await page.innerText("#result-center"), "淮河路街道数字化城管中心");
  assert.equal(await page.evaluate(() => localStorage.length), 0, "nothing is kept of a report that was sent");
  await sound(page, "the received report");
  await page.click("#result-track");
  await page.getByText("待受理").first().waitFor();
  await sound(page, "the tracking page");

  await release(photoId);
  const before = await countCases();
  const neighbour = await arrive(browser, { place: { ...HUAIHE, latitude: HUAIHE.latitude + 0.0001 } });
  await describe(neighbour, "人行道上井盖丢失，有个洞", "manhole");
  await neighbour.click("#send");
  await neighbour.locator("#similar-title").waitFor();
  const match = neighbour.locator("#similar-list li");
  assert.equal(await match.count(), 1);
  const words = await match.innerText();
  for (const part of ["已收到，等待受理", "约 11 米外", "刚刚报的"]) assert.ok(words.includes(part), `${part}: ${words}`);
  const picture = match.locator("img");
  await neighbour.waitForFunction((image) => image.complete && image.naturalWidth > 0, await picture.elementHandle());
  assert.match(await picture.getAttribute("src"), /\/released\?/);
  await sound(neighbour, "what is similar");
  await match.getByRole("button", { name: /我也遇到了/ }).click();
  await neighbour.locator("#result-title").waitFor();
  assert.match(await neighbour.innerText("#result-title"), /已并入同一个问题/);
  assert.equal(await countCases(), before);
});

test("who says that it is another problem gets a case of their own", async () => {
  const place = apart(1);
  const first = await arrive(browser, { place });
  await describe(first, "路灯坏了，整条街都黑", "street-light");
  await first.click("#send");
  await first.locator("#result-title").waitFor();
  const before = await countCases();
  const page = await arrive(browser, { place });
  await describe(page, "路灯不亮", "street-light");
  await page.click("#send");
  await page.locator("#similar-title").waitFor();
  await page.goBack();
  assert.equal(await page.inputValue("#description"), "路灯不亮", "going back loses nothing");
  await page.click("#send");
  await page.locator("#similar-title").waitFor();
  const sending = page.waitForRequest("**/v1/reports");
  await page.click("#none-of-them");
  assert.equal((await sending).postDataJSON().confirmNew, true);
  await page.locator("#result-title").waitFor();
  assert.equal(await countCases(), before + 1);
});

test("each fault stands beside its field, and the summary leads there", async () => {
  const page = await arrive(browser);
  await page.click("#contact summary");
  await page.fill("#contact-phone", "12ab");
  await page.click("#send");
  await page.locator("#summary").waitFor();
  assert.equal(await focused(page), "summary");
  assert.equal(await page.locator("#summary-list li").count(), 3);
  for (const id of ["description", "location", "contact-phone"]) {
    assert.match(await page.innerText(`#${id}-error`), /^错误：/);
  }
  await sound(page, "the faults");
  await page.locator("#summary-list a").last().click();
  assert.equal(await focused(page), "contact-phone");
  await page.fill("#contact-phone", "13903711234");
  assert.ok(await page.isHidden("#contact-phone-error"), "what is being mended is forgiven");
  assert.match(await page.innerText("#summary-title"), /2/);
});

test("an answer that was lost is asked for again after a reload, and the report is recorded once", async () => {
  const before = await countCases();
  const page = await arrive(browser, { place: apart(2) });
  await page.setInputFiles("#photo-files", PHOTO);
  await page.getByText("✓ 已上传").waitFor();
  await describe(page, "一堆建筑垃圾倒在路边");
  const keys = await loseOneAnswer(page);
  await page.click("#send");
  await page.getByText("不会重复报料").waitFor();
  await sound(page, "a lost answer");
  await page.reload();
  await page.getByText("不会重复报料").waitFor();
  assert.equal(await page.inputValue("#description"), "一堆建筑垃圾倒在路边");
  assert.equal(await page.locator("#photo-list li").count(), 1);
  await page.click("#send");
  await page.locator("#result-title").waitFor();
  assert.equal(keys.length, 2);
  assert.equal(keys[0], keys[1]);
  assert.equal(await countCases(), before + 1);
});

test("words changed after a lost answer do not make a second report, and the resident is told", async () => {
  const before = await countCases();
  const page = await arrive(browser, { place: apart(3) });
  await describe(page, "路边积水很深");
  await loseOneAnswer(page);
  await page.click("#send");
  await page.getByText("不会重复报料").waitFor();
  await page.fill("#description", "路边积水很深，过不去");
  await page.click("#send");
  await page.locator("#result-title").waitFor();
  assert.match(await page.innerText("#result-note"), /没有重复报料/);
  assert.equal(await countCases(), before + 1);
});

test("name, phone and e-mail are not kept on the device, and a report that was sent with them is still recorded once", async () => {
  const before = await countCases();
  const page = await arrive(browser, { place: apart(1.5) });
  const write = async (phone) => {
    if (!(await page.isVisible("#contact-phone"))) await page.click("#contact summary");
    await page.fill("#contact-name", "安女士");
    await page.fill("#contact-phone", phone);
    await page.fill("#contact-email", "anna@jiekou.example");
  };
  await describe(page, "垃圾桶倒了没人扶");
  await write("13903711234");
  const kept = () => page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
  const nobodyIn = (stored) => ["安女士", "13903711234", "anna@"].every((part) => !stored.includes(part));
  assert.ok((await kept()).includes("垃圾桶") && nobodyIn(await kept()), await kept());
  await loseOneAnswer(page);
  await page.click("#send");
  await page.getByText("不会重复报料").waitFor();
  assert.ok((await kept()).includes("withheld") && nobodyIn(await kept()), await kept());
  await page.reload();
  await page.getByText("不会重复报料").waitFor();
  assert.equal(await page.inputValue("#description"), "垃圾桶倒了没人扶");
  assert.equal(await page.inputValue("#contact-phone"), "");
  // Without the contact, or with another one, it is told that it was received, and not sent anew.
  await page.click("#send");
  await page.getByText("上次已经收到").waitFor();
  await sound(page, "a report whose contact was not kept");
  await write("13800001111");
  await page.click("#send");
  await page.locator("#summary-title", { hasText: "上次已经收到" }).waitFor();
  await write("13903711234");
  await page.click("#send");
  await page.locator("#result-title").waitFor();
  assert.equal(await countCases(), before + 1);
  assert.equal(await page.evaluate(() => localStorage.length), 0);
});

test("a search for what is similar that never ends keeps nobody from sending, and danger comes first", async () => {
  const page = await arrive(browser, { place: apart(-1) });
  await page.route("**/v1/reports/similar", () => {});
  await describe(page, "闻到煤气味，就在小区门口");
  await page.click("#send");
  await page.locator("#safety-title").waitFor();
  assert.equal(await focused(page), "safety-title");
  assert.equal(await page.locator('#safety-numbers a[href="tel:119"]').count(), 1);
  await sound(page, "danger");
});

test("the place is told in words when the device gives none, and a segment from the list will do", async () => {
  const page = await arrive(browser);
  await page.click("#locate");
  await page.getByText("您没有允许使用位置").waitFor();
  await page.fill("#description", "树枝断了挂在半空");
  await page.click("#by-segment summary");
  await page.selectOption("#town", "410103100");
  await page.selectOption("#segment", { index: 2 });
  const name = await page.evaluate(() => document.getElementById("segment").selectedOptions[0].textContent);
  await sound(page, "the list of segments");
  await page.click("#send");
  await page.locator("#result-title").waitFor();
  assert.equal(await page.innerText("#result-segment"), name);
});

test("a photo that cannot be taken says why and stands in nobody's way once it is removed", async () => {
  const page = await arrive(browser, { place: apart(4) });
  await page.setInputFiles("#photo-files", { name: "note.jpg", mimeType: "image/jpeg", buffer: Buffer.from("no picture") });
  await page.locator("#photo-list .error:visible").waitFor();
  await describe(page, "共享单车乱堆乱放");
  await page.click("#send");
  await page.getByText("照片没有传上去").first().waitFor();
  await sound(page, "a photo that failed");
  await page.getByRole("button", { name: "移除第 1 张照片" }).click();
  await page.click("#send");
  await page.locator("#result-title").waitFor();
});

test("a report is sent by the keyboard alone, at 360 px and 200 % text", async () => {
  const page = await arrive(browser, { place: apart(5), width: 360 });
  await page.evaluate(() => (document.documentElement.style.fontSize = "200%"));
  await tabTo(page, "photo-files");
  await tabTo(page, "description");
  await page.keyboard.type("占道经营，过不去人");
  await tabTo(page, "locate");
  await page.keyboard.press("Enter");
  await page.getByText("已得到位置").waitFor();
  await sound(page, "the form at 200 %");
  await tabTo(page, "send");
  await page.keyboard.press("Enter");
  await page.locator("#result-title").waitFor();
  await sound(page, "the received report at 200 %");
});

test("a report that was split shows its other problem, whose page leads back", async () => {
  const page = await arrive(browser, { place: HUAIHE });
  await describe(page, "路面塌了一块，旁边的路灯也不亮", "road-damage");
  await page.click("#send");
  await page.locator("#result-title").waitFor();
  await page.click("#result-track");
  await page.locator("#case-number").waitFor();
  await split(await page.innerText("#case-number"), "street-light");
  const link = page.locator("#parts a");
  await link.waitFor();
  assert.match(await page.innerText("#parts"), /待受理/);
  await sound(page, "a report that was split");
  const whole = page.url();
  await link.click();
  await page.locator("#part-of a").waitFor();
  await page.getByText("已另立案件").first().waitFor();
  await sound(page, "the page of the part");
  await page.click("#part-of a");
  await page.waitForURL(whole);
});

test("the home page leads to the report, and the pages are sound", async () => {
  const page = await arrive(browser, { path: "/" });
  await sound(page, "the home page");
  await page.locator("main").getByRole("link", { name: "我要报料" }).first().click();
  await page.waitForURL("**/report");
});
