// What the pages say alike: states, clocks, moments, and the problems of answers.

/** States of a case; a name without an entry is shown as it is. */
export const STATES = {
  received: "待受理",
  accepted: "已受理",
  preVerifying: "核实中",
  opened: "已立案",
  dispatched: "已派遣",
  signed: "处理中",
  returned: "重新派遣中",
  handled: "已处理",
  inspecting: "核查中",
  rework: "返工中",
  closed: "已结案",
  callback: "回访中",
  archived: "已归档",
  reopened: "重新处理",
  rejected: "不予受理",
  voided: "已作废",
  merged: "已并案",
  suspended: "挂账",
  forceClosed: "强制结案",
};

/** What the running clock waits for. */
export const DUE_KINDS = {
  accept: "最迟受理",
  preVerify: "最迟核实",
  dispatch: "最迟派遣",
  sign: "最迟签收",
  handle: "最迟处理完",
  inspect: "最迟核查",
  callBack: "最迟回访",
};

const MOMENT = new Intl.DateTimeFormat("zh-CN", {
  timeZone: "Asia/Shanghai",
  year: "numeric",
  month: "long",
  day: "numeric",
  weekday: "short",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});

export const byId = (id) => document.getElementById(id);

/** Writes the moment `at` (RFC 3339) into a `time` element. */
export function setMoment(time, at) {
  time.dateTime = at;
  time.textContent = MOMENT.format(new Date(at));
}

/** A tracking code in groups of four. */
export function grouped(text) {
  return text.match(/.{1,4}/g).join("-");
}

/** Marks the field `id` as wrong, or as right again. */
export function setFault(id, fault) {
  const words = byId(`${id}-error`);
  words.textContent = fault ? `错误：${fault}` : "";
  words.hidden = !fault;
  if (fault) byId(id).setAttribute("aria-invalid", "true");
  else byId(id).removeAttribute("aria-invalid");
}

/** The problem of an answer; a proxy in between may answer with something else. */
export async function problemOf(response) {
  const fallback = { title: "服务暂时不可用" };
  if (!(response.headers.get("Content-Type") ?? "").includes("json")) return fallback;
  return response.json().catch(() => fallback);
}
