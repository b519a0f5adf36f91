// The category and the questions it asks.

import { draft, save } from "./report-draft.js";
import { byId } from "./words.js";

let categories = [];

export async function startCategories() {
  byId("category").addEventListener("change", () => {
    draft.attributes = {};
    showCategory();
  });
  try {
    const response = await fetch("/v1/categories", { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(`/v1/categories answered ${response.status}`);
    ({ categories } = await response.json());
    byId("category").append(...categories.map(({ slug, name, urgent }) => new Option(urgent ? `${name}（紧急）` : name, slug)));
    showDraftCategory();
  } catch (error) {
    console.error(error);
    byId("category-words").textContent = "暂时读不到类别，不选也可以提交。";
  }
}

/** Draws what the draft says of the category. */
export function showDraftCategory() {
  byId("category").value = draft.fields.category ?? "";
  // A rulebook may have dropped it.
  if (byId("category").selectedIndex < 0) byId("category").value = "";
  showCategory();
}

/** The name of a category; the service may have found one that is not for choosing. */
export function categoryName(slug) {
  return categories.find((category) => category.slug === slug)?.name ?? "待分类";
}

/** The part `attributes` of a report; a number that is none is sent as it is written, for the service to refuse. */
export function answers() {
  const given = questions().map(({ code, kind }) => [code, valueOf(kind, draft.attributes[code])]);
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

/** What the chosen category asks. */
export function questions() {
  return chosen()?.attributes ?? [];
}

function valueOf(kind, written) {
  if (written === undefined || written === "") return undefined;
  if (kind === "yesNo") return written === "yes";
  if (kind !== "number") return written;
  const number = Number(written.normalize("NFKC"));
  return Number.isFinite(number) ? number : written;
}

function chosen() {
  return categories.find(({ slug }) => slug === byId("category").value);
}

function showCategory() {
  const category = chosen();
  draft.fields.category = category?.slug ?? "";
  save();
  const urgent = category?.urgent ? "这类问题会优先办理；有人身危险请先拨打 110、119 或 120。" : "";
  byId("category-words").textContent = category ? `${category.words}。例如：${category.examples.join("、")}。${urgent}` : "";
  byId("questions").replaceChildren(...(category?.attributes ?? []).map(question));
}

function question({ code, words, kind, required, options }) {
  const id = `question-${code}`;
  const field = element(kind === "yesNo" ? "fieldset" : "div", { className: "field", id: `${id}-field` });
  const title = required ? words : `${words} `;
  const error = element("p", { className: "error", id: `${id}-error`, hidden: true });
  if (kind === "yesNo") {
    field.id = id;
    field.setAttribute("aria-describedby", error.id);
    const legend = element("legend", { textContent: title });
    field.append(legend, choice(code, "yes", "是"), choice(code, "no", "否"), choice(code, "", "不清楚"), error);
    if (!required) legend.append(optional());
    return field;
  }
  const label = element("label", { htmlFor: id, textContent: title });
  if (!required) label.append(optional());
  const control = kind === "choice" ? element("select", { id }) : element("input", { id, autocomplete: "off" });
  if (kind === "choice") control.append(new Option("不清楚", ""), ...options.map((option) => new Option(option, option)));
  if (kind === "number") control.inputMode = "decimal";
  control.required = required;
  control.value = draft.attributes[code] ?? "";
  control.setAttribute("aria-describedby", error.id);
  control.addEventListener("input", () => answer(code, control.value));
  field.append(label, control, error);
  return field;
}

function choice(code, value, words) {
  const input = element("input", { type: "radio", name: `question-${code}`, id: `question-${code}-${value || "unknown"}`, value });
  input.checked = (draft.attributes[code] ?? "") === value;
  input.addEventListener("change", () => answer(code, value));
  const line = element("div", { className: "check" });
  line.append(input, element("label", { htmlFor: input.id, textContent: words }));
  return line;
}

function answer(code, value) {
  draft.attributes[code] = value;
  save();
}

function optional() {
  return element("span", { className: "optional", textContent: "可不填" });
}

function element(name, properties) {
  return Object.assign(document.createElement(name), properties);
}
