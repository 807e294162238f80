import { createPostgresBackend, createRedisBackend, type BackendFactory, type ConnectionOptions } from 'bullmq';

/** Where BullMQ keeps its jobs. */
export interface Host {
  readonly backend: BackendFactory;
  readonly options: { readonly connection: ConnectionOptions; readonly prefix: string };
}

/** Redis or PostgreSQL, by the URL; `prefix` begins the keys of the one and names the schema of the other. */
export const hostOf = (url: string, prefix: string): Host => {
  const { protocol } = new URL(url);
  if (/^rediss?:$/.test(protocol)) return onRedis(url, prefix);
  if (/^postgres(ql)?:$/.test(protocol)) return onPostgres(url, prefix);
  throw new Error('a queue URL begins with redis://, rediss:// or postgres://');
};

const onRedis = (url: string, prefix: string): Host => ({
  backend: createRedisBackend,
  options: {
    connection: {
      url,
      maxRetriesPerRequest: null,
      connectTimeout: 5_000,
      disconnectTimeout: 500,
      retryStrategy: (times) => Math.min(times * 100, 2_000),
    },
    prefix,
  },
});

/** BullMQ's types know a connection of Redis only; the factory is the one that reads it. */
const onPostgres = (url: string, prefix: string): Host => ({
  backend: createPostgresBackend as unknown as BackendFactory,
  options: {
    connection: {
      connectionString: url,
      schema: prefix,
      migrate: true,
      max: 4,
      connectionTimeoutMillis: 5_000,
    },
    prefix,
  },
});
