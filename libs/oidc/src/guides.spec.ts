import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { ZodObject } from 'zod';
import { authorizationParams } from './authorization-params.js';
import { bearerParameter } from './bearer-token.js';
import { clientParams } from './client-auth/client-authentication.js';
import { deviceAuthorizationParams } from './endpoints/device-authorization.js';
import { verificationParams } from './endpoints/device-verification.js';
import { introspectionParams } from './endpoints/introspection.js';
import { revocationParams } from './endpoints/revocation.js';
import { grants } from './grants/index.js';
import { logoutParams } from './post-logout.js';

interface Request {
  readonly endpoint: string;
  readonly sent: ReadonlyMap<string, string>;
  /** Those of its table, if it has one. */
  readonly explained: readonly string[];
}

/** What a page shows of its requests: each step's first block, and its table. */
const requestsOf = (page: string): Request[] =>
  page
    .split(/^## \d+\. /m)
    .slice(1)
    .map((step) => {
      const [, block = ''] = /```http\n(.*?)```/s.exec(step) ?? [];
      const pairs = [...block.matchAll(/^ *[?&]?(\w+)=(.*)$/gm)];
      return {
        endpoint: block.split('\n')[0] ?? '',
        sent: new Map(pairs.map(([, name = '', value = '']) => [name, decodeURIComponent(value.replaceAll('+', ' '))])),
        explained: [...step.matchAll(/^\| `(\w+)` \|/gm)].map(([, name = '']) => name),
      };
    });

const folder = new URL('../../../docs/guides/', import.meta.url);
const pages = ['en', 'zh-cn'].flatMap((language) =>
  readdirSync(new URL(`${language}/`, folder))
    .filter((name) => name !== 'README.md')
    .map((name) => [`${language}/${name}`, readFileSync(new URL(`${language}/${name}`, folder), 'utf8')] as const),
);

const keysOf = (schema: unknown): string[] => Object.keys((schema as ZodObject).shape);
const ofGrant = (type: string | undefined): string[] => keysOf(grants.find(({ name }) => name === type)?.params);

const proofs = clientParams.filter((name) => name !== 'grant_type');

/** They are there to be refused. */
const refused = ['request_uri', 'registration'];
/** Authing's name for `client_id`. */
const alias = 'app_id';
/** They are understood and change nothing: RFC 7009 §2.1, RFC 7662 §2.1. */
const withoutEffect: Record<string, readonly string[]> = {
  'POST /oidc/token/introspection': ['token_type_hint'],
  'POST /oidc/token/revocation': ['token_type_hint'],
};

const read: Record<string, (sent: Request['sent']) => readonly string[]> = {
  'GET /oidc/auth': () => authorizationParams.filter((name) => !refused.includes(name)),
  'POST /oidc/token': (sent) => ['grant_type', ...ofGrant(sent.get('grant_type')), ...proofs],
  'POST /oidc/device/auth': () => [...keysOf(deviceAuthorizationParams), ...proofs],
  'POST /oidc/token/introspection': () => [...keysOf(introspectionParams), ...proofs],
  'POST /oidc/token/revocation': () => [...keysOf(revocationParams), ...proofs],
  'GET /oidc/session/end': () => logoutParams.filter((name) => name !== alias),
  'GET /oidc/me': () => [bearerParameter],
  'GET /device': () => verificationParams,
};

/** A public client has nothing to prove itself by, and a proof key belongs to a code. */
const pointless = (page: string, { endpoint, sent }: Request): string[] => [
  ...(page.includes('token_endpoint_auth_method: none') ? proofs.filter((name) => name !== 'client_id') : []),
  ...(endpoint === 'GET /oidc/auth' && !sent.get('response_type')?.split(' ').includes('code')
    ? ['code_challenge', 'code_challenge_method']
    : []),
];

const kindOf = ({ endpoint, sent }: Request): string => [endpoint, sent.get('grant_type') ?? ''].join(' ').trim();
const firstOfEach = (requests: readonly Request[]): Request[] =>
  requests.filter((one, at) => requests.findIndex((other) => kindOf(other) === kindOf(one)) === at);

describe('docs/guides: the tables have every parameter that the rules read, and no other', () => {
  it.each(pages)('%s', (_, page) => {
    const requests = requestsOf(page);
    expect(requests.length).toBeGreaterThan(0);
    for (const request of firstOfEach(requests)) {
      const [kind, left] = [kindOf(request), pointless(page, request)];
      const all = [...read[request.endpoint]!(request.sent), ...(withoutEffect[request.endpoint] ?? [])];
      const wanted = all.filter((name) => !left.includes(name));
      expect([kind, ...request.explained.toSorted()]).toEqual([kind, ...wanted.sort()]);
    }
  });

  it.each(pages)('%s: what a request sends is explained', (_, page) => {
    const requests = requestsOf(page);
    for (const { endpoint, sent } of requests) {
      const explained = requests.filter((one) => one.endpoint === endpoint).flatMap((one) => one.explained);
      expect([...sent.keys()].filter((name) => !explained.includes(name))).toEqual([]);
    }
  });

  it.each(['en', 'zh-cn'])('%s: every grant of a specification has its page', (language) => {
    const shown = pages
      .filter(([name]) => name.startsWith(language))
      .flatMap(([, page]) => requestsOf(page).map(({ sent }) => sent.get('grant_type')));
    const standard = grants.map(({ name }) => name).filter((name) => !name.startsWith('http:'));
    expect(new Set(shown.filter((type) => type !== undefined))).toEqual(new Set(standard));
  });
});
