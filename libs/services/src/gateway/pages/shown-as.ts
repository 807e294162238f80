import type { Display } from '@portico/endpoint';
import { createContext } from 'preact';

/** The way in which the page around is shown. @see OpenID Connect Core 1.0 §3.1.2.1 (display) */
export const ShownAs = createContext<Display>('page');
