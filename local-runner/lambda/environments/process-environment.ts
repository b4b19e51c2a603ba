import { type ChildProcess, spawn } from 'node:child_process'
import type { RecordEnvironmentEvent } from '../../journal/environment-events.ts'
import type { ExecutionEnvironment } from '../execution-environment.ts'
import { exitStatus } from './exit-status.ts'
import { afterLastWords } from './last-words.ts'
import { createLogPipe, type LogPipe } from './log-pipe.ts'
import { createOutputLines } from './output-lines.ts'
import { processMemory } from './process-memory.ts'
import { createRuntimeApiServer } from './runtime-api/runtime-api-server.ts'
import { createRuntimeSession } from './runtime-api/runtime-session.ts'
import { createOutputReader } from './telemetry-frames.ts'

const MEMORY_CHECK_MS = 100
const HEAP_SHARE = 0.9

export interface ProcessEnvironmentDeps {
  readonly functionName: string
  readonly memorySizeMb: number
  readonly logStreamName: string
  readonly taskRoot: string
  /** Absolute: aws-lambda-ric's index.mjs. */
  readonly runtimeClient: string
  readonly multiConcurrent: boolean
  readonly env: Readonly<Record<string, string>>
  readonly record: RecordEnvironmentEvent
}

/** An execution environment in a child process that runs AWS's own runtime client against a Runtime API of its own. */
export function createProcessEnvironment(deps: ProcessEnvironmentDeps): ExecutionEnvironment {
  const { functionName, memorySizeMb, logStreamName, taskRoot, runtimeClient, multiConcurrent, record } = deps
  let child: ChildProcess | undefined
  let memoryWatch: NodeJS.Timeout | undefined
  let terminated = false
  const closed = Promise.withResolvers<void>()
  const running = new Set<string>()

  const memory = () => (child?.pid === undefined ? undefined : processMemory(child.pid))
  const session = createRuntimeSession({ multiConcurrent, usedMemoryBytes: () => memory()?.most ?? 0 })
  const server = createRuntimeApiServer({ sessionOf: () => session })

  const log = (line: string) => {
    // With several at a time the client writes JSON lines that name theirs.
    const named = (id: string) => running.size === 1 || line.includes(`"requestId":"${id}"`)
    const requestId = [...running].find(named)
    record({ name: 'log', functionName, requestId, line })
  }
  const output = createOutputLines(log)
  /** Kills its child processes too, which would keep its pipes open. */
  const kill = () => {
    if (child?.pid === undefined) return
    try {
      process.kill(-child.pid, 'SIGKILL')
    } catch {
      // It has exited already.
    }
  }

  let pipe: LogPipe | undefined
  /** Takes in all that it has written so far. */
  const readOutput = () => {
    pipe?.drain()
    output.flush()
  }

  const onExit = (ending: string | undefined) => {
    clearInterval(memoryWatch)
    kill()
    readOutput()
    pipe?.close()
    session.end(ending)
    closed.resolve()
  }
  const notStarted = (error: unknown) => {
    log(`The runtime client cannot be started: ${String(error)}`)
    onExit('exit status 1')
  }

  function start(port: number, { writeEnds, closeWriteEnds }: LogPipe) {
    // A client uses its log descriptor only with one invocation at a time; with several it writes JSON lines to stdout.
    const logFd = multiConcurrent ? {} : { _LAMBDA_TELEMETRY_LOG_FD: '3' }
    // AWS's client would start eight threads per processor, each with its own copy of the function.
    const threads = multiConcurrent ? { AWS_LAMBDA_NODEJS_WORKER_COUNT: '1' } : {}
    const heapMb = Math.floor(memorySizeMb * HEAP_SHARE)
    const started = spawn(
      process.execPath,
      ['--enable-source-maps', `--max-old-space-size=${heapMb}`, runtimeClient],
      {
        cwd: taskRoot,
        env: { ...threads, ...deps.env, ...logFd, AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}` },
        // In its own process group, because Ctrl-C is for the runner, which lets invocations finish.
        detached: true,
        stdio: ['ignore', ...writeEnds],
      },
    )
    closeWriteEnds()
    child = started
    memoryWatch = setInterval(() => {
      if ((memory()?.now ?? 0) > memorySizeMb * 1024 * 1024) kill()
    }, MEMORY_CHECK_MS).unref()

    started.on('error', notStarted)
    started.on('exit', (exitCode, signal) => onExit(exitStatus(exitCode, signal)))
  }

  return {
    logStreamName,
    memoryMeasure: 'most resident memory of this process',
    init: async () => {
      try {
        const port = await server.listen(0, '127.0.0.1')
        // stdout, stderr and the client's log.
        pipe = await createLogPipe(3, createOutputReader(output))
        if (!terminated) start(port, pipe)
      } catch (error) {
        notStarted(error)
      }
      return afterLastWords(session.initialized, closed.promise)
    },
    invoke: async (message) => {
      running.add(message.requestId)
      const answer = await session.invoke(message)
      readOutput()
      running.delete(message.requestId)
      return answer
    },
    isAlive: session.isAlive,
    terminate: async () => {
      terminated = true
      kill()
      if (child) await closed.promise
      session.end('signal: killed')
      pipe?.close()
      await server.stop()
    },
  }
}
