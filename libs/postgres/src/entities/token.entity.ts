import type { StoredToken } from '@portico/oidc';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** No foreign key to the authorization: it would lock and rewrite that row for every token, and `find` joins it anyhow. */
@Entity('tokens')
export class TokenEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'tokens_pkey' })
  hash!: string;

  @Column('text')
  kind!: StoredToken['kind'];

  @Column('text')
  id!: string;

  @Column('text', { name: 'authorization_id' })
  authorizationId!: string;

  @Column('timestamptz', { name: 'issued_at' })
  issuedAt!: Date;

  @Index('tokens_expires_at')
  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;

  @Column('timestamptz', { name: 'consumed_at', nullable: true })
  consumedAt!: Date | null;

  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt!: Date | null;

  /** What only tokens of that kind have. `json`, not `jsonb`: a nonce comes back byte for byte. */
  @Column('json')
  detail!: object;
}
