// The draft of a report: kept on this device until it was sent, so that neither a reload nor a lost connection loses it.

const NAME = "jiekou.report";
/** The service gives the same answer to the same key for 72 hours; an older draft could be recorded a second time. */
const KEPT_HOURS = 72;

/** What can be chosen but not typed; the fields of the form are in `fields` by their id. */
function empty() {
  return {
    version: 1,
    begunAt: Date.now(),
    /** The `Idempotency-Key` of this report, however often it is sent. */
    key: randomId(),
    fields: {},
    anonymous: false,
    /** Uploaded photos: `photoId`, `name`, `thumbnailUrl`, `location`. */
    photos: [],
    /** `longitude`, `latitude`, `accuracyMeters`, `from` (`device` or `photo`). */
    point: null,
    attributes: {},
    /** `duplicateOf` or `confirmNew`, once the resident has answered. */
    decision: null,
    /** Bodies that were sent without an answer, the latest first. */
    sent: [],
  };
}

/** The one draft; its parts are changed in place. */
export const draft = stored() ?? empty();
export const restored = !isEmpty();

export function save() {
  try {
    if (isEmpty()) localStorage.removeItem(NAME);
    else localStorage.setItem(NAME, JSON.stringify(draft));
  } catch (error) {
    // Storage may be full or forbidden; the page works without it.
    console.warn(error);
  }
}

/** Forgets the draft: it was sent, or its author wants to start anew. */
export function startAnew() {
  Object.assign(draft, empty());
  save();
}

/** A key for another report. */
export function renewKey() {
  Object.assign(draft, { key: randomId(), sent: [] });
  save();
}

function isEmpty() {
  const { fields, photos, point, sent } = draft;
  return photos.length === 0 && point === null && sent.length === 0 && !Object.values(fields).some(Boolean);
}

function stored() {
  try {
    const kept = JSON.parse(localStorage.getItem(NAME));
    const young = Date.now() - kept?.begunAt < KEPT_HOURS * 3_600_000;
    return kept?.version === 1 && young ? { ...empty(), ...kept } : null;
  } catch (error) {
    console.warn(error);
    return null;
  }
}

/** A random UUID; `crypto.randomUUID` is there on encrypted pages only. */
function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
