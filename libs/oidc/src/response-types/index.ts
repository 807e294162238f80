import type { Registry } from '@portico/endpoint';
import { code } from './code.js';
import { idToken } from './id-token.js';
import type { Granted, Issued, ResponseNeeds, ResponsePart, ResponseType } from './response-type.js';
import { token } from './token.js';

const of = (...parts: ResponsePart[]): ResponseType => {
  const fromEndpoint = parts.some(({ name }) => name !== 'code');
  return {
    name: parts
      .map(({ name }) => name)
      .sort()
      .join(' '),
    parts,
    grantTypes: [...(parts.includes(code) ? ['authorization_code'] : []), ...(fromEndpoint ? ['implicit'] : [])],
  };
};

/** Only whether the request would have been granted. @see OAuth 2.0 Multiple Response Type Encoding Practices §4 */
const none: ResponseType = { name: 'none', parts: [], grantTypes: [] };

/** Every response type. */
export const responseTypes: Registry<ResponseType> = [
  of(code),
  of(idToken),
  of(token, idToken),
  of(code, idToken),
  of(code, token),
  of(code, token, idToken),
  none,
];

/** The words of a response type in the order of our list. @see OAuth 2.0 Multiple Response Type Encoding Practices §1.2 (their order does not matter) */
export const normalized = (responseType: string): string => responseType.split(' ').filter(Boolean).sort().join(' ');

/**
 * Issues every part of a response and stores what must be, in one statement, before anything is told.
 * @see OpenID Connect Core 1.0 §3.1.2.5, §3.2.2.5, §3.3.2.5
 */
export const answerWith = async (
  { parts }: ResponseType,
  granted: Granted,
  needs: ResponseNeeds,
): Promise<Readonly<Record<string, string>>> => {
  let issued: Issued = { params: {}, stored: [] };
  for (const part of parts) {
    const { params, stored } = await part.issue(granted, issued, needs);
    issued = { params: { ...issued.params, ...params }, stored: [...issued.stored, ...stored] };
  }
  if (parts.length > 0) await needs.tokens.begin(granted.authorization, issued.stored, granted.by);
  return issued.params;
};
