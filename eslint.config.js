import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import jsdoc from 'eslint-plugin-jsdoc';
import tseslint from 'typescript-eslint';

const pure = ['zod', 'jose'];
const only = (sourceTag, onlyDependOnLibsWithTags, more = {}) => ({ sourceTag, onlyDependOnLibsWithTags, ...more });

/** The five floors and the protocols of docs/house.md. */
const depConstraints = [
  only('floor:0', ['floor:0'], { allowedExternalImports: pure }),
  only('floor:1', ['floor:0', 'floor:1'], { allowedExternalImports: pure }),
  only('floor:2', ['floor:0', 'floor:1']),
  only('floor:3', ['floor:0', 'floor:1', 'floor:2', 'floor:3']),
  only('floor:4', ['floor:3']),
  only('protocol:sso', ['floor:0', 'protocol:sso']),
  only('protocol:oidc', ['floor:0', 'protocol:sso', 'protocol:oidc']),
  only('protocol:admin', ['floor:0', 'protocol:sso', 'protocol:oidc', 'protocol:admin']),
  only('floor:test', ['*']),
  only('floor:root', ['*']),
];
const boundaries = (depConstraints, allow = []) => [
  'error',
  { depConstraints, allow, checkDynamicDependenciesExceptions: [], enforceBuildableLibDependency: false },
];

export default tseslint.config(
  { ignores: ['**/dist', '**/node_modules', '.nx', '.portico', 'tools/canary'] },
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.check.json', tsconfigRootDir: import.meta.dirname } },
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': boundaries(depConstraints),
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 3],
      'no-restricted-syntax': ['error', { selector: 'ExportDefaultDeclaration', message: 'Name what you export.' }],
      eqeqeq: 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-extraneous-class': 'off',
      // Nest declares its options as classes and takes plain objects.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    files: [
      '**/*.spec.ts',
      '**/*.spec.tsx',
      '**/*.fixture.ts',
      '**/*.suite.ts',
      '**/*.e2e.ts',
      '**/*.crash.ts',
      'libs/testing/**/*.ts',
    ],
    rules: {
      '@nx/enforce-module-boundaries': boundaries(
        depConstraints.map((constraint) => ({ ...constraint, allowedExternalImports: undefined })),
        ['@portico/testing'],
      ),
      'max-lines-per-function': 'off',
      'max-params': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    // The one part of the words that stands in somebody else's Nest application.
    files: ['libs/resource-server/src/nest/*.ts'],
    rules: {
      '@nx/enforce-module-boundaries': boundaries(
        depConstraints.map((constraint) =>
          constraint.sourceTag === 'floor:0'
            ? { ...constraint, allowedExternalImports: [...pure, '@nestjs/common'] }
            : constraint,
        ),
      ),
    },
  },
  {
    // The words and the rules: every export says what it is and where the specification says so.
    files: [0, 1].flatMap((floor) => floors(floor).map((lib) => `libs/${lib}/src/**/*.ts`)),
    ignores: ['**/*.spec.ts', '**/*.fixture.ts', '**/index.ts'],
    plugins: { jsdoc },
    rules: {
      'jsdoc/require-jsdoc': [
        'error',
        {
          publicOnly: true,
          require: { FunctionDeclaration: true, ClassDeclaration: true },
          contexts: ['TSInterfaceDeclaration', 'TSTypeAliasDeclaration', 'VariableDeclaration'],
          enableFixer: false,
        },
      ],
      'no-restricted-globals': [
        'error',
        { name: 'process', message: 'Only the boot code reads the environment (law 3).' },
      ],
    },
  },
  {
    files: ['**/*.js'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        Buffer: 'readonly',
        URL: 'readonly',
        URLSearchParams: 'readonly',
        fetch: 'readonly',
        performance: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
      },
    },
  },
  // Jest asks for a default export of its set-up and of its reporters.
  {
    files: ['*.config.js', 'e2e/src/setup/*.ts', 'k8s/check/setup.js', 'tools/test-counts.js'],
    rules: { 'no-restricted-syntax': 'off' },
  },
);

function floors(floor) {
  return floor === 0
    ? ['endpoint', 'pkce', 'jwt', 'config', 'contracts', 'revocation', 'resource-server']
    : ['sso', 'oidc', 'admin'];
}
