import type { ClientMetadata, ClientSecret } from '@portico/oidc';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('clients')
export class ClientEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'clients_pkey' })
  id!: string;

  @Column('jsonb')
  metadata!: ClientMetadata;

  @Column('jsonb')
  secrets!: readonly ClientSecret[];
}
