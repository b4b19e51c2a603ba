import { existsSync } from 'node:fs'
import type { Health } from './health.ts'
import type { RecordEvent } from './journal.ts'
import type { RunningFunction } from './start-function.ts'
import type { StopList } from './stop-list.ts'

export interface Deps {
  readonly running: RunningFunction
  readonly kafkaBrokers: readonly string[]
  readonly record: RecordEvent
  readonly setCheck: Health['setCheck']
  readonly addStop: StopList['add']
}

export async function startMappings(deps: Deps): Promise<void> {
  const file = new URL('./event-source-mapping/event-source-mapping.ts', import.meta.url)
  if (!existsSync(file)) return
  throw new Error(`switch over ${deps.running.definition.name}`)
}
