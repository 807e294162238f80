const { env } = process;

const needed = (name: string): string => {
  const value = env[name];
  if (!value) throw new Error(`${name} is missing`);
  return value;
};

/** What this resource server is told by its environment. */
export const settings = {
  port: Number(env.PORT ?? 4000),
  issuer: needed('ISSUER'),
  audience: needed('AUDIENCE'),
  /** Where revocations come from: NATS where there is a URL, else the feed over HTTP. */
  natsUrl: env.NATS_URL,
  /** Under which the user of that URL may subscribe to answers. */
  inboxPrefix: env.INBOX_PREFIX ?? '_INBOX',
  clockSkewSeconds: Number(env.CLOCK_SKEW_SECONDS ?? 30),
  pollMs: Number(env.POLL_MS ?? 5000),
  client: { clientId: env.CLIENT_ID ?? '', clientSecret: env.CLIENT_SECRET ?? '' },
  whenStale: (env.WHEN_STALE ?? 'refuse') as 'refuse' | 'accept' | 'introspect',
};
