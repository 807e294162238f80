// Who may do what on NATS: a user for each process, with what the contracts give it and nothing else.
import { calls, drainedSubject, endpoints, events, inboxPrefixOf, revokedSubject } from '@portico/contracts';

const stream = 'PORTICO_EVENTS';

/** Under the name of its domain too: so JetStream is asked from a leaf node. */
const api = (...names) => names.flatMap((name) => [`$JS.API.${name}`, `$JS.*.API.${name}`]);

const inbox = (user) => `${inboxPrefixOf(user)}.>`;

/**
 * A reader's own consumers have random names; those with a name of their own are the worker's: what it reads is its alone, and
 * nobody else makes them anew. The name stands in the subject, for with the one without a name the request could name any.
 */
const durables = Object.keys(events).map((event) => `logout-${event}`);
const reading = api(`STREAM.INFO.${stream}`, `CONSUMER.CREATE.${stream}.*`);
const pulling = api(`CONSUMER.INFO.${stream}.*`, `CONSUMER.MSG.NEXT.${stream}.*`);
const named = (verb) => api(...durables.map((name) => `CONSUMER.${verb}.${stream}.${name}`));

// From NATS 2.11 on these subjects name a domain and an account too.
const ofStream = (kind) => [`$JS.${kind}.${stream}.>`, `$JS.${kind}.*.*.${stream}.>`];

/** What the command line of NATS asks to show the stream, to change its bounds and its replicas, and to page through it. */
const operating = {
  allow: [
    ...api('INFO', 'STREAM.NAMES', 'STREAM.LIST'),
    ...['INFO', 'UPDATE', 'MSG.GET', 'LEADER.STEPDOWN'].flatMap((verb) => api(`STREAM.${verb}.${stream}`)),
    ...['NAMES', 'LIST'].flatMap((verb) => api(`CONSUMER.${verb}.${stream}`)),
    ...['CREATE', 'DURABLE.CREATE', 'INFO', 'MSG.NEXT', 'DELETE'].flatMap((verb) =>
      api(`CONSUMER.${verb}.${stream}.*`),
    ),
    ...ofStream('ACK'),
  ],
  deny: durables.flatMap((name) => [
    ...['CREATE', 'DURABLE.CREATE', 'MSG.NEXT', 'DELETE'].flatMap((verb) => api(`CONSUMER.${verb}.${stream}.${name}`)),
    `$JS.ACK.${stream}.${name}.>`,
    `$JS.ACK.*.*.${stream}.${name}.>`,
  ]),
};

/** Whoever answers shares the requests with its other instances: it may listen as one of them, and not beside them. */
const shared = (service, contracts) =>
  Object.values(contracts)
    .filter((contract) => contract.service === service)
    .map(({ subject }) => `${subject} ${service}`);

const service = (user) => ({
  user,
  does: 'answers its own endpoints; tells and reads what was revoked.',
  publish: { allow: [revokedSubject, ...reading, ...pulling], deny: [...named('CREATE'), ...named('MSG.NEXT')] },
  subscribe: {
    allow: [...shared(user, endpoints), ...shared(user, calls), drainedSubject, revokedSubject, inbox(user)],
  },
  answers: true,
});

/** Every user of the deployment. */
export const users = [
  {
    user: 'gateway',
    does: 'asks every endpoint; knows of no event.',
    publish: { allow: Object.values(endpoints).map(({ subject }) => subject) },
    subscribe: { allow: [inbox('gateway')] },
  },
  ...[...new Set(Object.values(endpoints).map((contract) => contract.service))].map(service),
  {
    user: 'worker',
    does: 'makes the stream, publishes the events and reads those that are work.',
    publish: {
      allow: [
        ...Object.values(events).map(({ subject }) => subject),
        drainedSubject,
        ...api(`STREAM.CREATE.${stream}`, `STREAM.INFO.${stream}`, `CONSUMER.CREATE.${stream}.>`),
        ...pulling,
        ...ofStream('ACK'),
      ],
    },
    subscribe: { allow: [inbox('worker')] },
  },
  {
    user: 'resource-server',
    does: 'an API that follows revocations: reads, and changes nothing.',
    publish: { allow: [...reading, ...ofStream('FC')], deny: named('CREATE') },
    subscribe: { allow: [drainedSubject, inbox('resource-server')] },
  },
  {
    user: 'internal',
    does: 'an internal service that has tokens introspected.',
    publish: { allow: Object.values(calls).map(({ subject }) => subject) },
    subscribe: { allow: [inbox('internal')] },
  },
  {
    user: 'operator',
    does: 'a person who looks after the stream: bounds, replicas, what is in it; changes no event and takes no work.',
    publish: operating,
    subscribe: { allow: [inbox('operator')] },
  },
];

/** The variable of the environment from which a user's password comes. */
export const passwordOf = (user) => `NATS_${user.toUpperCase().replaceAll('-', '_')}_PASSWORD`;
