// The page where staff set their password once: `POST /v1/invitations/acceptance`. The code stands behind the `#` of the
// address, which browsers send to nobody.

import { byId, problemOf, setFault } from "./words.js";

const FIELDS = ["code", "password"];
const NOT_SENT = "没有发送成功，请检查网络后再试。";

const form = byId("acceptance");
byId("code").value = location.hash.slice(1);
// What was read is taken out of the address, so that it stays in no history.
history.replaceState(null, "", location.pathname);
byId(byId("code").value === "" ? "code" : "password").focus();
byId("show").addEventListener("change", () => {
  byId("password").type = byId("show").checked ? "text" : "password";
});
form.addEventListener("submit", accept);

async function accept(event) {
  event.preventDefault();
  say("");
  FIELDS.forEach((field) => setFault(field, ""));
  const empty = FIELDS.filter((field) => byId(field).value.trim() === "");
  empty.forEach((field) => setFault(field, "请填写"));
  if (empty.length > 0) {
    byId(empty[0]).focus();
    return;
  }
  const body = JSON.stringify({ code: byId("code").value, password: byId("password").value });
  const headers = { "Content-Type": "application/json" };
  const response = await fetch("/v1/invitations/acceptance", { method: "POST", headers, body }).catch(() => null);
  if (response === null) {
    say(NOT_SENT);
  } else if (response.ok) {
    const accepted = await response.json();
    form.hidden = true;
    byId("done").textContent = `密码已设置。请用用户名 ${accepted.username} 和新密码登录。`;
  } else {
    show(await problemOf(response));
  }
}

/** Puts faults at their fields, and anything else below them. */
function show(problem) {
  const faults = (problem.errors ?? []).filter((fault) => FIELDS.includes(fault.pointer.slice(1)));
  faults.forEach((fault) => setFault(fault.pointer.slice(1), fault.detail));
  if (faults.length > 0) byId(faults[0].pointer.slice(1)).focus();
  else say(problem.title);
}

function say(words) {
  byId("problem").textContent = words;
  byId("problem").hidden = words === "";
}
