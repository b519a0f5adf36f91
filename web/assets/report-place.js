// Where it is: the device's position, the place in a photo, an address, or a segment from the list.

import { draft, save } from "./report-draft.js";
import { forgive } from "./report-faults.js";
import { byId } from "./words.js";

const PATIENCE_MILLISECONDS = 15_000;
/** Less exact than this, a position alone does not find the problem. */
const ROUGH_METERS = 100;
/** The service takes no position that is less exact. */
const USELESS_METERS = 10_000;
const REFUSED = "您没有允许使用位置。可以在浏览器的设置里允许后再试，或在下面写地址、选路段。";
const UNAVAILABLE = "现在得不到位置（定位没有打开，或信号不好）。请到室外再试，或在下面写地址、选路段。";
const UNENCRYPTED = "这个网址没有加密，浏览器不提供位置。请在下面写地址、选路段。";

let towns = [];

export function startPlace() {
  byId("locate").addEventListener("click", locate);
  byId("photo-place").addEventListener("click", usePhotoPlace);
  byId("forget-place").addEventListener("click", forgetPlace);
  byId("by-segment").addEventListener("toggle", () => byId("by-segment").open && loadTowns());
  byId("town").addEventListener("change", () => showSegments(""));
  showDraftPlace();
}

/** Draws what the draft says of the place. */
export function showDraftPlace() {
  showPoint();
  offerPhotoPlace();
  const { town } = draft.fields;
  // Opening it loads the list.
  byId("by-segment").open = Boolean(town);
  if (!town) showSegments("");
}

/** Offers the place of the first photo that has one. */
export function offerPhotoPlace() {
  const photo = draft.photos.find((candidate) => candidate.location);
  const offered = photo !== undefined && draft.point?.from !== "photo";
  if (offered && byId("photo-place").hidden && draft.point === null) {
    byId("place-news").textContent = "照片里有拍摄位置，可以直接使用。";
  }
  byId("photo-place").hidden = !offered;
}

/** The part `location` of a report. */
export function place() {
  const { point } = draft;
  const given = {};
  if (point) {
    Object.assign(given, { longitude: point.longitude, latitude: point.latitude, coordinateSystem: "WGS-84" });
    if (point.accuracyMeters !== undefined) given.accuracyMeters = point.accuracyMeters;
  }
  const address = byId("address").value.trim();
  if (address) given.address = address;
  // The draft, because the list may not have come yet.
  if (draft.fields.segment) given.segmentCode = draft.fields.segment;
  return given;
}

/** Asks the device. Each of the three outcomes has its words. */
function locate() {
  const news = byId("place-news");
  if (!window.isSecureContext || !navigator.geolocation) {
    news.textContent = window.isSecureContext ? UNAVAILABLE : UNENCRYPTED;
    return;
  }
  news.textContent = "正在定位，请稍候…";
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      if (coords.accuracy > USELESS_METERS) {
        news.textContent = UNAVAILABLE;
        return;
      }
      const accuracyMeters = Math.round(coords.accuracy);
      setPoint({ longitude: coords.longitude, latitude: coords.latitude, accuracyMeters, from: "device" });
    },
    (error) => {
      news.textContent = error.code === error.PERMISSION_DENIED ? REFUSED : UNAVAILABLE;
    },
    { enableHighAccuracy: true, timeout: PATIENCE_MILLISECONDS, maximumAge: 0 },
  );
}

function usePhotoPlace() {
  const { longitude, latitude } = draft.photos.find((candidate) => candidate.location).location;
  setPoint({ longitude, latitude, from: "photo" });
  byId("forget-place").focus();
}

function forgetPlace() {
  setPoint(null);
  byId("place-news").textContent = "已不用这个位置。";
  byId("locate").focus();
}

function setPoint(point) {
  draft.point = point;
  forgive("location");
  save();
  showPoint();
  offerPhotoPlace();
}

function showPoint() {
  const { point } = draft;
  byId("forget-place").hidden = point === null;
  byId("place-news").textContent = point === null ? "" : pointWords(point);
}

function pointWords({ longitude, latitude, accuracyMeters, from }) {
  const where = `（东经 ${longitude.toFixed(5)}，北纬 ${latitude.toFixed(5)}）`;
  if (from === "photo") return `✓ 已用照片里的位置${where}。`;
  const rough = accuracyMeters > ROUGH_METERS ? "不够准，请再写上地址或附近标志。" : "";
  return `✓ 已得到位置，误差约 ${accuracyMeters} 米${where}。${rough}`;
}

/** The list of segments is long and seldom needed. */
async function loadTowns() {
  if (towns.length > 0) {
    showTowns();
    return;
  }
  byId("segment-hint").textContent = "正在读取路段…";
  try {
    const response = await fetch("/v1/segments", { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(`/v1/segments answered ${response.status}`);
    ({ towns } = await response.json());
    byId("segment-hint").textContent = "";
    showTowns();
  } catch (error) {
    console.error(error);
    byId("segment-hint").textContent = "暂时读不到路段，请写地址。";
  }
}

function showTowns() {
  const { town = "", segment = "" } = draft.fields;
  byId("town").replaceChildren(new Option("请选择", ""), ...towns.map(({ code, name }) => new Option(name, code)));
  byId("town").value = town;
  showSegments(segment);
}

function showSegments(chosen) {
  const town = towns.find(({ code }) => code === byId("town").value);
  const options = town?.segments.map(({ code, name }) => new Option(name, code)) ?? [];
  byId("segment").replaceChildren(new Option(town ? "请选择" : "请先选镇办", ""), ...options);
  byId("segment").value = chosen;
  draft.fields.segment = byId("segment").value;
  save();
}
