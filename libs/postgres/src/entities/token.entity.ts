import type { StoredToken } from '@portico/oidc';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** No foreign key to the authorization: it would lock and rewrite that row for every token, and `find` joins it anyhow. */
@Entity('tokens')
export class TokenEntity {
  /** @see `Partition` of `@portico/endpoint` */
  @PrimaryColumn('integer', { primaryKeyConstraintName: 'tokens_pkey' })
  partition!: number;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'tokens_pkey' })
  hash!: string;

  @Column('text')
  kind!: StoredToken['kind'];

  @Column('text')
  id!: string;

  @Column('integer', { name: 'authorization_partition' })
  authorizationPartition!: number;

  @Column('text', { name: 'authorization_id' })
  authorizationId!: string;

  @Column('timestamptz', { name: 'issued_at' })
  issuedAt!: Date;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;

  @Column('timestamptz', { name: 'consumed_at', nullable: true })
  consumedAt!: Date | null;

  @Column('text', { name: 'consumed_by', nullable: true })
  consumedBy!: string | null;

  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt!: Date | null;

  /** What only tokens of that kind have. `json`, not `jsonb`: a nonce comes back byte for byte. */
  @Column('json')
  detail!: object;
}
