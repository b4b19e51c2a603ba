import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { manifestFunction } from '../function-definition.ts'
import type { FunctionHost } from '../host/function-host.ts'
import type { JournalEvent } from '../journal.ts'
import { runFunction } from '../run-function.ts'

export interface Hosted extends FunctionHost {
  readonly events: readonly JournalEvent[]
}

/** A host with real worker threads for the source of an index.cjs; stopped when the test ends. */
export function hostOf(source: string, definition: Readonly<Record<string, unknown>> = {}): Hosted {
  const directory = mkdtempSync(join(tmpdir(), 'hosted-'))
  writeFileSync(join(directory, 'index.cjs'), source)
  const events: JournalEvent[] = []
  const host = runFunction({
    definition: manifestFunction.parse({
      name: 'tried',
      port: 1,
      handler: 'index.handler',
      buildId: 'x',
      triggers: {},
      ...definition,
    }),
    taskRoot: directory,
    environment: { kind: 'worker', compileCacheDirectory: join(directory, 'cache') },
    strictConcurrency: false,
    variables: { OWN: 'mine' },
    record: (event) => events.push(event),
    newId: () => randomUUID(),
  })
  onTestFinished(async () => {
    await host.stop()
    rmSync(directory, { recursive: true, force: true })
  })
  return { ...host, events }
}
