// The home page: what is running, from `GET /v1/about`.

import { byId } from "./words.js";

/** Roles of staff in words; the names are those of the contract. */
const ROLES = {
  admin: "系统管理",
  districtDispatcher: "区级派遣",
  centerDispatcher: "中心派遣",
  preVerifier: "现场核实",
  inspector: "现场核查",
  unitHandler: "责任单位处理",
  enforcementOfficer: "执法",
  roadChief: "路长",
  gridWorker: "网格员",
  deskOperator: "热线坐席",
  supervisor: "督查",
  reviewer: "审核",
  finance: "财务",
  communityOfficer: "社区",
};

try {
  const response = await fetch("/v1/about", { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(`/v1/about answered ${response.status}`);
  show(await response.json());
} catch (error) {
  console.error(error);
  byId("about-failed").hidden = false;
}

function show({ name, version, district, schematic, demoAccounts }) {
  document.title = `街口 Jiekou · ${district.name}市民报料网关`;
  byId("district-name").textContent = district.name;
  byId("area").textContent = `${district.name}（${district.code}）`;
  byId("center").textContent = district.centerName;
  byId("hotline").textContent = district.hotline;
  byId("hotline").href = `tel:${district.hotline.replace(/[^\d+]/g, "")}`;
  byId("rulebook").textContent = `${name} ${version}`;
  byId("about").hidden = false;
  byId("schematic").hidden = !schematic;
  byId("demo-accounts").replaceChildren(...demoAccounts.map(accountRow));
  byId("demo").hidden = demoAccounts.length === 0;
}

function accountRow({ username, password, role, area, says }) {
  const row = byId("account").content.cloneNode(true);
  const part = (name) => row.querySelector(`[data-part="${name}"]`);
  part("says").textContent = says;
  part("role").textContent = `${ROLES[role] ?? role} · ${area}`;
  part("username").textContent = username;
  part("password").textContent = password;
  return row;
}
