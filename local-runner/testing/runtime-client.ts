import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** AWS's own runtime client; see local-runner/lambda/environments/aws-runtime-client/. */
export const RUNTIME_CLIENT = join(
  import.meta.dirname,
  '../lambda/environments/aws-runtime-client/node_modules/aws-lambda-ric/index.mjs',
)

/** Why tests cannot use it; undefined when it is installed. */
export const missingRuntimeClient = existsSync(RUNTIME_CLIENT)
  ? undefined
  : 'aws-lambda-ric is not installed; run node local-runner/lambda/environments/aws-runtime-client/install.mjs, which needs cmake, make, g++ and python3'
