// The photos of a report: uploaded as soon as they are chosen, each with its progress and its own words when it fails.

import { draft, save } from "./report-draft.js";
import { forgive } from "./report-faults.js";
import { byId } from "./words.js";

const MOST_PHOTOS = 9;
const MOST_BYTES = { photo: 10_000_000, video: 50_000_000 };
/** Uploads at the same time: more would only make each of them slower. */
const LANES = 2;
const TRIES_WHEN_BUSY = 3;
/** By the slug of the problem. */
const PROBLEMS = {
  "photo-too-large": "这张照片超过 10 MB，请换一张小一点的。",
  "photo-too-many-pixels": "这张照片超过 5000 万像素，请换一张小一点的。",
  "photo-unsupported": "打不开这种格式，请换成 JPEG、PNG 或 WebP。iPhone 的 HEIC 照片可先存为 JPEG。",
  "photo-broken": "这张照片已损坏，请换一张或重新拍。",
  "file-infected": "这个文件未通过安全检查，请重新拍一张。",
  "video-too-large": "这段视频超过 50 MB，请拍短一点。",
  "video-too-long": "这段视频超过 30 秒，请拍短一点。",
  "video-unsupported": "这里打不开这种视频，请改用照片。",
  "video-broken": "这段视频已损坏，请重新拍或改用照片。",
  "slow-client": "网络太慢，没有传完，请重试。",
};
const LOST = "网络断了，没有传完，请重试。";
const BUSY = "现在上传的人太多，请稍后重试。";

/** The photos on the page in their order: `file` until uploaded, `photo` after, `fault` when it failed. */
const entries = [];
const waiting = [];
let running = 0;
let tell = () => {};
let whenIdle = [];

/** Takes over the draft's photos and the two pickers; `changed` is called when a photo came or went. */
export function startPhotos(changed) {
  tell = changed;
  for (const id of ["photo-files", "photo-camera"]) byId(id).addEventListener("change", take);
  showDraftPhotos();
}

/** Draws the photos of the draft, and those alone. */
export function showDraftPhotos() {
  for (const entry of entries) entry.request?.abort();
  entries.length = 0;
  waiting.length = 0;
  byId("photo-list").replaceChildren();
  for (const photo of draft.photos) add({ name: photo.name, photo });
  redraw();
}

/** Resolves when no photo is on its way any more. */
export function settled() {
  if (running === 0 && waiting.length === 0) return Promise.resolve();
  return new Promise((resolve) => whenIdle.push(resolve));
}

/** How many photos are on their way. */
export function underWay() {
  return running + waiting.length;
}

/** The faults of photos that did not get through. */
export function photoFaults() {
  const failed = entries.flatMap(({ fault }, position) => (fault ? [`第 ${position + 1} 张`] : []));
  if (failed.length === 0) return [];
  return [{ id: "photos", words: `${failed.join("、")}照片没有传上去，请重试或移除` }];
}

function take(event) {
  const chosen = [...event.target.files];
  // The same file can then be chosen again.
  event.target.value = "";
  const room = MOST_PHOTOS - entries.length;
  for (const file of chosen.slice(0, room)) {
    const entry = add({ name: file.name, file });
    const kind = kindOf(file);
    if (file.size > MOST_BYTES[kind]) fail(entry, PROBLEMS[`${kind}-too-large`], false);
    else enqueue(entry);
  }
  const left = chosen.length - Math.max(room, 0);
  byId("photos-left").textContent = left > 0 ? `最多 ${MOST_PHOTOS} 张照片，有 ${left} 张没有加入。` : "";
  redraw();
}

/** `video` or `photo`: each has its own address, bounds and words. */
function kindOf(file) {
  return file.type.startsWith("video/") ? "video" : "photo";
}

function add(entry) {
  entry.item = byId("photo").content.firstElementChild.cloneNode(true);
  part(entry, "name").textContent = entry.name;
  part(entry, "remove").addEventListener("click", () => remove(entry));
  part(entry, "retry").addEventListener("click", () => {
    byId("photo-news").textContent = "正在重新上传。";
    part(entry, "remove").focus();
    enqueue(entry);
  });
  part(entry, "picture").addEventListener("error", () => (part(entry, "picture").hidden = true));
  entries.push(entry);
  byId("photo-list").append(entry.item);
  if (entry.photo) showUploaded(entry);
  return entry;
}

