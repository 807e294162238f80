import { expect, it } from '@jest/globals';
import { loadConfig } from '@portico/config';
import { eventsOf } from './events.js';

it('the bounds of the stream and its domain are as they are set', () => {
  const day = 86_400;
  expect(eventsOf(loadConfig({}))).toEqual({ domain: undefined, maxBytes: 4 * 1024 ** 3, maxAgeSeconds: day });
  const set = {
    NATS_JETSTREAM_DOMAIN: 'eu',
    PORTICO_EVENTS_MAX_MIB: '32',
    PORTICO_EVENTS_KEPT_SECONDS: '3600',
  };
  expect(eventsOf(loadConfig(set))).toEqual({ domain: 'eu', maxBytes: 33_554_432, maxAgeSeconds: 3600 });
});
