import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('settings')
export class SettingEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'settings_pkey' })
  name!: string;

  @Column('jsonb')
  value!: number;
}
