import { expect, it } from '@jest/globals';
import { clientOf } from '@portico/testing';
import { faces } from '../face.js';
import { responseModeCheck } from './response-mode.js';

const app = await clientOf('app', { application_type: 'native', redirect_uris: ['com.example.app:/cb'] });
const verdict = (params: Record<string, string>): unknown => {
  try {
    responseModeCheck.check(params, { client: app, face: faces.oidc });
    return 'fits';
  } catch (error) {
    return error;
  }
};
const web = { redirect_uri: 'https://app.example.test/cb', response_type: 'code' };
const isRefused = (description: string) => ({
  error: 'invalid_request',
  description: expect.stringContaining(description),
});

it.each([
  ['none', web],
  ...['query', 'fragment', 'form_post', 'web_message'].map((mode) => [mode, { ...web, response_mode: mode }] as const),
  ['web_message to a loopback address', { redirect_uri: 'http://[::1]:1/cb', response_mode: 'web_message' }],
  ['form_post with tokens', { ...web, response_type: 'id_token', response_mode: 'form_post' }],
  ['query to an application of its own', { redirect_uri: 'com.example.app:/cb', response_mode: 'query' }],
])('Multiple Response Types §2.1: %s fits', (_, params) => expect(verdict(params)).toBe('fits'));

it.each([
  ['unknown', { ...web, response_mode: 'pigeon' }, 'must be one of: query, fragment, form_post, web_message'],
  ['huge', { ...web, response_mode: 'x'.repeat(10_000) }, 'must be one of'],
  ['a query with a token', { ...web, response_type: 'code token', response_mode: 'query' }, 'not allowed'],
  ['a query with a token of a type unknown', { ...web, response_type: 'foo token', response_mode: 'query' }, 'not'],
  ['web_message without an origin', { redirect_uri: 'com.example.app:/cb', response_mode: 'web_message' }, 'needs'],
  ['web_message to what stands for the only one registered', { response_mode: 'web_message' }, 'needs'],
  [
    'web_message to a scheme that begins like one',
    { redirect_uri: 'httpsx:/cb', response_mode: 'web_message' },
    'needs',
  ],
])(
  'Multiple Response Types §2.1, §5, OAuth 2.0 Web Message Response Mode §4.1: refused: %s',
  (_, params, description) => expect(verdict(params)).toMatchObject(isRefused(description)),
);
