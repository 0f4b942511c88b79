import { base } from "./page.js";
import { words } from "./words.js";

const WITHIN = 30_000;

/**
 * Ask the gateway over HTTP.
 * @returns {{status: number, body: any, retryAfter: number}} status 0 when the network failed; a text as a Blob.
 */
export const request = async (path, body) => {
  const options = { credentials: "omit", cache: "no-store", signal: AbortSignal.timeout?.(WITHIN) };
  if (body) {
    const headers = { "Content-Type": "application/json" };
    Object.assign(options, { method: "POST", headers, body: JSON.stringify(body) });
  }
  try {
    const answer = await fetch(new URL(`api/chat${path}`, base), options);
    const isText = answer.headers.get("content-type")?.startsWith("text/plain");
    const read = isText ? answer.blob() : answer.json();
    const retryAfter = Number(answer.headers.get("retry-after"));
    return { status: answer.status, body: await read.catch(() => null), retryAfter };
  } catch {
    return { status: 0, body: null };
  }
};

/** Say why a request failed: in the gateway's words, where it has some. */
export const reasonOf = ({ body }) => (typeof body?.detail === "string" ? body.detail : words.failed);