function remove(entry) {
  forgive("photos");
  const position = entries.indexOf(entry);
  entry.request?.abort();
  entries.splice(position, 1);
  if (waiting.includes(entry)) waiting.splice(waiting.indexOf(entry), 1);
  entry.item.remove();
  keep();
  redraw();
  byId("photo-news").textContent = `已移除第 ${position + 1} 张照片。`;
  const next = entries[Math.min(position, entries.length - 1)];
  (next ? part(next, "remove") : byId("photo-files")).focus();
  idle();
}

function enqueue(entry) {
  forgive("photos");
  entry.fault = "";
  part(entry, "error").hidden = true;
  part(entry, "retry").hidden = true;
  part(entry, "progress").hidden = false;
  part(entry, "progress").value = 0;
  part(entry, "state").textContent = "等待上传";
  waiting.push(entry);
  work();
}

async function work() {
  while (running < LANES && waiting.length > 0) {
    const entry = waiting.shift();
    running += 1;
    upload(entry).finally(() => {
      running -= 1;
      work();
      idle();
    });
  }
}

function idle() {
  if (running > 0 || waiting.length > 0) return;
  for (const resolve of whenIdle.splice(0)) resolve();
}

async function upload(entry) {
  for (let turn = 1; ; turn += 1) {
    const answer = await post(entry);
    if (!entries.includes(entry)) return;
    if (answer.status === 201) {
      const { photoId, thumbnailUrl, location } = answer.body;
      entry.photo = { photoId, thumbnailUrl, location, name: entry.name };
      entry.file = null;
      keep();
      showUploaded(entry);
      byId("photo-news").textContent = `第 ${entries.indexOf(entry) + 1} 张照片已上传。`;
      redraw();
      return;
    }
    const busy = answer.status === 503 || answer.status === 429;
    if (busy && turn < TRIES_WHEN_BUSY) {
      part(entry, "state").textContent = "人太多，稍后自动重试";
      await new Promise((resolve) => setTimeout(resolve, (answer.retryAfter || 2) * 1000));
      continue;
    }
    const slug = answer.body?.type?.split("#")[1];
    const words = answer.status === 0 ? LOST : busy ? BUSY : (PROBLEMS[slug] ?? answer.body?.title ?? "没有传上去，请重试。");
    // The same bytes get the same refusal again.
    fail(entry, words, answer.status === 0 || answer.status === 408 || answer.status >= 429);
    return;
  }
}

/** Sends the file; `fetch` cannot tell how much of it went out. Status 0 is a lost connection. */
function post(entry) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    entry.request = request;
    const form = new FormData();
    form.append("file", entry.file);
    request.open("POST", `/v1/${kindOf(entry.file)}s`);
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      const percent = Math.round((loaded / total) * 100);
      part(entry, "progress").value = percent;
      part(entry, "state").textContent = percent < 100 ? `正在上传 ${percent}%` : "已传完，正在处理";
    });
    request.addEventListener("loadend", () => {
      const retryAfter = Number(request.getResponseHeader("Retry-After"));
      resolve({ status: request.status, body: request.response, retryAfter });
    });
    request.send(form);
  });
}

function fail(entry, words, again) {
  entry.fault = words;
  part(entry, "progress").hidden = true;
  part(entry, "state").textContent = "";
  part(entry, "error").textContent = `错误：${words}`;
  part(entry, "error").hidden = false;
  part(entry, "retry").hidden = !again;
  byId("photo-news").textContent = `第 ${entries.indexOf(entry) + 1} 张照片：${words}`;
}

function showUploaded(entry) {
  part(entry, "progress").hidden = true;
  part(entry, "state").textContent = "✓ 已上传";
  const picture = part(entry, "picture");
  // The public address may be another one than that of this page.
  const { pathname, search } = new URL(entry.photo.thumbnailUrl, location.href);
  picture.src = pathname + search;
  picture.hidden = false;
}

/** Numbers the photos anew, and closes the pickers when there is no room. */
function redraw() {
  entries.forEach((entry, position) => {
    part(entry, "position").textContent = `第 ${position + 1} 张`;
    part(entry, "picture").alt = `第 ${position + 1} 张照片`;
    part(entry, "progress").setAttribute("aria-label", `第 ${position + 1} 张照片的上传进度`);
    part(entry, "remove").setAttribute("aria-label", `移除第 ${position + 1} 张照片`);
    part(entry, "retry").setAttribute("aria-label", `重试第 ${position + 1} 张照片`);
  });
  for (const id of ["photo-files", "photo-camera"]) byId(id).disabled = entries.length >= MOST_PHOTOS;
  tell();
}

function keep() {
  draft.photos = entries.flatMap(({ photo }) => (photo ? [photo] : []));
  save();
}

function part(entry, name) {
  return entry.item.querySelector(`[data-part="${name}"]`);
}
