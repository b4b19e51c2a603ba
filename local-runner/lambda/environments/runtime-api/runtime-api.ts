import type { IncomingMessage, ServerResponse } from 'node:http'
import { readBody } from '../../../http/read-body.ts'
import { type CappedStream, MAX_STREAM_BYTES } from '../../capped-stream.ts'
import type { InvocationResult } from '../../invocation.ts'
import { MAX_RESPONSE_BYTES, responseTooLarge, truncated } from '../../sandbox-errors.ts'
import { parseFunctionError } from './function-error-body.ts'
import * as refusals from './runtime-api-errors.ts'
import type { Delivery, RuntimeSession } from './runtime-session.ts'

const PREFIX = '/2018-06-01/runtime/'

export interface RuntimeApiDeps {
  /** The session of a request; undefined when that session has ended. */
  readonly sessionOf: (request: IncomingMessage) => RuntimeSession | undefined
  /** Called when a runtime answers an invocation that is not its own. */
  readonly onStranger?: (request: IncomingMessage) => void
}

function sendJson(response: ServerResponse, statusCode: number, body: object) {
  response.writeHead(statusCode, { 'content-type': 'application/json' })
  response.end(`${JSON.stringify(body)}\n`)
}

const refuse = (response: ServerResponse, { statusCode, errorMessage, errorType }: refusals.Refusal) =>
  sendJson(response, statusCode, { errorMessage, errorType })

/** Escapes characters that a header cannot hold; the JSON means the same. */
const asciiJson = (json: string) =>
  json.replace(/[\u0080-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)

function deliver(response: ServerResponse, delivery: Delivery) {
  const { requestId, traceId, clientContext, tenantId } = delivery
  response.writeHead(200, {
    'Content-Type': 'application/json',
    'Lambda-Runtime-Aws-Request-Id': requestId,
    'Lambda-Runtime-Deadline-Ms': String(delivery.deadlineEpochMs),
    'Lambda-Runtime-Invoked-Function-Arn': delivery.invokedFunctionArn,
    'Lambda-Runtime-Trace-Id': traceId,
    'Lambda-Runtime-Invocation-Id': delivery.invocationId,
    ...(clientContext && { 'Lambda-Runtime-Client-Context': asciiJson(clientContext) }),
    ...(tenantId && { 'Lambda-Runtime-Aws-Tenant-Id': tenantId }),
  })
  response.end(delivery.payload)
}

const header = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name]
  return Array.isArray(value) ? value[0] : value
}

/** A streaming handler that fails midway reports it in trailers. */
function streamError({ trailers }: IncomingMessage): InvocationResult | undefined {
  const errorType = trailers['lambda-runtime-function-error-type']
  if (errorType === undefined) return undefined
  const body = Buffer.from(trailers['lambda-runtime-function-error-body'] ?? '', 'base64').toString()
  return { outcome: 'function-error', error: parseFunctionError(body, errorType) }
}

/** The rest of the body, which is empty; undefined, as in `readBody`, when the response is too large. */
async function passOn(request: IncomingMessage, stream: CappedStream): Promise<Buffer | undefined> {
  const contentType = request.headers['content-type'] ?? 'application/octet-stream'
  // The next chunk is read when the caller can take it, which holds the runtime back.
  for await (const chunk of request) if (chunk instanceof Uint8Array) await stream.write(chunk, contentType)
  return stream.isOver() ? undefined : Buffer.alloc(0)
}

const failed = (errorType: string, errorMessage: string): InvocationResult => ({
  outcome: 'function-error',
  error: { errorType, errorMessage },
})

/** Lambda's Runtime API (runtimes-api), with the answers of AWS's own emulator. */
export function createRuntimeApi({ sessionOf, onStranger }: RuntimeApiDeps) {
  async function takeAnswer(
    request: IncomingMessage,
    response: ServerResponse,
    session: RuntimeSession,
    requestId: string,
    isError: boolean,
  ) {
    const to = isError ? 'InvocationErrorResponse' : 'InvocationResponse'
    const refusal = session.refusal(requestId, header(request, 'lambda-runtime-invocation-id'), to)
    if (refusal) {
      if (refusal === refusals.invalidRequestId) onStranger?.(request)
      return refuse(response, refusal)
    }
    const mode = header(request, 'lambda-runtime-function-response-mode')
    if (!isError && mode !== undefined && mode !== 'streaming') {
      session.answer(
        requestId,
        failed('Runtime.InvalidResponseModeHeader', refusals.invalidResponseMode.errorMessage),
      )
      return refuse(response, refusals.invalidResponseMode)
    }
    let body: Buffer | undefined
    const stream = mode === 'streaming' ? session.streamOf(requestId) : undefined
    const limitBytes = stream ? MAX_STREAM_BYTES : MAX_RESPONSE_BYTES
    try {
      body = stream ? await passOn(request, stream) : await readBody(request, limitBytes)
    } catch {
      session.answer(requestId, { outcome: 'function-error', error: truncated })
      return refuse(response, refusals.truncatedRequest)
    }
    if (!body) {
      session.answer(requestId, { outcome: 'function-error', error: responseTooLarge(limitBytes) })
      return refuse(response, refusals.tooLarge(limitBytes))
    }
    const text = body.toString()
    const errorType = header(request, 'lambda-runtime-function-error-type')
    const result: InvocationResult = isError
      ? { outcome: 'function-error', error: parseFunctionError(text, errorType) }
      : (streamError(request) ?? { outcome: 'success', payload: text })
    session.answer(requestId, result)
    sendJson(response, 202, { status: 'OK' })
  }

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method, url = '' } = request
    const path = url.startsWith(PREFIX) ? `${method} ${url.slice(PREFIX.length)}` : ''
    const session = sessionOf(request)
    if (path === 'GET invocation/next') {
      if (!session) return refuse(response, refusals.invalidTransition('Running', 'Ready'))
      const takeBack = session.next((delivery) => deliver(response, delivery))
      response.on('close', takeBack)
      return
    }
    if (path === 'POST init/error') {
      const body = await readBody(request, MAX_RESPONSE_BYTES)
      const errorType = header(request, 'lambda-runtime-function-error-type')
      const error = parseFunctionError(body?.toString() ?? '', errorType)
      const refusal = session ? session.initError(error) : refusals.invalidTransition('Running', 'InitError')
      return refusal ? refuse(response, refusal) : sendJson(response, 202, { status: 'OK' })
    }
    const [, id = '', kind] = /^POST invocation\/([^/]+)\/(response|error)$/.exec(path) ?? []
    if (kind === undefined) {
      // restore/next and restore/error too: AWS has them with SnapStart only.
      response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('404 page not found\n')
      return
    }
    if (!session) return refuse(response, refusals.invalidRequestId)
    return takeAnswer(request, response, session, decodeURIComponent(id), kind === 'error')
  }
}
