interface Queried {
  query(text: string): Promise<{ readonly rows: unknown[] }>;
}

/** The authorizations of which more than one refresh token is left: one was spent twice. @see RFC 9700 §4.14.2 */
export const forked = async (database: Queried): Promise<unknown[]> => {
  const { rows } = await database.query(
    `SELECT authorization_id FROM tokens WHERE kind = 'refresh_token' AND consumed_at IS NULL
     GROUP BY authorization_id HAVING count(*) > 1`,
  );
  return rows;
};

interface Pool extends Queried {
  connect(): Promise<Queried & { release(): void }>;
}

const columns = 'partition, kind, authorization_partition, authorization_id, issued_at, expires_at, detail';

/** The same, had the newest refresh token been issued twice; nothing of it stays. */
export const forkedWithOneMore = async (pool: Pool): Promise<unknown[]> => {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query(`INSERT INTO tokens (hash, id, ${columns}) SELECT hash || '2', id || '2', ${columns}
      FROM tokens WHERE kind = 'refresh_token' AND consumed_at IS NULL ORDER BY issued_at DESC LIMIT 1`);
    return await forked(client);
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
};
