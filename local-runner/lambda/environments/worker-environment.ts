import { Worker } from 'node:worker_threads'
import type { EnvironmentEvent, RecordEnvironmentEvent } from '../../journal/environment-events.ts'
import { type CappedStream, createCappedStream, MAX_STREAM_BYTES } from '../capped-stream.ts'
import type { EnvironmentAnswer, ExecutionEnvironment, InitOutcome } from '../execution-environment.ts'
import type { InvocationResult } from '../invocation.ts'
import { exited, isTooLarge, MAX_RESPONSE_BYTES, responseTooLarge } from '../sandbox-errors.ts'
import { toWorkerInvoke } from './worker-invoke.ts'
import {
  type ChunkTaken,
  type LoadMessage,
  parseWorkerMessage,
  type WorkerMessage,
  type WorkerSetup,
} from './worker-messages.ts'

export interface StartWorkerThreadDeps {
  readonly functionName: string
  readonly memorySizeMb: number
  readonly setup: WorkerSetup
  /** All but what `LoadMessage` decides. */
  readonly env: Readonly<Record<string, string>>
}

/** A thread that has loaded nothing of the function yet. */
export interface WorkerThread {
  /** Makes it an execution environment; once. */
  readonly load: (code: LoadMessage, record: RecordEnvironmentEvent) => ExecutionEnvironment
  /** Settles when it can load code, or it died. */
  readonly isWaiting: Promise<void>
  readonly isAlive: () => boolean
  readonly terminate: () => Promise<void>
}

const WORKER = new URL('./worker/environment-worker.mjs', import.meta.url)

function toResult(payload: string, stream: CappedStream | undefined): InvocationResult {
  if (stream?.isOver()) return { outcome: 'function-error', error: responseTooLarge(MAX_STREAM_BYTES) }
  if (isTooLarge(payload)) return { outcome: 'function-error', error: responseTooLarge(MAX_RESPONSE_BYTES) }
  return { outcome: 'success', payload }
}

/** Starts a worker thread. Whatever the handler does ends the thread at most, not the runner. */
export function startWorkerThread({
  functionName,
  memorySizeMb,
  setup,
  env,
}: StartWorkerThreadDeps): WorkerThread {
  const inFlight = new Map<string, (answer: EnvironmentAnswer) => void>()
  const streams = new Map<string, CappedStream>()
  const init = Promise.withResolvers<InitOutcome>()
  const waiting = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<void>()
  let alive = true
  let ending: string | undefined
  // Until it is known which build the thread serves.
  const held: EnvironmentEvent[] = []
  let record: RecordEnvironmentEvent = (event) => void held.push(event)

  const worker = new Worker(WORKER, {
    workerData: setup,
    env: { ...env },
    // memorySize bounds the thread's heap only: Buffers and the code itself live outside it.
    resourceLimits: { maxOldGenerationSizeMb: memorySizeMb },
    stdout: true,
    stderr: true,
  })
  const log = (line: string, requestId?: string) => record({ name: 'log', functionName, requestId, line })
  for (const stream of [worker.stdout, worker.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      for (const line of text.replace(/\n$/, '').split('\n')) log(line)
    })
  }

  const settle = (requestId: string, answer: EnvironmentAnswer) => {
    inFlight.get(requestId)?.(answer)
    inFlight.delete(requestId)
    streams.delete(requestId)
  }
  const takeChunk = async (requestId: string, bytes: Uint8Array, contentType: string) => {
    await streams.get(requestId)?.write(bytes, contentType)
    const taken: ChunkTaken = { chunkTaken: requestId }
    worker.postMessage(taken)
  }
  const receive = (message: WorkerMessage) => {
    switch (message.type) {
      case 'waiting':
        return waiting.resolve()
      case 'ready':
        return init.resolve({ outcome: 'initialized', usedMemoryBytes: message.usedMemoryBytes })
      case 'init-error':
        return init.resolve({ outcome: 'failed', error: message.error })
      case 'log':
        return log(message.line, message.requestId)
      case 'chunk':
        return void takeChunk(message.requestId, message.bytes, message.contentType)
      case 'error':
        return settle(message.requestId, {
          result: { outcome: 'function-error', error: message.error },
          usedMemoryBytes: message.usedMemoryBytes,
        })
      case 'result':
        return settle(message.requestId, {
          result: toResult(message.payload, streams.get(message.requestId)),
          usedMemoryBytes: message.usedMemoryBytes,
        })
    }
  }

  worker.on('message', (value: unknown) => {
    const message = parseWorkerMessage(value)
    if (message) receive(message)
    else log('The function posted a message to parentPort. On Lambda there is none; the runner ignores it.')
  })
  worker.on('error', (error: unknown) => {
    const outOfMemory = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
    ending = outOfMemory ? 'signal: killed' : 'exit status 1'
    log(error instanceof Error ? (error.stack ?? error.message) : `Uncaught: ${String(error)}`)
  })
  worker.on('exit', (exitCode) => {
    alive = false
    ending ??= exitCode === 0 ? undefined : `exit status ${exitCode}`
    init.resolve({ outcome: 'exited', ending })
    for (const requestId of [...inFlight.keys()]) {
      settle(requestId, { result: { outcome: 'function-error', error: exited(requestId, ending) } })
    }
    waiting.resolve()
    ended.resolve()
  })

  const terminate = async () => {
    await worker.terminate()
    await ended.promise
  }

  return {
    isWaiting: waiting.promise,
    isAlive: () => alive,
    terminate,
    load: (code, recordFrom) => {
      record = recordFrom
      for (const event of held.splice(0)) record(event)
      worker.postMessage(code)
      return {
        logStreamName: code.logStreamName,
        memoryMeasure: "heap and external memory of this worker thread at the invocation's end",
        init: () => init.promise,
        invoke: (message) =>
          new Promise((resolve) => {
            if (!alive) {
              const error = exited(message.requestId, ending)
              return resolve({ result: { outcome: 'function-error', error } })
            }
            inFlight.set(message.requestId, resolve)
            if (message.onChunk) streams.set(message.requestId, createCappedStream(message.onChunk))
            worker.postMessage(toWorkerInvoke(message, setup.functionArn))
          }),
        isAlive: () => alive,
        terminate,
      }
    },
  }
}
