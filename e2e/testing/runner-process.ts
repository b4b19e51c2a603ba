import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { startArguments } from './start-command.ts'
import type { TestStack } from './test-stack.ts'

const ownProject = join(import.meta.dirname, '..', '..')

export interface RunnerProcess {
  readonly pid: number
  /** Base URL of a function's port, such as 8081. */
  readonly url: (port: number) => string
  readonly output: () => string
  /** Settles when it has ended, with the exit code; null after a signal. */
  readonly exited: Promise<number | null>
  /** Stops it where it stands, as a long pause of its machine would: SIGSTOP. */
  readonly pause: () => void
  readonly resume: () => void
  /** As a power cut would: SIGKILL. */
  readonly kill: () => Promise<void>
  /** As Ctrl-C would. Resolves to the exit code. */
  readonly stop: () => Promise<number | null>
}

let copies = 0

/** A PORT_OFFSET for a copy of the runner beside others: the ports of two copies never meet. */
export const nextPortOffset = (): number => 20_000 + 100 * copies++

/** For a copy of the runner of its own on these servers. */
export const environmentOn = ({ kafkaBrokers, redisUrl }: Pick<TestStack, 'kafkaBrokers' | 'redisUrl'>) => ({
  KAFKA_BROKERS: kafkaBrokers.join(),
  REDIS_URL: redisUrl,
  PORT_OFFSET: String(nextPortOffset()),
})

/** Starts the runner on the bundles in a project's dist/ and waits until it says that it is ready. */
export async function startRunnerProcess(
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
  projectDirectory = ownProject,
): Promise<RunnerProcess> {
  const child = spawn(process.execPath, [...startArguments, '--prebuilt', ...args], {
    cwd: projectDirectory,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit')
  // Were this process ended from outside, the runner would go on without it.
  const endAlong = () => child.kill('SIGKILL')
  process.once('exit', endAlong)
  void exited.then(() => process.off('exit', endAlong))
  let output = ''
  const ready = Promise.withResolvers<void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      if (output.includes('Ready after')) ready.resolve()
    })
  }
  void exited.then(([code]) =>
    ready.reject(new Error(`the runner ended with ${String(code)} before it was ready:\n${output}`)),
  )
  await ready.promise

  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal)
    const [code] = (await exited) as [number | null]
    return code
  }
  return {
    // It has started, or it would not be ready.
    pid: child.pid ?? 0,
    url: (port) => `http://127.0.0.1:${port + Number(env.PORT_OFFSET ?? 0)}`,
    output: () => output,
    exited: exited.then(([code]) => (typeof code === 'number' ? code : null)),
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
  }
}
