import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** AWS's own runtime client; see e2e/ric/. */
export const RUNTIME_CLIENT = join(import.meta.dirname, '../../e2e/ric/node_modules/aws-lambda-ric/index.mjs')

/** What keeps the tests from it; undefined when it is installed. */
export const missingRuntimeClient = existsSync(RUNTIME_CLIENT)
  ? undefined
  : 'aws-lambda-ric is not installed; run node e2e/ric/install.mjs, which needs cmake, make, g++ and python3'
