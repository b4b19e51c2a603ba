import type { Listener } from '../http/http-server.ts'
import type { RecordEvent } from '../journal/journal.ts'

/** Records each request once its response is sent or its client has gone. */
export function recordRequests(listener: Listener, functionName: string, record: RecordEvent): Listener {
  return (request, response) => {
    const startedAt = performance.now()
    response.once('close', () =>
      record({
        name: 'http.answered',
        functionName,
        method: request.method ?? 'GET',
        path: request.url?.split('?', 1)[0] ?? '/',
        statusCode: response.statusCode,
        durationMs: performance.now() - startedAt,
      }),
    )
    return listener(request, response)
  }
}
