// What is wrong: beside each field, and all of it in a summary that takes the focus.

import { byId } from "./words.js";

/** The field that stands for a JSON pointer of the contract. Answers are `/attributes/{code}`, photos `/photoIds/{n}`. */
const FIELDS = {
  "/description": "description",
  "/category": "category",
  "/location": "location",
  "/location/longitude": "location",
  "/location/latitude": "location",
  "/location/coordinateSystem": "location",
  "/location/accuracyMeters": "location",
  "/location/address": "address",
  "/location/segmentCode": "segment",
  "/contact": "contact-email",
  "/contact/name": "contact-name",
  "/contact/phone": "contact-phone",
  "/contact/email": "contact-email",
  "/photoIds": "photos",
};
/** Fields that are not one control: what takes the focus instead. */
const CONTROLS = { location: "locate", photos: "photo-files" };
/** The service speaks to programs as well; here it speaks to a resident. */
const WORDS = {
  "/description missing": "请写一写是什么问题",
  "/description empty": "请写一写是什么问题",
  "/location missing": "请说明在哪里：用现在的位置、写地址或选路段，有一样就行",
};

/** `{pointer, code, detail}` as the service sends it, to `{id, words}`; without a field of its own `id` is absent. */
export function faultOf({ pointer, code, detail }) {
  const words = WORDS[`${pointer} ${code}`] ?? detail;
  const [, kind, rest] = pointer.split("/");
  if (kind === "photoIds" && rest !== undefined) return { id: "photos", words: `第 ${Number(rest) + 1} 张照片：${words}` };
  if (kind === "attributes" && byId(`question-${rest}`)) return { id: `question-${rest}`, words };
  return { id: FIELDS[pointer], words };
}

/** What is shown now. */
let shown = [];
/** The title for faults of fields, which counts them; other news has its own. */
let titleOf = counted;

/** Shows these faults and no others. With any, the summary takes the focus. */
export function showFaults(faults, title) {
  shown = faults;
  titleOf = title === undefined ? counted : () => title;
  draw();
  if (faults.length > 0) byId("summary").focus();
}

/** Takes back what was said of a field that is being mended. */
export function forgive(id) {
  if (!shown.some((fault) => fault.id === id)) return;
  shown = shown.filter((fault) => fault.id !== id);
  draw();
}

function counted() {
  return `有 ${shown.length} 处需要修改`;
}

function draw() {
  for (const words of document.querySelectorAll("#form .error[id]")) {
    const id = words.id.replace(/-error$/, "");
    const own = shown.filter((fault) => fault.id === id).map((fault) => fault.words);
    words.textContent = own.length > 0 ? `错误：${own.join("；")}` : "";
    words.hidden = own.length === 0;
    const field = byId(id);
    if (!field?.matches("input, select, textarea")) continue;
    if (own.length > 0) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }
  byId("summary").hidden = shown.length === 0;
  byId("summary-title").textContent = titleOf();
  byId("summary-list").replaceChildren(...shown.map(line));
}

function line({ id, words }) {
  const item = document.createElement("li");
  if (!id) {
    item.textContent = words;
    return item;
  }
  const link = document.createElement("a");
  const target = byId(CONTROLS[id] ?? id);
  link.href = `#${target.id}`;
  link.textContent = words;
  link.addEventListener("click", (event) => {
    event.preventDefault();
    goTo(target);
  });
  item.append(link);
  return item;
}

/** The focus cannot go into a closed part of the page. */
function goTo(target) {
  for (let part = target.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
  const control = target.matches("input, select, textarea, button") ? target : target.querySelector("input, select");
  control.focus();
  (control.closest(".field") ?? control).scrollIntoView({ block: "center" });
}
