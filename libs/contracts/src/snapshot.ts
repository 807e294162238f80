import { endpointReplySchema, endpointRequestSchema } from '@portico/endpoint';
import { z } from 'zod';
import { calls } from './calls.js';
import { endpoints, presets } from './endpoints.js';
import { events } from './events.js';
import { jobs } from './jobs.js';

const shapeOf = (schema: z.ZodType): unknown => z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' });

/** Everything that processes of different versions have agreed on, as JSON: it is only ever added to. */
export const contractsSnapshot = (): unknown => ({
  request: shapeOf(endpointRequestSchema),
  reply: shapeOf(endpointReplySchema),
  endpoints: Object.fromEntries(
    Object.entries(endpoints).map(([key, { subject, service, methods }]) => [key, { subject, service, methods }]),
  ),
  paths: presets.authing,
  presets,
  events: Object.fromEntries(
    Object.values(events).map(({ name, subject, data }) => [name, { subject, data: shapeOf(data) }]),
  ),
  calls: Object.fromEntries(
    Object.values(calls).map(({ name, subject, service, request, reply }) => [
      name,
      { subject, service, request: shapeOf(request), reply: shapeOf(reply) },
    ]),
  ),
  jobs: Object.fromEntries(Object.values(jobs).map(({ name, data }) => [name, shapeOf(data)])),
});
