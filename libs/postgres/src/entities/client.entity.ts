import type { ClientMetadata, ClientSecret } from '@portico/oidc';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('clients')
export class ClientEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'clients_pkey' })
  id!: string;

  @Column('jsonb')
  metadata!: ClientMetadata;

  @Column('jsonb')
  secrets!: readonly ClientSecret[];

  /** Of its metadata, as browsers write them: to be found by. */
  @Index('clients_origins', { synchronize: false })
  @Column('text', { array: true, default: '{}' })
  origins!: string[];

  /** Whatever was issued to this client until then has ended. */
  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt!: Date | null;
}
