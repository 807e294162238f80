import type { StoredPasswordKey } from '@portico/jwt';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('password_keys')
export class PasswordKeyEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'password_keys_pkey' })
  kid!: string;

  @Column('jsonb', { name: 'public_jwk' })
  publicJwk!: StoredPasswordKey['publicJwk'];

  @Column('text', { name: 'sealed_private_jwk' })
  sealedPrivateJwk!: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}
