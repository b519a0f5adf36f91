// Taking a staff account over, as whoever was invited does it.

import assert from "node:assert/strict";
import { after, test } from "node:test";

import { arrive, focused, openBrowser, sound } from "./resident.mjs";

const CODE = process.env.JIEKOU_TEST_INVITATION;
const browser = await openBrowser();
after(() => browser.close());

test("somebody invited sets a password, and the code leaves the address", async () => {
  const page = await arrive(browser, { path: `/invitation#${CODE}`, width: 360 });
  assert.equal(await page.inputValue("#code"), CODE);
  assert.ok(!page.url().includes(CODE));
  assert.equal(await focused(page), "password");
  await sound(page, "the empty form");
  await page.click("button");
  await page.getByText("错误：请填写").waitFor();
  assert.equal(await focused(page), "password");
  await page.fill("#password", "wang in the rain");
  await page.click("button");
  await page.getByText("不能包含用户名").last().waitFor();
  await sound(page, "a refused password");
  await page.fill("#password", "rain over erqi 1923");
  await page.check("#show");
  assert.equal(await page.getAttribute("#password", "type"), "text");
  await page.click("button");
  await page.getByText("请用用户名 wang 和新密码登录").waitFor();
  await sound(page, "the set password");

  const again = await arrive(browser, { path: "/invitation" });
  assert.equal(await focused(again), "code");
  await again.fill("#code", CODE);
  await again.fill("#password", "rain over erqi 1923");
  await again.click("button");
  await again.getByText("邀请码无效、已使用或已过期").waitFor();
});
