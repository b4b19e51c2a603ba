import { join } from 'node:path'
import { parseArgs } from 'node:util'
import * as z from 'zod'
import { isSound, toText } from './report.ts'
import { runChaos } from './run-chaos.ts'

const root = join(import.meta.dirname, '..', '..')
const usage =
  'Usage: npm run chaos -- --seed N --minutes M   (seeds: 1, or 1-20 for several; minutes may be 0.5)'

const options = z.object({
  seed: z.string().regex(/^\d+(-\d+)?$/),
  minutes: z.coerce.number().positive().max(600),
})

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { seed: { type: 'string' }, minutes: { type: 'string' } } })
  const given = { seed: values.seed ?? String(Date.now() % 100_000), minutes: values.minutes ?? '1' }
  const parsed = options.safeParse(given)
  if (!parsed.success) throw new Error(usage)
  const [first = 0, last = first] = parsed.data.seed.split('-').map(Number)
  let isAllSound = true
  for (let seed = first; seed <= last; seed += 1) {
    const report = await runChaos({
      seed,
      faultMs: parsed.data.minutes * 60_000,
      artifactsDirectory: join(root, '.local', 'artifacts'),
      directory: join(root, '.local', 'chaos', `seed-${seed}`),
      print: (line) => console.log(line),
    })
    console.log(toText(report))
    isAllSound &&= isSound(report)
  }
  process.exitCode = isAllSound ? 0 : 1
}

// Exits, so that the processes that it has started end with it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? (error.stack ?? error.message) : String(error))
  process.exitCode = 1
})
