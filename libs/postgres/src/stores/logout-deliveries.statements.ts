import { epoch } from '../epoch.js';

/** Pending ones are given up after a day; what failed is kept a week, what was delivered a day. */
const kept = { pending: `interval '9 days'`, failed: `interval '7 days'`, delivered: `interval '1 day'` };

/** So long one attempt may take. */
const hold = `interval '15 seconds'`;
/** What nobody has come to for so long is lost, or waits behind many others. */
const patience = `interval '60 seconds'`;

const target = 'sid, client_id AS "clientId"';

export const pendingOf = {
  name: 'logout.pending-of',
  text: `SELECT ${target} FROM logout_deliveries WHERE sid = ANY ($1) AND state = 'pending'`,
};

/** An array of ids, so that each is found by the index, however many PostgreSQL guesses there are. */
export const overdue = {
  name: 'logout.overdue',
  text: `UPDATE logout_deliveries SET handed_at = to_timestamp($1) WHERE id = ANY (ARRAY(
      SELECT id FROM logout_deliveries WHERE state = 'pending' AND handed_at < to_timestamp($1) - ${patience}
      ORDER BY handed_at LIMIT $2 FOR UPDATE SKIP LOCKED))
    RETURNING ${target}`,
};

/** Of any number of callers one changes the row; the others wait for it and find it is not due. */
export const take = {
  name: 'logout.take',
  text: `UPDATE logout_deliveries SET attempts = attempts + 1, last_attempt_at = to_timestamp($3),
      due_at = to_timestamp($3) + ${hold}, handed_at = to_timestamp($3) + ${hold}
    WHERE sid = $1 AND client_id = $2 AND state = 'pending' AND due_at <= to_timestamp($3)
    RETURNING id, ${target}, subject, attempts, ${epoch('since')} AS since`,
};

/** A success counts also where a later attempt was refused. */
export const settle = {
  name: 'logout.settle',
  text: `UPDATE logout_deliveries SET state = $2, last_status = $3, last_error = $4,
      due_at = coalesce(to_timestamp($6), due_at), handed_at = coalesce(to_timestamp($6), handed_at),
      delivered_at = CASE WHEN $2 = 'delivered' THEN to_timestamp($5) END,
      expires_at = CASE $2 WHEN 'delivered' THEN to_timestamp($5) + ${kept.delivered}
        WHEN 'failed' THEN to_timestamp($5) + ${kept.failed} ELSE expires_at END
    WHERE id = $1::uuid AND (state = 'pending' OR (state = 'failed' AND $2 = 'delivered')) RETURNING 1`,
};

export const forget = {
  name: 'logout.forget',
  text: `WITH gone AS (
      DELETE FROM logout_deliveries WHERE id = ANY (ARRAY(
        SELECT id FROM logout_deliveries WHERE expires_at < to_timestamp($1)
        ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED))
      RETURNING 1)
    SELECT count(*)::integer AS count FROM gone`,
};

const wanted = (state: string, client: string, sid: string): string =>
  `(${state}::text IS NULL OR state = ${state}) AND (${client}::text IS NULL OR client_id = ${client})
    AND (${sid}::text IS NULL OR sid = ${sid})`;

export const list = {
  name: 'logout.list',
  text: `SELECT ${target}, state, attempts, last_status AS status, last_error AS error, ${epoch('since')} AS since,
      ${epoch('last_attempt_at')} AS "lastAttemptAt", ${epoch('delivered_at')} AS "deliveredAt",
      CASE WHEN state = 'pending' THEN ${epoch('due_at')} END AS "dueAt"
    FROM logout_deliveries WHERE ${wanted('$1', '$2', '$3')} ORDER BY since DESC, sid, client_id LIMIT $4`,
};

/** The next sweep hands them out. */
export const retry = {
  name: 'logout.retry',
  text: `WITH again AS (
      UPDATE logout_deliveries SET state = 'pending', attempts = 0, since = at, due_at = at,
        handed_at = at - ${patience} - interval '1 second', expires_at = at + ${kept.pending}
      FROM to_timestamp($1) at
      WHERE state = 'failed' AND ($2::text IS NULL OR client_id = $2) AND ($3::text IS NULL OR sid = $3) RETURNING 1)
    SELECT count(*)::integer AS count FROM again`,
};
