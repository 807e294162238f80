import { beforeEach, expect, it } from '@jest/globals';
import { get, issuer, rules, type GivenParams, type Rules } from '@portico/testing';

const home = 'https://app.example.test/';
let all: Rules;
beforeEach(async () => {
  all = await rules({
    initiated: {
      client_name: 'My shop',
      client_uri: home,
      initiate_login_uri: 'https://app.example.test/login?from=us',
    },
    homely: { client_uri: home },
    web: {},
  });
});

const pageOf = async (params: GivenParams) => {
  const reply = await all.endpoints.authorize(get({ redirect_uri: 'https://evil.example.test/', ...params }));
  if (reply.kind !== 'page') throw new Error('not a page');
  return reply.page;
};

it('OpenID Connect Core 1.0 §4: an error page leads back to where the client begins a sign-in, with iss', async () => {
  const query = new URLSearchParams({ from: 'us', iss: issuer }).toString();
  expect(await pageOf({ client_id: 'initiated' })).toMatchObject({
    back: { name: 'My shop', uri: `https://app.example.test/login?${query}` },
  });
});

it('else to its home page; nowhere where it has none, or the client is unknown', async () => {
  expect(await pageOf({ client_id: 'homely' })).toMatchObject({ back: { name: 'homely', uri: home } });
  for (const client_id of ['web', 'nobody', undefined]) expect(await pageOf({ client_id })).not.toHaveProperty('back');
});

it('OpenID Connect RP-Initiated Logout 1.0 §2: a logout that stays here leads back too', async () => {
  const reply = await all.endpoints.endSession(get({ client_id: 'homely' }));
  expect(reply).toMatchObject({ page: { name: 'logged-out', back: { name: 'homely', uri: home } } });
  expect(await all.endpoints.endSession(get())).toMatchObject({ page: { name: 'logged-out' } });
});
