import type { Claims, Identifier } from '@portico/sso';
import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

@Entity('accounts')
export class AccountEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'accounts_pkey' })
  subject!: string;

  @Column('text')
  username!: string;

  @Column('jsonb')
  claims!: Claims;

  @Column('text', { name: 'password_hash', nullable: true })
  passwordHash!: string | null;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;

  /** Whatever clients were let do for this person until then has ended. */
  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt!: Date | null;
}

/** One table for user names, addresses and numbers: an identifier is one account's, whichever field it is. */
@Entity('account_identifiers')
export class AccountIdentifierEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'account_identifiers_pkey' })
  value!: string;

  @Column('text')
  field!: Identifier['field'];

  @Index('account_identifiers_subject')
  @ForeignKey(() => AccountEntity, { name: 'account_identifiers_subject_fkey', onDelete: 'CASCADE' })
  @Column('text')
  subject!: string;
}
