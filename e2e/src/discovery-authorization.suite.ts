import { createPublicKey } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { CompactEncrypt, decodeJwt } from 'jose';
import { idOf, others, values, type Derivations } from './discovered.js';
import { answerIn, challenge, flowOf, verifier, type Texts } from './discovered-flow.js';
import { jwtOf, privateKeyFor } from './discovered-keys.js';
import * as known from './discovered-values.js';
import { password } from './setup/declaration.js';

const sorted = (type: string): string => type.split(' ').sort().join(' ');
const code = { code: expect.any(String), state: 'the-state' };

/** Every value that a request to the authorization endpoint may have is asked for there; every other one too. */
export const authorizationDerivations: Derivations = {
  response_types_supported: (face) => {
    const { answerTo } = flowOf(face);
    const advertised = values(face, 'response_types_supported');
    it.each(advertised)('RFC 6749 §3.1.1: %s is answered with its parts', async (type) => {
      const answer = await answerTo({ response_type: type });
      const parts = ['code', 'id_token', 'access_token'].filter((name) => name in answer);
      const wanted = type.split(' ').map((word) => (word === 'token' ? 'access_token' : word));
      expect(parts.sort()).toEqual(wanted.filter((word) => word !== 'none').sort());
      expect(answer).toMatchObject({ state: 'the-state' });
    });

    const refused = known.responseTypes.filter((type) => !advertised.map(sorted).includes(type));
    it.each([...refused, 'magic'])('RFC 6749 §4.1.2.1: %s is refused', async (type) => {
      expect(await answerTo({ response_type: type })).toMatchObject({
        error: 'unsupported_response_type',
        state: 'the-state',
      });
    });
  },

  response_modes_supported: (face) => {
    const { answerTo, landing } = flowOf(face);
    const places: Readonly<Record<string, RegExp>> = {
      query: /^[^#]*[?&]code=[\w-]{48}/,
      fragment: /#(.*&)?code=[\w-]{48}/,
      form_post: /<input type="hidden" name="code" value="[\w-]{48}"/,
      web_message: /data-message="[^"]*code[^"]*[\w-]{48}/,
    };
    const section = 'OAuth 2.0 Multiple Response Type Encoding Practices §2.1';
    it.each(values(face, 'response_modes_supported'))(`${section}: %s brings the code`, async (mode) => {
      const { url, html, page } = await landing({ response_mode: mode });
      expect(page === undefined ? url : html).toMatch(places[mode]!);
      expect(page?.replace('-', '_') ?? mode).toBe(mode);
    });
    it.each(others(face, 'response_modes_supported', known.responseModes))(
      `${section}: %s is refused`,
      async (mode) => {
        expect(await answerTo({ response_mode: mode })).toMatchObject({ error: 'invalid_request', state: 'the-state' });
      },
    );
  },

  prompt_values_supported: (face) => {
    const { answerTo, opened, landing, home } = flowOf(face, { client: idOf('asking'), person: 'anna' });
    const pages: Texts = { login: 'sign-in', consent: 'consent', select_account: 'select-account' };
    const section = 'OpenID Connect Core 1.0 §3.1.2.1';
    it.each(values(face, 'prompt_values_supported'))(`${section}: prompt=%s asks just that`, async (prompt) => {
      await landing({});
      expect((await opened({}, home)).page).toBeUndefined();
      const first = await opened({ prompt }, home);
      expect(first.page).toBe(pages[prompt]);
      expect([prompt === 'none', first.page]).not.toEqual([false, undefined]);
      expect(await answerTo({ prompt })).toMatchObject(code);
    });

    it(`${section}: prompt=none asks nobody`, async () => {
      expect(answerIn(await opened({ prompt: 'none' }))).toMatchObject({ error: 'login_required', state: 'the-state' });
    });
    it.each(others(face, 'prompt_values_supported', known.prompts))(
      `${section}: prompt=%s is refused`,
      async (prompt) =>
        expect(answerIn(await opened({ prompt }))).toMatchObject({ error: 'invalid_request', state: 'the-state' }),
    );
  },

  scopes_supported: (face) => {
    const { signedIn } = flowOf(face);
    const granted = async (scope: string) => (await signedIn({ scope, prompt: 'consent' })).scope?.split(' ').sort();
    it.each(values(face, 'scopes_supported'))('OpenID Connect Core 1.0 §5.4: %s is granted', async (scope) => {
      expect(await granted(`${face.scope} ${scope}`)).toEqual([...new Set([face.scope, scope])].sort());
    });
    // The application is registered for those of the other issuer.
    const theirs = ['openid', 'profile', 'email', 'offline_access', 'roles', 'user', 'device_sso', 'magic'];
    it.each(others(face, 'scopes_supported', theirs))(
      'RFC 6749 §3.3: %s is left out, and that is said',
      async (scope) => {
        expect(await granted(`${face.scope} ${scope}`)).toEqual([face.scope]);
      },
    );
  },

  ui_locales_supported: (face) => {
    const { opened } = flowOf(face);
    const languageOf = async (locales: string) =>
      /<html lang="([^"]+)"/.exec((await opened({ ui_locales: locales })).html)?.[1];
    it.each(values(face, 'ui_locales_supported'))(
      'OpenID Connect Core 1.0 §3.1.2.1: %s is the language of the page, also behind one that is not there',
      async (locale) => {
        expect(await languageOf(locale)).toBe(locale);
        expect(await languageOf(`tlh ${locale}`)).toBe(locale);
      },
    );
    it('OpenID Connect Core 1.0 §3.1.2.1: another one is no error', async () => {
      expect(values(face, 'ui_locales_supported')).toContain(await languageOf('tlh'));
    });
  },

  display_values_supported: (face) => {
    const { opened, browser } = flowOf(face, { client: idOf('asking'), person: 'bob' });
    const shownAs = (html: string) => /data-display="([^"]+)"/.exec(html)?.[1];
    const styleOf = (html: string) => /<style>([\s\S]*?)<\/style>/.exec(html)?.[1];
    const section = 'OpenID Connect Core 1.0 §3.1.2.1';
    const advertised = values(face, 'display_values_supported');
    it.each(advertised)(`${section}: display=%s shows every page so`, async (display) => {
      const own = browser();
      const signIn = await opened({ display, prompt: 'consent' }, own);
      const consent = await own.submit(signIn, { identifier: 'bob', password });
      const pages = [signIn, consent].map(({ page, html }) => [page, shownAs(html)]);
      expect(pages).toEqual([
        ['sign-in', display],
        ['consent', display],
      ]);
    });
    it(`${section}: each in a way of its own`, async () => {
      const styles = await Promise.all(advertised.map(async (display) => styleOf((await opened({ display })).html)));
      expect(styles).not.toContain(undefined);
      expect(new Set(styles).size).toBe(advertised.length);
    });
    it(`${section}: another one is no error, and a page by default`, async () => {
      for (const params of [{ display: 'magic' }, {}]) expect(shownAs((await opened(params)).html)).toBe('page');
    });
  },

  acr_values_supported: (face) => {
    const { signedIn, answerTo, opened } = flowOf(face);
    const acrOf = async (params: Texts) => decodeJwt((await signedIn(params)).id_token!).acr;
    const essential = (acr: string) => JSON.stringify({ id_token: { acr: { essential: true, value: acr } } });
    it.each(values(face, 'acr_values_supported'))('OpenID Connect Core 1.0 §5.5.1.1: %s is reached', async (acr) => {
      expect(await acrOf({ acr_values: acr })).toBe(acr);
      expect(await acrOf({ claims: essential(acr) })).toBe(acr);
    });
    it('OpenID Connect Core 1.0 §3.1.2.1: another one, as acr_values, is a wish that stays one', async () => {
      expect(values(face, 'acr_values_supported')).toContain(await acrOf({ acr_values: 'urn:magic' }));
    });
    it('Error Code unmet_authentication_requirements 1.0 §1: another one that is essential ends the request', async () => {
      const refused = { error: 'unmet_authentication_requirements', state: 'the-state' };
      expect(await answerTo({ claims: essential('urn:magic') })).toMatchObject(refused);
      for (const prompt of ['login', 'none'])
        expect(answerIn(await opened({ claims: essential('urn:magic'), prompt }))).toMatchObject(refused);
    });
  },

  code_challenge_methods_supported: (face) => {
    const { answerTo, redeemed } = flowOf(face);
    const challenges: Texts = { S256: challenge, plain: verifier };
    it.each(values(face, 'code_challenge_methods_supported'))('RFC 7636 §4.6: %s is verified', async (method) => {
      const params = { code_challenge: challenges[method]!, code_challenge_method: method };
      const right = await redeemed(await answerTo(params), 'discovery', { code_verifier: verifier });
      expect(right).toMatchObject({ access_token: expect.any(String) });
      for (const wrong of [{ code_verifier: `${verifier}x` }, {}])
        expect(await redeemed(await answerTo(params), 'discovery', wrong)).toMatchObject({ error: 'invalid_grant' });
    });
    it.each(others(face, 'code_challenge_methods_supported', known.challengeMethods))(
      'RFC 7636 §4.4.1: %s is refused',
      async (method) =>
        expect(await answerTo({ code_challenge: challenge, code_challenge_method: method })).toMatchObject({
          error: 'invalid_request',
          state: 'the-state',
        }),
    );
  },

  authorization_response_iss_parameter_supported: (face) => {
    const { answerTo, opened } = flowOf(face);
    it('RFC 9207 §3: iss stands in every response, errors too', async () => {
      expect(face.metadata.authorization_response_iss_parameter_supported).toBe(true);
      expect(await answerTo({})).toMatchObject({ ...code, iss: face.issuer });
      expect(answerIn(await opened({ prompt: 'none' }))).toMatchObject({ error: 'login_required', iss: face.issuer });
    });
  },

  request_parameter_supported: (face) => {
    const { answerTo } = flowOf(face);
    it('OpenID Connect Core 1.0 §6.1: parameters inside of a request object count', async () => {
      expect(face.metadata.request_parameter_supported).toBe(true);
      const id = idOf('any', 'request');
      const object = await jwtOf('ES256', { iss: id, aud: face.issuer, client_id: id, state: 'inside' });
      expect(await answerTo({ client_id: id, request: object })).toMatchObject({ ...code, state: 'inside' });
    });
  },

  request_object_signing_alg_values_supported: (face) => {
    const { answerTo, request } = flowOf(face);
    const member = 'request_object_signing_alg_values_supported';
    const answerBy = async (id: string, alg: string) => {
      const claims = { ...request, iss: id, aud: face.issuer, client_id: id, state: 'inside' };
      return answerTo({ client_id: id, request: await jwtOf(alg, claims) });
    };
    it.each(values(face, member))('OpenID Connect Core 1.0 §6.1: signed with %s', async (alg) => {
      expect(await answerBy(idOf('request', alg), alg)).toMatchObject({ ...code, state: 'inside' });
    });
    it.each(others(face, member, known.signingAlgorithms))(
      'OpenID Connect Core 1.0 §6.3.2: %s is refused',
      async (alg) => {
        expect(await answerBy(idOf('any', 'request'), alg)).toMatchObject({
          error: 'invalid_request_object',
          state: 'the-state',
        });
      },
    );
    it('OpenID Connect Core 1.0 §6.3.1: request_object_encryption_alg_values_supported is left out, an encrypted one is refused', async () => {
      const id = idOf('any', 'request');
      const inside = new TextEncoder().encode(
        await jwtOf('ES256', { iss: id, aud: face.issuer, ...request, client_id: id }),
      );
      const encrypted = await new CompactEncrypt(inside)
        .setProtectedHeader({ alg: 'RSA-OAEP-256', enc: 'A128GCM', cty: 'JWT' })
        .encrypt(createPublicKey(privateKeyFor('RS256')));
      expect(await answerTo({ client_id: id, request: encrypted })).toMatchObject({ error: 'invalid_request_object' });
    });
  },

  request_uri_parameter_supported: (face) => {
    const { answerTo } = flowOf(face);
    it('OpenID Connect Core 1.0 §3.1.2.6: is false, as nobody would take it who does not read it here', async () => {
      expect(face.metadata.request_uri_parameter_supported).toBe(false);
      for (const uri of ['https://discovery.example.test/request', 'urn:ietf:params:oauth:request_uri:magic'])
        expect(await answerTo({ request_uri: uri })).toMatchObject({
          error: 'request_uri_not_supported',
          state: 'the-state',
        });
    });
  },
};
