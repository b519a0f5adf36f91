// What the service answers, on the page: the problems a report is like, and the report as it was received.

import { categoryName } from "./report-category.js";
import { DUE_KINDS, STATES, byId, grouped, setMoment } from "./words.js";

/** What is being done about a case in each state, in a resident's words. */
const DOING = {
  received: "已收到，等待受理",
  accepted: "已受理，准备核实",
  preVerifying: "正在现场核实",
  opened: "已立案，等待派遣",
  dispatched: "已派给责任单位",
  signed: "责任单位正在处理",
  returned: "正在重新派遣",
  handled: "已处理，等待核查",
  inspecting: "已处理，正在核查",
  rework: "核查没有通过，正在返工",
  callback: "正在回访",
  reopened: "再次出现，重新处理",
  suspended: "暂缓处理",
};
const REASONS = {
  nearby: "位置很近",
  sameCategory: "同一类别",
  relatedCategory: "相近的类别",
  similarWords: "描述相似",
  sameWords: "描述相同",
  sameAddress: "地址相同",
  samePhoto: "照片相同",
  sameComponent: "同一个设施",
};
const AGES = [
  [86_400_000, "天"],
  [3_600_000, "小时"],
  [60_000, "分钟"],
];

/** Lists the matches; `join` is called with the case number of the one that is chosen. */
export function showSimilar(similar, join) {
  byId("similar-list").replaceChildren(...similar.map((match, position) => matchItem(match, position, join)));
}

function matchItem({ caseNumber, distanceMeters, openedAt, state, status, photoUrl, reasons }, position, join) {
  const item = byId("match").content.firstElementChild.cloneNode(true);
  const part = (name) => item.querySelector(`[data-part="${name}"]`);
  const distance = distanceWords(distanceMeters);
  const age = `${ageWords(openedAt)}报的`;
  part("status").textContent = DOING[state] ?? status ?? STATES[state] ?? state;
  part("distance").textContent = distance;
  part("age").textContent = age;
  part("reasons").textContent = reasons.map((reason) => REASONS[reason]).filter(Boolean).join("、");
  part("number").textContent = caseNumber;
  // Tells the buttons apart for who hears them.
  part("join").setAttribute("aria-label", `我也遇到了：第 ${position + 1} 个，${distance}，${age}`);
  part("join").addEventListener("click", () => join(caseNumber));
  if (photoUrl) {
    const { pathname } = new URL(photoUrl, window.location.href);
    part("picture").src = `${pathname}?size=thumbnail`;
    part("picture").alt = `第 ${position + 1} 个问题的照片`;
    part("picture").hidden = false;
    part("no-picture").hidden = true;
  }
  return item;
}

function distanceWords(meters) {
  if (meters === undefined) return "距离不详";
  if (meters < 1) return "就在同一个位置";
  return meters < 1000 ? `约 ${Math.round(meters)} 米外` : `约 ${(meters / 1000).toFixed(1)} 公里外`;
}

function ageWords(at) {
  const passed = Date.now() - new Date(at);
  const [length, unit] = AGES.find(([milliseconds]) => passed >= milliseconds) ?? [];
  return unit ? `${Math.floor(passed / length)} ${unit}前` : "刚刚";
}

/** Shows the received report. `asWritten` is false when an earlier version of it had got through. */
export function showSubmitted(submitted, { asWritten, email, confirmedNew }) {
  const { trackingCode, claimSecret, outcome, center, segment, dueAt, dueKind, similar, safety } = submitted;
  const joined = outcome === "joined";
  byId("result-title").textContent = joined ? "✓ 已并入同一个问题" : "✓ 报料已收到";
  const told = email ? "每一步进展会发邮件告诉您，也可以凭查询码随时查看。" : "每一步进展都可以凭查询码查看。";
  byId("result-words").textContent = joined ? `这个问题正在办理，您的报料已加入。${told}` : `已交给负责的中心。${told}`;
  showNote(asWritten, confirmedNew ? 0 : similar.length);
  byId("result-center").textContent = center.name;
  byId("result-category").textContent = categoryName(submitted.case.category);
  byId("result-segment-row").hidden = !segment;
  byId("result-segment").textContent = segment?.name ?? "";
  byId("result-due-row").hidden = !dueAt;
  if (dueAt) {
    byId("result-due-kind").textContent = DUE_KINDS[dueKind] ?? "办理时限";
    setMoment(byId("result-due"), dueAt);
  }
  byId("result-code").textContent = grouped(trackingCode);
  byId("result-secret").textContent = claimSecret;
  byId("result-track").href = `/track/${trackingCode}`;
  byId("copied").textContent = "";
  showSafety(safety);
}

function showNote(asWritten, alike) {
  const words = [];
  if (!asWritten) {
    words.push("您先前发出的那一份其实已经收到，没有重复报料。之后改动的内容不在里面，可以在进展页补充。");
  }
  if (alike > 0) words.push(`附近有 ${alike} 个可能相同的问题，中心会核对。`);
  byId("result-note").textContent = words.join("");
  byId("result-note").hidden = words.length === 0;
}

function showSafety(safety) {
  byId("safety").hidden = !safety;
  byId("safety-advice").textContent = safety?.advice ?? "";
  byId("safety-numbers").replaceChildren(...(safety?.numbers ?? []).map(numberItem));
}

function numberItem(number) {
  const link = Object.assign(document.createElement("a"), { href: `tel:${number}`, textContent: `拨打 ${number}` });
  link.className = "button alarm";
  const item = document.createElement("li");
  item.append(link);
  return item;
}
