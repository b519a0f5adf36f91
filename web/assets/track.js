// The tracking page: `GET /v1/reports/{trackingCode}`, kept up to date by its `/events`, and `/additions`.

import { DUE_KINDS, STATES, byId, grouped, problemOf, setFault, setMoment } from "./words.js";

const CHANNELS = { email: "邮件", wechat: "微信" };
const DELIVERY_STATES = {
  created: "发送中",
  sending: "发送中",
  delivered: "已送达",
  refused: "已拒收",
  dead: "未能送达",
};

const FIRST_WAIT_SECONDS = 5;
const LONGEST_WAIT_SECONDS = 60;

/** The steps on the page by id: what each was drawn from, its list item, and whether it came while the page was open. */
const steps = new Map();
let code = "";
let shownBefore = false;
let question = "";
let waitSeconds = FIRST_WAIT_SECONDS;
let retryTimer;
let events;

byId("lookup").addEventListener("submit", lookUp);
byId("retry").addEventListener("click", load);
byId("addition-form").addEventListener("submit", add);
start();

/** Reads the code out of the address: `/track/{code}`, or `/track?code=` as a plain form sends it. */
function start() {
  const inPath = location.pathname.split("/")[2] ?? "";
  const typed = new URLSearchParams(location.search).get("code") ?? decoded(inPath);
  if (typed === "") return;
  byId("code").value = typed;
  const read = readCode(typed);
  if (read.fault) {
    setFault("code", read.fault);
    byId("code").focus();
    return;
  }
  code = read.code;
  history.replaceState(null, "", `/track/${code}`);
  byId("code").value = grouped(code);
  byId("shown-code").textContent = grouped(code);
  byId("missing-code").textContent = grouped(code);
  byId("waiting").hidden = false;
  load();
}

/** An address may hold a stray percent sign. */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The code in what somebody typed: any case, full-width or not, with blanks and hyphens wherever they like. */
function readCode(typed) {
  const read = typed.normalize("NFKC").replace(/[\s\p{Pd}\u2212\u200b\ufeff]/gu, "").toUpperCase();
  if (read === "") return { fault: "请输入查询码。" };
  const stranger = read.match(/[^2-9A-HJ-NP-Z]/u);
  if (stranger) return { fault: `查询码里没有“${stranger[0]}”，请再核对一遍（没有 0、O、1、I）。` };
  if (read.length !== 12) return { fault: `查询码是 12 位，现在是 ${read.length} 位，请再核对一遍。` };
  return { code: read };
}

function lookUp(event) {
  event.preventDefault();
  const read = readCode(byId("code").value);
  setFault("code", read.fault);
  if (read.fault) byId("code").focus();
  else location.assign(`/track/${read.code}`);
}

/** Gets the page once, then follows it. Called again whenever the service could not be reached. */
async function load() {
  clearTimeout(retryTimer);
  try {
    const response = await fetch(`/v1/reports/${code}`, { headers: { Accept: "application/json" } });
    if (response.status === 404) {
      showOnly("missing");
      byId("missing-title").focus();
      return;
    }
    if (!response.ok) {
      loadLater((await problemOf(response)).title, Number(response.headers.get("Retry-After")));
      return;
    }
    showPage(await response.json());
    follow();
  } catch (error) {
    console.error(error);
    loadLater("连接不上服务，请检查网络");
  }
}

/** A page that is already there stays; only its live line says that it may be out of date. */
function loadLater(reason, hintSeconds = 0) {
  const seconds = Math.max(waitSeconds, hintSeconds || 0);
  waitSeconds = Math.min(waitSeconds * 2, LONGEST_WAIT_SECONDS);
  retryTimer = setTimeout(load, seconds * 1000);
  if (shownBefore) {
    showLive(false);
    return;
  }
  byId("failed-words").textContent = `${reason}。${seconds} 秒后会自动再试，您的报料不受影响。`;
  showOnly("failed");
}

function showOnly(id) {
  for (const other of ["waiting", "missing", "failed", "report"]) byId(other).hidden = other !== id;
  byId("lookup-title").textContent = id === "report" ? "查询另一份报料" : "输入查询码";
  if (id === "report") byId("code").value = "";
}

function follow() {
  events?.close();
  events = new EventSource(`/v1/reports/${code}/events`);
  events.addEventListener("open", () => {
    waitSeconds = FIRST_WAIT_SECONDS;
    showLive(true);
  });
  events.addEventListener("page", (event) => showPage(JSON.parse(event.data)));
  events.addEventListener("step", (event) => showStep(JSON.parse(event.data)));
  events.addEventListener("error", () => {
    showLive(false);
    // A lost connection is made again by the browser; a refused one is not.
    if (events.readyState === EventSource.CLOSED) loadLater("服务繁忙");
  });
}

function showLive(connected) {
  byId("live").textContent = connected ? "● 页面会随进展自动更新" : "○ 连接已断开，正在重新连接，内容可能不是最新的";
  byId("live").classList.toggle("lost", !connected);
}

