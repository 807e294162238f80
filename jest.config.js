/** Native ESM through swc; workspace packages resolve to their TypeScript sources by the `@portico/source` condition. */
const swc = {
  jsc: {
    target: 'es2023',
    parser: { syntax: 'typescript', tsx: true, decorators: true },
    transform: {
      legacyDecorator: true,
      decoratorMetadata: true,
      useDefineForClassFields: false,
      react: { runtime: 'automatic', importSource: 'preact' },
    },
    keepClassNames: true,
  },
  module: { type: 'es6' },
  sourceMaps: 'inline',
};

const shared = {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['@portico/source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '^.+\\.tsx?$': ['@swc/jest', swc] },
  transformIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['/dist/'],
};

// The set-up runs outside of Jest's module system: it is built first, as the services it starts are.
const endToEnd = (name, topology, testMatch) => ({
  ...shared,
  displayName: `e2e ${name}`,
  roots: ['<rootDir>/e2e'],
  testMatch,
  globals: { topology },
  globalSetup: `<rootDir>/e2e/dist/setup/${topology}.js`,
  globalTeardown: '<rootDir>/e2e/dist/setup/teardown.js',
});

export default {
  projects: [
    {
      ...shared,
      displayName: 'libs',
      roots: ['<rootDir>/libs', '<rootDir>/tools'],
      testMatch: ['**/*.spec.ts', '**/*.spec.tsx'],
    },
    {
      ...shared,
      displayName: 'deploy',
      roots: ['<rootDir>/docker', '<rootDir>/k8s'],
      testMatch: ['**/*.spec.ts'],
      globalSetup: '<rootDir>/k8s/check/setup.js',
    },
    endToEnd('standalone', 'standalone', ['**/*.e2e.ts']),
    // What starts a provider of its own anyway needs one topology only.
    endToEnd('services', 'services', ['**/!(*.standalone).e2e.ts']),
    endToEnd('crash', 'services', ['**/*.crash.ts']),
  ],
  testTimeout: 30_000,
  // More than there are processors on a small machine: most tests wait most of the time.
  maxWorkers: 3,
};
