import type { Registry } from '@portico/endpoint';
import { code } from './code.js';
import type { ResponseType } from './response-type.js';

/** Every response type. */
export const responseTypes: Registry<ResponseType> = [code];

/** The words of a response type in the order of our list. @see OAuth 2.0 Multiple Response Type Encoding Practices §3 (their order does not matter) */
export const normalized = (responseType: string): string => responseType.split(' ').filter(Boolean).sort().join(' ');
