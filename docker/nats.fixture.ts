import { connect, type NatsConnection } from '@nats-io/transport-node';
import { inboxPrefixOf } from '@portico/contracts';
import { startNatsWith, type OwnServer } from '@portico/local';
import { readFileSync } from 'node:fs';

/** The folder of the repository. */
export const root = new URL('../', import.meta.url).pathname;

/** The configuration of the deployment. */
export const text = readFileSync(`${root}docker/nats.conf`, 'utf8');

export const services = ['authorize', 'token', 'userinfo', 'introspection', 'session'];
export const users = ['gateway', ...services, 'worker', 'resource-server', 'internal', 'operator'];

const variableOf = (user: string): string => `NATS_${user.toUpperCase().replaceAll('-', '_')}_PASSWORD`;

/** A NATS with all users of the deployment, each under a password of its own. */
export const startWithUsers = (): Promise<OwnServer> =>
  startNatsWith({ text, environment: Object.fromEntries(users.map((user) => [variableOf(user), `p-${user}`])) });

/** Connects as one of them; it is answered as its process is, unless it comes without a prefix. */
export const connectAs = (user: string, { url }: OwnServer, inboxPrefix?: string): Promise<NatsConnection> =>
  connect({
    servers: new URL(url).host,
    user,
    pass: `p-${user}`,
    ...(inboxPrefix === undefined ? { inboxPrefix: inboxPrefixOf(user) } : { inboxPrefix }),
  });
