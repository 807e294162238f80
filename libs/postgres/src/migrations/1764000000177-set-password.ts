import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Answers the sessions that began with the password before, which end with it; null where there is no such account. Of two
 * at once for one person the second waits at the account.
 * @see OWASP ASVS 5.0 §7.4.3
 */
const setPassword = `CREATE FUNCTION set_password(named text, hash text, at bigint) RETURNS text[] LANGUAGE plpgsql AS $$
  DECLARE who text; one text; gone text[] := '{}';
  BEGIN
    UPDATE accounts a SET password_hash = hash FROM account_identifiers i
      WHERE i.value = named AND i.field = 'username' AND a.subject = i.subject RETURNING a.subject INTO who;
    IF NOT FOUND THEN RETURN NULL; END IF;
    INSERT INTO audit_events (event, subject, detail) VALUES ('account_changed', who, '{"changed":["password"]}');
    FOR one IN SELECT sid FROM sessions
      WHERE subject = who AND ended_at IS NULL AND expires_at > to_timestamp(at) ORDER BY sid COLLATE "C"
    LOOP
      IF session_ends(one, 'password_changed', at, NULL, NULL, NULL) IS NOT NULL THEN gone := gone || one; END IF;
    END LOOP;
    RETURN gone;
  END $$`;

/** Another password and the end of the sessions before it are one step. */
export class SetPassword1764000000177 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(setPassword);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION set_password');
  }
}
