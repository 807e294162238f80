import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import * as client from 'openid-client';
import { issuer, provider, topology } from './provider.js';
import { signIn } from './relying-party.js';
import { password, secret } from './setup/declaration.js';

const log = () => readFile(join(provider.dataDir, 'provider.log'), 'utf8');

/** Lines of the log that hold a text; what the last process has just said may still be on its way. */
const linesWith = async (text: string): Promise<string[]> => {
  for (let tries = 0; ; tries += 1) {
    const lines = (await log()).split('\n').filter((line) => line.includes(text));
    if (lines.some((line) => line.includes('"msg":"request"')) || tries > 20) return lines;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

/** Who has said what about the request with that correlation id. */
const saidOf = async (requestId: string): Promise<string[]> => {
  const lines = (await linesWith(requestId)).map((line) => line.slice(line.indexOf('{')));
  const parsed = lines.map((line) => JSON.parse(line) as Record<string, string>);
  return parsed.filter((line) => line.requestId === requestId).map(({ service, msg }) => `${service}: ${msg}`);
};

describe('the log', () => {
  it('has the line to which the correlation id of an error leads, from the client’s error and from the page', async () => {
    const refused = await fetch(`${issuer}/token`, { method: 'POST', signal: AbortSignal.timeout(15_000) });
    const { correlation_id: id } = (await refused.json()) as { correlation_id: string };
    expect((await linesWith(id)).join('\n')).toContain('"error":"invalid_client"');

    const page = await (await fetch(`${issuer}/auth?client_id=nobody`, { signal: AbortSignal.timeout(15_000) })).text();
    const [shown] = /\b[0-9a-f]{16}\b/.exec(page) ?? [];
    expect((await linesWith(shown!)).join('\n')).toContain('client_id is not registered here');
  });

  it('has the id that an error page shows in the lines of the gateway and of the service', async () => {
    const url = `${issuer}/auth?client_id=nobody`;
    const page = await (await fetch(url, { signal: AbortSignal.timeout(15_000) })).text();
    const [shown = ''] = /\b[0-9a-f]{16}\b/.exec(page) ?? [];
    const [gateway, service] = topology === 'services' ? ['gateway', 'authorize'] : ['standalone', 'standalone'];
    expect((await saidOf(shown)).sort()).toEqual(
      [`${service}: refused`, `${service}: answered`, `${gateway}: request`].sort(),
    );
  });

  it('bears no secret of a sign-in, of its refusals, or of its tokens', async () => {
    const { config, callback, checks, tokens, browser } = await signIn('basic');
    const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token!);
    await fetch(`${issuer}/me?access_token=${tokens.access_token}`, { signal: AbortSignal.timeout(15_000) });
    await client.authorizationCodeGrant(config, callback, checks).catch(() => undefined);
    await client.tokenRevocation(config, tokens.refresh_token!);
    const text = await log();
    const used = [
      ...[password, secret, checks.pkceCodeVerifier!, callback.searchParams.get('code')!],
      ...[tokens, refreshed].flatMap(({ access_token, refresh_token, id_token }) => [
        access_token,
        refresh_token!,
        id_token!,
      ]),
      ...browser.cookies.values(),
    ];
    expect(used.filter((one) => text.includes(one))).toEqual([]);
    expect(text).toContain('"msg":"answered"');
  });
});
