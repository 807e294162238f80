import { expect, it } from '@jest/globals';
import type { Face } from './discovered.js';

const get = (url: string, init: RequestInit = {}) => fetch(url, { ...init, signal: AbortSignal.timeout(15_000) });

/** OpenID Connect Discovery 1.0 §4 appends to the issuer; RFC 8414 §3.1 inserts between its host and its path. */
const places = (issuer: string) => {
  const { origin, pathname } = new URL(issuer);
  return {
    appended: `${issuer}/.well-known/openid-configuration`,
    inserted: `${origin}/.well-known/oauth-authorization-server${pathname}`,
    others: [
      `${origin}/.well-known/openid-configuration`,
      `${origin}/.well-known/openid-configuration${pathname}`,
      `${origin}/.well-known/oauth-authorization-server`,
      `${issuer}/.well-known/oauth-authorization-server`,
    ],
  };
};

/** Where the metadata is found, and for whom. */
export const isPublished = (face: Face): void => {
  const { appended, inserted, others } = places(face.issuer);
  const [here, elsewhere] =
    face.name === 'OpenID Connect' ? [[appended, inserted], others] : [[inserted], [appended, ...others]];

  it('OpenID Connect Discovery 1.0 §4, RFC 8414 §3.1: the same at every place of this issuer', async () => {
    for (const url of here) expect(await (await get(url)).json()).toEqual(face.metadata);
  });

  it('RFC 8414 §3.3: nothing at the places of other issuers', async () => {
    for (const url of elsewhere) expect([url, (await get(url)).status]).toEqual([url, 404]);
  });

  it('RFC 8414 §3.2: JSON that may be kept for a while, and that every origin may read', async () => {
    for (const url of here) {
      const origin = 'https://discovery.example.test';
      const { status, headers } = await get(url, { headers: { origin } });
      expect(status).toBe(200);
      expect(headers.get('content-type')).toMatch(/^application\/json\b/);
      expect(headers.get('cache-control')).toBe('public, max-age=300');
      expect([origin, '*']).toContain(headers.get('access-control-allow-origin'));
      expect(headers.getSetCookie()).toEqual([]);
    }
  });

  it('RFC 8414 §3.1: by GET alone', async () => {
    for (const url of here) expect((await get(url, { method: 'POST' })).status).toBe(405);
  });
};
