import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { ApiSettings } from '../api-gateway/api-settings.ts'
import type { Authorize } from '../api-gateway/authorize.ts'
import type { StopList } from '../async/stop-list.ts'
import type { Health } from '../health/health.ts'
import type { Listener } from '../http/http-server.ts'
import type { RecordEvent } from '../journal/journal.ts'
import type { KafkaLogin } from '../kafka/kafka-login.ts'
import { createEventQueue } from '../lambda/async-invocations/event-queue.ts'
import { createSendToDestination } from '../lambda/async-invocations/send-to-destination.ts'
import { functionArn } from '../lambda/environment-variables.ts'
import type { RunningHost } from '../lambda/function-host.ts'
import type { Invoke } from '../lambda/invocation.ts'
import type { ApiFunction } from '../lambda-api/api-function.ts'
import type { KeptChanges } from '../lambda-api/kept-changes.ts'
import type { FunctionDefinition } from '../manifest/function-definition.ts'
import { createConcurrency } from './concurrency.ts'
import type { Mappings } from './create-mappings.ts'
import { createFunctionPorts } from './function-ports.ts'
import { createFunctionTriggers } from './function-triggers.ts'
import { createHostSwitch } from './host-switch.ts'

/** What can be replaced while a function runs. */
export interface FunctionVersion {
  readonly definition: FunctionDefinition
  readonly variables: Readonly<Record<string, string>>
  readonly functionHost: RunningHost
  readonly api: ApiSettings
}

export interface StartFunctionDeps {
  readonly first: FunctionVersion
  readonly host: string
  readonly portOffset: number
  readonly health: Listener
  readonly authorizersOf: (api: ApiSettings) => (routeKey: string) => Authorize | undefined
  readonly lambdaApi: Listener
  /** All functions of the Lambda API; this one is added. */
  readonly apiFunctions: Map<string, ApiFunction>
  readonly kafkaBrokers: readonly string[]
  readonly kafkaLogin: KafkaLogin
  readonly destinationsDirectory: string
  readonly record: RecordEvent
  readonly setCheck: Health['setCheck']
  readonly keptChanges: KeptChanges
  readonly addStop: StopList['add']
  readonly onError: (error: unknown) => void
}

export interface RunningFunction {
  readonly definition: () => FunctionDefinition
  readonly port: () => number
  readonly mappings: () => readonly Mappings[]
  readonly startMappings: () => Promise<void>
  readonly startSchedules: () => Promise<void>
  /**
   * Starts the new version's first environment, then switches to it. What the old one has begun ends there. Triggers that are gone
   * are stopped; those that are new begin with `startTriggers`.
   * @throws error when its port is taken; the old version goes on then, and the new one is stopped
   */
  readonly replace: (next: FunctionVersion) => Promise<void>
  /** Starts mappings and schedules that have not been started, and waits for nothing. */
  readonly startTriggers: () => void
  readonly setApi: (api: ApiSettings) => Promise<void>
  /** Takes it out of the Lambda API and the health report at once; a stop does so in the end. */
  readonly withdraw: () => void
}

/** The queue of the function's asynchronous invocations. Their outcomes may go to the queue of another function. */
function queueEvents(deps: StartFunctionDeps, definition: () => FunctionDefinition, invoke: Invoke) {
  const { destinationsDirectory, apiFunctions, record } = deps
  const { name } = definition()
  const queueEvent = (functionName: string, payload: string) => {
    const target = apiFunctions.get(functionName)
    target?.addEvent({ requestId: randomUUID(), payload })
    return target !== undefined
  }
  return createEventQueue({
    functionName: name,
    functionArn: functionArn(name),
    settings: () => ({
      config: definition().eventInvokeConfig,
      deadLetterTargetArn: definition().deadLetterConfig?.targetArn,
    }),
    invoke,
    send: createSendToDestination({ destinationsDirectory, queueEvent }),
    record,
    now: () => Date.now(),
    elapsedMs: () => performance.now(),
    wait: (ms, signal) => delay(ms, undefined, { signal }),
  })
}

/** Starts a function's first environment and opens its port. Its mappings and schedules are started later. */
export async function startFunction(deps: StartFunctionDeps): Promise<RunningFunction> {
  const { first, apiFunctions, setCheck, addStop, onError } = deps
  const { name } = first.definition
  let { definition } = first
  const hosts = createHostSwitch(first.functionHost, onError)
  const { invoke } = hosts
  const removeCheck = setCheck(`function ${name}`, () => {
    const detail = hosts.initFailure()
    return detail === undefined ? { ok: true } : { ok: false, detail }
  })
  const triggers = createFunctionTriggers({
    ...deps,
    definition: () => definition,
    invoke,
    now: () => Date.now(),
  })
  triggers.add()
  const events = queueEvents(deps, () => definition, invoke)
  const publish = ({ variables, functionHost }: FunctionVersion) =>
    apiFunctions.set(name, {
      definition,
      variables,
      invoke,
      addEvent: events.add,
      ...createConcurrency(definition, functionHost.reserve, deps.keptChanges.reservedConcurrency),
      mappings: () => triggers.mappings().flatMap(({ ofApi }) => ofApi),
    })
  publish(first)
  const withdraw = () => {
    removeCheck()
    apiFunctions.delete(name)
  }
  addStop(`entries of ${name}`, withdraw)
  // Added before the port, so the port is closed and drained first. Host and mappings stop in parallel: the host rejects
  // batches that wait for an environment, and the mappings leave them for the next start.
  addStop(`function ${name}`, async () => {
    await Promise.all([triggers.stopMappings(), events.stop(), hosts.stop()])
  })
  const { serve, port } = createFunctionPorts({ ...deps, name, invoke })
  addStop(`schedules of ${name}`, triggers.stopSchedules)
  await serve(definition, first.api)
  await first.functionHost.warm()
  return {
    definition: () => definition,
    port,
    mappings: triggers.mappings,
    startMappings: triggers.startMappings,
    startSchedules: triggers.startSchedules,
    replace: async (next) => {
      try {
        await next.functionHost.warm()
        await serve(next.definition, next.api)
      } catch (error) {
        await next.functionHost.stop()
        throw error
      }
      hosts.switchTo(next.functionHost)
      definition = next.definition
      publish(next)
      await triggers.retain()
    },
    startTriggers: () => {
      triggers.add()
      void triggers.startMappings()
      void triggers.startSchedules()
    },
    setApi: (api) => serve(definition, api),
    withdraw,
  }
}
