import { setTimeout as delay } from 'node:timers/promises'
import { createMovableClock, type MovableClock } from '../../local-runner/testing/movable-clock.ts'
import { type RunnerProcess, startRunnerProcess } from '../testing/runner-process.ts'
import type { KafkaLog } from './evidence/kafka-log.ts'

export interface Runners {
  readonly names: readonly [string, ...string[]]
  /** Base URLs of a function's port, one for each runner. */
  readonly urls: (port: number) => readonly [string, ...string[]]
  readonly killFor: (name: string, downMs: number) => Promise<void>
  readonly pauseFor: (name: string, pausedMs: number) => Promise<void>
  /** Sets the wall clock of a runner and of its functions ahead by so much, or back; `0` sets it right. */
  readonly setClock: (name: string, offsetMs: number) => void
  /** Stops all, sets every consumer group back to the first record, and starts all again. */
  readonly rewind: () => Promise<void>
  readonly stop: () => Promise<void>
}

export interface StartRunnersDeps {
  readonly env: Readonly<Record<string, string>>
  readonly portOffsets: readonly [number, ...number[]]
  /** For the runners' clocks. */
  readonly directory: string
  /** Called with the output of a runner when it has ended. */
  readonly keepOutput: (name: string, output: string) => void
  readonly rewindGroups: KafkaLog['rewind']
  /** Called when a runner ends unexpectedly. It is started again. */
  readonly onDeath: (what: string) => void
}

/** A start fails while Kafka or Redis is away, and is retried, as a supervisor would. */
const START_LIMIT_MS = 120_000

/** Starts one copy of the runner for each port offset, all on the same Kafka and Redis. */
export async function startRunners({
  env,
  portOffsets,
  directory,
  rewindGroups,
  keepOutput,
  onDeath,
}: StartRunnersDeps): Promise<Runners> {
  const running = new Map<string, RunnerProcess>()

  async function start(name: string): Promise<void> {
    const deadline = Date.now() + START_LIMIT_MS
    const own = {
      ...env,
      PORT_OFFSET: name.slice('runner-'.length),
      NODE_OPTIONS: clockOf(name).options.join(' '),
    }
    for (;;) {
      try {
        return watch(name, await startRunnerProcess(own))
      } catch (error) {
        if (Date.now() > deadline) throw error
        await delay(300)
      }
    }
  }

  function watch(name: string, runner: RunnerProcess): void {
    running.set(name, runner)
    void runner.exited.then((code) => {
      keepOutput(name, runner.output())
      if (running.get(name) !== runner) return
      onDeath(`${name} ended unexpectedly with ${code}: ${runner.output().slice(-600)}`)
      start(name).catch((error: unknown) => onDeath(`${name} did not start again: ${String(error)}`))
    })
  }

  /** From here on its end is expected. */
  function take(name: string): RunnerProcess {
    const runner = running.get(name)
    if (!runner) throw new Error(`${name} is not running.`)
    running.delete(name)
    return runner
  }

  const [first, ...others] = portOffsets.map((offset) => `runner-${offset}`)
  if (first === undefined) throw new Error('There must be at least one runner.')
  const names: Runners['names'] = [first, ...others]
  const clocks = new Map(names.map((name) => [name, createMovableClock(directory, name)]))
  function clockOf(name: string): MovableClock {
    const clock = clocks.get(name)
    if (!clock) throw new Error(`There is no ${name}.`)
    return clock
  }
  const stopAll = () => Promise.all(names.map((name) => take(name).stop()))
  // One at a time: they would compete for the processors.
  const startAll = async () => {
    for (const name of names) await start(name)
  }
  try {
    await startAll()
  } catch (error) {
    for (const name of running.keys()) await take(name).kill()
    throw error
  }
  return {
    names,
    urls: (port) => {
      const [url, ...further] = portOffsets.map((offset) => `http://127.0.0.1:${port + offset}`)
      return [url ?? '', ...further]
    },
    killFor: async (name, downMs) => {
      await take(name).kill()
      await delay(downMs)
      await start(name)
    },
    pauseFor: async (name, pausedMs) => {
      const runner = running.get(name)
      runner?.pause()
      await delay(pausedMs)
      runner?.resume()
    },
    setClock: (name, offsetMs) => clockOf(name).setOffset(offsetMs),
    rewind: async () => {
      await stopAll()
      await rewindGroups()
      await startAll()
    },
    // A runner that could not be restarted has nothing to stop.
    stop: async () => void (await Promise.all([...running.keys()].map((name) => take(name).stop()))),
  }
}
