export * from './consent.js';
export * from './interaction.js';
export * from './ports.js';
export * from './session.js';
export * from './subject.js';
