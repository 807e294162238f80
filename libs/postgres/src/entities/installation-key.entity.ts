import type { InstallationKeyName } from '@portico/jwt';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('installation_keys')
export class InstallationKeyEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'installation_keys_pkey' })
  name!: InstallationKeyName;

  @Column('text')
  sealed!: string;
}
