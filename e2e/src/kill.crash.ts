import { describe, expect, it } from '@jest/globals';
import * as client from 'openid-client';
import { issuer, provider } from './provider.js';
import { configuration, signIn } from './relying-party.js';
import { supervised } from './supervised.js';

const services = ['gateway', 'authorize', 'token', 'userinfo', 'introspection', 'session', 'worker'];

const { services: running, restarted } = supervised(() => provider);
const pidOf = async (service: string): Promise<number> => (await running())[service]!.pid;

describe('kill -9', () => {
  it.each(services)(
    'of %s: sign-ins go on after its restart, and no token that was answered is lost',
    async (service) => {
      const before = await signIn('basic');
      const pid = await pidOf(service);
      process.kill(pid, 'SIGKILL');
      await restarted(service, pid);
      const config = await configuration('basic');
      expect(await client.tokenIntrospection(config, before.tokens.access_token)).toMatchObject({
        active: true,
        iss: issuer,
      });
      const refreshed = await client.refreshTokenGrant(config, before.tokens.refresh_token!);
      expect(await client.fetchUserInfo(config, refreshed.access_token, before.tokens.claims()!.sub)).toMatchObject({
        name: 'Anna Example',
      });
      const after = await signIn('second');
      expect(after.tokens.claims()).toMatchObject({ sub: before.tokens.claims()!.sub });
    },
  );

  it('of each in turn while tokens are issued: every token that was answered is there afterwards', async () => {
    const config = await configuration('basic');
    const answered: string[] = [];
    let over = false;
    const load = async () => {
      while (!over) {
        const tokens = await client.clientCredentialsGrant(config, { scope: 'orders:read' }).catch(() => undefined);
        if (tokens) answered.push(tokens.access_token);
        // Refused at once while the gateway is away: a moment, so that it can start.
        else await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    const loads = [load(), load(), load()];
    for (const service of services) {
      const pid = await pidOf(service);
      process.kill(pid, 'SIGKILL');
      await restarted(service, pid);
    }
    over = true;
    await Promise.all(loads);
    expect(answered.length).toBeGreaterThan(100);
    const states = [];
    for (const token of answered) states.push(await client.tokenIntrospection(config, token));
    expect(states.filter(({ active }) => !active)).toEqual([]);
  }, 120_000);
});
