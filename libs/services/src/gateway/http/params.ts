import { malformed, unsupportedContentType } from './fault.js';

const maxParams = 100;
const formType = 'application/x-www-form-urlencoded';

/** The parameters of a form or a query; a name may come more than once. */
export type MultiParams = Record<string, string[]>;

/**
 * Reads form-encoded text as URLSearchParams does, but refuses what that would silently repair: a broken escape, bytes
 * that are not UTF-8, a NUL (PostgreSQL stores none).
 * @throws EdgeFault 400
 */
export const readParams = (text: string): MultiParams => {
  const pairs = text.split('&', maxParams + 1).filter((pair) => pair !== '');
  if (pairs.length > maxParams) throw malformed(`the request has more than ${maxParams} parameters`);
  const params = new Map<string, string[]>();
  for (const pair of pairs) {
    const [name, value] = splitPair(pair);
    params.set(name, [...(params.get(name) ?? []), value]);
  }
  return Object.fromEntries(params);
};

const splitPair = (pair: string): [string, string] => {
  const mark = pair.indexOf('=');
  return mark < 0 ? [decode(pair), ''] : [decode(pair.slice(0, mark)), decode(pair.slice(mark + 1))];
};

const decode = (text: string): string => {
  const decoded = unescaped(text.replaceAll('+', ' '));
  if (decoded.includes('\0')) throw malformed('a parameter contains a NUL character');
  return decoded;
};

const unescaped = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    throw malformed('a parameter is not percent-encoded UTF-8');
  }
};

/**
 * Reads the body of a POST. An empty one needs no content type: a token may come in the header alone.
 * @see RFC 6749 Appendix B
 * @throws EdgeFault 400
 */
export const readForm = (contentType: string | undefined, body: Buffer): MultiParams => {
  if (body.length === 0) return {};
  if (!isForm(contentType ?? '')) throw unsupportedContentType(formType);
  return readParams(utf8(body));
};

const isForm = (contentType: string): boolean => {
  const [type = '', ...parameters] = contentType.split(';').map((part) => part.trim().toLowerCase());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='));
  return type === formType && (charset === undefined || /^charset="?utf-?8"?$/.test(charset));
};

const utf8 = (bytes: Buffer): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw malformed('the body is not UTF-8');
  }
};
