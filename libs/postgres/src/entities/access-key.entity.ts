import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { ClientEntity } from './client.entity.js';

/** A pair that authenticates its client for client_credentials alone. */
@Entity('access_keys')
export class AccessKeyEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'access_keys_pkey' })
  id!: string;

  @Index('access_keys_client_id')
  @ForeignKey(() => ClientEntity, { name: 'access_keys_client_id_fkey', onDelete: 'CASCADE' })
  @Column('text', { name: 'client_id' })
  clientId!: string;

  @Column('text', { name: 'secret_hash' })
  hash!: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'disabled_at', nullable: true })
  disabledAt!: Date | null;
}
