import { Worker } from 'node:worker_threads'
import type { EnvironmentEvent, RecordEnvironmentEvent } from '../../journal/environment-events.ts'
import type {
  EnvironmentAnswer,
  ExecutionEnvironment,
  InitOutcome,
  InvokeMessage,
} from '../execution-environment.ts'
import type { InvocationResult } from '../invocation.ts'
import { exited, isTooLarge, MAX_RESPONSE_BYTES, responseTooLarge, truncated } from '../sandbox-errors.ts'
import { afterLastWords } from './last-words.ts'
import { createLoadMeter } from './load-meter.ts'
import { createOutputLines } from './output-lines.ts'
import { createStreamSink, type StreamSink } from './stream-sink.ts'
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
  readonly setup: Omit<WorkerSetup, 'unread'>
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

/** Lambda kills a process that needs more than it has. */
const OUT_OF_MEMORY = 'signal: killed'
const WORKER = new URL('./worker/environment-worker.mjs', import.meta.url)

const toResult = (payload: string): InvocationResult =>
  isTooLarge(payload)
    ? { outcome: 'function-error', error: responseTooLarge(MAX_RESPONSE_BYTES) }
    : { outcome: 'success', payload }

interface InFlight {
  readonly resolve: (answer: EnvironmentAnswer) => void
  readonly onChunk: InvokeMessage['onChunk']
  /** Of a handler that streams, since its first chunk. */
  sink?: StreamSink
  /** Of a handler that has ended its stream and still runs. */
  answered?: InvocationResult
}

/** Starts a worker thread. Whatever the handler does ends the thread at most, not the runner. */
export function startWorkerThread({
  functionName,
  memorySizeMb,
  setup,
  env,
}: StartWorkerThreadDeps): WorkerThread {
  const inFlight = new Map<string, InFlight>()
  const init = Promise.withResolvers<InitOutcome>()
  const waiting = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<void>()
  let alive = true
  let booted = false
  let ending: string | undefined
  let crash: string | undefined
  // Until it is known which build the thread serves.
  const held: EnvironmentEvent[] = []
  let record: RecordEnvironmentEvent = (event) => void held.push(event)

  const unread = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  const worker = new Worker(WORKER, {
    workerData: { ...setup, unread } satisfies WorkerSetup,
    env: { ...env },
    // memorySize bounds the thread's heap only: Buffers and the code itself live outside it.
    resourceLimits: { maxOldGenerationSizeMb: memorySizeMb },
    stdout: true,
    stderr: true,
  })
  const log = (line: string, requestId?: string) => {
    // One at a time: whatever is written belongs to the invocation that is running.
    const [running] = setup.multiConcurrent ? [requestId] : inFlight.keys()
    record({ name: 'log', functionName, requestId: running, line })
  }
  let loggedRequestId: string | undefined
  const output = createOutputLines((line) => log(line, loggedRequestId))
  const hasRead = ({ length }: string) => {
    Atomics.sub(unread, 0, length)
    Atomics.notify(unread, 0)
  }
  // Node.js's own words when it ends the thread; all else comes as messages.
  for (const stream of [worker.stdout, worker.stderr]) stream.on('data', output.write)

  const settle = (requestId: string, answer: EnvironmentAnswer) => {
    output.flush()
    const call = inFlight.get(requestId)
    inFlight.delete(requestId)
    call?.resolve({ ...answer, result: call.answered ?? answer.result })
  }
  const sinkOf = (requestId: string) => {
    const call = inFlight.get(requestId)
    return call && (call.sink ??= createStreamSink(call.onChunk))
  }
  const takeChunk = async (requestId: string, bytes: Uint8Array, contentType: string) => {
    await sinkOf(requestId)?.write(bytes, contentType)
    const taken: ChunkTaken = { chunkTaken: requestId, bytes: bytes.length }
    worker.postMessage(taken)
  }
  const receive = (message: WorkerMessage) => {
    switch (message.type) {
      case 'waiting':
        booted = true
        return waiting.resolve()
      case 'ready':
        return init.resolve({ outcome: 'initialized', usedMemoryBytes: message.usedMemoryBytes })
      case 'init-error':
        return init.resolve({ outcome: 'failed', error: message.error })
      case 'log':
        hasRead(message.line)
        loggedRequestId = message.requestId
        output.addToMessage(message.line)
        output.endMessage()
        loggedRequestId = undefined
        return
      case 'output':
        hasRead(message.text)
        return output.write(message.text)
      case 'chunk':
        return void takeChunk(message.requestId, message.bytes, message.contentType)
      case 'stream-end': {
        const call = inFlight.get(message.requestId)
        const answered = sinkOf(message.requestId)?.result()
        if (call && answered) call.answered = answered
        return
      }
      case 'error':
        return settle(message.requestId, {
          result: { outcome: 'function-error', error: message.error },
          usedMemoryBytes: message.usedMemoryBytes,
        })
      case 'result':
        return settle(message.requestId, {
          result: toResult(message.payload),
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
    ending = outOfMemory ? OUT_OF_MEMORY : 'exit status 1'
    crash = error instanceof Error ? (error.stack ?? error.message) : String(error)
  })
  worker.on('exit', (exitCode) => {
    alive = false
    output.flush()
    // All other crashes the worker itself has written, as Node.js does.
    if (crash !== undefined && (ending === OUT_OF_MEMORY || !booted)) log(crash)
    ending ??= exitCode === 0 ? undefined : `exit status ${exitCode}`
    init.resolve({ outcome: 'exited', ending })
    for (const [requestId, { sink }] of [...inFlight]) {
      const error = sink ? truncated : exited(requestId, ending)
      settle(requestId, { result: { outcome: 'function-error', error } })
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
        init: () => afterLastWords(init.promise, ended.promise),
        invoke: (message) =>
          new Promise((resolve) => {
            if (!alive) {
              const error = exited(message.requestId, ending)
              return resolve({ result: { outcome: 'function-error', error } })
            }
            inFlight.set(message.requestId, { resolve, onChunk: message.onChunk })
            worker.postMessage(toWorkerInvoke(message, setup.functionArn))
          }),
        isAlive: () => alive,
        isComputing: createLoadMeter(worker),
        terminate,
      }
    },
  }
}
