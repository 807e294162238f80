import type { EventStreamOptions } from '@portico/bus';
import type { Config } from '@portico/config';

const mebibyte = 1024 * 1024;

/** Where the events are kept, and how much of them, as it is set. */
export const eventsOf = (config: Config): EventStreamOptions => ({
  domain: config.NATS_JETSTREAM_DOMAIN,
  maxBytes: config.PORTICO_EVENTS_MAX_MIB * mebibyte,
  maxAgeSeconds: config.PORTICO_EVENTS_KEPT_SECONDS,
});
