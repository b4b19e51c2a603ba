import { recordRequests } from '../api-gateway/record-requests.ts'
import { createFunctionUrl } from '../function-url/function-url.ts'
import { createHttpServer } from '../http/http-server.ts'
import { listenOn } from '../http/listen-on.ts'
import type { RecordEvent } from '../journal/journal.ts'
import type { RunningFunction } from './start-function.ts'

export interface StartFunctionUrlDeps {
  readonly host: string
  readonly portOffset: number
  readonly record: RecordEvent
  readonly onError: (error: unknown) => void
}

/** Opens the port of a function's URL, if it has one. */
export async function startFunctionUrl(
  { definition, invoke, addStop }: Pick<RunningFunction, 'definition' | 'invoke' | 'addStop'>,
  { host, portOffset, record, onError }: StartFunctionUrlDeps,
): Promise<void> {
  const { name, functionUrlConfig: config } = definition
  if (config === undefined) return
  const onInvalidAnswer = (problem: string) =>
    record({ name: 'http.invalid-answer', functionName: name, problem })
  const listener = createFunctionUrl({ config, invoke, onInvalidAnswer })
  const server = createHttpServer({ listener: recordRequests(listener, name, record), onError })
  const port = await listenOn(server, config.localPort + portOffset, host, `the URL of "${name}"`)
  addStop(`port ${port}`, server.stop)
}
