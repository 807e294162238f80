import { bootService } from '../common/service.js';
import { AuthorizeModule } from './authorize.module.js';

/** Runs the authorize service. */
export const bootAuthorize = (): Promise<void> => bootService('authorize', AuthorizeModule);
