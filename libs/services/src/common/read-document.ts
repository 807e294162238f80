import type { ReadDocument } from '@portico/admin';
import { fetchJson } from './fetch-json.js';

/** Reads what a setting of a client leads to, from the Internet alone. @throws Unavailable */
export const readDocument: ReadDocument = (uri) =>
  fetchJson(uri, { deadlineMs: 5_000, maxBytes: 262_144, loopback: false });
