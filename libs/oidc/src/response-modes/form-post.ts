import { formPost } from '@portico/endpoint';
import type { ResponseMode } from './response-mode.js';

/** In a form that the browser posts at once. @see OAuth 2.0 Form Post Response Mode §2 */
export const formPostMode: ResponseMode = { name: 'form_post', reply: formPost };
