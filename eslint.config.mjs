import js from '@eslint/js'
import { defineConfig, globalIgnores } from 'eslint/config'
import prettier from 'eslint-config-prettier'
import importSort from 'eslint-plugin-simple-import-sort'
import tseslint from 'typescript-eslint'

/** @param {string} regex @param {string} message @returns {import('eslint').Linter.RulesRecord} */
const forbidImport = (regex, message) => ({
  'no-restricted-imports': ['error', { patterns: [{ regex, message }] }],
})

const OWN_FOLDER_ONLY = 'A function imports its own folder and shared/, nothing else.'

export default defineConfig(
  globalIgnores(['dist', 'coverage', '.local']),
  js.configs.recommended,
  tseslint.configs.recommendedTypeChecked,
  prettier,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-sort': importSort },
    rules: {
      // One block: Node, packages, then ours.
      'import-sort/imports': ['error', { groups: [['^\\u0000', '^node:', '^@?\\w', '^\\.']] }],
      '@typescript-eslint/method-signature-style': 'error',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { varsIgnorePattern: '^_', argsIgnorePattern: '^_' }],
      'no-restricted-syntax': [
        'error',
        {
          selector: "ImportDeclaration[source.value='zod'] > ImportSpecifier",
          message: "import * as z from 'zod': the named z bundles 360 KB more.",
        },
      ],
      // TypeScript checks names, in .mjs too, and knows the globals.
      'no-undef': 'off',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'max-lines': ['error', { max: 200, skipBlankLines: true, skipComments: true }],
    },
  },
  { files: ['**/*.test.ts', 'e2e/**'], rules: { 'max-lines': 'off' } },
  {
    files: ['functions/*/*'],
    rules: forbidImport('^\\.\\./(?!\\.\\./shared/)', OWN_FOLDER_ONLY),
  },
  {
    files: ['functions/*/*/*'],
    rules: forbidImport('^\\.\\./\\.\\./(?!\\.\\./shared/)', OWN_FOLDER_ONLY),
  },
  {
    files: ['shared/**'],
    rules: forbidImport('(^|/)(functions|local-runner|deploy)/', 'shared/ imports nothing above it.'),
  },
  {
    files: ['local-runner/**', 'deploy/**'],
    rules: forbidImport(
      '(^|/)(functions|shared)/',
      'The runner stands where AWS stands: it knows functions only as dist/ and the manifest.',
    ),
  },
)
