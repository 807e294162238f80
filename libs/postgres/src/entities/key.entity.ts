import type { StoredKey } from '@portico/jwt';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('keys')
export class KeyEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'keys_pkey' })
  kid!: string;

  @Index('keys_alg')
  @Column('text')
  alg!: StoredKey['alg'];

  @Column('jsonb', { name: 'public_jwk' })
  publicJwk!: StoredKey['publicJwk'];

  @Column('text', { name: 'sealed_private_jwk' })
  sealedPrivateJwk!: string;

  @Column('timestamptz', { name: 'announced_at' })
  announcedAt!: Date;

  @Column('timestamptz', { name: 'signs_from' })
  signsFrom!: Date;

  @Column('timestamptz', { name: 'retired_at', nullable: true })
  retiredAt!: Date | null;

  @Column('integer', { name: 'longest_token_seconds', default: 0 })
  longestTokenSeconds!: number;
}
