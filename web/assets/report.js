// The report page: from the form, by what is similar, to the received report.

import { showSimilar, showSubmitted } from "./report-answers.js";
import { answers, questions, showDraftCategory, startCategories } from "./report-category.js";
import { draft, restored, save, startAnew } from "./report-draft.js";
import { faultOf, forgive, showFaults } from "./report-faults.js";
import { missingFrom } from "./report-missing.js";
import { photoFaults, settled, showDraftPhotos, startPhotos, underWay } from "./report-photos.js";
import { offerPhotoPlace, place, showDraftPlace, startPlace } from "./report-place.js";
import { askSimilar, send } from "./report-sending.js";
import { byId } from "./words.js";

const STEPS = ["form", "similar", "result"];
/** Fields whose text belongs to the draft as it is typed. */
const TEXTS = ["description", "address", "contact-name", "contact-phone", "contact-email"];
const DESCRIPTION_LIMIT = 2_000;
/** The count is shown when it begins to matter. */
const COUNT_FROM = 1_500;

let busy = false;
let step = "form";
/** What the judge said of the report that is being looked at. */
let judged = "new";

start();

function start() {
  history.replaceState(null, "");
  for (const id of [...TEXTS, "town", "segment"]) byId(id).addEventListener("input", () => keepField(id));
  byId("anonymous").addEventListener("change", keepAnonymous);
  byId("form").addEventListener("input", ({ target }) => forgive(target.type === "radio" ? target.name : target.id));
  for (const id of ["address", "segment"]) byId(id).addEventListener("input", () => forgive("location"));
  byId("form").addEventListener("submit", submit);
  byId("clear").addEventListener("click", clear);
  byId("none-of-them").addEventListener("click", () => decide(judged === "new" ? {} : { confirmNew: true }));
  byId("back").addEventListener("click", () => history.back());
  byId("again").addEventListener("click", again);
  for (const button of document.querySelectorAll("[data-copies]")) button.addEventListener("click", copy);
  window.addEventListener("popstate", () => step === "similar" && show("form"));
  startPhotos(offerPhotoPlace);
  startPlace();
  startCategories();
  showDraft();
  byId("restored").hidden = !restored;
  if (draft.sent.length > 0) tellUnknown("上次提交没有收到回音。");
  showHotline();
}

function showDraft() {
  for (const id of TEXTS) byId(id).value = draft.fields[id] ?? "";
  byId("anonymous").checked = draft.anonymous;
  byId("who").hidden = draft.anonymous;
  byId("contact").open = draft.anonymous || TEXTS.some((id) => id.startsWith("contact-") && draft.fields[id]);
  count();
}

function keepField(id) {
  draft.fields[id] = byId(id).value;
  save();
  if (id === "description") count();
}

function keepAnonymous() {
  draft.anonymous = byId("anonymous").checked;
  byId("who").hidden = draft.anonymous;
  save();
}

/** Characters as the service counts them, not as JavaScript does. */
function count() {
  const length = [...byId("description").value.trim()].length;
  byId("description-count").hidden = length < COUNT_FROM;
  byId("description-count").textContent = `已写 ${length} 字，最多 ${DESCRIPTION_LIMIT} 字。`;
}

/** The report as the contract has it. */
function report() {
  const value = (id) => byId(id).value.trim() || undefined;
  const anonymous = draft.anonymous || undefined;
  const who = anonymous ? {} : { name: value("contact-name"), phone: value("contact-phone") };
  return {
    category: value("category"),
    description: byId("description").value.trim(),
    location: place(),
    photoIds: draft.photos.map(({ photoId }) => photoId),
    attributes: answers(),
    contact: { ...who, email: value("contact-email") },
    anonymous,
    ...draft.decision,
  };
}

async function submit(event) {
  event.preventDefault();
  await alone(async () => {
    if (underWay() > 0) {
      say("照片还在上传，传完后自动提交…");
      await settled();
    }
    // Sent before, and perhaps received: what it is like was answered then, and by now it is like itself.
    if (draft.sent.length > 0) return deliver();
    say("正在查找附近是否有人报过…");
    draft.decision = null;
    const asked = report();
    const { decision = "new", similar = [], errors = [] } = await askSimilar(asked);
    const faults = [...photoFaults(), ...[...missingFrom(asked, questions()), ...errors].map(faultOf)];
    showFaults(faults);
    if (faults.length > 0) return undefined;
    if (similar.length === 0) return deliver();
    judged = decision;
    showSimilar(similar, (caseNumber) => decide({ duplicateOf: caseNumber }));
    history.pushState({ step: "similar" }, "");
    return show("similar");
  });
}

