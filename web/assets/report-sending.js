// Asking what a report is like, and sending it so that it is recorded once however often the connection is lost.

import { draft, renewKey, save } from "./report-draft.js";
import { problemOf } from "./words.js";

/** Nobody waits longer to be told what is similar: it helps, but it is not needed. */
const SIMILAR_MILLISECONDS = 3_000;
const SEND_MILLISECONDS = 30_000;

/**
 * What is known that may be the same problem: `{decision, similar}`, or `{errors}` when the report has faults; `{}` when
 * it could not be told in time.
 */
export async function askSimilar(report) {
  try {
    const response = await post("/v1/reports/similar", JSON.stringify(report), {}, SIMILAR_MILLISECONDS);
    if (response.ok) return await response.json();
    const { errors = [] } = response.status === 422 ? await problemOf(response) : {};
    return { errors };
  } catch (error) {
    console.warn(error);
    return {};
  }
}

/**
 * Sends the report under the draft's key:
 * - `{submitted, asWritten}`: recorded; not `asWritten` when an earlier version of it was, whose answer had been lost;
 * - `{refused}`: a problem, nothing was recorded;
 * - `{unknown}`: no clear answer, in words; sending again is safe;
 * - `{erased}`: recorded so long ago that its answer is gone;
 * - `{withheld}`: recorded, with a contact that was not kept: only whoever writes the same again gets its answer.
 */
export async function send(report) {
  const body = JSON.stringify(report);
  // As it is now: the draft goes on changing.
  const written = { body: JSON.parse(body), withheld: false };
  const same = (earlier) => !earlier.withheld && JSON.stringify(earlier.body) === body;
  draft.sent = [written, ...draft.sent.filter((earlier) => !same(earlier))];
  save();
  const attempts = draft.sent.map((earlier) => JSON.stringify(filledIn(earlier, report)));
  for (const attempt of new Set(attempts)) {
    const outcome = await sendOnce(attempt);
    // The key is taken by another body: one of those before.
    if (!outcome.taken) return { ...outcome, asWritten: attempt === body };
  }
  if (draft.sent.some(({ withheld }) => withheld)) return { withheld: true };
  // By none of this page: another window has sent its own report with the key they shared.
  renewKey();
  draft.sent = [written];
  save();
  return { ...(await sendOnce(body)), asWritten: true };
}

/** What was sent, as far as it is known: a contact that was not kept is taken to be the one that is written now. */
function filledIn({ body, withheld }, { contact }) {
  return withheld ? { ...body, contact } : body;
}

async function sendOnce(body) {
  try {
    const response = await post("/v1/reports", body, { "Idempotency-Key": draft.key }, SEND_MILLISECONDS);
    if (response.status === 201) return { submitted: await response.json() };
    const problem = await problemOf(response);
    if (problem.type?.endsWith("#idempotency-key-reused")) return { taken: true };
    if (problem.type?.endsWith("#idempotency-answer-erased")) return { erased: true };
    if (response.status !== 400 && response.status !== 422) return { unknown: `${problem.title}。` };
    draft.sent = [];
    save();
    return { refused: problem };
  } catch (error) {
    console.warn(error);
    return { unknown: "没有收到回音，可能是网络断了。" };
  }
}

async function post(path, body, headers, milliseconds) {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), milliseconds);
  try {
    const response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers },
      body,
      signal: patience.signal,
    });
    // The body is waited for too, as long as the patience lasts.
    return new Response(await response.arrayBuffer(), response);
  } finally {
    clearTimeout(timer);
  }
}
