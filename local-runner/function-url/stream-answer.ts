import type { ServerResponse } from 'node:http'
import { type HttpResponse, jsonText } from '../http/response.ts'
import { sendResponse } from '../http/send-response.ts'
import { writeChunk } from '../http/write-chunk.ts'
import type { InvocationResult, TakeChunk } from '../lambda/invocation.ts'
import { createPreludeReader, type Head, PRELUDE_TYPE } from './prelude.ts'
import { badGateway, throttled } from './url-response.ts'

export interface StreamAnswerDeps {
  readonly response: ServerResponse
  /** Adds what every response has. */
  readonly decorate: (response: HttpResponse) => HttpResponse
  readonly onInvalidAnswer: (problem: string) => void
}

export interface StreamAnswer {
  readonly take: TakeChunk
  /** Call it with the result of the invocation: ends the response, or cuts it when the function failed midway. */
  readonly finish: (result: InvocationResult) => void
}

const NOTHING = new Uint8Array()

const withoutBody = (head: Head): HttpResponse => ({ ...head, body: '' })

/** Sends a function's stream to a client of its URL as it comes. */
export function createStreamAnswer({ response, decorate, onInvalidAnswer }: StreamAnswerDeps): StreamAnswer {
  let readPrelude: ReturnType<typeof createPreludeReader> | undefined
  let isOver = false

  const begin = (head: Head) => {
    const { statusCode, headers } = decorate(withoutBody(head))
    response.writeHead(statusCode, headers.flat())
    // Sends the headers now. As `flushHeaders` does, but that would not write them in their own encoding.
    response.write(NOTHING)
  }
  const sendWhole = (whole: HttpResponse) => {
    isOver = true
    sendResponse(response, decorate(whole))
  }
  const fail = (problem: string) => {
    onInvalidAnswer(problem)
    sendWhole(badGateway)
  }

  return {
    take: (chunk, contentType) => {
      if (isOver) return undefined
      // A client that has gone does not hold the function back, nor does the function learn of it.
      if (response.headersSent) return writeChunk(response, chunk)
      if (contentType !== PRELUDE_TYPE) {
        begin({ statusCode: 200, headers: [['content-type', contentType]] })
        return writeChunk(response, chunk)
      }
      readPrelude ??= createPreludeReader()
      const prelude = readPrelude(chunk)
      if (prelude === undefined) return undefined
      if ('problem' in prelude) {
        fail(prelude.problem)
        return undefined
      }
      begin(prelude.head)
      return prelude.rest.length > 0 ? writeChunk(response, prelude.rest) : undefined
    },
    finish: (result) => {
      if (isOver) return
      if (response.headersSent) {
        isOver = true
        if (result.outcome === 'success') response.end()
        // Without its last chunk, so the client knows that it is not whole.
        else response.socket?.destroySoon()
      } else if (result.outcome === 'throttled') sendWhole(throttled)
      else if (result.outcome === 'function-error') sendWhole(badGateway)
      else if (readPrelude) fail('the stream ended within its prelude')
      // A handler that does not stream: its answer is the body, whatever it contains.
      else if (result.payload !== '') sendWhole(jsonText(200, result.payload))
      else sendWhole({ statusCode: 200, headers: [['content-type', 'application/octet-stream']], body: '' })
    },
  }
}
