import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { ApiSettings } from '../api-gateway/api-settings.ts'
import type { StopList } from '../async/stop-list.ts'
import type { Config } from '../config/config.ts'
import { createHealthEndpoint, type Health } from '../health/health.ts'
import type { Listener } from '../http/http-server.ts'
import type { RecordEvent } from '../journal/journal.ts'
import type { ApiFunction } from '../lambda-api/api-function.ts'
import type { KeptChanges } from '../lambda-api/kept-changes.ts'
import type { FunctionDefinition } from '../manifest/function-definition.ts'
import type { BuiltFunction } from '../reload/builder.ts'
import type { Reload } from '../reload/reload.ts'
import { chooseEnvironment } from './choose-environment.ts'
import { createAuthorizers } from './create-authorizers.ts'
import { createBundleHost } from './create-bundle-host.ts'
import type { FunctionEnvironment } from './create-function-environment.ts'
import { type FunctionVersion, type RunningFunction, startFunction } from './start-function.ts'

export interface RunningFunctionsDeps {
  readonly config: Pick<Config, 'environment' | 'host' | 'portOffset' | 'strictConcurrency' | 'kafkaLogin'>
  /** Absolute. */
  readonly projectDirectory: string
  /** Undefined: changes of the sources have no effect. */
  readonly reload: Pick<Reload, 'follow'> | undefined
  readonly kafkaBrokers: readonly string[]
  readonly variablesOf: FunctionEnvironment
  readonly health: Health
  readonly lambdaApi: Listener
  /** All functions of the Lambda API; these are added. */
  readonly apiFunctions: Map<string, ApiFunction>
  readonly keptChanges: KeptChanges
  readonly stops: StopList
  /** Makes one for each function, because functions stop in parallel. */
  readonly newStopList: () => StopList
  readonly record: RecordEvent
  readonly onError: (error: unknown) => void
}

export interface PlannedFunction {
  readonly definition: FunctionDefinition
  readonly api: ApiSettings
  /** Undefined: dist/ is used as it is. */
  readonly built: BuiltFunction | undefined
}

export interface RunningFunctions {
  readonly all: () => readonly RunningFunction[]
  readonly get: (name: string) => RunningFunction | undefined
  /** On its port; its mappings and schedules are started later. @throws error that says why it cannot run; nothing of it stays */
  readonly start: (planned: PlannedFunction) => Promise<RunningFunction>
  /** @throws error that says why it cannot run; the old version goes on then */
  readonly replace: (planned: PlannedFunction) => Promise<RunningFunction>
  /** Finishes what is in flight. */
  readonly remove: (name: string) => Promise<void>
}

export function createRunningFunctions(deps: RunningFunctionsDeps): RunningFunctions {
  const { config, projectDirectory, reload, health, record } = deps
  const { environment: kind, host, portOffset, strictConcurrency } = config
  const healthListener = createHealthEndpoint(health)
  const running = new Map<string, RunningFunction>()
  const stopLists = new Map<string, StopList>()
  deps.stops.add('functions', async () => {
    await Promise.all([...stopLists.values()].map(({ stopAll }) => stopAll()))
  })

  /** The functions of an API share its authorizers, which keep their answers for a while. */
  const authorizers = new WeakMap<ApiSettings, ReturnType<typeof createAuthorizers>>()
  const authorizersOf = (api: ApiSettings) => {
    const authorizerOf =
      authorizers.get(api) ??
      createAuthorizers({
        api,
        projectDirectory,
        findFunction: (name) => deps.apiFunctions.get(name)?.invoke,
        onProblem: (functionName, problem) => record({ name: 'authorizer.failed', functionName, problem }),
      })
    authorizers.set(api, authorizerOf)
    return authorizerOf
  }

  async function toVersion(
    { definition, api, built }: PlannedFunction,
    addStop: StopList['add'],
  ): Promise<FunctionVersion> {
    const { name } = definition
    const environment = await chooseEnvironment({
      kind,
      definition,
      projectDirectory,
      host,
      portOffset,
      record,
      addStop,
    })
    const variables = deps.variablesOf(definition)
    const bundleHost = createBundleHost({
      definition,
      taskRoot: built?.bundle.taskRoot ?? join(projectDirectory, 'dist', name),
      environment,
      strictConcurrency,
      variables,
      record,
      newId: () => randomUUID().replaceAll('-', ''),
    })
    const functionHost = reload && built ? reload.follow(built, bundleHost) : bundleHost
    return { definition, variables, functionHost, api }
  }

  async function stop(name: string) {
    running.get(name)?.withdraw()
    running.delete(name)
    await stopLists.get(name)?.stopAll()
    stopLists.delete(name)
  }

  return {
    all: () => [...running.values()],
    get: (name) => running.get(name),
    start: async (planned) => {
      const { definition } = planned
      const stopList = deps.newStopList()
      stopLists.set(definition.name, stopList)
      const { add: addStop } = stopList
      try {
        const started = await startFunction({
          ...deps,
          first: await toVersion(planned, addStop),
          host,
          portOffset,
          health: healthListener,
          authorizersOf,
          kafkaLogin: config.kafkaLogin,
          destinationsDirectory: join(projectDirectory, '.local', 'destinations'),
          setCheck: health.setCheck,
          addStop,
        })
        running.set(definition.name, started)
        return started
      } catch (error) {
        await stop(definition.name)
        throw error
      }
    },
    replace: async (planned) => {
      const { definition } = planned
      const old = running.get(definition.name)
      const stopList = stopLists.get(definition.name)
      if (!old || !stopList) throw new Error('It does not run.')
      await old.replace(await toVersion(planned, stopList.add))
      return old
    },
    remove: stop,
  }
}
