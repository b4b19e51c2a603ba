import { createEventSourceMapping } from './event-source-mapping/event-source-mapping.ts'
import type { Health } from './health.ts'
import { functionArn } from './host/environment-variables.ts'
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

/** Starts a function's event source mappings; resolves when each has joined its group. */
export async function startMappings({
  running,
  kafkaBrokers,
  record,
  setCheck,
  addStop,
}: Deps): Promise<void> {
  const { definition, invoke } = running
  const { name, triggers } = definition
  const mappings = triggers.kafka.map((parameters) => {
    const mapping = createEventSourceMapping({
      functionName: name,
      functionArn: functionArn(name),
      parameters,
      kafkaBrokers,
      invoke,
      record,
    })
    const what = `mapping ${parameters.consumerGroupId}`
    setCheck(what, () => {
      const { isReady, status, lag, lastError } = mapping.state()
      return {
        ok: isReady,
        detail: `${status}, lag ${lag}${lastError === undefined ? '' : `, last error: ${lastError}`}`,
      }
    })
    return { what, ...mapping }
  })
  addStop(`mappings of ${name}`, async () => {
    await Promise.all(mappings.map(({ stop }) => stop()))
  })
  await Promise.all(mappings.map(({ start }) => start()))
}
