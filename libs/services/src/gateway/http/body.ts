import type { EndpointContract } from '@portico/contracts';
import { malformed, unsupportedContentType } from './fault.js';
import { readParams, type MultiParams } from './params.js';

const mediaTypes = { form: 'application/x-www-form-urlencoded', json: 'application/json' } as const;

/** What a POST brought: the parameters of a form, or the text of a JSON document. */
export type Body = { readonly params: MultiParams } | { readonly json: string };

/**
 * Reads the body of a POST as its contract says. An empty one needs no content type: a token may come in the header alone.
 * @see RFC 6749 Appendix B, OpenID Connect Core 1.0 §13.2, RFC 8259 §8.1
 * @throws EdgeFault 400
 */
export const readBody = (
  { body: expected }: Pick<EndpointContract, 'body'>,
  contentType: string | undefined,
  bytes: Buffer,
): Body => {
  if (bytes.length === 0) return { params: {} };
  if (!isOf(mediaTypes[expected], contentType ?? '')) throw unsupportedContentType(mediaTypes[expected]);
  const text = utf8(bytes);
  return expected === 'form' ? { params: readParams(text) } : { json: checkedJson(text) };
};

const isOf = (expected: string, contentType: string): boolean => {
  const [type = '', ...parameters] = contentType.split(';').map((part) => part.trim().toLowerCase());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='));
  return type === expected && (charset === undefined || /^charset="?utf-?8"?$/.test(charset));
};

const utf8 = (bytes: Buffer): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw malformed('the body is not UTF-8');
  }
};

/** A NUL by its escape; two backslashes before it are one that stands for itself. */
const escapedNul = /(?<!\\)(?:\\\\)*\\u0000/;

const checkedJson = (text: string): string => {
  try {
    JSON.parse(text);
  } catch {
    throw malformed('the body is not JSON');
  }
  // PostgreSQL stores none.
  if (escapedNul.test(text)) throw malformed('the body contains a NUL character');
  return text;
};
