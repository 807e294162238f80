import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The clients by the origins of their pages. Those that are there get what is plain to see; the next save of one has all. */
export class ClientOrigins1764000000040 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE clients ADD COLUMN origins text[] NOT NULL DEFAULT '{}'`);
    await runner.query(`CREATE INDEX clients_origins ON clients USING gin (origins)`);
    await runner.query(
      `UPDATE clients SET origins = ARRAY(
         SELECT DISTINCT lower(substring(uri FROM '^https?://[^/?#]+'))
         FROM jsonb_array_elements_text(metadata -> 'redirect_uris') AS uri WHERE uri ~ '^https?://[^/?#]')
       WHERE jsonb_typeof(metadata -> 'redirect_uris') = 'array'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE clients DROP COLUMN origins`);
  }
}
