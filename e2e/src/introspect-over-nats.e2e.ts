import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { spawnProcess } from '@portico/testing';
import * as client from 'openid-client';
import { topology } from './provider.js';
import { configuration, signIn } from './relying-party.js';
import { natsAddress } from './resource-server.js';
import { secret } from './setup/declaration.js';

const root = new URL('../../', import.meta.url).pathname;

if (topology === 'services')
  describe('introspection over NATS', () => {
    let connection: NatsConnection;
    beforeAll(async () => {
      connection = await connect({ servers: await natsAddress() });
    });
    afterAll(() => connection.close());
    const ask = async (question: unknown): Promise<Record<string, unknown>> => {
      const text = typeof question === 'string' ? question : JSON.stringify(question);
      return (await connection.request('oidc.v1.introspect', text, { timeout: 5000 })).json();
    };
    const example = async (tokens: string[], environment: Record<string, string> = {}) => {
      const { lines, exited } = spawnProcess(process.execPath, ['examples/introspect-over-nats/main.js', ...tokens], {
        cwd: join(root),
        environment: {
          NATS_URL: `nats://${await natsAddress()}`,
          CLIENT_ID: 'basic',
          CLIENT_SECRET: secret,
          ...environment,
        },
      });
      return { code: await exited, lines };
    };

    it('RFC 7662 §2.2: the example tells of tokens what the endpoint tells', async () => {
      const { tokens } = await signIn('basic');
      const config = await configuration('basic');
      const { code, lines } = await example([tokens.access_token, 'rubbish', tokens.refresh_token!]);
      expect(code).toBe(0);
      expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
        await client.tokenIntrospection(config, tokens.access_token),
        { active: false },
        await client.tokenIntrospection(config, tokens.refresh_token!),
      ]);
      expect(await example(['rubbish'], { CLIENT_SECRET: 'wrong' })).toMatchObject({
        code: 1,
        lines: [expect.stringMatching(/^invalid_client: /)],
      });
    });

    it('§2.3: what does not fit is told so, and nobody is harmed', async () => {
      const asking = { client_id: 'basic', client_secret: secret };
      for (const question of ['', 'no JSON {', '[]', { ...asking }, { ...asking, tokens: Array(101).fill('a') }])
        expect(await ask(question)).toEqual({ error: 'invalid_request' });
      expect(await ask({ ...asking, client_secret: 'wrong', tokens: ['a'] })).toMatchObject({
        error: 'invalid_client',
      });
      expect(await ask({ ...asking, tokens: ['a'] })).toEqual({ answers: [{ active: false }] });
    });

    it('a hundred tokens at once, and twenty who ask', async () => {
      const { tokens } = await signIn('basic');
      const question = {
        client_id: 'basic',
        client_secret: secret,
        tokens: Array.from({ length: 100 }, (_, index) => (index % 2 ? tokens.access_token : `rubbish-${index}`)),
      };
      const answers = await Promise.all(Array.from({ length: 20 }, () => ask(question)));
      for (const { answers: told } of answers as { answers: { active: boolean }[] }[])
        expect(told.map(({ active }) => active)).toEqual(question.tokens.map((_, index) => index % 2 === 1));
    });
  });
else
  it('in one process there is no NATS to ask over', async () => {
    expect(await natsAddress()).toBe('');
  });