/** The resident has said whether it is one of the similar problems. */
function decide(decision) {
  return alone(() => {
    draft.decision = decision;
    return deliver();
  });
}

async function deliver() {
  say("正在提交…");
  const email = byId("contact-email").value.trim();
  const outcome = await send(report());
  if (outcome.submitted) {
    const confirmedNew = Boolean(draft.decision?.confirmNew);
    showSubmitted(outcome.submitted, { asWritten: outcome.asWritten, email, confirmedNew });
    showFaults([]);
    startAnew();
    show("result");
    return;
  }
  if (step !== "form") history.back();
  show("form");
  if (outcome.refused) showRefusal(outcome.refused);
  else if (outcome.erased) tellErased();
  else if (outcome.withheld) tellWithheld();
  else tellUnknown(outcome.unknown);
}

function showRefusal({ title, errors = [] }) {
  if (errors.length > 0) showFaults(errors.map(faultOf));
  else showFaults([{ words: "请稍后再试，您写的内容都还在。" }], title);
}

function tellUnknown(reason) {
  const words = "您写的内容都还在。请再点一次“提交报料”，不会重复报料。";
  showFaults([{ words, id: "send" }], `${reason}不知道是否已经收到`);
}

function tellErased() {
  const words = "这份报料三天前就已收到，查询码不能再显示。如需查询请拨打服务热线；要报别的问题，请点“清空重写”。";
  showFaults([{ words }], "这份报料早已收到");
}

function tellWithheld() {
  byId("contact").open = true;
  const words =
    "联系方式不保存在这台设备上。请填写与上次相同的称呼、电话和邮箱再提交，就能看到查询码；要报别的问题，请点“清空重写”。";
  showFaults([{ words, id: "contact-name" }], "这份报料上次已经收到");
}

/** Shows one step; its title takes the focus, so that whoever hears the page knows where they are. */
function show(next) {
  step = next;
  for (const id of STEPS) byId(id).hidden = id !== next;
  say("");
  byId("restored").hidden = true;
  byId("hotline-row").hidden = next !== "form" || byId("hotline").textContent === "";
  document.title = { form: "我要报料 · 街口", similar: "是同一个问题吗 · 街口", result: "报料已收到 · 街口" }[next];
  if (next !== "form") byId("summary").hidden = true;
  window.scrollTo(0, 0);
  const title = byId("safety").hidden ? "result-title" : "safety-title";
  const start = { form: "description", similar: "similar-title", result: title }[next];
  byId(start).focus({ preventScroll: true });
}

function again() {
  showEverythingAnew();
  history.replaceState(null, "");
  show("form");
  byId("main").focus();
}

function clear() {
  if (!window.confirm("清空已经填写的内容？照片也会移除。")) return;
  startAnew();
  showFaults([]);
  showEverythingAnew();
  say("已清空。");
  byId("description").focus();
}

function showEverythingAnew() {
  showDraft();
  showDraftPhotos();
  showDraftPlace();
  showDraftCategory();
}

/** One thing at a time: a second press while something is on its way does nothing. */
async function alone(act) {
  if (busy) return;
  busy = true;
  for (const id of ["send", "none-of-them"]) byId(id).setAttribute("aria-disabled", "true");
  try {
    await act();
  } finally {
    busy = false;
    for (const id of ["send", "none-of-them"]) byId(id).removeAttribute("aria-disabled");
    if (step === "form" && byId("progress").textContent.endsWith("…")) say("");
  }
}

function say(words) {
  byId(step === "similar" ? "similar-progress" : "progress").textContent = words;
}

async function copy({ currentTarget }) {
  const source = byId(currentTarget.dataset.copies);
  const done = await copied(source);
  byId("copied").textContent = done ? "✓ 已复制。" : "这个浏览器不能自动复制，内容已选中，请手动复制或截图。";
}

/** The clipboard is there on encrypted pages only; the older way needs the text selected, which helps a hand as well. */
async function copied(source) {
  try {
    await navigator.clipboard.writeText(source.textContent);
    return true;
  } catch {
    getSelection().selectAllChildren(source);
    return document.execCommand("copy");
  }
}

async function showHotline() {
  try {
    const { district } = await (await fetch("/v1/about")).json();
    byId("hotline").textContent = district.hotline;
    byId("hotline").href = `tel:${district.hotline.replace(/[^\d+]/g, "")}`;
    byId("hotline-row").hidden = step !== "form";
  } catch (error) {
    console.warn(error);
  }
}
