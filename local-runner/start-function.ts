import { createMappings, type Mappings } from './create-mappings.ts'
import type { FunctionDefinition } from './function-definition.ts'
import type { FunctionHost } from './host/function-host.ts'
import { createFunctionListener } from './http/function-listener.ts'
import { createHttpServer, type Listener } from './http/http-server.ts'
import type { Health } from './health.ts'
import type { Invoke } from './invocation.ts'
import type { RecordEvent } from './journal.ts'
import { listenOn } from './listen-on.ts'
import type { StopList } from './stop-list.ts'

export interface Deps {
  readonly definition: FunctionDefinition
  readonly functionHost: FunctionHost
  readonly host: string
  readonly port: number
  readonly health: Listener
  readonly kafkaBrokers: readonly string[]
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
  readonly addStop: StopList['add']
}

/** Starts a function's first environment and opens its port. Its mappings wait to be started. */
export async function startFunction(deps: Deps): Promise<RunningFunction> {
  const { definition, functionHost, host, port, health, setCheck, addStop, onError } = deps
  const { name, triggers } = definition
  const { invoke, warm, initFailure, stop } = functionHost
  setCheck(`function ${name}`, () => {
    const detail = initFailure()
    return detail === undefined ? { ok: true } : { ok: false, detail }
  })
  const mappings = createMappings({ ...deps, invoke })
  // Added before the port, so that on the way down the port is closed and drained first. Then both at once: the host
  // gives back the batches that still wait for an environment, and the mappings leave them for the next start.
  addStop(`function ${name}`, async () => {
    await Promise.all([mappings.stop(), stop()])
  })
  const listener = createFunctionListener({ functionName: name, routeKeys: triggers.http, invoke, health })
  const server = createHttpServer({ listener, onError })
  await listenOn(server, port, host, `the function "${name}"`)
  addStop(`port ${port}`, server.stop)
  await warm()
  return {
    definition,
    invoke,
    port,
    startMappings: mappings.start,
    mappingReports: mappings.reports,
    addStop,
  }
}
