// The adapter that the library asks for, on PostgreSQL: one row a thing, found by its id, its uid or its grant.
import pg from 'pg';

const table = `CREATE TABLE IF NOT EXISTS things (
    id text PRIMARY KEY, model text NOT NULL, payload jsonb NOT NULL, grant_id text, uid text UNIQUE, expires_at timestamptz);
  CREATE INDEX IF NOT EXISTS things_grant ON things (grant_id) WHERE grant_id IS NOT NULL`;

/** Opens the store; answers the class of its adapters. */
export const openStore = async (url) => {
  const pool = new pg.Pool({ connectionString: url, max: 10 });
  await pool.query(table);
  const run = async (name, text, values) => (await pool.query({ name, text, values })).rows;
  const one = async (name, where, value) => {
    const [row] = await run(
      name,
      `SELECT payload FROM things WHERE ${where} AND (expires_at IS NULL OR expires_at > now())`,
      [value],
    );
    return row?.payload;
  };

  return class Store {
    constructor(model) {
      this.model = model;
    }
    key(id) {
      return `${this.model}:${id}`;
    }
    async upsert(id, payload, expiresIn) {
      const text = `INSERT INTO things (id, model, payload, grant_id, uid, expires_at)
        VALUES ($1, $2, $3, $4, $5, now() + make_interval(secs => $6))
        ON CONFLICT (id) DO UPDATE SET payload = $3, grant_id = $4, uid = $5, expires_at = excluded.expires_at`;
      const { grantId = null, uid = null } = payload;
      await run('upsert', text, [this.key(id), this.model, JSON.stringify(payload), grantId, uid, expiresIn ?? null]);
    }
    find(id) {
      return one('find', 'id = $1', this.key(id));
    }
    findByUid(uid) {
      return one('find-by-uid', 'uid = $1', uid);
    }
    findByUserCode() {
      return undefined;
    }
    async consume(id) {
      const text = `UPDATE things SET payload = payload || jsonb_build_object('consumed', floor(extract(epoch FROM now())))
        WHERE id = $1`;
      await run('consume', text, [this.key(id)]);
    }
    async destroy(id) {
      await run('destroy', 'DELETE FROM things WHERE id = $1', [this.key(id)]);
    }
    async revokeByGrantId(grantId) {
      await run('revoke', 'DELETE FROM things WHERE grant_id = $1', [grantId]);
    }
  };
};
