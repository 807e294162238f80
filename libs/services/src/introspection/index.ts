import { bootService } from '../common/service.js';
import { IntrospectionModule } from './introspection.module.js';

/** Runs the introspection service. */
export const bootIntrospection = (): Promise<void> => bootService('introspection', IntrospectionModule);
