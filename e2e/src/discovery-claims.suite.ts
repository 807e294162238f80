import { expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { idOf, otherRedirectUri, redirectUri, values, type Derivations, type Face } from './discovered.js';
import { flowOf, type Texts } from './discovered-flow.js';
import * as known from './discovered-values.js';

const hybrid = 'code id_token';
const sorted = (names: Iterable<string>): string[] => [...new Set(names)].sort();

/** The names of all that a client is told by a request: in both ID Tokens, and as user info. */
const toldBy = (face: Face) => {
  const { answerTo, redeemed, told } = flowOf(face);
  return async (params: Texts) => {
    const answer = await answerTo({ response_type: hybrid, ...params });
    const tokens = await redeemed(answer);
    const idToken = { ...decodeJwt(tokens.id_token!), ...decodeJwt(answer.id_token!) };
    return { idToken: Object.keys(idToken), userinfo: Object.keys(await told(tokens)) };
  };
};

const byScope = (face: Face): void => {
  const { signedIn, told } = flowOf(face);
  const advertised = sorted(values(face, 'claims_supported'));
  it('OpenID Connect Core 1.0 §5.4: all scopes together tell all of them, and nothing else', async () => {
    const { idToken, userinfo } = await toldBy(face)({ scope: values(face, 'scopes_supported').join(' ') });
    expect(sorted([...idToken, ...userinfo])).toEqual(advertised);
  });
  it('OpenID Connect Core 1.0 §5.3.2: nothing else in a signed answer', async () => {
    const client = idOf('signed', values(face, 'userinfo_signing_alg_values_supported')[0]!);
    const { userinfo } = flowOf(face);
    const claims = decodeJwt(await (await userinfo(await signedIn({ client_id: client }))).text());
    expect(sorted(Object.keys(claims))).toEqual(['aud', 'iss', 'sub']);
    expect(advertised).toEqual(expect.arrayContaining(['aud', 'iss', 'sub']));
  });
  it('OpenID Connect Core 1.0 §5.4: openid alone tells the subject', async () => {
    expect(Object.keys(await told(await signedIn({})))).toEqual(['sub']);
  });
};

const oneByOne = (face: Face): void => {
  const asking = toldBy(face);
  const asked = (names: readonly string[]) => {
    const requests = Object.fromEntries(names.map((name) => [name, { essential: true }]));
    return { claims: JSON.stringify({ userinfo: requests, id_token: requests }) };
  };
  // What says something of the sign-in and not of the person stands in an ID Token, whoever asks.
  it('OpenID Connect Core 1.0 §5.5: each of them when it is asked for, where it is asked for', async () => {
    const { idToken: always } = await asking({});
    for (const name of values(face, 'claims_supported')) {
      const { idToken, userinfo } = await asking(asked([name]));
      expect([name, sorted(idToken)]).toEqual([name, sorted([...always, name])]);
      expect([name, sorted(userinfo)]).toEqual([name, sorted(always.includes(name) ? ['sub'] : ['sub', name])]);
    }
  });
  it('OpenID Connect Core 1.0 §5.5: nothing that is not advertised, whatever is asked for', async () => {
    const { idToken: always } = await asking({});
    const { idToken, userinfo } = await asking(asked([...known.strangeClaims, '__proto__']));
    expect([sorted(idToken), userinfo]).toEqual([sorted(always), ['sub']]);
  });
};

/** By plain OAuth 2.0 a person is known by user info alone. */
const byUserScope = (face: Face): void => {
  const { signedIn, told, userinfo } = flowOf(face);
  const advertised = sorted(values(face, 'claims_supported'));
  it('OpenID Connect Core 1.0 §5.3.2: the scope user tells all of them, and nothing else', async () => {
    const signer = ['iss', 'aud'];
    const claims = Object.keys(await told(await signedIn({})));
    expect(sorted(claims)).toEqual(advertised.filter((name) => !signer.includes(name)));
    const client = idOf('signed', values(face, 'userinfo_signing_alg_values_supported')[0]!);
    const signed = await (await userinfo(await signedIn({ client_id: client }))).text();
    expect(sorted(Object.keys(decodeJwt(signed)))).toEqual(advertised);
  });
};

/** What is told of a person. */
export const claimDerivations: Derivations = {
  claims_supported: (face) => {
    const how = face.name === 'plain OAuth 2.0' ? [byUserScope] : [byScope, oneByOne];
    for (const derive of how) derive(face);
  },

  claims_parameter_supported: (face) => {
    const { signedIn } = flowOf(face);
    it('OpenID Connect Core 1.0 §5.5: is true, and works', async () => {
      expect(face.metadata.claims_parameter_supported).toBe(true);
      const { id_token: token = '' } = await signedIn({ claims: JSON.stringify({ id_token: { email: null } }) });
      expect(decodeJwt(token)).toHaveProperty('email');
    });
  },

  claim_types_supported: (face) => {
    it('OpenID Connect Core 1.0 §5.6: claims are told themselves, never by where they may be found', async () => {
      expect(values(face, 'claim_types_supported')).toEqual(['normal']);
      const claims = JSON.stringify({ userinfo: { _claim_names: { essential: true }, _claim_sources: null } });
      const { userinfo } = await toldBy(face)({ claims, scope: values(face, 'scopes_supported').join(' ') });
      expect(userinfo.filter((name) => name.startsWith('_'))).toEqual([]);
    });
  },

  subject_types_supported: (face) => {
    const { signedIn, told } = flowOf(face);
    const subjects = async (type: string) => {
      const subjectAt = async (uri: string) => {
        const client_id = idOf('subject', type, new URL(uri).hostname);
        return (await told(await signedIn({ client_id, redirect_uri: uri }))).sub;
      };
      return [await subjectAt(redirectUri), await subjectAt(otherRedirectUri)];
    };
    const distinct: Readonly<Record<string, number>> = { public: 1, pairwise: 2 };
    it.each(values(face, 'subject_types_supported'))('OpenID Connect Core 1.0 §8: %s', async (type) => {
      const subs = await subjects(type);
      expect(subs).toEqual([expect.any(String), expect.any(String)]);
      expect(new Set(subs).size).toBe(distinct[type]);
    });
  },
};
