import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isSound, toText } from './chaos/report.ts'
import { runChaos } from './chaos/run-chaos.ts'

/** How long faults go on; then everything needs time to come to rest. */
const FAULT_MS = 20_000
const LIMIT_MS = 300_000

test.each([1, 2])(
  'nothing is lost, oversold or doubled under the faults of seed %i',
  async (seed) => {
    const directory = await mkdtemp(join(tmpdir(), 'chaos-'))
    const report = await runChaos({
      seed,
      faultMs: FAULT_MS,
      artifactsDirectory: join(import.meta.dirname, '..', '.local', 'artifacts'),
      directory,
      print: (line) => console.log(line),
    })
    const text = toText(report)
    console.log(text)
    // The history and the servers' data stay for whoever has to find the cause.
    expect(isSound(report), `${text}\n${directory}`).toBe(true)
    await rm(directory, { recursive: true, force: true })
  },
  LIMIT_MS,
)
