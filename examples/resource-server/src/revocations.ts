import { connect } from '@nats-io/transport-node';
import { natsRevocations, polledRevocations, type RevocationSource } from '@portico/resource-server';
import { settings } from './settings.js';

const { natsUrl, inboxPrefix, issuer, client, pollMs } = settings;

/** Follows what is revoked; `close` ends it, with its connection. */
export const followRevocations = async (): Promise<RevocationSource> => {
  if (!natsUrl) return polledRevocations({ url: `${issuer}/token/revocations`, client, everyMs: pollMs });
  // The client reads neither user nor password from a URL.
  const { host, username: user, password: pass } = new URL(natsUrl.includes('://') ? natsUrl : `nats://${natsUrl}`);
  const connection = await connect({
    servers: host,
    ...(user ? { user, pass } : {}),
    inboxPrefix,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    // A connection that is dead without a word is noticed after two of these.
    pingInterval: 5000,
  });
  const source = natsRevocations(connection, { inboxPrefix });
  return {
    ...source,
    close: async () => {
      await source.close();
      await connection.close();
    },
  };
};
