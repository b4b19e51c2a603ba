import { randomUUID } from 'node:crypto'
import { createCors } from '../api-gateway/cors.ts'
import { withOwnLocation } from '../api-gateway/own-location.ts'
import { sentTrace } from '../api-gateway/sent-trace.ts'
import type { Listener } from '../http/http-server.ts'
import { readBody } from '../http/read-body.ts'
import { type HttpResponse, tooLarge } from '../http/response.ts'
import { sendResponse } from '../http/send-response.ts'
import type { Invoke } from '../lambda/invocation.ts'
import { newTraceRoot, toTraceId } from '../lambda/trace-ids.ts'
import type { FunctionUrlConfig } from './function-url-config.ts'
import { createStreamAnswer } from './stream-answer.ts'
import { toUrlEvent } from './url-event.ts'
import { toUrlResponse } from './url-response.ts'

/** Of the body, and of the event with its base64. */
const LIMIT_BYTES = 6 * 1024 * 1024

export interface FunctionUrlDeps {
  readonly config: FunctionUrlConfig
  readonly invoke: Invoke
  /** Called with what is wrong when the function's answer is no HTTP response. */
  readonly onInvalidAnswer: (problem: string) => void
}

/** A function URL: every path of it invokes the function, which answers at once or in a stream (urls-invocation). */
export function createFunctionUrl({ config, invoke, onInvalidAnswer }: FunctionUrlDeps): Listener {
  const cors = config.cors && createCors(config.cors)

  return async (request, response) => {
    const { method = 'GET', url = '/', rawHeaders, headers: sent } = request
    const requestId = randomUUID()
    const epochMs = Date.now()
    const traceHeader = sentTrace(sent) ?? newTraceRoot(epochMs)
    const decorate = (answer: HttpResponse): HttpResponse => {
      const located = withOwnLocation(answer, sent)
      const decorated = cors ? cors.decorate(located, sent) : located
      const headers = decorated.headers.filter(([name]) => name !== 'x-amzn-requestid')
      return { ...decorated, headers: [...headers, ['x-amzn-requestid', requestId]] }
    }
    const send = (answer: HttpResponse) => sendResponse(response, decorate(answer))

    const preflight = cors?.preflight(method, sent)
    if (preflight) return sendResponse(response, preflight, [['x-amzn-requestid', requestId]])
    const body = await readBody(request, LIMIT_BYTES)
    if (!body) return send(tooLarge)
    const sourceIp = request.socket.remoteAddress?.replace(/^::ffff:/, '') ?? ''
    const received = { method, url, rawHeaders, sourceIp, body }
    const payload = JSON.stringify(toUrlEvent(received, { requestId, traceId: traceHeader, epochMs }))
    if (Buffer.byteLength(payload) > LIMIT_BYTES) return send(tooLarge)

    // The invocation is not cancelled when the client disconnects.
    const traceId = traceHeader.includes('Parent=') ? traceHeader : toTraceId(traceHeader)
    const options = { source: 'http', requestId, traceId } as const
    if (config.invokeMode === 'RESPONSE_STREAM') {
      const answer = createStreamAnswer({ response, decorate, onInvalidAnswer })
      answer.finish(await invoke(payload, { ...options, onChunk: answer.take }))
      return
    }
    const { problem, ...answer } = toUrlResponse(await invoke(payload, options))
    if (problem !== undefined) onInvalidAnswer(problem)
    send(answer)
  }
}
