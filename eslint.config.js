import js from '@eslint/js'
import svelte from 'eslint-plugin-svelte'
import globals from './client/eslint-globals.js'
import ts from 'typescript-eslint'

export default ts.config(
  { ignores: ['**/node_modules', '**/generated', '**/build', '**/.svelte-kit', '**/.artifacts', 'data'] },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  {
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-console': 'error',
      'no-undef': 'off',
      // The hub serves the admin at the root of its address, always: there is no base path to resolve.
      'svelte/no-navigation-without-resolve': 'off',
    },
  },
  {
    files: ['client/**/*.svelte', 'client/**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser }, globals },
  },
  {
    files: ['**/bin/**', 'test/bench/**', 'test/chaos/**', 'server/lab/main.ts', 'server/src/main.ts'],
    rules: { 'no-console': 'off' },
  },
)
