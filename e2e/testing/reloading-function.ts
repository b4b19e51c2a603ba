import { join } from 'node:path'
import { createStopList } from '../../local-runner/async/stop-list.ts'
import { createHealth } from '../../local-runner/health/health.ts'
import type { Journal } from '../../local-runner/journal/journal.ts'
import type { ApiFunction } from '../../local-runner/lambda-api/api-function.ts'
import { readFunctionCode } from '../../local-runner/lambda-api/function-configuration.ts'
import { readKeptChanges } from '../../local-runner/lambda-api/kept-changes.ts'
import { createLambdaApi } from '../../local-runner/lambda-api/lambda-api.ts'
import { readManifest } from '../../local-runner/manifest/manifest.ts'
import { createBuilder } from '../../local-runner/reload/builder.ts'
import { createReload } from '../../local-runner/reload/reload.ts'
import { createRunningFunctions } from '../../local-runner/startup/running-functions.ts'

export interface ReloadingFunctionDeps {
  /** Absolute: the project. */
  readonly root: string
  readonly functionName: string
  readonly environment?: 'worker' | 'process'
  readonly variables: Readonly<Record<string, string>>
  readonly journal: Journal
}

/** One function of a project as the runner starts it, reloaded when its sources change, but without Kafka and Redis. */
export async function startReloadingFunction(deps: ReloadingFunctionDeps) {
  const { root, functionName, environment = 'worker', variables, journal } = deps
  const { record, listen } = journal
  const builder = createBuilder(root)
  const built = await builder.build()
  const others = built.filter(({ name }) => name !== functionName)
  await Promise.all(others.map(({ rebuild }) => rebuild.dispose()))
  const { functions, api } = await readManifest(join(root, 'dist', 'manifest.json'))
  const definition = functions.find(({ name }) => name === functionName)
  if (!definition) throw new Error(`There is no function "${functionName}".`)

  const newStopList = () =>
    createStopList({ onError: (what, error) => console.error(`Stopping the ${what} failed:`, error) })
  const stops = newStopList()
  const reload = createReload({ root, record, print: console.log })
  const apiFunctions = new Map<string, ApiFunction>()
  const runningFunctions = createRunningFunctions({
    config: {
      environment,
      host: '127.0.0.1',
      portOffset: 0,
      strictConcurrency: false,
      kafkaLogin: {},
    },
    projectDirectory: root,
    reload,
    // Nothing listens there, and nothing asks: the mappings are not started.
    kafkaBrokers: ['127.0.0.1:1'],
    variablesOf: () => variables,
    health: createHealth(),
    lambdaApi: createLambdaApi({
      functions: apiFunctions,
      functionCode: (name) => readFunctionCode(join(root, 'dist', `${name}.zip`)),
      listen,
    }),
    apiFunctions,
    stops,
    newStopList,
    record,
    keptChanges: await readKeptChanges({
      path: join(root, '.local', 'lambda-api.json'),
      now: () => Date.now(),
      print: console.log,
    }),
    onError: console.error,
  })
  const running = await runningFunctions.start({
    definition: { ...definition, port: 0 },
    api,
    built: built.find(({ name }) => name === functionName),
  })
  stops.add(
    'file watch',
    reload.watch(() => undefined),
  )
  return { port: running.port(), stop: stops.stopAll }
}
