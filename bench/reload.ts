// The time from a save to the first answer of the new build, and its parts.
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startReloadingFunction } from '../e2e/testing/reloading-function.ts'
import { createJournal } from '../local-runner/journal/journal.ts'

const PROJECT = join(import.meta.dirname, '..')
/** Inside the project, so that Node finds the packages. */
const COPY = join(PROJECT, '.local', 'bench', 'reload')
/** Three imports deep: order-handler.ts imports it through the middleware. */
const SAVED = join(COPY, 'shared', 'errors.ts')

interface ReloadTimes {
  /** From the save to the complete HTTP answer. */
  readonly totalMs: number
  /** Until the build starts. */
  readonly noticeMs: number
  readonly buildMs: number
  /** Until the waiting thread has loaded the build. */
  readonly startMs: number
}

/** Saves a file of the order function `saves` times and calls it immediately each time. @throws when an old build answers */
async function measureReload(saves: number): Promise<readonly ReloadTimes[]> {
  rmSync(COPY, { recursive: true, force: true })
  for (const folder of ['functions', 'shared']) {
    cpSync(join(PROJECT, folder), join(COPY, folder), { recursive: true })
  }
  const journal = createJournal({ capacity: 100, now: () => Date.now() })
  const last = {
    build: { atMs: Number.NaN, durationMs: Number.NaN, buildId: '' },
    initEndedAtMs: Number.NaN,
    invokedBuildId: undefined as string | undefined,
    spareForBuildId: '',
  }
  let spareReady = Promise.withResolvers<void>()
  journal.listen((entry) => {
    const atMs = performance.now()
    if (entry.name === 'build.finished') last.build = { ...entry, atMs }
    if (entry.name === 'environment.init') last.initEndedAtMs = atMs
    if (entry.name === 'invocation.started') last.invokedBuildId = entry.buildId
    if (entry.name === 'spare.ready') {
      last.spareForBuildId = entry.buildId
      spareReady.resolve()
      spareReady = Promise.withResolvers()
    }
  })

  const { port, stop } = await startReloadingFunction({
    root: COPY,
    functionName: 'order',
    // Nothing listens there: the request is refused before it needs either.
    variables: { REDIS_URL: 'redis://127.0.0.1:1', KAFKA_BROKERS: '127.0.0.1:1' },
    journal,
  })
  const source = readFileSync(SAVED, 'utf8')
  const call = async () => {
    const response = await fetch(`http://127.0.0.1:${port}/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{',
    })
    await response.text()
    if (response.status !== 400) throw new Error(`Expected a refusal with 400, got ${response.status}.`)
  }
  const save = async (n: number): Promise<ReloadTimes> => {
    const savedAtMs = performance.now()
    writeFileSync(
      SAVED,
      `${source}\nexport const saved${n} = ${n}\nif (process.env.NEVER) console.log(saved${n})\n`,
    )
    await call()
    const answeredAtMs = performance.now()
    const { build, initEndedAtMs, invokedBuildId } = last
    if (invokedBuildId !== build.buildId) throw new Error('An old build has answered.')
    const times = {
      totalMs: answeredAtMs - savedAtMs,
      noticeMs: build.atMs - build.durationMs - savedAtMs,
      buildMs: build.durationMs,
      startMs: initEndedAtMs - build.atMs,
    }
    // The spare of an earlier build may become ready only now.
    while (last.spareForBuildId !== build.buildId) await spareReady.promise
    return times
  }
  try {
    await call()
    await save(0) // Warms up.
    const measured: ReloadTimes[] = []
    for (let n = 1; n <= saves; n++) measured.push(await save(n))
    return measured
  } finally {
    await stop()
  }
}

/** Time from a save to the first answer of the new build, and its parts, over 100 saves. */
export async function benchReload(print: (line: string) => void): Promise<void> {
  const measured = await measureReload(100)
  for (const part of ['totalMs', 'noticeMs', 'buildMs', 'startMs'] as const) {
    const sorted = measured.map((times) => times[part]).sort((one, other) => one - other)
    const at = (share: number) => (sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN).toFixed(1)
    print(`${part.padEnd(10)} p50 ${at(0.5)}  p95 ${at(0.95)}  most ${at(1)}`)
  }
}
