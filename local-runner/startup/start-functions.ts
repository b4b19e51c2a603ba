import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { StopList } from '../async/stop-list.ts'
import type { Config } from '../config/config.ts'
import { createHealthEndpoint, type Health } from '../health/health.ts'
import type { Listener } from '../http/http-server.ts'
import type { RecordEvent } from '../journal/journal.ts'
import type { RunningHost } from '../lambda/function-host.ts'
import type { ApiFunction } from '../lambda-api/invoke-function.ts'
import { functionVariables } from '../manifest/function-variables.ts'
import type { Manifest } from '../manifest/manifest.ts'
import type { Reload } from '../reload/reload.ts'
import { chooseEnvironment } from './choose-environment.ts'
import { createAuthorizers } from './create-authorizers.ts'
import { createBundleHost } from './create-bundle-host.ts'
import { type RunningFunction, startFunction } from './start-function.ts'
import { startFunctionUrl } from './start-function-url.ts'

export interface StartFunctionsDeps {
  readonly manifest: Pick<Manifest, 'functions' | 'api'>
  readonly config: Pick<Config, 'environment' | 'host' | 'portOffset' | 'strictConcurrency' | 'kafkaLogin'>
  /** Absolute. */
  readonly projectDirectory: string
  /** Undefined: changes of the sources have no effect. */
  readonly reload: Pick<Reload, 'follow'> | undefined
  readonly kafkaBrokers: readonly string[]
  /** The value of a variable that a function asks for by name. */
  readonly variable: (name: string) => string | undefined
  readonly health: Health
  readonly lambdaApi: Listener
  /** All functions of the Lambda API; these are added. */
  readonly apiFunctions: Map<string, ApiFunction>
  readonly stops: StopList
  /** Makes one for each function, because functions stop in parallel. */
  readonly newStopList: () => StopList
  readonly record: RecordEvent
  readonly onError: (error: unknown) => void
}

/** Starts the functions of the manifest, each on its port. Their mappings and schedules are started later. */
export async function startFunctions(deps: StartFunctionsDeps): Promise<readonly RunningFunction[]> {
  const { manifest, config, projectDirectory, reload, health, record } = deps
  const { environment: kind, host, portOffset, strictConcurrency, kafkaLogin } = config
  const healthListener = createHealthEndpoint(health)
  const reloaded = (name: string, functionHost: RunningHost) =>
    reload?.follow(name, functionHost) ?? functionHost
  const authorizerOf = createAuthorizers({
    api: manifest.api,
    projectDirectory,
    findFunction: (name) => deps.apiFunctions.get(name)?.invoke,
    onProblem: (functionName, problem) => record({ name: 'authorizer.failed', functionName, problem }),
  })
  const planned = manifest.functions.map((definition) => ({ definition, ...deps.newStopList() }))
  deps.stops.add('functions', async () => {
    await Promise.all(planned.map(({ stopAll }) => stopAll()))
  })
  return Promise.all(
    planned.map(async ({ definition, add: addStop }) => {
      const environment = await chooseEnvironment({
        kind,
        definition,
        projectDirectory,
        host,
        portOffset,
        record,
        addStop,
      })
      const bundleHost = createBundleHost({
        definition,
        taskRoot: join(projectDirectory, 'dist', definition.name),
        environment,
        strictConcurrency,
        variables: functionVariables(definition, deps.variable),
        record,
        newId: () => randomUUID().replaceAll('-', ''),
      })
      const running = await startFunction({
        definition,
        functionHost: reloaded(definition.name, bundleHost),
        host,
        port: definition.port + portOffset,
        health: healthListener,
        api: manifest.api,
        authorizerOf,
        lambdaApi: deps.lambdaApi,
        apiFunctions: deps.apiFunctions,
        kafkaBrokers: deps.kafkaBrokers,
        kafkaLogin,
        destinationsDirectory: join(projectDirectory, '.local', 'destinations'),
        record,
        setCheck: health.setCheck,
        addStop,
        onError: deps.onError,
      })
      await startFunctionUrl(running, { host, portOffset, record, onError: deps.onError })
      return running
    }),
  )
}
