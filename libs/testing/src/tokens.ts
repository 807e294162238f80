import { bodyOf, paramsOf, ruleBrowser, secret, type Rules } from './rules.js';
import { basic, post, type GivenParams } from './request.js';

/** What a client of the rules holds once a person has signed in. */
export interface SignedIn {
  readonly browser: ReturnType<typeof ruleBrowser>;
  readonly access_token: string;
  readonly refresh_token: string;
  readonly id_token: string;
}

/** A person signs in at a client, which exchanges its code. */
export const signedIn = async (
  all: Rules,
  id: string,
  more: GivenParams & { username?: string } = {},
): Promise<SignedIn> => {
  const { username, ...params } = more;
  const browser = ruleBrowser(all);
  const request = {
    client_id: id,
    redirect_uri: `https://${id}.example.test/cb`,
    response_type: 'code',
    scope: 'openid profile offline_access',
    prompt: 'consent',
    ...params,
  };
  const { code } = paramsOf(await browser.answer(await browser.get('authorize', request), username));
  const form = { grant_type: 'authorization_code', code, redirect_uri: request.redirect_uri };
  const reply = await all.endpoints.token(post(form, { headers: basic(id, secret) }));
  return { browser, ...(bodyOf(reply) as unknown as Omit<SignedIn, 'browser'>) };
};
