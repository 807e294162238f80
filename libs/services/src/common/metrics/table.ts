/** What kind of number it is, and what tells its series apart; every label has few values, and none names anybody. */
interface Shape<Kind extends string, Label extends string> {
  readonly kind: Kind;
  readonly help: string;
  readonly labels: readonly Label[];
}

const shape =
  <Kind extends string>(kind: Kind) =>
  <const Label extends string = never>(help: string, labels: readonly Label[] = []): Shape<Kind, Label> => ({
    kind,
    help,
    labels,
  });
const counter = shape('counter');
const gauge = shape('gauge');
const histogram = shape('histogram');

/** Every number of our own; docs/metrics.md is written from it. */
export const metricTable = {
  portico_requests_total: counter(
    'Requests that a service has answered: ok, refused (the caller is told why) or failed (we are to blame), and the error that was told.',
    ['endpoint', 'outcome', 'error'],
  ),
  portico_request_duration_seconds: histogram('From the arrival of a request at a service to its answer.', [
    'endpoint',
  ]),
  portico_tokens_issued_total: counter('Answers of the token endpoints that hold tokens, by grant type.', ['grant']),
  portico_sign_ins_total: counter('People who have proved who they are.'),
  portico_sign_in_failures_total: counter(
    'Those who have not: wrong_credentials (unknown person or wrong password, never told which) or too_many_attempts.',
    ['reason'],
  ),

  portico_gateway_requests_total: counter(
    'Requests that the gateway has answered, by the class of the HTTP status; the endpoint is none where the path has none.',
    ['endpoint', 'status'],
  ),
  portico_gateway_request_duration_seconds: histogram('From the arrival of a request at the gateway to its answer.', [
    'endpoint',
  ]),
  portico_gateway_failures_total: counter(
    'Requests that the gateway could not have answered: no_answer (503, the service or the bus) or error (500, the gateway).',
    ['endpoint', 'reason'],
  ),

  portico_bus_connected: gauge('1 while NATS is connected.'),
  portico_bus_reconnects_total: counter('How often the connection to NATS has come back.'),
  portico_bus_calls_waiting: gauge('Calls for which the gateway waits.'),
  portico_bus_calls_running: gauge('Calls that a service is answering.'),
  portico_bus_calls_max: gauge('So many it answers at once; more are refused as busy.'),
  portico_bus_calls_dropped_total: counter(
    'Calls that reached no endpoint: busy, malformed, late (nobody waited any more); or whose endpoint failed.',
    ['reason'],
  ),
  portico_bus_event_backlog: gauge('Events that a follower has not dealt with yet.', ['follower']),

  portico_database_connections: gauge('Open connections to PostgreSQL: busy or idle.', ['state']),
  portico_database_connections_max: gauge('So many connections the process holds at most (DATABASE_POOL).'),
  portico_database_waiting: gauge('Statements that wait for a connection.'),

  portico_revocation_staleness_seconds: gauge(
    'Age of what is known by heart of revocations; +Inf while the database is asked instead.',
  ),
  portico_revocation_staleness_max_seconds: gauge(
    'The bound of that age, as it is set (revocation_staleness_ms); with 0 memory is not used.',
  ),
  portico_revocation_current: gauge('1 while access tokens are answered for from memory.'),
  portico_revocation_entries: gauge('Revocations that are known by heart.'),
  portico_revocation_known_total: counter('How often memory knew whether a JWT was revoked.'),
  portico_revocation_unknown_total: counter('How often it did not, and the database knew.'),

  portico_keys: gauge('Signing keys: announced, signing or retired.', ['alg', 'state']),
  portico_key_signing_age_seconds: gauge('How long the key has been signing that signs now.', ['alg']),
  portico_key_next_seconds: gauge('How long until the key signs that is announced; absent where none is.', ['alg']),
  portico_key_rotation_seconds: gauge('For how long a key signs, as it is set (key_rotation_seconds).'),

  portico_outbox_waiting: gauge('Facts that wait to be published, counted up to 10,000.'),
  portico_outbox_lag_seconds: gauge('Age of the oldest fact that waits to be published; 0 where none does.'),
  portico_queue_jobs: gauge('Jobs in the queue: waiting, active, delayed or failed.', ['lane', 'state']),
  portico_jobs_total: counter('Jobs that were tried: done, again (to be repeated later) or failed.', [
    'task',
    'outcome',
  ]),
  portico_job_duration_seconds: histogram('How long a job took.', ['task']),
  portico_job_last_done_timestamp_seconds: gauge('When this worker last did a job, in seconds since the epoch.', [
    'task',
  ]),
  portico_logout_attempts_total: counter(
    'Attempts to tell a client of a logout, by what became of the delivery: delivered, pending (tried again) or failed (given up).',
    ['state'],
  ),
  portico_logout_deliveries: gauge(
    'Logouts that clients are not told of: pending or failed, each counted up to 10,000.',
    ['state'],
  ),
  portico_partitions_total: counter(
    'Parts of tables that were created or dropped, rows rescued from no part, and tables left to the next time because somebody held them.',
    ['change'],
  ),
  portico_samples_failed_total: counter('How often a number could not be had in time when it was asked for.', [
    'sample',
  ]),
} as const;

type Table = typeof metricTable;

/** The name of a number. */
export type MetricName = keyof Table;
/** Those of one kind. */
export type NameOf<Kind extends string> = {
  [Name in MetricName]: Table[Name]['kind'] extends Kind ? Name : never;
}[MetricName];
/** The labels of a number, each with its value. */
export type LabelsOf<Name extends MetricName> = Readonly<Record<Table[Name]['labels'][number], string>>;
