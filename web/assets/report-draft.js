// The draft of a report: kept on this device until it was sent, so that neither a reload nor a lost connection loses it.
// Name, phone and e-mail are not kept: others may use the device, and whoever reports does not have to be known to them.

const NAME = "jiekou.report";
/** The service gives the same answer to the same key for 72 hours; an older draft could be recorded a second time. */
const KEPT_HOURS = 72;
/** Version 1 kept contacts. */
const VERSION = 2;

/** What can be chosen but not typed; the fields of the form are in `fields` by their id. */
function empty() {
  return {
    version: VERSION,
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
    /**
     * What was sent without an answer, the latest first: `body`, the report, and `withheld`, whether it had a contact that
     * was not kept when the page was left.
     */
    sent: [],
  };
}

/** The one draft; its parts are changed in place. */
export const draft = stored() ?? empty();
export const restored = !isEmpty(draft);

export function save() {
  try {
    const kept = withoutContact(draft);
    if (isEmpty(kept)) localStorage.removeItem(NAME);
    else localStorage.setItem(NAME, JSON.stringify(kept));
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

/** What of a draft may stay on the device. */
function withoutContact({ fields, sent, ...rest }) {
  const mayStay = ([id]) => !id.startsWith("contact-");
  return {
    ...rest,
    fields: Object.fromEntries(Object.entries(fields).filter(mayStay)),
    sent: sent.map(({ body, withheld }) => ({
      body: { ...body, contact: {} },
      withheld: withheld || Object.values(body.contact).some(Boolean),
    })),
  };
}

function isEmpty({ fields, photos, point, sent }) {
  return photos.length === 0 && point === null && sent.length === 0 && !Object.values(fields).some(Boolean);
}

function stored() {
  try {
    const kept = JSON.parse(localStorage.getItem(NAME));
    const young = Date.now() - kept?.begunAt < KEPT_HOURS * 3_600_000;
    if (kept?.version === VERSION && young) return { ...empty(), ...kept };
    localStorage.removeItem(NAME);
    return null;
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
