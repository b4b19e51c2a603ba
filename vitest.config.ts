import { configDefaults, defineConfig } from 'vitest/config'
import { assetsForVitest } from './bundling/assets-for-vitest.ts'
import { luaForVitest } from './shared/redis/lua-includes.mjs'

const FOLDERS = '{bundling,functions,shared,local-runner}'

/** CONTRIBUTING.md says which test goes where. A contract test runs in `unit` and in `integration`. */
export default defineConfig({
  plugins: [luaForVitest(), assetsForVitest(import.meta.dirname)],
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [`${FOLDERS}/**/*.test.ts`],
          exclude: [...configDefaults.exclude, '**/*.integration.test.ts'],
          pool: 'threads',
          maxWorkers: '100%',
          testTimeout: 15_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: [`${FOLDERS}/**/*.{integration,contract}.test.ts`],
          globalSetup: ['e2e/services.setup.ts'],
          sequence: { groupOrder: 1 },
          // They wait more than they compute; by default two cores are one worker.
          maxWorkers: '100%',
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['e2e/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
