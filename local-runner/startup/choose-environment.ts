import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { StopList } from '../async/stop-list.ts'
import type { Arguments } from '../config/read-arguments.ts'
import { listenOn } from '../http/listen-on.ts'
import type { RecordEvent } from '../journal/journal.ts'
import { createExternalRuntimeApi } from '../lambda/environments/external-runtime-api.ts'
import type { EnvironmentKind } from '../lambda/environments/start-environment.ts'
import type { FunctionDefinition } from '../manifest/function-definition.ts'

/** Added to a function's port for its Runtime API. */
export const RUNTIME_API_OFFSET = 1_000

export interface ChooseEnvironmentDeps {
  readonly kind: Arguments['environment']
  readonly definition: FunctionDefinition
  /** Absolute. */
  readonly projectDirectory: string
  readonly host: string
  readonly portOffset: number
  readonly record: RecordEvent
  readonly addStop: StopList['add']
}

/** Prepares what a function's environments of this kind need. */
export async function chooseEnvironment(deps: ChooseEnvironmentDeps): Promise<EnvironmentKind> {
  const { kind, definition, projectDirectory, host, portOffset, record, addStop } = deps
  switch (kind) {
    case 'worker':
      return { kind, compileCacheDirectory: join(projectDirectory, '.local', 'compile-cache') }
    case 'process': {
      const runtimeClient = join(
        projectDirectory,
        'local-runner/lambda/environments/aws-runtime-client/node_modules/aws-lambda-ric/index.mjs',
      )
      if (existsSync(runtimeClient)) return { kind, runtimeClient }
      throw new Error(
        "--environment=process needs AWS's runtime client: run `node local-runner/lambda/environments/aws-runtime-client/install.mjs` (it needs cmake, make, g++ and python3).",
      )
    }
    case 'external': {
      const multiConcurrent = definition.maxConcurrency !== undefined
      const runtimeApi = createExternalRuntimeApi({ functionName: definition.name, multiConcurrent, record })
      const port = definition.port + portOffset + RUNTIME_API_OFFSET
      await listenOn(runtimeApi, port, host, `the Runtime API of "${definition.name}"`)
      addStop(`Runtime API ${port}`, runtimeApi.stop)
      return { kind, runtimeApi }
    }
  }
}
