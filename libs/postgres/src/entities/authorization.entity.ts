import type { Authorization } from '@portico/oidc';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('authorizations')
export class AuthorizationEntity {
  /** @see `Partition` of `@portico/endpoint` */
  @PrimaryColumn('integer', { primaryKeyConstraintName: 'authorizations_pkey' })
  partition!: number;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'authorizations_pkey' })
  id!: string;

  @Column('text', { name: 'client_id' })
  clientId!: string;

  @Column('text', { nullable: true })
  subject!: string | null;

  @Index('authorizations_sid', { where: '(sid IS NOT NULL)' })
  @Column('text', { nullable: true })
  sid!: string | null;

  @Column('text', { array: true })
  scope!: string[];

  /** What no statement asks for. */
  @Column('json')
  detail!: Pick<Authorization, 'resources' | 'authTime' | 'acr' | 'amr' | 'claims' | 'cnf'>;

  @Column('timestamptz', { name: 'granted_at' })
  grantedAt!: Date;

  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt!: Date | null;

  /** No token issued from it lasts longer. */
  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;
}