function showPage(page) {
  const state = STATES[page.case.state] ?? page.case.state;
  document.title = `${state} · 查询报料进展 · 街口`;
  byId("state").textContent = state;
  byId("joined").hidden = page.outcome !== "joined";
  byId("center").textContent = page.center.name;
  byId("category").textContent = page.category.name;
  byId("count").textContent = `${page.case.reportCount} 人`;
  byId("case-number").textContent = page.case.caseNumber;
  setMoment(byId("received"), page.receivedAt);
  byId("segment-row").hidden = !page.segment;
  byId("segment").textContent = page.segment?.name ?? "";
  byId("due-row").hidden = !page.dueAt;
  if (page.dueAt) {
    byId("due-kind").textContent = DUE_KINDS[page.dueKind] ?? "办理时限";
    setMoment(byId("due"), page.dueAt);
    byId("overdue").hidden = new Date(page.dueAt) >= new Date();
  }
  showLinks("parts", (page.parts ?? []).map(({ trackingCode, state }) => [trackingCode, STATES[state] ?? state]));
  showLinks("part-of", page.partOf ? [[page.partOf]] : []);
  showQuestion(page.question ?? "");
  page.timeline.forEach(showStep);
  dropStepsBut(new Set(page.timeline.map((step) => step.id)));
  byId("no-steps").hidden = steps.size > 0;
  if (shownBefore) return;
  showOnly("report");
  byId("announcement").textContent = `已查到，现在的状态：${state}。`;
  shownBefore = true;
}

/** Pages of the other problems of one report, each with how it stands; the row goes where there is none. */
function showLinks(id, reports) {
  byId(`${id}-row`).hidden = reports.length === 0;
  const items = reports.map(([trackingCode, state]) => {
    const item = document.createElement("div");
    const link = document.createElement("a");
    link.href = `/track/${trackingCode}`;
    link.textContent = grouped(trackingCode);
    item.append(link, state ? ` ${state}` : "");
    return item;
  });
  byId(id).replaceChildren(...items);
}

/** The form opens by itself for a new question only, so that a reader who closed it is left in peace. */
function showQuestion(asked) {
  byId("question").hidden = asked === "";
  byId("question-words").textContent = asked;
  if (asked !== "" && asked !== question) byId("addition").open = true;
  question = asked;
}

/** Draws a step anew if anything in it changed; one that was not there before is announced. */
function showStep(step) {
  const source = JSON.stringify(step);
  const known = steps.get(step.id);
  if (known?.source === source) return;
  const isNew = known?.isNew ?? shownBefore;
  const item = stepItem(step, isNew);
  if (known) known.item.replaceWith(item);
  else insertStep(step.id, item);
  steps.set(step.id, { source, item, isNew });
  if (isNew && !known) byId("announcement").textContent = `新进展：${step.title}。${step.words}`;
}

/** Before the newest of the older steps: the newest is first. */
function insertStep(id, item) {
  const older = [...steps.keys()].filter((other) => other < id);
  const next = older.length > 0 ? steps.get(Math.max(...older)).item : null;
  byId("timeline").insertBefore(item, next);
}

/** A report that left its case does not show that case's later steps. */
function dropStepsBut(current) {
  for (const [id, { item }] of steps) {
    if (current.has(id)) continue;
    item.remove();
    steps.delete(id);
  }
}

function stepItem({ at, title, words, deliveries }, isNew) {
  const item = byId("step").content.firstElementChild.cloneNode(true);
  const part = (name) => item.querySelector(`[data-part="${name}"]`);
  part("title").textContent = title;
  part("words").textContent = words;
  part("new").hidden = !isNew;
  setMoment(part("at"), at);
  part("deliveries").hidden = deliveries.length === 0;
  part("deliveries").replaceChildren(...deliveries.map(deliveryItem));
  return item;
}

function deliveryItem({ channel, state, at }) {
  const item = document.createElement("li");
  item.textContent = `${CHANNELS[channel] ?? channel}通知：${DELIVERY_STATES[state] ?? state}`;
  if (at) {
    const time = document.createElement("time");
    setMoment(time, at);
    item.append("，", time);
  }
  return item;
}

async function add(event) {
  event.preventDefault();
  const form = event.currentTarget;
  const button = form.querySelector("button");
  const description = byId("description").value.trim();
  const claimSecret = byId("claim-secret").value.trim();
  byId("addition-done").textContent = "";
  showFaults({
    description: description === "" ? "请填写补充内容。" : "",
    claimSecret: claimSecret === "" ? "请填写报料凭证。" : "",
  });
  if (description === "" || claimSecret === "") return;
  button.disabled = true;
  try {
    const response = await fetch(`/v1/reports/${code}/additions`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ description, claimSecret }),
    });
    if (response.ok) {
      form.reset();
      byId("addition-done").textContent = "✓ 已收到您的补充，谢谢。";
    } else {
      showFaults(faultsOf(response.status, await problemOf(response)));
    }
  } catch (error) {
    console.error(error);
    showFaults({ other: "没有发出去，请检查网络后再提交一次。您写的内容还在。" });
  } finally {
    button.disabled = false;
  }
}

/** What is wrong, by field; what belongs to no field of the form is `other`. */
function faultsOf(status, { title, detail, errors = [] }) {
  if (status === 403) return { claimSecret: "这个凭证不属于这份报料，请核对后再试。" };
  const at = (pointer) => errors.filter((fault) => fault.pointer === pointer).map((fault) => fault.detail).join("；");
  const elsewhere = errors.filter((fault) => !["/description", "/claimSecret"].includes(fault.pointer));
  const others = errors.length > 0 ? elsewhere.map((fault) => fault.detail) : [title, detail].filter(Boolean);
  return { description: at("/description"), claimSecret: at("/claimSecret"), other: others.join("；") };
}

/** Shows the faults of the addition and takes the reader to the first wrong field. */
function showFaults({ description, claimSecret, other }) {
  setFault("description", description);
  setFault("claim-secret", claimSecret);
  byId("addition-problem").textContent = other ?? "";
  byId("addition-problem").hidden = !other;
  if (description) byId("description").focus();
  else if (claimSecret) byId("claim-secret").focus();
}
