import { describe, expect, it } from '@jest/globals';
import { get, issuer, paramsOf, rules } from '@portico/testing';

const request = {
  client_id: 'web',
  redirect_uri: 'https://web.example.test/cb',
  response_type: 'code',
  scope: 'openid',
  state: 'the "state"',
  prompt: 'none',
};
const { endpoints } = await rules({ web: {} });

describe('RFC 6749 §4.1.2.1, §8.2: an error that goes back to the client', () => {
  it.each(['query', 'fragment', 'form_post'])('by %s has the registered parameters alone', async (mode) => {
    const asked = get({ ...request, response_mode: mode });
    expect(paramsOf(await endpoints.authorize(asked))).toEqual({
      error: 'login_required',
      error_description: expect.stringContaining(`(correlation_id ${asked.id})`),
      session_state: expect.stringMatching(/^[\w-]{43}\.[\w-]{43}$/),
      state: request.state,
      iss: issuer,
    });
  });

  it.each([{ nonce: '"\\\u0007é' }, { response_type: '"\\é' }, { claims: '"\\é' }, { prompt: 'é"\\' }])(
    'describes %j in characters that the section allows',
    async (more) => {
      const told = paramsOf(await endpoints.authorize(get({ ...request, ...more })));
      expect(told.error_description).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/);
    },
  );
});
