import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { ApiSettings } from '../api-gateway/api-settings.ts'
import type { Authorize } from '../api-gateway/authorize.ts'
import { recordRequests } from '../api-gateway/record-requests.ts'
import type { StopList } from '../async/stop-list.ts'
import type { Health } from '../health/health.ts'
import { createHttpServer, type Listener } from '../http/http-server.ts'
import { listenOn } from '../http/listen-on.ts'
import type { RecordEvent } from '../journal/journal.ts'
import type { KafkaLogin } from '../kafka/kafka-login.ts'
import { createEventQueue } from '../lambda/async-invocations/event-queue.ts'
import { createSendToDestination } from '../lambda/async-invocations/send-to-destination.ts'
import { functionArn } from '../lambda/environment-variables.ts'
import type { FunctionHost } from '../lambda/function-host.ts'
import type { Invoke } from '../lambda/invocation.ts'
import type { ApiFunction } from '../lambda-api/invoke-function.ts'
import type { FunctionDefinition } from '../manifest/function-definition.ts'
import { createSchedule } from '../schedules/schedule.ts'
import { createMappings, type Mappings } from './create-mappings.ts'
import { createFunctionListener } from './function-listener.ts'

export interface StartFunctionDeps {
  readonly definition: FunctionDefinition
  readonly functionHost: FunctionHost
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  readonly health: Listener
  readonly api: ApiSettings
  readonly authorizerOf: (routeKey: string) => Authorize | undefined
  readonly lambdaApi: Listener
  /** All functions of the Lambda API; this one is added. */
  readonly apiFunctions: Map<string, ApiFunction>
  readonly kafkaBrokers: readonly string[]
  readonly kafkaLogin: KafkaLogin
  readonly destinationsDirectory: string
  readonly record: RecordEvent
  readonly setCheck: Health['setCheck']
  readonly addStop: StopList['add']
  readonly onError: (error: unknown) => void
}

export interface RunningFunction {
  readonly definition: FunctionDefinition
  readonly invoke: Invoke
  readonly port: number
  readonly startMappings: () => Promise<void>
  readonly mappingReports: Mappings['reports']
  readonly skippable: Mappings['skippable']
  readonly addStop: StopList['add']
}

/** The queue of the function's asynchronous invocations. Their outcomes may go to the queue of another function. */
function queueEvents(deps: StartFunctionDeps) {
  const { definition, functionHost, destinationsDirectory, apiFunctions, record } = deps
  const { name, eventInvokeConfig, deadLetterConfig } = definition
  const queueEvent = (functionName: string, payload: string) => {
    const target = apiFunctions.get(functionName)
    target?.addEvent({ requestId: randomUUID(), payload })
    return target !== undefined
  }
  return createEventQueue({
    functionName: name,
    functionArn: functionArn(name),
    config: eventInvokeConfig,
    deadLetterTargetArn: deadLetterConfig?.targetArn,
    invoke: functionHost.invoke,
    send: createSendToDestination({ destinationsDirectory, queueEvent }),
    record,
    now: () => Date.now(),
    elapsedMs: () => performance.now(),
    wait: (ms, signal) => delay(ms, undefined, { signal }),
  })
}

/** Starts a function's first environment and opens its port. Its mappings are started later. */
export async function startFunction(deps: StartFunctionDeps): Promise<RunningFunction> {
  const { definition, functionHost, host, port, setCheck, addStop, onError } = deps
  const { name, triggers } = definition
  const { invoke, warm, initFailure, stop } = functionHost
  setCheck(`function ${name}`, () => {
    const detail = initFailure()
    return detail === undefined ? { ok: true } : { ok: false, detail }
  })
  const mappings = createMappings({ ...deps, invoke })
  const events = queueEvents(deps)
  deps.apiFunctions.set(name, { definition, invoke, addEvent: events.add })
  // Added before the port, so the port is closed and drained first. Host and mappings stop in parallel: the host rejects
  // batches that wait for an environment, and the mappings leave them for the next start.
  addStop(`function ${name}`, async () => {
    await Promise.all([mappings.stop(), events.stop(), stop()])
  })
  const onInvalidAnswer = (problem: string) =>
    deps.record({ name: 'http.invalid-answer', functionName: name, problem })
  const listener = createFunctionListener({ ...deps, routeKeys: triggers.http, invoke, onInvalidAnswer })
  const server = createHttpServer({ listener: recordRequests(listener, name, deps.record), onError })
  const openPort = await listenOn(server, port, host, `the function "${name}"`)
  addStop(`port ${openPort}`, server.stop)
  await warm()
  return {
    definition,
    invoke,
    port: openPort,
    startMappings: mappings.start,
    mappingReports: mappings.reports,
    skippable: mappings.skippable,
    addStop,
  }
}

/** Starts a function's schedules. @param now epoch ms */
export function startSchedules({ definition, invoke, addStop }: RunningFunction, now: () => number): void {
  for (const trigger of definition.triggers.schedule) {
    const schedule = createSchedule({ functionName: definition.name, trigger, invoke, now })
    schedule.start()
    addStop(`schedule of ${definition.name}`, schedule.stop)
  }
}
